// Every ack is lost on its way, and the same commands come again and again, from one connection after the other and across
// deaths of the server: each is kept once, in the order in which they were given (D2, D3, O2).
import { setTimeout as wait } from 'node:timers/promises';
import test from 'ava';
import type { MessageId } from '../../src/chat/vocabulary.ts';
import { accountOf } from '../../src/identity/keys.ts';
import { ChaosProxy } from '../helpers/chaos-proxy.ts';
import { check, type Sent, summary } from '../helpers/checker.ts';
import { newId, newProfile, openClient, openRaw, postTo, type RawClient } from '../helpers/clients.ts';
import { Killable } from '../helpers/killer.ts';
import { history } from '../helpers/talkers.ts';
import { cases, random, SEED } from '../helpers/tier.ts';

const IDS = cases(200, 1_000, 'TCHAT_FAULTS');
/** In each of these rounds five connections of one account send everything and hear nothing; then the server dies. */
const ROUNDS = 2;
const CONNECTIONS = 5;

// Broken once by a log that knows no receipts: all of them are refused.
test(`${IDS} commands, sent by ${ROUNDS * CONNECTIONS} connections that hear no ack, are ${IDS} messages (seed ${SEED})`, async t => {
  t.timeout(120_000);
  const next = random(SEED);
  const server = await Killable.open();
  t.teardown(() => server.close());
  const proxy = await ChaosProxy.open(server.port);
  t.teardown(() => proxy.close());
  const author = newProfile('author');
  const account = accountOf(author.key.public);
  const commands = Array.from({ length: IDS }, (_, n) => ({ id: newId(), text: `text ${n}` }));
  const packets = commands.map(({ id, text }) => ({ type: 'command', id, command: postTo('#lobby', text) }) as const);

  const witness = await openClient(t, 'witness', { port: server.port, tls: true, reconnect: true, random: () => 0.05 });

  for (let round = 1; round <= ROUNDS; round++) {
    proxy.turn({ blackhole: false });
    const peers: RawClient[] = [];
    for (let n = 0; n < CONNECTIONS; n++) {
      const peer = await openRaw(t, author, { port: proxy.port, tls: true });
      await peer.login();
      peers.push(peer);
    }
    proxy.turn({ blackhole: true }, 'down');
    for (const peer of peers) peer.send(...packets);
    // The first time it dies in the middle of it, then when it has them all.
    await witness.text(`text ${round < ROUNDS ? Math.floor(IDS / 4) : IDS - 1}`);
    await wait(next() * 4);
    t.deepEqual(
      server.lines.filter(line => line['event'] === 'warning'),
      [],
      'what is on its way to the log is not tried again',
    );
    await server.kill();
    t.deepEqual(
      peers.flatMap(peer => peer.packets.filter(packet => packet.type === 'ack')),
      [],
      'no ack got through',
    );
    await server.restart();
  }

  const last = await openRaw(t, author, { port: server.port, tls: true });
  await last.login();
  last.send(...packets);
  const answers = new Map<MessageId, Sent['outcome']>();
  await last.until('an answer to everything', () => {
    for (const packet of last.packets) {
      if (packet.type === 'ack') answers.set(packet.id, { is: 'ok', position: packet.position });
      if (packet.type === 'refused' && packet.id) answers.set(packet.id, { is: 'refused', code: packet.code });
    }
    return answers.size === IDS;
  });
  const sent = commands.map(each => ({ ...each, account, conversation: '#lobby', outcome: answers.get(each.id)! }));
  const lines = await history(author, server.port);
  t.is(lines.length, IDS);
  t.deepEqual(summary(check({ sent, histories: [lines], streams: [] })), []);
});
