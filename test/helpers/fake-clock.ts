// A clock that a test moves by hand, for screens and for sessions; timers fire in order while it moves.
import type { Clock as SessionClock } from '../../src/session/clock.ts';
import type { Clock as ScreenClock } from '../../src/tui/kit/program.ts';

export interface FakeClock extends ScreenClock, SessionClock {
  /** Moves on by so many milliseconds and fires what falls due. */
  advance(milliseconds: number): void;
  /** Sets the time of day; how much time has passed stays as it was. */
  set(now: number): void;
  /** Timers that are set. */
  readonly pending: number;
}

export function fakeClock(): FakeClock {
  let time = 0;
  let day = 0;
  let last = 0;
  const timers = new Map<number, { readonly due: number; readonly callback: () => void }>();
  const add = (callback: () => void, delay: number) => {
    last += 1;
    timers.set(last, { due: time + Math.max(0, delay), callback });
    return last;
  };
  return {
    now: () => day + time,
    // Nothing may lean on where it starts.
    elapsed: () => 5_000 + time,
    set(now) {
      day = now - time;
    },
    setTimeout: add,
    clearTimeout(handle) {
      timers.delete(handle as number);
    },
    after(delay, call) {
      const handle = add(call, delay);
      return () => timers.delete(handle);
    },
    every(interval, call) {
      let handle = 0;
      const again = () => {
        handle = add(again, interval);
        call();
      };
      handle = add(again, interval);
      return () => timers.delete(handle);
    },
    advance(milliseconds) {
      const end = time + milliseconds;
      for (;;) {
        const due = [...timers].filter(([, timer]) => timer.due <= end).sort(([, a], [, b]) => a.due - b.due)[0];
        if (due === undefined) break;
        timers.delete(due[0]);
        time = due[1].due;
        due[1].callback();
      }
      time = end;
    },
    get pending() {
      return timers.size;
    },
  };
}
