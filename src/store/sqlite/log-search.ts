// Search in the server's log: the newest messages first, by the word index; what no index holds (emoji, signs) by looking at
// the texts themselves. One call looks at so many only, and says how far it came.
import type { ChatEvent, ConversationId, Position } from '../../chat/vocabulary.ts';
import type { SearchPage, SearchRequest } from '../event-log.ts';
import { searchQuery, textMatcher } from '../search-text.ts';
import { Within } from '../within.ts';
import { type Prepared, seenWithin } from './log-seen.ts';
import { EVENT_COLUMNS, type EventRow, eventOf } from './rows.ts';

/** Where it is looked. */
export interface SearchSource {
  readonly prepared: Prepared;
  readonly head: Position;
}

/** Messages that are looked at in one call, and in one step of it. */
const MOST = 10_000;
const STEP = 250;
/** Positions that are told apart where a search stopped without having found enough. */
const BLUR = 1_024;

interface Candidate {
  readonly position: Position;
  readonly conversation: ConversationId;
  readonly account: string;
}

/** Answers one request. */
export function searchLog({ prepared, head }: SearchSource, request: SearchRequest): SearchPage {
  const { before, after, limit, from, text } = request;
  const forward = after !== undefined;
  const next = candidates(prepared, text, forward);
  const within = new Within(request.reaches);
  const matches = matcher(text);
  const byPosition = prepared<EventRow>(`SELECT ${EVENT_COLUMNS} FROM events WHERE position = ?`);
  /** The hit as it is shown, or null where it is none for whoever asks. */
  const hit = (candidate: Candidate): ChatEvent | null => {
    if ((from !== null && candidate.account !== from) || !within.holds(candidate)) return null;
    const row = byPosition.get(candidate.position);
    // It may have been forgotten a moment ago.
    if (!row) return null;
    const event = seenWithin(prepared, within, eventOf(row));
    // Found by words that are out of sight: by those that were said before, or not at all.
    return !within.ends(event) || matches(event) ? event : null;
  };
  const found: ChatEvent[] = [];
  let edge = forward ? after : Math.min(before ?? head + 1, head + 1);
  let looked = 0;
  let more = !within.empty;
  while (more && looked < MOST) {
    const wanted = Math.min(STEP, MOST - looked);
    const some = next(edge, head, wanted);
    for (const candidate of some) {
      edge = candidate.position;
      const event = hit(candidate);
      if (!event) continue;
      // Where the search goes on is where something was found, not where something was passed over.
      if (found.length === limit) return page(found, true, found.at(-1)?.position ?? edge);
      found.push(event);
    }
    looked += some.length;
    more = some.length === wanted;
  }
  if (!more) return page(found, false, forward ? head : 0);
  const last = found.at(-1)?.position ?? (forward ? 0 : head + 1);
  return page(found, true, forward ? Math.max(blurred(edge, true), last) : Math.min(blurred(edge, false), last));

  function page(events: ChatEvent[], goesOn: boolean, reached: Position): SearchPage {
    return { events: forward ? events : events.reverse(), more: goesOn, reached };
  }
}

/** Whether an event says what is looked for, without the index. */
function matcher(text: string): (event: ChatEvent) => boolean {
  const sign = text.trim().toLowerCase();
  const says = searchQuery(text) === null ? (words: string) => words.toLowerCase().includes(sign) : textMatcher(text);
  return event => event.kind === 'message' && event.body.kind === 'text' && says(event.body.text);
}

/**
 * About where the search stopped, on the side where it was already looked: the very place may be one of a message that is
 * not for whoever asks. Below MOST, so that the search always gets on.
 */
function blurred(edge: Position, forward: boolean): Position {
  return (forward ? Math.floor(edge / BLUR) : Math.ceil(edge / BLUR)) * BLUR;
}

/** What may be a hit beyond a position, in the direction of the search. */
function candidates(prepared: Prepared, text: string, forward: boolean) {
  const query = searchQuery(text);
  const beyond = forward ? '>' : '<';
  const order = forward ? '' : 'DESC';
  if (query !== null) {
    const find = prepared<Candidate>(`SELECT events.position, conversation, account FROM words
      JOIN events ON events.position = words.rowid WHERE words MATCH ? AND words.rowid ${beyond} ? AND words.rowid <= ?
      ORDER BY words.rowid ${order} LIMIT ?`);
    return (edge: Position, head: Position, most: number) => find.all(query, edge, head, most);
  }
  const pattern = `%${text.trim().replace(/[\\%_]/g, '\\$&')}%`;
  const look = prepared<Candidate & { hit: number }>(`SELECT position, conversation, account,
    kind = 'message' AND text LIKE ? ESCAPE '\\' AS hit FROM events WHERE position ${beyond} ? AND position <= ?
    ORDER BY position ${order} LIMIT ?`);
  // Those that are none tell how far was looked: an author that nobody is.
  return (edge: Position, head: Position, most: number) =>
    look.all(pattern, edge, head, most).map(each => (each.hit ? each : { ...each, conversation: '' }));
}
