// The gate of the server: what a client may say, checked field by field.

import { validRoom } from '../chat/text.ts';
import type { Command, Target } from '../chat/vocabulary.ts';
import {
  MESSAGE_BYTES,
  NAME_LENGTH,
  NOTE_LENGTH,
  PAGE_EVENTS,
  REASON_LENGTH,
  ROOMS_PER_ACCOUNT,
  SEALED_BYTES,
  TOPIC_LENGTH,
} from '../limits.ts';
import { account, conversation as anyConversation, room as anyRoom, invite, messageId, name } from './gate-fields.ts';
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

const kindOf = record({ type: oneOf('hello', 'login', 'command', 'watch', 'query') });

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
  invite: maybe(invite),
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

/** Generously: a text that is somewhat too long is refused by the chat, and costs nobody the connection. */
const text = lines(MESSAGE_BYTES * 4);
const kindName = line(64);
const COMMANDS = [
  'post',
  'join',
  'leave',
  'topic',
  'broadcast',
  'kick',
  'limit',
  'make-invite',
  'list-invites',
  'revoke-invite',
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
const broadcast = record({ text });
const limit = record({ connections: whole });
const makeInvite = record({ uses: whole, hours: whole, note: line(NOTE_LENGTH * 4) });
const revokeInvite = record({ invite });

function command(kind: (typeof COMMANDS)[number], value: unknown, path: string): Command {
  switch (kind) {
    case 'post':
      return postCommand(value, path);
    case 'join':
    case 'leave':
      return { kind, ...inRoom(value, path) };
    case 'topic':
      return { kind, ...topic(value, path) };
    case 'broadcast':
      return { kind, ...broadcast(value, path) };
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
    case 'revoke-invite':
      return { kind, ...revokeInvite(value, path) };
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
const kick = record({ to: target, reason: line(REASON_LENGTH * 4) });
const mayBeText = maybe(text);
const mayBeSealed = maybe(binary(1, SEALED_BYTES));
const mayBeFlag = maybe(flag);

/** Nearly all that a busy server reads: its fields are taken one by one, which is faster than a record. */
const postCommand: Check<Command & { kind: 'post' }> = (value, path) => {
  const fields = asRecord(value, path);
  const to = target(field(fields, 'to'), `${path}.to`);
  const words = mayBeText(field(fields, 'text'), `${path}.text`);
  const sealed = mayBeSealed(field(fields, 'sealed'), `${path}.sealed`);
  const action = mayBeFlag(field(fields, 'action'), `${path}.action`) ?? false;
  if (sealed) return { kind: 'post', target: to, body: { kind: 'sealed', bytes: sealed }, action };
  if (words === null) throw wrong(`${path}.text`);
  return { kind: 'post', target: to, body: { kind: 'text', text: words }, action };
};

const queryHead = record({ ref: whole, kind: line(64) });
const QUERIES = ['history', 'rooms', 'people', 'members'] as const;

const queryPacket: Check<Request> = (value, path) => {
  const { ref, kind } = queryHead(value, path);
  if (!isOneOf(QUERIES, kind)) return { type: 'unknown', id: null, ref, kind };
  return { type: 'query', ref, query: query(kind, value, path) };
};

const scope: Check<Scope> = (value, path) =>
  value === 'own' || value === 'all' ? { of: value } : { of: 'conversation', conversation: conversation(value, path) };
const history = record({ scope, before: maybe(whole), after: maybe(whole), since: maybe(whole), limit: whole });

function query(kind: (typeof QUERIES)[number], value: unknown, path: string): Query {
  switch (kind) {
    case 'history': {
      const fields = history(value, path);
      return { kind, ...fields, limit: Math.min(Math.max(fields.limit, 1), PAGE_EVENTS) };
    }
    case 'rooms':
    case 'people':
      return { kind };
    case 'members':
      return { kind, ...inRoom(value, path) };
    default:
      return kind satisfies never;
  }
}
