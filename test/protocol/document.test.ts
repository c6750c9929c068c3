// docs/protocol.md against the program: what the document shows is what the code reads and writes, and nothing that
// can be said on the wire is missing from it.
// Seen red: a byte of an example changed; rows of the tables of fields, refusals, closes and limits taken out; a heading renamed.
import { createPrivateKey, createPublicKey, verify } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { Packr } from 'msgpackr';
import { COMMANDS } from '../../src/chat/decide.ts';
import { readInvite } from '../../src/identity/invite.ts';
import { accountOf, loginTranscript, talkOf } from '../../src/identity/keys.ts';
import { stretch } from '../../src/identity/password.ts';
import { isProof, prove } from '../../src/identity/proof.ts';
import * as limits from '../../src/limits.ts';
import { decodeClientPacket, decodeServerPacket, encodePacket } from '../../src/protocol/codec.ts';
import { type DataPacket, decodeDataPacket, encodeDataPacket } from '../../src/protocol/data-packet.ts';
import { decodeClose, encodeClose, encodeFrame, FRAME, FrameDecoder } from '../../src/protocol/frame.ts';
import { DEFAULT_PORT } from '../../src/session/address.ts';
import {
  asJson,
  blockOf,
  bytesOf,
  column,
  DOCUMENT,
  type Example,
  examples,
  tables,
} from '../helpers/protocol-document.ts';

const SRC = fileURLToPath(new URL('../../src', import.meta.url));
const packr = new Packr({ useRecords: false, int64AsType: 'number', mapsAsObjects: true });
const EXAMPLES = examples();
/** What the examples take for the exporter of the connection and the fingerprint of the server’s key. */
const rising = (from: number) => Buffer.from(Array.from({ length: 32 }, (_, n) => from + n));
const BINDING = { exporter: rising(0x40), serverKey: rising(0x60) };

interface Seen {
  readonly type: number;
  readonly payload: Buffer;
}

/** The one frame that the bytes are. */
function frameOf(bytes: Buffer): Seen {
  const seen: Seen[] = [];
  const decoder = new FrameDecoder(limits.FRAME_CONTROL);
  decoder.feed(bytes, (type, payload) => seen.push({ type, payload: Buffer.from(payload) }) > 0);
  if (seen.length !== 1 || decoder.pending > 0) throw new Error(`${seen.length} frames, ${decoder.pending} bytes over`);
  return seen[0] as Seen;
}

function encoded(packet: ReturnType<typeof decode>): string {
  if (packet.type === 'unknown') throw new Error('a kind that the program does not know');
  if (isDataPacket(packet)) return encodeDataPacket(packet).toString('hex');
  return encodePacket(packet).toString('hex');
}

const DATA_TYPES = ['attached', 'from', 'credit', 'end', 'done', 'direct'];

function isDataPacket(packet: { readonly type: string }): packet is DataPacket {
  return DATA_TYPES.includes(packet.type);
}

function decode(from: Example['from'], payload: Buffer) {
  if (from === 'data') return decodeDataPacket(payload);
  return from === 'client' ? decodeClientPacket(payload) : decodeServerPacket(payload);
}

function example(name: string): Example & { readonly map: Record<string, unknown> } {
  const found = EXAMPLES.find(each => each.name === name);
  if (!found) throw new Error(`no example ${name}`);
  return { ...found, map: packr.unpack(frameOf(found.bytes).payload) as Record<string, unknown> };
}

for (const each of EXAMPLES) {
  const { name, from, bytes, value, foreign, refused } = each;
  test(`the example ${name} is ${refused ? 'refused as it says' : 'what the program reads and writes'}`, t => {
    const { type, payload } = frameOf(bytes);
    if (refused) {
      t.throws(() => decode(from, payload), { message: refused });
      return;
    }
    switch (type) {
      case FRAME.packet:
        t.deepEqual(asJson(packr.unpack(payload)), value);
        if (foreign) t.notThrows(() => decode(from, payload));
        else t.is(encoded(decode(from, payload)), bytes.toString('hex'));
        return;
      case FRAME.close:
        t.deepEqual(decodeClose(payload), value as ReturnType<typeof decodeClose>);
        t.deepEqual(encodeClose(decodeClose(payload)), bytes);
        return;
      default:
        t.is(asJson(payload), value);
        t.deepEqual(encodeFrame(type as typeof FRAME.ping, payload), bytes);
    }
  });
}

test('the bytes of another encoder say the same as ours', t => {
  const ours = frameOf(example('history').bytes).payload;
  const theirs = frameOf(example('history-other').bytes).payload;
  t.deepEqual(decodeClientPacket(theirs), decodeClientPacket(ours));
});

test('the login of the document is signed by its key over its transcript', t => {
  const challenge = decodeServerPacket(frameOf(example('challenge').bytes).payload);
  const hello = decodeClientPacket(frameOf(example('hello').bytes).payload);
  const login = decodeClientPacket(frameOf(example('login').bytes).payload);
  if (challenge.type !== 'challenge' || hello.type !== 'hello' || login.type !== 'login')
    throw new Error('other types');
  const { protocol, server, nonce } = challenge;
  const { key, device } = hello;
  const transcript = bytesOf(blockOf('hex transcript'));
  const ours = loginTranscript({ protocol, serverId: server.id, nonce, key, device, name: login.name, ...BINDING });
  t.is(ours.toString('hex'), transcript.toString('hex'));
  const signature = bytesOf(blockOf('hex signature'));
  t.deepEqual(Buffer.from(login.signature), signature);
  const [, secret = ''] = /secret\s+`([0-9a-f]{64})`/.exec(DOCUMENT) ?? [];
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from(secret, 'hex')]);
  const own = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  t.true(verify(null, transcript, createPublicKey(own), signature));
  t.is(createPublicKey(own).export({ format: 'jwk' }).x, Buffer.from(key).toString('base64url'));
});

test('the proofs of the document are those of its invite and its password', async t => {
  const transcript = bytesOf(blockOf('hex transcript'));
  const [, token = ''] = /the token `([A-Za-z0-9_-]{30})`/.exec(DOCUMENT) ?? [];
  const invite = readInvite(token);
  const login = decodeClientPacket(frameOf(example('login-invite').bytes).payload);
  if (!invite || login.type !== 'login' || !login.proof) throw new Error('no invite');
  t.is(login.invite, invite.id);
  t.true(isProof(login.proof, 'invite', invite.key, transcript));
  const [, password = ''] = /the password `(\w+)`/.exec(DOCUMENT) ?? [];
  const key = bytesOf(blockOf('hex stretched'));
  const salt = Buffer.from((example('challenge-entry').map['entry'] as { salt: Uint8Array }).salt);
  t.deepEqual(await stretch(password, salt), key);
  t.deepEqual(prove('password', key, transcript), bytesOf(blockOf('hex password-proof')));
});

test('the accounts and conversations of the document follow from its keys', t => {
  const keys = [...DOCUMENT.matchAll(/`([0-9a-f]{64})`/g)].map(match => Buffer.from(match[1] as string, 'hex'));
  const alice = accountOf(example('hello').map['key'] as Uint8Array);
  const bob = accountOf(keys.at(-1) as Buffer);
  const named = [alice, bob, talkOf(alice, bob), talkOf(alice, alice)];
  for (const each of named) t.true(DOCUMENT.includes(`\`${each}\``), each);
  t.is(example('message-private').map['conversation'], talkOf(alice, bob));
  t.is(example('message-answer').map['account'], bob);
});

// Completeness

function source(...path: string[]): string {
  return readFileSync(join(SRC, ...path), 'utf8');
}

function sources(...folders: string[]): string {
  const files = folders.flatMap(folder =>
    readdirSync(join(SRC, folder), { recursive: true, encoding: 'utf8' }).map(file => join(folder, file)),
  );
  return files
    .filter(file => file.endsWith('.ts'))
    .map(file => source(file))
    .join('\n');
}

function all(text: string, pattern: RegExp): Set<string> {
  const found = new Set([...text.matchAll(pattern)].map(match => match[1] as string));
  if (found.size === 0) throw new Error(`nothing in the source is like ${pattern}: has it moved?`);
  return found;
}

/** The words of the `oneOf` of a check in a gate. */
function words(gate: string, check: string): Set<string> {
  const [, list = ''] =
    new RegExp(`const ${check} = record\\([^;]*oneOf\\(([^)]*)\\)`).exec(source('protocol', gate)) ?? [];
  return all(list, /'([a-z-]+)'/g);
}

/** The kinds in a list of the client's gate. */
function kinds(name: 'COMMANDS' | 'QUERIES'): Set<string> {
  const [, list = ''] = new RegExp(`^const ${name} = ([^;]*);$`, 'm').exec(source('protocol', 'gate-client.ts')) ?? [];
  return all(list, /'([a-z-]+)'/g);
}

const MAPS = EXAMPLES.filter(each => !each.refused && each.bytes[4] === FRAME.packet).map(each => example(each.name));
const valuesOf = (key: string, type: string) =>
  new Set(MAPS.filter(each => each.map['type'] === type).map(each => each.map[key]));
const HEADINGS = [...DOCUMENT.matchAll(/^### (.*)$/gm)].flatMap(match => (match[1] as string).split(/[ ,:(]+/));

/** Events that the server keeps to itself: no frame can show them. */
const NEVER_SENT = [
  ...['claimed', 'limited', 'retained', 'clock-confirmed', 'released', 'role', 'exempted'],
  ...['banned', 'unbanned', 'door', 'set'],
  ...['invite-made', 'invite-used', 'invite-revoked'],
];

test('every type of packet has a heading and an example', t => {
  const ofData = words('data-packet.ts', 'kindOf');
  t.deepEqual([...ofData], DATA_TYPES);
  for (const type of [...words('gate-client.ts', 'kindOf'), ...words('gate-server.ts', 'kindOf'), ...ofData]) {
    t.true(HEADINGS.includes(type), type);
    t.true(
      MAPS.some(each => each.map['type'] === type),
      type,
    );
  }
});

test('every command, query, page and event has a heading or a table, and an example', t => {
  const events = all(
    source('protocol', 'gate-server.ts'),
    /^ {4}case '([a-z-]+)':(?=(?:(?!satisfies)[\s\S])*?common)/gm,
  );
  const declared = all(
    /EventDetail =([\s\S]*?);\nexport/.exec(source('chat', 'vocabulary.ts'))?.[1] ?? '',
    /kind: '([a-z-]+)'/g,
  );
  t.deepEqual([...kinds('COMMANDS')].sort(), Object.keys(COMMANDS).sort());
  for (const kind of declared) {
    t.true(HEADINGS.includes(kind), kind);
    t.true(events.has(kind), kind);
    t.is(valuesOf('kind', 'event').has(kind), !NEVER_SENT.includes(kind), kind);
  }
  for (const kind of kinds('COMMANDS')) {
    t.true(HEADINGS.includes(kind), kind);
    t.true(valuesOf('kind', 'command').has(kind), kind);
  }
  for (const kind of kinds('QUERIES')) {
    t.true(HEADINGS.includes(kind), kind);
    t.true(valuesOf('kind', 'query').has(kind), kind);
  }
  for (const kind of words('gate-server.ts', 'pageHead')) t.true(valuesOf('kind', 'page').has(kind), kind);
});

/** The names of the fields of all records in a text, nested ones too. */
function fieldsOf(text: string): Set<string> {
  const records = [...text.matchAll(/record\(\{([\s\S]*?)\}\)(?=[;,)\s])/g)].map(match => match[1] as string);
  const names = records.join(',').matchAll(/(?:^|[{,])\s*([a-z]+)(?=\s*(?:[:,}]|$))/gm);
  return new Set([...names].map(match => match[1] as string));
}

test('every field that a gate checks stands in a table', t => {
  const documented = new Set(column('field').map(field => field.split('.').at(-1)));
  const checked = ['gate-client.ts', 'gate-server.ts', 'gate-fields.ts', 'data-packet.ts'].flatMap(file => [
    ...fieldsOf(source('protocol', file)),
  ]);
  t.true(checked.length > 50);
  for (const field of checked) t.true(documented.has(field), field);
});

test('every field of an example stands in the tables', t => {
  const documented = new Set(column('field'));
  const look = (value: unknown, path: string) => {
    if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
    for (const [key, each] of Object.entries(value)) {
      t.true(documented.has(path + key), path + key);
      if (key === 'params') continue;
      if (Array.isArray(each)) for (const item of each) look(item, '');
      else look(each, `${path}${key}.`);
    }
  };
  for (const { map, foreign } of MAPS) if (!foreign) look(map, '');
});

function rowsUnder(heading: string): readonly (readonly string[])[] {
  const found = tables().filter(table => table.heading === heading && table.columns[0] === 'code');
  if (found.length !== 1) throw new Error(`${found.length} tables of codes under ${heading}`);
  return found[0]?.rows ?? [];
}

test('every refusal is in its table, with its parameters', t => {
  const rows = new Map(rowsUnder('refused (server)').map(row => [row[0], row[1] ?? '']));
  const declared = all(/RejectionCode =([\s\S]*?);/.exec(source('chat', 'vocabulary.ts'))?.[1] ?? '', /'([a-z-]+)'/g);
  const thrown = all(
    source('server', 'queries.ts') + source('server', 'committer.ts'),
    /Error\((?:error, )?'([a-z-]+)'/g,
  );
  const stored = all(source('store', 'event-log.ts'), /`(storage-[a-z]+)`/g);
  // Names are claimed at login, which knows no refusals: it ends with a close.
  const closing = new Set(['name-taken', 'name-invalid']);
  for (const code of [...declared, ...thrown, ...stored, 'unknown-kind', 'internal'])
    t.true(rows.has(code) || closing.has(code), code);
  const calls = sources('chat/commands').matchAll(/reject\('([a-z-]+)', \{([^}]*)\}/g);
  for (const [, code = '', fields = ''] of calls) {
    const names = fields.split(',').map(field => `\`${field.split(':')[0]?.trim()}\``);
    t.deepEqual(rows.get(code)?.split(', ').map(quoted), names, code);
  }
});

/** A cell of one word has lost its code marks. */
function quoted(name: string): string {
  return name.startsWith('`') ? name : `\`${name}\``;
}

test('every code with which a connection is closed is in its table', t => {
  const text = sources('session', 'protocol', 'server', 'client');
  const codes = new Set([
    ...all(text, /\.(?:close|leave|die)\(\s*'([a-z-]+)'/g),
    ...[...all(text, /code: '([a-z-]+)'/g)].filter(code => code !== 'unknown-kind' && code !== 'storage-recovered'),
    ...all(
      source('protocol', 'frame.ts') + source('protocol', 'scan.ts'),
      /(?:TchatError\(|\? |: )'([a-z]+-[a-z-]+)'/g,
    ),
    ...all(source('protocol', 'schema.ts') + source('server', 'handshake.ts'), /TchatError\('([a-z-]+)'/g),
    ...all(source('session', 'admission.ts'), /(?:return|\? ) *'([a-z-]+)'/g),
    ...all(source('chat', 'claim.ts'), /reject\('([a-z-]+)'/g),
    ...all(/FINAL = new Set\(\[([\s\S]*?)\]/.exec(source('client', 'handshake.ts'))?.[1] ?? '', /'([a-z-]+)'/g),
    ...all(source('store', 'event-log.ts'), /`(storage-[a-z]+)`/g),
    ...all(source('session', 'heartbeat.ts'), /'(peer-[a-z]+)'/g),
  ]);
  const documented = new Set(rowsUnder('11. Closing').map(row => row[0] as string));
  // Ends without a frame, which the text below the table names.
  for (const code of ['connection-lost', 'peer-dead', 'peer-stalled']) {
    t.true(DOCUMENT.includes(`\`${code}\``));
    codes.delete(code);
  }
  for (const code of codes) t.true(documented.has(code), code);
  for (const code of documented) t.true(codes.has(code) || text.includes(`'${code}'`), `${code} is no longer used`);
});

test('the frames of the document are those of the program', t => {
  const rows = tables().find(table => table.columns.join() === 'type,name,payload')?.rows ?? [];
  t.deepEqual(Object.fromEntries(rows.map(row => [row[1] as string, Number(row[0])])), { ...FRAME });
});

test('every link within the document leads to a heading', t => {
  const slug = (heading: string) =>
    heading
      .toLowerCase()
      .replace(/[^a-z0-9 _-]/g, '')
      .replaceAll(' ', '-');
  const anchors = new Set([...DOCUMENT.matchAll(/^#+ (.*)$/gm)].map(match => slug(match[1] as string)));
  for (const [, anchor = ''] of DOCUMENT.matchAll(/\]\(#([^)]*)\)/g)) t.true(anchors.has(anchor), anchor);
});

/** The rows of the table of limits, as the code has them. */
const VALUES: Readonly<Record<string, number>> = {
  'bytes of a frame’s payload before login': limits.FRAME_BEFORE_LOGIN,
  'bytes received before login': limits.BYTES_BEFORE_LOGIN,
  'bytes of a frame’s payload after login': limits.FRAME_CONTROL,
  'bytes of a data frame’s payload': limits.FRAME_DATA,
  'MiB of a file': limits.FILE_MIB,
  'offers of an account that nobody has answered': limits.OFFERS_PER_ACCOUNT,
  'offers of an account in all': limits.OFFERS_HELD,
  'files of an account on their way': limits.FILES_AT_ONCE,
  'MiB of files that wait at the server': limits.SPOOL_MIB,
  'of them of one account': limits.SPOOL_MIB_PER_ACCOUNT,
  'days that an offer stands': limits.SPOOL_DAYS,
  'milliseconds that a grant holds': limits.GRANT_HOLDS,
  'milliseconds that one end of a way waits for the other': limits.WAY_PATIENCE,
  'bytes of a file that a relay holds': limits.RELAY_HELD,
  'addresses of a direct way': limits.DIRECT_ADDRESSES,
  'milliseconds within which a direct way comes about': limits.DIRECT_TIMEOUT,
  'depth of a value': limits.VALUE_DEPTH,
  'bytes of a message’s text': limits.MESSAGE_BYTES,
  'lines of a message’s text': limits.MESSAGE_LINES,
  'bytes of a sealed body': limits.SEALED_BYTES,
  'code points of a name': limits.NAME_LENGTH,
  'code points of a room’s name': limits.ROOM_LENGTH,
  'code points of a topic': limits.TOPIC_LENGTH,
  'code points of a reason': limits.REASON_LENGTH,
  'code points of a reaction': limits.REACTION_LENGTH,
  'reactions on a message': limits.REACTIONS_PER_MESSAGE,
  'code points of a word on going away': limits.AWAY_LENGTH,
  'rooms that an account is in': limits.ROOMS_PER_ACCOUNT,
  'rooms that an account has made': limits.ROOMS_OWNED,
  'members of a room': limits.MEMBERS_PER_ROOM,
  'sessions of an account': limits.SESSIONS_PER_ACCOUNT,
  'connections of a server': limits.CONNECTIONS,
  'connections not logged in': limits.CONNECTIONS_UNAUTHENTICATED,
  'connections of one address (IPv4 address, IPv6 /64)': limits.CONNECTIONS_PER_ADDRESS,
  'connections of one address not logged in': limits.UNAUTHENTICATED_PER_ADDRESS,
  'connections of one address a minute that do not log in': limits.CONNECTIONS_PER_MINUTE,
  'commands of an account at once': limits.COMMANDS_BURST,
  'commands of an account a second after that': limits.COMMANDS_PER_SECOND,
  'history and search of an account at once': limits.QUERIES_BURST,
  'history and search of an account a second after that': limits.QUERIES_PER_SECOND,
  'wrong passwords of one address a minute': limits.GUESSES_PER_ADDRESS,
  'wrong passwords a minute': limits.GUESSES,
  'names of before that an account keeps': limits.NAMES_HELD,
  'milliseconds for TLS and the login': limits.LOGIN_TIMEOUT,
  'bytes of a ClientHello': limits.TLS_HELLO_BYTES,
  'statements of earlier keys in a certificate': limits.ROTATIONS_KEPT,
  'milliseconds of silence until a ping': limits.PING_IDLE,
  'milliseconds of silence until the peer is given up': limits.PEER_DEAD,
  'bytes queued until pushing stops': limits.OUTBOUND_QUEUED,
  'milliseconds without progress of a queue': limits.OUTBOUND_STALLED,
  'milliseconds to read a close': limits.CLOSE_LINGER,
  'commands of a session in the server’s hands': limits.COMMANDS_IN_FLIGHT,
  'commands that a client keeps unanswered': limits.UNACKED_MESSAGES,
  'bytes of commands that a client keeps unanswered': limits.UNACKED_BYTES,
  'events of a page': limits.PAGE_EVENTS,
  'bytes of a page': limits.PAGE_BYTES,
  'messages that are counted as unread': limits.UNREAD_COUNTED,
  'events that are counted as missed': limits.MISSED_COUNTED,
  'private messages that wait for an account': limits.WAITING_MESSAGES,
  'bytes of them': limits.WAITING_BYTES,
  'of them from one sender': limits.WAITING_PER_SENDER,
  'parts of a room’s past that are told apart, of its open time and of yours in it': limits.PARTS_KEPT,
  'days that talk is kept, unless an operator says otherwise': limits.KEPT_DAYS,
  'bytes that the log may take, unless an operator says otherwise': limits.KEPT_BYTES,
  'milliseconds that private talk is kept in any case': limits.PRIVATE_KEPT,
  'milliseconds for which an id is known in any case': limits.RECEIPTS_KEPT,
  'milliseconds that the clock may jump': limits.CLOCK_JUMP,
  'events that the memory log keeps': limits.MEMORY_EVENTS,
  'milliseconds before the first dial again': limits.RECONNECT_FIRST,
  'milliseconds before a dial again at most': limits.RECONNECT_LONGEST,
};

test('the table of limits has the numbers of the program', t => {
  const rows = tables().find(table => table.heading === '12. Limits')?.rows ?? [];
  const documented = rows.map(row => [row[0]?.replaceAll("'", '’'), Number(row[1]?.replaceAll(',', ''))]);
  t.deepEqual(Object.fromEntries(documented), VALUES);
  t.true(DOCUMENT.includes(`default port is ${DEFAULT_PORT}`));
});
