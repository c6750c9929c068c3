// JSON lines on a stream whose reader may be slow: what it does not take is counted and left out, never piled up.
import type { Writable } from 'node:stream';

/** Bytes that may wait for the reader. */
const WAITING = 1 << 20;

export class JsonLines {
  readonly #out: Writable;
  #dropped = 0;

  constructor(out: Writable) {
    this.#out = out;
  }

  write(value: Record<string, unknown>): void {
    if (this.#out.writableLength > WAITING) {
      this.#dropped += 1;
      return;
    }
    if (this.#dropped > 0) this.#out.write(`${JSON.stringify({ event: 'dropped', lines: this.#dropped })}\n`);
    this.#dropped = 0;
    this.#out.write(`${JSON.stringify(value)}\n`);
  }
}
