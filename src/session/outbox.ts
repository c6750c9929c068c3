// What waits to be written to one peer. All frames of one turn of the event loop go out in one write; the queue is
// never cut and never reordered, and its owner stops filling it when it is full.
import type { Duplex } from 'node:stream';
import { DATA_PORTION, FRAME_DATA, FRAME_HEADER, OUTBOUND_QUEUED } from '../limits.ts';
import { FRAME, writeHeader } from '../protocol/frame.ts';

/** Outboxes with something to flush in this turn: one timer for all of them. */
let waiting: Outbox[] = [];

function flushAll(): void {
  const now = waiting;
  waiting = [];
  for (const outbox of now) outbox.flush();
  joined = NOTHING;
}

/** What was put together last in this turn: members of a room wait for the same frames, which are joined once for all. */
interface Joined {
  readonly parts: readonly Uint8Array[];
  readonly bytes: Uint8Array;
}
const NOTHING: Joined = { parts: [], bytes: new Uint8Array(0) };
let joined = NOTHING;

function join(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0] as Uint8Array;
  const same = parts.length === joined.parts.length && parts.every((part, at) => part === joined.parts[at]);
  if (!same) joined = { parts, bytes: Buffer.concat(parts) };
  return joined.bytes;
}

export class Outbox {
  readonly #socket: Duplex;
  readonly #owner: { flushed(): void };
  #queue: Uint8Array[] = [];
  #bytes = 0;
  #scheduled = false;
  #writing = false;
  #closed = false;
  /** The header of the last data frame while it waits here, and the bytes of that frame. */
  #header: Buffer | null = null;
  #framed = 0;
  /** Where portions are put together; of a connection one is on its way at a time. */
  #together: Buffer | null = null;
  /** Bytes queued above which nothing more should be pushed. */
  most = OUTBOUND_QUEUED;
  /**
   * Bytes of one write, and at most in the hands of the socket: a socket tells only of whole writes that they are done, and
   * of a file's slow reader one wants to see that it takes anything at all.
   */
  #portion = Number.POSITIVE_INFINITY;

  constructor(socket: Duplex, owner: { flushed(): void }) {
    this.#socket = socket;
    this.#owner = owner;
  }

  /** From now on it goes out in portions, one after the other; or not any more, once all is to go at once. */
  inPortions(on: boolean): void {
    this.#portion = on ? DATA_PORTION : Number.POSITIVE_INFINITY;
  }

  /** Bytes not yet taken by the kernel. */
  get queued(): number {
    return this.#bytes + this.#socket.writableLength;
  }

  /** Whether nothing more should be pushed. Answers and acks may still be added: their requests are held instead. */
  get full(): boolean {
    return this.queued > this.most;
  }

  /** Takes whole frames, one or several in one buffer. The buffer must not change afterwards. */
  push(frames: Uint8Array): void {
    this.#header = null;
    this.#add(frames);
  }

  /**
   * Takes a piece of a stream, for one data frame after the other: while the header of the last one waits here too, the piece
   * goes into that frame. The piece must not change afterwards.
   */
  pushData(piece: Uint8Array): void {
    const length = this.#framed + piece.length;
    if (this.#header && length <= FRAME_DATA) {
      this.#framed = length;
      writeHeader(this.#header, FRAME.data, length);
    } else {
      const header = Buffer.allocUnsafe(FRAME_HEADER);
      writeHeader(header, FRAME.data, piece.length);
      this.push(header);
      this.#header = header;
      this.#framed = piece.length;
    }
    this.#add(piece);
  }

  #add(frames: Uint8Array): void {
    if (this.#closed) return;
    this.#queue.push(frames);
    this.#bytes += frames.length;
    if (this.#scheduled) return;
    this.#scheduled = true;
    if (waiting.push(this) === 1) setImmediate(flushAll);
  }

  /** Writes what waits, at once. */
  flush(): void {
    this.#scheduled = false;
    const queue = this.#queue;
    if (queue.length === 0 || this.#closed) return;
    if (this.#socket.destroyed || this.#socket.writableEnded) {
      this.#queue = [];
      this.#bytes = 0;
      return;
    }
    if (this.#portion !== Number.POSITIVE_INFINITY) {
      this.#portions();
      return;
    }
    this.#queue = [];
    this.#bytes = 0;
    this.#header = null;
    this.#socket.write(join(queue));
    this.#owner.flushed();
  }

  /** One write at a time; the next follows when the socket has done it. */
  #portions(): void {
    if (this.#writing || this.#closed || this.#queue.length === 0) return;
    const bytes = this.#next();
    this.#bytes -= bytes.length;
    this.#writing = true;
    this.#socket.write(bytes, () => {
      this.#writing = false;
      this.#portions();
      this.#owner.flushed();
    });
  }

  /** A portion off the queue: as it lies there where that is enough, else put together. */
  #next(): Uint8Array {
    const first = this.#queue[0] as Uint8Array;
    const most = this.#portion;
    if (first.length >= most || this.#queue.length === 1) return this.#take(most);
    this.#together ??= Buffer.allocUnsafeSlow(most);
    let length = 0;
    while (length < most && this.#queue.length > 0) {
      const part = this.#take(most - length);
      this.#together.set(part, length);
      length += part.length;
    }
    return this.#together.subarray(0, length);
  }

  /** Of the first in the queue at most so much. */
  #take(most: number): Uint8Array {
    const part = this.#queue[0] as Uint8Array;
    if (part === this.#header) this.#header = null;
    if (part.length <= most) {
      this.#queue.shift();
      return part;
    }
    this.#queue[0] = part.subarray(most);
    return part.subarray(0, most);
  }

  /** Takes nothing more; what waits is dropped. */
  close(): void {
    this.#closed = true;
    this.#queue = [];
    this.#bytes = 0;
  }
}
