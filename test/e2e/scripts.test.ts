// Scripts and pipes: send, tail, users, and every exit code that applies.
import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { encodeClose } from '../../src/protocol/frame.ts';
import { serverFor } from '../helpers/people.ts';
import { environment, MAIN } from '../helpers/program.ts';
import { runTchat, startServer, temporaryHome } from '../helpers/server.ts';

/** One sentence on standard error, and nothing of a stack trace. */
function oneSentence(t: ExecutionContext, stderr: string): void {
  t.regex(stderr, /^tchat: [^\n]+\.\n$/);
}

test('ten thousand lines of a pipe arrive complete and in order', async t => {
  const server = await serverFor(t);
  const lines = Array.from({ length: 10_000 }, (_, index) => String(index + 1));
  const tail = runTchat(['tail', server.address, '--json', '--count', '10000', '--since', '0', '--name', 'reader']);
  const sent = await runTchat(['send', server.address, '--to', '#lobby', '--name', 'writer', '-'], {
    input: `${lines.join('\n')}\n`,
  });
  t.is(sent.code, 0, sent.stderr);
  const { stdout, code } = await tail;
  t.is(code, 0);
  const events = stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as { text: string; position: number });
  t.deepEqual(
    events.map(event => event.text),
    lines,
  );
  t.true(events.every((event, index) => index === 0 || event.position > (events[index - 1]?.position ?? 0)));
});

test('a line that is too long is split, empty ones are left out, broken UTF-8 and colours do no harm', async t => {
  const server = await serverFor(t);
  const long = '字'.repeat(5_000);
  const input = Buffer.concat([
    Buffer.from(`first\r\n\n   \n\u001b[31mred\u001b[0m\n${long}\n`),
    Buffer.from([0xff, 0xfe, 0x0a]),
  ]);
  const sent = await runTchat(['send', server.address, '--to', '#ci', '--name', 'ci', '--json', '-'], { input });
  t.is(sent.code, 0, sent.stderr);
  const texts = sent.stdout
    .trimEnd()
    .split('\n')
    .map(line => (JSON.parse(line) as { text: string }).text);
  t.deepEqual(texts.slice(0, 2), ['first', 'red']);
  t.is(texts.slice(2, -1).join(''), long);
  t.true(texts.slice(2, -1).every(text => Buffer.byteLength(text) <= 8192));
  t.is(texts.at(-1), '\ufffd\ufffd');
});

test('--batch joins lines up to the limit of a message', async t => {
  const server = await serverFor(t);
  const input = `${Array.from({ length: 450 }, (_, index) => `line ${index}`).join('\n')}\n`;
  const sent = await runTchat(['send', server.address, '--to', '#ci', '--name', 'ci', '--batch', '--json', '-'], {
    input,
  });
  t.is(sent.code, 0, sent.stderr);
  const texts = sent.stdout
    .trimEnd()
    .split('\n')
    .map(line => (JSON.parse(line) as { text: string }).text);
  t.deepEqual(
    texts.map(text => text.split('\n').length),
    [200, 200, 50],
  );
  t.is(`${texts.join('\n')}\n`, input);
});

test('tail begins where --since says, prints plain lines, and stops at --count', async t => {
  const server = await serverFor(t);
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  const send = (text: string) =>
    runTchat(['send', server.address, '--to', '#ci', '--name', 'ci', '--json', text], { home });
  const { stdout } = await send('one');
  const { position } = JSON.parse(stdout) as { position: number };
  await send('two\nlines');
  await send('three');
  const first = ['tail', server.address, '--since', String(position), '--count', '2', '--name', 'reader'];
  const after = await runTchat(first, { home });
  t.regex(after.stdout, /^\d\d:\d\d:\d\d #ci ci: two\n {4}lines\n\d\d:\d\d:\d\d #ci ci: three\n$/);
  const recent = await runTchat(
    ['tail', server.address, '--since', '10m', '--count', '3', '--room', '#ci', '--name', 'reader'],
    { home },
  );
  t.is(recent.stdout.trimEnd().split('\n').length, 4, recent.stdout + recent.stderr);
});

test('a private line reaches only the one it is for', async t => {
  const server = await serverFor(t);
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  await runTchat(['users', server.address, '--name', 'bob'], { home });
  const carol = runTchat(['tail', server.address, '--name', 'carol', '--since', '0', '--count', '1', '--json'], {
    home,
  });
  const bob = runTchat(['tail', server.address, '--name', 'bob', '--since', '0', '--count', '1', '--json'], { home });
  const sent = await runTchat(['send', server.address, '--to', '@bob', '--name', 'alice', 'for bob'], { home });
  t.is(sent.code, 0, sent.stderr);
  t.is((JSON.parse((await bob).stdout) as { text: string }).text, 'for bob');
  await runTchat(['send', server.address, '--to', '#lobby', '--name', 'alice', 'for all'], { home });
  t.is((JSON.parse((await carol).stdout) as { text: string }).text, 'for all');
});

test('users lists who is there; a script is not', async t => {
  const server = await serverFor(t);
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  const none = await runTchat(['users', server.address, '--name', 'script', '--json'], { home });
  t.deepEqual([none.code, none.stdout], [0, '']);
  const all = await runTchat(['users', server.address, '--name', 'script', '--json', '--all'], { home });
  t.is((JSON.parse(all.stdout) as { name: string }).name, 'script');
});

test('exit 2: wrong usage', async t => {
  for (const args of [
    ['nonsense'],
    ['send', 'localhost'],
    ['send', 'localhost', '--to', '#a'],
    ['send', 'localhost', '--to', 'a', 'text'],
    ['send', 'not an address', '--to', '#a', '--name', 'x', 'text'],
    ['tail', 'localhost', '--since', 'yesterday'],
    ['tail', 'localhost', '--count', '0'],
    ['serve', '--port', '70000'],
    ['users', 'localhost'],
  ]) {
    const run = await runTchat(args);
    t.is(run.code, 2, `${args.join(' ')}: ${run.stderr}`);
    oneSentence(t, run.stderr);
  }
});

test('exit 4: nobody of that name, a name that is taken or invalid', async t => {
  const server = await serverFor(t);
  t.is((await runTchat(['users', server.address, '--name', 'alice'])).code, 0);
  for (const args of [
    ['send', server.address, '--to', '@nobody', '--name', 'bob', 'text'],
    ['users', server.address, '--name', 'alice'],
    ['users', server.address, '--name', 'ALICE'],
    ['users', server.address, '--name', 'two words'],
    ['users', server.address, '--name', 'admin'],
  ]) {
    const run = await runTchat(args);
    t.is(run.code, 4, `${args.join(' ')}: ${run.stderr}`);
    oneSentence(t, run.stderr);
  }
});

test('exit 4: a server that is full, for all or for one address', async t => {
  for (const option of ['--max-users', '--max-per-address']) {
    const server = await startServer({ args: [option, '1'] });
    t.teardown(() => server.stop());
    const { home, remove } = temporaryHome();
    t.teardown(remove);
    const tail = spawn(process.execPath, [MAIN, 'tail', server.address, '--name', 'first'], {
      ...{ env: environment(home), stdio: 'ignore' },
    });
    t.teardown(() => tail.kill('SIGKILL'));
    await server.waitForLine(line => line['event'] === 'connected');
    const run = await runTchat(['users', server.address, '--name', 'second']);
    t.is(run.code, 4, run.stderr);
    t.regex(run.stderr, /full|no more connections/);
    oneSentence(t, run.stderr);
    await server.stop();
  }
});

test('exit 4: another version of the protocol', async t => {
  const port = await listen(t, socketServer(encodeClose({ code: 'version', detail: '7-9' })));
  const run = await runTchat(['users', `tchat+plain://127.0.0.1:${port}`, '--name', 'alice']);
  t.is(run.code, 4);
  t.regex(run.stderr, /speaks version 7-9 of the protocol and this tchat 1-1/);
  oneSentence(t, run.stderr);
});

test('exit 5: nobody listens, no such host, no tchat server, no answer', async t => {
  const http = await listen(t, socketServer(Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')));
  const mute = await listen(
    t,
    createServer(() => {}),
  );
  const closed = await listen(
    t,
    createServer(socket => socket.destroy()),
  );
  for (const address of [
    '127.0.0.1:1',
    'no-such-host.invalid',
    `127.0.0.1:${http}`,
    `127.0.0.1:${mute}`,
    `127.0.0.1:${closed}`,
  ]) {
    const run = await runTchat(['users', address, '--name', 'alice', '--timeout', '1']);
    t.is(run.code, 5, `${address}: ${run.stderr}`);
    oneSentence(t, run.stderr);
  }
});

test('exit 1: the port is taken', async t => {
  const server = await serverFor(t);
  const run = await runTchat(['serve', '--headless', '--host', '127.0.0.1', '--port', String(server.port)]);
  t.is(run.code, 1);
  oneSentence(t, run.stderr);
});

test('a refusal stops a pipe and says how many lines are stored', async t => {
  const server = await serverFor(t);
  const input = 'one\ntwo\n';
  const run = await runTchat(['send', server.address, '--to', '@nobody', '--name', 'ci', '-'], { input });
  t.is(run.code, 4);
  t.regex(run.stderr, /0 messages were stored/);
});

test('a headless server prints JSON lines, and SIGTERM lets it end by itself', async t => {
  const server = await startServer({ args: ['--name', 'lab'] });
  t.teardown(() => server.stop());
  await runTchat(['send', server.address, '--to', '#ci', '--name', 'ci', 'text']);
  await server.waitForLine(line => line['event'] === 'claimed' && line['name'] === 'ci');
  await server.waitForLine(line => line['event'] === 'gone');
  t.is(server.lines[0]?.['event'], 'listening');
  t.true(server.lines.every(line => typeof line['event'] === 'string'));
  t.false(server.lines.some(line => line['event'] === 'message'));
  const code = await new Promise(resolve => {
    server.child.once('exit', resolve);
    server.child.kill('SIGTERM');
  });
  t.is(code, 0);
});

function socketServer(answer: Buffer): Server {
  return createServer(socket => {
    socket.on('error', () => {});
    socket.resume();
    socket.end(answer);
  });
}

async function listen(t: ExecutionContext, server: Server): Promise<number> {
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', socket => sockets.add(socket));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
