// Search in the server's log: the newest messages first, by the index of words; what no index holds (dots, dashes) by looking
// at the texts themselves. One call looks at so many only, and says how far it came.
import { ENDLESS, type Reach } from '../../chat/access.ts';
import type { ConversationId, Position } from '../../chat/vocabulary.ts';
import type { SearchPage, SearchRequest } from '../event-log.ts';
import { searchQuery, textMatcher } from '../search-text.ts';
import type { Prepare } from './database.ts';
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
  const within = reachesByRoom(reaches);
  const fits = matching(request, within);
  const found: Position[] = [];
  const page = (more: boolean, reached: Position) => pageOf(source, found, { forward, more, reached });
  let low = reaches.reduce((least, { from }) => Math.min(least, from), ENDLESS);
  let high = reaches.reduce((most, { to }) => Math.max(most, to), 0);
  if (forward) low = Math.max(low, after + 1);
  high = Math.min(high, before - 1, source.head);
  const end = forward ? source.head : 0;
  for (const { most, ask } of low > high ? [] : stepsOf(source, request, within)) {
    const some = ask(low, high);
    for (const candidate of some) {
      const { position } = candidate;
      if (fits(candidate)) {
        if (found.length === limit) return page(true, found.at(-1) as Position);
        found.push(position);
      }
      if (forward) low = position + 1;
      else high = position - 1;
    }
    if (some.length < most) return page(false, end);
  }
  return low > high ? page(false, end) : page(true, forward ? low - 1 : high + 1);
}

type ReachesByRoom = ReadonlyMap<ConversationId, readonly Reach[]>;

function stepsOf({ prepared }: SearchSource, { text, from, after }: SearchRequest, within: ReachesByRoom): Step[] {
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
    const rooms = within.size > named ? [] : [...within.keys()];
    const query = logQuery({ text, rooms, from });
    return { most, ask: (low, high) => find.all(query, low, high, most) };
  };
  return [step(FIRST, ROOMS_NAMED_AT_FIRST), step(REST, ROOMS_NAMED)];
}

/** Whether what the database names is a hit. */
function matching({ text, from }: SearchRequest, within: ReachesByRoom): (candidate: Candidate) => boolean {
  const matches = textMatcher(text);
  return ({ position, conversation, account, text: read }) =>
    (from === null || account === from) &&
    (within.get(conversation)?.some(reach => position >= reach.from && position <= reach.to) ?? false) &&
    (read === undefined || (read !== null && matches(read)));
}

interface Progress {
  readonly forward: boolean;
  readonly more: boolean;
  readonly reached: Position;
}

function pageOf({ prepared }: SearchSource, found: readonly Position[], { forward, ...rest }: Progress): SearchPage {
  const byPosition = prepared<EventRow>(`SELECT ${EVENT_COLUMNS} FROM events WHERE position = ?`);
  const events = found.map(position => eventOf(byPosition.get(position) as EventRow));
  return { events: forward ? events : events.reverse(), ...rest };
}

function reachesByRoom(reaches: readonly Reach[]): ReachesByRoom {
  const map = new Map<ConversationId, Reach[]>();
  for (const reach of reaches) {
    const list = map.get(reach.conversation);
    if (list) list.push(reach);
    else map.set(reach.conversation, [reach]);
  }
  return map;
}
