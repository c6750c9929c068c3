// Connections over TLS that come and go at every stage of it and of a session, from many addresses of this machine.
import { connect, type Socket } from 'node:net';
import type { Profile } from '../../src/identity/profile.ts';
import { encodePacket } from '../../src/protocol/codec.ts';
import { encodeClose } from '../../src/protocol/frame.ts';
import { newId, newProfile, postTo, RawClient } from './clients.ts';
import { pick } from './tier.ts';
import { clientHello, connectedTls } from './tls.ts';

/** What one connection does before it ends; the numbers are from 0 to 1. */
type Stage = (peer: RawClient, next: () => number) => Promise<void> | void;

/** A part of some bytes, at least one and not all. */
const partOf = (bytes: Uint8Array, next: () => number) =>
  bytes.subarray(0, 1 + Math.floor(next() * (bytes.length - 1)));
const post = () => ({ type: 'command', id: newId(), command: postTo('#lobby', 'on my way out') }) as const;
const people = (ref: number) => ({ type: 'query', ref, query: { kind: 'people' } }) as const;

/** What comes before TLS has begun, or goes on in it only so far. */
const BELOW: Readonly<Record<string, (raw: Socket, hello: Buffer, next: () => number) => void>> = {
  'connected only': () => {},
  'another protocol': raw => raw.write('GET / HTTP/1.1\r\n\r\n'),
  'the frames in the clear': raw => raw.write(encodeClose({ code: 'closed', detail: '' })),
  'half a beginning of TLS': (raw, hello, next) => raw.write(partOf(hello, next)),
  'a beginning of TLS': (raw, hello) => raw.write(hello),
  'a beginning of TLS and garbage': (raw, hello) => raw.write(Buffer.concat([hello, hello.subarray(5)])),
};

/** What a client says over TLS. */
const STAGES: Readonly<Record<string, Stage>> = {
  'TLS only': () => {},
  garbage: peer => void peer.write(Buffer.from('GET / HTTP/1.1\r\n\r\n')),
  'half a hello': (peer, next) => peer.write(partOf(encodePacket(peer.hello()), next)),
  'a hello': peer => peer.send(peer.hello()),
  'a challenge': async peer => {
    peer.send(peer.hello());
    await peer.packet('challenge');
  },
  'half a login': async (peer, next) => {
    const hello = peer.hello();
    peer.send(hello);
    peer.write(partOf(encodePacket(await peer.answer(hello)), next));
  },
  'a wrong login': async peer => {
    const hello = peer.hello();
    peer.send(hello);
    peer.send(await peer.answer(hello, { name: 'somebody-else' }));
    await peer.closed();
  },
  'a login unread': async peer => {
    const hello = peer.hello();
    peer.send(hello);
    peer.send(await peer.answer(hello));
  },
  'a login': async peer => void (await peer.login()),
  'a login without presence': async peer => void (await peer.login({ presence: false })),
  'a goodbye': async peer => {
    await peer.login();
    peer.write(encodeClose({ code: 'closed', detail: '' }));
  },
  'a command unanswered': async peer => {
    await peer.login();
    peer.send(post());
  },
  'half a command': async (peer, next) => {
    await peer.login();
    peer.write(partOf(encodePacket(post()), next));
  },
  'answers unread': async peer => {
    await peer.login();
    peer.socket.pause();
    peer.send(...Array.from({ length: 40 }, (_, ref) => people(ref)));
  },
  'a packet out of turn': async peer => {
    await peer.login();
    peer.send(peer.hello());
    await peer.closed();
  },
};

/** How a connection ends. */
const ENDS: readonly ((socket: Socket, raw: Socket) => void)[] = [
  socket => socket.destroy(),
  // Below TLS there is no word of it.
  (_, raw) => raw.resetAndDestroy(),
  socket => socket.end(),
];

export interface ChurnOptions {
  readonly port: number;
  readonly count: number;
  readonly random: () => number;
  /** Those who come and go; few enough that each is a few times there at once at most. */
  readonly profiles: readonly Profile[];
}

/** Connections at once. */
const ABREAST = 32;
/** Source addresses, 127.0.1.1 and up: none is exempt from the limits of an address. */
const ADDRESSES = 24;

/** Runs so many connections through stages and ends by turns; resolves when the last is closed. */
export async function churn({ port, count, random, profiles }: ChurnOptions): Promise<void> {
  const hello = await clientHello();
  const below = Object.values(BELOW);
  const stages = Object.values(STAGES);
  let begun = 0;
  const one = async (n: number, localAddress: string) => {
    const turn = n % (below.length + stages.length);
    const stage = below[turn];
    if (stage) {
      const raw = await connectedRaw(port, localAddress);
      stage(raw, hello, random);
      await end(raw, raw, random);
      return;
    }
    const { socket, raw, binding } = await connectedTls(port, { localAddress });
    const peer = new RawClient(socket, profiles[n % profiles.length]!, binding);
    // What the server refuses or cuts ends the stage: that it ends is all that matters here.
    const passed = Promise.resolve(stages[turn - below.length]!(peer, random)).catch(() => {});
    await Promise.race([passed, peer.ended()]);
    await end(socket, raw, random);
  };
  const lane = async (index: number) => {
    while (begun < count) {
      const n = begun++;
      // A server that is full for a moment, or an address that is, says so before TLS has begun.
      await one(n, `127.0.1.${1 + ((index * 7 + n) % ADDRESSES)}`).catch(() => {});
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, (_, index) => lane(index)));
}

async function end(socket: Socket, raw: Socket, random: () => number): Promise<void> {
  const closed = raw.closed ? undefined : new Promise(resolve => raw.once('close', resolve));
  pick(ENDS, random)(socket, raw);
  socket.resume();
  await closed;
}

export function churners(count: number): readonly Profile[] {
  return Array.from({ length: count }, (_, n) => newProfile(`churner-${n}`));
}

async function connectedRaw(port: number, localAddress: string): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, localAddress, noDelay: true });
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  socket.on('error', () => {});
  return socket;
}
