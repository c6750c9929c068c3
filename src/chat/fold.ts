// What later events make of a message: an edit, a deletion, a reaction. The same fold in every store and on the screen.
import type { AccountId, Draft, EventDetail, EventHead, Position, Reaction } from './vocabulary.ts';

/** A message's own fields, wherever it is kept. */
type Folded = EventDetail & { readonly kind: 'message' };
/** The later event. */
export type Change = (EventHead | Omit<EventHead, 'position'>) &
  Extract<EventDetail, { kind: 'edited' | 'deleted' | 'reacted' }>;

/** Whether an event changes a message that was there before it. */
export function isChange<E extends { readonly kind: string }>(event: E): event is E & Change {
  return event.kind === 'edited' || event.kind === 'deleted' || event.kind === 'reacted';
}

/** The message after the change; the same object where it changes nothing. What was taken back stays so. */
export function fold<M extends Folded>(message: M, change: Change | Draft, position: Position): M {
  if (message.deleted) return message;
  switch (change.kind) {
    case 'edited':
      // Read back it has its last words already: an edit before them, read in the same pages, does not set it back.
      if (message.edited !== undefined && message.edited >= position) return message;
      return { ...message, body: change.body, edited: position };
    case 'deleted': {
      const { edited: _edited, reactions: _reactions, ...rest } = message;
      return { ...rest, body: { kind: 'text', text: '' }, deleted: true } as M;
    }
    case 'reacted': {
      const had = message.reactions ?? [];
      const reactions = foldReaction(had, change.account, change.reaction, change.on);
      if (reactions === had) return message;
      const { reactions: _before, ...rest } = message;
      return (reactions.length === 0 ? rest : { ...rest, reactions }) as M;
    }
    default:
      return message;
  }
}

/** The reactions after one account's; nobody has the same one twice. The same list where it changes nothing. */
export function foldReaction(
  reactions: readonly Reaction[],
  account: AccountId,
  reaction: string,
  on: boolean,
): readonly Reaction[] {
  const present = reactions.find(each => each.reaction === reaction);
  if ((present?.accounts.includes(account) ?? false) === on) return reactions;
  if (!present) return [...reactions, { reaction, accounts: [account] }];
  const accounts = on ? [...present.accounts, account] : present.accounts.filter(each => each !== account);
  return reactions.flatMap(each => {
    if (each !== present) return [each];
    return accounts.length === 0 ? [] : [{ reaction, accounts }];
  });
}

/** How many reactions a message has, of all people. */
export function countReactions(reactions: readonly Reaction[] = []): number {
  return reactions.reduce((sum, each) => sum + each.accounts.length, 0);
}
