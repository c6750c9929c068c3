// tchat admin beside a server that runs and writes: export, backup, and a backup that is put back.
// Seen red: an export with private talk in it; a copy over a file; a backup without what was acked before it.
import { copyFileSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type RunOptions, runTchat, startServer, temporaryHome } from '../helpers/server.ts';

async function scene(t: ExecutionContext) {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  // A home that outlives the server.
  const server = await startServer({ home: join(home, 'server') });
  t.teardown(() => server.stop());
  const { address, data } = server;
  const run = (args: readonly string[], options: RunOptions = {}) => runTchat(args, { home, ...options });
  const say = (name: string, to: string, text: string) => run(['send', address, '--name', name, '--to', to, text]);
  const exported = async (...args: readonly string[]) => {
    const { code, stdout, stderr } = await run(['admin', '--data', data, 'export', '--json', ...args]);
    t.is(code, 0, stderr);
    return linesOf(stdout);
  };
  return { server, home, address, data, run, say, exported };
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Record<string, unknown>);
const textsIn = (lines: readonly Record<string, unknown>[]) =>
  lines.filter(({ kind }) => kind === 'message').map(({ text }) => text);

test('an export has every event in order; rooms and times narrow it, private talk is asked for', async t => {
  const { say, exported } = await scene(t);
  await say('alice', '#ci', 'one');
  await say('bob', '#lobby', 'two');
  await say('alice', '@bob', 'between us');
  await say('alice', '#ci', 'bell \u0007 and \u202e');

  const all = await exported();
  t.deepEqual(textsIn(all).slice(0, 2), ['one', 'two']);
  t.false(JSON.stringify(all).includes('between us'));
  t.false(all.some(({ conversation }) => String(conversation).startsWith('~')));
  const positions = all.map(({ position }) => position as number);
  t.deepEqual(
    positions,
    positions.toSorted((a, b) => a - b),
  );
  const claimed = all.filter(({ kind }) => kind === 'claimed');
  t.deepEqual(claimed.map(({ name }) => name).toSorted(), ['alice', 'bob']);
  t.true(claimed.every(({ key }) => Buffer.from(String(key), 'base64').length === 32));

  const some = await exported('--room', '#ci');
  t.is(textsIn(some).length, 2);
  t.true(some.every(({ conversation }) => conversation === '#ci'));
  const last = positions.at(-1) as number;
  t.deepEqual(
    (await exported('--since', String(last - 1))).map(({ position }) => position),
    [last],
  );
  t.is((await exported('--since', '1h')).length, all.length);
  t.is((await exported('--since', String(last))).length, 0);

  const withPrivate = await exported('--private');
  const [talk] = withPrivate.filter(({ conversation, kind }) => String(conversation)[0] === '~' && kind === 'message');
  t.is(talk?.['from'], 'alice');
  t.is(talk?.['to'], 'bob');
  t.is(withPrivate.length, all.length + 1);
});

test('what is printed cannot speak to a terminal, and what cannot be done is one sentence', async t => {
  const { run, say, data } = await scene(t);
  await say('alice', '#ci', 'one');
  const { stdout } = await run(['admin', 'export', '--data', data, '--json']);
  t.false(/(?!\n)\p{C}/u.test(stdout));
  const fails = async (args: readonly string[], code: number, says: RegExp) => {
    const result = await run(['admin', ...args]);
    t.is(result.code, code, result.stderr);
    t.regex(result.stderr, says);
    t.is(result.stderr.trim().split('\n').length, 1);
    t.is(result.stdout, '');
  };
  await fails(['--data', join(data, 'nowhere'), 'export'], 1, /no server’s data in .*nowhere; say where/);
  await fails(['--data', data, 'export', '--room', '#nope'], 1, /Nothing is kept of a room #nope/);
  await fails(['--data', data, 'export', '--room', 'a b'], 2, /room’s name/);
  await fails(['--data', data, 'export', '--since', 'soon'], 2, /--since is wrong/);
  await fails(['export'], 1, /no server’s data/);
  await fails(['--data', data, 'backup', join(data, 'no', 'folder', 'x.db')], 1, /cannot be written/);
  await fails(['--data', data, 'nonsense'], 2, /nonsense/);
});

test('a backup is made while the server writes, and serves all that was acked before it', async t => {
  const { server, home, address, data, run, say } = await scene(t);
  await say('alice', '#ci', 'first');
  const lines = Array.from({ length: 3_000 }, (_, n) => `line ${n}`);
  const writing = run(['send', address, '--name', 'bob', '--to', '#ci', '-', '--json'], { input: lines.join('\n') });
  await say('alice', '#ci', 'in the middle');

  const file = join(home, 'copy.db');
  const made = await run(['admin', '--data', data, 'backup', file, '--json']);
  t.is(made.code, 0, made.stderr);
  const facts = JSON.parse(made.stdout) as { file: string; bytes: number; events: number; position: number };
  t.is(facts.file, file);
  t.is(facts.bytes, statSync(file).size);
  t.is(statSync(file).mode & 0o777, 0o600);
  const before = readFileSync(file);
  const second = await run(['admin', '--data', data, 'backup', file]);
  t.is(second.code, 1);
  t.regex(second.stderr, /is there already/);
  t.true(before.equals(readFileSync(file)));
  const { code, stdout } = await writing;
  t.is(code, 0);
  const acked = linesOf(stdout).filter(({ position }) => (position as number) <= facts.position).length;
  t.is(await server.stop(), 0);

  // Put back into a folder of its own, with the server's key.
  const restored = join(home, 'restored');
  mkdirSync(restored, { mode: 0o700 });
  copyFileSync(file, join(restored, 'chat.db'));
  copyFileSync(join(data, 'server-key.json'), join(restored, 'server-key.json'));
  const back = await startServer({ home: server.home, data: restored, port: server.port });
  t.teardown(() => back.stop());
  const tail = ['tail', address, '--name', 'alice', '--room', '#ci', '--since', '0', '--json'];
  const since = await run([...tail, '--count', String(acked + 2)]);
  t.is(since.code, 0, since.stderr);
  const texts = textsIn(linesOf(since.stdout));
  t.deepEqual(
    texts.filter(text => String(text).startsWith('line ')),
    lines.slice(0, acked),
  );
  t.true(texts.includes('first') && texts.includes('in the middle'));
  t.is((await say('bob', '#ci', 'and on')).code, 0);
  const after = await run(['admin', '--data', restored, 'export', '--since', String(facts.position)]);
  const [next] = linesOf(after.stdout).filter(({ text }) => text === 'and on');
  // Whoever had come further than the copy finds everything new above their place.
  t.true((next?.['position'] as number) > facts.position + 3_000);
  t.false(existsSync(`${file}-wal`));
});

test('a backup says what it holds', async t => {
  const { data, home, run, say } = await scene(t);
  await say('alice', '#ci', 'one');
  const { stdout, code } = await run(['admin', 'backup', join(home, 'copy.db'), '--data', data]);
  t.is(code, 0);
  t.regex(stdout, /^.*copy\.db holds \d+ events up to position \d+, \d+\.\d MiB\.\n$/);
});
