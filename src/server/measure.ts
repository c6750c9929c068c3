// The port of whoever measures a server from outside: told of what happens too rarely, or too fast, to be looked at later.
// Codes are the program's own words, never a peer's.

export interface Measure {
  loggedIn(): void;
  /** A connection was turned away, before or after its login. */
  refused(code: string): void;
  warned(code: string): void;
  /** So many events were written to the log and flushed, in so many milliseconds. */
  written(events: number, milliseconds: number): void;
}

/** Whether a server keeps what it is given, and takes people in. */
export type Health = 'ok' | 'storage-failed' | 'stopping';

export const UNMEASURED: Measure = { loggedIn() {}, refused() {}, warned() {}, written() {} };
