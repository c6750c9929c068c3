// The desk: what those who are in ask for. A command is decided, applied and handed to the log in one turn; it is answered
// when it is kept.
import { ENDLESS } from '../chat/access.ts';
import { isRoom } from '../chat/conversations.ts';
import { decide } from '../chat/decide.ts';
import { fold, isChange } from '../chat/fold.ts';
import { muteOf } from '../chat/moderation.ts';
import { offerOf } from '../chat/offers.ts';
import { actorNow, apply } from '../chat/state.ts';
import { cleanShort } from '../chat/text.ts';
import {
  type AccountId,
  type Actor,
  type ChatEvent,
  type Command,
  type Draft,
  type InviteId,
  type MessageId,
  type MessageRef,
  ROLES,
} from '../chat/vocabulary.ts';
import { asTchatError, TchatError } from '../errors.ts';
import { talkOf } from '../identity/keys.ts';
import { AWAY_LENGTH, COMMANDS_BURST, COMMANDS_PER_SECOND, QUERIES_BURST, QUERIES_PER_SECOND } from '../limits.ts';
import type {
  CommandPacket,
  GrantQuery,
  Mark,
  QueryPacket,
  Request,
  Status,
  Stored,
  UnknownRequest,
  Watch,
} from '../protocol/packet.ts';
import type { Receipt } from '../store/event-log.ts';
import { readsPrivate } from './audience-index.ts';
import { ByCommand } from './by-command.ts';
import type { Committer } from './committer.ts';
import type { Connection } from './connection.ts';
import type { Settle } from './control-room.ts';
import { type Files, refusalOf } from './files.ts';
import type { Hall } from './hall.ts';
import type { Marks } from './marks.ts';
import { Pace, type Rate } from './pace.ts';
import { answerQuery } from './queries.ts';

/** How fast one account may ask for what. */
export interface Rates {
  readonly commands: Rate;
  /** History and search. */
  readonly queries: Rate;
}

export const DEFAULT_RATES: Rates = {
  commands: { burst: COMMANDS_BURST, perSecond: COMMANDS_PER_SECOND },
  queries: { burst: QUERIES_BURST, perSecond: QUERIES_PER_SECOND },
};

export interface DeskOptions {
  readonly rates: Rates;
  readonly hall: Hall;
  readonly marks: Marks;
  /** What an invite is proven with. */
  readonly inviteToken: (invite: InviteId) => string;
  readonly committer: Committer;
  /** In the turn in which it was decided. */
  readonly decided: (event: Draft) => void;
  /** Once kept, before anybody is told. */
  readonly kept: (event: ChatEvent) => void;
  readonly files: Files;
  /** Networks without limits. */
  readonly exempt: () => readonly string[];
  /** Accounts that are connected from within a network. */
  readonly within: (network: string) => Iterable<AccountId>;
  readonly statusChanged: (actor: Actor) => void;
}

type Asked = Exclude<Request, { type: 'hello' | 'login' | 'admin' }>;
type Said = Draft & { readonly kind: 'message' };

/** What is decided and not yet kept: whoever sends it again meanwhile waits for the same answer. */
interface Pending {
  readonly settles: Settle[];
  readonly events: readonly Draft[];
}

/** What is asked for, and what becomes of it where it comes too fast. */
interface Paced {
  readonly connection: Connection;
  readonly actor: Actor;
  readonly to: { readonly id?: MessageId; readonly ref?: number };
  readonly again: () => void;
}

export class Desk {
  readonly #options: DeskOptions;
  readonly #pending = new ByCommand<Pending>();
  readonly #commands: Pace;
  readonly #queries: Pace;

  constructor(options: DeskOptions) {
    this.#options = options;
    this.#commands = new Pace(options.rates.commands);
    this.#queries = new Pace(options.rates.queries);
  }

  /** Commands and queries go at this rate from now on. */
  pace({ commands, queries }: Rates): void {
    this.#commands.rate = commands;
    this.#queries.rate = queries;
  }

  request(connection: Connection, session: Actor, packet: Asked): void {
    if (connection.expelled) return;
    const { hall } = this.#options;
    // What was decided about them counts from that turn on.
    const actor = actorNow(hall.state, session);
    connection.active = hall.clock.now();
    switch (packet.type) {
      case 'command':
        this.#command(connection, actor, packet);
        return;
      case 'watch':
        this.#watch(connection, packet);
        return;
      case 'query':
        this.#query(connection, actor, packet);
        return;
      case 'mark':
        this.#mark(connection, actor, packet);
        return;
      case 'stored':
        this.#stored(actor, packet);
        return;
      case 'status':
        this.#status(connection, actor, packet);
        return;
      case 'attach':
        throw new TchatError('bad-packet', { what: 'attach out of turn' });
      case 'unknown':
        refuseUnknown(connection, packet);
        return;
      default:
        packet satisfies never;
    }
  }

  /** As `perform`; where what it is about cannot be read, that is the refusal. */
  operate(actor: Actor, command: Command, id: MessageId, settle: Settle): void {
    try {
      this.perform(actor, command, id, settle);
    } catch (error) {
      settle(asTchatError(error, 'storage-failed'));
    }
  }

  /**
   * Decides, applies and hands to the log; `settle` hears what became of it once, when it is kept or refused. Throws what
   * the log throws, and then nothing was decided.
   */
  perform(actor: Actor, command: Command, id: MessageId, settle: Settle): void {
    const waiting = this.#pending.get(actor.account, id);
    if (waiting) {
      waiting.settles.push(settle);
      return;
    }
    const { hall, marks, committer, decided, kept, inviteToken } = this.#options;
    const { broken } = committer;
    if (broken) {
      settle(broken);
      return;
    }
    const { state, clock } = hall;
    const decision = decide(command, {
      ...{ state, actor, now: clock.now(), id, talkOf, inviteToken },
      message: about => this.#message(actor, about, command.kind === 'delete'),
      exempt: this.#options.exempt(),
      within: this.#options.within,
      mayWait: (to, bytes) => this.#mayWait(actor, to, bytes),
      maySee: about => this.maySee(actor, about),
      inSpool: about => this.#options.files.inSpool(about),
    });
    if (!decision.ok) {
      const { code, params } = decision.rejection;
      settle(new TchatError(code, params));
      return;
    }
    for (const event of decision.events) {
      apply(state, event);
      marks.decided(event);
      decided(event);
    }
    const pending: Pending = { settles: [settle], events: decision.events };
    this.#pending.set(actor.account, id, pending);
    committer.submit(decision.events, result => {
      this.#pending.delete(actor.account, id);
      for (const event of decision.events) marks.settled(event);
      if (!(result instanceof TchatError)) for (const event of result) kept(event);
      for (const each of pending.settles) each(result, decision.notes);
    });
  }

  /** Events of the server's own, which nobody has asked for. */
  keep(events: readonly Draft[]): void {
    const { hall, committer, kept } = this.#options;
    if (committer.broken) return;
    for (const event of events) apply(hall.state, event);
    committer.submit(events, result => {
      if (!(result instanceof TchatError)) for (const event of result) kept(event);
    });
  }

  #command(connection: Connection, actor: Actor, { id, command }: CommandPacket): void {
    const packet: CommandPacket = { type: 'command', id, command };
    const again = () => this.request(connection, actor, packet);
    let known: Receipt | null;
    try {
      known = this.#options.hall.log.find(actor.account, id);
    } catch {
      // Whether it is a repeat nobody can tell now: neither an ack nor a refusal would be true for certain.
      connection.later(again);
      return;
    }
    if (known) {
      connection.reply({ type: 'ack', id, ...known });
      return;
    }
    if (!this.#inTime(this.#commands, { connection, actor, to: { id }, again })) return;
    connection.began();
    const settle: Settle = (result, notes) => {
      connection.finished();
      if (result instanceof TchatError) connection.refuse({ id }, result);
      else {
        // Without an event it changed nothing, and is answered as of now.
        const now = { position: this.#options.hall.head, time: connection.active };
        const { position, time } = result.findLast(event => event.id === id) ?? now;
        connection.reply({ type: 'ack', id, position, time, ...(notes ? { notes } : {}) });
      }
    };
    try {
      this.perform(actor, command, id, settle);
      if (command.kind === 'post') connection.posts += 1;
    } catch {
      // What it is about could not be read. A refusal would let what stands behind it overtake.
      connection.later(again);
      connection.finished();
    }
  }

  /**
   * Whether it is taken now. Else it is asked again later, and until then the session is read no further; who keeps on
   * for too long is refused.
   */
  #inTime(pace: Pace, { connection, actor, to, again }: Paced): boolean {
    if (connection.exempt) return true;
    const wait = pace.take(actor.account, this.#options.hall.clock.elapsed());
    if (wait === 0) return true;
    if (wait !== 'too-fast') connection.later(again, wait);
    else connection.refuse(to, { code: wait, params: {} });
    return false;
  }

  /** As `request` for what an operator's screen elsewhere asks: at the pace of queries. */
  mayAsk(connection: Connection, actor: Actor, again: () => void): boolean {
    return this.#inTime(this.#queries, { connection, actor, to: {}, again });
  }

  /**
   * A message that the actor may see: also one that is still on its way to the log. To take one away operators need not:
   * they moderate all rooms, and know it by the live log.
   */
  #message(actor: Actor, { account, id }: MessageRef, removing: boolean): Said | null {
    const { hall } = this.#options;
    const moderates = removing && ROLES.indexOf(actor.role) >= ROLES.indexOf('operator');
    const pending = this.#pending.get(account, id)?.events.find(event => event.kind === 'message' && event.id === id);
    if (pending) {
      const may = (moderates && isRoom(pending.conversation)) || this.#sees(actor, pending as Said);
      return may ? this.#withPending(pending as Said) : null;
    }
    const kept = hall.log.message(account, id);
    if (!kept) return null;
    if (moderates && isRoom(kept.conversation)) return this.#withPending(kept);
    const reach = hall.reach(actor.account, kept.conversation);
    const seen = reach.some(({ from, to }) => kept.position >= from && kept.position <= to);
    return seen ? this.#withPending(kept) : null;
  }

  /** Of what is not kept yet: whether it will be pushed to the actor. */
  #sees(actor: Actor, { conversation, account }: Pick<Draft, 'conversation' | 'account'>): boolean {
    const { hall } = this.#options;
    if (account === actor.account) return true;
    if (isRoom(conversation)) return hall.access.mayFollow(conversation, actor.account);
    return hall.reach(actor.account, conversation).length > 0;
  }

  /** Whether what somebody said or offered stands in what the actor may see; also what is still on its way to the log. */
  maySee(actor: Actor, { account, id }: MessageRef): boolean {
    const { hall } = this.#options;
    const offer = offerOf(hall.state.offers, { account, id });
    if (!offer) return false;
    const kept = hall.log.find(account, id);
    if (!kept || !isRoom(offer.conversation)) return this.#sees(actor, offer);
    const reach = hall.reach(actor.account, offer.conversation);
    return reach.some(({ from, to }) => kept.position >= from && kept.position <= to);
  }

  /** What is decided about it counts already. */
  #withPending(message: Said): Said {
    let folded = message;
    for (const { events } of this.#pending.values()) {
      for (const event of events) {
        if (!isChange(event)) continue;
        const { about } = event;
        if (about.id === message.id && about.account === message.account) folded = fold(folded, event, ENDLESS);
      }
    }
    return folded;
  }

  /** Where somebody is there to take it, nothing waits. */
  #mayWait(actor: Actor, to: string, bytes: number): boolean {
    const { hall, marks } = this.#options;
    for (const connection of hall.index.of(to)) if (readsPrivate(connection) && !connection.lagging) return true;
    return marks.mayWait(actor.account, to, bytes);
  }

  #watch(connection: Connection, packet: Watch): void {
    const { hall } = this.#options;
    hall.index.watch(connection, packet);
    connection.reply({ type: 'ack', id: packet.id, position: hall.head, time: connection.active });
  }

  #query(connection: Connection, actor: Actor, packet: QueryPacket): void {
    const { ref, query } = packet;
    const slow = query.kind === 'history' || query.kind === 'search' || query.kind === 'grant';
    const again = () => this.request(connection, actor, packet);
    if (slow && !this.#inTime(this.#queries, { connection, actor, to: { ref }, again })) return;
    if (query.kind === 'grant') {
      void this.#grant(connection, actor, packet.ref, query);
      return;
    }
    const { hall, marks, files } = this.#options;
    const sources = { hall, marks, offers: () => files.standing(actor) };
    try {
      for (const page of answerQuery(sources, actor.account, ref, query)) connection.reply(page);
    } catch (error) {
      const { code, params } = asTchatError(error);
      connection.refuse({ ref }, { code, params });
    }
  }

  async #grant(connection: Connection, actor: Actor, ref: number, query: GrantQuery): Promise<void> {
    try {
      const grant = await this.#options.files.grant(connection, actor, query);
      connection.reply({ type: 'page', ref, final: true, kind: 'grants', items: [grant] });
    } catch (error) {
      const { code, params } = refusalOf(error);
      connection.refuse({ ref }, { code, params });
    }
  }

  #mark(connection: Connection, actor: Actor, { conversation, position }: Mark): void {
    const { hall, marks } = this.#options;
    if (hall.reach(actor.account, conversation).length === 0) return;
    const upTo = Math.min(position, hall.head);
    if (!marks.setRead(actor.account, conversation, upTo)) return;
    hall.delivery.tell(actor.account, { type: 'marked', conversation, position: upTo }, connection);
  }

  #stored(actor: Actor, { position }: Stored): void {
    const { hall, marks } = this.#options;
    for (const each of marks.setStored(actor.account, Math.min(position, hall.head))) {
      const { to, ...rest } = each;
      hall.delivery.tell(to, { type: 'delivered', ...rest });
    }
  }

  #status(connection: Connection, actor: Actor, { away }: Status): void {
    const { hall, statusChanged } = this.#options;
    const { moderation } = hall.state;
    const silent = actor.role === 'guest' || muteOf(moderation, actor.account, null, hall.clock.now()) !== null;
    // Who may say nothing goes away without a word.
    const word = away === null ? null : silent ? '' : cleanShort(away, AWAY_LENGTH);
    if (connection.presence && hall.presence.setAway(actor.account, word)) statusChanged(actor);
  }
}

function refuseUnknown(connection: Connection, { id, ref, kind }: UnknownRequest): void {
  const to = { ...(id ? { id } : {}), ...(ref === null ? {} : { ref }) };
  connection.refuse(to, { code: 'unknown-kind', params: { kind } });
}
