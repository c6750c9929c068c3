// Arbitraries for fast-check: texts that are clean and texts that are not, and every packet of the wire.
import fc from 'fast-check';
import { cleanLine, cleanText, validName, validRoom } from '../../src/chat/text.ts';
import {
  type AnyEvent,
  type BanTarget,
  type BanWho,
  type Command,
  DOORS,
  GIVEN,
  ROLES,
  SETTINGS,
  type Target,
  VISIBILITIES,
  WITHDRAWN,
} from '../../src/chat/vocabulary.ts';
import { idFromBytes } from '../../src/protocol/ids.ts';
import type { ClientPacket, Page, Query, Scope, ServerPacket } from '../../src/protocol/packet.ts';

/** Any UTF-16 string: lone surrogates, controls, marks, bidi, tags, private use, unassigned. */
export const anyText = fc.oneof(
  { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 60 }) },
  {
    weight: 4,
    arbitrary: fc
      .array(
        fc.oneof(
          fc.constantFrom(
            ...['\u001b[2J', '\u001b]0;x\u0007', '\u009b31m', '\u0090q\u009c', '\u202e', '\u2066', '\u200b', '\u200d'],
            ...[
              '\u200c',
              '\u0301',
              '\u0301\u200d',
              '\ud83d',
              '\udc00',
              '\u{e0041}',
              '\ue000',
              '\u0378',
              '\u3164',
              '\t',
            ],
            ...['\r\n', '\r', '\n', '\u2028', '\ufeff', '\u007f', '\u0000', '{bold}', '👨‍👩‍👧', 'ä', '中文', 'e\u0301'],
          ),
          fc.string({ unit: 'binary', maxLength: 3 }),
        ),
        { maxLength: 30 },
      )
      .map(parts => parts.join('')),
  },
);

export const cleanTexts = anyText.map(cleanText);
export const cleanLines = (most: number) => anyText.map(text => cleanLine(text).slice(0, most)).map(cleanLine);

const letters = fc.constantFrom(...'abcxyzABCXYZ0189äöüßéñçøłžğأبתдфЖगहคนまミ中文한글Ωσςİıﬁ');
/** Names that are valid. */
export const names = fc
  .array(fc.oneof(letters, fc.constantFrom('-', '_', '.', '\u0301')), { minLength: 1, maxLength: 20 })
  .map(parts => validName(parts.join('')) ?? 'alice');
/** Rooms that are valid, with their mark. */
export const rooms = fc
  .array(fc.oneof(letters, fc.constantFrom('-', '_', '.')), { minLength: 1, maxLength: 30 })
  .map(parts => validRoom(parts.join('')) ?? '#dev');

const bytes = (minLength: number, maxLength = minLength) =>
  fc.uint8Array({ minLength, maxLength }).map(each => Buffer.from(each));
const short = bytes(16).map(each => each.toString('base64url'));
export const accounts = fc.oneof(short, fc.constant('*'));
const talks = short.map(each => `~${each}`);
export const conversations = fc.oneof(rooms, talks, fc.constant('*'));
export const ids = bytes(16).map(idFromBytes);
export const wholes = fc.oneof(fc.nat(), fc.maxSafeNat());
const moments = fc.maxSafeNat().map(time => Math.min(time, 8.64e15));
const away = fc.option(fc.string({ maxLength: 40 }).map(cleanLine), { nil: null });
const refs = fc.record({ account: accounts, id: ids });
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
const codes = fc.constantFrom('name-taken', 'no-such-room', 'not-allowed', 'of-the-future');
const roles = fc.constantFrom(...ROLES);
const bodies = fc.oneof(
  cleanTexts.map(text => ({ kind: 'text' as const, text })),
  bytes(1, 300).map(sealed => ({ kind: 'sealed' as const, bytes: sealed })),
);
const someone = fc.record({ account: accounts, name: names });
const params = fc
  .array(
    fc.tuple(
      fc.constantFrom('name', 'room', 'limit', 'reason'),
      fc.oneof(cleanLines(50), fc.nat(), fc.double({ noNaN: true, noDefaultInfinity: true })),
    ),
    { maxLength: 4 },
  )
  .map(entries => Object.fromEntries(entries));

const visibilities = fc.constantFrom(...VISIBILITIES);
const retentions = fc.record({ days: optional(wholes), bytes: optional(wholes) });
const targets: fc.Arbitrary<Target> = fc.oneof(
  rooms.map(room => ({ to: 'room' as const, room })),
  names.map(name => ({ to: 'name' as const, name })),
  accounts.map(account => ({ to: 'account' as const, account })),
);

const invites = bytes(6).map(each => each.toString('hex'));
const networks = fc.constantFrom('10.0.0.0/8', '2001:db8::/32', '127.0.0.1/32');

/** Whom a ban is for, as operators name them. */
const banned: fc.Arbitrary<BanWho> = fc.oneof(
  fc
    .oneof(
      names.map(name => ({ to: 'name' as const, name })),
      accounts.map(account => ({ to: 'account' as const, account })),
    )
    .map(target => ({ by: 'account' as const, target })),
  names.map(name => ({ by: 'name' as const, name })),
  networks.map(network => ({ by: 'network' as const, network })),
);
const lasting = { lasts: optional(wholes), reason: cleanLines(100) };
const settings = { name: fc.constantFrom(...SETTINGS), value: wholes };

const files = fc.record({
  ...{ name: cleanLines(60), folder: fc.boolean(), files: wholes },
  ...{ modified: optional(moments), executable: fc.boolean() },
});
const offers = fc.oneof(
  files.map(file => ({ kind: 'file' as const, file })),
  bytes(1, 300).map(sealed => ({ kind: 'sealed' as const, bytes: sealed })),
);

export const commands: fc.Arbitrary<Command> = fc.oneof(
  fc.record({ kind: fc.constant('offer' as const), target: targets, size: wholes, body: offers }),
  fc.record({ kind: fc.constantFrom('receive' as const, 'decline' as const, 'withdraw' as const), about: refs }),
  fc.record({ kind: fc.constant('stop-file' as const), about: refs }),
  fc.record({ kind: fc.constant('post' as const), target: targets, body: bodies, action: fc.boolean() }),
  fc.record({ kind: fc.constant('post' as const), target: targets, body: bodies, action: fc.boolean(), reply: refs }),
  fc.record({ kind: fc.constant('edit' as const), about: refs, body: bodies }),
  fc.record({ kind: fc.constant('delete' as const), about: refs }),
  fc.record({ kind: fc.constant('react' as const), about: refs, reaction: cleanLines(12), on: fc.boolean() }),
  fc.record({ kind: fc.constant('invite' as const), room: rooms, target: targets }),
  fc.record({ kind: fc.constant('visibility' as const), room: rooms, visibility: visibilities }),
  fc.record({ kind: fc.constant('retain' as const), room: optional(rooms), keep: retentions }),
  fc.record({ kind: fc.constant('confirm-clock' as const) }),
  fc.record({ kind: fc.constantFrom('join' as const, 'leave' as const), room: rooms }),
  fc.record({ kind: fc.constant('topic' as const), room: rooms, text: cleanLines(200) }),
  fc.record({ kind: fc.constant('broadcast' as const), text: cleanTexts }),
  fc.record({ kind: fc.constant('broadcast' as const), text: cleanTexts, target: targets }),
  fc.record({ kind: fc.constant('ban' as const), who: banned, ...lasting }),
  fc.record({ kind: fc.constant('unban' as const), who: banned }),
  fc.record({ kind: fc.constant('mute' as const), target: targets, room: optional(rooms), ...lasting }),
  fc.record({ kind: fc.constant('unmute' as const), target: targets, room: optional(rooms) }),
  fc.record({ kind: fc.constant('slow' as const), room: rooms, seconds: wholes }),
  fc.record({ kind: fc.constantFrom('announce-only' as const, 'lock' as const), room: rooms, on: fc.boolean() }),
  fc.record({ kind: fc.constant('moderator' as const), room: rooms, target: targets, on: fc.boolean() }),
  fc.record({ kind: fc.constant('door' as const), door: fc.constantFrom(...DOORS), reason: cleanLines(100) }),
  fc.record({ kind: fc.constant('motd' as const), text: cleanTexts }),
  fc.record({ kind: fc.constant('set' as const), ...settings }),
  fc.record({ kind: fc.constant('kick' as const), target: targets, reason: cleanLines(100) }),
  fc.record({ kind: fc.constant('limit' as const), connections: wholes }),
  fc.record({ kind: fc.constant('make-invite' as const), uses: wholes, hours: wholes, note: cleanLines(60) }),
  fc.record({ kind: fc.constant('revoke-invite' as const), invite: invites }),
  fc.constant({ kind: 'list-invites' as const }),
  fc.record({ kind: fc.constantFrom('rename' as const, 'release' as const), name: names }),
  fc.record({ kind: fc.constant('role' as const), target: targets, role: fc.constantFrom(...GIVEN) }),
  fc.record({ kind: fc.constant('exempt' as const), network: networks, on: fc.boolean() }),
);

const scopes: fc.Arbitrary<Scope> = fc.oneof(
  conversations.map(conversation => ({ of: 'conversation' as const, conversation })),
  fc.constantFrom({ of: 'own' as const }, { of: 'all' as const }, { of: 'private' as const }),
  fc.array(rooms, { maxLength: 5 }).map(except => ({ of: 'own' as const, except })),
);

const sides = fc.constantFrom('send' as const, 'receive' as const);

export const queries: fc.Arbitrary<Query> = fc.oneof(
  fc.record({
    kind: fc.constant('history' as const),
    scope: scopes,
    before: optional(wholes),
    after: optional(wholes),
    since: optional(wholes),
    limit: fc.integer({ min: 1, max: 200 }),
  }),
  fc.record({
    kind: fc.constant('search' as const),
    text: cleanLines(100),
    conversation: optional(conversations),
    from: optional(accounts),
    before: optional(wholes),
    after: optional(wholes),
    limit: fc.integer({ min: 1, max: 200 }),
  }),
  fc.record({ kind: fc.constant('conversations' as const), since: optional(wholes) }),
  fc.constantFrom({ kind: 'rooms' as const }, { kind: 'people' as const }, { kind: 'offers' as const }),
  fc.record({ kind: fc.constant('members' as const), room: rooms }),
  fc.record({
    ...{ kind: fc.constant('grant' as const), about: refs, side: sides, spool: fc.boolean() },
    have: optional(wholes),
  }),
);

export const clientPackets: fc.Arbitrary<ClientPacket> = fc.oneof(
  fc.record({
    type: fc.constant('hello' as const),
    protocol: fc.record({ min: wholes, max: wholes }),
    capabilities: fc.array(cleanLines(20), { maxLength: 5 }),
    client: cleanLines(60),
    key: bytes(32),
    device: bytes(16),
    presence: fc.boolean(),
    cursor: optional(wholes),
  }),
  fc.record({ type: fc.constant('login' as const), name: names, signature: bytes(64) }),
  fc.record({
    ...{ type: fc.constant('login' as const), name: names, signature: bytes(64) },
    ...{ invite: invites, proof: bytes(32) },
  }),
  fc.record({ type: fc.constant('command' as const), id: ids, command: commands }),
  fc.record({
    type: fc.constant('watch' as const),
    id: ids,
    rooms: fc.oneof(fc.constant('all' as const), fc.array(rooms, { maxLength: 8 })),
    private: fc.boolean(),
  }),
  fc.record({ type: fc.constant('query' as const), ref: wholes, query: queries }),
  fc.record({ type: fc.constant('mark' as const), conversation: conversations, position: wholes }),
  fc.record({ type: fc.constant('stored' as const), position: wholes }),
  fc.record({ type: fc.constant('status' as const), away }),
  fc.record({ type: fc.constant('attach' as const), grant: bytes(16), proof: bytes(32) }),
  fc.record({ type: fc.constant('admin' as const), request: bytes(1, 300) }),
);

const head = {
  position: wholes,
  time: moments,
  conversation: conversations,
  account: accounts,
  from: names,
  id: optional(ids),
};

const became = {
  reply: refs,
  edited: wholes,
  deleted: fc.constant(true as const),
  reactions: fc.array(fc.record({ reaction: cleanLines(12), accounts: fc.array(accounts, { maxLength: 4 }) }), {
    maxLength: 4,
  }),
};

const banTargets: fc.Arbitrary<BanTarget> = fc.oneof(
  fc.record({ by: fc.constant('account' as const), account: accounts, name: names }),
  fc.record({ by: fc.constant('name' as const), name: names }),
  fc.record({ by: fc.constant('network' as const), network: networks }),
);
const muted = { target: accounts, name: names, room: optional(rooms) };
const rules = fc.record({
  ...{ slow: wholes, announceOnly: fc.boolean(), locked: fc.boolean() },
  moderators: fc.array(accounts, { maxLength: 4 }),
});

export const events: fc.Arbitrary<AnyEvent> = fc.oneof(
  fc.record({ ...head, kind: fc.constant('message' as const), body: bodies, action: fc.boolean() }),
  fc.record({ ...head, kind: fc.constant('message' as const), body: bodies, action: fc.boolean(), to: someone }),
  fc.record({ ...head, kind: fc.constant('message' as const), body: bodies, action: fc.boolean(), ...became }),
  fc.record({ ...head, kind: fc.constant('edited' as const), about: refs, body: bodies }),
  fc.record({ ...head, kind: fc.constant('deleted' as const), about: refs, to: someone }),
  fc.record({
    ...head,
    kind: fc.constant('reacted' as const),
    about: refs,
    reaction: cleanLines(12),
    on: fc.boolean(),
  }),
  fc.record({ ...head, kind: fc.constant('offered' as const), size: wholes, body: offers }),
  fc.record({ ...head, kind: fc.constant('offered' as const), size: wholes, body: offers, to: someone }),
  fc.record({ ...head, kind: fc.constantFrom('received' as const, 'declined' as const), about: refs, to: someone }),
  fc.record({ ...head, kind: fc.constant('withdrawn' as const), about: refs, why: fc.constantFrom(...WITHDRAWN) }),
  fc.record({ ...head, kind: fc.constant('invited' as const), room: rooms, to: someone }),
  fc.record({ ...head, kind: fc.constant('visibility' as const), visibility: visibilities }),
  fc.record({ ...head, kind: fc.constant('retained' as const), room: optional(rooms), keep: retentions }),
  fc.record({ ...head, kind: fc.constant('clock-confirmed' as const) }),
  fc.record({ ...head, kind: fc.constantFrom('created' as const, 'joined' as const, 'left' as const) }),
  fc.record({ ...head, kind: fc.constant('topic' as const), text: cleanLines(200) }),
  fc.record({ ...head, kind: fc.constant('broadcast' as const), text: cleanTexts }),
  fc.record({ ...head, kind: fc.constant('broadcast' as const), text: cleanTexts, to: someone }),
  fc.record({
    ...{ ...head, kind: fc.constant('banned' as const), of: banTargets },
    ...{ until: optional(moments), reason: cleanLines(100) },
  }),
  fc.record({ ...head, kind: fc.constant('unbanned' as const), of: banTargets }),
  fc.record({
    ...{ ...head, kind: fc.constant('muted' as const), ...muted },
    ...{ until: optional(moments), reason: cleanLines(100) },
  }),
  fc.record({ ...head, kind: fc.constant('unmuted' as const), ...muted }),
  fc.record({ ...head, kind: fc.constant('ruled' as const), rules }),
  fc.record({ ...head, kind: fc.constant('door' as const), door: fc.constantFrom(...DOORS), reason: cleanLines(100) }),
  fc.record({ ...head, kind: fc.constant('motd' as const), text: cleanTexts }),
  fc.record({ ...head, kind: fc.constant('set' as const), ...settings }),
  fc.record({ ...head, kind: fc.constant('kicked' as const), target: accounts, name: names, reason: cleanLines(100) }),
  fc.record({ ...head, kind: fc.constant('limited' as const), connections: wholes }),
  fc.record({
    ...{ ...head, kind: fc.constant('invite-made' as const), invite: invites },
    ...{ expires: moments, uses: wholes, note: cleanLines(60) },
  }),
  fc.record({ ...head, kind: fc.constantFrom('invite-used' as const, 'invite-revoked' as const), invite: invites }),
  fc.record({ ...head, kind: fc.constant('renamed' as const), name: names }),
  fc.record({ ...head, kind: fc.constant('released' as const), target: accounts, name: names }),
  fc.record({
    ...{ ...head, kind: fc.constant('role' as const), target: accounts, name: names },
    role: fc.constantFrom(...GIVEN),
  }),
  fc.record({ ...head, kind: fc.constant('exempted' as const), network: networks, on: fc.boolean() }),
  fc.record({ ...head, kind: fc.constant('claimed' as const), name: names, key: bytes(32) }),
  fc.record({ ...head, kind: fc.constant('unknown' as const), name: fc.constantFrom('poll', 'pinned', 'message2') }),
);

const person = fc.record({ account: accounts, name: names, here: fc.boolean(), since: moments, away });
const roomRow = fc.record({
  room: rooms,
  topic: cleanLines(100),
  members: wholes,
  joined: fc.boolean(),
  visibility: visibilities,
});
const summary = fc.record({
  ...{ conversation: conversations, peer: optional(someone), last: wholes, read: wholes },
  ...{ unread: wholes, missed: wholes, delivered: wholes },
});
const granted = fc.record({ grant: bytes(16), key: bytes(32), spool: fc.boolean(), expires: moments });
const standing = fc.record({
  ...{ account: accounts, id: ids, from: names, conversation: conversations, to: optional(someone), size: wholes },
  ...{ body: offers, time: moments, have: fc.boolean(), received: wholes, waits: fc.boolean() },
});
const page = { type: fc.constant('page' as const), ref: wholes, final: fc.boolean() };
const pages: fc.Arbitrary<Page> = fc.oneof(
  fc.record({
    ...page,
    kind: fc.constant('events' as const),
    items: fc.array(events, { maxLength: 5 }),
    more: fc.boolean(),
  }),
  fc.record({
    ...page,
    kind: fc.constant('hits' as const),
    items: fc.array(events, { maxLength: 5 }),
    more: fc.boolean(),
    reached: wholes,
  }),
  fc.record({ ...page, kind: fc.constant('conversations' as const), items: fc.array(summary, { maxLength: 5 }) }),
  fc.record({ ...page, kind: fc.constant('rooms' as const), items: fc.array(roomRow, { maxLength: 5 }) }),
  fc.record({
    ...page,
    kind: fc.constantFrom('people' as const, 'members' as const),
    items: fc.array(person, { maxLength: 5 }),
  }),
  fc.record({ ...page, kind: fc.constant('offers' as const), items: fc.array(standing, { maxLength: 3 }) }),
  fc.record({ ...page, kind: fc.constant('grants' as const), items: fc.array(granted, { maxLength: 1 }) }),
);
const server = fc.record({ id: cleanLines(40), name: cleanLines(60) });

export const serverPackets: fc.Arbitrary<ServerPacket> = fc.oneof(
  fc.record({ type: fc.constant('challenge' as const), protocol: wholes, server, nonce: bytes(32) }),
  fc.record({
    ...{ type: fc.constant('challenge' as const), protocol: wholes, server, nonce: bytes(32) },
    entry: fc.record({ invite: fc.boolean(), salt: optional(bytes(16)) }),
  }),
  fc.record({
    type: fc.constant('welcome' as const),
    protocol: wholes,
    capabilities: fc.array(cleanLines(20), { maxLength: 5 }),
    limits: fc.record({ frame: wholes, message: wholes }),
    role: roles,
    server,
    account: accounts,
    name: names,
    position: wholes,
    time: moments,
  }),
  fc.record({
    type: fc.constant('welcome' as const),
    protocol: wholes,
    capabilities: fc.array(cleanLines(20), { maxLength: 5 }),
    limits: fc.record({ frame: wholes, message: wholes }),
    role: roles,
    motd: cleanTexts.filter(text => text !== ''),
    server,
    account: accounts,
    name: names,
    position: wholes,
    time: moments,
  }),
  fc.record({ type: fc.constant('ack' as const), id: ids, position: wholes, time: moments }),
  fc.record({
    ...{ type: fc.constant('ack' as const), id: ids, position: wholes, time: moments },
    notes: fc.array(fc.record({ code: codes, params }), { maxLength: 4 }),
  }),
  fc.record({ type: fc.constant('role' as const), role: roles }),
  fc.record({ type: fc.constant('refused' as const), id: optional(ids), ref: optional(wholes), code: codes, params }),
  events.map(event => ({ type: 'event' as const, event })),
  fc.record({
    type: fc.constant('presence' as const),
    account: accounts,
    name: names,
    here: fc.boolean(),
    time: moments,
    away,
  }),
  fc.constant({ type: 'stale' as const }),
  fc.record({ type: fc.constant('wanted' as const), about: refs, side: sides }),
  fc.record({
    type: fc.constantFrom('marked' as const, 'delivered' as const),
    conversation: conversations,
    position: wholes,
  }),
  fc.record({ type: fc.constant('admin' as const), reply: bytes(0, 300), final: fc.boolean() }),
  pages,
);

/** A packet with some bytes changed, cut or added. */
export function mutate(bytes: Uint8Array, changes: readonly Mutation[]): Buffer {
  let result = Buffer.from(bytes);
  for (const { at, kind, byte } of changes) {
    const index = Math.floor(at * (result.length + 1));
    if (kind === 'cut') result = result.subarray(0, index);
    else if (kind === 'add')
      result = Buffer.concat([result.subarray(0, index), Buffer.of(byte), result.subarray(index)]);
    else if (kind === 'drop') result = Buffer.concat([result.subarray(0, index), result.subarray(index + 1)]);
    else if (index < result.length) result[index] = byte;
  }
  return result;
}

export interface Mutation {
  readonly kind: 'set' | 'cut' | 'add' | 'drop';
  /** Where, from 0 to 1. */
  readonly at: number;
  readonly byte: number;
}

export const mutations = fc.array(
  fc.record({
    kind: fc.constantFrom(
      'set' as const,
      'set' as const,
      'set' as const,
      'cut' as const,
      'add' as const,
      'drop' as const,
    ),
    at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    byte: fc.oneof(
      fc.integer({ min: 0, max: 255 }),
      fc.constantFrom(0xc1, 0xc7, 0xd4, 0xdd, 0xdf, 0xdb, 0xc6, 0xff, 0xcb),
    ),
  }),
  { minLength: 1, maxLength: 6 },
);
