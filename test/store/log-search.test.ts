// The contract of the log: messages are found by their words, within parts of rooms, a page at a time.
import test, { type ExecutionContext } from 'ava';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { ENDLESS } from '../../src/chat/access.ts';
import type { ChatEvent, Draft } from '../../src/chat/vocabulary.ts';
import type { EventLog, SearchRequest } from '../../src/store/event-log.ts';
import { textMatcher } from '../../src/store/search-text.ts';
import { about, draft, durable, LOGS, other, said, textsOf, whole } from '../helpers/logs.ts';

/** All hits, page by page; each page is in the order of the log, goes on below the last, and there is an end. */
function all(t: ExecutionContext, log: EventLog, request: Partial<SearchRequest>): readonly ChatEvent[] {
  const wanted = { text: '', reaches: whole('#a', '#b'), from: null, limit: 3, ...request };
  const forward = wanted.after !== undefined;
  const found: ChatEvent[] = [];
  let edge: { before?: number; after?: number } = {};
  for (let calls = 0; ; calls++) {
    t.true(calls < 1_000);
    const { events, more, reached } = log.search({ ...wanted, ...edge });
    t.true(events.length <= wanted.limit);
    const positions = events.map(({ position }) => position);
    t.deepEqual(
      positions,
      positions.toSorted((a, b) => a - b),
    );
    if (forward) found.push(...events);
    else found.unshift(...events);
    if (!more) return found;
    const last = forward ? (edge.after ?? wanted.after ?? 0) : (edge.before ?? wanted.before ?? ENDLESS);
    t.true(forward ? reached > last : reached < last);
    edge = forward ? { after: reached } : { before: reached };
  }
}

const hits = (t: ExecutionContext, log: EventLog, text: string, request: Partial<SearchRequest> = {}) =>
  textsOf(all(t, log, { text, ...request }));

for (const { name, runs, open } of LOGS) {
  test(`${name}: words, beginnings of words, phrases, all of them`, async t => {
    const log = await open(t);
    await log.append([
      said(1, 'The deploy failed'),
      said(2, 'failed to Deploy'),
      said(3, 'deployed at last'),
      said(4, 'lunch'),
    ]);
    t.deepEqual(hits(t, log, 'deploy'), ['The deploy failed', 'failed to Deploy', 'deployed at last']);
    t.deepEqual(hits(t, log, 'deploy failed'), ['The deploy failed', 'failed to Deploy']);
    t.deepEqual(hits(t, log, '"deploy failed"'), ['The deploy failed']);
    t.deepEqual(hits(t, log, '"deploy"'), ['The deploy failed', 'failed to Deploy']);
    t.deepEqual(hits(t, log, 'deploy lunch'), []);
    t.deepEqual(hits(t, log, 'dinner'), []);
    t.deepEqual(hits(t, log, ''), []);
  });

  test(`${name}: accents, scripts without spaces, emoji and signs`, async t => {
    const log = await open(t);
    const texts = ['Café crème', '我们学中文', '中国', 'ship it 🎉', '👍🏽', 'C++ > C', 'what?!', 'wait...', '50%_off'];
    await log.append(texts.map((text, n) => said(n, text)));
    t.deepEqual(hits(t, log, 'cafe creme'), ['Café crème']);
    t.deepEqual(hits(t, log, '中'), ['我们学中文', '中国']);
    t.deepEqual(hits(t, log, '中文'), ['我们学中文']);
    t.deepEqual(hits(t, log, '🎉'), ['ship it 🎉']);
    t.deepEqual(hits(t, log, '🎉 ship'), ['ship it 🎉']);
    t.deepEqual(hits(t, log, '👍'), ['👍🏽']);
    t.deepEqual(hits(t, log, 'c++'), ['C++ > C']);
    t.deepEqual(hits(t, log, '>'), ['C++ > C']);
    t.deepEqual(hits(t, log, '?!'), ['what?!']);
    t.deepEqual(hits(t, log, '...'), ['wait...']);
    t.deepEqual(hits(t, log, '%_'), ['50%_off']);
    t.deepEqual(hits(t, log, '%'), ['50%_off']);
  });

  // Red when the author or the parts are looked at only on the first page, or a room is taken by its name's case.
  test(`${name}: of one author, within parts of rooms`, async t => {
    const log = await open(t);
    const drafts = Array.from({ length: 40 }, (_, n) =>
      said(n, `word ${n}`, { account: n % 4 ? 'Alice' : 'alice', conversation: n % 2 ? '#a' : '#A' }),
    );
    await log.append(drafts);
    t.is(hits(t, log, 'word', { from: 'alice', reaches: whole('#a', '#A') }).length, 10);
    t.is(hits(t, log, 'word', { from: 'Alice', reaches: whole('#A') }).length, 10);
    t.is(hits(t, log, 'word', { from: 'alice', reaches: whole('#a') }).length, 0);
    t.is(hits(t, log, 'word', { reaches: [] }).length, 0);
    await log.append([said(50, '...', { account: 'bob' }), said(51, '...', { account: 'carol' })]);
    t.is(all(t, log, { text: '...', from: 'bob' }).length, 1);
    t.is(all(t, log, { text: '...', from: 'Bob' }).length, 0);
    const parts = [
      { conversation: '#a', from: 2, to: 4 },
      { conversation: '#a', from: 20, to: 20 },
      { conversation: '#A', from: 37, to: ENDLESS },
    ];
    t.deepEqual(hits(t, log, 'word', { reaches: parts }), ['word 1', 'word 3', 'word 19', 'word 36', 'word 38']);
    t.deepEqual(hits(t, log, 'word', { reaches: parts, after: 3 }), ['word 3', 'word 19', 'word 36', 'word 38']);
    t.deepEqual(hits(t, log, 'word', { reaches: parts, before: 20 }), ['word 1', 'word 3']);
    t.deepEqual(hits(t, log, 'word', { reaches: parts, before: 2 }), []);
    t.deepEqual(hits(t, log, 'word', { reaches: parts, after: 39 }), ['word 39'].slice(1));
  });

  // Red when the words that are no more still stand in the index.
  test(`${name}: what was edited is found by its new words, what was deleted by none`, async t => {
    const log = await open(t);
    await log.append([said(1, 'alpha one'), said(2, 'beta two'), said(3, 'gamma …')]);
    await log.append([
      other(4, { kind: 'edited', about: about(1), body: { kind: 'text', text: 'delta one' } }),
      other(5, { kind: 'deleted', about: about(2) }),
      other(6, { kind: 'reacted', about: about(3), reaction: '👍', on: true }),
    ]);
    t.deepEqual(hits(t, log, 'alpha'), []);
    t.deepEqual(hits(t, log, 'one'), ['delta one']);
    t.deepEqual(hits(t, log, 'delta'), ['delta one']);
    t.deepEqual(hits(t, log, 'beta'), []);
    t.deepEqual(hits(t, log, 'gamma'), ['gamma …']);
    t.deepEqual(hits(t, log, '…'), ['gamma …']);
    const [hit] = all(t, log, { text: 'gamma' });
    t.deepEqual(hit?.kind === 'message' && hit.reactions, [{ reaction: '👍', accounts: ['alice'] }]);
  });

  // Red when private talk goes into the index, or is looked at where the index does not help.
  test(`${name}: private talk, what is sealed and what is no message are never found`, async t => {
    const log = await open(t);
    await log.append([
      said(1, 'secret ...', { conversation: '~c' }),
      draft(2, { body: { kind: 'sealed', bytes: new TextEncoder().encode('secret ...') } }),
      other(3, { kind: 'topic', text: 'secret ...' }),
      other(4, { kind: 'broadcast', text: 'secret ...' }, { conversation: '*' }),
      other(
        5,
        { kind: 'edited', about: about(1), body: { kind: 'text', text: 'secret again ...' } },
        { conversation: '~c' },
      ),
    ]);
    for (const text of ['secret', '...', '"secret ..."']) {
      t.deepEqual(hits(t, log, text, { reaches: whole('#a', '~c', '*') }), []);
    }
  });

  // Red when a page begins with the hit that the last one ended with, or ends before the last hit.
  test(`${name}: paging gives each hit once, from either side, and ends`, async t => {
    const word = fc.constantFrom('ab', 'abc', 'b', '中', '🎉', '...', '?', 'de');
    const message = fc.record({
      words: fc.array(word, { minLength: 1, maxLength: 4 }),
      conversation: fc.constantFrom('#a', '#b', '#c', '~c'),
      account: fc.constantFrom('alice', 'bob'),
    });
    const request = fc.record({
      words: fc.array(
        fc.oneof(
          word,
          word.map(each => `"${each}"`),
        ),
        { minLength: 1, maxLength: 2 },
      ),
      from: fc.constantFrom(null, null, 'alice', 'bob', 'carol'),
      limit: fc.integer({ min: 1, max: 5 }),
      parts: fc.array(fc.record({ from: fc.nat(50), length: fc.nat(40), conversation: fc.constantFrom('#a', '#b') }), {
        maxLength: 1,
      }),
      rest: fc.subarray(['#c', '~c']),
      edge: fc.oneof(
        fc.constant({}),
        fc.nat(50).map(before => ({ before })),
        fc.nat(50).map(after => ({ after })),
      ),
    });
    await t.notThrowsAsync(
      fc.assert(
        fc.asyncProperty(
          fc.array(message, { maxLength: 50 }),
          fc.array(request, { maxLength: 15 }),
          async (messages, requests) => {
            const log = await open(t);
            const drafts = messages.map(({ words, ...rest }, n): Draft => said(n, words.join(' '), rest));
            const events = await log.append(drafts);
            for (const { words, parts, rest, from, limit, edge } of requests) {
              const text = words.join(' ');
              const reaches = [...parts.map(part => ({ ...part, to: part.from + part.length })), ...whole(...rest)];
              const matches = textMatcher(text);
              const { before = ENDLESS, after = -1 } = edge as { before?: number; after?: number };
              const wanted = events.filter(
                each =>
                  each.kind === 'message' &&
                  each.body.kind === 'text' &&
                  each.conversation !== '~c' &&
                  each.position < before &&
                  each.position > after &&
                  (from === null || each.account === from) &&
                  reaches.some(
                    part =>
                      part.conversation === each.conversation && part.from <= each.position && each.position <= part.to,
                  ) &&
                  matches(each.body.text),
              );
              t.deepEqual(all(t, log, { text, reaches, from, limit, ...edge }), wanted);
            }
            await log.close();
          },
        ),
        { numRuns: runs },
      ),
    );
  });
}

// Red when what is asked of the index the second time begins a message too far.
test('sqlite: hundreds of hits come at once, each of them once', async t => {
  const { open } = await durable(t);
  const log = await open();
  await log.append(Array.from({ length: 600 }, (_, n) => said(n, `common ${n}`)));
  for (const edge of [{}, { after: 0 }, { before: 601 }]) {
    const { events, more } = log.search({ text: 'common', reaches: whole('#a'), from: null, limit: 700, ...edge });
    t.false(more);
    t.deepEqual(
      events.map(({ position }) => position),
      Array.from({ length: 600 }, (_, n) => n + 1),
    );
  }
});

// Red when a call looks until it has found something, or the next one begins at the newest again.
test('sqlite: hits that may not be seen keep nobody waiting: the search says how far it came, and ends', async t => {
  const { open } = await durable(t);
  const log = await open();
  const hidden = Array.from({ length: 12_000 }, (_, n) => said(n + 10, 'common ...', { conversation: `#r${n % 300}` }));
  await log.append([said(1, 'common ... seen')]);
  for (let at = 0; at < hidden.length; at += 4_000) await log.append(hidden.slice(at, at + 4_000));
  const empty = Array.from({ length: 300 }, (_, n) => ({ conversation: `#r${n}`, from: 1_000_000, to: ENDLESS }));
  const reaches = [...whole('#a'), ...empty];
  const first = log.search({ text: 'common', reaches, from: null, limit: 5 });
  t.deepEqual(first.events, []);
  t.true(first.more);
  t.true(first.reached > 1 && first.reached < log.head);
  t.deepEqual(hits(t, log, 'common', { reaches }), ['common ... seen']);
  t.deepEqual(hits(t, log, '...', { reaches }), ['common ... seen']);
  t.deepEqual(hits(t, log, 'common', { reaches, after: 0 }), ['common ... seen']);
  // In a room of its own nothing of the others is even looked at.
  t.false(log.search({ text: 'common', reaches: whole('#a'), from: null, limit: 5 }).more);
});

// Red when a migration leaves the index as it was, or loses a message.
test('sqlite: a file of an earlier version is searched like one of today', async t => {
  const { file, open } = await durable(t);
  const db = new Database(file);
  db.exec('PRAGMA journal_mode = WAL');
  db.exec(FIRST_VERSION);
  const put = db.prepare(`INSERT INTO events (position, time, latest, conversation, account, name, kind, text, detail)
    VALUES (?, ?, ?, ?, 'alice', 'alice', 'message', ?, '{"action":false}')`);
  const words = db.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)');
  for (let n = 1; n <= 1_200; n++) {
    const [room, text] = n % 10 === 0 ? ['~c', 'secret'] : ['#a', n === 7 ? 'c++ 中文 🎉' : `old ${n}`];
    put.run(n, n, n, room, text);
    if (room === '#a') words.run(BigInt(n), text);
  }
  db.close();
  const log = await open();
  t.deepEqual(hits(t, log, 'c++ 中 🎉'), ['c++ 中文 🎉']);
  t.is(hits(t, log, 'old', { limit: 200 }).length, 1_079);
  t.deepEqual(hits(t, log, 'secret', { reaches: whole('#a', '~c') }), []);
  await log.append([said(1, 'new')]);
  t.deepEqual(hits(t, log, 'new'), ['new']);
  const copy = new Database(`${file}.v1`, { readonly: true });
  t.is(copy.prepare('SELECT count(*) FROM events').pluck().get(), 1_200);
  copy.close();
});

/** The tables as they first were. */
const FIRST_VERSION = `
  CREATE TABLE events (
    position INTEGER PRIMARY KEY, time INTEGER NOT NULL, latest INTEGER NOT NULL, conversation TEXT NOT NULL,
    account TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, text TEXT, sealed BLOB, detail TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_by_conversation ON events (conversation, position);
  CREATE INDEX events_of_state ON events (position) WHERE kind NOT IN ('message', 'edited', 'deleted', 'reacted');
  CREATE TABLE receipts (
    account TEXT NOT NULL, id BLOB NOT NULL, position INTEGER NOT NULL, time INTEGER NOT NULL, PRIMARY KEY (account, id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX receipts_by_time ON receipts (time);
  CREATE TABLE talks (conversation TEXT PRIMARY KEY, one TEXT NOT NULL, other TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE marks (
    account TEXT NOT NULL, conversation TEXT NOT NULL, kind TEXT NOT NULL, position INTEGER NOT NULL,
    PRIMARY KEY (account, conversation, kind)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE VIRTUAL TABLE words USING fts5 (text, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2");
  PRAGMA user_version = 1;
`;
