// Connections that come and go at every stage of a session, from many addresses of this machine.
import { connect, type Socket } from 'node:net';
import type { Profile } from '../../src/identity/profile.ts';
import { encodePacket } from '../../src/protocol/codec.ts';
import { encodeClose } from '../../src/protocol/frame.ts';
import { newId, newProfile, postTo, RawClient } from './clients.ts';
import { pick } from './tier.ts';

/** What one connection does before it ends; the numbers are from 0 to 1. */
type Stage = (peer: RawClient, next: () => number) => Promise<void> | void;

/** A part of some bytes, at least one and not all. */
const partOf = (bytes: Uint8Array, next: () => number) =>
  bytes.subarray(0, 1 + Math.floor(next() * (bytes.length - 1)));
const post = () => ({ type: 'command', id: newId(), command: postTo('#lobby', 'on my way out') }) as const;
const people = (ref: number) => ({ type: 'query', ref, query: { kind: 'people' } }) as const;

export const STAGES: Readonly<Record<string, Stage>> = {
  'connected only': () => {},
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
const ENDS: readonly ((socket: Socket) => void)[] = [
  socket => socket.destroy(),
  socket => socket.resetAndDestroy(),
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
  const stages = Object.values(STAGES);
  let begun = 0;
  const lane = async (index: number) => {
    while (begun < count) {
      const n = begun++;
      const localAddress = `127.0.1.${1 + ((index * 7 + n) % ADDRESSES)}`;
      const peer = await connected(port, localAddress, profiles[n % profiles.length]!);
      // What the server refuses or cuts ends the stage: that it ends is all that matters here.
      await Promise.race([Promise.resolve(stages[n % stages.length]!(peer, random)).catch(() => {}), peer.ended()]);
      pick(ENDS, random)(peer.socket);
      peer.socket.resume();
      await peer.ended();
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, (_, index) => lane(index)));
}

export function churners(count: number): readonly Profile[] {
  return Array.from({ length: count }, (_, n) => newProfile(`churner-${n}`));
}

async function connected(port: number, localAddress: string, profile: Profile): Promise<RawClient> {
  const socket = connect({ host: '127.0.0.1', port, localAddress, noDelay: true });
  const peer = new RawClient(socket, profile);
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve);
    socket.once('error', reject);
  });
  return peer;
}
