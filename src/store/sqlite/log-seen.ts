// Messages for whoever does not see all that was done about them: from their first words, and the changes within sight.
import type { Change } from '../../chat/fold.ts';
import type { Body, ChatEvent, Message, Position } from '../../chat/vocabulary.ts';
import type { Within } from '../within.ts';
import type { Prepare } from './database.ts';
import { bodyOf, EVENT_COLUMNS, type EventRow, eventOf } from './rows.ts';

/** An event for whoever sees no more than this; only a message in a part that ends is another one than the log's. */
export function seenWithin(prepared: Prepare, within: Within, event: ChatEvent): ChatEvent {
  if (event.kind !== 'message' || event.deleted || !within.ends(event)) return event;
  const changes = prepared<EventRow>(`SELECT ${EVENT_COLUMNS} FROM events WHERE about = ? ORDER BY position`)
    .all(event.position)
    .map(row => eventOf(row) as ChatEvent & Change);
  if (changes.length === 0) return event;
  return within.seen(event, firstBody(prepared, event), changes);
}

/** What it said at first: nothing where that was not kept. */
function firstBody(prepared: Prepare, { edited, body, position }: Message): Body {
  if (edited === undefined) return body;
  const first = prepared<Pick<EventRow, 'text' | 'sealed'>>('SELECT text, sealed FROM firsts WHERE position = ?');
  return bodyOf(first.get(position satisfies Position) ?? { text: '', sealed: null });
}
