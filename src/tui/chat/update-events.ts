// What the server tells: events and pages become lines, and one's own lines learn what became of them.
// Everything may come twice or late, so all of it is merged by position and by id.
import {
  type AnyEvent,
  type ConversationId,
  type MessageId,
  type Millis,
  type Position,
  type RoomSummary,
  SERVER,
} from '../../chat/vocabulary.ts';
import type { ErrorParams } from '../../errors.ts';
import { withContacts } from './contacts.ts';
import { change, isLater, lineOf, linesOf } from './lines.ts';
import type { ConversationRef, SendRef } from './messages.ts';
import { type Chat, chatOf, isRoom, keyOf, liveOf, type Me, type Model, type Step, withChat } from './model.ts';
import { joinedUp, pageTarget, within } from './past.ts';
import {
  changePending,
  covers,
  insert,
  insertPage,
  type Later,
  type LoggedLine,
  type PendingLine,
  trim,
} from './timeline.ts';
import { asRead, atRule, fallback, history, isSeen, only, openChat, read } from './update-chats.ts';

/** An event, live or from a resume. */
export function addEvent(model: Model, event: AnyEvent): Step {
  if (event.conversation === SERVER) return only(addToAll(renamed(model, event), event));
  const [known, chat] = chatFor(model, event);
  if (chat === null) return only(model);
  if (isLater(event)) return only(changed(known, chat, event));
  const line = lineOf(event, known.me, liveOf(chat));
  if (line === null) return only(model);
  const settled = settle(chat, event);
  if (!insert(liveOf(chat), line)) return only(settled ? withChat(known, chat) : model);
  const counted = withChat(known, counts(known, chat, event, line));
  if (isRoom(chat.key)) return roomChanged(counted, event);
  return only(event.kind === 'invited' ? invited(counted, event) : counted);
}

/** A message that was edited, taken back or reacted to: wherever it stands. */
function changed(model: Model, chat: Chat, event: Later): Model {
  const live = change(liveOf(chat), event, model.me);
  const past = chat.aside !== null && change(chat.timeline, event, model.me);
  return live || past ? { ...withChat(model, chat) } : model;
}

/** The way into a room that is not open to all: told at once, wherever one is. */
function invited(model: Model, event: Extract<AnyEvent, { kind: 'invited' }>): Model {
  if (event.to.account !== model.me?.account) return model;
  return { ...model, notice: { code: 'chat.invited', params: { name: event.from, room: event.room }, bad: false } };
}

/** Somebody goes by another name: the lists follow, unless what they show is newer. */
function renamed(model: Model, event: AnyEvent): Model {
  if (event.kind !== 'renamed') return model;
  const { account, name, from } = event;
  const me = model.me?.account === account && model.me.name === from ? { ...model.me, name } : model.me;
  const person = model.people.get(account);
  if (person?.name !== from) return me === model.me ? model : { ...model, me };
  return withContacts({ ...model, me, people: new Map(model.people).set(account, { ...person, name }) });
}

/** The chat of an event. A private talk is called by its other account; `null`: it is none of ours. */
export function chatFor(model: Model, event: AnyEvent): readonly [Model, Chat | null] {
  const { conversation } = event;
  if (isRoom(conversation)) return [model, chatOf(model, conversation)];
  const key = model.talks.get(conversation) ?? peerOf(event, model.me);
  if (key === null) return [model, null];
  const chat = chatOf(model, key);
  return chat.conversation === conversation ? [model, chat] : named(model, chat, conversation);
}

/** A private talk whose id is known now. */
export function named(model: Model, chat: Chat, conversation: ConversationId): readonly [Model, Chat] {
  const known = { ...chat, conversation };
  const talks = new Map(model.talks).set(conversation, chat.key);
  const next = withChat({ ...model, talks }, known);
  return [model.chats.has(chat.key) ? next : withContacts(next), known];
}

export function peerOf(event: AnyEvent, me: Me | null): string | null {
  if (me === null || !('to' in event) || event.to === undefined) return null;
  return event.account === me.account ? event.to.account : event.account;
}

/** A line of one's own that comes back is no longer on its way. */
function settle(chat: Chat, event: AnyEvent): boolean {
  if (event.id === null) return false;
  return (
    changePending(
      liveOf(chat),
      line => line.id === event.id,
      () => null,
    ) !== undefined
  );
}

/** The chat after a line was added: unread or seen, and no longer than wanted. */
function counts(model: Model, chat: Chat, event: AnyEvent, line: LoggedLine): Chat {
  const seen = isSeen(model, chat);
  const follows = chat.aside !== null || chat.anchor === 'end';
  if (follows && trim(liveOf(chat), model.setting.linesHeld)) {
    chat = chat.aside === null ? { ...chat, history: 'more' } : { ...chat, aside: { ...chat.aside, history: 'more' } };
  }
  if (seen) return asRead(chat);
  if (!isNews(line, model.me) || line.position <= chat.read) return chat;
  return {
    ...chat,
    unread: chat.unread + (event.position > chat.counted ? 1 : 0),
    mentions: chat.mentions + (line.is === 'message' && line.mention ? 1 : 0),
    rule: chat.unread === 0 || chat.rule === null ? line.position : Math.min(chat.rule, line.position),
  };
}

/** What another person said, or asked one to. */
export function isNews(line: LoggedLine, me: Me | null): boolean {
  if (line.is === 'message' || line.is === 'offer') return line.account !== me?.account;
  return line.is === 'server' && line.toMe;
}

/** The server's own words stand in every chat that is open. */
function addToAll(model: Model, event: AnyEvent): Model {
  const line = lineOf(event, model.me);
  if (line === null) return model;
  let added = false;
  for (const chat of model.chats.values()) if (insert(liveOf(chat), line)) added = true;
  return added ? { ...model } : model;
}

/** What an event changes about a room: its members, its topic, and whether one is in it. */
function roomChanged(model: Model, event: AnyEvent): Step {
  const room = event.conversation;
  const mine = event.account === model.me?.account;
  const summary = model.rooms.get(room) ?? { room, topic: '', members: 0, joined: false, visibility: 'public' };
  const chat = chatOf(model, room);
  switch (event.kind) {
    case 'topic':
      return only(withRoom(model, { ...summary, topic: event.text }));
    case 'visibility':
      return only(withContacts(withRoom(model, { ...summary, visibility: event.visibility })));
    case 'created':
      return only(model.rooms.has(room) ? model : withContacts(withRoom(model, summary)));
    case 'joined': {
      const members = chat.members?.some(member => member.account === event.account)
        ? chat.members
        : (chat.members?.concat({ account: event.account, name: event.from }) ?? null);
      const joined = withRoom(withChat(model, { ...chat, members }), {
        ...summary,
        members: members?.length ?? summary.members + 1,
        joined: summary.joined || mine,
      });
      if (!mine) return only(joined);
      const listed = withContacts(joined);
      if (!model.wanted.has(room)) return listed.current === null ? openChat(listed, room) : only(listed);
      return openChat({ ...listed, wanted: without(model.wanted, room), notice: null }, room);
    }
    case 'left': {
      const members = chat.members?.filter(member => member.account !== event.account) ?? null;
      const count = members?.length ?? Math.max(0, summary.members - 1);
      const left = withRoom(withChat(model, { ...chat, members }), { ...summary, members: count });
      return mine ? leftRoom(left, room) : only(left);
    }
    default:
      return only(model);
  }
}

/** One has left: the room moves among the others, its lines are forgotten (coming back fetches them). */
function leftRoom(model: Model, room: ConversationId): Step {
  const chats = new Map(model.chats);
  chats.delete(room);
  const summary = model.rooms.get(room);
  const rooms = new Map(model.rooms);
  if (summary !== undefined && summary.members > 0) rooms.set(room, { ...summary, joined: false });
  else rooms.delete(room);
  const after = withContacts({ ...model, chats, rooms });
  return model.current === room ? fallback(after) : only(after);
}

function withRoom(model: Model, summary: RoomSummary): Model {
  return { ...model, rooms: new Map(model.rooms).set(summary.room, summary) };
}

export function without<T>(set: ReadonlySet<T>, value: T): ReadonlySet<T> {
  const rest = new Set(set);
  rest.delete(value);
  return rest;
}

export interface PageMsg {
  readonly conversation: ConversationRef;
  readonly events: readonly AnyEvent[];
  readonly more: boolean;
  readonly direction: 'older' | 'newer';
  readonly from?: Position | null;
}

/** A page of history, in front of what it was asked for, or behind it. */
export function addPage(model: Model, page: PageMsg): Step {
  const [known, chat] = pageChat(model, page.conversation, page.events);
  const target = pageTarget(chat, page);
  if (target === null) return only(pageFailed(model, page.conversation));
  const { timeline } = target === 'aside' ? chat.aside! : chat;
  for (const event of page.events) settle(chat, event);
  const first = timeline.logged.length === 0;
  insertPage(timeline, linesOf(page.events, known.me, timeline));
  covers(timeline, page.events);
  if (page.direction === 'newer') return history(withChat(known, joinedUp({ ...chat, newer: 'more' }, page.more)));
  const state = page.more ? 'more' : 'whole';
  if (target === 'aside') return only(withChat(known, { ...chat, aside: { timeline, history: state } }));
  const shown = withChat(known, within({ ...chat, history: state }, model.setting.linesHeld));
  // Of what is read for the first time here, what was unread is shown from its rule on.
  return history(read(first && known.current === chat.key ? atRule(shown) : shown));
}

export function pageChat(model: Model, ref: ConversationRef, events: readonly AnyEvent[]): readonly [Model, Chat] {
  // Asked for by account, or by an id that only its events explain.
  const telling = events.find(event => isRoom(event.conversation) || peerOf(event, model.me) !== null);
  const found = telling === undefined ? null : chatFor(model, telling);
  if (found !== null && found[1] !== null) return [found[0], found[1]];
  const key = keyOf(model, ref);
  if (!key.startsWith('~')) return [model, chatOf(model, key)];
  // An empty page may name a talk by an id that no event has told yet: then it answers the talk that waits for one.
  for (const chat of model.chats.values()) {
    if (!isRoom(chat.key) && chat.history === 'loading' && chat.conversation === null) return named(model, chat, ref);
  }
  return [model, chatOf(model, key)];
}

/** A fetch failed: scrolling asks again. */
export function pageFailed(model: Model, ref: ConversationRef): Model {
  const chat = model.chats.get(keyOf(model, ref));
  if (chat === undefined || (chat.history !== 'loading' && chat.newer !== 'loading')) return model;
  const history = chat.history === 'loading' ? 'more' : chat.history;
  return withChat(model, { ...chat, history, newer: 'more' });
}

/** The outbox gave a line of one's own its id. */
export function queued(model: Model, ref: SendRef, id: MessageId): Model {
  return changeLine(
    model,
    line => line.ref === ref,
    line => ({ ...line, id, refusal: null }),
  );
}

/** The server has the line: it goes to its place, unless its event came first. */
export function acked(model: Model, id: MessageId, position: Position, time: Millis): Model {
  for (const chat of model.chats.values()) {
    const timeline = liveOf(chat);
    const line = changePending(
      timeline,
      pending => pending.id === id,
      () => null,
    );
    if (line === undefined) continue;
    const logged = lineOf(messageOf(line, chat, position, time), model.me, timeline);
    if (logged !== null) insert(timeline, logged);
    return { ...model };
  }
  return model;
}

/** A line on its way as the message that it has become. */
function messageOf(line: PendingLine, chat: Chat, position: Position, time: Millis): AnyEvent {
  const { id, account, from, action, command, text } = line;
  const head = { position, time, id, account, from, conversation: chat.conversation ?? '' };
  const reply = command.kind === 'post' && command.reply ? { reply: command.reply } : {};
  const to = isRoom(chat.key) ? {} : { to: { account: chat.key, name: '' } };
  return { ...head, kind: 'message', body: { kind: 'text', text }, action, ...reply, ...to };
}

/** The line stays, red, with its reason; what was no line is told above the composer. */
export function refused(
  model: Model,
  by: { readonly id: MessageId | null; readonly ref: SendRef | null },
  code: string,
  params: ErrorParams,
): Model {
  const found = (line: PendingLine) => (by.ref !== null ? line.ref === by.ref : line.id === by.id);
  const marked = changeLine(model, found, line => ({ ...line, refusal: { code, params } }));
  return marked !== model ? marked : { ...model, notice: { code, params, bad: true } };
}

function changeLine(
  model: Model,
  found: (line: PendingLine) => boolean,
  change: (line: PendingLine) => PendingLine | null,
): Model {
  for (const chat of model.chats.values()) {
    if (changePending(liveOf(chat), found, change) !== undefined) return { ...model };
  }
  return model;
}
