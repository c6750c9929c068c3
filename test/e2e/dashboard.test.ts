// The operator's screen on a running server: who is online, the live log, broadcast, kick, limit.
import test, { type ExecutionContext } from 'ava';
import { say } from '../helpers/people.ts';
import { openPty, type Pty } from '../helpers/pty.ts';
import { runTchat } from '../helpers/server.ts';

async function serving(t: ExecutionContext): Promise<{ screen: Pty; address: string }> {
  const screen = openPty(['serve', '--host', '127.0.0.1', '--port', '0', '--name', 'lab'], { columns: 120, rows: 34 });
  t.teardown(() => screen.close());
  await screen.waitFor(/127\.0\.0\.1:\d+/);
  const [address = ''] = /127\.0\.0\.1:\d+/.exec(screen.screen().join('\n')) ?? [];
  return { screen, address };
}

async function client(t: ExecutionContext, address: string, name: string): Promise<Pty> {
  const pty = openPty(['join', address, '--name', name]);
  t.teardown(() => pty.close());
  await pty.waitFor(/connected/);
  return pty;
}

test('the operator sees who is online and what is said; private talk only as who with whom', async t => {
  const { screen, address } = await serving(t);
  const alice = await client(t, address, 'alice');
  await client(t, address, 'bob');
  await screen.waitFor(/alice\s+127\.0\.0\.1/);
  await screen.waitFor(/bob\s+127\.0\.0\.1/);
  say(alice, 'hello log');
  await screen.waitFor(/#lobby alice hello log/);
  say(alice, '/msg @bob a secret');
  await screen.waitFor(/alice ⇄ bob/);
  t.false(screen.screen().some(row => row.includes('a secret')));
});

test('a broadcast reaches everyone, marked as the server’s', async t => {
  const { screen, address } = await serving(t);
  const alice = await client(t, address, 'alice');
  const bob = await client(t, address, 'bob');
  screen.type(':');
  say(screen, 'broadcast Maintenance at noon');
  for (const each of [alice, bob]) await each.waitFor(/Maintenance at noon/);
  t.pass();
});

test('a kick asks first and names its target; the kicked client says why and does not come back by itself', async t => {
  const { screen, address } = await serving(t);
  const alice = await client(t, address, 'alice');
  await screen.waitFor(/alice\s+127/);
  screen.press('Down');
  screen.type('k');
  await screen.waitFor(/Kick alice/i);
  screen.type('be nice');
  screen.press('Enter');
  await alice.waitFor(/be nice/);
  await screen.waitFor(/alice.*kicked|kicked.*alice/i);
  alice.press('Ctrl-Q');
  t.is((await alice.exited).code, 0);
});

test('the limit of connections takes effect at once', async t => {
  const { screen, address } = await serving(t);
  await client(t, address, 'alice');
  screen.type(':');
  say(screen, 'limit 1');
  await screen.waitFor(/limit|1 \/|\/ 1/i);
  screen.press('Enter');
  await screen.waitFor(/1 \/ 1\b|\/ 1\s/);
  const refused = await runTchat(['users', address, '--name', 'bob']);
  t.is(refused.code, 4, refused.stderr);
});

test('closing the dashboard asks first, then the server stops and clients are told', async t => {
  const { screen, address } = await serving(t);
  const alice = await client(t, address, 'alice');
  screen.press('Ctrl-Q');
  await screen.waitFor(/Stop the server/i);
  screen.press('Enter');
  t.is((await screen.exited).code, 0);
  await alice.waitFor(/stopping|lost|back in/i);
});
