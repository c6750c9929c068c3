// So many bytes a second and no more: how much may go now, and when to ask again.

/** Milliseconds of the rate that may be spent at once. */
const BURST = 250;

export class Pacer {
  /** Bytes a second; null: as fast as it goes. */
  rate: number | null;
  readonly #now: () => number;
  #left = 0;
  #at: number;

  /** `now`: milliseconds that only rise. */
  constructor(now: () => number, rate: number | null = null) {
    this.rate = rate;
    this.#now = now;
    this.#at = now();
  }

  /** Bytes of these that may go now: all, none, or so many that it is worth it, for a frame of a few bytes costs like a large one. */
  allowed(wanted: number): number {
    if (this.rate === null) return wanted;
    const now = this.#now();
    const most = Math.max(1, (this.rate * BURST) / 1_000);
    this.#left = Math.min(most, this.#left + ((now - this.#at) * this.rate) / 1_000);
    this.#at = now;
    return this.#left < Math.min(wanted, most / 2) ? 0 : Math.min(wanted, Math.floor(this.#left));
  }

  spend(bytes: number): void {
    if (this.rate !== null) this.#left -= bytes;
  }

  /** Milliseconds until it is worth asking again. */
  get pause(): number {
    return BURST / 2;
  }
}
