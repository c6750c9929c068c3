// Standard input as messages: each line as it comes, cut at the limit of a message, empty ones left out.

import { cleanLine, utf8Length } from '../chat/text.ts';
import { MESSAGE_BYTES, MESSAGE_LINES } from '../limits.ts';

/** Colours and cursor moves that tools write for a terminal; in a message they are only noise. */
const SEQUENCES = /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)/g;

/**
 * Cuts bytes into lines, however they arrive; a return ends one too, as in progress bars. Lines are cleaned before they
 * are cut at the limit, so that each is a message that the server takes. Broken UTF-8 becomes U+FFFD.
 */
export class LineReader {
  readonly #decoder = new TextDecoder('utf-8');
  #rest = '';

  /** The lines that these bytes complete. */
  push(bytes: Uint8Array): string[] {
    return this.#take(this.#decoder.decode(bytes, { stream: true }), false);
  }

  /** What is left at the end. */
  end(): string[] {
    return this.#take(this.#decoder.decode(), true);
  }

  #take(text: string, last: boolean): string[] {
    const parts = (this.#rest + text).split(/[\r\n]/);
    this.#rest = last ? '' : (parts.pop() ?? '');
    // A line that never ends is no reason to hold it all.
    if (this.#rest.length > MESSAGE_BYTES * 4) {
      const pieces = splitLong(this.#rest);
      this.#rest = pieces.pop() ?? '';
      parts.push(...pieces);
    }
    return parts
      .map(line => cleanLine(line.replace(SEQUENCES, '')))
      .filter(line => line.trim() !== '')
      .flatMap(splitLong);
  }
}

/** Pieces of at most MESSAGE_BYTES, never cut inside a code point. */
export function splitLong(line: string): string[] {
  if (line.length * 3 <= MESSAGE_BYTES || utf8Length(line) <= MESSAGE_BYTES) return [line];
  const pieces: string[] = [];
  let piece = '';
  let bytes = 0;
  for (const point of line) {
    const size = utf8Length(point);
    if (bytes + size > MESSAGE_BYTES) {
      pieces.push(piece);
      piece = '';
      bytes = 0;
    }
    piece += point;
    bytes += size;
  }
  pieces.push(piece);
  return pieces.filter(each => each.trim() !== '');
}

/** Joins lines into messages as large as may be. */
export class Batch {
  #lines: string[] = [];
  #bytes = 0;

  get empty(): boolean {
    return this.#lines.length === 0;
  }

  /** Takes a line; gives the message that it no longer fits into, if any. */
  add(line: string): string | null {
    const size = utf8Length(line) + 1;
    const full = this.#lines.length >= MESSAGE_LINES || this.#bytes + size > MESSAGE_BYTES;
    const message = full ? this.take() : null;
    this.#lines.push(line);
    this.#bytes += size;
    return message;
  }

  /** What has gathered, or null. */
  take(): string | null {
    if (this.empty) return null;
    const message = this.#lines.join('\n');
    this.#lines = [];
    this.#bytes = 0;
    return message;
  }
}
