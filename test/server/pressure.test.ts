// Readers that stop, senders that flood: they are held, alone, and lose nothing.
import test from 'ava';
import { COMMANDS_IN_FLIGHT, FRAME_CONTROL, OUTBOUND_QUEUED } from '../../src/limits.ts';
import { encodePacket } from '../../src/protocol/codec.ts';
import type { ServerPacket } from '../../src/protocol/packet.ts';
import type { Server } from '../../src/server/server.ts';
import {
  newId,
  newProfile,
  openClient,
  openRaw,
  openServer,
  postTo,
  type RawClient,
  textsOf,
} from '../helpers/clients.ts';
import { HeldLog } from '../helpers/held-log.ts';

/** Bytes that the server holds for each account. */
function queues(server: Server): Map<string, number> {
  const admin = server.admin(() => {});
  const rows = admin.snapshot().users;
  admin.close();
  return new Map(rows.map(row => [row.name, row.queuedBytes]));
}

const textsIn = (raw: RawClient) =>
  raw.packets.flatMap(packet => (packet.type === 'event' ? textsOf([packet.event]) : []));
const eventPositions = (packets: readonly ServerPacket[]) =>
  packets.flatMap(packet => (packet.type === 'event' ? [packet.event.position] : []));
const rising = (numbers: readonly number[]) =>
  numbers.every((number, n) => n === 0 || number > (numbers[n - 1] as number));

// Red when catchUp returns without asking whether the queue is full: nobody tells it that there is room again.
test('a member that stops reading costs the others nothing, and gets all in order once it reads again', async t => {
  const server = await openServer(t);
  const { port } = server.facts;
  const slow = await openRaw(t, 'slow', { port });
  await slow.login();
  const alice = await openClient(t, 'alice', { port });
  const bob = await openClient(t, 'bob', { port });
  await slow.packet('presence', packet => packet.name === 'bob');
  slow.socket.pause();
  // First as much as the kernel takes for it.
  const texts = Array.from({ length: 2_700 }, (_, n) => `${n} ${'x'.repeat(n < 700 ? 8_000 : 1_016)}`);
  let most = 0;
  for (const [n, text] of texts.entries()) {
    alice.client.send(postTo('#lobby', text));
    if (n % 60 !== 59) continue;
    await alice.until('answers', () => alice.client.unanswered === 0);
    most = Math.max(most, queues(server).get('slow') ?? 0);
  }
  await bob.text(texts.at(-1) as string);
  t.is(bob.texts().length, texts.length);
  t.deepEqual(textsIn(slow), []);
  t.true(most > OUTBOUND_QUEUED, 'it was behind');
  t.true(most <= 512 * 1_024, `${most} bytes`);
  slow.socket.resume();
  await slow.packet('event', packet => textsOf([packet.event])[0] === texts.at(-1));
  t.deepEqual(textsIn(slow), texts);
  t.true(rising(eventPositions(slow.packets)));
  // And it is pushed to again.
  await bob.says('#lobby', 'now');
  await slow.packet('event', packet => textsOf([packet.event])[0] === 'now');
});

// Red when one run of messages goes to a reader unbounded: everything of one turn is then queued for it at once.
test('what many post in one turn is not queued whole for a reader that stopped', async t => {
  const server = await openServer(t);
  const { port } = server.facts;
  const slow = await openRaw(t, 'slow', { port });
  await slow.login();
  slow.socket.pause();
  const raws = await Promise.all(Array.from({ length: 6 }, (_, n) => openRaw(t, `poster${n}`, { port })));
  for (const raw of raws) await raw.login({ presence: false });
  const text = 'x'.repeat(8_000);
  let most = 0;
  for (let round = 0; round < 3; round++) {
    for (const raw of raws)
      raw.send(
        ...Array.from(
          { length: 40 },
          () => ({ type: 'command', id: newId(), command: postTo('#lobby', text) }) as const,
        ),
      );
    await Promise.all(raws.map(raw => raw.until('acks', () => raw.packets.length >= 2 + (round + 1) * 40)));
    most = Math.max(most, queues(server).get('slow') ?? 0);
  }
  t.true(most <= 512 * 1_024, `${most} bytes`);
});

// Red when presence is dropped for a reader that is behind, without a word.
test('who was behind hears that the list of people is out of date', async t => {
  const server = await openServer(t);
  const { port } = server.facts;
  const slow = await openRaw(t, 'slow', { port });
  await slow.login();
  const alice = await openClient(t, 'alice', { port });
  await slow.packet('presence', packet => packet.name === 'alice');
  slow.socket.pause();
  for (let n = 0; (queues(server).get('slow') ?? 0) <= OUTBOUND_QUEUED; n++)
    await alice.says('#lobby', `${n} ${'x'.repeat(8_000)}`);
  const bob = await openClient(t, 'bob', { port });
  await bob.says('#lobby', 'end');
  slow.socket.resume();
  await slow.packet('stale');
  t.false(slow.packets.some(packet => packet.type === 'presence' && packet.name === 'bob'));
  await slow.packet('event', packet => textsOf([packet.event])[0] === 'end');
});

// Red when the index forgets a room for a reader that has not seen its leaving yet.
test('who was behind while another session left a room still gets everything up to that leave', async t => {
  const server = await openServer(t);
  const { port } = server.facts;
  const profile = newProfile('slow');
  const other = await openClient(t, profile, { port });
  await other.join('#dev');
  const slow = await openRaw(t, profile, { port });
  await slow.login();
  const alice = await openClient(t, 'alice', { port });
  await alice.join('#dev');
  await slow.packet(
    'event',
    packet => packet.event.kind === 'joined' && packet.event.from === 'alice' && packet.event.conversation === '#dev',
  );
  slow.socket.pause();
  let n = 0;
  for (; (queues(server).get('slow') ?? 0) <= OUTBOUND_QUEUED || n < 30; n++)
    await alice.says('#dev', `${n} ${'x'.repeat(8_000)}`);
  await other.does({ kind: 'leave', room: '#dev' });
  await alice.says('#dev', 'not for slow');
  await alice.says('#lobby', 'end');
  slow.socket.resume();
  await slow.packet('event', packet => textsOf([packet.event])[0] === 'end');
  t.deepEqual(
    textsIn(slow).map(text => text.split(' ')[0]),
    [...Array.from({ length: n }, (_, each) => `${each}`), 'end'],
  );
  t.true(slow.packets.some(packet => packet.type === 'event' && packet.event.kind === 'left'));
  t.true(rising(eventPositions(slow.packets)));
});

// Red when a pause takes effect only with the next chunk, or not at all.
test('a sender has 256 commands in the server’s hands at most; the rest waits, others do not, and none is lost', async t => {
  const log = new HeldLog();
  const server = await openServer(t, { log });
  const { port } = server.facts;
  const flood = await openRaw(t, 'flood', { port });
  await flood.login();
  const bob = await openClient(t, 'bob', { port });
  const texts = Array.from({ length: 2_000 }, (_, n) => `${n}`);
  log.hold = true;
  log.batches.length = 0;
  flood.write(
    Buffer.concat(texts.map(text => encodePacket({ type: 'command', id: newId(), command: postTo('#lobby', text) }))),
  );
  for (let n = 0; n < 50; n++) await bob.query({ kind: 'rooms' });
  t.is(log.batches.length, 1, 'one is on its way');
  log.release();
  await bob.text('1999');
  t.deepEqual(bob.texts(), texts);
  const [first = 0, second = 0] = log.batches;
  t.is(first === COMMANDS_IN_FLIGHT ? first : first + second, COMMANDS_IN_FLIGHT);
});

// Red when queries are answered although the reader takes no answers: each costs the server a page.
test('a flood of queries by one who reads no answers is answered as far as its queue goes', async t => {
  const server = await openServer(t);
  const { port } = server.facts;
  const alice = await openClient(t, 'alice', { port });
  for (let n = 0; n < 60; n++) await alice.says('#big', `${n} ${'x'.repeat(2_000)}`);
  const flood = await openRaw(t, 'flood', { port });
  await flood.login({ presence: false });
  flood.socket.pause();
  const query = { kind: 'history', scope: { of: 'all' }, before: null, after: null, since: null, limit: 200 } as const;
  const count = 700;
  const frames = Array.from({ length: count }, (_, ref) => encodePacket({ type: 'query', ref, query }));
  t.true(frames.reduce((sum, frame) => sum + frame.length, 0) < FRAME_CONTROL * 2);
  flood.write(Buffer.concat(frames));
  for (let n = 0; n < 20; n++) await alice.says('#lobby', `${n}`);
  t.true((queues(server).get('flood') ?? 0) <= 512 * 1_024);
  flood.socket.resume();
  await flood.packet('page', page => page.ref === count - 1);
  t.deepEqual(
    flood.packets.flatMap(packet => (packet.type === 'page' ? [packet.ref] : [])),
    Array.from({ length: count }, (_, ref) => ref),
  );
});
