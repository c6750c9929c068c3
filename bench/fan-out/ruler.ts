// How many messages a member has got, from how many bytes: all members of a room get the same frames, so that one of
// them reads where frames end, and for all others arithmetic will do.
import type { Dialect } from './dialects.ts';

interface Stretch {
  readonly fromByte: number;
  readonly fromFrame: number;
  /** Bytes of each frame from here on. */
  readonly length: number;
}

export class Ruler {
  readonly #frameAt: Dialect['frameAt'];
  #stretches: Stretch[];
  #last: Stretch;
  #bytes = 0;
  #frames = 0;
  #held: Buffer = Buffer.alloc(0);

  /** `length` of the frames to begin with. */
  constructor(frameAt: Dialect['frameAt'], length: number) {
    this.#frameAt = frameAt;
    this.#last = { fromByte: 0, fromFrame: 0, length };
    this.#stretches = [this.#last];
  }

  /** Length of the newest frames. */
  get length(): number {
    return this.#last.length;
  }

  /** What the member came upon that is read for all. */
  read(chunk: Buffer): void {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    let at = 0;
    while (at < bytes.length) {
      const length = this.#frameAt(bytes, at);
      if (length === 0 || at + length > bytes.length) break;
      if (length !== this.#last.length) this.#change(length);
      at += length;
      this.#bytes += length;
      this.#frames += 1;
    }
    this.#held = at === bytes.length ? Buffer.alloc(0) : Buffer.from(bytes.subarray(at));
  }

  #change(length: number): void {
    this.#last = { fromByte: this.#bytes, fromFrame: this.#frames, length };
    this.#stretches.push(this.#last);
  }

  /** Whole frames in the first so many bytes. */
  framesIn(bytes: number): number {
    let stretch = this.#last;
    for (let i = this.#stretches.length - 1; bytes < stretch.fromByte && i >= 0; i--) {
      stretch = this.#stretches[i] as Stretch;
    }
    return stretch.fromFrame + Math.floor((bytes - stretch.fromByte) / stretch.length);
  }
}
