// What happens when somebody vanishes: a client, or the server.
import test from 'ava';
import { joined, say, serverFor } from '../helpers/people.ts';
import { startServer, temporaryHome } from '../helpers/server.ts';

test('a client that is killed is gone once, for everybody, and breaks nobody', async t => {
  const server = await serverFor(t);
  const alice = await joined(t, server, 'alice');
  const bob = await joined(t, server, 'bob');
  const carol = await joined(t, server, 'carol');
  for (const each of [alice, bob]) await each.waitFor(/● carol/);
  carol.kill('SIGKILL');
  for (const each of [alice, bob]) await each.waitFor(/○ carol/);
  say(alice, 'where did she go?');
  await bob.waitFor('where did she go?');
  t.is(server.lines.filter(line => line['event'] === 'gone' && line['name'] === 'carol').length, 1);
});

test('when the server goes, clients say so, keep what was typed, and come back by themselves', async t => {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  const first = await startServer({ home });
  t.teardown(() => first.stop());
  const alice = await joined(t, first, 'alice');
  const bob = await joined(t, first, 'bob');
  alice.type('half a thought');
  await alice.waitFor('half a thought');
  await first.stop('SIGKILL');
  await alice.waitFor(/lost|back in|reconnect|waiting/i);
  await alice.waitFor('half a thought');
  alice.press('Ctrl-U');
  say(alice, 'written while away');
  await alice.waitFor(/written while away.*queued/);
  const second = await startServer({ home, port: first.port });
  t.teardown(() => second.stop());
  await alice.waitFor(/written while away.*✓/, { timeout: 40_000 });
  await bob.waitFor(/written while away/, { timeout: 40_000 });
  t.pass();
});

test('a server that drains says goodbye: clients wait for it and do not end', async t => {
  const server = await startServer();
  t.teardown(() => server.stop());
  const alice = await joined(t, server, 'alice');
  await server.stop('SIGTERM');
  await alice.waitFor(/stopping|lost|back in/i);
  alice.press('Ctrl-Q');
  t.is((await alice.exited).code, 0);
});
