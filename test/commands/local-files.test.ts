// What the screen is told of this machine's files.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { LocalFiles, showFolderOf, wholePath } from '../../src/commands/local-files.ts';
import { FOLDER_ENTRIES } from '../../src/limits.ts';

function folderOf(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tchat-local-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const ask = (folder: string, into: string | null = null) => ({ kind: 'list-folder', ref: 7, folder, into }) as const;

test('a folder is listed: folders first, names as people count, and nothing that cannot be sent', async t => {
  const folder = folderOf(t);
  for (const name of ['file 10', 'file 9', 'Über', '.hidden']) writeFileSync(join(folder, name), 'abc');
  for (const name of ['b', 'a']) mkdirSync(join(folder, name));
  symlinkSync(join(folder, 'a'), join(folder, 'link to a'));
  symlinkSync(join(folder, 'nowhere'), join(folder, 'broken'));
  execFileSync('mkfifo', [join(folder, 'pipe')]);
  const { ref, entries, above, more, problem } = await new LocalFiles().list(ask(folder));
  t.deepEqual(
    entries.map(entry => `${entry.name}${entry.folder ? '/' : ''}`).filter(name => name !== '.hidden'),
    ['a/', 'b/', 'link to a/', 'file 9', 'file 10', 'Über'],
  );
  t.like(
    entries.find(entry => entry.name === 'file 9'),
    { path: join(folder, 'file 9'), size: 3, folder: false },
  );
  t.deepEqual({ ref, above, more, problem }, { ref: 7, above: dirname(folder), more: false, problem: null });
});

test('one goes on from where one was, by names, by whole paths and by ~', async t => {
  const folder = folderOf(t);
  mkdirSync(join(folder, 'in', 'deeper'), { recursive: true });
  const files = new LocalFiles();
  t.is((await files.list(ask(folder, 'in/'))).folder, join(folder, 'in'));
  t.is((await files.list(ask('', 'deeper/'))).folder, join(folder, 'in', 'deeper'));
  t.is((await files.list(ask('', '../../'))).folder, folder);
  t.is((await files.list(ask(folder, '/'))).above, null);
  t.is(wholePath('~/x', folder), join(homedir(), 'x'));
  t.is(wholePath('~x', folder), join(folder, '~x'));
});

test('what cannot be read is told, with what is where one stays', async t => {
  const folder = folderOf(t);
  writeFileSync(join(folder, 'a'), '');
  const files = new LocalFiles();
  const gone = await files.list(ask(folder, 'gone/'));
  t.deepEqual(gone.problem, { code: 'folder-unusable', params: { folder: join(folder, 'gone'), reason: 'ENOENT' } });
  t.is(gone.folder, folder);
  t.deepEqual(
    gone.entries.map(entry => entry.name),
    ['a'],
  );
  const file = await files.list(ask(folder, 'a/'));
  t.is(file.problem?.params['reason'], 'ENOTDIR');
  const away = join(folder, 'away');
  t.deepEqual((await files.list(ask(away))).entries, []);
});

test('of a folder with very many entries the first ones are listed', async t => {
  const folder = folderOf(t);
  for (let n = 0; n <= FOLDER_ENTRIES; n++) writeFileSync(join(folder, `${n}`), '');
  const listed = await new LocalFiles().list(ask(folder));
  t.is(listed.entries.length, FOLDER_ENTRIES);
  t.true(listed.more);
});

test('a paste is files only when all of one reading are there', async t => {
  const folder = folderOf(t);
  for (const name of ['a b', 'a']) writeFileSync(join(folder, name), 'abc');
  const look = async (...readings: readonly (readonly string[])[]) => {
    const { files } = await new LocalFiles().lookAt({ kind: 'look-at', ref: 1, readings });
    return files?.map(file => file.name) ?? null;
  };
  const [one, both, gone] = [join(folder, 'a'), join(folder, 'a b'), join(folder, 'gone')];
  t.deepEqual(await look([one, join(folder, 'b')], [both]), ['a b']);
  t.is(await look([one, gone]), null);
  t.is(await look(), null);
  t.deepEqual(await look([one, both]), ['a', 'a b']);
});

test('a path is completed as it is written, hidden names only where one asks for them', async t => {
  const folder = folderOf(t);
  for (const name of ['dot', '.env']) writeFileSync(join(folder, name), '');
  mkdirSync(join(folder, 'docs'));
  const complete = async (path: string) =>
    (await new LocalFiles().complete({ kind: 'complete-path', ref: 1, path })).choices;
  t.deepEqual(await complete(`${folder}/do`), [`${folder}/docs/`, `${folder}/dot`]);
  t.deepEqual(await complete(`${folder}/.e`), [`${folder}/.env`]);
  t.deepEqual(await complete(`${folder}/x`), []);
  t.deepEqual(await complete(`${folder}/gone/x`), []);
  t.deepEqual(await complete('~'), ['~/']);
});

test.serial('the folder of a file is shown by the desktop where there is one', async t => {
  const folder = folderOf(t);
  const [bin, seen] = [join(folder, 'bin'), join(folder, 'seen')];
  mkdirSync(bin);
  writeFileSync(join(bin, 'xdg-open'), `#!/bin/sh\nprintf %s "$1" > '${seen}.new' && mv '${seen}.new' '${seen}'\n`);
  chmodSync(join(bin, 'xdg-open'), 0o755);
  const before = {
    PATH: process.env['PATH'],
    DISPLAY: process.env['DISPLAY'],
    WAYLAND: process.env['WAYLAND_DISPLAY'],
  };
  t.teardown(() => {
    process.env['PATH'] = before.PATH;
    for (const [name, value] of [
      ['DISPLAY', before.DISPLAY],
      ['WAYLAND_DISPLAY', before.WAYLAND],
    ] as const) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
  delete process.env['DISPLAY'];
  delete process.env['WAYLAND_DISPLAY'];
  t.false(await showFolderOf(join(folder, 'a.txt')));
  process.env['DISPLAY'] = ':0';
  process.env['PATH'] = folder;
  t.false(await showFolderOf(join(folder, 'a.txt')), 'a desktop without the program');
  process.env['PATH'] = `${bin}:${before.PATH}`;
  t.true(await showFolderOf(join(folder, 'a.txt')));
  while (!existsSync(seen)) await new Promise(resolve => setImmediate(resolve));
  t.is(readFileSync(seen, 'utf8'), folder);
});
