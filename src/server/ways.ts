// What goes on about each offer: who has its bytes, who wants them, which ends wait for each other, what carries it.
import { type Offer, offerKey } from '../chat/offers.ts';
import { WAY_PATIENCE } from '../limits.ts';
import type { Clock } from '../session/clock.ts';
import type { DataSession } from '../transfer/data-session.ts';
import type { Connection } from './connection.ts';
import type { Relay } from './relay.ts';

export interface Way {
  /** Sessions that have its bytes, and those that want them and could not have them yet. */
  readonly holders: Set<Connection>;
  readonly waiting: Set<Connection>;
  /** Ends that wait for the other one. */
  sender: DataSession | null;
  receiver: DataSession | null;
  relay: Relay | null;
  /** It comes into the store. */
  coming: DataSession | null;
  /** Bytes that its one receiver has, as far as they have said. */
  have: number;
  /** Until when (elapsed) a receiver who has begun with it may come back, before it goes into the store from its first byte. */
  back: number;
  /** Takes back the call of that moment. */
  later: () => void;
}

export class Ways {
  readonly #clock: Clock;
  /** When the server began, by the time of day and by what has elapsed. */
  readonly #startedAt: number;
  readonly #began: number;
  readonly #ways = new Map<string, Way>();

  constructor(clock: Clock, startedAt: number) {
    this.#clock = clock;
    this.#startedAt = startedAt;
    this.#began = clock.elapsed();
  }

  get all(): Iterable<Way> {
    return this.#ways.values();
  }

  find(key: string): Way | undefined {
    return this.#ways.get(key);
  }

  of(offer: Offer): Way {
    const key = offerKey(offer);
    let way = this.#ways.get(key);
    if (!way) {
      // Of what was offered to a server that has stopped since nobody knows who had begun with it.
      const back = offer.time < this.#startedAt ? this.#began + WAY_PATIENCE : 0;
      const ends = { sender: null, receiver: null, relay: null, coming: null };
      way = { holders: new Set(), waiting: new Set(), ...ends, have: 0, back, later: () => {} };
      this.#ways.set(key, way);
    }
    return way;
  }

  /** Its receiver was lost, or its sender: for a while they may come back. */
  broken(way: Way): void {
    way.back = this.#clock.elapsed() + WAY_PATIENCE;
  }

  /** Whether a receiver who had begun may still come back; `call` follows when that is over. */
  mayBeBack(way: Way, call: () => void): boolean {
    const left = way.back - this.#clock.elapsed();
    if (left <= 0) return false;
    way.later();
    way.later = this.#clock.after(left, call);
    return true;
  }

  drop(key: string): void {
    this.#ways.get(key)?.later();
    this.#ways.delete(key);
  }

  close(): void {
    for (const way of this.#ways.values()) way.later();
  }
}
