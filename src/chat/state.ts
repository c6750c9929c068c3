// The state of the chat: what follows from the events of the log so far, and nothing else.
import { CONNECTIONS, MEMBERS_PER_ROOM, NAMES_HELD } from '../limits.ts';
import { applyEntry, clearEntry, type Entry, emptyEntry } from './entry.ts';
import { applyModeration, clearModeration, emptyModeration, type Moderation } from './moderation.ts';
import { applyOffer, type Offers } from './offers.ts';
import { looksAlike, looksOf } from './skeleton.ts';
import { foldName } from './text.ts';
import {
  type AccountId,
  type Actor,
  CONSOLE,
  type ConversationId,
  type Draft,
  type Millis,
  type Retention,
  type Role,
  type SettingName,
  type Target,
  type Visibility,
} from './vocabulary.ts';

export interface Account {
  readonly id: AccountId;
  readonly name: string;
  /** Names of before that nobody else may take, the newest first. */
  readonly held: readonly string[];
  readonly key: Uint8Array;
  readonly claimed: Millis;
}

export interface Room {
  readonly id: ConversationId;
  readonly owner: AccountId;
  readonly created: Millis;
  topic: string;
  visibility: Visibility;
  readonly members: Set<AccountId>;
  /** Who may come in although it is not open to all; an invitation is used up by coming in. */
  readonly invited: Set<AccountId>;
}

export interface ChatState {
  readonly accounts: Map<AccountId, Account>;
  /** Folded name -> account: how people are looked up. */
  readonly names: Map<string, AccountId>;
  /**
   * What a name looks like -> accounts: no second claim of a look-alike. Made from the names, never from what an event
   * says, so that what an older table of likenesses let in does not hold a door open.
   */
  readonly looks: Map<string, Set<AccountId>>;
  readonly rooms: Map<ConversationId, Room>;
  readonly memberships: Map<AccountId, Set<ConversationId>>;
  /** Private talks, each with its two accounts (the same one twice: notes). */
  readonly talks: Map<ConversationId, readonly [AccountId, AccountId]>;
  /** Account -> its private talks. */
  readonly talksOf: Map<AccountId, Set<ConversationId>>;
  /** Who may come in, and as what. */
  readonly entry: Entry;
  /** How long talk is kept: '' for all rooms and talks, and what differs for single rooms. */
  readonly retention: Map<ConversationId | '', Retention>;
  /** Sanctions, rules, the door, settings. */
  readonly moderation: Moderation;
  /** Files that are offered. */
  readonly offers: Offers;
  /** How many connections the operator allows. */
  connections: number;
  /** The same before any operator said so. */
  readonly connectionsAtFirst: number;
  /** How many members a room may have before any operator said so. */
  readonly membersPerRoom: number;
}

export function emptyState(connections: number = CONNECTIONS, membersPerRoom: number = MEMBERS_PER_ROOM): ChatState {
  return {
    accounts: new Map(),
    names: new Map(),
    looks: new Map(),
    rooms: new Map(),
    memberships: new Map(),
    talks: new Map(),
    talksOf: new Map(),
    entry: emptyEntry(),
    retention: new Map(),
    moderation: emptyModeration(),
    offers: new Map(),
    connections,
    connectionsAtFirst: connections,
    membersPerRoom,
  };
}

export function roleOf({ entry }: ChatState, account: AccountId): Role {
  return account === CONSOLE ? 'owner' : (entry.roles.get(account) ?? 'member');
}

/** How many members a room may have now. */
export function membersAllowed({ moderation, membersPerRoom }: ChatState): number {
  return moderation.settings.get('members-per-room') ?? membersPerRoom;
}

/** What operators have set, or what holds where none has. */
export function settingOf({ moderation }: ChatState, name: SettingName, otherwise: number): number {
  return moderation.settings.get(name) ?? otherwise;
}

/** Who an account is now, by its name and its role; the same object where nothing has changed. */
export function actorNow(state: ChatState, actor: Actor): Actor {
  const name = state.accounts.get(actor.account)?.name ?? actor.name;
  const role = roleOf(state, actor.account);
  return name === actor.name && role === actor.role ? actor : { ...actor, name, role };
}

/** Takes one event into the state, in place. Total: an event that no longer fits changes nothing. */
export function apply(state: ChatState, event: Draft): void {
  applyModeration(state.moderation, event);
  applyOffer(state.offers, event);
  switch (event.kind) {
    case 'claimed': {
      const { account: id, name, key, time: claimed } = event;
      state.accounts.set(id, { id, name, held: [], key, claimed });
      addName(state, name, id);
      return;
    }
    case 'created':
      state.rooms.set(event.conversation, {
        id: event.conversation,
        owner: event.account,
        created: event.time,
        topic: '',
        visibility: 'public',
        members: new Set(),
        invited: new Set(),
      });
      return;
    case 'joined':
      state.rooms.get(event.conversation)?.members.add(event.account);
      state.rooms.get(event.conversation)?.invited.delete(event.account);
      roomsOf(state, event.account).add(event.conversation);
      return;
    case 'left':
      state.rooms.get(event.conversation)?.members.delete(event.account);
      roomsOf(state, event.account).delete(event.conversation);
      return;
    case 'topic': {
      const room = state.rooms.get(event.conversation);
      if (room) room.topic = event.text;
      return;
    }
    case 'visibility': {
      const room = state.rooms.get(event.conversation);
      if (room) room.visibility = event.visibility;
      return;
    }
    case 'message':
    case 'offered':
    case 'invited':
      if (event.to && !state.talks.has(event.conversation)) {
        addTalk(state, event.conversation, event.account, event.to.account);
      }
      if (event.kind === 'invited') state.rooms.get(event.room)?.invited.add(event.to.account);
      return;
    case 'broadcast':
      if (event.to) addTalk(state, event.conversation, event.to.account, event.to.account);
      return;
    case 'limited':
      state.connections = event.connections;
      return;
    case 'renamed':
      renamed(state, event.account, event.name);
      return;
    case 'released':
      released(state, event.target, event.name);
      return;
    case 'invite-made':
    case 'invite-used':
    case 'invite-revoked':
    case 'role':
    case 'exempted':
      applyEntry(state.entry, event);
      return;
    case 'retained':
      state.retention.set(event.room ?? '', event.keep);
      return;
    case 'banned':
    case 'unbanned':
    case 'muted':
    case 'unmuted':
    case 'ruled':
    case 'door':
    case 'motd':
    case 'set':
    case 'edited':
    case 'deleted':
    case 'reacted':
    case 'received':
    case 'declined':
    case 'withdrawn':
    case 'clock-confirmed':
    case 'kicked':
      return;
    default:
      event satisfies never;
  }
}

/** The rooms of an account; the set is the state's own. */
export function roomsOf(state: ChatState, account: AccountId): Set<ConversationId> {
  return setOf(state.memberships, account);
}

function setOf(map: Map<string, Set<string>>, key: string): Set<string> {
  let set = map.get(key);
  if (!set) {
    set = new Set();
    map.set(key, set);
  }
  return set;
}

function addName(state: ChatState, name: string, account: AccountId): void {
  state.names.set(foldName(name), account);
  for (const look of looksOf(name)) setOf(state.looks, look).add(account);
}

function removeName(state: ChatState, name: string, account: AccountId): void {
  if (state.names.get(foldName(name)) === account) state.names.delete(foldName(name));
  for (const look of looksOf(name)) {
    const holders = state.looks.get(look);
    holders?.delete(account);
    if (holders?.size === 0) state.looks.delete(look);
  }
}

/** An account has these names now, the first of which it goes by: what it had before and has no more is free. */
function setNames(state: ChatState, before: Account, [name, ...held]: readonly string[]): void {
  for (const each of [before.name, ...before.held]) removeName(state, each, before.id);
  if (name === undefined) {
    state.accounts.delete(before.id);
    state.entry.roles.delete(before.id);
    return;
  }
  state.accounts.set(before.id, { ...before, name, held });
  for (const each of [...held, name]) addName(state, each, before.id);
}

function renamed(state: ChatState, id: AccountId, name: string): void {
  const account = state.accounts.get(id);
  if (!account) return;
  const older = [account.name, ...account.held].filter(each => foldName(each) !== foldName(name));
  setNames(state, account, [name, ...older.slice(0, NAMES_HELD)]);
}

function released(state: ChatState, id: AccountId, name: string): void {
  const account = state.accounts.get(id);
  if (!account) return;
  const gone = foldName(account.name) === foldName(name);
  const held = account.held.filter(each => foldName(each) !== foldName(name));
  setNames(state, account, gone ? [] : [account.name, ...held]);
}

/** Whether a name could be taken for that of an account other than this one. */
export function isTaken(state: ChatState, name: string, account: AccountId): boolean {
  for (const look of looksOf(name)) {
    for (const holder of state.looks.get(look) ?? []) if (holder !== account) return true;
  }
  return false;
}

/** The accounts that go by a name which looks like this one. */
export function* likeName(state: ChatState, name: string): Iterable<Account> {
  const found = new Set<AccountId>();
  for (const look of looksOf(name)) for (const holder of state.looks.get(look) ?? []) found.add(holder);
  for (const id of found) {
    const account = state.accounts.get(id);
    // It may be a name of before that looks so.
    if (account && looksAlike(account.name, name)) yield account;
  }
}

/** The account that a target names, or null. */
export function findAccount(state: ChatState, target: Target): Account | null {
  if (target.to === 'room') return null;
  const id = target.to === 'account' ? target.account : state.names.get(foldName(target.name));
  return (id !== undefined && state.accounts.get(id)) || null;
}

/**
 * Makes a state what these events and private talks say, in place: at the start, and when a write has failed. `files`:
 * what was offered lately, and what became of it.
 */
export function restore(
  state: ChatState,
  history: Iterable<Draft>,
  talks: Iterable<{ readonly conversation: ConversationId; readonly one: AccountId; readonly other: AccountId }>,
  files: Iterable<Draft> = [],
): void {
  const { accounts, names, looks, rooms, memberships, talks: pairs, talksOf, retention, offers } = state;
  for (const map of [accounts, names, looks, rooms, memberships, pairs, talksOf, retention, offers]) map.clear();
  clearEntry(state.entry);
  clearModeration(state.moderation);
  state.connections = state.connectionsAtFirst;
  for (const event of history) apply(state, event);
  for (const event of files) applyOffer(state.offers, event);
  for (const { conversation, one, other } of talks) addTalk(state, conversation, one, other);
}

function addTalk(state: ChatState, conversation: ConversationId, one: AccountId, other: AccountId): void {
  state.talks.set(conversation, [one, other]);
  for (const account of [one, other]) setOf(state.talksOf, account).add(conversation);
}
