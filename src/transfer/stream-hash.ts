// SHA-256 of a stream that may have begun before this process did: what passes is hashed as it passes, and what came before is
// read again meanwhile.
import { createHash } from 'node:crypto';
import { PIECE } from '../limits.ts';

/** Fills the buffer with what stands from a position on; gives how much that was. */
export type ReadAt = (position: number, buffer: Uint8Array) => Promise<number>;

export class StreamHash {
  readonly #hash = createHash('sha256');
  readonly #read: ReadAt;
  /** How far it is hashed, and how far the stream is. */
  #hashed = 0;
  #passed: number;
  #catchingUp: Promise<void> | null = null;
  #failure: unknown = null;
  #digest: Uint8Array | null = null;
  #closed = false;

  /** `before`: bytes that were there already, and can be read. */
  constructor(read: ReadAt, before: number) {
    this.#read = read;
    this.#passed = before;
    if (before > 0) this.#catchUp();
  }

  /** Whether the next bytes need not be read again. */
  get isUpToDate(): boolean {
    return this.#hashed === this.#passed;
  }

  /** The next bytes of the stream; they can be read from now on, unless it is up to date. */
  pass(bytes: Uint8Array): void {
    if (this.isUpToDate) {
      this.#hash.update(bytes);
      this.#hashed += bytes.length;
    }
    this.#passed += bytes.length;
    if (!this.isUpToDate) this.#catchUp();
  }

  /** Of all that has passed; nothing may follow. Throws what reading threw. */
  async digest(): Promise<Uint8Array> {
    await this.#catchingUp;
    if (this.#failure !== null) throw this.#failure;
    this.#digest ??= new Uint8Array(this.#hash.digest());
    return this.#digest;
  }

  /** Reads no more. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#catchingUp;
  }

  #catchUp(): void {
    if (this.#failure !== null) return;
    this.#catchingUp ??= this.#readAgain()
      .catch(error => {
        this.#failure = error;
      })
      .finally(() => {
        this.#catchingUp = null;
      });
  }

  async #readAgain(): Promise<void> {
    const buffer = Buffer.allocUnsafeSlow(PIECE);
    while (!this.isUpToDate && !this.#closed) {
      const wanted = Math.min(PIECE, this.#passed - this.#hashed);
      const count = await this.#read(this.#hashed, buffer.subarray(0, wanted));
      if (count === 0) throw new RangeError(`nothing to read at ${this.#hashed}`);
      this.#hash.update(buffer.subarray(0, count));
      this.#hashed += count;
    }
  }
}
