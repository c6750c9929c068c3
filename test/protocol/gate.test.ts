// The fields of what changes messages, opens rooms, searches and marks: their limits, and what is of another type.
import test, { type ExecutionContext } from 'ava';
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import { COMMANDS } from '../../src/chat/decide.ts';
import type { EventKind } from '../../src/chat/vocabulary.ts';
import { TchatError } from '../../src/errors.ts';
import {
  AWAY_LENGTH,
  FRAME_CONTROL,
  MESSAGE_BYTES,
  PAGE_EVENTS,
  REACTION_LENGTH,
  REACTIONS_PER_MESSAGE,
  ROOMS_PER_ACCOUNT,
  SEALED_BYTES,
  SEARCH_LENGTH,
} from '../../src/limits.ts';
import { decodeClientPacket, decodeServerPacket } from '../../src/protocol/codec.ts';
import type { ClientPacket, Page, Query, ServerPacket } from '../../src/protocol/packet.ts';
import { clientPackets, serverPackets } from '../helpers/arbitraries.ts';

const packr = new Packr({ useRecords: false, int64AsType: 'number', mapsAsObjects: true, variableMapSize: true });
type Fields = Readonly<Record<string, unknown>>;
const client = (fields: Fields) => decodeClientPacket(packr.pack(fields));
const server = (fields: Fields) => decodeServerPacket(packr.pack(fields));

const ID = Buffer.alloc(16, 7);
const ACCOUNT = 'x'.repeat(22);
const TALK = `~${'y'.repeat(22)}`;
const REF = { account: ACCOUNT, id: ID };
const PEER = { account: ACCOUNT, name: 'bob' };

const command = (kind: string, fields: Fields): Fields => ({ type: 'command', id: ID, kind, ...fields });
const query = (kind: string, fields: Fields): Fields => ({ type: 'query', ref: 1, kind, ...fields });
const event = (kind: string, fields: Fields): Fields => ({
  ...{ type: 'event', kind, position: 1, time: 1, conversation: '#dev', account: ACCOUNT, from: 'alice' },
  ...fields,
});
const page = (kind: string, item: Fields, more: Fields = {}): Fields => ({
  ...{ type: 'page', ref: 1, final: true, kind, items: [item] },
  ...more,
});
const history = { scope: '#dev', limit: 10 };
const search = { text: 'x', limit: 10 };
const message = event('message', { text: 'x' });
const summary = { conversation: TALK, peer: PEER, last: 1, read: 1, unread: 1, missed: 1, delivered: 1 };

/** What no field takes that wants a text, a number, a flag, a room, a message; undefined: it is missing. */
const NO_TEXT = [undefined, null, 1, true, [], {}, Buffer.from('x')];
const NO_WHOLE = [undefined, null, -1, 0.5, 2 ** 53, '1', true, [], {}];
const NO_FLAG = [undefined, null, 0, 1, 'true', [], {}];
const NO_ROOM = [...NO_TEXT, '', 'dev', TALK, '*', `#${'x'.repeat(192)}`];
const NO_REF = [
  ...[undefined, null, 1, 'x', [], {}, ID],
  ...[{ account: ACCOUNT }, { id: ID }, { account: 'x', id: ID }, { account: ACCOUNT, id: ID.toString('hex') }],
  ...[
    { account: ACCOUNT, id: Buffer.alloc(15) },
    { account: ACCOUNT, id: Buffer.alloc(17) },
  ],
];
/** Of a field that may be missing, nil is no fault. */
const unlessNil = (values: readonly unknown[]) => values.filter(value => value !== null && value !== undefined);
const long = (most: number) => 'x'.repeat(most + 1);

/** A packet, a field of it, values that the field takes, and values that it does not. */
type Row = readonly [Fields, string, readonly unknown[], readonly unknown[]];

const CLIENT: readonly Row[] = [
  [command('post', { to: '#dev', text: 'x' }), 'reply', [undefined, null, REF], unlessNil(NO_REF)],
  [command('edit', { text: 'x' }), 'about', [REF], NO_REF],
  [
    command('edit', { about: REF }),
    'text',
    ['x', 'x'.repeat(MESSAGE_BYTES * 4)],
    [...NO_TEXT, long(MESSAGE_BYTES * 4)],
  ],
  [
    command('edit', { about: REF }),
    'sealed',
    [Buffer.alloc(1), Buffer.alloc(SEALED_BYTES)],
    ['x', 1, [], Buffer.alloc(0), Buffer.alloc(SEALED_BYTES + 1)],
  ],
  [command('delete', {}), 'about', [REF], NO_REF],
  [command('react', { reaction: '👍', on: true }), 'about', [REF], NO_REF],
  [
    command('react', { about: REF, on: true }),
    'reaction',
    ['', '👍', 'x'.repeat(REACTION_LENGTH * 4)],
    [...NO_TEXT, long(REACTION_LENGTH * 4)],
  ],
  [command('react', { about: REF, reaction: 'x' }), 'on', [true, false], NO_FLAG],
  [command('invite', { to: '@bob' }), 'room', ['#dev'], NO_ROOM],
  [command('invite', { room: '#dev' }), 'to', ['@bob', `=${ACCOUNT}`, '#dev'], [...NO_TEXT, 'bob', TALK, '=bob', '']],
  [command('visibility', { visibility: 'hidden' }), 'room', ['#dev'], NO_ROOM],
  [
    command('visibility', { room: '#dev' }),
    'visibility',
    ['public', 'invite', 'hidden'],
    [...NO_TEXT, '', 'Public', 'secret', '__proto__'],
  ],
  [command('retain', { days: 1 }), 'room', [undefined, null, '#dev'], unlessNil(NO_ROOM)],
  [command('retain', { room: null }), 'days', [undefined, null, 0, 30], unlessNil(NO_WHOLE)],
  [command('retain', { room: null }), 'bytes', [undefined, null, 0, 2 ** 50], unlessNil(NO_WHOLE)],
  [{ type: 'mark', position: 1 }, 'conversation', ['#dev', TALK, '*'], [...NO_TEXT, 'dev', '~x', '!', '']],
  [{ type: 'mark', conversation: '#dev' }, 'position', [0, 1, 2 ** 53 - 1], NO_WHOLE],
  [{ type: 'stored' }, 'position', [0, 1, 2 ** 53 - 1], NO_WHOLE],
  [
    { type: 'status' },
    'away',
    [undefined, null, '', 'lunch', 'x'.repeat(AWAY_LENGTH * 4)],
    [...unlessNil(NO_TEXT), long(AWAY_LENGTH * 4)],
  ],
  [
    { type: 'admin' },
    'request',
    [Buffer.alloc(1), Buffer.alloc(FRAME_CONTROL)],
    [undefined, null, 'x', 1, [], {}, Buffer.alloc(0), Buffer.alloc(FRAME_CONTROL + 1)],
  ],
  [query('history', history), 'scope', ['#dev', TALK, '*', 'own', 'all', 'private'], [...NO_TEXT, 'Own', '', '!', '~']],
  [
    query('history', { ...history, scope: 'own' }),
    'except',
    [undefined, null, [], ['#dev'], Array.from({ length: ROOMS_PER_ACCOUNT }, () => '#dev')],
    ['#dev', {}, 1, true, [TALK], [1], [null], Array.from({ length: ROOMS_PER_ACCOUNT + 1 }, () => '#dev')],
  ],
  [query('search', search), 'text', ['', 'x', 'x'.repeat(SEARCH_LENGTH * 4)], [...NO_TEXT, long(SEARCH_LENGTH * 4)]],
  [query('search', search), 'conversation', [undefined, null, '#dev', TALK], [1, true, [], {}, 'dev', 'own', '']],
  [query('search', search), 'from', [undefined, null, ACCOUNT, '*'], [1, true, [], {}, 'bob', '@bob', '']],
  [query('search', search), 'before', [undefined, null, 0, 9], unlessNil(NO_WHOLE)],
  [query('search', search), 'after', [undefined, null, 0, 9], unlessNil(NO_WHOLE)],
  [query('search', { text: 'x' }), 'limit', [0, 1, 2 ** 53 - 1], NO_WHOLE],
  [query('conversations', {}), 'since', [undefined, null, 0, 9], unlessNil(NO_WHOLE)],
];

const many = REACTIONS_PER_MESSAGE * 2;
const reacted = (accounts: number) => ({ reaction: '👍', accounts: Array.from({ length: accounts }, () => ACCOUNT) });
const reactions = (count: number) => Array.from({ length: count }, () => reacted(1));
const about = (kind: string, fields: Fields): Row[] => [
  [event(kind, { ...fields }), 'about', [REF], NO_REF],
  [event(kind, { ...fields, about: REF }), 'to', [undefined, null, PEER], [1, 'bob', [], {}, { name: 'bob' }]],
];

const SERVER: readonly Row[] = [
  [
    { type: 'admin', final: true },
    'reply',
    [Buffer.alloc(0), Buffer.alloc(FRAME_CONTROL)],
    [undefined, null, 'x', 1, [], {}, Buffer.alloc(FRAME_CONTROL + 1)],
  ],
  [{ type: 'admin', reply: Buffer.alloc(0) }, 'final', [true, false], NO_FLAG],
  [message, 'reply', [undefined, null, REF], unlessNil(NO_REF)],
  [message, 'edited', [undefined, null, 1], unlessNil(NO_WHOLE)],
  [message, 'deleted', [undefined, null, true, false], unlessNil(NO_FLAG)],
  [
    message,
    'reactions',
    [undefined, null, [], [reacted(0)], [reacted(many)], reactions(many)],
    ['x', 1, {}, ['x'], [{}], [{ reaction: 'x' }], [{ ...reacted(1), reaction: long(REACTION_LENGTH * 4) }]].concat([
      [reacted(many + 1)],
      reactions(many + 1),
      [{ reaction: 'x', accounts: ['bob'] }],
    ]),
  ],
  ...about('edited', { text: 'x' }),
  ...about('deleted', {}),
  ...about('reacted', { reaction: 'x', on: true }),
  [event('edited', { about: REF }), 'text', ['', 'x'.repeat(MESSAGE_BYTES)], [...NO_TEXT, long(MESSAGE_BYTES)]],
  [event('reacted', { about: REF, on: true }), 'reaction', ['👍'], [...NO_TEXT, long(REACTION_LENGTH * 4)]],
  [event('reacted', { about: REF, reaction: 'x' }), 'on', [true, false], NO_FLAG],
  [event('invited', { to: PEER }), 'room', ['#dev'], NO_ROOM],
  [event('invited', { room: '#dev' }), 'to', [PEER], [undefined, null, 1, 'bob', {}, { account: ACCOUNT }]],
  [event('visibility', {}), 'visibility', ['public', 'invite', 'hidden'], [...NO_TEXT, 'secret', '']],
  [{ type: 'marked', position: 1 }, 'conversation', ['#dev', TALK], [...NO_TEXT, 'dev', '!']],
  [{ type: 'marked', conversation: TALK }, 'position', [0, 9], NO_WHOLE],
  [{ type: 'delivered', position: 1 }, 'conversation', [TALK], [...NO_TEXT, 'dev', '!']],
  [{ type: 'delivered', conversation: TALK }, 'position', [0, 9], NO_WHOLE],
  [
    { type: 'presence', account: ACCOUNT, name: 'bob', here: true, time: 1 },
    'away',
    [undefined, null, '', 'lunch'],
    [...unlessNil(NO_TEXT), long(AWAY_LENGTH * 4)],
  ],
  [page('hits', message, { more: true }), 'reached', [0, 9], NO_WHOLE],
  [page('hits', message, { reached: 1 }), 'more', [true, false], NO_FLAG],
];

const ITEMS: readonly (readonly [string, Row])[] = [
  ['conversations', [summary, 'conversation', ['#dev', TALK], [...NO_TEXT, 'dev']]],
  ['conversations', [summary, 'peer', [undefined, null, PEER], [1, 'bob', {}, { account: ACCOUNT }]]],
  ...['last', 'read', 'unread', 'missed', 'delivered'].map(
    name => ['conversations', [summary, name, [0, 9], NO_WHOLE]] as const,
  ),
  [
    'rooms',
    [
      { room: '#dev', topic: '', members: 1, joined: true },
      'visibility',
      ['public', 'invite', 'hidden'],
      [...NO_TEXT, 'x'],
    ],
  ],
  [
    'people',
    [
      { account: ACCOUNT, name: 'bob', here: true, since: 1 },
      'away',
      [undefined, null, 'x'],
      [1, long(AWAY_LENGTH * 4)],
    ],
  ],
];

/** The packet with the field, or without it. */
function having(fields: Fields, name: string, value: unknown): Fields {
  const { [name]: _before, ...rest } = fields;
  return value === undefined ? rest : { ...rest, [name]: value };
}

function check(t: ExecutionContext, decode: (fields: Fields) => unknown, rows: readonly Row[]): void {
  for (const [fields, name, sound, wrong] of rows) {
    const shown = `${fields['type']} ${fields['kind'] ?? ''} ${name}`;
    for (const value of sound) t.notThrows(() => decode(having(fields, name, value)), `${shown}: ${value}`);
    for (const value of wrong) {
      const error = t.throws(
        () => decode(having(fields, name, value)),
        { instanceOf: TchatError },
        `${shown}: ${value}`,
      );
      t.is(error.code, 'bad-packet');
      t.true(String(error.params['what']).startsWith(`.${name}`), `${shown}: ${error.params['what']}`);
    }
  }
}

// Red when a check is left out, takes more, or names another field.
test('what a client says has fields of their types and lengths', t => check(t, client, CLIENT));
test('what a server says has fields of their types and lengths', t => check(t, server, SERVER));

test('the items of a page have fields of their types', t => {
  for (const [kind, [item, name, sound, wrong]] of ITEMS) {
    for (const value of sound) t.notThrows(() => server(page(kind, having(item, name, value))), `${kind} ${name}`);
    for (const value of wrong) {
      const error = t.throws(() => server(page(kind, having(item, name, value))), { instanceOf: TchatError });
      t.true(String(error.params['what']).startsWith(`.items[0].${name}`), `${kind} ${name}: ${error.params['what']}`);
    }
  }
});

test('one of text and sealed has to be there, and sealed counts where both are', t => {
  const error = t.throws(() => client(command('edit', { about: REF })), { instanceOf: TchatError });
  t.deepEqual(error.params, { what: '.text' });
  t.throws(() => server(event('edited', { about: REF })), { instanceOf: TchatError });
  const both = client(command('edit', { about: REF, text: 'x', sealed: Buffer.of(1) }));
  t.like(both, { command: { kind: 'edit', body: { kind: 'sealed' } } });
});

test('rooms are folded wherever they are named, and limits of pages are brought into their range', t => {
  t.like(client(command('invite', { room: '#Dev', to: '@bob' })), { command: { room: '#dev' } });
  t.like(client(command('visibility', { room: '#DEV', visibility: 'hidden' })), { command: { room: '#dev' } });
  t.like(client(command('retain', { room: '#Dev' })), { command: { room: '#dev', keep: { days: null, bytes: null } } });
  t.like(client({ type: 'mark', conversation: '#Dev', position: 1 }), { conversation: '#dev' });
  t.like(client(query('search', { ...search, conversation: '#Dev' })), { query: { conversation: '#dev' } });
  t.like(client(query('search', { ...search, limit: 0 })), { query: { limit: 1 } });
  t.like(client(query('search', { ...search, limit: 2 ** 40 })), { query: { limit: PAGE_EVENTS } });
  const own = client(query('history', { ...history, scope: 'own', except: ['#Dev', '#b'] }));
  t.like(own, { query: { scope: { of: 'own', except: ['#dev', '#b'] } } });
  const room = client(query('history', { ...history, except: ['#b'] }));
  t.like(room, { query: { scope: { of: 'conversation', conversation: '#dev' } } });
});

test('text in the new fields is clean behind the gates', t => {
  const bite = 'a\u001b[2Jb\u202ec\n';
  const clean = 'a\ufffd[2Jb\ufffdc ';
  t.like(client({ type: 'status', away: bite }), { away: clean });
  t.like(client(command('react', { about: REF, reaction: bite, on: true })), { command: { reaction: clean } });
  t.like(client(query('search', { ...search, text: bite })), { query: { text: clean } });
  t.like(server(event('reacted', { about: REF, reaction: bite, on: true })), { event: { reaction: clean } });
  const read = server({ ...message, reactions: [{ reaction: bite, accounts: [] }] });
  t.like(read, { event: { reactions: [{ reaction: clean, accounts: [] }] } });
});

// What the tests draw at random

/** All of them, or the compiler says which one is missing. */
const CLIENT_TYPES: Record<ClientPacket['type'], true> = {
  ...{ hello: true, login: true, command: true, watch: true, query: true, mark: true, stored: true, status: true },
  ...{ admin: true, attach: true },
};
const SERVER_TYPES: Record<ServerPacket['type'], true> = {
  ...{ challenge: true, welcome: true, ack: true, refused: true, event: true, presence: true, stale: true },
  ...{ marked: true, delivered: true, page: true, role: true, admin: true, wanted: true },
};
const QUERIES: Record<Query['kind'], true> = {
  ...{ history: true, search: true, conversations: true, rooms: true, people: true, members: true },
  ...{ offers: true, grant: true },
};
const PAGES: Record<Page['kind'], true> = {
  ...{ events: true, hits: true, conversations: true, rooms: true, people: true, members: true },
  ...{ offers: true, grants: true },
};
const EVENTS: Record<EventKind | 'unknown', true> = {
  ...{ message: true, edited: true, deleted: true, reacted: true, invited: true, visibility: true, created: true },
  ...{ joined: true, left: true, topic: true, broadcast: true, kicked: true, limited: true, retained: true },
  ...{ 'clock-confirmed': true, claimed: true, unknown: true, renamed: true, released: true, role: true },
  ...{ banned: true, unbanned: true, muted: true, unmuted: true, ruled: true, door: true, motd: true, set: true },
  ...{ offered: true, received: true, declined: true, withdrawn: true },
  ...{ exempted: true, 'invite-made': true, 'invite-used': true, 'invite-revoked': true },
};

// Red when a kind is left out of the arbitraries: nothing random would ever try it.
test('everything that can be said is among what is drawn at random', t => {
  const options = { numRuns: 5_000, seed: 1 };
  const asked = fc.sample(clientPackets, options);
  const told = fc.sample(serverPackets, options);
  const seen = (values: readonly unknown[]) => [...new Set(values)].filter(value => value !== null).sort();
  t.deepEqual(seen(asked.map(packet => packet.type)), Object.keys(CLIENT_TYPES).sort());
  t.deepEqual(seen(told.map(packet => packet.type)), Object.keys(SERVER_TYPES).sort());
  const kindOf = (packet: ClientPacket, type: 'command' | 'query') =>
    packet.type !== type ? null : packet.type === 'command' ? packet.command.kind : packet.query.kind;
  t.deepEqual(seen(asked.map(packet => kindOf(packet, 'command'))), Object.keys(COMMANDS).sort());
  t.deepEqual(seen(asked.map(packet => kindOf(packet, 'query'))), Object.keys(QUERIES).sort());
  t.deepEqual(seen(told.map(packet => (packet.type === 'page' ? packet.kind : null))), Object.keys(PAGES).sort());
  t.deepEqual(
    seen(told.map(packet => (packet.type === 'event' ? packet.event.kind : null))),
    Object.keys(EVENTS).sort(),
  );
});
