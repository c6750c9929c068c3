// Who gets an event, and who may read it back: the same rule seen from two sides.
import type { ChatState } from './state.ts';
import { type AccountId, type ConversationId, SERVER } from './vocabulary.ts';

export type Audience =
  | { readonly to: 'room'; readonly room: ConversationId }
  | { readonly to: 'accounts'; readonly accounts: readonly AccountId[] }
  | { readonly to: 'everyone' }
  | { readonly to: 'nobody' };

const EVERYONE: Audience = { to: 'everyone' };
const NOBODY: Audience = { to: 'nobody' };

/** Whose sessions the events of a conversation go to. Who has just left a room gets that last event too. */
export function audienceOf(state: ChatState, conversation: ConversationId): Audience {
  if (isRoom(conversation)) return { to: 'room', room: conversation };
  if (conversation === SERVER) return EVERYONE;
  const pair = state.talks.get(conversation);
  return pair ? { to: 'accounts', accounts: pair[0] === pair[1] ? [pair[0]] : pair } : NOBODY;
}

/** Whether an account may read a conversation back: rooms are public, private talk belongs to its two accounts. */
export function maySee(state: ChatState, account: AccountId, conversation: ConversationId): boolean {
  const audience = audienceOf(state, conversation);
  switch (audience.to) {
    case 'room':
      return state.rooms.has(conversation);
    case 'everyone':
      return true;
    case 'accounts':
      return audience.accounts.includes(account);
    case 'nobody':
      return false;
    default:
      return audience satisfies never;
  }
}

/** What an account's screen shows: its rooms, its private talks, the server's own words. */
export function ownConversations(state: ChatState, account: AccountId): Set<ConversationId> {
  return new Set([SERVER, ...(state.memberships.get(account) ?? []), ...talksOf(state, account)]);
}

/** Everything that an account may see. */
export function visibleConversations(state: ChatState, account: AccountId): Set<ConversationId> {
  return new Set([SERVER, ...state.rooms.keys(), ...talksOf(state, account)]);
}

export function talksOf(state: ChatState, account: AccountId): readonly ConversationId[] {
  return [...(state.talksOf.get(account) ?? [])];
}

export function isRoom(conversation: ConversationId): boolean {
  return conversation.startsWith('#');
}
