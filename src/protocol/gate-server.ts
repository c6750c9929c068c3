// The gate of the client: what a server may say. A server is no more trusted than anybody else.
import {
  type AnyEvent,
  type BanTarget,
  type Body,
  type ConversationSummary,
  DOORS,
  GIVEN,
  type OfferSummary,
  type PersonSummary,
  ROLES,
  SETTINGS,
  VISIBILITIES,
  WITHDRAWN,
} from '../chat/vocabulary.ts';
import {
  AWAY_LENGTH,
  FRAME_CONTROL,
  MESSAGE_BYTES,
  MODERATORS,
  MOTD_BYTES,
  NAME_LENGTH,
  NOTE_LENGTH,
  NOTES,
  REACTION_LENGTH,
  REACTIONS_PER_MESSAGE,
  REASON_LENGTH,
  SEALED_BYTES,
  TOPIC_LENGTH,
} from '../limits.ts';
import {
  account,
  conversation,
  inviteId,
  messageId,
  messageRef,
  name,
  offerBody,
  room,
  serverNote,
  side,
} from './gate-fields.ts';
import type { Ack, Challenge, Grant, Page, ServerPacket, Welcome } from './packet.ts';
import {
  binary,
  type Check,
  flag,
  line,
  lines,
  list,
  maybe,
  moment,
  oneOf,
  params,
  record,
  whole,
  wrong,
} from './schema.ts';

const kindOf = record({
  type: oneOf(
    ...([
      'challenge',
      'welcome',
      'ack',
      'refused',
      'event',
      'presence',
      'stale',
      'role',
      'wanted',
      'marked',
      'delivered',
      'admin',
      'page',
    ] as const),
  ),
});

export const serverPacket: Check<ServerPacket> = (value, path) => {
  const { type } = kindOf(value, path);
  switch (type) {
    case 'challenge':
      return { type, ...challenge(value, path) };
    case 'welcome':
      return { type, ...welcome(value, path) };
    case 'ack':
      return { type, ...ack(value, path) };
    case 'refused':
      return { type, ...refused(value, path) };
    case 'event':
      return { type, event: event(value, path) };
    case 'presence':
      return { type, ...presence(value, path) };
    case 'stale':
      return { type };
    case 'role':
      return { type, ...roleChange(value, path) };
    case 'wanted':
      return { type, ...called(value, path) };
    case 'marked':
    case 'delivered':
      return { type, ...marked(value, path) };
    case 'admin':
      return { type, ...admin(value, path) };
    case 'page':
      return page(value, path);
    default:
      return type satisfies never;
  }
};

const challengeFields = record({
  protocol: whole,
  server: serverNote,
  nonce: binary(32, 32),
  entry: maybe(record({ invite: flag, salt: maybe(binary(16, 16)) })),
});
const challenge: Check<Omit<Challenge, 'type'>> = (value, path) => {
  const { entry, ...fields } = challengeFields(value, path);
  return { ...fields, ...(entry ? { entry } : {}) };
};
const welcomeFields = record({
  protocol: whole,
  capabilities: list(line(64), 64),
  limits: record({ frame: whole, message: whole }),
  role: oneOf(...ROLES),
  motd: maybe(lines(MOTD_BYTES * 4)),
  server: serverNote,
  account,
  name,
  position: whole,
  time: moment,
});
const welcome: Check<Omit<Welcome, 'type'>> = (value, path) => {
  const { motd, ...fields } = welcomeFields(value, path);
  return { ...fields, ...(motd ? { motd } : {}) };
};
const code: Check<string> = line(64);
const roleChange = record({ role: oneOf(...ROLES) });
const ackFields = record({
  id: messageId,
  position: whole,
  time: moment,
  notes: maybe(list(record({ code, params }), NOTES)),
});
const ack: Check<Omit<Ack, 'type'>> = (value, path) => {
  const { notes, ...fields } = ackFields(value, path);
  return { ...fields, ...(notes ? { notes } : {}) };
};
const admin = record({ reply: binary(0, FRAME_CONTROL), final: flag });
const refused = record({ id: maybe(messageId), ref: maybe(whole), code, params });
const away = maybe(line(AWAY_LENGTH * 4));
const presence = record({ account, name, here: flag, time: moment, away });
const marked = record({ conversation, position: whole });
const called = record({ about: messageRef, side });

const head = record({
  kind: line(64),
  position: whole,
  time: moment,
  conversation,
  account,
  from: line(256),
  id: maybe(messageId),
});
const text = lines(MESSAGE_BYTES);
const peer = record({ account, name });
const body = record({ text: maybe(text), sealed: maybe(binary(1, SEALED_BYTES)) });
const reaction = line(REACTION_LENGTH * 4);
const message = record({
  text: maybe(text),
  sealed: maybe(binary(1, SEALED_BYTES)),
  action: maybe(flag),
  to: maybe(peer),
  reply: maybe(messageRef),
  edited: maybe(whole),
  deleted: maybe(flag),
  reactions: maybe(
    list(record({ reaction, accounts: list(account, REACTIONS_PER_MESSAGE * 2) }), REACTIONS_PER_MESSAGE * 2),
  ),
});
const change = record({ about: messageRef, to: maybe(peer) });
const reacted = record({ reaction, on: flag });
const offered = record({ size: whole, to: maybe(peer) });
const withdrawn = record({ why: oneOf(...WITHDRAWN) });
const invited = record({ room, to: peer });
const visibility = oneOf(...VISIBILITIES);
const visibilityEvent = record({ visibility });
const retained = record({ room: maybe(room), days: maybe(whole), bytes: maybe(whole) });
const broadcast = record({ text, to: maybe(peer) });
const motd = record({ text });
const topicText = line(TOPIC_LENGTH * 4);
const topic = record({ text: topicText });
const until = maybe(moment);
const reason = line(REASON_LENGTH * 4);
const banTarget: Check<BanTarget> = (value, path) => {
  const { by } = record({ by: oneOf('account', 'name', 'network') })(value, path);
  if (by === 'account') return { by, ...record({ account, name: line(NAME_LENGTH * 8) })(value, path) };
  if (by === 'name') return { by, ...record({ name: line(NAME_LENGTH * 8) })(value, path) };
  return { by, ...record({ network: line(64) })(value, path) };
};
const banned = record({ of: banTarget, until, reason });
const unbanned = record({ of: banTarget });
const muted = record({ target: account, name, room: maybe(room), until, reason });
const unmuted = record({ target: account, name, room: maybe(room) });
const ruled = record({
  rules: record({ slow: whole, announceOnly: flag, locked: flag, moderators: list(account, MODERATORS * 2) }),
});
const door = record({ door: oneOf(...DOORS), reason });
const setting = record({ name: oneOf(...SETTINGS), value: whole });
const kicked = record({ target: account, name, reason: line(REASON_LENGTH * 4) });
const limited = record({ connections: whole });
const inviteMade = record({ invite: inviteId, expires: moment, uses: whole, note: line(NOTE_LENGTH * 4) });
const renamed = record({ name });
const released = record({ target: account, name });
const role = record({ target: account, name, role: oneOf(...GIVEN) });
const exempted = record({ network: line(64), on: flag });
const inviteAlone = record({ invite: inviteId });
const claimed = record({ name, key: binary(32, 32) });

const event: Check<AnyEvent> = (value, path) => {
  const { kind, ...common } = head(value, path);
  switch (kind) {
    case 'message': {
      const { text, sealed, action, to, reply, edited, deleted, reactions } = message(value, path);
      return {
        ...common,
        kind,
        body: bodyOf(text, sealed, path),
        action: action ?? false,
        ...(to ? { to } : {}),
        ...(reply ? { reply } : {}),
        ...(edited === null ? {} : { edited }),
        ...(deleted ? { deleted } : {}),
        ...(reactions ? { reactions } : {}),
      };
    }
    case 'offered': {
      const { to, size } = offered(value, path);
      return { ...common, kind, size, body: offerBody(value, path), ...(to ? { to } : {}) };
    }
    case 'received':
    case 'declined':
    case 'withdrawn': {
      const { about, to } = change(value, path);
      const facts = { ...common, about, ...(to ? { to } : {}) };
      return kind === 'withdrawn' ? { ...facts, kind, ...withdrawn(value, path) } : { ...facts, kind };
    }
    case 'edited':
    case 'deleted':
    case 'reacted': {
      const { about, to } = change(value, path);
      const facts = { ...common, about, ...(to ? { to } : {}) };
      if (kind === 'deleted') return { ...facts, kind };
      if (kind === 'reacted') return { ...facts, kind, ...reacted(value, path) };
      const { text, sealed } = body(value, path);
      return { ...facts, kind, body: bodyOf(text, sealed, path) };
    }
    case 'invited':
      return { ...common, kind, ...invited(value, path) };
    case 'visibility':
      return { ...common, kind, ...visibilityEvent(value, path) };
    case 'retained': {
      const { room, days, bytes } = retained(value, path);
      return { ...common, kind, room, keep: { days, bytes } };
    }
    case 'clock-confirmed':
      return { ...common, kind };
    case 'topic':
      return { ...common, kind, ...topic(value, path) };
    case 'broadcast': {
      const { text, to } = broadcast(value, path);
      return { ...common, kind, text, ...(to ? { to } : {}) };
    }
    case 'motd':
      return { ...common, kind, ...motd(value, path) };
    case 'banned':
      return { ...common, kind, ...banned(value, path) };
    case 'unbanned':
      return { ...common, kind, ...unbanned(value, path) };
    case 'muted':
      return { ...common, kind, ...muted(value, path) };
    case 'unmuted':
      return { ...common, kind, ...unmuted(value, path) };
    case 'ruled':
      return { ...common, kind, ...ruled(value, path) };
    case 'door':
      return { ...common, kind, ...door(value, path) };
    case 'set':
      return { ...common, kind, ...setting(value, path) };
    case 'kicked':
      return { ...common, kind, ...kicked(value, path) };
    case 'limited':
      return { ...common, kind, ...limited(value, path) };
    case 'claimed':
      return { ...common, kind, ...claimed(value, path) };
    case 'invite-made':
      return { ...common, kind, ...inviteMade(value, path) };
    case 'renamed':
      return { ...common, kind, ...renamed(value, path) };
    case 'released':
      return { ...common, kind, ...released(value, path) };
    case 'role':
      return { ...common, kind, ...role(value, path) };
    case 'exempted':
      return { ...common, kind, ...exempted(value, path) };
    case 'invite-used':
    case 'invite-revoked':
      return { ...common, kind, ...inviteAlone(value, path) };
    case 'created':
    case 'joined':
    case 'left':
      return { ...common, kind };
    default:
      return { ...common, kind: 'unknown', name: kind };
  }
};

function bodyOf(text: string | null, sealed: Uint8Array | null, path: string): Body {
  if (sealed) return { kind: 'sealed', bytes: sealed };
  if (text === null) throw wrong(`${path}.text`);
  return { kind: 'text', text };
}

const pageHead = record({
  ref: whole,
  final: flag,
  kind: oneOf('events', 'hits', 'conversations', 'rooms', 'people', 'members', 'offers', 'grants'),
});
/** Items of one frame: each is some bytes at least, so that this only bounds the nonsense. */
const ITEMS = 4096;
const eventPage = record({ items: list(event, ITEMS), more: flag });
const hitPage = record({ items: list(event, ITEMS), more: flag, reached: whole });
const summary: Check<ConversationSummary> = record({
  conversation,
  peer: maybe(peer),
  last: whole,
  read: whole,
  unread: whole,
  missed: whole,
  delivered: whole,
});
const conversationPage = record({ items: list(summary, ITEMS) });
const roomItem = record({ room, topic: topicText, members: whole, joined: flag, visibility });
const roomPage = record({ items: list(roomItem, ITEMS) });
const person: Check<PersonSummary> = record({ account, name, here: flag, since: moment, away });
const personPage = record({ items: list(person, ITEMS) });

const grant: Check<Grant> = record({ grant: binary(16, 16), key: binary(32, 32), spool: flag, expires: moment });
const offerFields = record({
  account,
  id: messageId,
  from: line(256),
  conversation,
  to: maybe(peer),
  size: whole,
  time: moment,
  have: flag,
  received: whole,
  waits: flag,
});
const offerItem: Check<OfferSummary> = (value, path) => ({ ...offerFields(value, path), body: offerBody(value, path) });
const offerPage = record({ items: list(offerItem, ITEMS) });
const grantPage = record({ items: list(grant, 1) });

const page: Check<Page> = (value, path) => {
  const { kind, ...common } = pageHead(value, path);
  switch (kind) {
    case 'events':
      return { type: 'page', ...common, kind, ...eventPage(value, path) };
    case 'hits':
      return { type: 'page', ...common, kind, ...hitPage(value, path) };
    case 'conversations':
      return { type: 'page', ...common, kind, ...conversationPage(value, path) };
    case 'rooms':
      return { type: 'page', ...common, kind, ...roomPage(value, path) };
    case 'people':
    case 'members':
      return { type: 'page', ...common, kind, ...personPage(value, path) };
    case 'offers':
      return { type: 'page', ...common, kind, ...offerPage(value, path) };
    case 'grants':
      return { type: 'page', ...common, kind, ...grantPage(value, path) };
    default:
      return kind satisfies never;
  }
};
