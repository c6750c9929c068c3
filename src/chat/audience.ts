// Who gets an event, and who may read it back: the same rule seen from two sides.
import type { ChatState } from './state.ts';
import type { AccountId, ConversationId, EventDetail } from './vocabulary.ts';

export type Audience =
  | { readonly to: 'room'; readonly room: ConversationId }
  | { readonly to: 'accounts'; readonly accounts: readonly AccountId[] }
  | { readonly to: 'everyone' }
  | { readonly to: 'nobody' };

interface Seen {
  readonly conversation: ConversationId;
  readonly kind: EventDetail['kind'];
}

const EVERYONE: Audience = { to: 'everyone' };
const NOBODY: Audience = { to: 'nobody' };

/** Whose sessions an event goes to. Who has just left a room is no member any more; its last event goes to them too. */
export function audienceOf(state: ChatState, event: Seen): Audience {
  switch (event.kind) {
    case 'message':
    case 'created':
    case 'joined':
    case 'left':
    case 'topic': {
      if (isRoom(event.conversation)) return { to: 'room', room: event.conversation };
      const pair = state.talks.get(event.conversation);
      return pair ? { to: 'accounts', accounts: pair[0] === pair[1] ? [pair[0]] : pair } : NOBODY;
    }
    case 'broadcast':
    case 'kicked':
      return EVERYONE;
    case 'claimed':
    case 'limited':
      return NOBODY;
    default:
      return event.kind satisfies never;
  }
}

/** Whether an account may read an event back: rooms are public, private talk belongs to its two accounts. */
export function maySee(state: ChatState, account: AccountId, event: Seen): boolean {
  const audience = audienceOf(state, event);
  switch (audience.to) {
    case 'room':
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

/** Whether a conversation belongs to an account: a room that it is in, or its own private talk. */
export function isOwn(state: ChatState, account: AccountId, conversation: ConversationId): boolean {
  if (isRoom(conversation)) return state.memberships.get(account)?.has(conversation) ?? false;
  return state.talks.get(conversation)?.includes(account) ?? false;
}

export function isRoom(conversation: ConversationId): boolean {
  return conversation.startsWith('#');
}
