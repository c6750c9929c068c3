// Where one stands in one's conversations: what the server counts as unread, what other screens of the same person have
// read, what has reached the other one of a private talk, and rooms of which too much was missed.
import { type ConversationId, type ConversationSummary, type Position, SERVER } from '../../chat/vocabulary.ts';
import { withContacts } from './contacts.ts';
import { askAnew } from './jump.ts';
import { lineOf, linesOf } from './lines.ts';
import type { Msg } from './messages.ts';
import { type Chat, chatOf, keyOf, liveOf, type Model, type Step, withChat } from './model.ts';
import {
  covers,
  createTimeline,
  insert,
  insertPage,
  type LoggedLine,
  newest,
  oldest,
  type Timeline,
} from './timeline.ts';
import { history, read } from './update-chats.ts';
import { isNews } from './update-events.ts';

/** After a login, before what was missed. */
export function overview(model: Model, summaries: readonly ConversationSummary[]): Model {
  const chats = new Map(model.chats);
  const talks = new Map(model.talks);
  const people = new Map(model.people);
  for (const summary of summaries) {
    const { conversation, peer } = summary;
    if (conversation === SERVER) continue;
    const key = peer?.account ?? conversation;
    if (peer !== null) {
      talks.set(conversation, key);
      // The list of people comes later.
      if (!people.has(key)) people.set(key, { ...peer, here: false, since: 0, away: null });
    }
    const chat = chats.get(key) ?? chatOf(model, key);
    chats.set(key, { ...stood(chat, summary, model), conversation });
  }
  return read(withContacts({ ...model, chats, talks, people }));
}

function stood(chat: Chat, summary: ConversationSummary, model: Model): Chat {
  const told = Math.max(chat.told, summary.read);
  const delivered = Math.max(chat.delivered, summary.delivered);
  const at: Chat = { ...chat, told, delivered, read: Math.max(chat.read, summary.read) };
  // What was read here and not told yet, the server still counts.
  if (chat.read > summary.read) return { ...at, ...loaded(at, model) };
  const known = loaded(at, model);
  const { unread } = summary;
  if (unread === 0) return { ...at, ...NONE, counted: summary.last, rule: chat.rule };
  return { ...at, ...known, unread, counted: summary.last, rule: known.rule ?? at.read + 1 };
}

const NONE = { unread: 0, mentions: 0 };

/** What is unread of the lines that are here. */
export function unreadOf(lines: readonly LoggedLine[], read: Position, { me }: Model) {
  const unread = lines.filter(line => line.last > read && isNews(line, me));
  const mentions = unread.filter(line => line.is === 'message' && line.mention).length;
  return { unread: unread.length, mentions, rule: unread[0]?.position ?? null };
}

function loaded(chat: Chat, model: Model) {
  const found = unreadOf(liveOf(chat).logged, chat.read, model);
  // The rule stays where somebody is looking at it.
  return found.unread === 0 && chat.unread === 0 ? { ...found, rule: chat.rule } : found;
}

/** Another screen of the same person has read so far. */
export function marked(model: Model, conversation: ConversationId, position: Position): Model {
  const chat = model.chats.get(keyOf(model, conversation));
  if (chat === undefined || position <= chat.told) return model;
  const at: Chat = { ...chat, told: position, read: Math.max(chat.read, position) };
  if (position <= chat.read) return withChat(model, at);
  const end = Math.max(newest(liveOf(chat)) ?? 0, chat.counted);
  if (position >= end) return withChat(model, { ...at, ...NONE });
  const begin = oldest(liveOf(chat));
  // Of what is not here it is not known how much of it was read.
  if (begin === null || begin > position) return withChat(model, at);
  const { unread, mentions, rule } = loaded(at, model);
  return withChat(model, { ...at, unread, mentions, rule: rule ?? chat.rule });
}

/** A device of the other one has stored a private talk so far. */
export function delivered(model: Model, conversation: ConversationId, position: Position): Model {
  const chat = model.chats.get(keyOf(model, conversation));
  return chat === undefined || position <= chat.delivered ? model : withChat(model, { ...chat, delivered: position });
}

/** A room begins anew with its newest page. Who is reading further up stays there, in what is now a piece of the past. */
export function beginAnew(model: Model, msg: Extract<Msg, { kind: 'newest' }>): Step {
  const chat = chatOf(model, msg.conversation);
  const live = liveOf(chat);
  const timeline: Timeline = { ...createTimeline(), pending: live.pending };
  insertPage(timeline, linesOf(msg.events, model.me, timeline));
  covers(timeline, msg.events);
  announce(timeline, live);
  const state = msg.more ? 'more' : 'whole';
  const looksBack = model.current === chat.key && chat.anchor !== 'end';
  const next: Chat = looksBack
    ? { ...chat, timeline: pastOf(chat), aside: { timeline, history: state }, newer: 'more' }
    : { ...chat, timeline, aside: null, history: state, anchor: 'end' };
  const { unread, mentions, rule } = unreadOf(timeline.logged, next.read, model);
  const reached = chat.counted >= (newest(timeline) ?? 0);
  // With all of the page unread, the first line that is stands somewhere before it.
  const first = rule !== null && rule === oldest(timeline) ? next.read + 1 : rule;
  const counted: Chat = { ...next, mentions, rule: first ?? next.rule, unread: reached ? next.unread : unread };
  const shown = withChat(model, counted);
  return looksBack ? askAnew(shown, chat.key) : history(read(shown));
}

/** What is on the screen, without the lines on their way, which stand behind all others. */
function pastOf(chat: Chat): Timeline {
  return chat.aside === null ? { ...chat.timeline, pending: [] } : chat.timeline;
}

/** The server's own words among the lines that are left. */
function announce(timeline: Timeline, before: Timeline): void {
  const first = oldest(timeline);
  for (const line of before.logged) {
    if (first !== null && line.position > first && line.is === 'server' && line.event.conversation === SERVER) {
      const again = lineOf(line.event, null);
      if (again !== null) insert(timeline, again);
    }
  }
}
