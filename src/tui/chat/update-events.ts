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
import { mentionOf } from './markup.ts';
import type { ConversationRef, SendRef } from './messages.ts';
import { type Chat, type ChatKey, chatOf, isRoom, keyOf, type Me, type Model, type Step, withChat } from './model.ts';
import {
  changePending,
  foldOf,
  insert,
  insertPage,
  type LoggedLine,
  type PendingLine,
  replaceMessage,
  trim,
} from './timeline.ts';
import { asRead, fallback, history, isSeen, only, openChat, read } from './update-chats.ts';

/** An event, live or from a resume. */
export function addEvent(model: Model, event: AnyEvent): Step {
  if (event.conversation === SERVER) return only(addToAll(renamed(model, event), event));
  const [known, chat] = chatFor(model, event);
  if (chat === null) return only(model);
  const line = lineOf(event, known.me);
  if (line === null) return only(model);
  const settled = settle(chat, event);
  if (settled && event.id !== null && !isRoom(chat.key)) chat.timeline.sent.set(event.id, event.position);
  if (!insert(chat.timeline, line)) return only(settled ? withChat(known, chat) : model);
  const counted = withChat(known, counts(known, chat, event, line));
  return isRoom(chat.key) ? roomChanged(counted, event) : only(counted);
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
function chatFor(model: Model, event: AnyEvent): readonly [Model, Chat | null] {
  const { conversation } = event;
  if (isRoom(conversation)) return [model, chatOf(model, conversation)];
  const key = model.talks.get(conversation) ?? peerOf(event, model.me);
  if (key === null) return [model, null];
  const chat = chatOf(model, key);
  if (chat.conversation === conversation) return [model, chat];
  const named = { ...chat, conversation };
  const talks = new Map(model.talks).set(conversation, key);
  const known = withChat({ ...model, talks }, named);
  return [model.chats.has(key) ? known : withContacts(known), named];
}

function peerOf(event: AnyEvent, me: Me | null): string | null {
  if (me === null || event.kind !== 'message' || event.to === undefined) return null;
  return event.account === me.account ? event.to.account : event.account;
}

/** A line of one's own that comes back is no longer on its way. */
function settle(chat: Chat, event: AnyEvent): boolean {
  if (event.id === null) return false;
  return (
    changePending(
      chat.timeline,
      line => line.id === event.id,
      () => null,
    ) !== undefined
  );
}

/** The chat after a line was added: unread or seen, and no longer than wanted. */
function counts(model: Model, chat: Chat, event: AnyEvent, line: LoggedLine): Chat {
  const seen = isSeen(model, chat);
  if (chat.anchor === 'end' && trim(chat.timeline, model.setting.linesHeld)) chat = { ...chat, history: 'more' };
  if (seen) return asRead(chat);
  if (line.is !== 'message' || line.position <= chat.read || event.account === model.me?.account) return chat;
  return {
    ...chat,
    unread: chat.unread + 1,
    mentions: chat.mentions + (line.mention ? 1 : 0),
    rule: chat.unread === 0 || chat.rule === null ? line.position : Math.min(chat.rule, line.position),
  };
}

/** The server's own words stand in every chat that is open. */
function addToAll(model: Model, event: AnyEvent): Model {
  const line = lineOf(event, model.me);
  if (line === null) return model;
  let added = false;
  for (const chat of model.chats.values()) if (insert(chat.timeline, line)) added = true;
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

/** A page of history. */
export function addPage(
  model: Model,
  page: { conversation: ConversationRef; events: readonly AnyEvent[]; more: boolean; direction: 'older' | 'newer' },
): Step {
  const [known, chat] = pageChat(model, page.conversation, page.events);
  const lines: LoggedLine[] = [];
  for (const event of [...page.events].sort((a, b) => a.position - b.position)) {
    settle(chat, event);
    const line = lineOf(event, known.me);
    if (line !== null) lines.push(line);
  }
  insertPage(chat.timeline, lines);
  const state = page.direction === 'older' ? (page.more ? 'more' : 'whole') : chat.history;
  return history(read(withChat(known, { ...chat, history: state })));
}

export function pageChat(model: Model, ref: ConversationRef, events: readonly AnyEvent[]): readonly [Model, Chat] {
  const first = events[0];
  // Asked for by account, or by an id that only its events explain.
  const found = first === undefined ? null : chatFor(model, first);
  if (found !== null && found[1] !== null) return [found[0], found[1]];
  return [model, chatOf(model, keyAsked(model, ref))];
}

/** An empty page may name a talk by an id that no event has told yet: then it answers the talk that waits for one. */
function keyAsked(model: Model, ref: ConversationRef): ChatKey {
  const key = keyOf(model, ref);
  if (!key.startsWith('~')) return key;
  for (const chat of model.chats.values())
    if (chat.history === 'loading' && chat.conversation === null) return chat.key;
  return key;
}

/** A fetch failed: scrolling asks again. */
export function pageFailed(model: Model, ref: ConversationRef): Model {
  const chat = model.chats.get(keyOf(model, ref));
  if (chat === undefined || chat.history !== 'loading') return model;
  return withChat(model, { ...chat, history: 'more' });
}

/** The line that an event is shown as; null: it is not shown. */
export function lineOf(event: AnyEvent, me: Me | null): LoggedLine | null {
  const { position, time, account } = event;
  const head = { position, last: position, time };
  switch (event.kind) {
    case 'message': {
      const sealed = event.body.kind === 'sealed';
      const text = event.body.kind === 'text' ? event.body.text : '';
      const mention = me !== null && account !== me.account && event.to === undefined && names(me.name, text);
      const mine = me !== null && account === me.account;
      return {
        ...head,
        ...{ is: 'message', id: event.id, account, from: event.from, text, action: event.action, mention, sealed },
        state: mine ? 'sent' : null,
      };
    }
    case 'created':
    case 'joined':
    case 'left':
      return foldOf([{ position, what: event.kind, account, name: event.from, time }]);
    case 'topic':
    case 'broadcast':
    case 'kicked':
    case 'limited':
    case 'renamed':
    case 'invited':
    case 'visibility':
    case 'muted':
    case 'unmuted':
    case 'ruled':
    case 'motd':
    case 'unknown':
      return { ...head, is: 'server', event };
    case 'edited':
    case 'deleted':
    case 'reacted':
    case 'retained':
    case 'banned':
    case 'unbanned':
    case 'door':
    case 'set':
    case 'clock-confirmed':
    case 'claimed':
    case 'released':
    case 'role':
    case 'exempted':
    case 'invite-made':
    case 'invite-used':
    case 'invite-revoked':
      return null;
    default:
      return event satisfies never;
  }
}

let matcher = { name: '', test: mentionOf('') };

/** Whether a text names someone. One name is asked for again and again: its pattern is kept. */
function names(name: string, text: string): boolean {
  if (matcher.name !== name) matcher = { name, test: mentionOf(name) };
  return matcher.test(text);
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
    const line = changePending(
      chat.timeline,
      pending => pending.id === id,
      () => null,
    );
    if (line === undefined) continue;
    const { account, from, text, action } = line;
    const head = { position, last: position, time, id, account, from, text, action };
    insert(chat.timeline, { ...head, is: 'message', mention: false, sealed: false, state: 'sent' });
    if (!isRoom(chat.key)) chat.timeline.sent.set(id, position);
    return { ...model };
  }
  return model;
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

export function delivered(model: Model, id: MessageId): Model {
  for (const chat of model.chats.values()) {
    const position = chat.timeline.sent.get(id);
    if (position === undefined) continue;
    chat.timeline.sent.delete(id);
    replaceMessage(chat.timeline, position, line => ({ ...line, state: 'delivered' }));
    return { ...model };
  }
  return model;
}

function changeLine(
  model: Model,
  found: (line: PendingLine) => boolean,
  change: (line: PendingLine) => PendingLine | null,
): Model {
  for (const chat of model.chats.values()) {
    if (changePending(chat.timeline, found, change) !== undefined) return { ...model };
  }
  return model;
}
