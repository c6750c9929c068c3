// Wrong passwords (PROMISES A6): so many a minute of one address, and of all together. Right ones are not counted.
import { GUESSES, GUESSES_PER_ADDRESS } from '../limits.ts';

const MINUTE = 60_000;

export class Guesses {
  /** Times of the wrong guesses of the last minute, with their networks; never more than GUESSES. */
  #wrong: { readonly at: number; readonly network: string }[] = [];

  /** Whether this network may guess now. `now`: milliseconds of a clock that only rises. */
  mayGuess(network: string, now: number): boolean {
    this.#wrong = this.#wrong.filter(guess => guess.at > now - MINUTE);
    const own = this.#wrong.filter(guess => guess.network === network);
    return this.#wrong.length < GUESSES && own.length < GUESSES_PER_ADDRESS;
  }

  wrong(network: string, now: number): void {
    this.#wrong.push({ at: now, network });
  }
}
