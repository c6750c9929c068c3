// Hostile connections from many addresses of this machine, each stuck at another stage of TLS and the login. None ends by
// itself: that is left to the server.
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { encodePacket } from '../../src/protocol/codec.ts';
import { ALPN, clientContext } from '../../src/session/tls.ts';
import { newProfile, RawClient } from './clients.ts';
import { clientHello } from './tls.ts';

/** Source addresses, 127.0.3.1 and up. */
export const HOSTILE_ADDRESSES = 64;
/** Milliseconds between two bytes of whoever is slow. */
const DRIP = 250;

/** What a connection does below TLS. `slow` says something byte by byte for as long as it is open. */
type Below = (raw: Socket, hello: Buffer) => void;
/** What it does over TLS. */
type Above = (socket: TLSSocket) => void;

const HEAD_OF_HUGE = Buffer.from('160301ffff01fffffb0303', 'hex');

const BELOW: Readonly<Record<string, Below>> = {
  silent: () => {},
  'one byte': raw => raw.write(Buffer.of(0x16)),
  'a slow beginning of TLS': (raw, hello) => slow(raw, hello),
  'half a beginning of TLS': (raw, hello) => raw.write(hello.subarray(0, hello.length >> 1)),
  'TLS that does not answer': (raw, hello) => raw.write(hello),
  'a huge beginning of TLS': raw => raw.write(HEAD_OF_HUGE),
  HTTP: raw => raw.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n'),
  SSH: raw => raw.write('SSH-2.0-OpenSSH_9.6\r\n'),
  SMTP: raw => raw.write('EHLO example.org\r\n'),
};

const ABOVE: Readonly<Record<string, Above>> = {
  'TLS and nothing': () => {},
  'a slow hello': socket => slow(socket, encodePacket(stranger(socket).hello())),
  'a hello and no login': socket => stranger(socket).send(stranger(socket).hello()),
  'a slow login': socket => {
    const peer = stranger(socket);
    const hello = peer.hello();
    peer.send(hello);
    peer.answer(hello).then(
      login => slow(socket, encodePacket(login)),
      () => {},
    );
  },
};

const KINDS = [...Object.values(BELOW).map(below => ({ below })), ...Object.values(ABOVE).map(above => ({ above }))];

function stranger(socket: TLSSocket): RawClient {
  return new RawClient(socket, newProfile('mallory'));
}

function slow(socket: Socket, bytes: Uint8Array): void {
  let sent = 0;
  const timer = setInterval(() => {
    if (sent < bytes.length - 1) socket.write(bytes.subarray(sent, ++sent));
  }, DRIP);
  socket.once('close', () => clearInterval(timer));
}

/** One connection, as the kernel of this machine saw it. */
export interface Hostile {
  /** Milliseconds that it was open; so far, while it is. */
  readonly lasted: () => number;
  readonly open: () => boolean;
}

export interface Flood {
  /** All that were begun. */
  readonly begun: readonly Hostile[];
  /** Begins the next one; the kinds and the addresses come by turns. */
  begin(): void;
  /** Begins so many a second until `count` were begun. */
  run(count: number, perSecond: number): Promise<void>;
  end(): void;
}

export async function openFlood(port: number): Promise<Flood> {
  const hello = await clientHello();
  const begun: Hostile[] = [];
  const sockets = new Set<Socket>();
  const begin = () => {
    const n = begun.length;
    // So that each address comes with each kind.
    const kind = KINDS[(n + Math.floor(n / HOSTILE_ADDRESSES)) % KINDS.length]!;
    const localAddress = `127.0.3.${1 + (n % HOSTILE_ADDRESSES)}`;
    const raw = connect({ host: '127.0.0.1', port, localAddress, noDelay: true });
    sockets.add(raw);
    let began = 0;
    let ended = 0;
    raw.on('error', () => {});
    raw.once('connect', () => {
      began = performance.now();
      if ('below' in kind) {
        kind.below(raw, hello);
        // What the server says is not listened to, but its end is heard.
        raw.resume();
      } else above(raw, kind.above);
    });
    raw.once('close', () => {
      ended = performance.now();
      sockets.delete(raw);
    });
    begun.push({
      lasted: () => (began === 0 ? 0 : (ended || performance.now()) - began),
      open: () => ended === 0,
    });
  };
  return {
    begun,
    begin,
    run: (count, perSecond) => paced(count, perSecond, begin),
    end: () => {
      for (const socket of sockets) socket.destroy();
    },
  };
}

function above(raw: Socket, then: Above): void {
  const socket = connectTls({
    ...{ socket: raw, secureContext: clientContext(), ALPNProtocols: [ALPN], rejectUnauthorized: false },
  });
  socket.on('error', () => {});
  socket.once('secureConnect', () => then(socket));
  socket.resume();
}

/** As many as are due at each look: a machine that is late makes up for it. */
function paced(count: number, perSecond: number, begin: () => void): Promise<void> {
  const from = performance.now();
  let done = 0;
  return new Promise(resolve => {
    const timer = setInterval(() => {
      const due = Math.min(count, Math.ceil(((performance.now() - from) / 1_000) * perSecond));
      for (; done < due; done++) begin();
      if (done < count) return;
      clearInterval(timer);
      resolve();
    }, 10);
  });
}
