// Databases as earlier versions of the program left them: the migrations up to a version, and rows as that version wrote
// them, in its own words. What is here is never changed to fit the program: what a later version writes is added.
import Database from 'better-sqlite3';
import type { Migration } from '../../src/store/sqlite/database.ts';

type Row = Readonly<Record<string, string | number | Buffer | null>>;
type Rows = Readonly<Record<string, readonly Row[]>>;

export interface Written {
  /** The version whose rows these are. */
  readonly by: number;
  readonly rows: Rows;
}

/** A file of a version: what an earlier one wrote went through the steps between, as it does with whoever updates in turn. */
export function oldStore(
  file: string,
  migrations: readonly Migration[],
  version: number,
  { by, rows }: Written = { by: version, rows: {} },
): void {
  const db = new Database(file);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON');
  for (const migration of migrations) {
    if (migration.version > version) continue;
    db.exec(migration.sql);
    migration.fill?.(db);
    db.exec(`PRAGMA user_version = ${migration.version}`);
    if (migration.version === by) insert(db, rows);
  }
  db.close();
}

function insert(db: Database.Database, rows: Rows): void {
  for (const [table, all] of Object.entries(rows)) {
    for (const row of all) {
      const names = Object.keys(row);
      const places = names.map(name => `@${name}`).join(', ');
      db.prepare(`INSERT INTO ${table} (${names.join(', ')}) VALUES (${places})`).run(row);
    }
  }
}

/** The version of a file, whether it is whole, and how many rows there are in each table of `rows`. */
export function facts(file: string, rows: Rows) {
  const db = new Database(file, { readonly: true });
  try {
    const counts = Object.keys(rows).map(table => [
      table,
      db.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number,
    ]);
    return {
      version: db.prepare('SELECT user_version FROM pragma_user_version').pluck().get() as number,
      whole: db.prepare('SELECT integrity_check FROM pragma_integrity_check').pluck().get() as string,
      counts: Object.fromEntries(counts) as Readonly<Record<string, number>>,
    };
  } finally {
    db.close();
  }
}

export const countsOf = (rows: Rows) =>
  Object.fromEntries(Object.entries(rows).map(([table, all]) => [table, all.length]));

const idOf = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const bytesOf = (n: number) => Buffer.from(idOf(n).replaceAll('-', ''), 'hex');

const said = (position: number, changes: Row = {}): Row => ({
  ...{ position, time: 1_000 + position, latest: 1_000 + position, conversation: '#lobby', account: 'alice' },
  ...{ name: 'Alice', kind: 'message', text: `said ${position}`, sealed: null },
  ...{ detail: `{"action":false,"id":"${idOf(position)}"}` },
  ...changes,
});

const silent = (position: number, kind: string, changes: Row = {}): Row =>
  said(position, { kind, text: null, detail: `{"id":"${idOf(position)}"}`, ...changes });

/** What version 1 kept of a server: names, rooms, talk of every form, answers, marks. */
const LOG_ROWS_1: Rows = {
  events: [
    silent(1, 'claimed', {
      conversation: '!',
      detail: `{"name":"Alice","skeleton":"alice","key":"${Buffer.alloc(32, 7).toString('base64')}"}`,
    }),
    silent(2, 'created', { detail: '{}' }),
    silent(3, 'joined'),
    said(4, { text: 'first words, 今天看见熊猫', time: 2_000, latest: 2_000 }),
    // The clock was set back meanwhile.
    said(5, { time: 1_500, latest: 2_000, account: 'bob', name: 'Bob', detail: `{"action":true,"id":"${idOf(5)}"}` }),
    said(8, {
      ...{ conversation: '~talk', latest: 2_000, text: 'between us' },
      detail: `{"action":false,"to":{"account":"bob","name":"Bob"},"id":"${idOf(8)}"}`,
    }),
    said(9, {
      ...{ conversation: '~talk', latest: 2_000, text: null, sealed: Buffer.from([0, 255, 7]) },
      detail: `{"action":false,"to":{"account":"bob","name":"Bob"},"id":"${idOf(9)}"}`,
    }),
    said(10, { kind: 'topic', text: 'what it is about', latest: 2_000, detail: `{"id":"${idOf(10)}"}` }),
    said(11, { kind: 'broadcast', conversation: '*', text: 'to all', latest: 2_000, detail: '{}' }),
    silent(12, 'left', { latest: 2_000 }),
  ],
  receipts: [
    ...[3, 4, 5, 8, 9, 10].map(n => ({
      ...{ account: n === 5 ? 'bob' : 'alice', id: bytesOf(n), position: n, time: 1_000 + n },
    })),
    // Its event was forgotten already.
    { account: 'alice', id: bytesOf(99), position: 7, time: 1_700 },
  ],
  talks: [{ conversation: '~talk', one: 'alice', other: 'bob' }],
  marks: [
    { account: 'bob', conversation: '#lobby', kind: 'read', position: 4 },
    { account: 'bob', conversation: '~talk', kind: 'stored', position: 8 },
  ],
  facts: [{ name: 'id', value: '01234567-89ab-4def-8123-456789abcdef' }],
  words: [
    { rowid: 4, text: 'first words,  今  天  看  见  熊  猫 ' },
    { rowid: 5, text: 'said 5' },
  ],
};

const queuedText = (text: string) =>
  `{"kind":"post","target":{"to":"room","room":"#lobby"},"action":false,"body":{"kind":"text","text":"${text}"}}`;

const read = (position: number, changes: Row = {}): Row => {
  const { latest: _, ...row } = said(position);
  return { server: 1, ...row, ...changes };
};

/** What version 1 kept of a client. */
const CLIENT_ROWS_1: Rows = {
  queued: [
    { id: idOf(51), owner: 1, server: 'one', time: 5_000, command: queuedText('waits'), refusal: null },
    {
      ...{ id: idOf(52), owner: 1, server: null, time: 5_001, command: queuedText('refused') },
      refusal: '{"code":"room-full","params":{"room":"#lobby","limit":5}}',
    },
  ],
  servers: [
    { number: 1, id: 'one', used: 2, cursor: 12 },
    { number: 2, id: 'another', used: 1, cursor: 900 },
  ],
  events: [
    read(4),
    read(5, { account: 'bob', name: 'Bob' }),
    read(9, { conversation: '~talk', text: null, sealed: Buffer.from([0, 255, 7]) }),
    read(10, { kind: 'topic', text: 'what it is about', detail: `{"id":"${idOf(10)}"}` }),
    read(900, { server: 2 }),
  ],
  reads: [
    { server: 1, chat: '#lobby', position: 5 },
    { server: 2, chat: '#lobby', position: 900 },
  ],
  facts: [
    { server: 1, name: 'serverName', value: '"One"' },
    { server: 1, name: 'name', value: '"Alice"' },
    { server: 1, name: 'role', value: '"owner"' },
  ],
  drafts: [{ chat: '#lobby', text: 'half a\nthought' }],
};

const { events: readBefore = [], ...CLIENT_REST } = CLIENT_ROWS_1;
const kept = (row: Row): Row => ({
  ...{ ...row, place: Number(row['server']) * 2 ** 40 + Number(row['position']), about: null },
  id: row['kind'] === 'message' ? idOf(Number(row['position'])) : null,
});

/** What version 2 kept of a client: events under another name, with the words that they are found by. */
const CLIENT_ROWS_2: Rows = {
  ...CLIENT_REST,
  kept: readBefore.map(kept),
  words: [
    { rowid: 2 ** 40 + 4, text: 'said 4' },
    { rowid: 2 ** 40 + 5, text: 'said 5' },
    { rowid: 2 * 2 ** 40 + 900, text: 'said 900' },
  ],
};

/** What version 3 did: the words with conversation and author. */
const CLIENT_ROWS_3: Rows = {
  ...CLIENT_ROWS_2,
  words: [
    { rowid: 2 ** 40 + 4, text: '\ue001236c6f626279 \ue002616c696365 said 4' },
    { rowid: 2 ** 40 + 5, text: '\ue001236c6f626279 \ue002626f62 said 5' },
    { rowid: 2 * 2 ** 40 + 900, text: '\ue001236c6f626279 \ue002616c696365 said 900' },
  ],
};

/** What version 4 did besides: a file that was being received. */
const CLIENT_ROWS_4: Rows = {
  ...CLIENT_ROWS_3,
  transfers: [
    {
      ...{ sequence: 1, server: 'one', account: 'bob', id: idOf(60), owner: 1, over: 0, time: 6_000 },
      record: JSON.stringify({
        ...{ server: 'one', account: 'bob', id: idOf(60), way: 'in', conversation: '~talk', peer: 'bob' },
        ...{ state: 'running', time: 6_000, name: 'a.pdf', folder: false, files: 1, size: 7, modified: null },
        ...{ executable: false, path: '/downloads', print: null, fault: null },
        part: { part: 'b.part', inode: '5', boot: 'c', synced: 3, placing: null },
      }),
    },
  ],
};

/** What was kept of a server, as each version wrote it that changed how. */
export const LOG_ROWS: readonly Written[] = [{ by: 1, rows: LOG_ROWS_1 }];
/** The same of a client. */
export const CLIENT_ROWS: readonly Written[] = [
  { by: 1, rows: CLIENT_ROWS_1 },
  { by: 2, rows: CLIENT_ROWS_2 },
  { by: 3, rows: CLIENT_ROWS_3 },
  { by: 4, rows: CLIENT_ROWS_4 },
];
