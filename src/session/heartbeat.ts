// One sweep for all sessions of a process: pings the quiet ones, ends the dead and the stalled ones.
import { PEER_DEAD, PING_IDLE } from '../limits.ts';
import type { Clock } from './clock.ts';

/** What the sweep needs to know of a session, and may do to it. */
export interface Beating {
  /** When the last byte came, by the clock's `elapsed`, as all times here: a clock that is set ends nobody's session. */
  readonly heard: number;
  /** When a ping went out that has no answer yet, or 0. */
  readonly pinged: number;
  /** Milliseconds for which it may take nothing of what waits for it. */
  readonly mayStall: number;
  /** Since when something waits to be written without any progress, or 0. */
  stalledSince(now: number): number;
  ping(now: number): void;
  die(code: 'peer-dead' | 'peer-stalled'): void;
}

/** Milliseconds between sweeps: the precision of all limits here. */
const SWEEP = 1_000;

export class Heartbeat {
  readonly #sessions = new Set<Beating>();
  readonly #clock: Clock;
  #stop: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(session: Beating): void {
    this.#sessions.add(session);
    this.#stop ??= this.#clock.every(SWEEP, () => this.#sweep());
  }

  remove(session: Beating): void {
    this.#sessions.delete(session);
    if (this.#sessions.size > 0) return;
    this.#stop?.();
    this.#stop = null;
  }

  #sweep(): void {
    const now = this.#clock.elapsed();
    for (const session of this.#sessions) {
      const silent = now - session.heard;
      const stalled = session.stalledSince(now);
      if (stalled > 0 && now - stalled >= session.mayStall) session.die('peer-stalled');
      else if (silent >= PEER_DEAD) session.die('peer-dead');
      else if (silent >= PING_IDLE && session.pinged === 0) session.ping(now);
    }
  }
}
