// Moving among chats and within one: opening, leaving, scrolling, what counts as read, and fetching what stands before.
import type { ConversationId } from '../../chat/vocabulary.ts';
import { LOBBY } from '../../chat/vocabulary.ts';
import { PAGE_EVENTS } from '../../limits.ts';
import { withContacts } from './contacts.ts';
import { anchoredAt, fixed, scrolled, visible, windowOf } from './log.ts';
import type { Effect } from './messages.ts';
import {
  type Anchor,
  asLive,
  type Chat,
  type ChatKey,
  chatOf,
  chatOrder,
  currentChat,
  isRoom,
  liveOf,
  type Model,
  refOf,
  type Step,
  withChat,
} from './model.ts';
import { lineAt, lineCount, newest, oldest } from './timeline.ts';

/** Lines from either end of what is there at which more are asked for. */
const FETCH_AHEAD = 40;

/** The model without effects. */
export function only(model: Model): Step {
  return [model, []];
}

/** One step after another. */
export function then(step: Step, next: (model: Model) => Step): Step {
  const [model, effects] = step;
  const [after, more] = next(model);
  return [after, effects.length === 0 ? more : [...effects, ...more]];
}

/** Puts a chat on the screen. What was unread keeps its rule, and is shown from there when it does not fit. */
export function openChat(model: Model, key: ChatKey): Step {
  const left = leave(model, key);
  const chat = chatOf(left, key);
  const opened = {
    ...withChat(left, chat),
    current: key,
    overlay: null,
    picked: null,
    asking: null,
    going: null,
    back: null,
    completion: null,
    quitting: false,
  };
  const known = left.chats.has(key) ? opened : withContacts(opened);
  return then(then(only(read(atRule(known))), enter), history);
}

/** The chat on screen is left: its rule has done its work when all was read. */
function leave(model: Model, next: ChatKey): Model {
  const chat = currentChat(model);
  if (chat === null || chat.key === next || chat.unread > 0 || chat.rule === null) return model;
  return withChat(model, { ...chat, rule: null });
}

/** Shows a chat that has more unread lines than fit from its rule on, unless that is not here yet: then the newest come first. */
export function atRule(model: Model): Model {
  const chat = currentChat(model)!;
  if (chat.unread === 0 || chat.rule === null || chat.anchor !== 'end' || chat.aside !== null) return model;
  if (chat.history !== 'whole' && chat.rule < (oldest(chat.timeline) ?? 0)) return model;
  const window = windowOf(model, chat);
  const first = visible(window)[0];
  const top = first === undefined ? undefined : lineAt(chat.timeline, first.index);
  if (top === undefined || top.position <= chat.rule) return model;
  return withChat(model, { ...chat, anchor: anchoredAt(window, chat.rule) });
}

/** Asks for the members of the room on screen when they are not known. */
function enter(model: Model): Step {
  const chat = currentChat(model)!;
  if (!isRoom(chat.key) || chat.members !== null || model.link.state !== 'online') return only(model);
  return [model, [{ kind: 'members', room: chat.key }]];
}

/** What is seen counts as read: the chat on screen, at its newest line, while the terminal has the focus. */
export function read(model: Model): Model {
  const chat = currentChat(model);
  if (chat === null || !isSeen(model, chat)) return model;
  const done = asRead(chat);
  return done === chat ? model : withChat(model, done);
}

/** A chat of which everything that is here counts as read. */
export function asRead(chat: Chat): Chat {
  const read = Math.max(chat.read, newest(liveOf(chat)) ?? 0);
  if (chat.unread === 0 && chat.mentions === 0 && chat.read === read) return chat;
  return { ...chat, unread: 0, mentions: 0, read };
}

/** Whether what is added to a chat is seen at once. */
export function isSeen(model: Model, chat: Chat): boolean {
  if (model.current !== chat.key || !model.focused || chat.anchor !== 'end' || chat.aside !== null) return false;
  const waits = chat.history === 'unknown' || chat.history === 'loading';
  return !waits || newest(chat.timeline) !== null;
}

/** Asks for what stands before and, in the past, behind, when that end of the lines is near the window. */
export function history(model: Model): Step {
  const chat = currentChat(model);
  if (chat === null || !canFetch(model)) return only(model);
  return then(older(model, chat), next => newer(next, currentChat(next)!));
}

function newer(model: Model, chat: Chat): Step {
  const after = newest(chat.timeline);
  if (chat.aside === null || chat.newer === 'loading' || after === null) return only(model);
  const last = visible(windowOf(model, chat)).at(-1);
  if (last !== undefined && last.index < lineCount(chat.timeline) - FETCH_AHEAD) return only(model);
  const effect: Effect = { kind: 'fetch-newer', conversation: refOf(chat), after, limit: PAGE_EVENTS };
  return [withChat(model, { ...chat, newer: 'loading' }), [effect]];
}

function older(model: Model, chat: Chat): Step {
  if (chat.history === 'loading' || chat.history === 'whole') return only(model);
  if (chat.history === 'more') {
    const first = visible(windowOf(model, chat))[0];
    if (first !== undefined && first.index > FETCH_AHEAD) return only(model);
  }
  const effect: Effect = {
    kind: 'fetch',
    conversation: refOf(chat),
    before: oldest(chat.timeline),
    limit: PAGE_EVENTS,
  };
  return [withChat(model, { ...chat, history: 'loading' }), [effect]];
}

/** From the server, or from what is kept of it. */
function canFetch({ link, keeping, serverId }: Model): boolean {
  return link.state === 'online' || (keeping && serverId !== null);
}

/** The chat on screen, scrolled to another place. The end of a piece of the past is a place like others. */
export function anchor(model: Model, wanted: Anchor): Step {
  const chat = currentChat(model);
  if (chat === null) return only(model);
  const to = chat.aside !== null && wanted === 'end' ? fixed(windowOf(model, { ...chat, anchor: 'end' })) : wanted;
  const moved = sameAnchor(chat.anchor, to) ? model : withChat(model, { ...chat, anchor: to });
  return history(read(moved));
}

/** The chat on screen at its newest line. */
export function bottom(model: Model): Step {
  const chat = currentChat(model);
  if (chat === null) return only(model);
  const live = chat.aside === null ? model : withChat(model, asLive(chat));
  return anchor({ ...live, back: null }, 'end');
}

function sameAnchor(a: Anchor, b: Anchor): boolean {
  return a === b || (a !== 'end' && b !== 'end' && a.position === b.position && a.row === b.row);
}

/** Scrolls the chat on screen by rows, down being positive. */
export function scrollBy(model: Model, rows: number): Step {
  const chat = currentChat(model);
  return chat === null ? only(model) : anchor(model, scrolled(windowOf(model, chat), rows));
}

/** Scrolls by what is in sight, one row staying for the eye to hold on to. */
export function scrollPage(model: Model, pages: 1 | -1): Step {
  const chat = currentChat(model);
  if (chat === null) return only(model);
  const { height } = windowOf(model, chat);
  return scrollBy(model, pages * Math.max(1, height - 1));
}

/** The oldest line that is here. */
export function scrollTop(model: Model): Step {
  const chat = currentChat(model);
  if (chat === null || lineCount(chat.timeline) === 0) return only(model);
  return anchor(model, anchoredAt(windowOf(model, chat), lineAt(chat.timeline, 0)!.position));
}

/** The chat above or below in the side pane, around its ends. */
export function neighbour(model: Model, step: 1 | -1): Step {
  const order = chatOrder(model);
  if (order.length === 0) return only(model);
  const at = model.current === null ? -1 : order.indexOf(model.current);
  const next = at < 0 ? (step > 0 ? 0 : order.length - 1) : (at + step + order.length) % order.length;
  return openChat(model, order[next]!);
}

/** The next chat below with something unread: those that name the reader and private ones first. */
export function nextUnread(model: Model): Step {
  const order = chatOrder(model);
  const at = model.current === null ? 0 : order.indexOf(model.current);
  const turned = [...order.slice(at + 1), ...order.slice(0, at + 1)].filter(
    key => (model.chats.get(key)?.unread ?? 0) > 0,
  );
  const urgent = turned.find(key => !isRoom(key) || chatOf(model, key).mentions > 0);
  const key = urgent ?? turned[0];
  if (key === undefined) return only({ ...model, notice: { code: 'chat.no-unread', params: {}, bad: false } });
  return key === model.current ? bottom(model) : openChat(model, key);
}

/** Where to go when the chat on screen is no more. */
export function fallback(model: Model): Step {
  const { rooms, people } = model.contacts;
  const room: ConversationId | undefined = rooms.includes(LOBBY) ? LOBBY : rooms[0];
  const key = room ?? people.find(account => model.chats.has(account));
  return key === undefined ? only({ ...model, current: null, picked: null }) : openChat(model, key);
}

/** All chats count as read. */
export function clearUnread(model: Model): Model {
  const chats = new Map(model.chats);
  for (const chat of chats.values()) {
    if (chat.unread === 0 && chat.mentions === 0) continue;
    const done = asRead(chat);
    chats.set(chat.key, { ...done, read: Math.max(done.read, chat.counted), rule: null });
  }
  return { ...model, chats, notice: { code: 'chat.all-read', params: {}, bad: false } };
}
