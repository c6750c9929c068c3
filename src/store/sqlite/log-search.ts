// Search in the server's log: the newest messages first, by the word index; what no index holds (emoji, signs) by looking at
// the texts themselves. One call looks at so many only, and says how far it came.
import type { Statement } from 'better-sqlite3';
import type { Reach } from '../../chat/access.ts';
import type { ChatEvent, ConversationId, Position } from '../../chat/vocabulary.ts';
import type { SearchPage, SearchRequest } from '../event-log.ts';
import { searchQuery } from '../search-text.ts';
import { EVENT_COLUMNS, type EventRow, eventOf } from './rows.ts';

/** Where it is looked. */
export interface SearchSource {
  readonly prepared: <Row>(sql: string) => Statement<unknown[], Row>;
  readonly head: Position;
}

/** Messages that are looked at in one call, and in one step of it. */
const MOST = 10_000;
const STEP = 250;

interface Candidate {
  readonly position: Position;
  readonly conversation: ConversationId;
  readonly account: string;
}

/** Answers one request. */
export function searchLog({ prepared, head }: SearchSource, request: SearchRequest): SearchPage {
  const { before, after, limit, from, reaches } = request;
  const forward = after !== undefined;
  const next = candidates(prepared, request.text, forward);
  const within = reachesByName(reaches);
  const found: Position[] = [];
  let edge = forward ? after : Math.min(before ?? head + 1, head + 1);
  let looked = 0;
  let more = false;
  if (within.size === 0) return { events: [], more: false, reached: edge };
  search: while (looked < MOST) {
    const wanted = Math.min(STEP, MOST - looked);
    const some = next(edge, head, wanted);
    for (const { position, conversation, account } of some) {
      if ((from !== null && account !== from) || !holds(within.get(conversation), position)) {
        edge = position;
        continue;
      }
      if (found.length === limit) {
        more = true;
        break search;
      }
      found.push(position);
      edge = position;
    }
    looked += some.length;
    more = some.length === wanted;
    if (!more) break;
  }
  const byPosition = prepared<EventRow>(`SELECT ${EVENT_COLUMNS} FROM events WHERE position = ?`);
  const events = found.map(position => eventOf(byPosition.get(position) as EventRow)) as ChatEvent[];
  return { events: forward ? events : events.reverse(), more, reached: more ? edge : forward ? head : 0 };
}

/** What may be a hit beyond a position, in the direction of the search. */
function candidates(prepared: SearchSource['prepared'], text: string, forward: boolean) {
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

function reachesByName(reaches: readonly Reach[]): ReadonlyMap<ConversationId, readonly Reach[]> {
  const map = new Map<ConversationId, Reach[]>();
  for (const reach of reaches) {
    const list = map.get(reach.conversation);
    if (list) list.push(reach);
    else map.set(reach.conversation, [reach]);
  }
  return map;
}

function holds(reaches: readonly Reach[] | undefined, position: Position): boolean {
  return reaches?.some(({ from, to }) => position >= from && position <= to) ?? false;
}
