// What the stores of a client have in common: which events change which message, and how long a conversation is kept.
import { isPrivate } from '../chat/conversations.ts';
import { type Change, fold, isChange } from '../chat/fold.ts';
import type { AnyEvent, ConversationId, EventHead, Message } from '../chat/vocabulary.ts';
import { CACHED_EVENTS } from '../limits.ts';

/** A change with its place in the log. */
export type KeptChange = EventHead & Change;

export function changeOf(event: AnyEvent): KeptChange | null {
  return isChange(event) ? (event as KeptChange) : null;
}

/** Whether the change is about this message: ids are unique an account, and only within it. */
export function concerns({ about, conversation }: KeptChange, message: Message): boolean {
  return about.id === message.id && about.account === message.account && conversation === message.conversation;
}

/** The message after the change. One that a later edit reached already keeps its words: pages bring messages as they are now. */
export function folded(message: Message, change: KeptChange): Message {
  if (change.kind === 'edited' && (message.edited ?? 0) > change.position) return message;
  return fold(message, change, change.position);
}

/** Events of a conversation that stay: what a room said is at the server too, and private talk may be nowhere else one day. */
export function mostKept(conversation: ConversationId): number {
  return isPrivate(conversation) ? Number.POSITIVE_INFINITY : CACHED_EVENTS;
}
