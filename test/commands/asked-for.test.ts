// What the chat screen asks for: from the server, and from what is kept where there is none.
import test from 'ava';
import type { AnyEvent } from '../../src/chat/vocabulary.ts';
import { Fetching, keptAfter } from '../../src/commands/fetching.ts';
import { Searching } from '../../src/commands/searching.ts';
import { TchatError } from '../../src/errors.ts';
import { SEARCH_PAUSE } from '../../src/limits.ts';
import type { Page, Query } from '../../src/protocol/packet.ts';
import { MemoryClientStore } from '../../src/store/memory-client-store.ts';
import type { Effect, JumpTo, Msg } from '../../src/tui/chat/chat.ts';
import { fakeClock } from '../helpers/fake-clock.ts';

const ROOM = '#dev';

function said(position: number, text: string, facts: Partial<AnyEvent> = {}): AnyEvent {
  return {
    ...{ position, time: position * 1_000, conversation: ROOM, account: 'acc-bob', from: 'bob', id: `id-${position}` },
    ...{ kind: 'message', body: { kind: 'text', text }, action: false },
    ...facts,
  } as AnyEvent;
}

const LOG = Array.from({ length: 900 }, (_, n) => said((n + 1) * 10, n % 100 === 7 ? `alice, line ${n}` : `line ${n}`));

function storeWith(events: readonly AnyEvent[]): MemoryClientStore {
  const store = new MemoryClientStore();
  const head = events.at(-1)?.position ?? 0;
  store.enter('server-1', head);
  store.keep(events, head);
  return store;
}

type Answer = (query: Query) => Page;
const page = (items: readonly AnyEvent[], more: boolean): Page => ({
  type: 'page',
  ref: 1,
  final: true,
  kind: 'events',
  items,
  more,
});

/** A server with all of the log. */
const server: Answer = query => {
  if (query.kind === 'search') {
    const { before, after } = query;
    const all = LOG.filter(
      event =>
        (before === null || event.position < before) &&
        (after === null || event.position > after) &&
        event.kind === 'message' &&
        event.body.kind === 'text' &&
        event.body.text.includes(query.text.replaceAll('"', '')),
    );
    // One at a time, so that what goes on from there is seen.
    const some = after === null ? all.slice(-1) : all.slice(0, 1);
    const more = some.length < all.length;
    const reached = more ? some[0]!.position : after === null ? 0 : 9_000;
    return { type: 'page', ref: 1, final: true, kind: 'hits', items: some, more, reached };
  }
  if (query.kind !== 'history') throw new TchatError('unknown-kind', { kind: query.kind });
  const { before, after, since, limit } = query;
  if (after !== null || since !== null) {
    const all = LOG.filter(event => (after !== null ? event.position > after : event.time >= (since ?? 0)));
    return page(all.slice(0, limit), all.length > limit);
  }
  const all = LOG.filter(event => before === null || event.position < before);
  return page(all.slice(-limit), all.length > limit);
};

const nobody: Answer = () => {
  throw new TchatError('connection-lost', { address: 'lab:7420' });
};

function fetching(answer: Answer, store = new MemoryClientStore()) {
  const told: Msg[] = [];
  const asked: Query[] = [];
  const client = {
    ask(query: Query, answered: (pages: readonly Page[]) => void, failed: (error: TchatError) => void) {
      asked.push(query);
      let found: Page;
      try {
        found = answer(query);
      } catch (error) {
        failed(error as TchatError);
        return;
      }
      answered([found]);
    },
    async query(query: Query) {
      asked.push(query);
      return [answer(query)];
    },
  };
  const tell = (msg: Msg) => void told.push(msg);
  return { told, asked, client, store, tell, fetching: new Fetching({ client, store, account: 'acc-alice', tell }) };
}

async function jump(answer: Answer, to: JumpTo, store?: MemoryClientStore) {
  const { fetching: each, told } = fetching(answer, store);
  await each.jump({ kind: 'jump', ref: 7, conversation: ROOM, to });
  const [msg] = told;
  return msg?.kind === 'landed' ? msg : Promise.reject(new Error(JSON.stringify(msg)));
}

test('a jump gives what stands around its place, without a gap', async t => {
  const landed = await jump(server, { at: 4_500 });
  const positions = landed.events.map(event => event.position);
  t.is(positions[0], 3_500);
  t.is(positions.at(-1), 5_490);
  t.deepEqual(
    positions,
    [...new Set(positions)].sort((a, b) => a - b),
  );
  t.like(landed, { ref: 7, at: 4_500, older: true, newer: true });
  t.like(await jump(server, { at: 9_000 }), { newer: false });
});

test('without a server the same comes from what is kept', async t => {
  const store = storeWith(LOG);
  t.like(await jump(nobody, { at: 4_500 }, store), { at: 4_500, older: true, newer: true });
  const landed = await jump(nobody, { at: 4_500 }, store);
  t.deepEqual(landed.events, (await jump(server, { at: 4_500 })).events);
});

// Red when what is kept is taken as a page from the newest on.
test('what follows a position of what is kept is the oldest of it', t => {
  const store = storeWith(LOG);
  const { events, more } = keptAfter(store, ROOM, 100, 30);
  t.deepEqual(
    events.map(event => event.position),
    Array.from({ length: 30 }, (_, n) => 110 + 10 * n),
  );
  t.true(more);
  t.deepEqual(keptAfter(store, ROOM, 8_990, 30), { events: [LOG[899]!], more: false });
  t.deepEqual(keptAfter(store, '#none', 0, 30), { events: [], more: false });
});

test('a time means the first line from then on, on the server and here', async t => {
  for (const answer of [server, nobody]) {
    t.is((await jump(answer, { since: 4_495_000 }, storeWith(LOG))).at, 4_500);
    t.is((await jump(answer, { since: 4_500_000 }, storeWith(LOG))).at, 4_500);
    t.is((await jump(answer, { since: 0 }, storeWith(LOG))).at, 10);
    t.is((await jump(answer, { since: 99_000_000 }, storeWith(LOG))).at, null);
  }
});

test('the line before or after that names somebody is found, page by page, on the server and here; one’s own are none', async t => {
  const naming = (from: number | null, step: 1 | -1, account = 'acc-alice') => ({
    naming: 'alice',
    account,
    from,
    step,
  });
  for (const answer of [server, nobody]) {
    const find = async (to: JumpTo) => (await jump(answer, to, storeWith(LOG))).at;
    t.is(await find(naming(null, -1)), 8_080);
    t.is(await find(naming(8_080, -1)), 7_080);
    t.is(await find(naming(80, -1)), null);
    t.is(await find(naming(7_080, 1)), 8_080);
    t.is(await find(naming(8_080, 1)), null);
    t.is(await find(naming(null, -1, 'acc-bob')), null);
  }
});

test('a refusal of the server is told, and what is kept does not stand in for it', async t => {
  const refusing: Answer = () => {
    throw new TchatError('room-closed', { room: ROOM });
  };
  const { fetching: each, told } = fetching(refusing, storeWith(LOG));
  await each.jump({ kind: 'jump', ref: 1, conversation: ROOM, to: { at: 500 } });
  t.like(told[0], { kind: 'jump-failed', ref: 1, code: 'room-closed' });
});

test('older pages come from what is kept first, newer ones from the server, or from here while there is none', t => {
  const kept = fetching(server, storeWith(LOG.slice(-50)));
  kept.fetching.fetch({ kind: 'fetch', conversation: ROOM, before: null, limit: 20 });
  t.like(kept.told[0], { kind: 'page', direction: 'older', more: true, from: null });
  t.deepEqual(kept.asked, []);
  kept.fetching.fetch({ kind: 'fetch', conversation: ROOM, before: LOG[850]!.position, limit: 20 });
  t.is(kept.asked.length, 1);
  for (const answer of [server, nobody]) {
    const each = fetching(answer, storeWith(LOG));
    each.fetching.fetchNewer({ kind: 'fetch-newer', conversation: ROOM, after: 4_000, limit: 20 });
    const [msg] = each.told;
    t.like(msg, { kind: 'page', direction: 'newer', more: true, from: 4_000 });
    t.is(msg?.kind === 'page' && msg.events[0]?.position, 4_010);
  }
});

test('whoever types is waited for, and only the last words are asked', t => {
  const clock = fakeClock();
  const { client, told, asked, store, tell } = fetching(server, storeWith(LOG));
  const searching = new Searching({ client, store, clock, conversationOf: ref => ref, tell });
  const search = (ref: number, words: string, typing = true): Extract<Effect, { kind: 'search' }> => ({
    ...{ kind: 'search', ref, source: 'rooms', before: null, typing },
    query: { words, conversation: null, from: null },
  });
  searching.search(search(1, 'al'));
  clock.advance(SEARCH_PAUSE / 2);
  searching.search(search(2, 'alice'));
  clock.advance(SEARCH_PAUSE / 2);
  t.deepEqual(asked, []);
  clock.advance(SEARCH_PAUSE);
  t.deepEqual(
    asked.map(query => query.kind === 'search' && query.text),
    ['alice'],
  );
  t.like(told[0], { kind: 'found', ref: 2, source: 'rooms', more: true, reached: 8_080 });
  searching.search(search(3, 'line', false));
  t.is(asked.length, 2, 'what is not typed is asked at once');
  searching.search(search(4, 'lost'));
  searching.close();
  clock.advance(SEARCH_PAUSE * 2);
  t.is(asked.length, 2);
});

test('private talk is searched here alone; without a server all that is kept is', t => {
  const talk = said(9_500, 'alice, privately', {
    conversation: '~talk',
    to: { account: 'acc-alice', name: 'alice' },
  } as never);
  const { client, told, asked, store, tell } = fetching(nobody, storeWith([...LOG, talk]));
  const searching = new Searching({ client, store, clock: fakeClock(), conversationOf: ref => ref, tell });
  const query = { words: 'alice', conversation: null, from: null };
  searching.search({ kind: 'search', ref: 1, source: 'talk', query, before: null, typing: false });
  searching.search({ kind: 'search', ref: 1, source: 'kept', query, before: null, typing: false });
  searching.search({ kind: 'search', ref: 1, source: 'rooms', query, before: null, typing: false });
  const positions = told.map(msg =>
    msg.kind === 'found' ? msg.hits.map(hit => hit.position).sort((a, b) => a - b) : msg.kind,
  );
  t.deepEqual(positions[0], [9_500]);
  t.is((positions[1] as number[]).at(-1), 9_500);
  t.is((positions[1] as number[]).length, 10);
  t.is(positions[2], 'search-failed');
  t.is(asked.length, 1, 'private talk is never asked of the server');
});
