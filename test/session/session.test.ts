// One live peer over real sockets: order, one write a turn, back-pressure, heartbeat, ends.
import { connect, createServer, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { TchatError } from '../../src/errors.ts';
import {
  BYTES_BEFORE_LOGIN,
  CLOSE_LINGER,
  DATA_PORTION,
  DATA_STALLED,
  FRAME_CONTROL,
  FRAME_DATA,
  OUTBOUND_QUEUED,
  OUTBOUND_STALLED,
  PEER_DEAD,
  PING_IDLE,
} from '../../src/limits.ts';
import { type CloseNote, encodeFrame, FRAME, FrameDecoder } from '../../src/protocol/frame.ts';
import { type Clock, systemClock } from '../../src/session/clock.ts';
import { Heartbeat } from '../../src/session/heartbeat.ts';
import { Session, type SessionOwner } from '../../src/session/session.ts';
import { ChaosProxy } from '../helpers/chaos-proxy.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { Inbox } from '../helpers/inbox.ts';

type Heard = { packet: string } | { drained: true } | { trip: number } | { note: CloseNote; by: string };

/** An owner that writes down what it hears. */
class Ear implements SessionOwner {
  readonly inbox = new Inbox<Heard>();
  onPacket: (text: string) => void = () => {};

  packet(payload: Buffer): void {
    const text = payload.toString();
    this.inbox.add({ packet: text });
    this.onPacket(text);
  }
  drained(): void {
    this.inbox.add({ drained: true });
  }
  roundTrip(trip: number): void {
    this.inbox.add({ trip });
  }
  closed(note: CloseNote, by: string): void {
    this.inbox.add({ note, by });
  }

  get packets(): string[] {
    return this.inbox.all.flatMap(each => ('packet' in each ? [each.packet] : []));
  }
  get ends(): readonly Heard[] {
    return this.inbox.all.filter(each => 'note' in each);
  }
  end(): Promise<{ note: CloseNote; by: string }> {
    return this.inbox.until('the end', all =>
      all.find((each): each is { note: CloseNote; by: string } => 'note' in each),
    );
  }
  count(wanted: number): Promise<unknown> {
    return this.inbox.until(`${wanted} packets`, () => this.packets.length >= wanted);
  }
}

/** Two connected sockets; through a proxy where one is given. */
async function sockets(t: ExecutionContext, bend?: (proxy: ChaosProxy) => void): Promise<[Socket, Socket]> {
  let arrived: (socket: Socket) => void = () => {};
  const other = new Promise<Socket>(resolve => {
    arrived = resolve;
  });
  const server = createServer({ noDelay: true }, socket => arrived(socket));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  let port = typeof address === 'object' && address ? address.port : 0;
  if (bend) {
    const proxy = await ChaosProxy.open(port);
    bend(proxy);
    port = proxy.port;
    t.teardown(() => proxy.close());
  }
  const one = connect({ port, host: '127.0.0.1', noDelay: true });
  const two = await other;
  t.teardown(() => {
    one.destroy();
    two.destroy();
    server.close();
  });
  return [one, two];
}

function open(socket: Socket, clock: Clock = systemClock): { session: Session; ear: Ear } {
  const ear = new Ear();
  const session = new Session(socket, ear, { clock, heartbeat: new Heartbeat(clock) });
  session.allow(FRAME_CONTROL);
  return { session, ear };
}

const packet = (text: string | Buffer) => encodeFrame(FRAME.packet, Buffer.from(text));
const turn = () => new Promise<void>(resolve => setImmediate(resolve));

for (const cut of ['whole', 'random', 'bytes'] as const) {
  test(`both sides hear everything in order, with the wire cut: ${cut}`, async t => {
    const [one, two] = await sockets(t, proxy => proxy.turn({ cut }));
    const a = open(one);
    const b = open(two);
    const texts = Array.from({ length: 60 }, (_, n) => `${n} ${'x'.repeat((n * 37) % (cut === 'bytes' ? 90 : 9_000))}`);
    for (const [n, text] of texts.entries()) {
      a.session.send(packet(`a${text}`));
      b.session.send(packet(`b${text}`));
      if (n % 7 === 0) await turn();
    }
    await Promise.all([a.ear.count(60), b.ear.count(60)]);
    t.deepEqual(
      b.ear.packets,
      texts.map(text => `a${text}`),
    );
    t.deepEqual(
      a.ear.packets,
      texts.map(text => `b${text}`),
    );
  });
}

// Red when push writes at once.
test('all frames of one turn go out in one write, in order', async t => {
  const [one, two] = await sockets(t);
  let writes = 0;
  const write = one.write.bind(one);
  one.write = ((...args: Parameters<typeof write>) => {
    writes += 1;
    return write(...args);
  }) as typeof one.write;
  const { session } = open(one);
  const { ear } = open(two);
  for (let n = 0; n < 100; n++) session.send(packet(`${n}`));
  t.is(writes, 0);
  await ear.count(100);
  t.is(writes, 1);
  for (let n = 100; n < 200; n++) session.send(packet(`${n}`));
  await ear.count(200);
  t.is(writes, 2);
  t.deepEqual(
    ear.packets,
    Array.from({ length: 200 }, (_, n) => `${n}`),
  );
});

test('a peer that stops reading makes the queue full, and reading again drains it, in order', async t => {
  const [one, two] = await sockets(t);
  const a = open(one);
  const b = open(two);
  b.session.pause();
  const sent: string[] = [];
  while (!a.session.full) {
    const text = `${sent.length} ${'x'.repeat(8_000)}`;
    sent.push(text);
    a.session.send(packet(text));
    // Sent in turns of their own, so that the kernel takes what it will.
    if (!a.session.full) await turn();
  }
  t.true(a.session.queued > OUTBOUND_QUEUED);
  t.true(a.session.queued < OUTBOUND_QUEUED * 2 + 16_384);
  t.false(a.ear.inbox.all.some(each => 'drained' in each));
  b.session.resume();
  await a.ear.inbox.until('drained', all => all.some(each => 'drained' in each));
  t.false(a.session.full);
  await b.ear.count(sent.length);
  t.deepEqual(b.ear.packets, sent);
});

// Red when a frame in the same chunk is still handed over after pause(), or when the rest of the chunk is lost.
test('a pause holds from its moment: frames that came already wait, and none is lost', async t => {
  const [one, two] = await sockets(t);
  const { ear, session } = open(two);
  const { session: sender } = open(one);
  ear.onPacket = () => session.pause();
  for (let n = 0; n < 50; n++) sender.send(packet(`${n}`));
  for (let n = 1; n <= 50; n++) {
    await ear.count(n);
    await turn();
    await turn();
    t.is(ear.packets.length, n);
    session.resume();
  }
  t.deepEqual(
    ear.packets,
    Array.from({ length: 50 }, (_, n) => `${n}`),
  );
});

test('received bytes are counted once, paused or not', async t => {
  const [one, two] = await sockets(t);
  const { ear, session } = open(two);
  const { session: sender } = open(one);
  ear.onPacket = text => {
    session.pause();
    setImmediate(() => session.resume());
    return text;
  };
  for (let n = 0; n < 30; n++) sender.send(packet('12345'));
  await ear.count(30);
  t.is(session.received, 300);
  t.is(sender.sent, 300);
});

// Red when Session measures by now(): the clock that is set ends it.
test('a quiet peer is asked, and dead when it never answers; a clock that is set changes nothing', async t => {
  const clock = fakeClock();
  const [one, two] = await sockets(t);
  const { ear, session } = open(one, clock);
  const types: number[] = [];
  const decoder = new FrameDecoder(FRAME_CONTROL);
  const seen = new Inbox<number>();
  two.on('data', chunk =>
    decoder.feed(chunk, type => {
      types.push(type);
      seen.add(type);
      return true;
    }),
  );
  clock.set(Date.UTC(2030, 0, 1));
  clock.advance(PING_IDLE - 1_000);
  clock.set(0);
  await turn();
  t.deepEqual(types, []);
  clock.advance(1_000);
  await seen.until('a ping', all => all.length > 0);
  clock.advance(PEER_DEAD - PING_IDLE - 1_000);
  t.is(ear.ends.length, 0);
  session.send(packet('mark'));
  await seen.until('the mark', all => all.includes(FRAME.packet));
  t.deepEqual(types, [FRAME.ping, FRAME.packet], 'asked once');
  clock.advance(1_000);
  t.deepEqual((await ear.end()).note, { code: 'peer-dead', detail: '' });
});

test('a peer that answers lives, and its round trip is told, whatever the time of day', async t => {
  const clock = fakeClock();
  clock.set(Date.UTC(2030, 0, 1));
  const [one, two] = await sockets(t);
  const { ear } = open(one, clock);
  open(two);
  for (let round = 1; round <= 5; round++) {
    clock.advance(PING_IDLE);
    await ear.inbox.until('an answer', all => all.filter(each => 'trip' in each).length >= round);
  }
  t.is(ear.ends.length, 0);
});

test('a peer that takes nothing for half a minute is ended, one that takes something is not', async t => {
  const clock = fakeClock();
  const [one, two] = await sockets(t);
  const { session, ear } = open(one, clock);
  // Keeps saying something, so that only its reading is in question.
  const talk = () =>
    new Promise<void>(resolve => two.write(encodeFrame(FRAME.pong, Buffer.alloc(0)), () => setImmediate(resolve)));
  while (!session.full) {
    session.send(packet(Buffer.alloc(60_000)));
    await turn();
  }
  clock.advance(OUTBOUND_STALLED - 1_000);
  t.is(ear.ends.length, 0);
  two.resume();
  await ear.inbox.until('drained', all => all.some(each => 'drained' in each));
  two.pause();
  await talk();
  clock.advance(1_000);
  t.is(ear.ends.length, 0, 'it made progress');
  while (!session.full) {
    session.send(packet(Buffer.alloc(60_000)));
    await turn();
  }
  clock.advance(1_000);
  await talk();
  await talk();
  clock.advance(OUTBOUND_STALLED);
  t.is((await ear.end()).note.code, 'peer-stalled');
});

test('who reads a file slowly has longer: a whole portion has to go before it is seen that anything went', async t => {
  const clock = fakeClock();
  const [one, two] = await sockets(t);
  const { session, ear } = open(one, clock);
  session.carry(OUTBOUND_QUEUED);
  const talk = () =>
    new Promise<void>(resolve => two.write(encodeFrame(FRAME.pong, Buffer.alloc(0)), () => setImmediate(resolve)));
  while (!session.full) {
    session.send(packet(Buffer.alloc(60_000)));
    await turn();
  }
  clock.advance(1_000);
  await talk();
  clock.advance(OUTBOUND_STALLED);
  await talk();
  await talk();
  t.is(ear.ends.length, 0);
  clock.advance(DATA_STALLED - OUTBOUND_STALLED);
  t.is((await ear.end()).note.code, 'peer-stalled');
});

// Red when a portion is put together where the one before still lies, and when a piece that does not fit into it is cut wrongly.
test('a carrier hands over pieces of any size as they were, however they fill portions', async t => {
  const [one, two] = await sockets(t);
  const sizes = [
    1,
    5,
    16_384,
    16_379,
    100_000,
    DATA_PORTION - 1,
    DATA_PORTION,
    DATA_PORTION + 1,
    FRAME_DATA,
    3,
    16_000,
  ];
  const all = [...sizes, ...sizes.toReversed(), ...Array.from({ length: 200 }, (_, n) => (n * 7_919) % 33_000)];
  const whole = Buffer.from(all.flatMap((size, n) => Array.from({ length: size }, (_, at) => (at * 31 + n) & 255)));
  const { session } = open(one);
  session.carry(OUTBOUND_QUEUED);
  let at = 0;
  for (const [n, size] of all.entries()) {
    session.send(encodeFrame(FRAME.data, whole.subarray(at, at + size)));
    at += size;
    if (n % 5 === 0) await turn();
  }
  // Only now it is read: until then the kernel takes what it can, and no more.
  const came: Buffer[] = [];
  const arrived = new Promise<void>(resolve => {
    let length = 0;
    const carried = new Session(
      two,
      {
        packet: () => {},
        drained: () => {},
        closed: () => {},
        data: piece => {
          came.push(Buffer.from(piece));
          length += piece.length;
          if (length === whole.length) resolve();
        },
      },
      { clock: systemClock, heartbeat: new Heartbeat(systemClock) },
    );
    carried.allow(FRAME_CONTROL);
    carried.carry(OUTBOUND_QUEUED);
  });
  await arrived;
  t.true(Buffer.concat(came).equals(whole));
});

// Red without the resume in close: the connection then stays until it is cut.
test('a close delivers its reason although unread bytes wait, and the connection ends without being cut', async t => {
  const [one, two] = await sockets(t);
  const a = open(one);
  const b = open(two, fakeClock());
  const gone = new Promise(resolve => two.once('close', resolve));
  b.session.pause();
  for (let n = 0; n < 40; n++) a.session.send(packet(Buffer.alloc(10_000)));
  await turn();
  await turn();
  b.session.close('kicked', 'too loud');
  t.deepEqual(await a.ear.end(), { note: { code: 'kicked', detail: 'too loud' }, by: 'peer' });
  t.deepEqual(await b.ear.end(), { note: { code: 'kicked', detail: 'too loud' }, by: 'us' });
  await gone;
  t.pass();
});

test('frames that were sent before a close arrive before it', async t => {
  const [one, two] = await sockets(t);
  const a = open(one);
  const b = open(two);
  a.session.send(packet('last words'));
  a.session.close('closed');
  await b.ear.end();
  t.deepEqual(b.ear.packets, ['last words']);
});

test('ending is told once, however often and by whomever it is asked for', async t => {
  const [one, two] = await sockets(t);
  const a = open(one);
  const b = open(two);
  a.session.close('first');
  a.session.close('second');
  a.session.die('third');
  b.session.close('crossing');
  await Promise.all([a.ear.end(), b.ear.end(), new Promise(resolve => one.once('close', resolve))]);
  await turn();
  t.is(a.ear.ends.length, 1);
  t.is(b.ear.ends.length, 1);
  t.is((await a.ear.end()).note.code, 'first');
  t.false(a.session.open);
  a.session.send(packet('nothing'));
});

test('a peer that does not read its close is cut after a moment', async t => {
  const clock = fakeClock();
  const [one, two] = await sockets(t);
  const { session } = open(one, clock);
  two.pause();
  while (!session.full) {
    session.send(packet(Buffer.alloc(60_000)));
    await turn();
  }
  session.close('kicked');
  const gone = new Promise(resolve => one.once('close', resolve));
  clock.advance(CLOSE_LINGER);
  await gone;
  t.true(one.destroyed);
});

test('a peer that vanishes is told as lost, by reset or by its end', async t => {
  for (const vanish of [(socket: Socket) => socket.destroy(), (socket: Socket) => socket.resetAndDestroy()]) {
    const [one, two] = await sockets(t);
    const { ear } = open(one);
    vanish(two);
    t.like(await ear.end(), { note: { code: 'connection-lost' }, by: 'network' });
  }
});

test('what the owner throws ends the session with its code, and nothing behind it is heard', async t => {
  const [one, two] = await sockets(t);
  const a = open(one);
  const b = open(two);
  b.ear.onPacket = () => {
    throw new TchatError('bad-packet', { what: '.field' });
  };
  a.session.send(Buffer.concat([packet('1'), packet('2')]));
  t.deepEqual((await a.ear.end()).note, { code: 'bad-packet', detail: '.field' });
  t.deepEqual(b.ear.packets, ['1']);
});

// Red when only packets are counted: pings are bytes too.
test('a stranger may send so many bytes and no more, of whatever kind', async t => {
  for (const frame of [encodeFrame(FRAME.ping, Buffer.alloc(8)), packet('x'.repeat(500))]) {
    const [one, two] = await sockets(t);
    const ear = new Ear();
    new Session(two, ear, { clock: systemClock, heartbeat: new Heartbeat(systemClock) });
    one.resume();
    one.on('error', () => {});
    for (let sent = 0; sent < BYTES_BEFORE_LOGIN - frame.length; sent += frame.length) one.write(frame);
    await turn();
    t.is(ear.ends.length, 0);
    one.write(Buffer.concat(Array(40).fill(frame)));
    t.like(await ear.end(), { note: { code: 'bad-frame' }, by: 'us' });
  }
});

test('leaving waits for what is queued, up to its deadline', async t => {
  const [one, two] = await sockets(t);
  const a = open(one);
  const b = open(two);
  b.session.pause();
  const sent = 40;
  for (let n = 0; n < sent; n++) a.session.send(packet(`${n} ${'x'.repeat(50_000)}`));
  await turn();
  const gone = a.session.leave('server-stopping', systemClock.elapsed() + 20_000);
  b.session.resume();
  t.is((await b.ear.end()).note.code, 'server-stopping');
  await gone;
  t.is(b.ear.packets.length, sent);
  await a.session.leave('again', 0);

  const clock = fakeClock();
  const [three, four] = await sockets(t);
  const c = open(three, clock);
  four.pause();
  while (!c.session.full) {
    c.session.send(packet(Buffer.alloc(60_000)));
    await turn();
  }
  const late = c.session.leave('server-stopping', clock.elapsed() + 1_000);
  clock.advance(990);
  t.true(c.session.open);
  clock.advance(30);
  t.false(c.session.open);
  clock.advance(CLOSE_LINGER);
  await late;
});

test('no bytes make a session do anything but end', async t => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 6 }), async chunks => {
      const [one, two] = await sockets(t);
      const ear = new Ear();
      new Session(two, ear, { clock: systemClock, heartbeat: new Heartbeat(systemClock) });
      one.resume();
      one.on('error', () => {});
      for (const chunk of chunks) one.write(chunk);
      one.end();
      await ear.end();
      t.is(ear.ends.length, 1);
    }),
    { numRuns: 60 },
  );
});
