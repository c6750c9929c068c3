// The state of the chat: what follows from the events of the log so far, and nothing else.
import { CONNECTIONS, MEMBERS_PER_ROOM } from '../limits.ts';
import { applyModeration, clearModeration, emptyModeration, type Moderation } from './moderation.ts';
import { foldName } from './text.ts';
import type { AccountId, ConversationId, Draft, Millis, Retention, Target, Visibility } from './vocabulary.ts';

export interface Account {
  readonly id: AccountId;
  readonly name: string;
  readonly skeleton: string;
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
  /** What a name looks like -> account: no second claim of a look-alike. */
  readonly skeletons: Map<string, AccountId>;
  readonly rooms: Map<ConversationId, Room>;
  readonly memberships: Map<AccountId, Set<ConversationId>>;
  /** Private talks, each with its two accounts (the same one twice: notes). */
  readonly talks: Map<ConversationId, readonly [AccountId, AccountId]>;
  /** Account -> its private talks. */
  readonly talksOf: Map<AccountId, Set<ConversationId>>;
  /** How long talk is kept: '' for all rooms and talks, and what differs for single rooms. */
  readonly retention: Map<ConversationId | '', Retention>;
  /** Sanctions, rules, the door, settings. */
  readonly moderation: Moderation;
  /** How many connections the operator allows. */
  connections: number;
  /** The same before any operator said so. */
  readonly connectionsAtFirst: number;
  /** How many members a room may have. */
  readonly membersPerRoom: number;
}

export function emptyState(connections: number = CONNECTIONS, membersPerRoom: number = MEMBERS_PER_ROOM): ChatState {
  return {
    accounts: new Map(),
    names: new Map(),
    skeletons: new Map(),
    rooms: new Map(),
    memberships: new Map(),
    talks: new Map(),
    talksOf: new Map(),
    retention: new Map(),
    moderation: emptyModeration(),
    connections,
    connectionsAtFirst: connections,
    membersPerRoom,
  };
}

/** Takes one event into the state, in place. Total: an event that no longer fits changes nothing. */
export function apply(state: ChatState, event: Draft): void {
  applyModeration(state.moderation, event);
  switch (event.kind) {
    case 'claimed': {
      const account = {
        id: event.account,
        name: event.name,
        skeleton: event.skeleton,
        key: event.key,
        claimed: event.time,
      };
      state.accounts.set(event.account, account);
      state.names.set(foldName(event.name), event.account);
      state.skeletons.set(event.skeleton, event.account);
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
    case 'invited':
      if (event.to && !state.talks.has(event.conversation)) {
        addTalk(state, event.conversation, event.account, event.to.account);
      }
      if (event.kind === 'invited') state.rooms.get(event.room)?.invited.add(event.to.account);
      return;
    case 'limited':
      state.connections = event.connections;
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
    case 'clock-confirmed':
    case 'broadcast':
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

function setOf(map: Map<AccountId, Set<ConversationId>>, account: AccountId): Set<ConversationId> {
  let set = map.get(account);
  if (!set) {
    set = new Set();
    map.set(account, set);
  }
  return set;
}

/** The account that a target names, or null. */
export function findAccount(state: ChatState, target: Target): Account | null {
  if (target.to === 'room') return null;
  const id = target.to === 'account' ? target.account : state.names.get(foldName(target.name));
  return (id !== undefined && state.accounts.get(id)) || null;
}

/** Makes a state what these events and private talks say, in place: at the start, and when a write has failed. */
export function restore(
  state: ChatState,
  history: Iterable<Draft>,
  talks: Iterable<{ readonly conversation: ConversationId; readonly one: AccountId; readonly other: AccountId }>,
): void {
  const { accounts, names, skeletons, rooms, memberships, talks: pairs, talksOf, retention } = state;
  for (const map of [accounts, names, skeletons, rooms, memberships, pairs, talksOf, retention]) map.clear();
  clearModeration(state.moderation);
  state.connections = state.connectionsAtFirst;
  for (const event of history) apply(state, event);
  for (const { conversation, one, other } of talks) addTalk(state, conversation, one, other);
}

function addTalk(state: ChatState, conversation: ConversationId, one: AccountId, other: AccountId): void {
  state.talks.set(conversation, [one, other]);
  for (const account of [one, other]) setOf(state.talksOf, account).add(conversation);
}
