// From decided events to kept ones: what arrives while one append is on its way goes into the next, together.
import type { ChatEvent, Draft } from '../chat/vocabulary.ts';
import { asTchatError, type TchatError } from '../errors.ts';
import type { Clock } from '../session/clock.ts';
import type { EventLog } from '../store/event-log.ts';

interface Submission {
  readonly drafts: readonly Draft[];
  readonly settle: (result: readonly ChatEvent[] | TchatError) => void;
}

/** Who is told what became of batches. */
export interface CommitOwner {
  /** Kept events, in the order of the log, after their submitters were told; and the milliseconds that it took to keep them. */
  committed(events: readonly ChatEvent[], took: number): void;
  /**
   * A batch could not be kept, and all that was decided behind it is refused with it. Unless the log works again already,
   * `broken` says why nothing may be decided from here on.
   */
  failed(error: TchatError): void;
  /** Makes the state what the log says, without what was decided beyond it. Throws where the log cannot be read. */
  rebuild(): void;
  /** The log keeps what it is given again. */
  recovered(): void;
}

/** Milliseconds between two tries of a log that has failed. */
const PROBE = 500;

export class Committer {
  readonly #log: EventLog;
  readonly #owner: CommitOwner;
  readonly #clock: Clock;
  #waiting: Submission[] = [];
  #busy = false;
  #broken: TchatError | null = null;
  #idle: (() => void)[] = [];
  #closed = false;
  /** Whether the state holds nothing that the log does not hold. */
  #rebuilt = true;
  #cancel: () => void = () => {};

  constructor(log: EventLog, clock: Clock, owner: CommitOwner) {
    this.#log = log;
    this.#clock = clock;
    this.#owner = owner;
  }

  /** Why nothing can be kept at present, or null. */
  get broken(): TchatError | null {
    return this.#broken;
  }

  /** Takes decided events; `settle` is called once, with the kept events or the reason why there are none. */
  submit(drafts: readonly Draft[], settle: Submission['settle']): void {
    if (this.#broken) {
      settle(this.#broken);
      return;
    }
    this.#waiting.push({ drafts, settle });
    if (this.#busy) return;
    this.#busy = true;
    setImmediate(() => void this.#run());
  }

  /** Resolves when nothing waits to be kept. */
  drained(): Promise<void> {
    if (!this.#busy) return Promise.resolve();
    return new Promise(resolve => this.#idle.push(resolve));
  }

  /** Asks nothing of the log any more. */
  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting;
      this.#waiting = [];
      await this.#commit(batch);
    }
    this.#busy = false;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  async #commit(batch: readonly Submission[]): Promise<void> {
    let events: readonly ChatEvent[];
    const begun = this.#clock.elapsed();
    try {
      const drafts: Draft[] = [];
      for (const each of batch) for (const draft of each.drafts) drafts.push(draft);
      events = drafts.length === 0 ? [] : await this.#log.append(drafts);
    } catch (error) {
      await this.#fail(asTchatError(error, 'storage-failed'), batch);
      return;
    }
    const took = this.#clock.elapsed() - begun;
    let at = 0;
    for (const { drafts, settle } of batch) {
      settle(events.slice(at, at + drafts.length));
      at += drafts.length;
    }
    this.#owner.committed(events, took);
  }

  /**
   * Everything decided on top of what failed is refused too: it may rest on it. But first another write is tried: what
   * failed may stand in the file, unflushed, and would be found there after a death, unless something took its place.
   */
  async #fail(error: TchatError, batch: readonly Submission[]): Promise<void> {
    this.#rebuilt = false;
    const works = await this.#recover();
    if (!works) this.#broken = error;
    const behind = this.#waiting;
    this.#waiting = [];
    this.#owner.failed(error);
    for (const { settle } of [...batch, ...behind]) settle(error);
    if (works) this.#owner.recovered();
    else this.#probe();
  }

  #probe(): void {
    this.#cancel = this.#clock.after(PROBE, async () => {
      if (await this.#recover()) {
        this.#broken = null;
        this.#owner.recovered();
      } else if (!this.#closed) this.#probe();
    });
  }

  /** Whether the log keeps and gives back again; the state is rebuilt as soon as it can be read. */
  async #recover(): Promise<boolean> {
    const kept = await this.#log.recover().then(
      () => true,
      () => false,
    );
    if (!this.#rebuilt) this.#rebuild();
    return kept && this.#rebuilt;
  }

  #rebuild(): void {
    try {
      this.#owner.rebuild();
      this.#rebuilt = true;
    } catch {
      // Asked again with the next look at the log.
    }
  }
}
