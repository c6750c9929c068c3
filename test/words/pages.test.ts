// What the manual and the administrator's guide say is what the program does: tables of keys and commands, limits.
import { readFileSync } from 'node:fs';
import test from 'ava';
import { PAGES, withTables } from '../../docs/tables.ts';
import { limitsWith } from '../../src/commands/limits.ts';
import { TchatError } from '../../src/errors.ts';

const page = (name: string) => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

// Red when a key or a command is added and `npm run manual` was not run.
for (const name of PAGES) {
  test(`the tables of ${name} are those that the program runs by`, t => {
    t.is(page(name), withTables(page(name)), 'npm run manual');
  });
}

// Red when a limit can be set that the guide does not know, or has another value unless it is set.
test('the guide lists each limit that can be set, with its value unless it is', t => {
  const rows = [...page('admin.md').matchAll(/^\| `([a-zA-Z]+)` \|.*\| (\d+) \|$/gm)];
  const settings = Object.fromEntries(rows.map(([, name, value]) => [name, Number(value)]));
  t.deepEqual(limitsWith(settings), limitsWith({}));
  const { params } = t.throws(() => limitsWith({ none: 1 }), { instanceOf: TchatError });
  t.deepEqual(String(params['names']).split(', ').sort(), Object.keys(settings).sort());
});
