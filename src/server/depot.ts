// Files that wait at the server for those who are away, and for rooms: they come in once, and go out to each who wants them.
import { type Offer, offerKey } from '../chat/offers.ts';
import type { MessageRef } from '../chat/vocabulary.ts';
import { asTchatError, TchatError } from '../errors.ts';
import type { Clock } from '../session/clock.ts';
import type { DataSession } from '../transfer/data-session.ts';
import { Pacer } from '../transfer/pacer.ts';
import { Receiving } from '../transfer/receiving.ts';
import { Sending } from '../transfer/sending.ts';
import type { Spool } from '../transfer/spool.ts';
import type { SpoolWriter } from '../transfer/spool-writer.ts';

export interface DepotOptions {
  readonly spool: Spool;
  readonly clock: Clock;
  /** What may wait at once, in bytes; asked for each time. */
  readonly limits: () => { readonly total: number; readonly perAccount: number };
}

/** What is told of bytes that come or go. */
export type Progress = (done: number) => void;

/** Ends after which what came is no beginning of what was offered. */
const WRONG = new Set(['file-too-long', 'file-too-short', 'file-hash', 'bad-packet', 'bad-frame', 'cancelled']);

export class Depot {
  readonly #options: DepotOptions;
  readonly #pacer: Pacer;
  /** What comes in, by offerKey. */
  readonly #coming = new Map<string, Promise<boolean>>();

  constructor(options: DepotOptions) {
    this.#options = options;
    this.#pacer = new Pacer(() => options.clock.elapsed());
  }

  /** Whether it is there whole. */
  has(about: MessageRef): boolean {
    return this.#options.spool.find(about)?.whole ?? false;
  }

  /** Bytes of it that are there. */
  written(about: MessageRef): number {
    return this.#options.spool.find(about)?.written ?? 0;
  }

  /** Throws a TchatError `spool-full` or `spool-account-full`; room is kept as soon as it begins to come. */
  check(offer: Offer): void {
    const { spool, limits } = this.#options;
    const { total, perAccount } = limits();
    const { account } = offer;
    const size = offer.size - this.written(offer);
    if (spool.used(account) + size > perAccount) {
      throw new TchatError('spool-account-full', { limit: Math.floor(perAccount / 1024 ** 2) });
    }
    if (spool.used() + size > total) throw new TchatError('spool-full');
  }

  /** Whether what is missing of it fits. */
  hasRoom(offer: Offer): boolean {
    try {
      this.check(offer);
      return true;
    } catch {
      return false;
    }
  }

  /** Whether all of it is here now. Of one file one comes after the other, when what the one before left is cleared up. */
  async takeIn(way: DataSession, about: MessageRef, size: number, progress: Progress): Promise<boolean> {
    const key = offerKey(about);
    const before = this.#coming.get(key);
    const coming = (async () => {
      await before;
      return this.#take(way, about, size, progress);
    })();
    this.#coming.set(key, coming);
    const whole = await coming;
    if (this.#coming.get(key) === coming) this.#coming.delete(key);
    return whole;
  }

  /** Until it is over, one way or the other. */
  async #take(way: DataSession, about: MessageRef, size: number, progress: Progress): Promise<boolean> {
    let writer: SpoolWriter;
    try {
      writer = await this.#options.spool.receive(about, size);
    } catch (error) {
      way.close(asTchatError(error, 'storage-failed').code);
      return false;
    }
    progress(writer.written);
    const error = await new Promise<TchatError | null>(over => this.#receive(way, writer, { progress, over }));
    if (error && WRONG.has(error.code)) await writer.abort().catch(() => {});
    return error === null;
  }

  #receive(
    way: DataSession,
    writer: SpoolWriter,
    told: { readonly progress: Progress; readonly over: (error: TchatError | null) => void },
  ): void {
    const receiving = new Receiving(way, {
      taker: {
        size: writer.size,
        get written() {
          return writer.written;
        },
        write: bytes => writer.write(bytes),
        finish: hash => writer.complete(hash),
        suspend: () => writer.suspend(),
      },
      ...{ pacer: this.#pacer, direct: false, ...told },
      after: (delay, call) => this.#options.clock.after(delay, call),
    });
    receiving.start();
  }

  /** `over`: it has arrived, or not. */
  bringOut(
    way: DataSession,
    about: MessageRef,
    size: number,
    told: { readonly progress: Progress; readonly over: () => void },
  ): void {
    const { spool, clock } = this.#options;
    new Sending(way, {
      giver: { size, stream: (from, held) => spool.stream(about, from, held) },
      ...{ pacer: this.#pacer, ...told },
      after: (delay, call) => clock.after(delay, call),
    }).start();
  }

  /** Nobody wants it any more. */
  release(about: MessageRef): Promise<void> {
    return this.#options.spool.release(about);
  }

  /** Forgets what nothing is known of. */
  async keepOnly(known: (about: MessageRef) => boolean): Promise<void> {
    for (const entry of this.#options.spool.entries()) if (!known(entry)) await this.release(entry);
  }

  close(): Promise<void> {
    return this.#options.spool.close();
  }
}
