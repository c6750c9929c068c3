// A headless server watched from outside: the metrics' address and the structured log of the built program.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { runTchat, startServer, temporaryHome } from '../helpers/server.ts';

function newHome(t: ExecutionContext): string {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  return home;
}

const linesOf = (text: string) =>
  text
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Record<string, unknown>);

test('a server is watched at the address it was told, and writes what happens to a file; what it prints stays as it was', async t => {
  const home = newHome(t);
  const file = join(home, 'server.log');
  const server = await startServer({ home, args: ['--metrics', '0', '--log', file, '--log-level', 'debug'] });
  t.teardown(() => server.stop('SIGKILL'));
  const { host, port } = await server.waitForLine(line => line['event'] === 'metrics');
  t.is(host, '127.0.0.1', 'loopback unless said otherwise');
  t.is(server.lines[0]?.['event'], 'listening');
  const sent = await runTchat(['send', server.address, '--name', 'alice', '--to', '#lobby', 'SECRET'], { home });
  t.is(sent.code, 0, sent.stderr);
  await server.waitForLine(({ event, name }) => event === 'gone' && name === 'alice');
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  t.regex(metrics, /^tchat_messages_total 1$/m);
  t.regex(metrics, /^process_resident_memory_bytes \d/m);
  const health = await fetch(`http://127.0.0.1:${port}/health`);
  t.deepEqual([health.status, await health.json()], [200, { status: 'ok' }]);
  t.is(await server.stop(), 0);
  await t.throwsAsync(fetch(`http://127.0.0.1:${port}/health`));
  const text = readFileSync(file, 'utf8');
  t.false(text.includes('SECRET'));
  const events = linesOf(text).map(line => `${line['level']} ${line['event']}`);
  for (const event of ['info listening', 'info connected', 'debug message', 'info gone', 'info stopping']) {
    t.true(events.includes(event), event);
  }
  t.is(events.at(-1), 'info stopped');
});

test('without options nothing is opened; with a level alone the log is standard error; a full disk under it ends nothing', async t => {
  const home = newHome(t);
  const plain = await startServer({ home });
  t.teardown(() => plain.stop('SIGKILL'));
  t.is(await plain.stop(), 0);
  t.is(plain.stderr(), '');
  t.false(plain.lines.some(({ event }) => event === 'metrics'));

  const full = await startServer({ home, args: ['--log', '/dev/full'] });
  t.teardown(() => full.stop('SIGKILL'));
  t.is(await full.stop(), 0);
  t.is(full.stderr(), '');

  const logged = await startServer({ home, args: ['--log-level', 'info', '--metrics', 'localhost:0'] });
  t.teardown(() => logged.stop('SIGKILL'));
  const { port } = await logged.waitForLine(({ event }) => event === 'metrics');
  const args = ['serve', '--headless', '--ephemeral', '--port', '0', '--metrics'];
  const taken = await runTchat([...args, `localhost:${port}`], { home });
  t.is(taken.code, 1);
  t.regex(taken.stderr, /^tchat: The metrics cannot be served at localhost:\d+: EADDRINUSE; [^\n]+\n$/);
  const wrong = await runTchat([...args, 'here:there'], { home });
  t.is(wrong.code, 2);
  t.regex(wrong.stderr, /^tchat: --metrics is wrong: [^\n]+\n$/);
  t.is(await logged.stop(), 0);
  const events = linesOf(logged.stderr()).map(({ event }) => event);
  t.deepEqual(events, ['listening', 'stopping', 'stopped']);
});
