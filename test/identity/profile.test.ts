// Profiles on disk: made once, for their owner's eyes, never overwritten.
import { fork } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { TchatError } from '../../src/errors.ts';
import { listProfiles, openProfile } from '../../src/identity/profile.ts';

function folder(t: ExecutionContext): string {
  const home = mkdtempSync(join(tmpdir(), 'tchat-profile-'));
  t.teardown(() => {
    chmodSync(home, 0o700);
    rmSync(home, { recursive: true, force: true });
  });
  return join(home, 'data', 'profiles');
}

const mode = (path: string) => statSync(path).mode & 0o777;

test('a first use makes a key, the next finds it; nobody else may read it', t => {
  const at = folder(t);
  const first = openProfile(at, 'alice');
  const again = openProfile(at, 'alice');
  t.deepEqual(again.key.public, first.key.public);
  t.deepEqual(again.device, first.device);
  t.is(mode(join(at, 'alice.profile.json')), 0o600);
  t.is(mode(at), 0o700);
  t.deepEqual(readdirSync(at), ['alice.profile.json']);
});

test('each name is a person of their own, in order of their names', t => {
  const at = folder(t);
  t.deepEqual(listProfiles(at), []);
  const bob = openProfile(at, 'bob');
  const alice = openProfile(at, 'alice');
  t.notDeepEqual(alice.key.public, bob.key.public);
  t.notDeepEqual(alice.device, bob.device);
  t.deepEqual(listProfiles(at), ['alice', 'bob']);
});

test('a file that others could read is closed to them', t => {
  const at = folder(t);
  openProfile(at, 'alice');
  chmodSync(join(at, 'alice.profile.json'), 0o644);
  openProfile(at, 'alice');
  t.is(mode(join(at, 'alice.profile.json')), 0o600);
});

// Red when a broken file counts as none.
test('a broken profile is said to be broken and stays as it is', t => {
  const at = folder(t);
  openProfile(at, 'alice');
  const file = join(at, 'alice.profile.json');
  const good = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
  const broken = [
    '',
    '{',
    'null',
    '[]',
    '{}',
    JSON.stringify({ ...good, device: 'x' }),
    JSON.stringify({ ...good, key: 'x' }),
  ];
  for (const text of broken) {
    writeFileSync(file, text);
    const error = t.throws(() => openProfile(at, 'alice'), { instanceOf: TchatError, code: 'profile-broken' });
    t.is((error as TchatError).params['file'], file);
    t.is(readFileSync(file, 'utf8'), text);
  }
});

test('a name that is none touches no file', t => {
  const at = folder(t);
  for (const name of ['', '../alice', 'a/b', '.', 'admin', 'a\u0000b']) {
    t.throws(() => openProfile(at, name), { instanceOf: TchatError, code: 'name-invalid' }, name);
  }
  t.false(existsSync(at));
});

test('a folder that cannot be written is said so', t => {
  const at = folder(t);
  writeFileSync(join(at, '..', '..', 'data'), 'a file where the folder should be');
  t.throws(() => openProfile(at, 'alice'), { instanceOf: TchatError, code: 'profile-unwritable' });
});

// Red when the file is renamed into place instead of linked: each racer then has a key of its own.
test('of many first uses at one moment all get the same key', async t => {
  const at = folder(t);
  const racer = new URL('../helpers/profile-racer.ts', import.meta.url);
  const children = Array.from({ length: 3 }, () => fork(racer, [at, '60'], { execArgv: ['--import=tsx'] }));
  t.teardown(() => {
    for (const child of children) child.kill('SIGKILL');
  });
  const told = (child: (typeof children)[number]) =>
    new Promise<string>(resolve => child.once('message', value => resolve(String(value))));
  await Promise.all(children.map(told));
  const keys = children.map(told);
  for (const child of children) child.send('go');
  t.is(new Set(await Promise.all(keys)).size, 1);
  t.is(readdirSync(at).length, 60, 'and nothing else is left');
});
