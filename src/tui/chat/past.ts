// A piece of the past on the screen, the newest lines kept aside: how pages extend it until the two meet again.
import type { AnyEvent, Position } from '../../chat/vocabulary.ts';
import type { Chat } from './model.ts';
import {
  covers,
  createTimeline,
  indexOf,
  insertPage,
  type LoggedLine,
  newest,
  oldest,
  splitOff,
  type Timeline,
} from './timeline.ts';

interface Asked {
  readonly direction: 'older' | 'newer';
  readonly from?: Position | null;
}

/** Which lines of a chat a page continues; null: those that it was asked for are gone, and it would leave a gap. */
export function pageTarget(chat: Chat, { direction, from }: Asked): 'shown' | 'aside' | null {
  if (direction === 'newer') {
    const end = newest(chat.timeline);
    return chat.aside !== null && (from === undefined || from === null || from === end) ? 'shown' : null;
  }
  if (from === undefined) return 'shown';
  if (chat.aside === null) return continues(chat.timeline, from) ? 'shown' : null;
  if (oldest(chat.timeline) === from) return 'shown';
  return continues(chat.aside.timeline, from) ? 'aside' : null;
}

/** Whether what stands before a position leaves no gap before these lines. */
function continues(timeline: Timeline, from: Position | null): boolean {
  const first = oldest(timeline);
  return from === null || first === null || from >= first;
}

/** The chat after its piece of the past grew at its newer end: with its newest lines again once they have met. */
export function joinedUp(chat: Chat, more: boolean): Chat {
  const { aside, timeline } = chat;
  if (aside === null) return chat;
  const end = newest(timeline);
  const begin = oldest(aside.timeline);
  const meets = end !== null && begin !== null && end >= begin;
  if (more && !meets) return chat;
  insertPage(aside.timeline, timeline.logged);
  if (begin === null || (timeline.begin ?? begin) < begin) aside.timeline.begin = timeline.begin;
  return { ...chat, timeline: aside.timeline, aside: null, newer: 'more' };
}

/** A piece of history around a place. */
export interface Piece {
  /** Rising by position, without a gap. */
  readonly events: readonly AnyEvent[];
  /** Those of them that are shown. */
  readonly lines: readonly LoggedLine[];
  readonly older: boolean;
  readonly newer: boolean;
}

/** The chat with a piece of history on the screen: joined to what is here where they meet, else in its place. */
export function showing(chat: Chat, { events, lines, older, newer }: Piece): Chat {
  const history = older ? 'more' : 'whole';
  const live: Chat = chat.aside === null ? chat : { ...chat, ...chat.aside, aside: null };
  if (touches(live.timeline, events) || !newer) {
    const longer = reaches(live.timeline, events);
    insertPage(live.timeline, lines);
    covers(live.timeline, events);
    return { ...live, history: longer ? history : live.history, newer: 'more' };
  }
  const timeline = createTimeline();
  insertPage(timeline, lines);
  covers(timeline, events);
  // A page that is on its way for the newest lines finds them by where it was asked from.
  const aside = { timeline: live.timeline, history: live.history };
  return { ...chat, timeline, aside, history, newer: 'more' };
}

function touches(timeline: Timeline, events: readonly AnyEvent[]): boolean {
  const [begin, end] = [oldest(timeline), newest(timeline)];
  const [first, last] = [events[0], events.at(-1)];
  if (begin === null || end === null || first === undefined || last === undefined) return false;
  return last.position >= begin && first.position <= end;
}

/** Whether a piece begins before the lines of a timeline. */
function reaches(timeline: Timeline, [first]: readonly AnyEvent[]): boolean {
  const begin = oldest(timeline);
  return begin === null || (first !== undefined && first.position < begin);
}

/**
 * The chat with no more lines on the screen than wanted: whoever scrolls back very far leaves the newest behind. They are
 * fetched again as one scrolls down.
 */
export function within(chat: Chat, wanted: number): Chat {
  const { anchor, timeline } = chat;
  if (anchor === 'end' || indexOf(timeline, anchor.position) > 0.75 * wanted) return chat;
  const behind = splitOff(timeline, wanted);
  if (behind === null || chat.aside !== null) return chat;
  return { ...chat, aside: { timeline: behind, history: 'more' }, newer: 'more' };
}
