// One sender, on a bare socket: posts with ids that count, and notes when each ack came. What else comes is passed over.
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { FRAME_HEADER } from '../../src/limits.ts';
import { encodePacket } from '../../src/protocol/codec.ts';
import { idFromBytes } from '../../src/protocol/ids.ts';
import { dialServer } from '../fan-out/crowd.ts';
import { dialectOf, ROOM } from '../fan-out/dialects.ts';

/** Bytes of an ack's frame up to its id, which are the same for all but the length. */
const probe = randomBytes(16);
const ack = encodePacket({ type: 'ack', id: idFromBytes(probe), position: 1, time: 1 });
const ID_AT = ack.indexOf(probe);
const ACK_BEGINS = ack.subarray(FRAME_HEADER, ID_AT);
/** The count stands in the last bytes of an id. */
const COUNT_AT = 12;

export interface SenderOptions {
  readonly port: number;
  readonly tls: boolean;
  readonly name: string;
  /** Of a message's text. */
  readonly bytes: number;
}

export class Sender {
  readonly #socket: Socket;
  readonly #frame: Buffer;
  readonly #idAt: number;
  readonly #acked: (count: number) => void;
  #held: Buffer = Buffer.alloc(0);
  broken: Error | null = null;

  private constructor(socket: Socket, bytes: number, acked: (count: number) => void) {
    this.#socket = socket;
    this.#acked = acked;
    const id = randomBytes(16);
    const body = { kind: 'text', text: 'x'.repeat(bytes) } as const;
    const command = { kind: 'post', target: { to: 'room', room: ROOM }, body, action: false } as const;
    this.#frame = encodePacket({ type: 'command', id: idFromBytes(id), command });
    this.#idAt = this.#frame.indexOf(id);
  }

  /** Logs in and enters the room; `acked` hears the count of each message that is acked. */
  static async open(options: SenderOptions, acked: (count: number) => void): Promise<Sender> {
    const { name, bytes } = options;
    let entering: (chunk: Buffer) => void = () => {};
    const hear = (listener: (chunk: Buffer) => void) => {
      entering = listener;
    };
    const socket = await new Promise<Socket>((resolve, reject) => {
      const dialed: Socket = dialServer(options, binding => {
        const way = { socket: dialed, binding, hear };
        dialectOf('tchat')
          .enter(way, name, true)
          .then(() => resolve(dialed), reject);
      });
      dialed.once('error', reject);
      dialed.on('data', chunk => entering(chunk));
    });
    const sender = new Sender(socket, bytes, acked);
    entering = chunk => sender.#take(chunk);
    socket.on('error', error => {
      sender.broken = error;
    });
    return sender;
  }

  /** Posts the messages of these counts, in one write. */
  post(counts: readonly number[]): void {
    const { length } = this.#frame;
    const all = Buffer.allocUnsafe(length * counts.length);
    for (const [at, count] of counts.entries()) {
      this.#frame.copy(all, at * length);
      all.writeUInt32BE(count, at * length + this.#idAt + COUNT_AT);
    }
    this.#socket.write(all);
  }

  /** Goes, when what it has sent is on its way. */
  leave(): void {
    this.#socket.destroy();
  }

  #take(chunk: Buffer): void {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    let at = 0;
    while (bytes.length - at >= FRAME_HEADER) {
      const end = at + FRAME_HEADER + bytes.readUInt32BE(at);
      if (end > bytes.length) break;
      if (isAck(bytes, at)) this.#acked(bytes.readUInt32BE(at + ID_AT + COUNT_AT));
      at = end;
    }
    this.#held = at === bytes.length ? Buffer.alloc(0) : Buffer.from(bytes.subarray(at));
  }
}

function isAck(bytes: Buffer, at: number): boolean {
  const begin = at + FRAME_HEADER;
  return bytes.compare(ACK_BEGINS, 0, ACK_BEGINS.length, begin, begin + ACK_BEGINS.length) === 0;
}
