// Search in the server's log: the newest messages first, by the index of words; what no index holds (dots, dashes) by looking
// at the texts themselves. One call looks at so many only, and says how far it came.
import { ENDLESS } from '../../chat/access.ts';
import type { ChatEvent, ConversationId, Position } from '../../chat/vocabulary.ts';
import type { SearchPage, SearchRequest } from '../event-log.ts';
import { searchQuery, textMatcher } from '../search-text.ts';
import { Within } from '../within.ts';
import type { Prepare } from './database.ts';
import { seenWithin } from './log-seen.ts';
import { logQuery } from './log-words.ts';
import { EVENT_COLUMNS, type EventRow, eventOf } from './rows.ts';

/** Where it is looked. */
export interface SearchSource {
  readonly prepared: Prepare;
  readonly head: Position;
}

/**
 * Messages that the index names in one call: a few, which nearly always suffice, then many, for asking it anew costs more
 * than a thousand of them.
 */
const FIRST = 250;
const REST = 4_000;
/**
 * Rooms that are named to the index. Each costs a little for every hit, so many are named only where most of what was found
 * at first stands elsewhere; of more than the second number all rooms are taken.
 */
const ROOMS_NAMED_AT_FIRST = 4;
const ROOMS_NAMED = 256;
/** Events that are looked at in one call where no index helps: some 20 ms. */
const LOOKED = 15_000;
/** Positions that are not told apart where a search stopped without having found enough. */
const BLUR = 1_024;

interface Candidate {
  readonly position: Position;
  readonly conversation: ConversationId;
  readonly account: string;
  /** Where the texts themselves are looked at. */
  readonly text?: string | null;
}

/** One question to the database: what may be a hit between two positions, both included. */
interface Step {
  readonly most: number;
  readonly ask: (low: Position, high: Position) => readonly Candidate[];
}

/** Answers one request. */
export function searchLog(source: SearchSource, request: SearchRequest): SearchPage {
  const { before = ENDLESS, after, limit, reaches } = request;
  const forward = after !== undefined;
  const within = new Within(reaches);
  const hit = hits(source, request, within);
  const found: ChatEvent[] = [];
  const page = (more: boolean, reached: Position): SearchPage => ({
    ...{ events: forward ? found : found.reverse(), more, reached },
  });
  let low = reaches.reduce((least, { from }) => Math.min(least, from), ENDLESS);
  let high = reaches.reduce((most, { to }) => Math.max(most, to), 0);
  if (forward) low = Math.max(low, after + 1);
  high = Math.min(high, before - 1, source.head);
  const end = forward ? source.head : 0;
  for (const { most, ask } of low > high ? [] : stepsOf(source, request, within.conversations)) {
    const some = ask(low, high);
    for (const candidate of some) {
      const { position } = candidate;
      const event = hit(candidate);
      // Where it goes on is where something was found, not where something was passed over.
      if (event && found.length === limit) return page(true, found.at(-1)?.position ?? position);
      if (event) found.push(event);
      if (forward) low = position + 1;
      else high = position - 1;
    }
    if (some.length < most) return page(false, end);
  }
  if (low > high) return page(false, end);
  const last = found.at(-1)?.position;
  if (forward) return page(true, Math.max(blurred(low - 1, Math.floor), last ?? 0));
  return page(true, Math.min(blurred(high + 1, Math.ceil), last ?? ENDLESS));
}

/**
 * About where a search stopped, on the side where it has looked: the very place may be that of a message which is not for
 * whoever asks. Fewer positions than a call looks at, so that a search always gets on.
 */
function blurred(edge: Position, round: (blocks: number) => number): Position {
  return round(edge / BLUR) * BLUR;
}

type Conversations = readonly ConversationId[];

function stepsOf({ prepared }: SearchSource, { text, from, after }: SearchRequest, within: Conversations): Step[] {
  const order = after === undefined ? 'DESC' : '';
  if (searchQuery(text) === null) {
    const look = prepared<Candidate>(`SELECT position, conversation, account,
      CASE WHEN kind = 'message' AND conversation LIKE '#%' THEN text END AS text
      FROM events WHERE position >= ? AND position <= ? ORDER BY position ${order} LIMIT ?`);
    return [{ most: LOOKED, ask: (low, high) => look.all(low, high, LOOKED) }];
  }
  // Numbers come as floating point, by which the index would not go.
  const find = prepared<Candidate>(`SELECT events.position, conversation, account FROM words
    JOIN events ON events.position = words.rowid
    WHERE words MATCH ? AND words.rowid >= CAST(? AS INTEGER) AND words.rowid <= CAST(? AS INTEGER)
    ORDER BY words.rowid ${order} LIMIT ?`);
  const step = (most: number, named: number): Step => {
    const rooms = within.length > named ? [] : within;
    const query = logQuery({ text, rooms, from });
    return { most, ask: (low, high) => find.all(query, low, high, most) };
  };
  return [step(FIRST, ROOMS_NAMED_AT_FIRST), step(REST, ROOMS_NAMED)];
}

/** Makes a hit of what the database names, as it is shown; null where it is none. */
function hits({ prepared }: SearchSource, { text, from }: SearchRequest, within: Within) {
  const matches = textMatcher(text);
  const byPosition = prepared<EventRow>(`SELECT ${EVENT_COLUMNS} FROM events WHERE position = ?`);
  return (candidate: Candidate): ChatEvent | null => {
    if ((from !== null && candidate.account !== from) || !within.holds(candidate)) return null;
    const { text: read } = candidate;
    if (read !== undefined && (read === null || !matches(read))) return null;
    const row = byPosition.get(candidate.position);
    // It may have been forgotten a moment ago.
    if (!row) return null;
    const event = seenWithin(prepared, within, eventOf(row));
    // Found by words that are out of sight: it says them to others alone.
    return !within.ends(event) || matches(wordsOf(event)) ? event : null;
  };
}

function wordsOf(event: ChatEvent): string {
  return event.kind === 'message' && event.body.kind === 'text' ? event.body.text : '';
}
