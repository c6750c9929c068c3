// Files of one account at one server: what is offered to it and by it, and what becomes of that. A screen shows the list and
// gives the verbs; a script does the same.
import { offerKey } from '../chat/offers.ts';
import { foldName } from '../chat/text.ts';
import type { AccountId, AnyEvent, Command, MessageId, OfferBody, OfferSummary, Target } from '../chat/vocabulary.ts';
import { asTchatError, TchatError } from '../errors.ts';
import { FILES_AT_ONCE } from '../limits.ts';
import type { Welcome } from '../protocol/packet.ts';
import type { TransferJournal, TransferRecord } from '../store/transfer-journal.ts';
import type { Downloads } from '../transfer/downloads.ts';
import type { SinkState } from '../transfer/sink.ts';
import { openSource, type Source } from '../transfer/source.ts';
import { Incoming } from './incoming.ts';
import type { ClientMessage } from './message.ts';
import type { Moving, MovingOptions } from './moving.ts';
import { endOfOffer, type OfferEnd } from './offer-end.ts';
import { Outgoing } from './outgoing.ts';
import { isOver, type Transfer, TransferList } from './transfer-list.ts';
import { fresh, noteOf, recalled, TransferRecords } from './transfer-records.ts';
import { Turns } from './turns.ts';
import type { WayOptions } from './way.ts';

export interface TransfersOptions {
  readonly way: WayOptions;
  /** Gives a command to the client. */
  readonly send: (command: Command) => MessageId;
  readonly journal: TransferJournal;
  /** The folder of this name, or the usual one: where what is received goes. */
  readonly downloads: (folder: string | null) => Promise<Downloads>;
  /** Milliseconds until an offer that nobody has accepted goes into the server's store; null: never by itself. */
  readonly patience: (transfer: Transfer) => number | null;
  /** Something is here and in its place; before the server is told, so that what was not heard here is heard once more. */
  readonly arrived?: (transfer: Transfer) => void;
  readonly random?: () => number;
  /** See MovingOptions; without it no direct ways are taken. */
  readonly direct?: (() => readonly string[]) | null;
}

interface Asked {
  readonly resolve: (key: string) => void;
  readonly reject: (error: TchatError) => void;
}

export class Transfers {
  readonly list: TransferList;
  readonly #options: TransfersOptions;
  readonly #moving: MovingOptions;
  readonly #all = new Map<string, Outgoing | Incoming>();
  readonly #records: TransferRecords;
  /** Offers on their way to the server. */
  readonly #asked = new Map<
    MessageId,
    Asked & { readonly transfer: Transfer; readonly source: Source; readonly target: Target }
  >();
  /** What the server is told, until it has answered. */
  readonly #told = new Map<MessageId, string>();
  readonly #always = new Set<AccountId>();
  /** Offers of an earlier process that came to their end without it: whoever asks for them again has them. */
  readonly #endedMeanwhile = new Set<string>();
  #rate: number | null = null;
  /** The server has said what stands. */
  readonly #known: Promise<void>;
  #tellKnown: () => void = () => {};
  #server = '';
  #account: AccountId = '';

  constructor(options: TransfersOptions) {
    this.#options = options;
    this.list = new TransferList(options.way.clock);
    this.#known = new Promise(resolve => {
      this.#tellKnown = resolve;
    });
    this.#records = new TransferRecords(options.journal, options.downloads);
    const { way, random = Math.random, direct = null } = options;
    this.#moving = { list: this.list, way, turns: new Turns(FILES_AT_ONCE), random, direct };
  }

  // Verbs

  /**
   * Offers a file or folder; resolves with its key when the server knows of it. What was offered in the same way before a
   * restart, and is not through, goes on. Rejects with a TchatError.
   */
  async offer(path: string, target: Target, who: string): Promise<string> {
    const source = await openSource(path);
    // What an earlier process has offered is known by then, and whether it still stands.
    await this.#known;
    const before = this.#records.unfinished(source, (_record, key) => {
      const now = this.#all.get(key)?.now;
      if (now === undefined || foldName(now.who) !== foldName(who)) return false;
      return !isOver(now) || this.#endedMeanwhile.delete(key);
    });
    if (before) return before;
    const { size } = source;
    const file = noteOf(source);
    const body: OfferBody = { kind: 'file', file };
    const id = this.#options.send({ kind: 'offer', target, size, body });
    const about = { account: this.#account, id };
    const conversation = target.to === 'room' ? target.room : '';
    const transfer = fresh(
      { about, side: 'send', conversation, who, file, size, path: source.path },
      this.#options.way.clock.now(),
    );
    return new Promise((resolve, reject) => this.#asked.set(id, { resolve, reject, transfer, source, target }));
  }

  /** Takes what is offered, into a folder of one's own or the usual one. */
  accept(key: string, folder: string | null = null): void {
    const found = this.#all.get(key);
    if (!(found instanceof Incoming) || found.now.state !== 'offered') return;
    if (this.#records.change(key, { state: 'running', path: folder })) found.accept();
  }

  /** From now on, as long as this lives: what this person offers is taken without being asked about. */
  acceptAlwaysFrom(account: AccountId, on: boolean): void {
    if (on) this.#always.add(account);
    else this.#always.delete(account);
  }

  /** Of a room's file nobody is told. */
  decline(key: string): void {
    const found = this.#all.get(key);
    if (!(found instanceof Incoming) || isOver(found.now)) return;
    if (found.now.conversation.startsWith('~')) this.#tell({ kind: 'decline', about: found.now.about }, key);
    void this.#records.discard(key);
    this.#over(key, 'declined');
  }

  pause(key: string): void {
    this.#all.get(key)?.pause();
    this.#records.change(key, { state: 'paused' });
  }

  resume(key: string): void {
    this.#records.change(key, { state: 'running' });
    this.#all.get(key)?.resume();
  }

  /** Ends it: an offer of ours is taken back, what comes is not wanted any more. */
  cancel(key: string): void {
    const found = this.#all.get(key);
    if (!found || isOver(found.now)) return;
    if (found instanceof Incoming) {
      this.decline(key);
      return;
    }
    this.#tell({ kind: 'withdraw', about: found.now.about }, key);
    this.#over(key, 'withdrawn');
  }

  /** Bytes a second of each file; null: as fast as it goes. */
  setRateCap(rate: number | null): void {
    this.#rate = rate;
    for (const each of this.#all.values()) each.setRate(rate);
  }

  /** Takes something that is over off the list. */
  clear(key: string): void {
    const found = this.#all.get(key);
    if (!found || !isOver(found.now)) return;
    this.#all.delete(key);
    this.#records.drop(key);
    this.list.remove(key);
  }

  /** Ends all attempts; what was begun goes on with the next process. */
  close(): void {
    for (const each of this.#all.values()) each.close();
  }

  // What the client says

  hear(message: ClientMessage): void {
    switch (message.is) {
      case 'online':
        void this.#online(message.welcome);
        return;
      case 'event':
        this.#event(message.event);
        return;
      case 'newest':
        for (const event of message.events) this.#event(event);
        return;
      case 'wanted':
        this.#all.get(offerKey(message.about))?.go();
        return;
      case 'acked':
        this.#acked(message.id);
        return;
      case 'refused':
        this.#refused(message.id, message.error);
        return;
      default:
        return;
    }
  }

  async #online({ server, account }: Welcome): Promise<void> {
    this.#account = account;
    if (this.#server !== server.id) {
      this.#server = server.id;
      for (const record of this.#records.open(server.id)) this.#again(record);
    }
    // What is offered meanwhile is no part of the answer.
    const before = [...this.#all];
    let standing: readonly OfferSummary[];
    try {
      const pages = await this.#options.way.ask({ kind: 'offers' });
      standing = pages.flatMap(page => (page.kind === 'offers' ? page.items : []));
    } catch (error) {
      // An older server knows no files; a lost connection asks again when it is back.
      if (asTchatError(error).code !== 'unknown-kind') return;
      standing = [];
    }
    const known = new Set(standing.map(offerKey));
    for (const offer of standing) this.#stands(offer);
    for (const [key, each] of before) {
      if (isOver(each.now)) continue;
      if (known.has(key)) each.began();
      else await this.#gone(key, each);
    }
    this.#tellKnown();
  }

  /** The server has it in its list. */
  #stands(offer: OfferSummary): void {
    const key = offerKey(offer);
    const known = this.#all.get(key);
    this.#hears({ ...offer, to: offer.to ?? undefined }, { have: offer.have, waits: offer.waits });
    if (!known) return;
    // The server was not told, or has not heard, that it is here.
    if (known.now.state === 'done' && known instanceof Incoming && !offer.have) this.#arrived(key);
    if (known.now.state === 'declined' && known instanceof Incoming && offer.to) {
      this.#tell({ kind: 'decline', about: known.now.about }, key);
    }
  }

  /** While we were away it has ended. */
  async #gone(key: string, moving: Moving): Promise<void> {
    const { ask } = this.#options.way;
    const end = moving instanceof Outgoing ? await endOfOffer(ask, moving.now).catch(() => null) : null;
    if (end) moving.describe({ who: end.who, conversation: moving.now.conversation });
    if (end?.state === 'done') this.#endedMeanwhile.add(key);
    this.#over(key, end?.state ?? 'withdrawn');
    void this.#records.discard(key);
  }

  #event(event: AnyEvent): void {
    switch (event.kind) {
      case 'offered':
        if (event.id === null) return;
        this.#hears({ ...event, id: event.id }, { have: false, waits: false });
        return;
      case 'received': {
        const key = offerKey(event.about);
        const found = this.#all.get(key);
        if (found instanceof Outgoing) {
          found.received(event.account, event.from, event.to === undefined);
          if (event.to) this.#records.change(key, { state: 'done' });
        } else if (event.account === this.#account && found && !isOver(found.now)) this.#over(key, 'done');
        return;
      }
      case 'declined':
        this.#over(offerKey(event.about), 'declined');
        return;
      case 'withdrawn':
        this.#over(offerKey(event.about), event.why);
        void this.#records.discard(offerKey(event.about));
        return;
      default:
        return;
    }
  }

  /** An offer that is new to us. */
  #hears(
    offer: Pick<OfferSummary, 'account' | 'id' | 'from' | 'conversation' | 'size' | 'body'> & {
      readonly to?: OfferSummary['to'] | undefined;
    },
    { have, waits }: { readonly have: boolean; readonly waits: boolean },
  ): void {
    const { account, id, from, conversation, size, body, to } = offer;
    const about = { account, id };
    const key = offerKey(about);
    if (this.#asked.has(id) || this.#server === '') return;
    const mine = account === this.#account && to?.account !== account;
    const file = body.kind === 'file' ? body.file : null;
    const who = to ? (mine ? to.name : from) : conversation;
    const known = this.#all.get(key);
    if (known) {
      known.describe({ who, conversation });
      return;
    }
    const transfer = fresh(
      { about, side: mine ? 'send' : 'receive', conversation, who, file, size, path: null },
      this.#options.way.clock.now(),
    );
    // From another device of ours: that one gives it.
    if (mine) {
      this.#add(this.#outgoing({ ...transfer, state: waits ? 'kept' : 'offered' }, null));
      return;
    }
    this.#add(this.#incoming(have ? { ...transfer, state: 'done', done: size } : transfer));
    if (have) return;
    this.#records.add(transfer, { way: 'in', peer: to ? account : null, path: null, print: null });
    if (this.#always.has(account)) this.accept(key);
  }

  #acked(id: MessageId): void {
    this.#told.delete(id);
    const asked = this.#asked.get(id);
    if (!asked) return;
    this.#asked.delete(id);
    const { transfer, source } = asked;
    const key = offerKey(transfer.about);
    const outgoing = this.#outgoing(transfer, source);
    this.#add(outgoing);
    this.#records.add(transfer, { way: 'out', peer: null, path: source.path, print: source.print });
    outgoing.began();
    asked.resolve(key);
  }

  #refused(id: MessageId, error: TchatError): void {
    const key = this.#told.get(id);
    this.#told.delete(id);
    // What ended meanwhile need not be ended any more; all else is told with the next login again.
    if (key !== undefined && error.code === 'no-such-offer') return;
    const asked = this.#asked.get(id);
    this.#asked.delete(id);
    asked?.reject(error);
  }

  /** A transfer of a process that is no more. */
  #again(record: TransferRecord): void {
    const key = offerKey(record);
    if (this.#all.has(key)) return;
    const transfer: Transfer = { key, ...recalled(record) };
    this.#add(transfer.side === 'send' ? this.#outgoing(transfer, null) : this.#incoming(transfer));
  }

  // Parts

  #outgoing(transfer: Transfer, first: Source | null): Outgoing {
    let source = first;
    const open = async () => {
      const { path, print } = this.#records.get(transfer.key) ?? { path: null, print: null };
      if (path === null) throw new TchatError('not-yet');
      source ??= await openSource(path);
      if (source.print !== print) throw new TchatError('file-changed', { file: source.name });
      return source;
    };
    const done = () => this.#records.change(transfer.key, { state: 'done' });
    return new Outgoing({ ...this.#moving, open, done, patience: this.#options.patience(transfer) }, transfer);
  }

  #incoming(transfer: Transfer): Incoming {
    const { key } = transfer;
    return new Incoming(
      {
        ...this.#moving,
        downloads: () => this.#options.downloads(this.#records.get(key)?.path ?? null),
        part: () => this.#records.get(key)?.part ?? null,
        keep: (part: SinkState | null, urgent) => this.#records.change(key, { part }, urgent),
        placed: ({ path }) => {
          this.#records.change(key, { state: 'done', path, part: null });
          this.#arrived(key);
        },
      },
      transfer,
    );
  }

  #add(moving: Outgoing | Incoming): void {
    moving.setRate(this.#rate);
    this.#all.set(moving.now.key, moving);
  }

  #arrived(key: string): void {
    const now = this.#all.get(key)?.now;
    if (!now) return;
    this.#options.arrived?.(now);
    this.#tell({ kind: 'receive', about: now.about }, key);
  }

  #tell(command: Command, key: string): void {
    this.#told.set(this.#options.send(command), key);
  }

  #over(key: string, state: OfferEnd['state']): void {
    const found = this.#all.get(key);
    if (!found || isOver(found.now)) return;
    found.end(state);
    this.#records.change(key, { state: state === 'stopped' ? 'withdrawn' : state });
  }
}
