// Files of every earlier version are opened as if nothing had happened: all that stood in them is there, and a copy of the
// file as it was stands beside it. A migration that fails changes nothing, and a file of a later version is left alone.
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { TchatError } from '../../src/errors.ts';
import { CLIENT_MIGRATIONS } from '../../src/store/sqlite/client-schema.ts';
import { SqliteClientStore } from '../../src/store/sqlite/client-store.ts';
import { type Migration, openWriter } from '../../src/store/sqlite/database.ts';
import { LOG_MIGRATIONS } from '../../src/store/sqlite/schema.ts';
import { SqliteLog } from '../helpers/built-store.ts';
import { CLIENT_ROWS, countsOf, facts, LOG_ROWS, oldStore, type Written } from '../helpers/old-stores.ts';
import { temporaryHome } from '../helpers/program.ts';

const idOf = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;
const newestOf = (migrations: readonly Migration[]) => migrations.at(-1)?.version ?? 0;

/** Each version with what it wrote itself, and with what every earlier one wrote and it took over. */
const filesOf = (migrations: readonly Migration[], all: readonly Written[]) =>
  migrations.flatMap(({ version }) =>
    all.filter(({ by }) => by <= version).map(written => [version, written] as const),
  );

function fileIn(t: ExecutionContext): string {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  return join(home, 'chat.db');
}

async function opened(t: ExecutionContext, file: string) {
  const log = await SqliteLog.open(file);
  // Closed already where all is well.
  t.teardown(() => log.close());
  return log;
}

/** What each of a log's events was, in today's words. */
const EVENTS = [
  {
    ...{ position: 1, time: 1_001, conversation: '!', account: 'alice', from: 'Alice', id: null },
    ...{ kind: 'claimed', name: 'Alice', skeleton: 'alice', key: new Uint8Array(Buffer.alloc(32, 7)) },
  },
  { position: 2, time: 1_002, conversation: '#lobby', account: 'alice', from: 'Alice', id: null, kind: 'created' },
  { position: 3, time: 1_003, conversation: '#lobby', account: 'alice', from: 'Alice', id: idOf(3), kind: 'joined' },
  {
    ...{ position: 4, time: 2_000, conversation: '#lobby', account: 'alice', from: 'Alice', id: idOf(4) },
    ...{ kind: 'message', action: false, body: { kind: 'text', text: 'first words, 今天看见熊猫' } },
  },
  {
    ...{ position: 5, time: 1_500, conversation: '#lobby', account: 'bob', from: 'Bob', id: idOf(5) },
    ...{ kind: 'message', action: true, body: { kind: 'text', text: 'said 5' } },
  },
  {
    ...{ position: 8, time: 1_008, conversation: '~talk', account: 'alice', from: 'Alice', id: idOf(8) },
    ...{ kind: 'message', action: false, to: { account: 'bob', name: 'Bob' } },
    body: { kind: 'text', text: 'between us' },
  },
  {
    ...{ position: 9, time: 1_009, conversation: '~talk', account: 'alice', from: 'Alice', id: idOf(9) },
    ...{ kind: 'message', action: false, to: { account: 'bob', name: 'Bob' } },
    body: { kind: 'sealed', bytes: new Uint8Array([0, 255, 7]) },
  },
  {
    ...{ position: 10, time: 1_010, conversation: '#lobby', account: 'alice', from: 'Alice', id: idOf(10) },
    ...{ kind: 'topic', text: 'what it is about' },
  },
  {
    ...{ position: 11, time: 1_011, conversation: '*', account: 'alice', from: 'Alice', id: null },
    ...{ kind: 'broadcast', text: 'to all' },
  },
  { position: 12, time: 1_012, conversation: '#lobby', account: 'alice', from: 'Alice', id: idOf(12), kind: 'left' },
];

// Red when a migration makes the table of events anew without its sealed bodies, or when no copy is made before it.
for (const [version, written] of filesOf(LOG_MIGRATIONS, LOG_ROWS)) {
  test(`a server's log of version ${version}, written by version ${written.by}, has all its events, answers, talks, marks and words`, async t => {
    const file = fileIn(t);
    oldStore(file, LOG_MIGRATIONS, version, written);
    for (const time of ['migrated', 'opened again']) {
      const log = await opened(t, file);
      const reaches = ['!', '#lobby', '~talk', '*'].map(conversation => ({ conversation, from: 1, to: 1_000 }));
      t.deepEqual(log.page({ reaches, after: 0, limit: 100 }), { events: EVENTS, more: false } as never, time);
      t.deepEqual(
        [...log.history()].map(({ position }) => position),
        [1, 2, 3, 10, 11, 12],
      );
      t.is(log.id, '01234567-89ab-4def-8123-456789abcdef');
      t.is(log.head, 12);
      t.is(log.latest, 2_000);
      t.deepEqual(log.talks(), [{ conversation: '~talk', one: 'alice', other: 'bob' }]);
      t.deepEqual(log.find('alice', idOf(8)), { position: 8, time: 1_008 });
      t.deepEqual(log.find('alice', idOf(99)), { position: 7, time: 1_700 }, 'it outlives its event');
      t.is(log.find('bob', idOf(8)), null);
      t.deepEqual(log.marks({ account: 'bob' }), [
        { account: 'bob', conversation: '#lobby', kind: 'read', value: 4 },
        { account: 'bob', conversation: '~talk', kind: 'stored', value: 8 },
      ]);
      const found = (text: string) =>
        log.search({ text, reaches, from: null, limit: 10 }).events.map(({ position }) => position);
      t.deepEqual([found('words'), found('熊'), found('said'), found('between')], [[4], [4], [5], []]);
      await log.close();
    }
    const log = await opened(t, file);
    const { position: _, ...draft } = EVENTS[4] as (typeof EVENTS)[number];
    const [event] = await log.append([{ ...draft, id: idOf(100) } as never]);
    t.true((event?.position ?? 0) > 12, 'it goes on');
    await log.close();
    copied(t, file, LOG_MIGRATIONS, version, written);
  });
}

for (const [version, written] of filesOf(CLIENT_MIGRATIONS, CLIENT_ROWS)) {
  test(`a client's store of version ${version}, written by version ${written.by}, has its lines, what was read, drafts and where it stands`, t => {
    const file = fileIn(t);
    oldStore(file, CLIENT_MIGRATIONS, version, written);
    for (const time of ['migrated', 'opened again']) {
      const store = SqliteClientStore.open(file);
      t.is(store.broken, null, time);
      t.is(store.server, 'one');
      t.is(store.cursor, 12);
      t.deepEqual(
        store.queued().map(({ id, server, refusal, command: { body } }) => ({ id, server, refusal, body })),
        [
          { id: idOf(51), server: 'one', refusal: null, body: { kind: 'text', text: 'waits' } },
          {
            ...{ id: idOf(52), server: null, refusal: { code: 'room-full', params: { room: '#lobby', limit: 5 } } },
            body: { kind: 'text', text: 'refused' },
          },
        ],
      );
      t.deepEqual(
        ['#lobby', '~talk'].map(room => store.page(room, null, 10).events.map(event => [event.position, event.kind])),
        [
          [
            [4, 'message'],
            [5, 'message'],
            [10, 'topic'],
          ],
          [[9, 'message']],
        ],
      );
      const [sealed] = store.page('~talk', null, 10).events;
      t.deepEqual(sealed?.kind === 'message' && sealed.body, { kind: 'sealed', bytes: new Uint8Array([0, 255, 7]) });
      t.deepEqual([...store.reads()], [['#lobby', 5]]);
      t.deepEqual(
        store.transfers.list('one').map(({ id, part }) => [id, part?.synced]),
        written.by < 4 ? [] : [[idOf(60), 3]],
      );
      t.deepEqual([...store.drafts()], [['#lobby', 'half a\nthought']]);
      const search = { conversation: null, from: null, before: null, limit: 10 };
      t.deepEqual(
        ['said', '5', 'nothing'].map(text => store.search({ ...search, text }).events.map(event => event.position)),
        [[4, 5], [5], []],
      );
      const own = store.search({ ...search, text: 'said', conversation: '#lobby', from: 'bob' });
      t.deepEqual(
        own.events.map(event => event.position),
        [5],
      );
      const known = store.known();
      t.deepEqual([known?.serverName, known?.name, known?.role], ['One', 'Alice', 'owner']);
      store.close();
    }
    const store = SqliteClientStore.open(file);
    t.is(store.enter('another', 2_000), 900, 'the server before it is kept as well');
    t.deepEqual([...store.reads()], [['#lobby', 900]]);
    store.close();
    copied(t, file, CLIENT_MIGRATIONS, version, written);
  });
}

/** A copy before each step, of what it was then, for its owner alone; and the file itself is whole and new. */
function copied(
  t: ExecutionContext,
  file: string,
  migrations: readonly Migration[],
  version: number,
  { by, rows }: Written,
): void {
  const now = facts(file, {});
  t.deepEqual([now.version, now.whole], [newestOf(migrations), 'ok']);
  for (const { version: to } of migrations) {
    const copy = `${file}.v${to - 1}`;
    if (to <= version) {
      t.throws(() => statSync(copy), { message: /ENOENT/ }, 'nothing was changed, nothing is copied');
      continue;
    }
    t.is(statSync(copy).mode & 0o777, 0o600);
    // A later version may keep its rows in other tables.
    const before = facts(copy, to - 1 === by ? rows : {});
    t.deepEqual([before.version, before.whole], [to - 1, 'ok']);
    if (to - 1 === by) t.deepEqual(before.counts, countsOf(rows));
  }
}

// Red when a step is not one transaction: half of it would stay.
test('a migration that fails leaves the file as it was, and the next start may try again', async t => {
  const file = fileIn(t);
  const newest = newestOf(LOG_MIGRATIONS);
  const { rows } = LOG_ROWS[0] as Written;
  oldStore(file, LOG_MIGRATIONS, newest, LOG_ROWS[0]);
  const sql = 'DELETE FROM events; CREATE TABLE half (a INTEGER); INSERT INTO nowhere VALUES (1);';
  t.throws(() => openWriter(file, [...LOG_MIGRATIONS, { version: newest + 1, sql }]), { message: 'storage-failed' });
  t.deepEqual(facts(file, rows), { version: newest, whole: 'ok', counts: countsOf(rows) });
  const good = 'CREATE TABLE half (a INTEGER)';
  openWriter(file, [...LOG_MIGRATIONS, { version: newest + 1, sql: good }]).close();
  t.is(facts(file, { half: [] }).version, newest + 1);
  t.is(facts(`${file}.v${newest}`, {}).version, newest);
});

// Red when a copy that is there is written over: the first one is the file before anything was tried.
test('a copy that is there already stays', async t => {
  const file = fileIn(t);
  const newest = newestOf(LOG_MIGRATIONS);
  oldStore(file, LOG_MIGRATIONS, newest, LOG_ROWS[0]);
  oldStore(`${file}.v${newest}`, LOG_MIGRATIONS, newest);
  const before = readFileSync(`${file}.v${newest}`);
  openWriter(file, [...LOG_MIGRATIONS, { version: newest + 1, sql: 'CREATE TABLE more (a INTEGER)' }]).close();
  t.deepEqual(readFileSync(`${file}.v${newest}`), before);
});

for (const [what, migrations, open] of [
  ['log', LOG_MIGRATIONS, (file: string) => SqliteLog.open(file)],
  ['store of a client', CLIENT_MIGRATIONS, async (file: string) => SqliteClientStore.open(file)],
] as const) {
  test(`a ${what} of a later version is refused, and left as it is`, async t => {
    const file = fileIn(t);
    const later = newestOf(migrations) + 1;
    oldStore(file, [...migrations, { version: later, sql: 'CREATE TABLE later (a INTEGER)' }], later);
    const before = readFileSync(file);
    const error = (await t.throwsAsync(() => open(file))) as TchatError;
    t.is(error.code, 'store-newer');
    t.deepEqual([error.params['version'], error.params['newest']], [later, later - 1]);
    t.deepEqual(readFileSync(file), before);
    t.throws(() => statSync(`${file}.v${later}`), { message: /ENOENT/ });
  });
}
