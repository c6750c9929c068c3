// What was missed, answer by answer: orders that the network and a server that fails now and then can bring about.
import test from 'ava';
import type { AnyEvent, ConversationId, ConversationSummary, Position } from '../../src/chat/vocabulary.ts';
import type { ClientMessage } from '../../src/client/message.ts';
import { Resume } from '../../src/client/resume.ts';
import { TchatError } from '../../src/errors.ts';
import { MISSED_COUNTED } from '../../src/limits.ts';
import type { Page, Query, Welcome } from '../../src/protocol/packet.ts';
import { MemoryClientStore } from '../../src/store/memory-client-store.ts';

interface Asked {
  readonly query: Query;
  readonly answered: (pages: readonly Page[]) => void;
  readonly failed: (error: TchatError) => void;
}

/** A client's memory of the log, and a server that answers by hand. */
class Bench {
  readonly store: MemoryClientStore;
  readonly asked: Asked[] = [];
  readonly heard: Extract<ClientMessage, { is: 'event' | 'overview' | 'newest' }>[] = [];
  readonly #later: (() => void)[] = [];
  readonly resume: Resume;
  #logins = 0;

  constructor(store = new MemoryClientStore()) {
    this.store = store;
    this.resume = new Resume({
      ask: (query, answered, failed) => void this.asked.push({ query, answered, failed }),
      hear: message => void this.heard.push(message),
      later: call => void this.#later.push(call),
      store,
      presence: true,
    });
  }

  login(position: Position, server = 'one'): void {
    const welcome = { server: { id: server, name: '' }, account: 'alice', position } as unknown as Welcome;
    this.resume.enter(welcome, { again: this.#logins > 0, listens: true });
    this.#logins += 1;
    this.resume.start();
  }

  cut(): void {
    this.resume.stop();
    for (const { failed } of this.asked.splice(0)) failed(new TchatError('connection-lost', { address: '' }));
  }

  later(): void {
    for (const call of this.#later.splice(0)) call();
  }

  /** What is asked next; described in few words. */
  get next(): string {
    const query = this.asked[0]?.query;
    if (query?.kind !== 'history') return query ? query.kind : 'nothing';
    const { scope, after } = query;
    if (scope.of === 'conversation') return `newest of ${scope.conversation}`;
    const except = scope.of === 'own' && scope.except ? ` but ${scope.except.join(' ')}` : '';
    return `${scope.of}${except} after ${after}`;
  }

  overview(...missed: readonly (readonly [ConversationId, number])[]): void {
    const items = missed.map(([conversation, count]) => summary(conversation, count));
    this.#take()?.answered([{ type: 'page', ref: 1, final: true, kind: 'conversations', items }]);
  }

  page(events: readonly AnyEvent[], more = false): void {
    this.#take()?.answered([{ type: 'page', ref: 1, final: true, kind: 'events', items: events, more }]);
  }

  refuse(code: 'room-closed' | 'storage-failed' | 'unknown-kind'): void {
    this.#take()?.failed(new TchatError(code, {}));
  }

  #take(): Asked | undefined {
    return this.asked.shift();
  }

  /** Positions heard, `[…]` where they are the newest page of a room. */
  get positions(): (number | string)[] {
    return this.heard.flatMap((message): (number | string)[] => {
      if (message.is === 'overview') return [];
      if (message.is === 'event') return [message.event.position];
      return [`[${message.events.map(event => event.position).join(' ')}]`];
    });
  }

  kept(conversation: ConversationId): number[] {
    return this.store.page(conversation, null, 1_000).events.map(event => event.position);
  }
}

function summary(conversation: ConversationId, missed: number): ConversationSummary {
  const peer = conversation.startsWith('~') ? { account: 'bob', name: 'bob' } : null;
  return { conversation, peer, last: 0, read: 0, unread: 0, missed, delivered: 0 };
}

function said(position: Position, conversation = '#big', changes: object = {}): AnyEvent {
  return {
    ...{ position, time: position, conversation, account: 'bob', from: 'bob', id: `id-${position}` },
    ...{ kind: 'message', body: { kind: 'text', text: `${position}` }, action: false },
    ...changes,
  } as AnyEvent;
}

const moved = (position: Position, kind: 'joined' | 'left', conversation = '#big') =>
  said(position, conversation, { kind, account: 'alice' });

/** Heard up to 10, and then away until 1,000. */
function away(): Bench {
  const store = new MemoryClientStore();
  store.enter('one', 10);
  store.keep([said(5), said(6, '#small'), said(7, '~talk')], 10);
  const bench = new Bench(store);
  bench.login(1_000);
  return bench;
}

// Red when the rest is pulled while a room waits: ended then, nothing would tell that the room has a gap.
test('a newest page that cannot be given is asked for again, and nothing is pulled before it is here', t => {
  const bench = away();
  t.is(bench.next, 'conversations');
  bench.overview(
    ['#big', MISSED_COUNTED],
    ['#huge', MISSED_COUNTED],
    ['#small', MISSED_COUNTED - 1],
    ['~talk', MISSED_COUNTED],
  );
  t.is(bench.asked.length, 2);
  bench.page([said(990), said(995)], true);
  bench.refuse('storage-failed');
  t.is(bench.next, 'nothing');
  bench.resume.live(said(1_001, '#huge'));
  bench.resume.live(said(1_002));
  bench.resume.live(said(1_003, '#small'));
  t.deepEqual(bench.positions, ['[990 995]', 1_002]);
  t.is(bench.store.cursor, 10);
  bench.later();
  t.is(bench.next, 'newest of #huge');
  bench.page([said(999, '#huge'), said(1_001, '#huge'), said(1_004, '#huge')], true);
  t.is(bench.next, 'own but #big #huge after 10');
  bench.resume.live(said(1_004, '#huge'));
  bench.page([said(20, '#small'), said(30, '~talk')], true);
  t.is(bench.store.cursor, 30);
  t.is(bench.next, 'own but #big #huge after 30');
  bench.page([said(1_003, '#small')]);
  t.deepEqual(bench.positions, ['[990 995]', 1_002, '[999 1001 1004]', 20, 30, 1_003]);
  t.is(bench.store.cursor, 1_004);
  t.deepEqual(bench.kept('#big'), [990, 995, 1_002]);
  t.deepEqual(bench.kept('#small'), [6, 20, 1_003]);
});

test('a room that one may not look into any more holds nothing up; that one has left it is heard', t => {
  const bench = away();
  bench.overview(['#big', MISSED_COUNTED], ['#huge', MISSED_COUNTED]);
  bench.refuse('room-closed');
  bench.resume.live(moved(1_001, 'left', '#huge'));
  t.is(bench.asked.length, 2);
  bench.page([said(999, '#huge'), moved(1_001, 'left', '#huge')], true);
  t.is(bench.next, 'own but #big #huge after 10');
  bench.page([]);
  t.deepEqual(bench.positions, [1_001]);
  t.deepEqual(bench.kept('#huge'), []);
  t.is(bench.store.cursor, 1_001);
});

// Red when what is held of a room is forgotten with it, or heard behind the leave.
test('a room that is left while the rest is pulled is heard to its end', t => {
  const bench = away();
  bench.overview(['#small', 3]);
  bench.page([said(20, '#small')], true);
  bench.resume.live(said(1_001, '#small'));
  bench.resume.live(moved(1_002, 'left', '#small'));
  bench.page([said(30, '~talk')]);
  t.deepEqual(bench.positions, [20, 1_001, 1_002, 30]);
  t.deepEqual(bench.kept('#small'), []);
  t.is(bench.store.cursor, 1_002);
});

test('the past of a room that is joined while the rest is pulled is no part of it', t => {
  const bench = away();
  bench.overview(['#small', 3]);
  bench.resume.live(moved(1_001, 'joined', '#new'));
  bench.page([said(20, '#small')], true);
  t.is(bench.next, 'own but #new after 20');
  bench.resume.live(said(1_002, '#new'));
  bench.page([]);
  t.deepEqual(bench.positions, [1_001, 20, 1_002]);
  t.deepEqual(bench.kept('#new'), [1_001, 1_002]);
});

// Red when the cursor goes where the page went: a reader that fell behind gets what was pushed later.
test('what a server pushes late is heard, although a page has gone past it', t => {
  const bench = away();
  bench.overview(['#big', MISSED_COUNTED]);
  bench.page([said(999)]);
  bench.page([said(20, '#small'), said(1_500, '#small')]);
  t.is(bench.store.cursor, 1_000);
  bench.resume.live(said(1_400));
  bench.resume.live(said(1_500, '#small'));
  bench.resume.live(said(1_600, '#small'));
  t.deepEqual(bench.positions, ['[999]', 20, 1_500, 1_400, 1_600]);
  t.is(bench.store.cursor, 1_600);
  t.deepEqual(bench.kept('#small'), [6, 20, 1_500, 1_600]);
});

for (const process of ['the same', 'the next'] as const) {
  // Red when what stands beyond the cursor is not remembered, or said again.
  test(`after a cut in the middle of it, ${process} process hears the rest and nothing again`, t => {
    let bench = away();
    bench.overview(['#big', MISSED_COUNTED], ['#small', 5]);
    bench.page([said(998), said(999)], true);
    bench.resume.live(said(1_001));
    bench.page([said(20, '#small'), said(30, '#small')], true);
    bench.cut();
    t.is(bench.store.cursor, 30);
    if (process === 'the next') bench = new Bench(bench.store);
    else bench.heard.length = 0;
    bench.login(1_100);
    // Few enough now: it is pulled with all others, and what is before its newest page is there to be scrolled to.
    bench.overview(['#big', 299], ['#small', 5]);
    t.is(bench.next, 'own after 30');
    bench.page([said(40, '#small'), said(500), said(998), said(999), said(1_001), said(1_002)]);
    t.deepEqual(bench.positions, [40, 1_002]);
    t.deepEqual(bench.kept('#big'), [998, 999, 1_001, 1_002]);
    t.is(bench.store.cursor, 1_100);
  });
}

// Red when a position that was heard of a longer log keeps out what is said there now.
test('a server that was set back in the middle of it is heard from its end on', t => {
  const bench = away();
  bench.overview(['#big', MISSED_COUNTED]);
  bench.page([said(998), said(999)]);
  bench.cut();
  bench.heard.length = 0;
  bench.login(500);
  bench.overview(['#big', 100]);
  bench.page([said(400)]);
  bench.resume.live(said(501));
  t.deepEqual(bench.positions, [501]);
  t.is(bench.store.cursor, 501);
});

test('a server that knows no overview gives everything as it came', t => {
  const bench = away();
  bench.refuse('unknown-kind');
  t.is(bench.next, 'own after 10');
  bench.page([said(20), said(30)]);
  t.deepEqual(bench.positions, [20, 30]);
  t.deepEqual(
    bench.heard.filter(message => message.is === 'overview'),
    [],
  );
});

test('answers to a login that is over are not heard', t => {
  const bench = away();
  const [old] = bench.asked;
  bench.cut();
  bench.login(1_000);
  old?.answered([{ type: 'page', ref: 1, final: true, kind: 'conversations', items: [] }]);
  t.deepEqual(bench.heard, []);
  bench.later();
  t.is(bench.asked.length, 1);
});

test('who has missed nothing hears where one stands, and meanwhile what comes', t => {
  const store = new MemoryClientStore();
  store.enter('one', 10);
  store.keep([said(5)], 10);
  const bench = new Bench(store);
  bench.login(10);
  bench.resume.live(said(11));
  t.deepEqual(bench.positions, [11]);
  bench.overview(['#big', 0]);
  t.is(bench.next, 'nothing');
  t.is(bench.heard.at(-1)?.is, 'overview');
});
