// The client through a bad network: it says so, comes back, sends again what had no answer, and pulls what it missed.
import { createServer, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { Client, type ClientMessage } from '../../src/client/client.ts';
import { CommandOutbox } from '../../src/client/outbox.ts';
import {
  LOGIN_TIMEOUT,
  PEER_DEAD,
  PING_IDLE,
  RECONNECT_FIRST,
  UNACKED_BYTES,
  UNACKED_MESSAGES,
} from '../../src/limits.ts';
import { encodePacket } from '../../src/protocol/codec.ts';
import { encodeClose, encodeFrame, FRAME } from '../../src/protocol/frame.ts';
import type { ServerPacket } from '../../src/protocol/packet.ts';
import { systemClock } from '../../src/session/clock.ts';
import { ChaosProxy } from '../helpers/chaos-proxy.ts';
import {
  newId,
  newProfile,
  openClient,
  openServer,
  postTo,
  postToName,
  startClient,
  type TestClient,
} from '../helpers/clients.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { Inbox } from '../helpers/inbox.ts';

async function proxyTo(t: ExecutionContext, port: number): Promise<ChaosProxy> {
  const proxy = await ChaosProxy.open(port);
  t.teardown(() => proxy.close());
  return proxy;
}

const onlineAgain = (client: TestClient, times = 1) =>
  client.until(`online again ${times}`, all => all.filter(each => each.is === 'online' && each.again).length >= times);
const rising = (numbers: readonly number[]) =>
  numbers.every((number, n) => n === 0 || number > (numbers[n - 1] as number));
const positions = (client: TestClient) => client.events.map(event => event.position);

/** A port whose answers the test writes by hand. */
async function script(t: ExecutionContext, onConnect: (socket: Socket) => void): Promise<number> {
  const server = createServer(socket => {
    socket.on('error', () => {});
    t.teardown(() => socket.destroy());
    onConnect(socket);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}

for (const cut of ['random', 'bytes'] as const) {
  test(`a conversation through a wire that is cut (${cut}) is the same for all`, async t => {
    const { port } = (await openServer(t)).facts;
    const proxy = await proxyTo(t, port);
    proxy.turn({ cut });
    const alice = await openClient(t, 'alice', { port: proxy.port });
    const bob = await openClient(t, 'bob', { port: proxy.port });
    const direct = await openClient(t, 'carol', { port });
    await Promise.all([alice.join('#dev'), direct.join('#dev').catch(() => null)]);
    await bob.join('#dev').catch(() => null);
    const texts = Array.from({ length: 20 }, (_, n) => `${n} 中文 👨‍👩‍👧 ${'x'.repeat(n * 7)}`);
    for (const [n, text] of texts.entries()) (n % 2 ? alice : bob).client.send(postTo('#dev', text));
    await Promise.all([alice, bob, direct].map(client => client.until('all', () => client.texts('#dev').length >= 20)));
    t.deepEqual([...direct.texts('#dev')].sort(), [...texts].sort());
    t.deepEqual(alice.texts('#dev'), direct.texts('#dev'));
    t.deepEqual(bob.texts('#dev'), direct.texts('#dev'));
    for (const client of [alice, bob]) t.true(rising(positions(client)));
  });
}

for (const how of ['cut', 'reset'] as const) {
  // Red when rewind forgets what was in flight, or the server forgets ids: lost or twice.
  test(`after a ${how} the client comes back, sends what had no answer once, and pulls what it missed in order`, async t => {
    const { port } = (await openServer(t)).facts;
    const proxy = await proxyTo(t, port);
    const alice = await openClient(t, 'alice', { port: proxy.port, reconnect: true });
    const bob = await openClient(t, 'bob', { port });
    await alice.says('#lobby', 'before');
    await bob.text('before');
    // The server hears alice, and its answers do not reach her.
    proxy.turn({ blackhole: true }, 'down');
    const sent = Array.from({ length: 40 }, (_, n) => `alice ${n}`);
    for (const text of sent.slice(0, 20)) alice.client.send(postTo('#lobby', text));
    await bob.text('alice 19');
    await bob.says('#lobby', 'bob meanwhile');
    proxy.refusing = true;
    proxy[how]();
    const { error } = await alice.message('waiting');
    t.is(error.code, 'connection-lost');
    for (const text of sent.slice(20)) alice.client.send(postTo('#lobby', text));
    for (let n = 0; n < 250; n++) bob.client.send(postTo('#lobby', `away ${n}`));
    await bob.text('away 249');
    proxy.turn({ blackhole: false });
    proxy.refusing = false;
    await onlineAgain(alice);
    await alice.until('everything', () => alice.client.unanswered === 0);
    await bob.says('#lobby', 'end');
    await alice.text('end');
    t.deepEqual(alice.texts(), bob.texts());
    t.deepEqual(
      alice.texts().filter(text => text.startsWith('alice')),
      sent,
    );
    t.is(alice.texts().filter(text => text.startsWith('away')).length, 250);
    t.true(rising(positions(alice)), 'in order, each once');
  });
}

// Red when live events are heard while older ones are still being pulled.
test('what comes live while the missed is pulled waits for it, however much it is', async t => {
  const { port } = (await openServer(t)).facts;
  const proxy = await proxyTo(t, port);
  const alice = await openClient(t, 'alice', { port: proxy.port, reconnect: true });
  const bob = await openClient(t, 'bob', { port });
  proxy.refusing = true;
  proxy.cut();
  await alice.message('waiting');
  for (let n = 0; n < 700; n++) bob.client.send(postTo('#lobby', `${n}`));
  await bob.text('699');
  // Each answer takes its time, and bob goes on talking.
  proxy.turn({ delay: 3 }, 'up');
  proxy.refusing = false;
  const talking = (async () => {
    for (let n = 700; n < 2_400; n++) {
      bob.client.send(postTo('#lobby', `${n}`));
      if (n % 20 === 0) await bob.text(`${n}`);
    }
  })();
  await talking;
  await alice.text('2399');
  t.deepEqual(
    alice.texts(),
    Array.from({ length: 2_400 }, (_, n) => `${n}`),
  );
  t.true(rising(positions(alice)));
});

test('a script pulls what it watches, private talk as it was asked for, and nothing when it watches nothing', async t => {
  const { port } = (await openServer(t)).facts;
  const proxy = await proxyTo(t, port);
  const open = (name: string) => openClient(t, name, { port: proxy.port, reconnect: true, presence: false });
  const room = await open('room');
  const all = await open('all');
  const mute = await open('mute');
  const bob = await openClient(t, 'bob', { port });
  room.client.watch(['#dev'], false);
  all.client.watch('all', true);
  await Promise.all([room.query({ kind: 'rooms' }), all.query({ kind: 'rooms' })]);
  proxy.refusing = true;
  proxy.cut();
  await Promise.all([room, all, mute].map(client => client.message('waiting')));
  await bob.says('#dev', 'in dev');
  await bob.says('#other', 'in other');
  await bob.does(postToName('room', 'to room'));
  await bob.does(postToName('all', 'to all'));
  proxy.refusing = false;
  await Promise.all([room, all, mute].map(client => onlineAgain(client)));
  await bob.says('#dev', 'end');
  await Promise.all([room.text('end'), all.text('end'), mute.query({ kind: 'rooms' })]);
  t.deepEqual(room.texts(), ['in dev', 'end']);
  t.deepEqual(all.texts(), ['in dev', 'in other', 'to all', 'end']);
  t.deepEqual(mute.texts(), []);
});

// Red when the cursor of the old server is asked for at the new one.
test('a server that began anew is heard from its first event on', async t => {
  const first = await openServer(t);
  const proxy = await proxyTo(t, first.facts.port);
  const profile = newProfile('alice');
  const alice = await openClient(t, profile, { port: proxy.port, reconnect: true });
  for (let n = 0; n < 30; n++) await alice.says('#lobby', `old ${n}`);
  const second = await openServer(t);
  const bob = await openClient(t, 'bob', { port: second.facts.port });
  await bob.says('#lobby', 'new 1');
  proxy.refusing = true;
  proxy.cut();
  await alice.message('waiting');
  proxy.target = second.facts.port;
  proxy.refusing = false;
  await onlineAgain(alice);
  await bob.says('#lobby', 'new 2');
  await alice.text('new 2');
  t.deepEqual(alice.texts().slice(-2), ['new 1', 'new 2']);
});

test('a half-open connection is noticed by both sides, and what was sent meanwhile arrives once', async t => {
  const clock = fakeClock();
  const { port } = (await openServer(t)).facts;
  const proxy = await proxyTo(t, port);
  const bob = await openClient(t, 'bob', { port });
  const alice = await openClient(t, 'alice', { port: proxy.port, reconnect: true, clock });
  await bob.message('presence', each => each.presence.name === 'alice' && each.presence.here);
  proxy.halfOpen('server');
  await bob.message('presence', each => each.presence.name === 'alice' && !each.presence.here);
  alice.client.send(postTo('#lobby', 'into the void'));
  await bob.says('#lobby', 'unheard');
  clock.advance(PING_IDLE);
  t.is(alice.messages.filter(each => each.is === 'waiting').length, 0);
  clock.advance(PEER_DEAD - PING_IDLE);
  const { error, retryAt } = await alice.message('waiting');
  t.is(error.code, 'peer-dead');
  t.is(retryAt, clock.now(), 'no jitter in this test');
  clock.advance(RECONNECT_FIRST);
  await onlineAgain(alice);
  await bob.text('into the void');
  await alice.text('into the void');
  t.deepEqual(alice.texts(), ['unheard', 'into the void']);
});

test('pauses between dials grow while the server is away, and begin anew once it was there', async t => {
  const clock = fakeClock();
  const { port } = (await openServer(t)).facts;
  const proxy = await proxyTo(t, port);
  const alice = await openClient(t, 'alice', { port: proxy.port, reconnect: true, clock, random: () => 1 });
  const pauses: number[] = [];
  proxy.refusing = true;
  proxy.cut();
  for (let n = 1; n <= 4; n++) {
    const waiting = await alice.until('waiting', all => all.filter(each => each.is === 'waiting')[n - 1]);
    pauses.push(waiting.retryAt - clock.now());
    proxy.refusing = n < 4;
    clock.advance(waiting.retryAt - clock.now());
  }
  t.deepEqual(pauses, [500, 1_000, 2_000, 4_000]);
  await onlineAgain(alice);
  proxy.cut();
  const fifth = await alice.until('waiting', all => all.filter(each => each.is === 'waiting')[4]);
  t.is(fifth.retryAt - clock.now(), 500);
});

test('the first time, somebody waits for the answer: what is wrong is told at once', async t => {
  const other = await script(t, socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  const shut = await script(t, socket => socket.destroy());
  const full = await script(t, socket => socket.end(encodeClose({ code: 'server-full', detail: '' })));
  const open = (port: number) => openClient(t, 'alice', { port, reconnect: true });
  await t.throwsAsync(open(other), { code: 'not-tchat' });
  await t.throwsAsync(open(shut), { code: 'not-tchat' });
  await t.throwsAsync(open(full), { code: 'server-full' });
  await t.throwsAsync(open(1), { code: 'unreachable' });
});

test('a server that answers nothing is told by its silence, before the challenge and after', async t => {
  const clock = fakeClock();
  const arrived = new Inbox<Socket>();
  const port = await script(t, socket => arrived.add(socket));
  const server: ServerPacket = {
    type: 'challenge',
    protocol: 1,
    server: { id: 'x', name: 'x' },
    nonce: Buffer.alloc(32),
  };
  const silent = startClient(t, 'alice', { port, clock });
  const half = startClient(t, 'bob', { port, clock });
  const [first, second] = await arrived.until('both', all =>
    all.length === 2 ? [all[0] as Socket, all[1] as Socket] : null,
  );
  first.resume();
  second.write(encodePacket(server));
  // Its login has come: the challenge was read.
  let bytes = 0;
  const reads = new Inbox<number>();
  second.on('data', chunk => {
    bytes += chunk.length;
    reads.add(bytes);
  });
  await reads.until('hello and login', () => bytes > 200);
  clock.advance(LOGIN_TIMEOUT);
  t.is((await silent.message('over')).error.code, 'login-timeout');
  t.is((await half.message('over')).error.code, 'login-timeout');
});

test('whatever a server sends, the client ends with a reason and throws nothing', async t => {
  const challenge = encodePacket({
    type: 'challenge',
    protocol: 1,
    server: { id: 'x', name: 'x' },
    nonce: Buffer.alloc(32),
  });
  const cases: readonly (readonly [Buffer, string])[] = [
    [encodePacket({ type: 'stale' }), 'not-tchat'],
    [encodeFrame(FRAME.packet, Buffer.of(0xc1)), 'bad-packet'],
    [Buffer.concat([challenge, challenge]), 'not-tchat'],
    [Buffer.from('220 mail.example ESMTP\r\n'), 'not-tchat'],
    [
      encodePacket({ type: 'challenge', protocol: 9, server: { id: 'x', name: 'x' }, nonce: Buffer.alloc(32) }),
      'version',
    ],
    [encodeClose({ code: 'of-the-future', detail: 'x' }), 'of-the-future'],
    [Buffer.concat([encodeFrame(FRAME.pong, Buffer.alloc(0)), Buffer.of(255, 255, 255, 255, 1)]), 'bad-frame'],
  ];
  for (const [bytes, code] of cases) {
    const port = await script(t, socket => socket.write(bytes));
    const client = startClient(t, 'alice', { port, reconnect: true });
    t.is((await client.message('over')).error.code, code);
  }
});

test('after close nothing more is heard, also of what was under way', async t => {
  const { port } = (await openServer(t)).facts;
  const bob = await openClient(t, 'bob', { port });
  const alice = await openClient(t, 'alice', { port, reconnect: true });
  const asked = alice.query({ kind: 'people' });
  alice.client.send(postTo('#lobby', 'last'));
  alice.client.close();
  alice.client.close();
  const heard = alice.messages.length;
  await t.throwsAsync(asked, { code: 'connection-lost' });
  await t.throwsAsync(alice.query({ kind: 'people' }), { code: 'connection-lost' });
  await bob.message('presence', each => each.presence.name === 'alice' && !each.presence.here);
  t.is(alice.messages.length, heard);
});

// Red when the listener is called without asking whether the client was closed.
test('a client that is closed from within what it hears says nothing more', async t => {
  const { port } = (await openServer(t)).facts;
  const proxy = await proxyTo(t, port);
  const bob = await openClient(t, 'bob', { port });
  const heard = new Inbox<ClientMessage>();
  const client = new Client(
    {
      address: { host: '127.0.0.1', port: proxy.port },
      profile: newProfile('alice'),
      presence: true,
      client: 'test',
      reconnect: true,
      clock: systemClock,
      random: () => 0,
    },
    message => {
      heard.add(message);
      if (message.is === 'event' && message.event.kind === 'message') client.close();
    },
  );
  client.start();
  await heard.until('online', all => all.some(each => each.is === 'online'));
  proxy.refusing = true;
  proxy.cut();
  await heard.until('waiting', all => all.some(each => each.is === 'waiting'));
  for (let n = 0; n < 10; n++) await bob.says('#lobby', `${n}`);
  proxy.refusing = false;
  await heard.until('the first', all => all.some(each => each.is === 'event' && each.event.kind === 'message'));
  await bob.message('presence', each => each.presence.name === 'alice' && !each.presence.here);
  t.is(heard.all.filter(each => each.is === 'event' && each.event.kind === 'message').length, 1);
  t.is(heard.all.at(-1)?.is, 'event');
});

// Red when a paused client that comes back reads on.
test('a client that was paused stays so through a reconnect', async t => {
  const { port } = (await openServer(t)).facts;
  const proxy = await proxyTo(t, port);
  const bob = await openClient(t, 'bob', { port });
  const alice = await openClient(t, 'alice', { port: proxy.port, reconnect: true });
  alice.client.pause();
  proxy.cut();
  await onlineAgain(alice);
  await bob.says('#lobby', 'waits');
  for (let n = 0; n < 20; n++) await bob.query({ kind: 'rooms' });
  t.deepEqual(alice.texts(), []);
  alice.client.resume();
  await alice.text('waits');
});

test('the outbox keeps order and its limits, and sends all that has no answer again', t => {
  const outbox = new CommandOutbox();
  const ids = Array.from({ length: 200 }, newId);
  for (const [n, id] of ids.entries()) outbox.add(id, postTo('#lobby', `${n} ${'x'.repeat(n >= 100 ? 8_000 : 1)}`));
  const sent: Buffer[] = [];
  const release = () => outbox.release(frame => sent.push(frame));
  release();
  t.is(sent.length, UNACKED_MESSAGES);
  t.true(outbox.settle(ids[0] as string));
  t.false(outbox.settle(ids[0] as string));
  release();
  t.is(sent.length, UNACKED_MESSAGES + 1);
  for (const id of ids.slice(1, 100)) {
    outbox.settle(id);
    release();
  }
  const flying = sent.slice(100).reduce((sum, frame) => sum + frame.length, 0);
  t.true(flying <= UNACKED_BYTES && flying > UNACKED_BYTES - 8_300, 'large ones are held by their bytes');
  const first = sent.length;
  outbox.rewind();
  release();
  t.deepEqual(sent.slice(first), sent.slice(100, first));
  t.is(outbox.size, 100);
});
