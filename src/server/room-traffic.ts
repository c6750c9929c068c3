// How much is said in each room: a rate that fades by itself, so that nothing has to be sampled.
import type { ConversationId, Millis } from '../chat/vocabulary.ts';

/** Milliseconds over which the rate is taken: what was said so long ago counts for a third. */
const SPAN = 10_000;
/** Messages a second below which a room is quiet. */
const QUIET = 0.05;

export class RoomTraffic {
  readonly #rooms = new Map<ConversationId, { rate: number; at: Millis }>();

  /** A message was said. `at`: elapsed milliseconds, which never go back. */
  said(room: ConversationId, at: Millis): void {
    const known = this.#rooms.get(room);
    if (known) {
      known.rate = faded(known, at) + 1000 / SPAN;
      known.at = at;
    } else this.#rooms.set(room, { rate: 1000 / SPAN, at });
  }

  /** Messages a second. */
  rate(room: ConversationId, at: Millis): number {
    const known = this.#rooms.get(room);
    if (!known) return 0;
    const rate = faded(known, at);
    if (rate >= QUIET) return rate;
    this.#rooms.delete(room);
    return 0;
  }
}

function faded({ rate, at }: { readonly rate: number; readonly at: Millis }, now: Millis): number {
  return rate * Math.exp((at - now) / SPAN);
}
