// Time as an argument: the system's clock, and what a test puts in its place.

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Milliseconds from some start: never set back or forward, so for all that measures how long something took. */
  elapsed(): number;
  /** Calls once after so many milliseconds; the answer cancels. Does not keep the process alive. */
  after(delay: number, call: () => void): () => void;
  /** Calls again and again; the answer cancels. Does not keep the process alive. */
  every(interval: number, call: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(delay, call) {
    const timer = setTimeout(call, delay);
    timer.unref();
    return () => clearTimeout(timer);
  },
  every(interval, call) {
    const timer = setInterval(call, interval);
    timer.unref();
    return () => clearInterval(timer);
  },
};
