// What moves of each offered file, by which way and how fast: counted where bytes pass, for operators who look.
import type { Millis } from '../chat/vocabulary.ts';
import { FadingRate } from './fading-rate.ts';

/** From one to the other through the server; into its store; out of the store. */
export type MovementKind = 'relayed' | 'coming' | 'taken';

/** One way that bytes of a file take now. */
export interface Movement {
  /** So many bytes of the whole have passed: first of all those that were there before. */
  readonly progress: (done: number) => void;
  /** Idempotent. */
  readonly end: () => void;
}

/** What an offer does at present. */
export interface Moving {
  readonly kind: MovementKind | 'direct';
  /** Bytes of the whole that have passed on the way that is furthest; of a direct one those before it left the server. */
  readonly done: number;
  /** Bytes a second through the server, on all its ways. */
  readonly rate: number;
  /** Its ways. */
  readonly ways: number;
}

/** Milliseconds over which a rate is taken, and those after the begin in which it says nothing yet. */
const SPAN = 3_000;
const TOO_EARLY = 250;
/** Bytes a second below which nothing moves. */
const STILL = 1;

interface Measured {
  readonly kind: MovementKind;
  readonly rate: FadingRate;
  readonly began: Millis;
  done: number | null;
}

export class Movements {
  readonly #elapsed: () => Millis;
  readonly #offers = new Map<string, Set<Measured>>();
  /** Those that have left the server, with what had passed until then. */
  readonly #direct = new Map<string, number>();

  /** `elapsed`: milliseconds that only rise. */
  constructor(elapsed: () => Millis) {
    this.#elapsed = elapsed;
  }

  /** A way for bytes of an offer is open. */
  begin(key: string, kind: MovementKind): Movement {
    const measured: Measured = { kind, rate: new FadingRate(SPAN), began: this.#elapsed(), done: null };
    const ways = this.#offers.get(key) ?? new Set();
    this.#offers.set(key, ways.add(measured));
    this.#direct.delete(key);
    return {
      progress: done => {
        const more = done - (measured.done ?? done);
        measured.done = done;
        if (more > 0) measured.rate.add(more, this.#elapsed());
      },
      end: () => {
        ways.delete(measured);
        if (ways.size === 0 && this.#offers.get(key) === ways) this.#offers.delete(key);
      },
    };
  }

  /** Its two ends go on without the server. */
  straight(key: string, done: number): void {
    this.#direct.set(key, done);
  }

  /** They do no more. */
  straightOver(key: string): void {
    this.#direct.delete(key);
  }

  /** Null: nothing moves. */
  of(key: string): Moving | null {
    const ways = [...(this.#offers.get(key) ?? [])];
    const [first] = ways;
    const left = this.#direct.get(key);
    if (!first) return left === undefined ? null : { kind: 'direct', done: left, rate: 0, ways: 1 };
    const rate = ways.reduce((sum, way) => sum + this.#rateOf(way), 0);
    return { kind: first.kind, done: Math.max(...ways.map(({ done }) => done ?? 0)), rate, ways: ways.length };
  }

  /** A rate that has only begun has not risen to what it is: it counts for the time that it had. */
  #rateOf({ rate, began }: Measured): number {
    const now = this.#elapsed();
    const age = Math.max(TOO_EARLY, now - began);
    const found = rate.of(now) / (1 - Math.exp(-age / SPAN));
    return found < STILL ? 0 : found;
  }
}
