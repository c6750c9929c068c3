// What giving and taking a file have in common: turns among those that go at once, attempts that follow each other with the
// client's pauses, how far it is, and what it says of itself.
import { asTchatError, type TchatError } from '../errors.ts';
import { Backoff } from '../session/dialer.ts';
import { Pacer } from '../transfer/pacer.ts';
import { isOver, Speed, type Transfer, type TransferList, type TransferState } from './transfer-list.ts';
import type { Turns } from './turns.ts';
import type { WayOptions } from './way.ts';

export interface MovingOptions {
  readonly list: TransferList;
  readonly way: WayOptions;
  readonly turns: Turns;
  readonly random: () => number;
  /** The addresses at which this machine can be reached directly, where its person agrees to that; null: they do not. */
  readonly direct: (() => readonly string[]) | null;
}

/** Not now; the server calls when it is time. */
const CALLED = new Set(['not-yet', 'sender-away']);
/** The connection of the chat is gone: it goes on when that is back. */
const OFFLINE = new Set(['connection-lost', 'unreachable', 'no-such-host', 'server-stopping', 'closed', 'timed-out']);

export abstract class Moving {
  protected readonly options: MovingOptions;
  protected readonly pacer: Pacer;
  protected transfer: Transfer;
  readonly #backoff: Backoff;
  readonly #speed = new Speed();
  #attempt: 'none' | 'queued' | 'running' = 'none';
  /** It was called while it ran: what it waits for may have come meanwhile. */
  #again = false;
  #stop: ((code: string) => void) | null = null;
  #cancel: () => void = () => {};
  #ended = false;

  constructor(options: MovingOptions, transfer: Transfer) {
    this.options = options;
    this.transfer = transfer;
    this.#backoff = new Backoff(options.random);
    this.pacer = new Pacer(() => options.way.clock.elapsed());
    options.list.set(transfer);
  }

  get now(): Transfer {
    return this.transfer;
  }

  /** Whether an attempt makes sense now. */
  protected abstract readonly ready: boolean;
  /** One attempt; resolves when it is through. Throws a TchatError. */
  protected abstract run(stopped: (stop: (code: string) => void) => void): Promise<void>;
  /** Codes after which trying again is of no use. */
  protected abstract readonly final: ReadonlySet<string>;
  /** What it is while it waits to be called. */
  protected abstract readonly idle: TransferState;

  /** The server knows of it, and we are connected. */
  began(): void {
    this.go();
  }

  /** What the server says of it. */
  describe(what: Pick<Transfer, 'who' | 'conversation'>): void {
    if (this.transfer.who !== what.who || this.transfer.conversation !== what.conversation) this.change(what);
  }

  /** Something may have changed: tries now, if it makes sense. */
  go(): void {
    this.#cancel();
    if (this.#ended || !this.ready) return;
    if (this.#attempt !== 'none') {
      this.#again = true;
      return;
    }
    this.#attempt = 'queued';
    void this.#try();
  }

  pause(): void {
    if (isOver(this.transfer) || this.transfer.state === 'offered' || this.transfer.state === 'kept') return;
    this.change({ state: 'paused', reason: null });
    this.#halt('paused');
  }

  resume(): void {
    if (this.transfer.state !== 'paused' && this.transfer.state !== 'failed') return;
    this.change({ state: 'waiting', reason: null });
    this.#backoff.reset();
    this.go();
  }

  setRate(bytes: number | null): void {
    this.pacer.rate = bytes;
  }

  /** It is over, by somebody's word. */
  end(state: TransferState, reason: Transfer['reason'] = null): void {
    this.change({ state, reason, rate: 0 });
    if (isOver({ state })) this.#ended = true;
    this.#halt('cancelled');
  }

  /** The process ends: nothing is said to be over. */
  close(): void {
    this.#ended = true;
    this.#halt('closed');
  }

  protected change(what: Partial<Transfer>): void {
    this.transfer = { ...this.transfer, ...what };
    this.options.list.set(this.transfer);
  }

  protected progress(done: number): void {
    const rate = this.#speed.measure(done, this.options.way.clock.elapsed());
    this.change({ done, rate });
  }

  #halt(code: string): void {
    this.#cancel();
    this.#stop?.(code);
    this.#stop = null;
  }

  async #try(): Promise<void> {
    const leave = await this.options.turns.take();
    this.#again = false;
    try {
      if (!this.ready || this.#ended) return;
      this.#attempt = 'running';
      await this.run(stop => {
        this.#stop = stop;
      });
      this.#backoff.reset();
    } catch (error) {
      this.#failed(asTchatError(error));
    } finally {
      leave();
      this.#stop = null;
      this.#speed.stop();
      this.#attempt = 'none';
      if (this.transfer.rate > 0) this.change({ rate: 0 });
      if (this.#again) this.go();
    }
  }

  #failed({ code, params }: TchatError): void {
    // Somebody has said meanwhile what becomes of it.
    if (this.#ended || this.transfer.state === 'paused') return;
    const reason = { code, params };
    if (this.final.has(code)) {
      this.change({ state: 'failed', reason, route: null });
      return;
    }
    this.change({ state: CALLED.has(code) ? this.idle : 'waiting', reason, route: null });
    if (CALLED.has(code) || OFFLINE.has(code)) return;
    if (code === 'too-many-files') {
      this.#later(this.#backoff.next() + AGAIN);
      return;
    }
    this.#later(code === 'paused' ? PAUSED : this.#backoff.next());
  }

  #later(milliseconds: number): void {
    this.#cancel();
    this.#cancel = this.options.way.clock.after(milliseconds, () => this.go());
  }
}

/** Milliseconds until one looks again after the other side has paused; and, at least, where too many go at once. */
const PAUSED = 15_000;
const AGAIN = 1_000;
