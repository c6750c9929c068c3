// What is kept no longer goes, in small steps between which the log takes what people write. Nothing goes while the clock
// is in doubt: after it has jumped, an operator looks first.
import { daysKept } from '../chat/commands/keep.ts';
import type { ChatState } from '../chat/state.ts';
import type { ConversationId, Millis, Position } from '../chat/vocabulary.ts';
import type { ErrorParams } from '../errors.ts';
import {
  CLOCK_JUMP,
  EXPIRY_INTERVAL,
  EXPIRY_STEP,
  KEPT_BYTES,
  LONGEST_OFF,
  PRIVATE_KEPT,
  RECEIPTS_KEPT,
} from '../limits.ts';
import type { Clock } from '../session/clock.ts';
import type { EventLog, ForgetRequest } from '../store/event-log.ts';

export interface ExpiryOptions {
  readonly state: ChatState;
  readonly log: EventLog;
  readonly clock: Clock;
  readonly note: (code: string, params?: ErrorParams) => void;
}

const DAY = 24 * 3600 * 1000;
/** Milliseconds between two steps of one look. */
const BREATH = 20;
/** The fact that says when the clock was last seen right. */
const LAST_SEEN = 'clock';
/** Part of the events that go at once when the log has grown too large. */
const SLICE = 0.02;

export class Expiry {
  readonly #options: ExpiryOptions;
  /** The clock and the time that passes in any case, as they stood together last. */
  #seen: { now: Millis; elapsed: number } | null = null;
  #doubtful = false;
  #busy = false;
  #closed = false;
  #cancel: () => void = () => {};

  constructor(options: ExpiryOptions) {
    this.#options = options;
  }

  /** Whether the clock has jumped, and nobody has said that it is right. */
  get paused(): boolean {
    return this.#doubtful;
  }

  start(): void {
    const { clock, log } = this.#options;
    const now = clock.now();
    const last = Math.max(log.latest, Number(log.fact(LAST_SEEN) ?? 0));
    // How long it was off nobody knows; but a clock does not go back, and few servers rest for a month.
    if (last > 0 && (now < last - CLOCK_JUMP || now > last + LONGEST_OFF)) this.#doubt(now - last);
    this.#look();
  }

  /** An operator says that the clock is right. */
  confirm(): void {
    this.#doubtful = false;
    this.#seen = null;
    this.again();
  }

  /** Looks now: what is kept has changed. */
  again(): void {
    if (this.#closed) return;
    this.#cancel();
    this.#cancel = this.#options.clock.after(BREATH, () => this.#look());
  }

  close(): void {
    this.#closed = true;
    this.#cancel();
  }

  #look(): void {
    const { clock, log } = this.#options;
    const now = clock.now();
    const elapsed = clock.elapsed();
    if (this.#seen) {
      const jump = now - this.#seen.now - (elapsed - this.#seen.elapsed);
      if (Math.abs(jump) > CLOCK_JUMP && !this.#doubtful) this.#doubt(jump);
    }
    this.#seen = { now, elapsed };
    this.#cancel = clock.after(EXPIRY_INTERVAL, () => this.#look());
    if (this.#doubtful || this.#busy) return;
    this.#busy = true;
    this.#sweep(now)
      .then(() => log.setFact(LAST_SEEN, String(now)))
      // A log that cannot be written keeps what it has until it can.
      .catch(() => {})
      .finally(() => {
        this.#busy = false;
      });
  }

  #doubt(jump: number): void {
    this.#doubtful = true;
    this.#options.note('clock-jumped', { hours: Math.round(jump / 3_600_000) });
  }

  async #sweep(now: Millis): Promise<void> {
    const { state, log } = this.#options;
    const own = [...state.retention.keys()].filter((room): room is ConversationId => room !== '');
    const general = daysKept(state.retention, '');
    if (general !== null) {
      await this.#forget({ rooms: 'all', except: own }, log.positionBefore(now - general * DAY));
      // Private talk may wait for somebody: it stays for a while whatever is said about talk.
      await this.#forget('private', log.positionBefore(now - Math.max(general * DAY, PRIVATE_KEPT)));
    }
    for (const room of own) {
      const days = daysKept(state.retention, room);
      if (days !== null) await this.#forget({ room }, log.positionBefore(now - days * DAY));
    }
    await this.#shrink(now);
    while (!this.#stopped && (await log.forgetReceipts(now - RECEIPTS_KEPT, EXPIRY_STEP)) > 0) await this.#breathe();
  }

  /** Too large: the oldest goes, a slice of the whole at a time. */
  async #shrink(now: Millis): Promise<void> {
    const { state, log } = this.#options;
    const { bytes } = state.retention.get('') ?? { bytes: KEPT_BYTES };
    if (bytes === null) return;
    let edge: Position = 0;
    while (!this.#stopped && log.size() > bytes && edge < log.head) {
      edge = Math.min(log.head, edge + Math.max(EXPIRY_STEP, Math.ceil(log.head * SLICE)));
      await this.#forget({ rooms: 'all', except: [] }, edge);
      await this.#forget('private', Math.min(edge, log.positionBefore(now - PRIVATE_KEPT)));
    }
  }

  /** Step by step. */
  async #forget(of: ForgetRequest['of'], upTo: Position): Promise<void> {
    for (let from: Position | null = 0; from !== null && upTo > 0 && !this.#stopped; ) {
      const step = await this.#options.log.forget({ of, before: upTo + 1, from, most: EXPIRY_STEP });
      from = step.next;
      if (from !== null) await this.#breathe();
    }
  }

  get #stopped(): boolean {
    return this.#closed || this.#doubtful;
  }

  #breathe(): Promise<void> {
    return new Promise(resolve => void this.#options.clock.after(BREATH, () => resolve()));
  }
}
