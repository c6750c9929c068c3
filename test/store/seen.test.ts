// What a log gives of messages that were changed: to whoever sees all of it, and to whoever sees a part. On both logs.
import test from 'ava';
import { ENDLESS, type Reach } from '../../src/chat/access.ts';
import type { AccountId, Draft, Position } from '../../src/chat/vocabulary.ts';
import type { EventLog } from '../../src/store/event-log.ts';
import { openReader } from '../../src/store/sqlite/database.ts';
import { durable, idOf, LOGS } from '../helpers/logs.ts';

const about = { account: 'ann', id: idOf(1) };

function draft(n: number, detail: object, account: AccountId = 'ann'): Draft {
  return { time: n, conversation: '#a', account, from: account, id: idOf(n), ...detail } as Draft;
}

const message = (n: number, text: string) => draft(n, { kind: 'message', body: { kind: 'text', text }, action: false });
const edited = (n: number, text: string) => draft(n, { kind: 'edited', about, body: { kind: 'text', text } });
const deleted = (n: number) => draft(n, { kind: 'deleted', about });
const reacted = (n: number, account: AccountId, on = true) =>
  draft(n, { kind: 'reacted', about, reaction: '👍', on }, account);

/** Parts of the room: from and to in turn; the last one may go on. */
const parts = (...edges: readonly Position[]): readonly Reach[] =>
  edges.flatMap((from, n) => (n % 2 ? [] : [{ conversation: '#a', from, to: edges[n + 1] ?? ENDLESS }]));

for (const { name, open } of LOGS) {
  const first = (log: EventLog, reaches: readonly Reach[]) => log.page({ reaches, after: 0, limit: 1 }).events[0];
  const found = (log: EventLog, text: string, reaches: readonly Reach[]) =>
    log.search({ text, from: null, reaches, limit: 10 }).events;

  // Red when a page takes the message as it stands, whoever asks; or when the first words are kept with the second edit alone.
  test(`${name}: words that were changed out of sight are as they were in sight`, async t => {
    const log = await open(t);
    await log.append([message(1, 'first'), message(2, 'x'), edited(3, 'second'), message(4, 'x'), edited(5, 'third')]);
    t.like(first(log, parts(1)), { body: { text: 'third' }, edited: 5 });
    t.like(first(log, parts(1, 4)), { body: { text: 'second' }, edited: 3 });
    const early = first(log, parts(1, 2));
    t.like(early, { body: { text: 'first' } });
    t.false('edited' in (early ?? {}));
    t.like(first(log, parts(1, 2, 5)), { body: { text: 'third' }, edited: 5 }, 'of one who came again');
    t.like(log.message('ann', idOf(1)), { body: { text: 'third' } });
  });

  test(`${name}: reactions from out of sight are left out, also where they were taken back there`, async t => {
    const log = await open(t);
    await log.append([message(1, 'x'), reacted(2, 'bob'), reacted(3, 'cat'), reacted(4, 'bob', false)]);
    const accounts = (reaches: readonly Reach[]) => {
      const event = first(log, reaches);
      return event?.kind === 'message' ? (event.reactions ?? []).flatMap(each => each.accounts) : null;
    };
    t.deepEqual(accounts(parts(1)), ['cat']);
    t.deepEqual(accounts(parts(1, 3)), ['bob', 'cat']);
    t.deepEqual(accounts(parts(1, 2)), ['bob']);
    t.deepEqual(accounts(parts(1, 1)), []);
    t.deepEqual(accounts(parts(1, 1, 3, 3)), ['cat']);
  });

  // Red when what was taken back is put together again from its first words.
  test(`${name}: what was taken back is gone for everybody, with all words that it ever had`, async t => {
    const log = await open(t);
    await log.append([message(1, 'apple'), edited(2, 'birch'), message(3, 'x'), reacted(4, 'bob'), deleted(5)]);
    for (const reaches of [parts(1), parts(1, 3), parts(1, 1)]) {
      const event = first(log, reaches);
      t.like(event, { body: { text: '' }, deleted: true });
      t.false('reactions' in (event ?? {}));
      for (const word of ['apple', 'birch']) t.deepEqual(found(log, word, reaches), [], word);
      t.false(JSON.stringify(log.page({ reaches, after: 0, limit: 9 })).match(/apple|birch/) !== null);
    }
  });

  // Red when a hit is not looked at again for one who has not seen the edit.
  test(`${name}: a search finds nothing by words that came out of sight, and shows what was said before`, async t => {
    const log = await open(t);
    await log.append([message(1, 'apple pie'), message(2, 'x'), edited(3, 'birch pie')]);
    t.like(found(log, 'birch', parts(1))[0], { body: { text: 'birch pie' } });
    t.deepEqual(found(log, 'apple', parts(1)), []);
    t.deepEqual(found(log, 'birch', parts(1, 2)), []);
    t.like(found(log, 'pie', parts(1, 2))[0], { position: 1, body: { text: 'apple pie' } });
  });

  // Red when `reached` is where a message was passed over that is out of sight.
  test(`${name}: how far a search has looked tells nothing of what is out of sight`, async t => {
    const log = await open(t);
    await log.append(Array.from({ length: 9 }, (_, n) => message(n + 1, 'apple')));
    const seen = parts(2, 2, 4, 4, 9, 9);
    const back = log.search({ text: 'apple', from: null, reaches: seen, limit: 1 });
    t.deepEqual([back.events.map(each => each.position), back.more, back.reached], [[9], true, 9]);
    const on = log.search({ text: 'apple', from: null, reaches: seen, limit: 2, after: 0 });
    t.deepEqual([on.events.map(each => each.position), on.more, on.reached], [[2, 4], true, 4]);
    for (const edge of [{}, { before: 6 }]) {
      t.like(log.search({ text: 'apple', from: null, reaches: [], limit: 5, ...edge }), { more: false, reached: 0 });
    }
    t.like(log.search({ text: 'apple', from: null, reaches: [], limit: 5, after: 3 }), { more: false, reached: 9 });
  });

  test(`${name}: a message that was forgotten leaves nothing to be put together from`, async t => {
    const log = await open(t);
    await log.append([message(1, 'apple'), edited(2, 'birch'), message(3, 'cedar')]);
    await log.forget({ of: { rooms: 'all', except: [] }, before: 2, from: 0, most: 10, answered: 0 });
    t.is(log.message('ann', idOf(1)), null);
    t.like(first(log, parts(1, 2)), { kind: 'edited' });
    t.deepEqual(found(log, 'apple', parts(1)), []);
  });
}

// Red when a search that has looked at its most stops at the very place of what it passed over, or finds something twice.
test('sqlite: a search through more than one call can look at finds each hit once, and stops at round places', async t => {
  const log = await (await durable(t)).open();
  const seen: Position[] = [];
  for (let from = 0; from < 24_000; from += 2_000) {
    const some = Array.from({ length: 2_000 }, (_, n) => message(from + n + 1, 'apple'));
    for (const { position } of (await log.append(some)).filter((_, n) => n % 700 === 3)) seen.push(position);
  }
  const reaches = seen.flatMap(position => parts(position, position));
  for (const forward of [false, true]) {
    const found: Position[] = [];
    let edge: { before?: Position; after?: Position } = forward ? { after: 0 } : {};
    let calls = 0;
    for (let more = true; more; calls += 1) {
      const page = log.search({ text: 'app', from: null, reaches, limit: 200, ...edge });
      found.push(...page.events.map(each => each.position));
      if (page.more) t.true(page.reached % 1_024 === 0 || seen.includes(page.reached), String(page.reached));
      more = page.more;
      edge = forward ? { after: page.reached } : { before: page.reached };
    }
    t.true(calls > 2);
    t.deepEqual(
      found.toSorted((a, b) => a - b),
      seen,
    );
  }
});

// Red when the first words of a message outlive it in a table of their own.
test('sqlite: the first words of what was taken back, or kept no longer, are kept no longer either', async t => {
  const { file, open } = await durable(t);
  const log = await open();
  await log.append([message(1, 'apple'), edited(2, 'birch'), message(3, 'x')]);
  const again = { account: 'ann', id: idOf(3) };
  const other = draft(4, { kind: 'edited', about: again, body: { kind: 'text', text: 'y' } });
  await log.append([other]);
  const find = openReader(file).prepare('SELECT text FROM firsts ORDER BY position');
  t.deepEqual(find.all(), [{ text: 'apple' }, { text: 'x' }]);
  await log.append([deleted(5)]);
  t.deepEqual(find.all(), [{ text: 'x' }]);
  await log.forget({ of: { rooms: 'all', except: [] }, before: 4, from: 0, most: 10, answered: 0 });
  t.deepEqual(find.all(), []);
});
