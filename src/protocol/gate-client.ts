// The gate of the server: what a client may say, checked field by field.

import { validRoom } from '../chat/text.ts';
import {
  type BanWho,
  type Body,
  type Command,
  DOORS,
  GIVEN,
  SETTINGS,
  type Target,
  VISIBILITIES,
} from '../chat/vocabulary.ts';
import {
  AWAY_LENGTH,
  FRAME_CONTROL,
  MESSAGE_BYTES,
  NAME_LENGTH,
  NOTE_LENGTH,
  PAGE_EVENTS,
  REACTION_LENGTH,
  REASON_LENGTH,
  ROOMS_PER_ACCOUNT,
  SEALED_BYTES,
  SEARCH_LENGTH,
  TOPIC_LENGTH,
} from '../limits.ts';
import {
  account,
  conversation as anyConversation,
  room as anyRoom,
  inviteId,
  messageId,
  messageRef,
  name,
  offerBody,
  side,
} from './gate-fields.ts';
import type { Login, Query, Request, Scope } from './packet.ts';
import {
  asRecord,
  binary,
  type Check,
  field,
  flag,
  line,
  lines,
  list,
  maybe,
  oneOf,
  raw,
  record,
  whole,
  wrong,
} from './schema.ts';

const kindOf = record({
  type: oneOf('hello', 'login', 'command', 'watch', 'query', 'mark', 'stored', 'status', 'admin', 'attach'),
});

export const clientPacket: Check<Request> = (value, path) => {
  const { type } = kindOf(value, path);
  switch (type) {
    case 'hello':
      return { type, ...hello(value, path) };
    case 'login':
      return { type, ...login(value, path) };
    case 'command':
      return commandPacket(value, path);
    case 'watch':
      return { type, ...watch(value, path) };
    case 'query':
      return queryPacket(value, path);
    case 'mark':
      return { type, ...mark(value, path) };
    case 'stored':
      return { type, ...stored(value, path) };
    case 'status':
      return { type, ...status(value, path) };
    case 'attach':
      return { type, ...attach(value, path) };
    case 'admin':
      return { type, ...admin(value, path) };
    default:
      return type satisfies never;
  }
};

/** Rooms in the form in which they are kept, where they can be rooms; what cannot is refused by the chat. */
const room: Check<string> = (value, path) => folded(anyRoom(value, path));
const conversation: Check<string> = (value, path) => folded(anyConversation(value, path));

function folded(text: string): string {
  return text.startsWith('#') ? (validRoom(text) ?? text) : text;
}

const hello = record({
  protocol: record({ min: whole, max: whole }),
  capabilities: list(line(64), 64),
  client: line(128),
  key: binary(32, 32),
  device: binary(16, 16),
  presence: flag,
  cursor: maybe(whole),
});
/** As it was signed: the chat says whether it can be a name. */
const loginFields = record({
  name: raw(NAME_LENGTH * 4),
  signature: binary(64, 64),
  invite: maybe(inviteId),
  proof: maybe(binary(32, 32)),
});
const login: Check<Omit<Login, 'type'>> = (value, path) => {
  const { name, signature, invite, proof } = loginFields(value, path);
  return { name, signature, ...(invite ? { invite } : {}), ...(proof ? { proof } : {}) };
};
const watch = record({
  id: messageId,
  rooms: ((value, path) => (value === 'all' ? 'all' : list(room, ROOMS_PER_ACCOUNT)(value, path))) as Check<
    'all' | readonly string[]
  >,
  private: flag,
});

const mark = record({ conversation, position: whole });
const stored = record({ position: whole });
const status = record({ away: maybe(line(AWAY_LENGTH * 4)) });
const attach = record({ grant: binary(16, 16), proof: binary(32, 32) });
/** Read further only for operators. */
const admin = record({ request: binary(1, FRAME_CONTROL) });

/** Generously: a text that is somewhat too long is refused by the chat, and costs nobody the connection. */
const text = lines(MESSAGE_BYTES * 4);
const kindName = line(64);
const COMMANDS = [
  ...(['post', 'edit', 'delete', 'react', 'join', 'leave', 'topic', 'invite', 'visibility'] as const),
  ...(['offer', 'receive', 'decline', 'withdraw', 'stop-file'] as const),
  ...(['mute', 'unmute', 'slow', 'announce-only', 'lock', 'moderator', 'ban', 'unban'] as const),
  ...(['door', 'motd', 'set'] as const),
  ...(['broadcast', 'kick', 'limit', 'retain', 'confirm-clock'] as const),
  ...(['make-invite', 'list-invites', 'revoke-invite'] as const),
  ...(['rename', 'release', 'role', 'exempt'] as const),
] as const;

const commandPacket: Check<Request> = (value, path) => {
  const fields = asRecord(value, path);
  const id = messageId(field(fields, 'id'), `${path}.id`);
  const kind = kindName(field(fields, 'kind'), `${path}.kind`);
  if (!isOneOf(COMMANDS, kind)) return { type: 'unknown', id, ref: null, kind };
  return { type: 'command', id, command: command(kind, value, path) };
};

function isOneOf<T extends string>(values: readonly T[], value: string): value is T {
  return values.includes(value as T);
}

const inRoom = record({ room });
const topic = record({ room, text: line(TOPIC_LENGTH * 4) });
const limit = record({ connections: whole });
const makeInvite = record({ uses: whole, hours: whole, note: line(NOTE_LENGTH * 4) });
const called = record({ name });
const exempt = record({ network: line(64), on: flag });
const revokeInvite = record({ invite: inviteId });

function command(kind: (typeof COMMANDS)[number], value: unknown, path: string): Command {
  switch (kind) {
    case 'post':
      return postCommand(value, path);
    case 'join':
    case 'leave':
      return { kind, ...inRoom(value, path) };
    case 'topic':
      return { kind, ...topic(value, path) };
    case 'broadcast': {
      const { text, to } = broadcast(value, path);
      return { kind, text, ...(to ? { target: to } : {}) };
    }
    case 'ban':
      return { kind, ...ban(value, path) };
    case 'unban':
      return { kind, ...unban(value, path) };
    case 'mute': {
      const { to, ...rest } = mute(value, path);
      return { kind, target: to, ...rest };
    }
    case 'unmute': {
      const { to, room } = unmute(value, path);
      return { kind, target: to, room };
    }
    case 'moderator': {
      const { to, ...rest } = moderator(value, path);
      return { kind, target: to, ...rest };
    }
    case 'slow':
      return { kind, ...slow(value, path) };
    case 'announce-only':
    case 'lock':
      return { kind, ...switched(value, path) };
    case 'door':
      return { kind, ...door(value, path) };
    case 'motd':
      return { kind, ...motd(value, path) };
    case 'set':
      return { kind, ...setting(value, path) };
    case 'kick': {
      const { to, reason } = kick(value, path);
      return { kind, target: to, reason };
    }
    case 'limit':
      return { kind, ...limit(value, path) };
    case 'make-invite':
      return { kind, ...makeInvite(value, path) };
    case 'list-invites':
      return { kind };
    case 'rename':
    case 'release':
      return { kind, ...called(value, path) };
    case 'role': {
      const { to, role: given } = role(value, path);
      return { kind, target: to, role: given };
    }
    case 'exempt':
      return { kind, ...exempt(value, path) };
    case 'revoke-invite':
      return { kind, ...revokeInvite(value, path) };
    case 'edit':
      return { kind, ...about(value, path), body: bodyOf(asRecord(value, path), path) };
    case 'offer': {
      const { to, size } = offer(value, path);
      return { kind, target: to, size, body: offerBody(value, path) };
    }
    case 'delete':
    case 'receive':
    case 'decline':
    case 'withdraw':
    case 'stop-file':
      return { kind, ...about(value, path) };
    case 'react':
      return { kind, ...react(value, path) };
    case 'invite': {
      const { room, to } = invite(value, path);
      return { kind, room, target: to };
    }
    case 'visibility':
      return { kind, ...visibility(value, path) };
    case 'retain': {
      const { room, days, bytes } = retain(value, path);
      return { kind, room, keep: { days, bytes } };
    }
    case 'confirm-clock':
      return { kind };
    default:
      return kind satisfies never;
  }
}

const target: Check<Target> = (value, path) => {
  if (typeof value !== 'string') throw wrong(path);
  const rest = value.slice(1);
  switch (value[0]) {
    case '#':
      return { to: 'room', room: room(value, path) };
    case '@':
      return { to: 'name', name: name(rest, path) };
    case '=':
      return { to: 'account', account: account(rest, path) };
    default:
      throw wrong(path);
  }
};
const about = record({ about: messageRef });
const offer = record({ to: target, size: whole });
const react = record({ about: messageRef, reaction: line(REACTION_LENGTH * 4), on: flag });
const invite = record({ room, to: target });
const visibility = record({ room, visibility: oneOf(...VISIBILITIES) });
const retain = record({ room: maybe(room), days: maybe(whole), bytes: maybe(whole) });
const broadcast = record({ text, to: maybe(target) });
const reason = line(REASON_LENGTH * 4);
/** `name:…`, a target, or what should be an address: the chat says whether it is one. */
const who: Check<BanWho> = (value, path) => {
  const text = line(NAME_LENGTH * 8)(value, path);
  if (text.startsWith('name:')) return { by: 'name', name: text.slice(5) };
  if (/^[@=]/.test(text)) return { by: 'account', target: target(text, path) };
  return { by: 'network', network: text };
};
const ban = record({ who, lasts: maybe(whole), reason });
const unban = record({ who });
const mute = record({ to: target, room: maybe(room), lasts: maybe(whole), reason });
const unmute = record({ to: target, room: maybe(room) });
const moderator = record({ to: target, room, on: flag });
const slow = record({ room, seconds: whole });
const switched = record({ room, on: flag });
const door = record({ door: oneOf(...DOORS), reason });
const motd = record({ text });
const setting = record({ name: oneOf(...SETTINGS), value: whole });
const role = record({ to: target, role: oneOf(...GIVEN) });
const kick = record({ to: target, reason: line(REASON_LENGTH * 4) });
const mayBeText = maybe(text);
const mayBeSealed = maybe(binary(1, SEALED_BYTES));
const mayBeFlag = maybe(flag);
const mayBeRef = maybe(messageRef);

function bodyOf(fields: Record<string, unknown>, path: string): Body {
  const sealed = mayBeSealed(field(fields, 'sealed'), `${path}.sealed`);
  if (sealed) return { kind: 'sealed', bytes: sealed };
  const words = mayBeText(field(fields, 'text'), `${path}.text`);
  if (words === null) throw wrong(`${path}.text`);
  return { kind: 'text', text: words };
}

/** Nearly all that a busy server reads: its fields are taken one by one, which is faster than a record. */
const postCommand: Check<Command & { kind: 'post' }> = (value, path) => {
  const fields = asRecord(value, path);
  const to = target(field(fields, 'to'), `${path}.to`);
  const body = bodyOf(fields, path);
  const action = mayBeFlag(field(fields, 'action'), `${path}.action`) ?? false;
  const reply = mayBeRef(field(fields, 'reply'), `${path}.reply`);
  return reply ? { kind: 'post', target: to, body, action, reply } : { kind: 'post', target: to, body, action };
};

const queryHead = record({ ref: whole, kind: line(64) });
const QUERIES = ['history', 'search', 'conversations', 'rooms', 'people', 'members', 'offers', 'grant'] as const;

const queryPacket: Check<Request> = (value, path) => {
  const { ref, kind } = queryHead(value, path);
  if (!isOneOf(QUERIES, kind)) return { type: 'unknown', id: null, ref, kind };
  return { type: 'query', ref, query: query(kind, value, path) };
};

const WIDE = ['own', 'all', 'private'] as const;
const scope: Check<Scope> = (value, path) =>
  typeof value === 'string' && isOneOf(WIDE, value)
    ? { of: value }
    : { of: 'conversation', conversation: conversation(value, path) };
const except = maybe(list(room, ROOMS_PER_ACCOUNT));
const history = record({ scope, before: maybe(whole), after: maybe(whole), since: maybe(whole), limit: whole });

const search = record({
  text: line(SEARCH_LENGTH * 4),
  conversation: maybe(conversation),
  from: maybe(account),
  before: maybe(whole),
  after: maybe(whole),
  limit: whole,
});
const overview = record({ since: maybe(whole) });
const grant = record({ about: messageRef, side, spool: flag, have: maybe(whole) });

function withinLimit(limit: number): number {
  return Math.min(Math.max(limit, 1), PAGE_EVENTS);
}

function query(kind: (typeof QUERIES)[number], value: unknown, path: string): Query {
  switch (kind) {
    case 'history': {
      const fields = history(value, path);
      const without = except(field(asRecord(value, path), 'except'), `${path}.except`);
      const scope = without && fields.scope.of === 'own' ? { ...fields.scope, except: without } : fields.scope;
      return { kind, ...fields, scope, limit: withinLimit(fields.limit) };
    }
    case 'search': {
      const fields = search(value, path);
      return { kind, ...fields, limit: withinLimit(fields.limit) };
    }
    case 'conversations':
      return { kind, ...overview(value, path) };
    case 'rooms':
    case 'people':
    case 'offers':
      return { kind };
    case 'members':
      return { kind, ...inRoom(value, path) };
    case 'grant':
      return { kind, ...grant(value, path) };
    default:
      return kind satisfies never;
  }
}
