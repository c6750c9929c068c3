// A stream that arrives: written piece by piece, hashed as it passes, flushed to the disk while more of it comes. What of it is
// on the disk is told to whoever remembers it.
import { TchatError } from '../errors.ts';
import { SYNC_BYTES, SYNC_INTERVAL, UNSYNCED_BYTES } from '../limits.ts';
import type { Part } from './part.ts';
import { StreamHash } from './stream-hash.ts';

export interface ArrivingOptions {
  readonly part: Part;
  /** Bytes of the whole stream. */
  readonly size: number;
  /** Bytes that are there already. */
  readonly written: number;
  readonly synced: number;
  /** So many bytes are on the disk; null: the disk failed, and what was not flushed before is uncertain. */
  readonly mark: (synced: number | null) => void | Promise<void>;
}

/** After a failure every further call throws it. One call of `write` at a time. */
export class Arriving {
  readonly size: number;
  readonly #part: Part;
  readonly #hash: StreamHash;
  readonly #mark: ArrivingOptions['mark'];
  #written: number;
  #synced: number;
  #lastSync = performance.now();
  #syncing: Promise<void> | null = null;
  #failure: unknown = null;
  #writing: Promise<void> | null = null;
  #closed = false;

  constructor({ part, size, written, synced, mark }: ArrivingOptions) {
    this.size = size;
    this.#part = part;
    this.#written = written;
    this.#synced = Math.min(synced, written);
    this.#mark = mark;
    this.#hash = new StreamHash((position, buffer) => part.read(position, buffer), written);
  }

  /** Bytes that are there: a stream that goes on begins here. */
  get written(): number {
    return this.#written;
  }

  /** Bytes that are there even if the power goes. */
  get synced(): number {
    return this.#synced;
  }

  /**
   * The bytes that follow; the caller may use their buffer again when this returns. Throws a TchatError `file-too-long`, and
   * `transfer-closed` after `close`.
   */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#failure !== null) throw this.#failure;
    if (this.#closed) throw new TchatError('transfer-closed');
    if (this.#writing) throw new Error('one write at a time');
    if (bytes.length > this.size - this.#written) throw new TchatError('file-too-long', { limit: this.size });
    this.#writing = this.#write(bytes)
      .catch(error => {
        this.#failure ??= error;
      })
      .finally(() => {
        this.#writing = null;
      });
    await this.#writing;
    if (this.#failure !== null) throw this.#failure;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    const writing = this.#part.append(this.#written, bytes);
    // Beside the writing, which is another thread's work. Where what came before is still read again, it is there first.
    const beside = this.#hash.isUpToDate;
    if (beside) this.#hash.pass(bytes);
    await writing;
    if (!beside) this.#hash.pass(bytes);
    this.#written += bytes.length;
    if (this.#isDue()) this.#syncing ??= this.#sync();
    if (this.#written - this.#synced >= UNSYNCED_BYTES) await this.#syncing;
  }

  /** All that was written is on the disk when this returns. */
  async settle(): Promise<void> {
    await this.#syncing;
    if (this.#failure === null && this.#synced < this.#written) await this.#sync();
    if (this.#failure !== null) throw this.#failure;
  }

  /** SHA-256 of the whole stream, of which all has to be there. */
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  /**
   * A write that has begun is through, and nothing reads, writes or flushes any more. With `keep` all that was written is on the
   * disk, as far as that takes it: the system may be shut down next.
   */
  async close(keep: boolean): Promise<void> {
    this.#closed = true;
    await this.#writing;
    await this.#hash.close();
    if (keep) await this.settle().catch(() => {});
    await this.#syncing;
    await this.#part.close();
  }

  #isDue(): boolean {
    const waiting = this.#written - this.#synced;
    return waiting >= SYNC_BYTES || (waiting > 0 && performance.now() - this.#lastSync >= SYNC_INTERVAL);
  }

  async #sync(): Promise<void> {
    const upTo = this.#written;
    try {
      await this.#part.sync();
      this.#synced = upTo;
      await this.#mark(upTo);
    } catch (error) {
      // What a disk failed to take once it may have thrown away: it is never asked twice.
      this.#failure ??= error;
      await Promise.resolve(this.#mark(null)).catch(() => {});
    }
    this.#lastSync = performance.now();
    this.#syncing = null;
  }
}
