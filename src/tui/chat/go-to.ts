// The choices of the go-to overlay: rooms, people and rooms not joined yet, filtered by what is typed.
import { foldName, validRoom } from '../../chat/text.ts';
import type { ConversationId } from '../../chat/vocabulary.ts';
import { type ChatKey, type Model, titleOf } from './model.ts';

export type Choice =
  | { readonly is: 'chat'; readonly key: ChatKey; readonly title: string }
  /** A public room that one is not in. */
  | { readonly is: 'join'; readonly room: ConversationId }
  /** No such room: opening makes it. */
  | { readonly is: 'make'; readonly room: ConversationId };

/** What a filter leaves, the best first. */
export function choicesOf(model: Model, filter: string): readonly Choice[] {
  const { rooms, people, others } = model.contacts;
  const all: Choice[] = [
    ...[...rooms, ...people].map((key): Choice => ({ is: 'chat', key, title: titleOf(model, key) })),
    ...others.map((room): Choice => ({ is: 'join', room })),
  ];
  const wanted = foldName(filter.trim());
  if (wanted === '') return byUnread(model, all);
  const scored = all
    .map(choice => ({ choice, score: scoreOf(nameOf(choice), wanted) }))
    .filter(each => each.score !== null)
    // Sorting is stable: of equals the order of the side pane stays.
    .sort((a, b) => b.score! - a.score!)
    .map(each => each.choice);
  const room = wanted.startsWith('@') ? null : validRoom(wanted);
  const make: Choice[] = room === null || model.rooms.has(room) ? [] : [{ is: 'make', room }];
  return [...scored, ...make];
}

/** What is unread comes first: one opens this to find out where to go. */
function byUnread(model: Model, choices: readonly Choice[]): readonly Choice[] {
  const waiting = (choice: Choice) => choice.is === 'chat' && (model.chats.get(choice.key)?.unread ?? 0) > 0;
  return [...choices.filter(waiting), ...choices.filter(choice => !waiting(choice))];
}

function nameOf(choice: Choice): string {
  return choice.is === 'chat' ? (choice.title.startsWith('#') ? choice.title : `@${choice.title}`) : choice.room;
}

/**
 * How well a name fits what is written; null when it does not. Every letter must be there in order;
 * beginnings count most, then letters in a row, then short names.
 */
export function scoreOf(name: string, wanted: string): number | null {
  const folded = foldName(name);
  const bare = folded.slice(1);
  if (folded.startsWith(wanted) || bare.startsWith(wanted)) return 1000 - bare.length;
  const within = bare.indexOf(wanted);
  if (within >= 0) return 500 - within - bare.length / 100;
  let at = 0;
  let gaps = 0;
  for (const letter of wanted) {
    const found = folded.indexOf(letter, at);
    if (found < 0) return null;
    gaps += found - at;
    at = found + letter.length;
  }
  return 100 - gaps - bare.length / 100;
}
