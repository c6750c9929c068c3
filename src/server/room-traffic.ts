// How much is said in each room.
import type { ConversationId, Millis } from '../chat/vocabulary.ts';
import { FadingRate } from './fading-rate.ts';

/** Milliseconds over which the rate is taken. */
const SPAN = 10_000;
/** Messages a second below which a room is quiet. */
const QUIET = 0.05;

export class RoomTraffic {
  readonly #rooms = new Map<ConversationId, FadingRate>();

  /** A message was said. `at`: elapsed milliseconds, which never go back. */
  said(room: ConversationId, at: Millis): void {
    let known = this.#rooms.get(room);
    if (!known) {
      known = new FadingRate(SPAN);
      this.#rooms.set(room, known);
    }
    known.add(1, at);
  }

  /** Messages a second. */
  rate(room: ConversationId, at: Millis): number {
    const rate = this.#rooms.get(room)?.of(at) ?? 0;
    if (rate >= QUIET) return rate;
    this.#rooms.delete(room);
    return 0;
  }
}
