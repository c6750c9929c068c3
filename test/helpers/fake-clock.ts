// A clock that a test moves by hand; timers fire in order while it moves.
import type { Clock } from '../../src/tui/kit/program.ts';

export interface FakeClock extends Clock {
  /** Moves on by so many milliseconds and fires what falls due. */
  advance(milliseconds: number): void;
  /** Timers that are set. */
  readonly pending: number;
}

export function fakeClock(): FakeClock {
  let time = 0;
  let last = 0;
  const timers = new Map<number, { readonly due: number; readonly callback: () => void }>();
  return {
    now: () => time,
    setTimeout(callback, delay) {
      last += 1;
      timers.set(last, { due: time + Math.max(0, delay), callback });
      return last;
    },
    clearTimeout(handle) {
      timers.delete(handle as number);
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
