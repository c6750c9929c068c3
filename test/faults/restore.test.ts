// A server that is put back to a copy of its data from before: what was said since is gone, and talk goes on all the same.
import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { ClientMessage } from '../../src/client/client.ts';
import { openClient } from '../helpers/clients.ts';
import { Killable } from '../helpers/killer.ts';
import { temporaryHome } from '../helpers/program.ts';

// Broken once by a client that keeps a cursor beyond the server's head: it is deaf to all that comes below.
test('after a server was put back to an earlier copy its clients hear what is said', async t => {
  const copy = temporaryHome();
  t.teardown(copy.remove);
  const server = await Killable.open();
  t.teardown(() => server.close());
  const options = { port: server.port, tls: true, reconnect: true, random: () => 0.05 };
  const alice = await openClient(t, 'alice', options);
  const bob = await openClient(t, 'bob', options);
  await server.kill();
  // The operators' socket of the server that was killed is no file.
  const filter = (from: string) => !from.endsWith('.sock');
  cpSync(server.data, join(copy.home, 'data'), { recursive: true, filter });

  await server.restart();
  for (let n = 0; n < 20; n++) await alice.says('#lobby', `lost ${n}`);
  await bob.text('lost 19');
  await server.kill();
  rmSync(server.data, { recursive: true });
  cpSync(join(copy.home, 'data'), server.data, { recursive: true });
  await server.restart();

  const back = (all: readonly ClientMessage[]) => all.filter(each => each.is === 'online').length === 3;
  await alice.until('alice is back', back);
  await bob.until('bob is back', back);
  await alice.says('#lobby', 'still there?');
  await bob.text('still there?');
  t.is(bob.texts('#lobby').filter(text => text === 'lost 0').length, 1, 'what was heard is not heard again');
});
