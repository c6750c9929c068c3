// From decided events to kept ones: what arrives while one append is on its way goes into the next, together.
import type { ChatEvent, Draft } from '../chat/vocabulary.ts';
import { asTchatError, type TchatError } from '../errors.ts';
import type { EventLog } from '../store/event-log.ts';

interface Submission {
  readonly drafts: readonly Draft[];
  readonly settle: (result: readonly ChatEvent[] | TchatError) => void;
}

export class Committer {
  readonly #log: EventLog;
  readonly #committed: (events: readonly ChatEvent[]) => void;
  #waiting: Submission[] = [];
  #busy = false;
  #idle: (() => void)[] = [];

  /** `committed` gets each batch of kept events in the order of the log, after all their submitters were told. */
  constructor(log: EventLog, committed: (events: readonly ChatEvent[]) => void) {
    this.#log = log;
    this.#committed = committed;
  }

  /** Takes decided events; `settle` is called once, with the kept events or the reason why there are none. */
  submit(drafts: readonly Draft[], settle: Submission['settle']): void {
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
    try {
      const drafts = batch.length === 1 ? (batch[0] as Submission).drafts : batch.flatMap(each => each.drafts);
      events = await this.#log.append(drafts);
    } catch (error) {
      const failure = asTchatError(error, 'storage-failed');
      for (const { settle } of batch) settle(failure);
      return;
    }
    let at = 0;
    for (const { drafts, settle } of batch) {
      settle(events.slice(at, at + drafts.length));
      at += drafts.length;
    }
    this.#committed(events);
  }
}
