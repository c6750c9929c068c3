// A search: what is asked, where it is looked, what was found. Hits of several sources are shown in one order, and only as
// far down as all of them have been looked through.
import type { AccountId, AnyEvent, ConversationId, Message, Position } from '../../chat/vocabulary.ts';
import type { Editor } from '../kit/editor.ts';
import type { SearchQuery, SearchSource } from './messages.ts';

export interface Hit {
  /** The chat that it stands in: a room, or the other one of a private talk. */
  readonly key: ConversationId | AccountId;
  readonly event: Message;
}

/** How far one source has been looked through. */
export interface Looked {
  readonly source: SearchSource;
  /** All above this position was looked at; null: nothing yet. */
  readonly reached: Position | null;
  readonly more: boolean;
  readonly loading: boolean;
}

export interface Search {
  readonly field: Editor;
  /** Names what is asked for: answers to what was asked before do not count. */
  readonly ref: number;
  /** Null: nothing to look for yet. */
  readonly query: SearchQuery | null;
  /** Why it cannot be asked so. */
  readonly problem: { readonly code: string; readonly params: Readonly<Record<string, string>> } | null;
  readonly sources: readonly Looked[];
  /** Newest first, of all sources. */
  readonly hits: readonly Hit[];
  /** The position of the hit that is chosen; null: the first. */
  readonly chosen: Position | null;
}

/** The hits that are in their order for sure: of sources that have more to come, nothing older may stand between them. */
export function shownHits({ hits, sources }: Search): readonly Hit[] {
  const edge = Math.max(
    0,
    ...sources.map(each => (each.more || each.reached === null ? (each.reached ?? Infinity) : 0)),
  );
  return edge === 0 ? hits : hits.filter(hit => hit.event.position >= edge);
}

/** Index of the hit that is chosen, among those that are shown. */
export function chosenIndex(search: Search): number {
  const index = shownHits(search).findIndex(hit => hit.event.position === search.chosen);
  return Math.max(0, index);
}

/** Columns from which a hit needs one row; below it has two. */
const ONE_ROW_FROM = 88;

/** Rows of one hit in a list of a width. */
export function hitRows(width: number): 1 | 2 {
  return width >= ONE_ROW_FROM ? 1 : 2;
}

/** The source that holds the others up; null: all has been looked through. */
export function laggard({ sources }: Search): Looked | null {
  const open = sources.filter(each => each.more);
  return open.reduce<Looked | null>((last, each) => ((each.reached ?? 0) > (last?.reached ?? -1) ? each : last), null);
}

/** Hits of both, newest first, each once. */
export function merged(hits: readonly Hit[], more: readonly Hit[]): readonly Hit[] {
  const all = new Map([...hits, ...more].map(hit => [hit.event.position, hit]));
  return [...all.values()].sort((a, b) => b.event.position - a.event.position);
}

/** Messages alone can be hits, and those that are still there. */
export function isHit(event: AnyEvent): event is Message {
  return event.kind === 'message' && !event.deleted;
}
