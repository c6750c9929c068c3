// The connection, and the lists of rooms and people that come over it.
import type { ConversationId, PersonSummary, RoomSummary } from '../../chat/vocabulary.ts';
import type { ErrorParams } from '../../errors.ts';
import { withContacts } from './contacts.ts';
import type { Effect, Link, Msg } from './messages.ts';
import { type Chat, chatOf, draftOf, isRoom, liveOf, type Model, type Step, withChat } from './model.ts';
import { createTimeline, lineCount, type Timeline } from './timeline.ts';
import { fallback, history, only, openChat, then } from './update-chats.ts';
import { send } from './update-send.ts';

type Problem = { readonly code: string; readonly params: ErrorParams };

export function linkChanged(model: Model, link: Link): Step {
  const ticks = link.state === 'waiting';
  const effects: Effect[] = ticks === (model.link.state === 'waiting') ? [] : [{ kind: 'clock', on: ticks }];
  const changed: Model = {
    ...model,
    link,
    now: model.setting.clock(),
    trip: link.state === 'online' ? model.trip : null,
    // Why it is over stands where notices do, and matters more than any of them.
    notice: link.state === 'over' ? null : model.notice,
  };
  switch (link.state) {
    case 'online':
      return then([changed, effects], now => online(now, link));
    case 'over':
    case 'waiting':
      // From the start screen nothing was reached yet: another address may help.
      return [refusedAtStart(changed, { code: link.code, params: link.params }), effects];
    case 'idle':
    case 'connecting':
      return [changed, effects];
    default:
      return link satisfies never;
  }
}

function refusedAtStart(model: Model, problem: Problem): Model {
  const { start } = model;
  return start === null ? model : { ...model, start: { ...start, problem } };
}

/** Logged in, for the first time or again: what was asked for on the old connection is asked for again. */
function online(model: Model, link: Extract<Link, { state: 'online' }>): Step {
  const { account, name, role, serverName, serverId } = link;
  const another = model.serverId !== null && model.serverId !== serverId;
  const chats = new Map<string, Chat>();
  for (const chat of model.chats.values()) {
    chats.set(chat.key, { ...(another ? onlyOwn(chat) : notLoading(chat)), members: null });
  }
  const asked = { going: null, back: another ? null : model.back };
  const facts = { chats, me: { account, name, role }, serverName, serverId, start: null, notice: null, ...asked };
  const next = withContacts({ ...model, ...facts });
  const { current } = next;
  if (current === null) return only(next);
  const members: Effect[] = isRoom(current) ? [{ kind: 'members', room: current }] : [];
  return then([next, members], history);
}

/** What was asked for on the old connection is not answered any more. */
function notLoading(chat: Chat): Chat {
  const state = (history: Chat['history'], timeline: Timeline) =>
    history !== 'loading' ? history : lineCount(timeline) > 0 ? 'more' : 'unknown';
  const { aside } = chat;
  return {
    ...chat,
    history: state(chat.history, chat.timeline),
    newer: 'more',
    aside: aside && { ...aside, history: state(aside.history, aside.timeline) },
  };
}

/** A chat in another log: of its lines only those on their way are left, and what was being written. */
function onlyOwn(chat: Chat): Chat {
  const timeline = { ...createTimeline(), pending: liveOf(chat).pending };
  const none = { unread: 0, read: 0, told: 0, counted: 0, delivered: 0, mentions: 0, rule: null, aim: null } as const;
  return { ...chat, ...none, timeline, aside: null, anchor: 'end', history: 'unknown', newer: 'more' };
}

export function roomsChanged(model: Model, rooms: readonly RoomSummary[]): Step {
  const listed = new Map(rooms.map(room => [room.room, room]));
  const chats = new Map(model.chats);
  // Of a room that one is not in any more only what is one's own stays.
  for (const chat of model.chats.values()) {
    const own = liveOf(chat).pending.length > 0 || draftOf(chat) !== '';
    if (isRoom(chat.key) && !listed.get(chat.key)?.joined && !own) chats.delete(chat.key);
  }
  const next = withContacts({ ...model, rooms: listed, chats });
  const { arrival } = next;
  if (arrival !== null) return arrive({ ...next, arrival: null }, arrival);
  const gone = next.current !== null && isRoom(next.current) && !next.rooms.get(next.current)?.joined;
  return next.current === null || gone ? fallback(next) : only(next);
}

/** The room of the command line: opened, or joined first. */
function arrive(model: Model, room: ConversationId): Step {
  if (model.rooms.get(room)?.joined) return openChat(model, room);
  const asked = send({ ...model, wanted: new Set(model.wanted).add(room) }, { kind: 'join', room });
  return then(asked, fallback);
}

export function peopleChanged(model: Model, people: readonly PersonSummary[]): Model {
  return withContacts({ ...model, people: new Map(people.map(person => [person.account, person])) });
}

export function presenceChanged(model: Model, msg: Extract<Msg, { kind: 'presence' }>): Model {
  const { account, name, here, time, away } = msg;
  const known = model.people.get(account);
  if (known !== undefined && known.here === here && known.name === name && known.away === away) return model;
  const person = { account, name, here, since: time, away };
  return withContacts({ ...model, people: new Map(model.people).set(account, person) });
}

export function membersChanged(model: Model, msg: Extract<Msg, { kind: 'members' }>): Model {
  const chat = chatOf(model, msg.room);
  const members = msg.accounts.map(({ account, name }) => ({ account, name }));
  const summary = model.rooms.get(msg.room);
  const rooms = new Map(model.rooms);
  if (summary !== undefined) rooms.set(msg.room, { ...summary, members: members.length });
  let next: Model = withChat({ ...model, rooms }, { ...chat, members });
  // Somebody whom the list of people did not have yet.
  const unknown = msg.accounts.filter(each => !model.people.has(each.account));
  if (unknown.length > 0) {
    const people = new Map(model.people);
    for (const { account, name, here } of unknown) {
      people.set(account, { account, name, here, since: model.now, away: null });
    }
    next = withContacts({ ...next, people });
  }
  return next;
}

/** How many of a room's members are here; null while its members are not known. */
export function membersHere(model: Model, chat: Chat): number | null {
  if (chat.members === null) return null;
  let here = 0;
  for (const { account } of chat.members)
    if (model.people.get(account)?.here || account === model.me?.account) here += 1;
  return here;
}
