// The sender's end of a file's way: from where the receiver asks for it, as far as it allows, then the hash of the whole.
import { asTchatError, TchatError } from '../errors.ts';
import type { DataPacket } from '../protocol/data-packet.ts';
import type { CloseNote } from '../protocol/frame.ts';
import type { DataOwner, DataSession } from './data-session.ts';
import type { Pacer } from './pacer.ts';

/** What is sent: a source, or what waits at a server. */
export interface Giver {
  /** Bytes of the stream. */
  readonly size: number;
  /** From a position on. What was handed out stays as it is for `held` calls of `next`. */
  stream(from: number, held: number): GivenStream | Promise<GivenStream>;
}

export interface GivenStream {
  /** The next piece; null at the end. Throws a TchatError. */
  next(): Promise<Uint8Array | null>;
  /** SHA-256 of the whole stream from its beginning, when `next` has given null. */
  digest(): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface SendingOptions {
  readonly giver: Giver;
  readonly pacer: Pacer;
  /** Calls once after so many milliseconds; the answer cancels. */
  readonly after: (delay: number, call: () => void) => () => void;
  /** So many bytes of the whole have gone out. */
  readonly progress: (done: number) => void;
  /** The receiver asks for a direct way as well. */
  readonly direct?: () => void;
  /** It has arrived (null), or why not. Exactly once; the way is closed then. */
  readonly over: (error: TchatError | null) => void;
}

/** Pieces that may be in the hands of the session while the next one is read. */
const HELD = 3;

export class Sending implements DataOwner {
  readonly #way: DataSession;
  readonly #options: SendingOptions;
  #stream: GivenStream | null = null;
  #begun = false;
  /** What was read and has not gone out. */
  #piece: Uint8Array = NOTHING;
  /** Where its first byte stands in the whole; up to where the receiver lets more come. */
  #at = 0;
  #until = 0;
  #busy = false;
  #ended = false;
  #over = false;
  #cancel: () => void = () => {};

  constructor(way: DataSession, options: SendingOptions) {
    this.#way = way;
    this.#options = options;
  }

  /** Hears the other end from now on. */
  start(): void {
    this.#way.heardBy(this);
  }

  /** Gives it up, with a word to the other end. */
  stop(code: string): void {
    this.#finish(new TchatError(code), code);
  }

  packet(packet: DataPacket): void {
    const { giver, progress, direct } = this.#options;
    switch (packet.type) {
      case 'from':
        if (this.#begun || packet.offset > giver.size) throw outOfTurn(packet);
        this.#begun = true;
        this.#at = packet.offset;
        this.#until = packet.until;
        progress(packet.offset);
        if (packet.direct) direct?.();
        void this.#open(packet.offset);
        return;
      case 'credit':
        if (!this.#begun) throw outOfTurn(packet);
        this.#until = Math.max(this.#until, packet.until);
        void this.#pump();
        return;
      case 'done':
        if (!this.#ended) throw outOfTurn(packet);
        this.#finish(null, 'done');
        return;
      default:
        throw outOfTurn(packet);
    }
  }

  data(): void {
    throw new TchatError('bad-packet', { what: 'data out of turn' });
  }

  drained(): void {
    void this.#pump();
  }

  closed({ code }: CloseNote): void {
    this.#finish(new TchatError(code), null);
  }

  async #open(from: number): Promise<void> {
    try {
      const stream = await this.#options.giver.stream(from, HELD);
      this.#stream = stream;
      if (this.#over) await stream.close();
      else await this.#pump();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Reads and sends until nothing more may go. */
  async #pump(): Promise<void> {
    const stream = this.#stream;
    if (this.#busy || !stream) return;
    this.#busy = true;
    try {
      while (!this.#over && !this.#ended && this.#some()) {
        if (this.#piece.length > 0) continue;
        const piece = await stream.next();
        if (piece) this.#piece = piece;
        else await this.#end(stream);
      }
    } catch (error) {
      this.#fail(error);
    }
    this.#busy = false;
  }

  /** Sends of the piece what may go; false: nothing more may, for now. */
  #some(): boolean {
    const { giver, pacer, progress } = this.#options;
    if (this.#way.session.full) return false;
    // The end goes out although nothing more is allowed.
    if (this.#piece.length === 0) return this.#at < this.#until || this.#at === giver.size;
    const room = Math.min(this.#piece.length, this.#until - this.#at);
    const may = pacer.allowed(room);
    if (may <= 0) {
      if (room > 0) this.#later();
      return false;
    }
    pacer.spend(may);
    this.#way.sendData(this.#piece.subarray(0, may));
    this.#piece = this.#piece.subarray(may);
    this.#at += may;
    progress(this.#at);
    return true;
  }

  async #end(stream: GivenStream): Promise<void> {
    // What was there is shorter than what was offered.
    if (this.#at !== this.#options.giver.size) throw new TchatError('file-changed', { file: '' });
    this.#ended = true;
    const hash = await stream.digest();
    if (!this.#over) this.#way.send({ type: 'end', hash });
  }

  #later(): void {
    this.#cancel();
    this.#cancel = this.#options.after(this.#options.pacer.pause, () => void this.#pump());
  }

  #fail(error: unknown): void {
    const known = asTchatError(error, 'file-unreadable');
    this.#finish(known, known.code);
  }

  #finish(error: TchatError | null, code: string | null): void {
    if (this.#over) return;
    this.#over = true;
    this.#cancel();
    if (code !== null) this.#way.close(code);
    void this.#stream?.close().catch(() => {});
    this.#options.over(error);
  }
}

const NOTHING = new Uint8Array(0);

function outOfTurn({ type }: DataPacket): TchatError {
  return new TchatError('bad-packet', { what: `${type} out of turn` });
}
