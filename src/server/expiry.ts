// What is kept no longer goes, in small steps between which the log takes what people write. Nothing goes while the clock
// is in doubt: after it has jumped, an operator looks first.
import { daysKept } from '../chat/commands/keep.ts';
import type { ChatState } from '../chat/state.ts';
import type { ConversationId, Millis, Position } from '../chat/vocabulary.ts';
import type { ErrorParams } from '../errors.ts';
import {
  CLOCK_JUMP,
  EXPIRY_BREATH,
  EXPIRY_INTERVAL,
  EXPIRY_STEP,
  KEPT_BYTES,
  LONGEST_OFF,
  PRIVATE_KEPT,
  RECEIPTS_KEPT,
} from '../limits.ts';
import type { Clock } from '../session/clock.ts';
import type { EventLog, ForgetRequest, ReceiptPlace } from '../store/event-log.ts';

export interface ExpiryOptions {
  readonly state: ChatState;
  readonly log: EventLog;
  readonly clock: Clock;
  /** Tells operators: `clock-jumped`, with how many hours it is off, less than 0 where it was set back. */
  readonly note: (code: string, params?: ErrorParams) => void;
}

const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;
/** The fact that says when the clock was last seen right. */
const LAST_SEEN = 'clock';
const EVERY_ROOM: ForgetRequest['of'] = { rooms: 'all', except: [] };

/** One going through the log. It ends early when what is kept has changed, or nothing may go any more. */
interface Sweep {
  readonly now: Millis;
  stopped: boolean;
}

export class Expiry {
  readonly #options: ExpiryOptions;
  /** The clock and the time that passes in any case, as they stood together last. */
  #seen: { now: Millis; elapsed: number } | null = null;
  /** Milliseconds by which the clock has jumped; null: it is right, or an operator said so. */
  #jump: number | null = null;
  #sweep: Sweep | null = null;
  #closed = false;
  #cancel: () => void = () => {};
  /** Up to where everything has gone that was to go, for each kind of talk. */
  readonly #gone = new Map<string, Position>();
  #receipts: ReceiptPlace | null = null;

  constructor(options: ExpiryOptions) {
    this.#options = options;
  }

  /** Whether the clock has jumped, and nobody has said that it is right. */
  get paused(): boolean {
    return this.#jump !== null;
  }

  /** Milliseconds by which it has jumped, less than 0 where it was set back; null: it is not in doubt. */
  get off(): Millis | null {
    return this.#jump;
  }

  start(): void {
    const { clock, log } = this.#options;
    const now = clock.now();
    const last = Number(log.fact(LAST_SEEN) ?? log.latest);
    // How long it was off nobody knows; but a clock does not go back, and few servers rest for a month.
    if (last > 0 && (now < last - CLOCK_JUMP || now > last + LONGEST_OFF)) this.#doubt(now - last);
    this.#look();
  }

  /** Says again that nothing goes, to operators who have just come. */
  remind(): void {
    if (this.#jump !== null) this.#options.note('clock-jumped', { hours: Math.round(this.#jump / HOUR) });
  }

  /** An operator says that the clock is right. */
  confirm(): void {
    this.#jump = null;
    this.#seen = null;
    this.again();
  }

  /** What is kept has changed: nothing more goes by the old rule, and it is looked at once by the new one. */
  again(): void {
    if (this.#closed) return;
    if (this.#sweep) this.#sweep.stopped = true;
    this.#gone.clear();
    this.#cancel();
    this.#cancel = this.#options.clock.after(EXPIRY_BREATH, () => this.#look());
  }

  close(): void {
    this.#closed = true;
    if (this.#sweep) this.#sweep.stopped = true;
    this.#cancel();
  }

  #look(): void {
    const { clock } = this.#options;
    const now = clock.now();
    const elapsed = clock.elapsed();
    if (this.#seen) {
      const jump = now - this.#seen.now - (elapsed - this.#seen.elapsed);
      if (Math.abs(jump) > CLOCK_JUMP && this.#jump === null) this.#doubt(jump);
    }
    this.#seen = { now, elapsed };
    this.#cancel = clock.after(EXPIRY_INTERVAL, () => this.#look());
    if (this.#jump !== null || this.#sweep) return;
    const sweep: Sweep = { now, stopped: false };
    this.#sweep = sweep;
    this.#perform(sweep)
      // A log that cannot be written keeps what it has until it can.
      .catch(() => {})
      .finally(() => {
        this.#sweep = null;
        if (sweep.stopped && this.#jump === null) this.again();
      });
  }

  #doubt(jump: number): void {
    this.#jump = jump;
    if (this.#sweep) this.#sweep.stopped = true;
    this.remind();
  }

  async #perform(sweep: Sweep): Promise<void> {
    const { state, log } = this.#options;
    const before = (age: number) => log.positionBefore(sweep.now - age);
    const own = [...state.retention.keys()].filter((room): room is ConversationId => room !== '');
    const general = daysKept(state.retention, '');
    if (general !== null) {
      await this.#forget(sweep, 'rooms', { rooms: 'all', except: own }, before(general * DAY));
      // Private talk may wait for somebody: it stays for a while whatever is said about talk.
      await this.#forget(sweep, 'private', 'private', before(Math.max(general * DAY, PRIVATE_KEPT)));
    }
    for (const room of own) {
      const days = daysKept(state.retention, room);
      if (days !== null) await this.#forget(sweep, room, { room }, before(days * DAY));
    }
    await this.#shrink(sweep);
    await this.#forgetReceipts(sweep);
    if (!sweep.stopped) await log.setFact(LAST_SEEN, String(sweep.now));
  }

  /** Too large: the oldest goes, step by step, until it fits. */
  async #shrink(sweep: Sweep): Promise<void> {
    const { state, log } = this.#options;
    const { bytes } = state.retention.get('') ?? { bytes: KEPT_BYTES };
    if (bytes === null) return;
    const mayGo = log.positionBefore(sweep.now - PRIVATE_KEPT);
    const answered = sweep.now - RECEIPTS_KEPT;
    while (!sweep.stopped && log.size() > bytes) {
      const from = this.#gone.get('all') ?? 0;
      const step = { of: EVERY_ROOM, before: log.head + 1, from, most: EXPIRY_STEP, answered };
      const { next } = await log.forget(step);
      const edge = next ?? log.head + 1;
      this.#gone.set('all', edge);
      await this.#forget(sweep, 'private', 'private', Math.min(edge - 1, mayGo));
      if (next === null) return;
      await this.#breathe();
    }
  }

  /** Step by step, from where it ended the last time; `upTo` included. */
  async #forget(sweep: Sweep, kind: string, of: ForgetRequest['of'], upTo: Position): Promise<void> {
    const { log } = this.#options;
    const answered = sweep.now - RECEIPTS_KEPT;
    for (let from = this.#gone.get(kind) ?? 0; from <= upTo && upTo > 0 && !sweep.stopped; ) {
      const { next } = await log.forget({ of, before: upTo + 1, from, most: EXPIRY_STEP, answered });
      from = next ?? upTo + 1;
      if (sweep.stopped) return;
      this.#gone.set(kind, from);
      if (next !== null) await this.#breathe();
    }
  }

  /** Of what was forgotten sooner than its id. */
  async #forgetReceipts(sweep: Sweep): Promise<void> {
    const { log } = this.#options;
    const before = sweep.now - RECEIPTS_KEPT;
    for (let more = true; more && !sweep.stopped; ) {
      const { next } = await log.forgetReceipts({ before, from: this.#receipts, most: EXPIRY_STEP });
      more = next !== null;
      this.#receipts = next ?? this.#receipts;
      if (more) await this.#breathe();
    }
  }

  #breathe(): Promise<void> {
    return new Promise(resolve => void this.#options.clock.after(EXPIRY_BREATH, () => resolve()));
  }
}
