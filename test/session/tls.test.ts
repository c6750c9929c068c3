// TLS at the door: what may come in, what is told to whoever may not, and that nobody holds a place for longer than ten
// seconds, whatever they send or leave out.
// Seen red: no clock until TLS stands; a clock that begins anew with it; no look at the first byte, at the ALPN, or at
// the declared length; a failed handshake that keeps its place; TLS begun for somebody who is refused.
import { generateKeyPairSync } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as connectTls } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import { TchatError } from '../../src/errors.ts';
import { LOGIN_TIMEOUT, TLS_HELLO_BYTES } from '../../src/limits.ts';
import { decodeClose } from '../../src/protocol/frame.ts';
import { Admission, type AdmissionLimits } from '../../src/session/admission.ts';
import { type Clock, systemClock } from '../../src/session/clock.ts';
import { dial } from '../../src/session/dialer.ts';
import { type Admitted, Listener } from '../../src/session/listener.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { Inbox } from '../helpers/inbox.ts';
import { listening } from '../helpers/man-in-the-middle.ts';
import { anyKey, clientHello, newServerKey } from '../helpers/tls.ts';

const KEY = newServerKey();
const LIMITS: AdmissionLimits = {
  ...{
    connections: 1_000,
    unauthenticated: 256,
    perAddress: 1_000,
    unauthenticatedPerAddress: 1_000,
    perMinute: 1_000_000,
    exempt: [],
  },
};

interface Door {
  readonly port: number;
  readonly admission: Admission;
  readonly inside: Inbox<Admitted>;
  readonly refused: Inbox<string>;
  /** Resolves when so many hold a place. */
  holds(count: number): Promise<void>;
}

async function door(
  t: ExecutionContext,
  limits: Partial<AdmissionLimits> = {},
  clock: Clock = systemClock,
): Promise<Door> {
  const admission = new Admission({ ...LIMITS, ...limits });
  const inside = new Inbox<Admitted>();
  const refused = new Inbox<string>();
  const listener = await Listener.open({
    ...{ host: '127.0.0.1', port: 0, tls: KEY, admission, clock },
    admitted: connection => {
      connection.socket.on('error', () => {});
      connection.socket.resume();
      inside.add(connection);
    },
    refused: (_, code) => refused.add(code),
  });
  t.teardown(() => {
    listener.close();
    for (const { socket } of inside.all) socket.destroy();
  });
  const holds = async (count: number) => {
    while (admission.open !== count) await new Promise(resolve => setImmediate(resolve));
  };
  return { port: listener.port, admission, inside, refused, holds };
}

function come(t: ExecutionContext, { port }: Door, localAddress = '127.0.0.1'): Socket {
  const socket = connect({ host: '127.0.0.1', port, localAddress, noDelay: true });
  socket.on('error', () => {});
  t.teardown(() => socket.destroy());
  return socket;
}

/** All that a socket hears until its end. */
function hears(socket: Socket): Promise<Buffer> {
  const chunks: Buffer[] = [];
  socket.on('data', chunk => chunks.push(chunk));
  return new Promise(resolve => socket.once('close', () => resolve(Buffer.concat(chunks))));
}

/** A handshake with these settings: what was agreed on, or the code of its failure. */
function shake(t: ExecutionContext, { port }: Door, options: ConnectionOptions): Promise<string> {
  return new Promise(resolve => {
    const socket = connectTls({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
    t.teardown(() => socket.destroy());
    let outcome = '';
    socket.once('secureConnect', () => {
      outcome = `${socket.getProtocol()} ${String(socket.alpnProtocol)}`;
    });
    // In TLS 1.3 a client is done before the server has said no.
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    socket.once('close', () => resolve(`${outcome}, then closed`));
    setTimeout(() => resolve(outcome), 300).unref();
  });
}

const dialed = (port: number) => dial({ host: '127.0.0.1', port }, { timeout: 5_000, accept: anyKey });

test('a client of ours comes in over TLS 1.3, bound at both ends alike, with most of its time left', async t => {
  const at = await door(t);
  const { socket, exporter, serverKey } = await dialed(at.port);
  t.teardown(() => socket.destroy());
  const [admitted] = await at.inside.until('inside', all => all.length === 1 && all);
  t.deepEqual(Buffer.from(admitted?.exporter ?? []), Buffer.from(exporter));
  t.is(exporter.length, 32);
  t.deepEqual(Buffer.from(serverKey), KEY.fingerprint);
  t.true((admitted?.patience ?? 0) > 0 && (admitted?.patience ?? 0) <= LOGIN_TIMEOUT);
  t.is(at.admission.unauthenticated, 1);
  socket.write('words');
  const word = await new Promise(resolve => admitted?.socket.once('data', resolve));
  t.is(String(word), 'words');
  socket.destroy();
  await at.holds(0);
});

test('neither TLS 1.2, nor a missing or another ALPN gets in', async t => {
  const at = await door(t);
  t.is(await shake(t, at, { ALPNProtocols: ['tchat/1'] }), 'TLSv1.3 tchat/1');
  const old = { ALPNProtocols: ['tchat/1'], maxVersion: 'TLSv1.2', minVersion: 'TLSv1.2' } as const;
  t.regex(await shake(t, at, old), /PROTOCOL_VERSION/);
  t.regex(await shake(t, at, { ALPNProtocols: ['tchat/2', 'http/1.1'] }), /NO_APPLICATION_PROTOCOL/);
  t.regex(await shake(t, at, {}), /ECONNRESET|then closed/);
  await at.refused.until('three refused', all => all.length === 3);
  t.is(at.inside.all.length, 1);
  await at.holds(1);
});

for (const [name, words] of [
  ['HTTP', 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['SSH', 'SSH-2.0-OpenSSH_9.2\r\n'],
  ['SMTP', 'EHLO mail.example\r\n'],
  ['our frames in the clear', '\0\0\0\u0092\u0001'],
  ['one byte', '\0'],
] as const) {
  test(`${name} is told in the clear that TLS is needed, and loses its place`, async t => {
    const at = await door(t);
    const socket = come(t, at);
    socket.write(Buffer.from(words, 'latin1'));
    const answer = await hears(socket);
    t.deepEqual(decodeClose(answer.subarray(5)), { code: 'tls-required', detail: '' });
    t.deepEqual(at.refused.all, ['tls-required']);
    await at.holds(0);
  });
}

test('a beginning of TLS that declares too much is not waited for, and one that is broken ends', async t => {
  const hello = await clientHello();
  const big = Buffer.from(hello);
  big.writeUIntBE(TLS_HELLO_BYTES + 1, 6, 3);
  const other = Buffer.from(hello);
  other[5] = 2;
  for (const [what, bytes] of [
    ['too much', big.subarray(0, 9)],
    ['no ClientHello', other],
    ['nonsense in it', Buffer.concat([hello.subarray(0, 20), Buffer.alloc(hello.length - 20, 0xff)])],
    ['another record', Buffer.concat([hello, Buffer.from('170303000501020304ff', 'hex')])],
  ] as const) {
    const at = await door(t);
    const socket = come(t, at);
    socket.write(bytes);
    await hears(socket);
    t.deepEqual(at.refused.all, ['not-tchat'], what);
    await at.holds(0);
  }
});

test('a server or an address that is full says so before TLS begins, and a client knows which', async t => {
  const full = await door(t, { unauthenticated: 1 });
  const first = await dialed(full.port);
  t.teardown(() => first.socket.destroy());
  await t.throwsAsync(dialed(full.port), { instanceOf: TchatError, code: 'server-full' });
  const crowded = await door(t, { perAddress: 1 });
  const second = await dialed(crowded.port);
  t.teardown(() => second.socket.destroy());
  await t.throwsAsync(dialed(crowded.port), { instanceOf: TchatError, code: 'address-full' });
  t.is(full.inside.all.length + crowded.inside.all.length, 2);
  t.deepEqual([...full.refused.all, ...crowded.refused.all], ['server-full', 'address-full']);
  first.socket.destroy();
  await full.holds(0);
});

/** How far a slow one goes, and stays. */
const STAGES: Readonly<Record<string, (socket: Socket, hello: Buffer) => void>> = {
  'nothing at all': () => {},
  'the first byte': (socket, hello) => void socket.write(hello.subarray(0, 1)),
  'eight bytes': (socket, hello) => void socket.write(hello.subarray(0, 8)),
  'the head of the beginning': (socket, hello) => void socket.write(hello.subarray(0, 9)),
  'all of it but a byte': (socket, hello) => void socket.write(hello.subarray(0, -1)),
  'all of it': (socket, hello) => void socket.write(hello),
};

test('at every stage of TLS 64 addresses that stop lose their places when the time is over, and not before', async t => {
  const clock = fakeClock();
  const at = await door(t, { perAddress: 16, unauthenticatedPerAddress: 8 }, clock);
  const hello = await clientHello();
  const stages = Object.values(STAGES);
  const answered = new Inbox<null>();
  const sockets = Array.from({ length: 192 }, (_, n) => {
    const socket = come(t, at, `127.0.2.${1 + (n % 64)}`);
    socket.once('connect', () => stages[n % stages.length]?.(socket, hello));
    socket.once('data', () => answered.add(null));
    return socket;
  });
  const ends = Promise.all(sockets.map(hears));
  await at.holds(192);
  // As far as each of them goes: who said it all gets an answer.
  await answered.until('answers', all => all.length >= sockets.length / stages.length);
  clock.advance(LOGIN_TIMEOUT - 1);
  t.is(at.admission.open, 192);
  clock.advance(1);
  await at.holds(0);

  await ends;
  t.is(at.inside.all.length, 0);
  t.deepEqual(new Set(at.refused.all), new Set(['login-timeout']));
  t.is(at.refused.all.length, sockets.length, 'each is told of once');
});

test('the time of TLS is taken from that of the login', async t => {
  const clock = fakeClock();
  const at = await door(t, {}, clock);
  const hello = await clientHello();
  // A place is taken, time passes, and then TLS goes through.
  const raw = come(t, at);
  await at.holds(1);
  clock.advance(7_000);
  const socket = connectTls({ socket: raw, ALPNProtocols: ['tchat/1'], rejectUnauthorized: false });
  socket.on('error', () => {});
  const [admitted] = await at.inside.until('inside', all => all.length === 1 && all);
  t.is(admitted?.patience, LOGIN_TIMEOUT - 7_000);
  t.is(clock.pending, 0, 'no timer is left behind');
  t.true(hello.length > 100);
});

test('however the beginning is cut, it is TLS', async t => {
  const at = await door(t);
  for (const size of [1, 2, 5, 8, 9, 10, 50]) {
    const raw = come(t, at);
    const socket = connectTls({ socket: slices(raw, size), ALPNProtocols: ['tchat/1'], rejectUnauthorized: false });
    await new Promise<void>((resolve, reject) => {
      socket.once('secureConnect', resolve);
      socket.once('error', reject);
    });
  }
  await at.inside.until('all inside', all => all.length === 7);
  t.pass();
});

/** A socket that writes in pieces of a size, each in a turn of its own. */
function slices(raw: Socket, size: number): Duplex {
  const through = new Duplex({
    read: () => void raw.resume(),
    write: (chunk: Buffer, _, done) => {
      const next = (from: number) => {
        if (from >= chunk.length) return done();
        raw.write(chunk.subarray(from, from + size), () => setImmediate(next, from + size));
      };
      next(0);
    },
  });
  raw.on('data', chunk => through.push(chunk) || raw.pause());
  raw.on('end', () => through.push(null));
  return through;
}

test('a dial over TLS tells apart who is silent, who ends, and who is not there', async t => {
  const mute = await listening(t, () => {});
  const ending = await listening(t, socket => socket.end());
  const reset = await listening(t, socket => void socket.once('data', () => socket.resetAndDestroy()));
  const to = (port: number, timeout = 5_000) => dial({ host: '127.0.0.1', port }, { timeout, accept: anyKey });
  await t.throwsAsync(to(mute, 200), { instanceOf: TchatError, code: 'login-timeout' });
  await t.throwsAsync(to(ending), { instanceOf: TchatError, code: 'not-tchat' });
  await t.throwsAsync(to(reset), { instanceOf: TchatError, code: 'not-tchat' });
  await t.throwsAsync(to(1), { instanceOf: TchatError, code: 'unreachable' });
});

test('what looks at the key ends the dial, by a reason or by a fault', async t => {
  const at = await door(t);
  const refusing = (error: Error) => () => {
    throw error;
  };
  const to = (accept: () => Uint8Array) => dial({ host: '127.0.0.1', port: at.port }, { timeout: 5_000, accept });
  await t.throwsAsync(to(refusing(new TchatError('server-key-changed'))), { code: 'server-key-changed' });
  await t.throwsAsync(to(refusing(new TypeError('a fault'))), { instanceOf: TchatError, code: 'not-tchat' });
  await at.holds(0);
});

test('a key that is no Ed25519 key serves nobody of ours', async t => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  const listener = await Listener.open({
    ...{ host: '127.0.0.1', port: 0, tls: { key, certificate: KEY.certificate }, admission: new Admission(LIMITS) },
    ...{ clock: systemClock, admitted: () => {}, refused: () => {} },
  });
  t.teardown(() => listener.close());
  await t.throwsAsync(dialed(listener.port), { instanceOf: TchatError, code: 'not-tchat' });
});
