// JSON as one line each: safe on a terminal, and on a stream whose reader may be slow never piled up.
import type { Writable } from 'node:stream';
import { jsonCalmed } from '../chat/text.ts';

/** A value as JSON on one line, in which nothing can speak to a terminal; it parses to the same value. */
export function jsonLine(value: unknown): string {
  return jsonCalmed(JSON.stringify(value));
}

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
    if (this.#dropped > 0) this.#out.write(`${jsonLine({ event: 'dropped', lines: this.#dropped })}\n`);
    this.#dropped = 0;
    this.#out.write(`${jsonLine(value)}\n`);
  }
}
