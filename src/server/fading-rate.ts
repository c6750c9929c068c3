// How much of something happens a second: a rate that fades by itself, so that nothing has to be sampled.
import type { Millis } from '../chat/vocabulary.ts';

export class FadingRate {
  readonly #span: Millis;
  #rate = 0;
  #at: Millis = 0;

  /** `span`: milliseconds over which the rate is taken; what was so long ago counts for a third. */
  constructor(span: Millis) {
    this.#span = span;
  }

  /** So much has happened. `at`: elapsed milliseconds, which never go back. */
  add(amount: number, at: Millis): void {
    this.#rate = this.of(at) + (amount * 1000) / this.#span;
    this.#at = at;
  }

  /** A second. */
  of(at: Millis): number {
    return this.#rate * Math.exp((this.#at - at) / this.#span);
  }
}
