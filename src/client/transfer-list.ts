// A file on its way as a screen or a script sees it, and the list of them: data that changes at most ten times a second.
import type { ConversationId, FileNote, MessageRef, Millis } from '../chat/vocabulary.ts';
import type { ErrorParams } from '../errors.ts';
import { PROGRESS_INTERVAL } from '../limits.ts';
import type { Side } from '../protocol/packet.ts';
import type { Clock } from '../session/clock.ts';

export type TransferState =
  /** Waits for an answer: ours where it comes, theirs where it goes. */
  | 'offered'
  /** Accepted, and goes on by itself: for its turn, for the other side, for the connection. `reason` says what for. */
  | 'waiting'
  | 'running'
  | 'paused'
  /** All of it waits at the server; the sender need do nothing more. */
  | 'kept'
  | 'done'
  | 'declined'
  | 'withdrawn'
  | 'expired'
  | 'stopped'
  | 'failed';

export type Route = 'relay' | 'direct' | 'spool';

export interface Transfer {
  /** ACCOUNT/ID of the offer. */
  readonly key: string;
  readonly about: MessageRef;
  readonly side: Side;
  /** '' until the server has said it. */
  readonly conversation: ConversationId;
  /** The other person, or the room. */
  readonly who: string;
  /** What its sender calls it; null: sealed, and cannot be opened. */
  readonly file: FileNote | null;
  /** Bytes as they travel, and those that have. */
  readonly size: number;
  readonly done: number;
  /** Bytes a second, lately. */
  readonly rate: number;
  readonly route: Route | null;
  readonly state: TransferState;
  /** Why it waits, or has failed: a code of words. */
  readonly reason: { readonly code: string; readonly params: ErrorParams } | null;
  /** Names of those who have it. */
  readonly received: readonly string[];
  /** What is sent, or where what came has been put. */
  readonly path: string | null;
  readonly since: Millis;
}

/** Nothing more becomes of it. */
export function isOver({ state }: Pick<Transfer, 'state'>): boolean {
  return !['offered', 'waiting', 'running', 'paused', 'kept'].includes(state);
}

export class TransferList {
  readonly #clock: Clock;
  readonly #all = new Map<string, Transfer>();
  readonly #listeners = new Set<(all: readonly Transfer[]) => void>();
  #told = Number.NEGATIVE_INFINITY;
  #waiting = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** In the order in which they came to be known. */
  get all(): readonly Transfer[] {
    return [...this.#all.values()];
  }

  get(key: string): Transfer | undefined {
    return this.#all.get(key);
  }

  /** Calls with all of them when something has changed; the answer stops it. */
  listen(call: (all: readonly Transfer[]) => void): () => void {
    this.#listeners.add(call);
    return () => this.#listeners.delete(call);
  }

  set(transfer: Transfer): void {
    this.#all.set(transfer.key, transfer);
    this.#changed();
  }

  /** Takes one off the list. */
  remove(key: string): void {
    if (this.#all.delete(key)) this.#changed();
  }

  /** Never at once: whoever listens may give a verb, and what it is about is there then. */
  #changed(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    const wait = Math.max(0, this.#told + PROGRESS_INTERVAL - this.#clock.elapsed());
    this.#clock.after(wait, () => {
      this.#waiting = false;
      this.#tell(this.#clock.elapsed());
    });
  }

  #tell(now: number): void {
    this.#told = now;
    for (const call of this.#listeners) call(this.all);
  }
}

/** How fast something goes, from how far it is: an average of the last seconds. */
export class Speed {
  #at: number | null = null;
  #done = 0;
  #rate = 0;

  /** Bytes a second after so many bytes, at a time in milliseconds. */
  measure(done: number, now: number): number {
    if (this.#at === null || done < this.#done) {
      this.#at = now;
      this.#done = done;
      return this.#rate;
    }
    const span = now - this.#at;
    if (span < SAMPLE) return this.#rate;
    const latest = ((done - this.#done) * 1_000) / span;
    const weight = this.#rate === 0 ? 1 : Math.min(1, span / MEMORY);
    this.#rate += (latest - this.#rate) * weight;
    this.#at = now;
    this.#done = done;
    return this.#rate;
  }

  stop(): void {
    this.#at = null;
    this.#rate = 0;
  }
}

/** Milliseconds between two samples, and over which they are averaged. */
const SAMPLE = 200;
const MEMORY = 3_000;
