// Who is connected, by what they get: kept in step with the events as they are delivered.
import type { Access } from '../chat/access.ts';
import { isRoom, talksOf } from '../chat/conversations.ts';
import type { ChatState } from '../chat/state.ts';
import { type AccountId, type ConversationId, SERVER } from '../chat/vocabulary.ts';
import type { Watch } from '../protocol/packet.ts';

/** A logged-in connection as the index sees it. */
export interface Member {
  readonly account: AccountId;
  /** A person's screen: gets what the account is a member of. A script gets only what it watches. */
  readonly presence: boolean;
  watching: Watch | null;
  /** The rooms whose events it gets; the index's own. Empty where it watches them all. */
  readonly rooms: Set<ConversationId>;
}

export class AudienceIndex<M extends Member> {
  readonly #rooms = new Map<ConversationId, Set<M>>();
  readonly #accounts = new Map<AccountId, Set<M>>();
  readonly #readers = new Set<M>();
  /** Those that watch every room: in no room's own set, so that nobody gets an event twice. */
  readonly #watchers = new Set<M>();
  readonly #state: ChatState;
  readonly #access: Access;

  constructor(state: ChatState, access: Access) {
    this.#state = state;
    this.#access = access;
  }

  /** All connections of an account. */
  of(account: AccountId): ReadonlySet<M> {
    return this.#accounts.get(account) ?? NONE;
  }

  /** Connections that read anything at all. */
  get readers(): ReadonlySet<M> {
    return this.#readers;
  }

  add(member: M): void {
    put(this.#accounts, member.account, member);
    if (!member.presence) return;
    this.#readers.add(member);
    this.#enterOwn(member);
  }

  remove(member: M): void {
    take(this.#accounts, member.account, member);
    this.#readers.delete(member);
    this.#leaveAll(member);
  }

  watch(member: M, watch: Watch): void {
    this.#leaveAll(member);
    member.watching = watch;
    this.#readers.add(member);
    if (watch.rooms === 'all') {
      this.#watchers.add(member);
      return;
    }
    for (const room of watch.rooms) this.#enter(member, room);
    if (member.presence) this.#enterOwn(member);
  }

  /**
   * A connection's account came into a room, or went. Call it before the event is delivered for a join, after it for a
   * leave.
   */
  moved(member: M, room: ConversationId, into: boolean): void {
    if (!member.presence || this.#watchers.has(member)) return;
    if (into) this.#enter(member, room);
    else if (!watchesRoom(member, room)) this.#leave(member, room);
  }

  /** Calls for each connection that gets a conversation's events, once. */
  forEach(conversation: ConversationId, call: (member: M) => void): void {
    if (isRoom(conversation)) {
      // A closed room is watched by its members alone, whoever asked for it while it was open.
      const open = this.#access.isOpen(conversation);
      const each = (member: M) => {
        if (open || this.#access.isMember(conversation, member.account)) call(member);
      };
      for (const member of this.#rooms.get(conversation) ?? NONE) each(member);
      for (const member of this.#watchers) each(member);
      return;
    }
    if (conversation === SERVER) {
      for (const member of this.#readers) call(member);
      return;
    }
    for (const account of new Set(this.#state.talks.get(conversation))) {
      for (const member of this.of(account)) if (readsPrivate(member)) call(member);
    }
  }

  /** The conversations that a connection gets: what it pulls when it has fallen behind. */
  conversations(member: M): Set<ConversationId> {
    const talks = readsPrivate(member) ? talksOf(this.#state, member.account) : [];
    const rooms = this.#watchers.has(member) ? this.#state.rooms.keys() : member.rooms;
    return new Set([SERVER, ...rooms, ...talks]);
  }

  #enterOwn(member: M): void {
    for (const room of this.#access.roomsOf(member.account)) this.#enter(member, room);
  }

  #enter(member: M, room: ConversationId): void {
    put(this.#rooms, room, member);
    member.rooms.add(room);
  }

  #leave(member: M, room: ConversationId): void {
    take(this.#rooms, room, member);
    member.rooms.delete(room);
  }

  #leaveAll(member: M): void {
    this.#watchers.delete(member);
    for (const room of [...member.rooms]) this.#leave(member, room);
  }
}

const NONE: ReadonlySet<never> = new Set<never>();

/** Whether the private talk of its account is pushed to it. */
export function readsPrivate(member: Member): boolean {
  return member.presence || member.watching?.private === true;
}

function watchesRoom(member: Member, room: ConversationId): boolean {
  const { watching } = member;
  return watching !== null && watching.rooms !== 'all' && watching.rooms.includes(room);
}

function put<K, M>(map: Map<K, Set<M>>, key: K, member: M): void {
  const set = map.get(key);
  if (set) set.add(member);
  else map.set(key, new Set([member]));
}

function take<K, M>(map: Map<K, Set<M>>, key: K, member: M): void {
  const set = map.get(key);
  if (set?.delete(member) && set.size === 0) map.delete(key);
}
