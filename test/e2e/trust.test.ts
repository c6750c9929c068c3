// The built program and its servers' keys: a link, a first use, a changed key, a new one that the old one signed for.
// Seen red: a client that goes on after another key; a pin that is not kept; a sentence without both fingerprints.
import { readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ChaosProxy } from '../helpers/chaos-proxy.ts';
import { inTheMiddle } from '../helpers/man-in-the-middle.ts';
import { openPty } from '../helpers/pty.ts';
import { type RunOptions, runTchat, startServer, type TestServer, temporaryHome } from '../helpers/server.ts';
import { newServerKey } from '../helpers/tls.ts';

const fingerprintIn = ({ lines }: TestServer) => String(lines[0]?.['fingerprint']);

/** A server, and somebody's machine that never met it. */
async function scene(t: ExecutionContext) {
  const server = await startServer();
  t.teardown(() => server.stop());
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  const place = `127.0.0.1:${server.port}`;
  const run = (args: readonly string[], options: RunOptions = {}) => runTchat(args, { home, ...options });
  return { server, home, place, run, users: () => run(['users', place, '--name', 'alice', '--all', '--json']) };
}

/** The same port and data, another life of the server. */
async function again(t: ExecutionContext, server: TestServer, args: readonly string[] = []): Promise<TestServer> {
  await server.stop();
  const next = await startServer({ port: server.port, data: server.data, home: server.home, args });
  t.teardown(() => next.stop());
  return next;
}

async function kept(t: ExecutionContext): Promise<{ server: TestServer; home: string; place: string }> {
  const own = temporaryHome();
  t.teardown(own.remove);
  const server = await startServer({ home: own.home });
  t.teardown(() => server.stop());
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  return { server, home, place: `127.0.0.1:${server.port}` };
}

test('by a link nothing is said and nothing asked; the key is known from then on', async t => {
  const { server, run, place } = await scene(t);
  t.regex(server.address, /^tchat:\/\/127\.0\.0\.1:\d+\/#[A-Za-z0-9_-]{43}$/);
  t.true(server.address.endsWith(fingerprintIn(server)));
  const first = await run(['users', server.address, '--name', 'alice', '--all', '--json']);
  t.deepEqual([first.code, first.stderr], [0, '']);
  const trust = await run(['trust']);
  t.is(trust.stdout, `${place}\t${fingerprintIn(server)}\n`);
});

test('by an address the key is kept at first use, said once on standard error, and in a file of one’s own', async t => {
  const { server, home, place, users, run } = await scene(t);
  const first = await users();
  t.is(first.code, 0);
  t.regex(first.stderr, /^tchat: [^\n]+\.\n$/);
  t.true(first.stderr.includes(fingerprintIn(server)) && first.stderr.includes(place));
  t.is((JSON.parse(first.stdout) as { name: string }).name, 'alice', 'nothing of it is on standard output');
  const second = await users();
  t.deepEqual([second.code, second.stderr], [0, '']);
  const file = join(home, 'config', 'known-servers.json');
  t.is(statSync(file).mode & 0o777, 0o600);
  const json = await run(['trust', '--json']);
  t.deepEqual(JSON.parse(json.stdout), { server: place, fingerprint: fingerprintIn(server) });
});

test('exit 3: another key is refused with both fingerprints and the one command that takes it', async t => {
  const { server, home, place } = await kept(t);
  const users = () => runTchat(['users', place, '--name', 'alice', '--all'], { home });
  await users();
  await server.stop();
  rmSync(join(server.data, 'server-key.json'));
  const other = await again(t, server);
  const refused = await users();
  t.is(refused.code, 3);
  t.regex(refused.stderr, /^tchat: [^\n]+\.\n$/);
  const command = `tchat trust ${place} ${fingerprintIn(other)}`;
  t.true(refused.stderr.includes(fingerprintIn(server)), refused.stderr);
  t.true(refused.stderr.includes(command), refused.stderr);
  for (const args of [
    ['send', place, '--to', '#a', '--name', 'alice', 'text'],
    ['tail', place, '--name', 'alice', '--count', '1'],
    ['users', server.address, '--name', 'alice'],
  ]) {
    t.is((await runTchat(args, { home })).code, 3, args[0]);
  }
  const accepted = await runTchat(command.split(' ').slice(1), { home });
  t.is(accepted.code, 0, accepted.stderr);
  const back = await users();
  t.deepEqual([back.code, back.stderr, back.stdout], [0, '', 'alice\n']);
  // And the link of before says so for itself.
  const linked = await runTchat(['users', server.address, '--name', 'alice'], { home });
  t.is(linked.code, 3);
  t.true(linked.stderr.includes(fingerprintIn(server)) && linked.stderr.includes(fingerprintIn(other)));
});

// Red when a fingerprint that begins with a dash is taken for an option, as one of 64 is.
test('a key is accepted whatever its fingerprint begins with', async t => {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  for (const key of [`-${'A'.repeat(42)}`, `--${'A'.repeat(41)}`]) {
    const run = await runTchat(['trust', '127.0.0.1:7420', key, '--json'], { home });
    t.is(run.code, 0, run.stderr);
    t.true((await runTchat(['trust', '--json'], { home })).stdout.includes(key));
  }
});

test('the screen leaves with exit 3 when the key is another one', async t => {
  const { server, home, place } = await scene(t);
  const attacker = await inTheMiddle(t, { tls: { key: newServerKey().key, cert: newServerKey().certificate } }).catch(
    () => null,
  );
  t.is(attacker, null, 'no certificate without its key');
  const own = newServerKey();
  const middle = await inTheMiddle(t, { tls: { key: own.key, cert: own.certificate }, relay: server.port });
  t.is((await runTchat(['trust', `127.0.0.1:${middle.port}`, fingerprintIn(server)], { home })).code, 0);
  const pty = openPty(['join', `127.0.0.1:${middle.port}`, '--name', 'alice'], { home });
  t.teardown(() => pty.close());
  t.deepEqual(await pty.exited, { code: 3, signal: 0 });
  const said = pty.screen().join('');
  t.true(said.includes(fingerprintIn(server)) && said.includes(own.fingerprint.toString('base64url')), said);
  t.deepEqual(middle.heard, [], 'not one byte');
  t.true(place.length > 0);
});

test('a key that changes while somebody is inside is final there too, and is said', async t => {
  const { server, home } = await scene(t);
  const proxy = await ChaosProxy.open(server.port);
  t.teardown(() => proxy.close());
  const pty = openPty(['join', `127.0.0.1:${proxy.port}`, '--name', 'alice'], { home });
  t.teardown(() => pty.close());
  await pty.waitFor(/connected .*encrypted/);
  await pty.waitFor(/was not known/);
  const own = newServerKey();
  const middle = await inTheMiddle(t, { tls: { key: own.key, cert: own.certificate } });
  proxy.target = middle.port;
  proxy.reset();
  await pty.waitFor(/disconnected/, { timeout: 20_000 });
  await pty.waitFor(/shows the key/);
  t.deepEqual(middle.heard, []);
  pty.press('Ctrl-Q');
  await pty.exited;
});

test('a new key that the old one signed for passes by itself, also for who was away for two of them', async t => {
  const { server, home, place } = await kept(t);
  const users = () => runTchat(['users', place, '--name', 'alice', '--all'], { home });
  await users();
  const second = await again(t, server, ['--rotate-key']);
  const passed = await users();
  t.is(passed.code, 0, passed.stderr);
  t.regex(passed.stderr, /^tchat: [^\n]+vouches[^\n]+\.\n$/);
  t.true(passed.stderr.includes(fingerprintIn(second)));
  const quiet = await users();
  t.deepEqual([quiet.code, quiet.stderr], [0, '']);
  const third = await again(t, second, ['--rotate-key']);
  const fourth = await again(t, third, ['--rotate-key']);
  t.is(new Set([server, second, third, fourth].map(fingerprintIn)).size, 4);
  t.is((await users()).code, 0);
  t.is((await runTchat(['users', server.address, '--name', 'alice'], { home })).code, 0, 'by the first link of all');
  const plain = await again(t, fourth);
  t.is(fingerprintIn(plain), fingerprintIn(fourth), 'a start alone changes nothing');
});

test('trust lists, accepts and forgets, and says what it cannot read', async t => {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  const trust = (...args: string[]) => runTchat(['trust', ...args], { home });
  const print = Buffer.alloc(32, 3).toString('base64url');
  t.deepEqual(await trust(), { code: 0, signal: null, stdout: '', stderr: '' });
  t.is((await trust('Chat.Example', print)).code, 0);
  t.is((await trust(`tchat://[::1]:9/#${print}`)).code, 0);
  t.is((await trust()).stdout, `[::1]:9\t${print}\nchat.example:7420\t${print}\n`);
  t.is((await trust('chat.example')).stdout, `chat.example:7420\t${print}\n`);
  t.is((await trust('--remove', 'CHAT.example.')).code, 0);
  for (const [args, code] of [
    [['chat.example'], 1],
    [['--remove', 'chat.example'], 1],
    [['--remove'], 2],
    [['chat.example', 'short'], 2],
    [['a b', print], 2],
    [['tchat://a/#x'], 2],
  ] as const) {
    const run = await trust(...args);
    t.is(run.code, code, args.join(' '));
    t.regex(run.stderr, /^tchat: [^\n]+\.\n$/);
  }
  t.is((await trust()).stdout, `[::1]:9\t${print}\n`);
});

test('a server is there for all addresses, and its link has one that others can reach', async t => {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  const pty = await runningServe(t, ['serve', '--headless', '--port', '0'], home);
  t.regex(pty.link, /^tchat:\/\/[^/]+:\d+\/#[A-Za-z0-9_-]{43}$/);
  t.notRegex(pty.link, /\/\/(\[::\]|0\.0\.0\.0|127\.|localhost)/);
  t.regex(pty.host, /^(::|0\.0\.0\.0)$/);
  const run = await runTchat(['users', pty.link, '--name', 'alice', '--all']);
  t.deepEqual([run.code, run.stdout], [0, 'alice\n'], run.stderr);
});

async function runningServe(t: ExecutionContext, args: readonly string[], home: string) {
  const pty = openPty(args, { home, columns: 200 });
  t.teardown(() => pty.close());
  const [line = ''] = (await pty.waitFor(/"listening"[^}]*\}/)).filter(row => row.includes('listening'));
  const { link, host } = JSON.parse(line.trim()) as { link: string; host: string };
  return { link, host };
}

test('without TLS a server is for its own machine, and a client says so by the link', async t => {
  const server = await startServer({ args: ['--no-tls'] });
  t.teardown(() => server.stop());
  t.is(server.address, `tchat+plain://127.0.0.1:${server.port}/`);
  t.is(server.lines[0]?.['fingerprint'], null);
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  const plain = await runTchat(['users', server.address, '--name', 'alice', '--all'], { home });
  t.deepEqual([plain.code, plain.stdout, plain.stderr], [0, 'alice\n', '']);
  t.false(readdirSync(home).includes('known-servers.json'));
  const secure = await runTchat(['users', `127.0.0.1:${server.port}`, '--name', 'alice'], { home });
  t.is(secure.code, 5);
  t.true(secure.stderr.includes(`tchat+plain://127.0.0.1:${server.port}`), secure.stderr);
  const pty = openPty(['join', server.address, '--name', 'bob'], { home });
  t.teardown(() => pty.close());
  await pty.waitFor(/● connected/);
  t.false(pty.screen().some(row => row.includes('encrypted')));

  for (const host of ['0.0.0.0', '::', '192.0.2.1']) {
    const run = await runTchat(['serve', '--headless', '--no-tls', '--host', host, '--port', '0']);
    t.is(run.code, 2, host);
    t.regex(run.stderr, /^tchat: [^\n]+\.\n$/);
  }
  for (const args of [['--no-tls'], ['--ephemeral']]) {
    t.is((await runTchat(['serve', '--headless', '--rotate-key', '--port', '0', ...args])).code, 2);
  }
});

test('a plain client at an encrypted server is told, and so is one that speaks something else', async t => {
  const { server } = await scene(t);
  const run = await runTchat(['users', `tchat+plain://127.0.0.1:${server.port}`, '--name', 'alice']);
  t.is(run.code, 4, run.stderr);
  t.regex(run.stderr, /encrypted connections alone/);
  await server.waitForLine(line => line['code'] === 'tls-required');
  t.false(readFileSync(join(server.data, 'server-key.json'), 'utf8').includes('alice'));
});
