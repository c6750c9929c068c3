// Files on their way: who may give and take which, by which way, and what goes on at present. The bytes go through relay.ts
// or the store of what waits (depot.ts), on connections of their own.
import { type Offer, type Offers, offerKey, offerOf } from '../chat/offers.ts';
import { settingOf } from '../chat/state.ts';
import {
  type AccountId,
  type Actor,
  type ChatEvent,
  CONSOLE,
  type Draft,
  type FileSetting,
  type MessageRef,
  type OfferSummary,
} from '../chat/vocabulary.ts';
import { asTchatError, TchatError } from '../errors.ts';
import {
  EXPIRY_INTERVAL,
  FILE_MIB,
  FILES_AT_ONCE,
  OFFERS_PER_ACCOUNT,
  SPOOL_DAYS,
  SPOOL_LEAVES,
  SPOOL_MIB,
  SPOOL_MIB_PER_ACCOUNT,
  WAY_PATIENCE,
} from '../limits.ts';
import type { Attach, Grant, GrantQuery, Side } from '../protocol/packet.ts';
import { DataSession } from '../transfer/data-session.ts';
import { Spool } from '../transfer/spool.ts';
import type { AdminAnswers } from './admin-session.ts';
import { readsPrivate } from './audience-index.ts';
import type { Connection } from './connection.ts';
import { Depot } from './depot.ts';
import { listed } from './file-rows.ts';
import { Grants } from './grants.ts';
import type { Hall } from './hall.ts';
import { Movements } from './movements.ts';
import { Relay } from './relay.ts';
import { type Way, Ways } from './ways.ts';

/** What files are allowed where no operator has said anything. */
export const FILE_DEFAULTS: Readonly<Record<FileSetting, number>> = {
  'file-mib': FILE_MIB,
  'offers-per-account': OFFERS_PER_ACCOUNT,
  'files-at-once': FILES_AT_ONCE,
  'spool-mib': SPOOL_MIB,
  'spool-mib-per-account': SPOOL_MIB_PER_ACCOUNT,
  'spool-days': SPOOL_DAYS,
};

const DAY = 24 * 3600 * 1000;
const MIB = 1024 * 1024;

export interface FilesOptions {
  readonly hall: Hall;
  /** Whether the actor may see what stands in the log. */
  readonly maySee: (actor: Actor, about: MessageRef) => boolean;
  /** Keeps events of the server's own. */
  readonly commit: (events: readonly Draft[]) => void;
  /** Nothing expires while the clock is in doubt. */
  readonly clockInDoubt: () => boolean;
}

/** An end of a way that is open, and whose it is. */
interface Carried {
  readonly connection: Connection;
  readonly way: DataSession;
  readonly actor: Actor;
  readonly key: string;
}

export class Files {
  readonly #options: FilesOptions;
  readonly #grants: Grants;
  /** Where files wait for those who are away; null: nowhere. */
  #depot: Depot | null = null;
  readonly #ways: Ways;
  readonly #carried = new Map<Connection, Carried>();
  readonly #movements: Movements;
  #stop: () => void;

  constructor(options: FilesOptions) {
    this.#options = options;
    const { clock } = options.hall;
    this.#ways = new Ways(clock, options.hall.facts.startedAt);
    this.#grants = new Grants(clock);
    this.#movements = new Movements(() => clock.elapsed());
    this.#stop = clock.every(EXPIRY_INTERVAL, () => this.#expire());
  }

  get #offers(): Offers {
    return this.#options.hall.state.offers;
  }

  /**
   * Opens the store of what waits, in a folder of its own. What stands in no offer any more goes. Throws a TchatError.
   */
  async open(folder: string): Promise<void> {
    const { clock, state } = this.#options.hall;
    const limits = () => ({
      total: settingOf(state, 'spool-mib', SPOOL_MIB) * MIB,
      perAccount: settingOf(state, 'spool-mib-per-account', SPOOL_MIB_PER_ACCOUNT) * MIB,
      ...{ leave: SPOOL_LEAVES, keep: Number.POSITIVE_INFINITY },
    });
    const spool = await Spool.open(folder, { limits, now: () => clock.now() });
    this.#depot = new Depot({ spool, clock, limits });
    await this.#depot.keepOnly(about => this.#offers.has(offerKey(about)));
  }

  async close(): Promise<void> {
    this.#stop();
    this.#ways.close();
    for (const { way } of this.#carried.values()) way.close('server-stopping');
    await this.#depot?.close();
  }

  inSpool(about: MessageRef): boolean {
    return this.#depot?.has(about) ?? false;
  }

  /** A way to the bytes; rejects with a TchatError that is the refusal. */
  async grant(connection: Connection, actor: Actor, query: GrantQuery): Promise<Grant> {
    const { about, side } = query;
    const offer = offerOf(this.#offers, about);
    if (!offer || !this.#options.maySee(actor, about)) throw new TchatError('no-such-offer');
    const limit = settingOf(this.#options.hall.state, 'files-at-once', FILES_AT_ONCE);
    if (this.#busy(actor.account) >= limit) throw new TchatError('too-many-files', { limit });
    const spool =
      side === 'send'
        ? await this.#forSender(connection, actor, offer, query.spool)
        : this.#forReceiver(connection, actor, offer, query.have ?? 0);
    if (!connection.session.open || !this.#offers.has(offerKey(offer))) throw new TchatError('no-such-offer');
    return this.#grants.give({ account: actor.account, about, side, spool });
  }

  /** Whether it goes into the store; a throw: not now. */
  async #forSender(connection: Connection, actor: Actor, offer: Offer, spool: boolean): Promise<boolean> {
    if (offer.account !== actor.account) throw new TchatError('not-yours');
    const depot = this.#depot;
    const way = this.#ways.of(offer);
    way.holders.add(connection);
    if (depot?.has(offer)) throw new TchatError('in-spool');
    const wanted = offer.to !== undefined && (way.receiver?.open || way.waiting.size > 0);
    const further = this.#isFurther(way, offer);
    if (wanted && !(further && depot?.hasRoom(offer))) {
      this.#call(way.waiting, offer, 'receive');
      return false;
    }
    if (offer.to && !spool && !further) {
      const call = () => this.#call(way.holders, offer, 'send');
      if (this.#isHere(offer.to.account) || this.#ways.mayBeBack(way, call)) throw new TchatError('not-yet');
    }
    if (!depot) throw new TchatError('no-spool');
    depot.check(offer);
    return true;
  }

  /** Whether the store has more of it than its receiver: what was sent need not be sent again, so it goes on there. */
  #isFurther({ have }: Way, offer: Offer): boolean {
    return (this.#depot?.written(offer) ?? 0) > have;
  }

  /** Whether it comes out of the store; a throw: not now. */
  #forReceiver(connection: Connection, actor: Actor, offer: Offer, have: number): boolean {
    const mayTake = offer.to ? offer.to.account === actor.account : offer.account !== actor.account;
    if (!mayTake) throw new TchatError('no-such-offer');
    const depot = this.#depot;
    const way = this.#ways.of(offer);
    if (depot?.has(offer)) return true;
    way.waiting.add(connection);
    way.have = have;
    // It comes by the store, from where it can be taken as soon as it is whole.
    if (way.coming) throw new TchatError('sender-away');
    this.#call(way.holders, offer, 'send');
    if (this.#isFurther(way, offer)) throw new TchatError('sender-away');
    // So does a room's file always, since it goes to many.
    if (way.holders.size === 0 || !offer.to) throw new TchatError('sender-away');
    return false;
  }

  /** A connection that says `attach` in the place of a hello. */
  attach(connection: Connection, packet: Attach): void {
    const { state } = this.#options.hall;
    const granted = this.#grants.take(packet, connection.binding);
    const offer = granted && offerOf(this.#offers, granted.about);
    const account = granted && state.accounts.get(granted.account);
    if (!granted || !offer || !account) {
      connection.session.close('grant-invalid');
      return;
    }
    const actor: Actor = { account: account.id, name: account.name, role: 'member' };
    const way = new DataSession(owner => connection.carry(actor, owner));
    const key = offerKey(offer);
    this.#carried.set(connection, { connection, way, actor, key });
    way.send({ type: 'attached', proof: null });
    if (granted.spool) this.#toDepot(way, offer, granted.side);
    else this.#toRelay(way, offer, granted.side);
  }

  #toDepot(way: DataSession, offer: Offer, side: Side): void {
    const depot = this.#depot;
    if (!depot) way.close('no-spool');
    else if (side === 'receive') {
      const { progress, end } = this.#movements.begin(offerKey(offer), 'taken');
      depot.bringOut(way, offer, offer.size, { progress, over: end });
    } else {
      const here = this.#ways.of(offer);
      here.coming?.close('replaced');
      here.coming = way;
      // Whoever waits for it to come straight on has it from the store.
      here.receiver?.close('replaced');
      here.receiver = null;
      const { progress, end } = this.#movements.begin(offerKey(offer), 'coming');
      void depot.takeIn(way, offer, offer.size, progress).then(whole => {
        end();
        if (whole) this.#call(here.waiting, offer, 'receive');
      });
    }
  }

  #toRelay(way: DataSession, offer: Offer, side: Side): void {
    const key = offerKey(offer);
    const here = this.#ways.of(offer);
    const { clock } = this.#options.hall;
    if (side === 'receive' && (here.coming || this.inSpool(offer))) {
      way.close('replaced');
      return;
    }
    // One that was cut may not have been noticed yet.
    here.relay?.stop('replaced');
    const end = side === 'send' ? 'sender' : 'receiver';
    here[end]?.close('replaced');
    here[end] = way;
    const { sender, receiver } = here;
    if (!sender?.open || !receiver?.open) {
      clock.after(WAY_PATIENCE, () => {
        if (here[end] === way) way.close('peer-away');
      });
      return;
    }
    here.sender = null;
    here.receiver = null;
    const movement = this.#movements.begin(key, 'relayed');
    const relay = new Relay({
      ...{ sender, receiver, size: offer.size, progress: movement.progress },
      over: code => {
        if (here.relay === relay) here.relay = null;
        this.#ways.broken(here);
        const done = this.#movements.of(key)?.done ?? 0;
        movement.end();
        if (code === 'moved') this.#movements.straight(key, done);
      },
    });
    if (sender.open && receiver.open) here.relay = relay;
  }

  /** Once kept: what it means for what is on its way. */
  kept(event: ChatEvent): void {
    switch (event.kind) {
      case 'received':
        if (event.to) this.#ended(event.about, 'done');
        return;
      case 'declined':
      case 'withdrawn':
        this.#ended(event.about, event.kind);
        return;
      case 'kicked':
        this.expel(({ account }) => account === event.target, 'kicked');
        return;
      case 'released':
        if (this.#options.hall.state.accounts.has(event.target)) return;
        this.expel(({ account }) => account === event.target, 'name-released');
        return;
      default:
        return;
    }
  }

  /** Cuts the ways of some people. */
  expel(whom: (actor: Actor) => boolean, code: string): void {
    for (const { way, actor } of [...this.#carried.values()]) if (whom(actor)) way.close(code);
  }

  /** A connection is gone, whatever it was. */
  gone(connection: Connection, account: AccountId | null): void {
    const ended = this.#carried.get(connection)?.way;
    this.#carried.delete(connection);
    for (const way of this.#ways.all) {
      if (way.coming === ended) way.coming = null;
      way.holders.delete(connection);
      way.waiting.delete(connection);
    }
    if (account !== null && this.#options.hall.index.of(account).size === 0) this.#vanished(account);
    // What is for somebody who has just left goes into the store.
    if (account === null || this.#isHere(account)) return;
    for (const offer of this.#offers.values()) {
      if (offer.to?.account === account) this.#call(this.#ways.find(offerKey(offer))?.holders, offer, 'send');
    }
  }

  /** Those that concern an account: its own, those for it, and those of its rooms. */
  standing(actor: Actor): readonly OfferSummary[] {
    const { hall, maySee } = this.#options;
    const own = (offer: Offer) => offer.account === actor.account || offer.to?.account === actor.account;
    const rooms = hall.state.memberships.get(actor.account);
    const mine = [...this.#offers.values()].filter(offer => own(offer) || rooms?.has(offer.conversation));
    return mine
      .filter(offer => maySee(actor, offer))
      .map(({ to = null, received, ...offer }) => ({
        ...offer,
        to,
        have: received.has(actor.account),
        received: received.size,
        waits: this.inSpool(offer),
      }));
  }

  /** All that stand, for operators. */
  rows(): AdminAnswers['files'] {
    const depot = this.#depot;
    return listed(this.#offers, {
      moving: key => this.#movements.of(key),
      kept: offer => ({ whole: depot?.has(offer) ?? false, written: depot?.written(offer) ?? 0 }),
    });
  }

  /** Whoever is gone takes nothing directly any more, and gives nothing. */
  #vanished(account: AccountId): void {
    for (const [key, offer] of this.#offers) {
      if (offer.account === account || offer.to?.account === account) this.#movements.straightOver(key);
    }
  }

  #ended(about: MessageRef, code: string): void {
    const key = offerKey(about);
    this.#grants.revoke(granted => offerKey(granted.about) === key);
    // Whoever has it whole ends the way in its own time.
    if (code !== 'done') for (const each of [...this.#carried.values()]) if (each.key === key) each.way.close(code);
    this.#ways.drop(key);
    this.#movements.straightOver(key);
    void this.#depot?.release(about).catch(() => {});
  }

  #call(sessions: Set<Connection> | undefined, { account, id }: Offer, side: Side): void {
    if (!sessions) return;
    const now = [...sessions];
    // Whoever waits is called once, and asks again.
    if (side === 'receive') sessions.clear();
    for (const each of now) each.reply({ type: 'wanted', about: { account, id }, side });
  }

  #isHere(account: AccountId): boolean {
    return [...this.#options.hall.index.of(account)].some(readsPrivate);
  }

  #busy(account: AccountId): number {
    let count = this.#grants.of(account);
    for (const { actor, way } of this.#carried.values()) if (actor.account === account && way.open) count += 1;
    return count;
  }

  #expire(): void {
    const { hall, commit, clockInDoubt } = this.#options;
    if (clockInDoubt()) return;
    const before = hall.clock.now() - settingOf(hall.state, 'spool-days', SPOOL_DAYS) * DAY;
    const over = [...this.#offers.values()].filter(({ time }) => time < before);
    if (over.length > 0) commit(over.map(offer => expired(offer, hall)));
  }
}

function expired({ account, id, conversation, to }: Offer, { facts, clock }: Hall): Draft {
  return {
    ...{ kind: 'withdrawn', why: 'expired', about: { account, id }, conversation, time: clock.now() },
    ...{ account: CONSOLE, from: facts.name, id: null },
    ...(to ? { to } : {}),
  };
}

/** As a refusal says it. */
export function refusalOf(error: unknown): TchatError {
  return asTchatError(error, 'storage-failed');
}
