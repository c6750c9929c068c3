// Something that is done at once, and then no more often than so many milliseconds: what comes meanwhile is done together.
import { TOLD_INTERVAL } from '../limits.ts';

export class Paced {
  readonly #later: (milliseconds: number, call: () => void) => () => void;
  readonly #act: () => void;
  #cancel: (() => void) | null = null;
  #again = false;

  constructor(later: (milliseconds: number, call: () => void) => () => void, act: () => void) {
    this.#later = later;
    this.#act = act;
  }

  soon(): void {
    if (this.#cancel) this.#again = true;
    else this.now();
  }

  /** Without waiting for the last time to be long enough ago. */
  now(): void {
    this.stop();
    this.#cancel = this.#later(TOLD_INTERVAL, () => {
      this.#cancel = null;
      if (this.#again) this.now();
    });
    this.#act();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = null;
    this.#again = false;
  }
}
