// The receiver's end of a file's way: asks for what is missing, lets so much come as is written, checks the whole at its end.
import { asTchatError, TchatError } from '../errors.ts';
import { DATA_AHEAD, DATA_WRITE } from '../limits.ts';
import type { DataPacket } from '../protocol/data-packet.ts';
import type { CloseNote } from '../protocol/frame.ts';
import type { DataOwner, DataSession } from './data-session.ts';
import type { Pacer } from './pacer.ts';

/** Where it goes: a sink, or a server's spool. */
export interface Taker {
  readonly size: number;
  /** Bytes that are there, from the first on. */
  readonly written: number;
  /** The bytes that follow, whose buffer may be used again when it returns. One call at a time. Throws a TchatError. */
  write(bytes: Uint8Array): Promise<void>;
  /** All is there: checks it against its hash and puts it in its place. Throws a TchatError `file-hash`, and others. */
  finish(hash: Uint8Array): Promise<unknown>;
  /** Nothing more comes for now, what is there stays. Idempotent. */
  suspend(): Promise<void>;
}

export interface ReceivingOptions {
  readonly taker: Taker;
  readonly pacer: Pacer;
  readonly after: (delay: number, call: () => void) => () => void;
  /** Whether its person agrees to a direct way. */
  readonly direct: boolean;
  /** So many bytes of the whole are written. */
  readonly progress: (done: number) => void;
  /** The sender can be reached directly. */
  readonly offered?: (direct: DataPacket & { readonly type: 'direct' }) => void;
  /** It is in its place (null), or why not. Exactly once; the way is closed then. */
  readonly over: (error: TchatError | null) => void;
}

/** A credit goes out when so much more may come. */
const CREDIT_STEP = DATA_AHEAD / 8;

export class Receiving implements DataOwner {
  readonly #way: DataSession;
  readonly #options: ReceivingOptions;
  /** Bytes of the whole that have come, that are written, and up to where more may come. */
  #come: number;
  #written: number;
  #until: number;
  /** What has come and is not handed over to be written; how full its last buffer is. */
  #filling: Buffer | null = null;
  #filled = 0;
  readonly #full: { readonly buffer: Buffer; readonly length: number }[] = [];
  /** Those that are written and may be used again. */
  readonly #free: Buffer[] = [];
  #writing = false;
  #hash: Uint8Array | null = null;
  /** Nothing more is asked for: the way ends when all that was allowed has come. */
  #leaving: (() => void) | null = null;
  #over = false;
  /** How it ended, until that is told. */
  #result: { readonly error: TchatError | null } | null = null;
  #cancel: () => void = () => {};

  constructor(way: DataSession, options: ReceivingOptions) {
    this.#way = way;
    this.#options = options;
    const { written: offset } = options.taker;
    this.#come = offset;
    this.#written = offset;
    this.#until = offset;
  }

  /** Hears the other end from now on, and asks it for what is missing. */
  start(): void {
    const { taker, direct } = this.#options;
    const { written: offset, size } = taker;
    this.#way.heardBy(this);
    if (this.#over) return;
    this.#until = this.#allowed();
    this.#way.send({ type: 'from', offset, until: this.#until, direct });
    if (this.#until < Math.min(size, offset + DATA_AHEAD)) this.#later();
  }

  /** Gives it up, with a word to the other end. What is written stays. */
  stop(code: string): void {
    this.#settle(new TchatError(code), code);
  }

  /**
   * Ends this way once all that may come on it is here, without an answer of its own: `left` goes on somewhere else. False where
   * it is over already.
   */
  leave(left: () => void): boolean {
    if (this.#over || this.#hash) return false;
    this.#leaving = left;
    this.#cancel();
    this.#flush();
    if (this.#full.length > 0) void this.#write();
    else this.#left();
    return true;
  }

  packet(packet: DataPacket): void {
    switch (packet.type) {
      case 'end':
        if (this.#hash) throw outOfTurn(packet.type);
        if (this.#come !== this.#options.taker.size) throw new TchatError('file-too-short');
        this.#hash = packet.hash;
        this.#flush();
        void this.#write();
        return;
      case 'direct':
        this.#options.offered?.(packet);
        return;
      default:
        throw outOfTurn(packet.type);
    }
  }

  data(piece: Buffer): void {
    if (this.#over) return;
    this.#come += piece.length;
    // Never allowed, so never kept.
    if (this.#come > this.#until || this.#hash) throw new TchatError('file-too-long');
    for (let at = 0; at < piece.length; ) {
      this.#filling ??= this.#free.pop() ?? Buffer.allocUnsafeSlow(DATA_WRITE);
      const copied = piece.copy(this.#filling, this.#filled, at);
      this.#filled += copied;
      at += copied;
      if (this.#filled === DATA_WRITE) this.#flush();
    }
    // Nothing more comes before this is written.
    if (this.#come === this.#until) this.#flush();
    if (this.#full.length > 0) void this.#write();
  }

  drained(): void {}

  closed({ code }: CloseNote): void {
    this.#settle(new TchatError(code), null);
  }

  #flush(): void {
    if (!this.#filling || this.#filled === 0) return;
    this.#full.push({ buffer: this.#filling, length: this.#filled });
    this.#filling = null;
    this.#filled = 0;
  }

  /** Writes what has come, and when nothing more will, comes to the end of it. */
  async #write(): Promise<void> {
    if (this.#writing) return;
    this.#writing = true;
    const { taker, progress } = this.#options;
    try {
      for (let next = this.#full.shift(); next; next = this.#full.shift()) {
        await taker.write(next.buffer.subarray(0, next.length));
        this.#free.push(next.buffer);
        this.#written += next.length;
        progress(this.#written);
        this.#grant();
      }
      if (this.#hash && this.#written === taker.size && !this.#over) {
        await taker.finish(this.#hash);
        this.#way.send({ type: 'done' });
        // The sender ends the way when it has heard it; it is done either way.
        this.#settle(null, null);
      }
    } catch (error) {
      const known = asTchatError(error, 'file-unwritable');
      this.#full.length = 0;
      this.#settle(known, known.code);
    }
    this.#writing = false;
    if (this.#over) await this.#close();
    else this.#left();
  }

  async #close(): Promise<void> {
    const { taker, over } = this.#options;
    const told = this.#result;
    if (!told) return;
    this.#result = null;
    await taker.suspend().catch(() => {});
    over(told.error);
  }

  #left(): void {
    if (!this.#leaving || this.#over || this.#written < this.#until) return;
    const left = this.#leaving;
    this.#over = true;
    this.#way.close('moved');
    left();
  }

  /** Up to where more may come now. */
  #allowed(): number {
    const { taker, pacer } = this.#options;
    const most = Math.min(taker.size, this.#written + DATA_AHEAD);
    const more = Math.max(0, most - this.#until);
    const may = pacer.allowed(more);
    pacer.spend(may);
    return this.#until + may;
  }

  #grant(): void {
    if (this.#over || this.#leaving || this.#until >= this.#options.taker.size) return;
    const { rate } = this.#options.pacer;
    const most = Math.min(this.#options.taker.size, this.#written + DATA_AHEAD);
    if (rate === null && most - this.#until < CREDIT_STEP && most < this.#options.taker.size) return;
    const until = this.#allowed();
    if (until > this.#until) {
      this.#until = until;
      this.#way.send({ type: 'credit', until });
    }
    if (until < most) this.#later();
  }

  #later(): void {
    this.#cancel();
    this.#cancel = this.#options.after(this.#options.pacer.pause, () => this.#grant());
  }

  /** It is over, one way or the other. What has come is written first: it need not come again. */
  #settle(error: TchatError | null, code: string | null): void {
    if (this.#over) return;
    this.#over = true;
    this.#result = { error };
    this.#cancel();
    if (code !== null) this.#way.close(code);
    this.#flush();
    void this.#write();
  }
}

function outOfTurn(type: string): TchatError {
  return new TchatError('bad-packet', { what: `${type} out of turn` });
}
