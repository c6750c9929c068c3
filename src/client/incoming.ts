// A file that is taken: asked for as long as it is not here, written as a part, put in its place when it is whole, and then
// told to the server, again and again until it has heard.
import { TchatError } from '../errors.ts';
import { isLoopback } from '../session/address.ts';
import type { DataSession } from '../transfer/data-session.ts';
import type { Downloads } from '../transfer/downloads.ts';
import { Receiving, type Taker } from '../transfer/receiving.ts';
import type { Order, Placed, Sink, SinkState } from '../transfer/sink.ts';
import { takeDirect } from './direct.ts';
import { Moving, type MovingOptions } from './moving.ts';
import type { Transfer } from './transfer-list.ts';
import { type OpenWay, openWay } from './way.ts';

export interface IncomingOptions extends MovingOptions {
  /** Where it goes; asked for at each attempt. */
  readonly downloads: () => Promise<Downloads>;
  /** What was kept of it last. */
  readonly part: () => SinkState | null;
  readonly keep: (state: SinkState | null, urgent: boolean) => void;
  /** It is in its place: to be remembered before the server is told. */
  readonly placed: (placed: Placed) => void;
}

const FINAL = new Set([
  ...['disk-full', 'folder-unusable', 'folder-broken', 'part-disturbed', 'file-exists', 'file-unwritable'],
  ...['no-such-offer', 'another-server'],
]);

export class Incoming extends Moving {
  protected readonly final = FINAL;
  protected readonly idle = 'waiting' as const;
  readonly #own: IncomingOptions;
  /** Times that what came was not what was sent: once may be a file that was changed meanwhile. */
  #wrong = 0;

  constructor(options: IncomingOptions, transfer: Transfer) {
    super(options, transfer);
    this.#own = options;
  }

  protected get ready(): boolean {
    return this.transfer.state === 'waiting';
  }

  accept(): void {
    this.change({ state: 'waiting', reason: null });
    this.go();
  }

  protected async run(stopped: (stop: (code: string) => void) => void): Promise<void> {
    const { file, size, about } = this.transfer;
    if (!file) throw new TchatError('no-such-offer');
    const { name, folder, modified, executable } = file;
    const { keep, part } = this.#own;
    const order: Order = { name, folder, size, modified, executable, keep };
    const downloads = await this.#own.downloads();
    // Nothing is touched on the disk before there is something to come; only what a process before had done is found.
    const left = part();
    const before = left === null ? null : await downloads.receive(order, left);
    if (before?.placed) {
      this.#done(before.placed);
      return;
    }
    let sink = before?.sink ?? null;
    try {
      const wish = { about, side: 'receive', spool: false, have: sink?.written ?? 0 } as const;
      const { way, spool } = await openWay(this.#own.way, wish);
      try {
        sink ??= (await downloads.receive(order, null)).sink;
        if (!sink) throw new TchatError('part-disturbed', { folder: downloads.path });
      } catch (error) {
        way.close('cancelled');
        throw error;
      }
      this.change({ state: 'running', route: spool ? 'spool' : 'relay', reason: null, done: sink.written });
      await this.#receive({ way, spool }, sink, stopped);
    } finally {
      await sink?.suspend();
    }
  }

  async #receive({ way, spool }: OpenWay, sink: Sink, stopped: (stop: (code: string) => void) => void): Promise<void> {
    const result: { placed: Placed | null } = { placed: null };
    const taker: Taker = {
      size: sink.size,
      get written() {
        return sink.written;
      },
      write: bytes => sink.write(bytes),
      finish: async hash => {
        result.placed = await sink.finish(hash);
      },
      suspend: () => sink.suspend(),
    };
    const { direct, way: reached } = this.#own;
    const { clock } = reached;
    await new Promise<void>((resolve, reject) => {
      let straight: DataSession | null = null;
      let now: Receiving | null = null;
      const over = (error: TchatError | null) => {
        straight?.close('closed');
        if (error) reject(this.#fault(error));
        else resolve();
      };
      const common = { taker, pacer: this.pacer, progress: (done: number) => this.progress(done), over };
      const through = new Receiving(way, {
        ...{ ...common, direct: direct !== null && !spool, after: clock.after.bind(clock) },
        offered: async offer => {
          if (direct === null || straight) return;
          straight = await takeDirect(reached, offer, isLoopback(reached.address.host));
          const next = straight;
          if (!next) return;
          const goesOn = through.leave(() => {
            this.change({ route: 'direct' });
            now = new Receiving(next, { ...common, direct: false, after: clock.after.bind(clock) });
            now.start();
          });
          if (!goesOn) next.close('closed');
        },
      });
      now = through;
      stopped(code => now?.stop(code));
      through.start();
    });
    if (result.placed) this.#done(result.placed);
  }

  /** What is not what was sent is nothing that could go on: it begins anew, once. */
  #fault(error: TchatError): TchatError {
    if (error.code !== 'file-hash') return error;
    this.#wrong += 1;
    this.#own.keep(null, true);
    return this.#wrong > 1 ? new TchatError('part-disturbed', { folder: this.transfer.path ?? '' }) : error;
  }

  #done(placed: Placed): void {
    this.change({ state: 'done', done: this.transfer.size, path: placed.path, reason: null });
    this.#own.placed(placed);
  }
}
