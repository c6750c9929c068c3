// Servers that are known by their keys: the file, whoever writes it at one moment, and what a look at a key comes to.
// Seen red: a broken file taken for an empty one; no lock; the file made for everybody's eyes; a verdict that writes.
import { fork } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { TchatError } from '../../src/errors.ts';
import { signRotation } from '../../src/identity/certificate.ts';
import { KnownServers } from '../../src/identity/known-servers.ts';
import { temporaryHome } from '../helpers/program.ts';
import { type MadeKey, newServerKey } from '../helpers/tls.ts';

function folder(t: ExecutionContext): string {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  return join(home, 'config');
}

const shownBy = ({ certificate }: MadeKey) => Buffer.from(certificate.replace(/-----[^-]+-----|\n/g, ''), 'base64');

test('what is known outlives the process, in a file for its owner alone', t => {
  const at = folder(t);
  const key = newServerKey();
  t.deepEqual(new KnownServers(at).list(), []);
  new KnownServers(at).set('b:1', key.fingerprint);
  new KnownServers(at).set('a:1', Buffer.alloc(32));
  const known = new KnownServers(at);
  t.deepEqual(known.list(), [
    ['a:1', Buffer.alloc(32).toString('base64url')],
    ['b:1', key.fingerprint.toString('base64url')],
  ]);
  t.deepEqual(known.get('b:1'), key.fingerprint);
  t.is(known.get('b:2'), null, 'a port is a server of its own');
  t.true(known.remove('b:1'));
  t.false(known.remove('b:1'));
  t.is(known.get('b:1'), null);
  t.is(statSync(join(at, 'known-servers.json')).mode & 0o777, 0o600);
  t.deepEqual(readdirSync(at), ['known-servers.json'], 'neither draft nor lock is left');
});

test('names of objects are names of servers like others', t => {
  const known = new KnownServers(folder(t));
  for (const server of ['__proto__:1', 'constructor:1', 'toString']) {
    t.is(known.get(server), null);
    known.set(server, Buffer.alloc(32, 7));
    t.deepEqual(known.get(server), Buffer.alloc(32, 7));
  }
});

test('a broken file knows nobody and takes nobody: not one key is kept over it', t => {
  const at = folder(t);
  const known = new KnownServers(at);
  known.set('a:1', Buffer.alloc(32));
  const file = join(at, 'known-servers.json');
  for (const bad of ['', '{', '{}', '{"servers":{"a:1":"short"}}', '{"servers":{"a:1":7}}', '{"servers":null}']) {
    writeFileSync(file, bad);
    const calls: readonly (() => unknown)[] = [
      () => known.list(),
      () => known.get('a:1'),
      () => known.set('a:1', Buffer.alloc(32)),
      () => known.judge({ server: 'a:1', fingerprint: null }, shownBy(newServerKey())),
    ];
    for (const call of calls) t.throws(call, { instanceOf: TchatError, code: 'known-servers-broken' }, bad);
    t.is(readFileSync(file, 'utf8'), bad);
  }
});

test('a first look pins, a second one knows, and neither writes without need', t => {
  const at = folder(t);
  const known = new KnownServers(at);
  const key = newServerKey();
  const file = join(at, 'known-servers.json');
  t.is(known.judge({ server: 'a:1', fingerprint: null }, shownBy(key)).verdict, 'pinned');
  const before = statSync(file).ino;
  t.is(known.judge({ server: 'a:1', fingerprint: null }, shownBy(key)).verdict, 'known');
  t.is(known.judge({ server: 'a:1', fingerprint: key.fingerprint }, shownBy(key)).verdict, 'known');
  t.is(statSync(file).ino, before);
  t.is(known.judge({ server: 'b:1', fingerprint: key.fingerprint }, shownBy(key)).verdict, 'known', 'by its link');
  t.deepEqual(known.get('b:1'), key.fingerprint);
});

test('a refusal says both keys, and changes nothing', t => {
  const known = new KnownServers(folder(t));
  const [mine, theirs] = [newServerKey(), newServerKey()];
  known.set('a:1', mine.fingerprint);
  const error = t.throws(() => known.judge({ server: 'a:1', fingerprint: null }, shownBy(theirs)), {
    instanceOf: TchatError,
    code: 'server-key-changed',
  });
  t.deepEqual((error as TchatError).params, {
    address: 'a:1',
    known: mine.fingerprint.toString('base64url'),
    shown: theirs.fingerprint.toString('base64url'),
  });
  const linked = { server: 'a:1', fingerprint: theirs.fingerprint };
  t.throws(() => known.judge(linked, shownBy(mine)), { code: 'link-key-differs' });
  t.throws(() => known.judge(linked, shownBy(theirs)), { code: 'server-key-changed' });
  t.throws(() => known.judge({ server: 'b:1', fingerprint: null }, Buffer.from('no certificate')), {
    code: 'not-tchat',
  });
  t.deepEqual(known.get('a:1'), mine.fingerprint);
});

test('a new key is taken where the known one and the link’s both vouch for it', t => {
  const known = new KnownServers(folder(t));
  const [first, stranger] = [newServerKey(), newServerKey()];
  const next = newServerKey();
  const rotated = newServerKey([signRotation(first.secret, next.raw)], next.secret);
  known.set('a:1', first.fingerprint);
  t.throws(() => known.judge({ server: 'a:1', fingerprint: stranger.fingerprint }, shownBy(rotated)), {
    code: 'link-key-differs',
  });
  t.deepEqual(known.get('a:1'), first.fingerprint);
  t.is(known.judge({ server: 'a:1', fingerprint: first.fingerprint }, shownBy(rotated)).verdict, 'rotated');
  t.deepEqual(known.get('a:1'), next.fingerprint);
  t.is(known.judge({ server: 'a:1', fingerprint: first.fingerprint }, shownBy(rotated)).verdict, 'known');
});

test('a lock that a process left behind is gone after a moment', t => {
  const at = folder(t);
  const lock = join(at, 'known-servers.json.lock');
  mkdirSync(lock, { recursive: true });
  const old = new Date(Date.now() - 60_000);
  utimesSync(lock, old, old);
  new KnownServers(at).set('a:1', Buffer.alloc(32));
  t.deepEqual(readdirSync(at), ['known-servers.json']);
  mkdirSync(lock);
  const ahead = new Date(Date.now() + 60_000);
  utimesSync(lock, ahead, ahead);
  new KnownServers(at).set('b:1', Buffer.alloc(32));
  t.is(new KnownServers(at).list().length, 2);
});

test('of several processes that come to know servers at one moment none forgets what another has kept', async t => {
  const at = folder(t);
  const racer = fileURLToPath(new URL('../helpers/trust-racer.ts', import.meta.url));
  const each = 20;
  const children = Array.from({ length: 4 }, (_, n) =>
    fork(racer, [at, String(n * each), String(each)], { execArgv: ['--import=tsx'] }),
  );
  t.teardown(() => {
    for (const child of children) child.kill('SIGKILL');
  });
  const said = (word: string) =>
    Promise.all(children.map(child => new Promise<void>(r => child.on('message', text => text === word && r()))));
  await said('ready');
  const done = said('done');
  for (const child of children) child.send('go');
  await done;
  t.is(new KnownServers(at).list().length, 4 * each);
});
