// A file that is offered and given: to one person straight on when they have accepted, else into the server's store.
import type { AccountId } from '../chat/vocabulary.ts';
import { TchatError } from '../errors.ts';
import type { DataSession } from '../transfer/data-session.ts';
import { Sending } from '../transfer/sending.ts';
import type { Source } from '../transfer/source.ts';
import { type DirectOffer, offerDirect } from './direct.ts';
import { Moving, type MovingOptions } from './moving.ts';
import type { Transfer } from './transfer-list.ts';
import { openWay } from './way.ts';

export interface OutgoingOptions extends MovingOptions {
  /** Looks at the file again: it has to be what was offered. Throws a TchatError. */
  readonly open: () => Promise<Source>;
  /** Its one receiver has it: to be remembered at once. */
  readonly done: () => void;
  /** Milliseconds until an offer that nobody has accepted goes into the server's store; null: never. */
  readonly patience: number | null;
}

const FINAL = new Set([
  ...['file-changed', 'no-such-file', 'not-a-file', 'file-unreadable', 'folder-too-large', 'folder-too-deep'],
  ...['no-such-offer', 'not-yours', 'another-server'],
]);

export class Outgoing extends Moving {
  protected readonly final = FINAL;
  protected readonly idle = 'offered' as const;
  readonly #own: OutgoingOptions;
  readonly #received = new Map<AccountId, string>();
  #spools = false;
  #cancel: () => void = () => {};

  constructor(options: OutgoingOptions, transfer: Transfer) {
    super(options, transfer);
    this.#own = options;
  }

  protected get ready(): boolean {
    return this.transfer.state === 'offered' || this.transfer.state === 'waiting';
  }

  override began(): void {
    const { patience, way } = this.#own;
    this.#cancel();
    if (patience !== null) this.#cancel = way.clock.after(patience, () => this.spool());
    this.go();
  }

  /** It may wait at the server from now on: its sender need not. */
  spool(): void {
    this.#spools = true;
    this.go();
  }

  /** Somebody has it. One person's offer is done then, a room's goes on. */
  received(account: AccountId, name: string, isRoom: boolean): void {
    this.#received.set(account, name);
    this.change({ received: [...this.#received.values()] });
    if (!isRoom) this.end('done');
  }

  protected async run(stopped: (stop: (code: string) => void) => void): Promise<void> {
    const { about } = this.transfer;
    const source = await this.#own.open();
    if (source.size !== this.transfer.size) throw new TchatError('file-changed', { file: source.name });
    const wish = { about, side: 'send', spool: this.#spools, have: null } as const;
    const { way, spool } = await openWay(this.#own.way, wish).catch(kept);
    if (!way) {
      this.#kept();
      return;
    }
    this.#cancel();
    // Accepted, or about to be kept: until the other end asks for the first byte nothing moves.
    this.change({ route: spool ? 'spool' : 'relay', reason: null });
    await this.#send(way, source, spool, stopped);
    if (spool) this.#kept();
    else {
      this.#own.done();
      this.change({ state: 'done', done: this.transfer.size });
    }
  }

  /** By the way through the server and, where both agree to that and it comes about, straight on. */
  #send(
    way: DataSession,
    source: Source,
    spool: boolean,
    stopped: (stop: (code: string) => void) => void,
  ): Promise<void> {
    const { clock } = this.#own.way;
    return new Promise((resolve, reject) => {
      let offer: DirectOffer | null = null;
      let straight: Sending | null = null;
      const settle = (error: TchatError | null) => {
        offer?.close();
        // One that came too late, or beside which the other has ended.
        straight?.stop('closed');
        if (error) reject(error);
        else resolve();
      };
      const common = { giver: source, pacer: this.pacer, after: clock.after.bind(clock) };
      const progress = (done: number) => {
        if (this.transfer.state !== 'running') this.change({ state: 'running' });
        this.progress(done);
      };
      const sending = new Sending(way, {
        ...{ ...common, progress },
        direct: async () => {
          const { direct } = this.#own;
          if (!direct || spool) return;
          offer = await offerDirect(this.#own.way, direct(), come => {
            straight = new Sending(come, {
              ...common,
              progress: done => this.#straightOn(done, progress),
              over: settle,
            });
            straight.start();
          });
          if (offer && way.open) way.send(offer.packet);
          else offer?.close();
        },
        // The receiver goes on with the direct way.
        over: error => {
          if (error?.code !== 'moved' || !straight) settle(error);
        },
      });
      stopped(code => {
        sending.stop(code);
        straight?.stop(code);
      });
      sending.start();
    });
  }

  #straightOn(done: number, progress: (done: number) => void): void {
    if (this.transfer.route !== 'direct') this.change({ route: 'direct' });
    progress(done);
  }

  #kept(): void {
    this.#cancel();
    this.change({ state: 'kept', done: this.transfer.size, route: 'spool', reason: null });
  }
}

/** That all of it is there already is no failure. */
function kept(error: unknown): { readonly way: null; readonly spool: true } {
  if (error instanceof TchatError && error.code === 'in-spool') return { way: null, spool: true };
  throw error;
}
