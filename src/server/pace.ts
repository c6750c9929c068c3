// How fast an account may ask: a burst, then so many a second. Whoever asks faster is read no further for a while, and is
// refused only after having kept on; a pause makes good for everything.
import type { AccountId } from '../chat/vocabulary.ts';
import { PACE_PATIENCE } from '../limits.ts';

export interface Rate {
  /** How many at once. */
  readonly burst: number;
  /** How many a second after that. */
  readonly perSecond: number;
}

interface Bucket {
  left: number;
  at: number;
  /** Since when it was never half full; null: it was, or nobody waited since. */
  short: number | null;
}

/** Buckets that are kept before full ones are thrown away. */
const BUCKETS = 1_024;

export class Pace {
  /** How fast from now on. */
  rate: Rate;
  readonly #buckets = new Map<AccountId, Bucket>();

  constructor(rate: Rate) {
    this.rate = rate;
  }

  /** 0: go on; milliseconds to wait before asking again; or that it was too much for too long. `now`: a rising clock. */
  take(account: AccountId, now: number): number | 'too-fast' {
    const { perSecond } = this.rate;
    const bucket = this.#bucket(account, now);
    if (bucket.left >= 1) {
      bucket.left -= 1;
      return 0;
    }
    bucket.short ??= now;
    if (now - bucket.short >= PACE_PATIENCE) return 'too-fast';
    return Math.ceil(((1 - bucket.left) / perSecond) * 1_000);
  }

  #bucket(account: AccountId, now: number): Bucket {
    const { burst, perSecond } = this.rate;
    const known = this.#buckets.get(account);
    const bucket = known ?? { left: burst, at: now, short: null };
    bucket.left = Math.min(burst, bucket.left + ((now - bucket.at) / 1_000) * perSecond);
    bucket.at = now;
    if (bucket.left >= burst / 2) bucket.short = null;
    if (!known) {
      if (this.#buckets.size >= BUCKETS) this.#forget(now);
      this.#buckets.set(account, bucket);
    }
    return bucket;
  }

  /** Those that are full by now are as if they had never been. */
  #forget(now: number): void {
    const { burst, perSecond } = this.rate;
    for (const [account, { left, at }] of this.#buckets) {
      if (left + ((now - at) / 1_000) * perSecond >= burst) this.#buckets.delete(account);
    }
  }
}
