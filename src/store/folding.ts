// What the stores of a client have in common: which events change which message, and how long a conversation is kept.
import { isPrivate } from '../chat/conversations.ts';
import { type Change, fold, isChange } from '../chat/fold.ts';
import type { AnyEvent, ConversationId, EventHead, Message, Position } from '../chat/vocabulary.ts';
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

/** What is here of a conversation, and the page that somebody scrolled to. */
interface Joining {
  readonly conversation: ConversationId;
  readonly oldest: Position | null;
  readonly before: Position | null;
  readonly events: readonly AnyEvent[];
  readonly cursor: Position | null;
}

/**
 * What of a page is to be kept: it has to join what is here, and what is above that comes by itself. Private talk is kept whole:
 * a page of one that is still on its way from its beginning would stand before what comes.
 */
export function joining({ conversation, oldest, before, events, cursor }: Joining): readonly AnyEvent[] {
  if (oldest !== null) return before !== null && before >= oldest ? events.filter(each => each.position < oldest) : [];
  const isAhead = (events.at(-1)?.position ?? 0) > (cursor ?? 0);
  return before === null && !(isPrivate(conversation) && isAhead) ? events : [];
}
