// Whose a conversation is.
import type { ChatState } from './state.ts';
import type { AccountId, ConversationId } from './vocabulary.ts';

export function talksOf(state: ChatState, account: AccountId): readonly ConversationId[] {
  return [...(state.talksOf.get(account) ?? [])];
}

export function isRoom(conversation: ConversationId): boolean {
  return conversation.startsWith('#');
}

/** Of two accounts, and nobody else's. */
export function isPrivate(conversation: ConversationId): boolean {
  return conversation.startsWith('~');
}
