// Reads a stream piece by piece into a few buffers that are used again; while a piece is on its way the next one is read.
import { PIECE } from '../limits.ts';
import type { ReadAt } from './stream-hash.ts';

export interface ReadAheadOptions {
  /** Bytes of the whole stream. */
  readonly size: number;
  readonly from: number;
  /** Calls of `next` for which a piece stays as it is. */
  readonly held: number;
}

export class ReadAhead {
  readonly #read: ReadAt;
  readonly #buffers: readonly Buffer[];
  #position: number;
  #turn = 0;
  #ahead: Promise<Uint8Array> | null = null;

  /** `read` fills a buffer wholly unless the stream ends. */
  constructor(read: ReadAt, { size, from, held }: ReadAheadOptions) {
    this.#read = read;
    this.#position = from;
    const length = Math.max(1, Math.min(PIECE, size - from));
    this.#buffers = Array.from({ length: held + 1 }, () => Buffer.allocUnsafeSlow(length));
  }

  /** The next piece; null at the end. Throws what reading threw, for good. */
  async next(): Promise<Uint8Array | null> {
    const piece = await (this.#ahead ?? this.#piece());
    if (piece.length === 0) return null;
    this.#ahead = this.#piece();
    // Whoever asks for the next piece hears of it.
    this.#ahead.catch(() => {});
    return piece;
  }

  /** Nothing is read any more when it returns. */
  async close(): Promise<void> {
    await this.#ahead?.catch(() => {});
  }

  async #piece(): Promise<Uint8Array> {
    const buffer = this.#buffers[this.#turn % this.#buffers.length] as Buffer;
    this.#turn += 1;
    const position = this.#position;
    const count = await this.#read(position, buffer);
    this.#position = position + count;
    return buffer.subarray(0, count);
  }
}
