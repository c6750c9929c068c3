// What the load says to each kind of server: how a member comes in, how a message is posted, where a frame ends.
// Codecs and keys of tchat come from src/; the server that they talk to is always the built one.
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { answerChallenge, hello } from '../../src/client/handshake.ts';
import { createKey, type LoginBinding } from '../../src/identity/keys.ts';
import type { Profile } from '../../src/identity/profile.ts';
import { FRAME_CONTROL } from '../../src/limits.ts';
import { decodeServerPacket, encodePacket } from '../../src/protocol/codec.ts';
import { encodeFrame, FRAME, FrameDecoder } from '../../src/protocol/frame.ts';
import { idFromBytes, makeId } from '../../src/protocol/ids.ts';
import type { Speaks } from './servers.ts';

/** The room that all members are in. */
export const ROOM = '#bench';

export interface Way {
  readonly socket: Socket;
  /** What a login is tied to. */
  readonly binding: LoginBinding;
  /** Who hears what comes in, until the member is in. The bytes are valid only during the call. */
  hear(listener: (bytes: Buffer) => void): void;
}

export interface Dialect {
  /** Logs in and, where `joins`, enters the room; resolves when the server has said so. */
  enter(way: Way, name: string, joins: boolean): Promise<void>;
  /** So many messages of `bytes` bytes of text (bare: frames of that length in all), in one buffer. */
  posts(count: number, bytes: number): Buffer;
  /** Length of the frame at an offset, or 0 while that cannot be told. */
  frameAt(bytes: Buffer, offset: number): number;
  /** What a silent member says now and then, so that nobody asks whether it lives; null: nobody would ask. */
  readonly alive: Buffer | null;
  /** An answer to what came in between measurements, or null. */
  answer(bytes: Buffer): Buffer | null;
}

const HEADER = 5;

function binaryFrameAt(bytes: Buffer, offset: number): number {
  return bytes.length - offset < HEADER ? 0 : HEADER + bytes.readUInt32BE(offset);
}

const bare: Dialect = {
  enter: async () => {},
  posts: (count, bytes) => {
    const frame = encodeFrame(FRAME.packet, Buffer.alloc(bytes - HEADER, 'x'));
    return count === 1 ? frame : Buffer.concat(Array(count).fill(frame));
  },
  frameAt: binaryFrameAt,
  alive: null,
  answer: () => null,
};

let posted = 0;

const profiles = new Map<string, Profile>();

/** The same person each time, however often they come. */
function profileOf(name: string): Profile {
  const profile = profiles.get(name) ?? { name, key: createKey(), device: randomBytes(16) };
  profiles.set(name, profile);
  return profile;
}

const tchat: Dialect = {
  enter: ({ socket, binding, hear }, name, joins) => {
    const profile = profileOf(name);
    const decoder = new FrameDecoder(FRAME_CONTROL);
    return new Promise((resolve, reject) => {
      const packet = (payload: Buffer) => {
        const said = decodeServerPacket(payload);
        if (said.type === 'challenge') socket.write(encodePacket(answerChallenge(profile, said, binding)));
        else if (said.type === 'welcome') {
          if (!joins) resolve();
          else {
            const command = { kind: 'join', room: ROOM } as const;
            socket.write(encodePacket({ type: 'command', id: makeId(Date.now(), randomBytes(10)), command }));
          }
        } else if (said.type === 'ack') resolve();
        else if (said.type === 'refused') reject(new Error(`${name} was refused: ${said.code}`));
      };
      hear(bytes =>
        decoder.feed(bytes, (type, payload) => {
          if (type === FRAME.close) reject(new Error(`${name} was sent away: ${payload.toString()}`));
          if (type === FRAME.packet) packet(payload);
          return true;
        }),
      );
      socket.write(encodePacket(hello(profile, { client: 'bench', presence: true, cursor: null })));
    });
  },
  posts: (count, bytes) => {
    const { frame, idAt } = postFrame(bytes);
    const all = Buffer.allocUnsafe(frame.length * count);
    for (let i = 0; i < count; i++) {
      frame.copy(all, i * frame.length);
      // No id comes twice: the server would answer it and tell nobody.
      posted += 1;
      all.writeUInt32BE(posted, i * frame.length + idAt + 12);
    }
    return all;
  },
  frameAt: binaryFrameAt,
  // An answer to a ping that nobody sent is a sign of life, and needs no answer itself.
  alive: encodeFrame(FRAME.pong, new Uint8Array(8)),
  answer: () => null,
};

const postFrames = new Map<number, { frame: Buffer; idAt: number }>();

function postFrame(bytes: number): { frame: Buffer; idAt: number } {
  const known = postFrames.get(bytes);
  if (known) return known;
  const id = randomBytes(16);
  const body = { kind: 'text', text: 'x'.repeat(bytes) } as const;
  const command = { kind: 'post', target: { to: 'room', room: ROOM }, body, action: false } as const;
  const frame = encodePacket({ type: 'command', id: idFromBytes(id), command });
  const made = { frame, idAt: frame.indexOf(id) };
  postFrames.set(bytes, made);
  return made;
}

const irc: Dialect = {
  enter: ({ socket, hear }, name, joins) =>
    new Promise((resolve, reject) => {
      let tail = '';
      let joining = false;
      hear(bytes => {
        tail = (tail + bytes.toString('latin1')).slice(-4_096);
        if (/^(?:ERROR|:\S+ 4\d\d) /m.test(tail) && !/ 422 /.test(tail)) reject(new Error(`${name}: ${tail}`));
        if (!joining && / 001 /.test(tail)) {
          joining = true;
          if (joins) socket.write(`JOIN ${ROOM}\r\n`);
          else resolve();
        }
        if (/ 366 /.test(tail)) resolve();
      });
      socket.write(`NICK ${name}\r\nUSER ${name} 0 * :${name}\r\n`);
    }),
  posts: (count, bytes) => Buffer.from(`PRIVMSG ${ROOM} :${'x'.repeat(bytes)}\r\n`.repeat(count)),
  frameAt: (bytes, offset) => Math.max(0, bytes.indexOf(10, offset) + 1 - offset),
  alive: Buffer.from('PONG bench.test\r\n'),
  answer: bytes => (bytes.includes('PING ') ? Buffer.from('PONG bench.test\r\n') : null),
};

export function dialectOf(speaks: Speaks): Dialect {
  return { bare, tchat, irc }[speaks];
}
