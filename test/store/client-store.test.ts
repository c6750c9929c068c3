// The contract of the client's store, run on both; and what only the durable one promises: several processes, one file.
import { fork } from 'node:child_process';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { AnyEvent, ChatEvent, MessageId } from '../../src/chat/vocabulary.ts';
import { CACHED_EVENTS } from '../../src/limits.ts';
import type { ClientStore, KeptSearch, QueuedLine } from '../../src/store/client-store.ts';
import { MemoryClientStore } from '../../src/store/memory-client-store.ts';
import { CLIENT_MIGRATIONS } from '../../src/store/sqlite/client-schema.ts';
import { SqliteClientStore } from '../../src/store/sqlite/client-store.ts';
import { openReader, openWriter, versionOf } from '../../src/store/sqlite/database.ts';
import { rowOf } from '../../src/store/sqlite/rows.ts';
import { temporaryHome } from '../helpers/program.ts';

const idOf = (n: number): MessageId => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;

function queuedLine(n: number, changes: Partial<QueuedLine> = {}): QueuedLine {
  return {
    id: idOf(n),
    command: {
      ...{ kind: 'post', target: { to: 'room', room: '#lobby' }, action: false },
      body: { kind: 'text', text: `line ${n} 中文 {"'` },
    },
    time: 1_000 + n,
    server: 'one',
    refusal: null,
    ...changes,
  };
}

function event(position: number, conversation = '#lobby', changes: object = {}): AnyEvent {
  const all = {
    ...{ position, time: position * 10, conversation, account: 'bob', from: 'bob', id: idOf(position) },
    ...{ kind: 'message', body: { kind: 'text', text: `said ${position}` }, action: false },
    ...changes,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined)) as unknown as AnyEvent;
}

const positions = (store: ClientStore, conversation = '#lobby', before: number | null = null, limit = 10_000) =>
  store.page(conversation, before, limit).events.map(each => each.position);

function file(t: ExecutionContext): string {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  return join(home, 'clients', 'alice', 'server.db');
}

function openAt(t: ExecutionContext, path: string): SqliteClientStore {
  const store = SqliteClientStore.open(path);
  t.teardown(() => store.close());
  return store;
}

const STORES: readonly { readonly name: string; readonly open: (t: ExecutionContext) => ClientStore }[] = [
  { name: 'memory', open: () => new MemoryClientStore() },
  { name: 'sqlite', open: t => openAt(t, file(t)) },
];

for (const { name, open } of STORES) {
  test(`${name}: lines stay in their order, as they were given, until they are settled; refused ones with their reason`, t => {
    const store = open(t);
    const sealed = queuedLine(3, {
      command: {
        ...{ kind: 'post', target: { to: 'account', account: 'carol' }, action: true },
        body: { kind: 'sealed', bytes: new Uint8Array([0, 255, 7]) },
      },
      server: null,
    });
    // Ids do not tell the order: a clock may have been set back.
    for (const line of [queuedLine(9), sealed, queuedLine(1)]) store.add(line);
    store.add(queuedLine(9, { time: 5 }));
    t.deepEqual(store.queued(), [queuedLine(9), sealed, queuedLine(1)]);
    store.refuse(idOf(1), { code: 'room-full', params: { room: '#lobby', limit: 5 } });
    store.settle(idOf(9));
    store.settle(idOf(100));
    store.refuse(idOf(100), { code: 'x', params: {} });
    t.deepEqual(store.queued(), [
      sealed,
      queuedLine(1, { refusal: { code: 'room-full', params: { room: '#lobby', limit: 5 } } }),
    ]);
  });

  test(`${name}: events are paged backwards from the newest, each conversation alone, and come back as they were`, t => {
    const store = open(t);
    t.is(store.server, null);
    t.is(store.cursor, null);
    t.is(store.enter('one', 100), null);
    const kinds: AnyEvent[] = [
      event(1, '#lobby', { kind: 'topic', body: undefined, action: undefined, text: 'new topic' }),
      event(2, '~talk', { to: { account: 'alice', name: 'alice' }, action: true }),
      event(3, '#lobby', { body: { kind: 'sealed', bytes: new Uint8Array([1, 2]) } }),
      event(5, '*', { kind: 'unknown', body: undefined, action: undefined, name: 'poll', id: null }),
    ].map(each => Object.fromEntries(Object.entries(each).filter(([, value]) => value !== undefined)) as AnyEvent);
    store.keep(kinds, 5);
    store.keep([event(4, '#lobby'), event(6, '#lobby')], 6);
    t.is(store.cursor, 6);
    t.deepEqual(store.conversations(), ['#lobby', '*', '~talk']);
    t.deepEqual(store.page('~talk', null, 5), { events: [kinds[1] as AnyEvent], more: false });
    t.deepEqual(store.page('*', null, 5).events, [kinds[3] as AnyEvent]);
    t.deepEqual(store.page('#lobby', null, 2), { events: [event(4), event(6)], more: true });
    t.deepEqual(store.page('#lobby', 4, 2), { events: [kinds[0] as AnyEvent, kinds[2] as AnyEvent], more: false });
    t.deepEqual(store.page('#none', null, 2), { events: [], more: false });
  });

  test(`${name}: what comes twice is there once, and the cursor never goes back`, t => {
    const store = open(t);
    store.enter('one', 100);
    store.keep([event(5), event(7)], 9);
    store.keep([event(5)], 5);
    t.deepEqual(positions(store), [5, 7]);
    t.is(store.cursor, 9);
  });

  // Red when a page is kept wherever it stands: scrolling back would jump over what lies between.
  test(`${name}: a page of history is kept where it joins what is here, and nowhere else`, t => {
    const store = open(t);
    store.enter('one', 500);
    store.keepPage('#lobby', 50, [event(40)]);
    t.deepEqual(positions(store), [], 'nothing to join');
    store.keepPage('#lobby', null, [event(200), event(210)]);
    store.keepPage('#lobby', 150, [event(140)]);
    store.keepPage('#lobby', null, [event(400)]);
    t.deepEqual(positions(store), [200, 210]);
    store.keepPage('#lobby', 200, [event(180), event(190)]);
    t.deepEqual(positions(store), [180, 190, 200, 210]);
    store.forget('#lobby', 200);
    t.deepEqual(positions(store), [200, 210]);
  });

  test(`${name}: of a long conversation the newest stay`, t => {
    const store = open(t);
    store.enter('one', 100_000);
    for (let n = 0; n < 30; n++) {
      store.keep(
        Array.from({ length: 100 }, (_, i) => event(n * 100 + i + 1)),
        (n + 1) * 100,
      );
    }
    const kept = positions(store);
    t.is(kept.at(-1), 3_000);
    t.true(kept.length >= CACHED_EVENTS && kept.length <= CACHED_EVENTS * 1.5, `${kept.length}`);
    t.is(kept[0], 3_001 - kept.length, 'without a gap');
  });

  // Red when positions of one server are taken for another's.
  test(`${name}: another server at this address sees nothing of the one before; the lines and drafts stay`, t => {
    const store = open(t);
    store.enter('one', 100);
    store.keep([event(5)], 50);
    store.setRead('#lobby', 5);
    store.remember({ serverName: 'One', name: 'alice', role: 'member' });
    store.add(queuedLine(1));
    store.setDraft('#lobby', 'half');
    t.is(store.enter('two', 10), null);
    t.is(store.server, 'two');
    t.deepEqual(store.conversations(), []);
    t.is(store.reads().size, 0);
    t.is(store.known(), null);
    t.deepEqual(store.queued(), [queuedLine(1)]);
    t.is(store.drafts().get('#lobby'), 'half');
    t.is(store.enter('one', 100), 50);
    t.deepEqual(positions(store), [5]);
    t.is(store.known()?.serverName, 'One');
  });

  // Red when a server that was set back to a backup is believed to have nothing new.
  test(`${name}: a log that is shorter than what was heard of it is heard again from its end`, t => {
    const store = open(t);
    store.enter('one', 100);
    store.keep([event(5), event(90)], 90);
    t.is(store.enter('one', 60), 60);
    t.deepEqual(positions(store), [5]);
  });

  test(`${name}: drafts, what was read, and the facts of the last login`, t => {
    const store = open(t);
    store.enter('one', 100);
    store.setDraft('#lobby', 'half a\nthought');
    store.setDraft('bob', 'x');
    store.setDraft('bob', '');
    t.deepEqual([...store.drafts()], [['#lobby', 'half a\nthought']]);
    store.setRead('#lobby', 7);
    store.setRead('#lobby', 3);
    t.deepEqual([...store.reads()], [['#lobby', 7]]);
    t.is(store.known(), null);
    store.remember({ current: '#lobby' });
    store.remember({ serverName: 'One', name: 'alice', role: 'owner' });
    const rooms = [{ room: '#lobby', topic: 't', members: 3, joined: true, visibility: 'public' as const }];
    store.remember({ rooms });
    const who = { serverName: 'One', name: 'alice', role: 'owner' } as const;
    t.deepEqual(store.known(), { ...who, rooms, people: [], current: '#lobby' });
  });

  const edited = (position: number, about: number, text: string, conversation = '#lobby', account = 'bob') =>
    event(position, conversation, {
      ...{
        kind: 'edited',
        about: { account, id: idOf(about) },
        body: { kind: 'text', text },
        action: undefined,
        account,
      },
    });
  const deleted = (position: number, about: number, account = 'bob') =>
    event(position, '#lobby', {
      ...{ kind: 'deleted', about: { account, id: idOf(about) }, body: undefined, action: undefined, account },
    });
  const reacted = (position: number, about: number, on = true, account = 'carol') =>
    event(position, '#lobby', {
      ...{ kind: 'reacted', about: { account: 'bob', id: idOf(about) }, reaction: '+1', on, account },
      ...{ body: undefined, action: undefined },
    });
  const messageAt = (store: ClientStore, position: number) => {
    const found = store.page('#lobby', position + 1, 1).events[0];
    return found?.kind === 'message' ? found : null;
  };
  const found = (store: ClientStore, text: string, more: Partial<KeptSearch> = {}) =>
    store
      .search({ text, conversation: null, from: null, before: null, limit: 100, ...more })
      .events.map(each => each.position);

  // Red when an edit is kept beside its message only, or undone by one that comes late.
  test(`${name}: edits, deletions and reactions change the message that is here, and stay as events`, t => {
    const store = open(t);
    store.enter('one', 1_000);
    store.keep([event(1), event(2), event(3)], 3);
    store.keep([edited(4, 1, 'first'), reacted(5, 2), edited(6, 1, 'second'), reacted(7, 2, true, 'dave')], 7);
    store.keep([edited(8, 3, 'secret'), reacted(9, 2, false), deleted(10, 3)], 10);
    t.deepEqual(positions(store), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    t.like(messageAt(store, 1), { body: { kind: 'text', text: 'second' }, edited: 6 });
    t.deepEqual(messageAt(store, 2)?.reactions, [{ reaction: '+1', accounts: ['dave'] }]);
    t.like(messageAt(store, 3), { body: { kind: 'text', text: '' }, deleted: true });
    t.false(JSON.stringify(store.page('#lobby', null, 100)).includes('secret'), 'what was taken back is gone');
  });

  // Red when a change is looked for by its id alone: anybody may give a message somebody else's id.
  test(`${name}: a change is about the message of its own author, and of nobody else`, t => {
    const store = open(t);
    store.enter('one', 1_000);
    const same = event(2, '#lobby', { account: 'mallory', id: idOf(1) });
    store.keep([event(1), same, edited(3, 1, 'mine', '#lobby', 'mallory'), edited(4, 1, 'kept')], 4);
    store.keep([deleted(5, 1, 'mallory')], 5);
    t.like(messageAt(store, 1), { body: { kind: 'text', text: 'kept' } });
    t.like(messageAt(store, 2), { body: { kind: 'text', text: '' }, deleted: true });
    t.like(store.page('#lobby', 5, 1).events[0], { body: { kind: 'text', text: 'kept' } });
  });

  // Red when the page of an older time undoes what is known here, or the other way round.
  test(`${name}: pages bring messages as they are now, and what is known of later changes holds`, t => {
    const store = open(t);
    store.enter('one', 1_000);
    store.keep([event(20), edited(21, 10, 'newest'), reacted(22, 11), reacted(23, 11, false)], 23);
    store.keepPage('#lobby', 20, [
      event(10, '#lobby', { edited: 15 }),
      event(11),
      reacted(12, 11),
      edited(15, 10, 'x'),
    ]);
    t.like(messageAt(store, 10), { body: { kind: 'text', text: 'newest' }, edited: 21 });
    t.is(messageAt(store, 11)?.reactions, undefined);
    t.deepEqual(found(store, 'newest'), [10]);
    t.deepEqual(found(store, 'said'), [11, 20]);
    // What is pulled is as it is now, and its earlier words come behind it.
    store.keep([event(30, '#lobby', { edited: 35 }), edited(32, 30, 'long gone')], 32);
    t.like(messageAt(store, 30), { body: { kind: 'text', text: 'said 30' }, edited: 35 });
  });

  // Red when what is before a gap stays, or when what another process heard meanwhile goes.
  test(`${name}: the newest page takes the place of what has a gap behind it, and joins what has none`, t => {
    const store = open(t);
    store.enter('one', 1_000);
    store.keep([event(1), event(2), event(3, '#other')], 3);
    store.keepNewest('#lobby', [event(100), event(101)]);
    t.deepEqual(positions(store), [100, 101]);
    t.deepEqual(positions(store, '#other'), [3]);
    t.is(store.cursor, 3);
    t.deepEqual(found(store, 'said'), [3, 100, 101]);
    store.keep([event(102), edited(103, 101, 'changed')], 103);
    store.keepNewest('#lobby', [event(101), event(102)]);
    t.deepEqual(positions(store), [100, 101, 102, 103]);
    t.like(messageAt(store, 101), { body: { kind: 'text', text: 'changed' } });
    store.keepNewest('#lobby', []);
    t.is(positions(store).length, 4);
  });

  test(`${name}: what stands beyond the cursor is known, and an event below what is here is none that is new`, t => {
    const store = open(t);
    store.enter('one', 1_000);
    store.keep([event(1)], 1);
    store.keepNewest('#busy', [event(50, '#busy'), event(60, '#busy')]);
    store.keep([event(70, '#busy'), event(5, '~talk')], 5);
    store.flush();
    t.is(store.written, 5);
    store.enter('two', 10);
    t.deepEqual([...store.ahead], []);
    store.enter('one', 1_000);
    t.deepEqual([...store.ahead], [['#busy', 70]]);
    store.keep([event(40, '#busy'), event(6)], 6);
    t.deepEqual(positions(store, '#busy'), [50, 60, 70]);
    store.enter('one', 55);
    t.deepEqual(positions(store, '#busy'), [50]);
  });

  test(`${name}: private talk stays whole`, t => {
    const store = open(t);
    store.enter('one', 100_000);
    const talk = Array.from({ length: CACHED_EVENTS * 2 }, (_, n) => event(n + 1_001, '~talk'));
    store.keep(talk, 10_000);
    store.keepPage(
      '~talk',
      1_001,
      Array.from({ length: 200 }, (_, n) => event(n + 801, '~talk')),
    );
    t.is(positions(store, '~talk').length, CACHED_EVENTS * 2 + 200);
    t.is(found(store, 'said', { conversation: '~talk', limit: 100_000 }).length, CACHED_EVENTS * 2 + 200);
  });

  // Red when the newest page of a talk is kept while its past is still on the way: what comes then would be left out.
  test(`${name}: a page of a private talk that comes ahead of its past does not keep that out`, t => {
    const store = open(t);
    store.enter('one', 1_000);
    store.keep([], 0);
    store.keepPage('~talk', null, [event(90, '~talk'), event(91, '~talk')]);
    store.keepPage('#lobby', null, [event(95), event(96)]);
    store.keep([event(10, '~talk')], 10);
    store.keepPage('~talk', 90, [event(9, '~talk'), event(10, '~talk'), event(80, '~talk')]);
    store.keep([event(70, '~talk'), event(80, '~talk')], 80);
    store.keep([event(90, '~talk'), event(91, '~talk')], 91);
    t.deepEqual(positions(store, '~talk'), [9, 10, 70, 80, 90, 91]);
    t.deepEqual(positions(store), [95, 96]);
    store.keepPage('~old', null, [event(20, '~old')]);
    t.deepEqual(positions(store, '~old'), [20]);
  });

  // Red when the index keeps what an edit, a deletion, a cut or a trim took away.
  test(`${name}: what is here is found by its words, newest first, page by page`, t => {
    const store = open(t);
    store.enter('one', 100_000);
    const say = (position: number, text: string, changes: object = {}, conversation = '#lobby') =>
      store.keep([event(position, conversation, { body: { kind: 'text', text }, ...changes })], position);
    say(1, 'The deployment failed');
    say(2, 'deployed again', { account: 'carol' });
    say(3, 'Straße und Déjà-vu', {}, '~talk');
    say(4, '今天部署了服务器');
    say(5, 'thumbs 👍 up 100%');
    say(6, 'deploy deploy', {}, '~talk');
    store.keep([event(7, '#lobby', { kind: 'topic', body: undefined, action: undefined, text: 'deploy' })], 7);
    t.deepEqual(found(store, 'deploy'), [1, 2, 6]);
    t.deepEqual(found(store, 'DEPLOY failed'), [1]);
    t.deepEqual(found(store, '"deployment failed"'), [1]);
    t.deepEqual(found(store, 'deploy', { conversation: '~talk' }), [6]);
    t.deepEqual(found(store, 'deploy', { from: 'carol' }), [2]);
    t.deepEqual(found(store, 'deja'), [3]);
    t.deepEqual([found(store, '部'), found(store, '部署'), found(store, '署部')], [[4], [4], []]);
    t.deepEqual([found(store, '👍'), found(store, '%'), found(store, '_'), found(store, '\\')], [[5], [5], [], []]);
    t.deepEqual([found(store, ''), found(store, '  ')], [[], []]);
    const first = store.search({ text: 'deploy', conversation: null, from: null, before: null, limit: 2 });
    t.like(first, { more: true, reached: 2 });
    t.deepEqual(
      first.events.map(each => each.position),
      [2, 6],
    );
    const rest = store.search({ text: 'deploy', conversation: null, from: null, before: first.reached, limit: 2 });
    t.like(rest, { more: false, reached: 0 });
    t.deepEqual(
      rest.events.map(each => each.position),
      [1],
    );
    store.keep([edited(8, 1, 'all is well'), deleted(9, 5)], 9);
    t.deepEqual(
      [found(store, 'failed'), found(store, 'well'), found(store, 'thumbs'), found(store, '👍')],
      [[], [1], [], []],
    );
    store.forget('#lobby', 3);
    t.deepEqual([found(store, 'well'), found(store, 'deploy')], [[], [6]]);
    store.enter('two', 100);
    t.deepEqual(found(store, 'deploy'), []);
    say(3, 'deploy elsewhere');
    t.deepEqual(found(store, 'deploy'), [3]);
    store.enter('one', 5);
    t.deepEqual(found(store, 'deploy'), []);
  });

  test(`${name}: what a room no longer holds is not found`, t => {
    const store = open(t);
    store.enter('one', 100_000);
    store.keep(
      Array.from({ length: 2 * CACHED_EVENTS }, (_, n) => event(n + 1)),
      2 * CACHED_EVENTS,
    );
    const held = positions(store);
    t.deepEqual(found(store, 'said', { limit: 10_000 }), held);
    t.is(held.at(-1), 2 * CACHED_EVENTS);
  });
}

test('what was kept is there after the process was opened again, and only its owner may read it', t => {
  const path = file(t);
  const first = openAt(t, path);
  first.enter('one', 100);
  first.add(queuedLine(1));
  first.keep([event(5)], 6);
  first.setRead('#lobby', 5);
  first.setDraft('#lobby', 'half');
  first.close();
  first.close();
  const second = openAt(t, path);
  t.is(second.server, 'one');
  t.is(second.cursor, 6);
  t.deepEqual(second.queued(), [queuedLine(1)]);
  t.deepEqual(positions(second), [5]);
  t.is(second.reads().get('#lobby'), 5);
  t.is(second.drafts().get('#lobby'), 'half');
  t.is(statSync(path).mode & 0o777, 0o600);
  t.is(statSync(`${path}-wal`).mode & 0o777, 0o600);
  t.is(statSync(dirname(path)).mode & 0o777, 0o700);
});

// Red when a file that was damaged keeps its owner from talking.
test('a file that is no database any more is put aside, and a new one begun', t => {
  const path = file(t);
  const first = openAt(t, path);
  t.is(first.broken, null);
  first.close();
  writeFileSync(path, 'this is no database, '.repeat(1_000));
  const second = openAt(t, path);
  t.is(second.broken, `${path}.broken`);
  t.true(readFileSync(`${path}.broken`, 'utf8').startsWith('this is no'));
  second.add(queuedLine(1));
  t.deepEqual(second.queued(), [queuedLine(1)]);
});

// Red when `queued` gives all lines: two screens of one person would each send the other's.
test('a line belongs to the process that wrote it while that lives; both may settle it; the next start takes over', t => {
  const path = file(t);
  const one = openAt(t, path);
  const two = openAt(t, path);
  one.enter('one', 100);
  two.enter('one', 100);
  one.add(queuedLine(1));
  two.add(queuedLine(2));
  one.add(queuedLine(3));
  t.deepEqual(
    one.queued().map(line => line.id),
    [idOf(1), idOf(3)],
  );
  const three = openAt(t, path);
  t.deepEqual(three.queued(), [], 'both live');
  two.settle(idOf(3));
  two.flush();
  t.deepEqual(one.queued(), [queuedLine(1)]);
  one.close();
  two.close();
  const four = openAt(t, path);
  t.deepEqual(four.queued(), [queuedLine(1), queuedLine(2)]);
});

test('two processes that keep the same events and move one cursor do not disturb each other', t => {
  const path = file(t);
  const stores = [openAt(t, path), openAt(t, path)];
  for (const store of stores) store.enter('one', 1_000);
  for (let n = 1; n <= 300; n++) {
    for (const store of stores) store.keep([event(n)], n);
    if (n % 7 === 0) stores[n % 2]?.flush();
  }
  for (const store of stores) {
    store.flush();
    t.deepEqual(
      positions(store),
      Array.from({ length: 300 }, (_, n) => n + 1),
    );
    t.is(store.cursor, 300);
  }
});

// Red when a process goes on from where another one is: what came between was never on its screen.
test('a process goes on from where it stands itself, and the next one from where the furthest was', t => {
  const path = file(t);
  const one = openAt(t, path);
  one.enter('one', 5);
  one.keep([event(5)], 5);
  one.flush();
  const two = openAt(t, path);
  one.keep([event(9)], 9);
  one.flush();
  t.is(two.cursor, 5);
  t.is(two.enter('one', 9), 5);
  two.keep([], 6);
  t.is(two.enter('one', 9), 6, 'again');
  two.flush();
  t.is(openAt(t, path).cursor, 9);
});

// Red when two that make a file at once both make its tables, when a second one takes a place that is held, or when the
// place of a process that was killed stays taken.
test('processes that open one new file at a moment all get it, and what those that were killed had written is taken over', async t => {
  const folder = dirname(file(t));
  const racer = new URL('../helpers/store-racer.ts', import.meta.url);
  const children = ['a', 'b', 'c'].map(who => fork(racer, [folder, '12', who], { execArgv: ['--import=tsx'] }));
  t.teardown(() => {
    for (const child of children) child.kill('SIGKILL');
  });
  const told = (child: (typeof children)[number]) =>
    new Promise<string>(resolve => child.once('message', value => resolve(String(value))));
  await Promise.all(children.map(told));
  const answers = children.map(told);
  for (const child of children) child.send('go');
  t.deepEqual(await Promise.all(answers), ['done', 'done', 'done']);
  const [first, ...others] = children;
  const died = (child: (typeof children)[number] | undefined) =>
    new Promise<void>(resolve => {
      child?.once('exit', () => resolve());
      child?.kill('SIGKILL');
    });
  await died(first);
  for (let n = 0; n < 12; n++) {
    const path = join(folder, String(n), 'server.db');
    const store = openAt(t, path);
    const lines = store.queued().map(line => line.id);
    t.deepEqual(lines, [`a in ${n}`], 'the others live');
    t.deepEqual(positions(store), [7]);
    t.is(store.cursor, 7);
  }
  await Promise.all(others.map(died));
  for (let n = 0; n < 12; n++) {
    const store = openAt(t, join(folder, String(n), 'server.db'));
    t.deepEqual(
      store
        .queued()
        .map(line => line.id)
        .sort(),
      [`b in ${n}`, `c in ${n}`],
    );
  }
});

// Red when it is said on the way to the disk: others would take their words for delivered.
test('how far is written rises with each transaction, and not where one fails', t => {
  const path = file(t);
  const store = openAt(t, path);
  let calls = 0;
  store.whenWritten(() => {
    calls += 1;
  });
  store.enter('one', 100);
  store.keep([event(5)], 5);
  t.is(store.cursor, 5);
  t.deepEqual([store.written, calls], [null, 0]);
  store.flush();
  t.deepEqual([store.written, calls], [5, 1]);
  store.setRead('#lobby', 5);
  store.flush();
  t.is(calls, 1);
  const other = openWriter(path, CLIENT_MIGRATIONS);
  t.teardown(() => other.close());
  other.exec('ALTER TABLE kept RENAME TO hidden');
  store.keep([event(6)], 6);
  store.flush();
  t.deepEqual([store.written, calls], [5, 1]);
  other.exec('ALTER TABLE hidden RENAME TO kept');
  store.keep([event(7)], 7);
  store.flush();
  t.deepEqual([store.written, calls], [7, 2]);
  t.deepEqual(positions(store), [5, 6, 7], 'tried again');
  store.keep([event(8)], 8);
  store.enter('two', 50);
  t.is(store.written, null);
});

// Red when a version 1 is opened without what it held, without its ids, or without an index of its words.
test('a store of version 1 is brought over with all that it holds, and a copy of it stays', t => {
  const path = file(t);
  const old = openWriter(path, CLIENT_MIGRATIONS.slice(0, 1));
  old.exec(`
    INSERT INTO servers (number, id, used, cursor) VALUES (1, 'zero', 1, 3), (2, 'one', 2, 90);
    INSERT INTO reads VALUES (2, '#lobby', 8);
    INSERT INTO facts VALUES (2, 'serverName', '"One"'), (2, 'name', '"alice"'), (2, 'role', '"member"');
    INSERT INTO drafts VALUES ('#lobby', 'half');
    INSERT INTO queued (id, owner, server, time, command) VALUES ('${idOf(77)}', 1, 'one', 5, '${JSON.stringify(queuedLine(1).command).replaceAll("'", "''")}');
  `);
  const insert = old.prepare(`
    INSERT INTO events (server, conversation, position, time, account, name, kind, text, sealed, detail)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
  `);
  const keep = (server: number, each: AnyEvent) => {
    const { position, time, conversation, account, name, kind, text, sealed, detail } = rowOf(each as ChatEvent);
    insert.run(server, conversation, position, time, account, name, kind, text, sealed, detail);
  };
  const events = [
    ...Array.from({ length: 1_200 }, (_, n) => event(n + 10)),
    event(5, '~talk', { to: { account: 'alice', name: 'alice' }, body: { kind: 'text', text: '今天' } }),
    event(6, '#lobby', { kind: 'topic', body: undefined, action: undefined, text: 'a topic that was said' }),
    event(7, '#lobby', { body: { kind: 'sealed', bytes: new Uint8Array([1, 2]) } }),
  ];
  for (const each of events) keep(2, each);
  keep(1, event(5, '#elsewhere'));
  old.close();
  const store = openAt(t, path);
  t.is(store.cursor, 90);
  t.is(store.enter('one', 10_000), 90);
  t.deepEqual(
    store.page('#lobby', null, 10_000).events,
    events.filter(each => each.conversation === '#lobby').sort((a, b) => a.position - b.position),
  );
  t.deepEqual(store.page('~talk', null, 10).events, [events[1_200] as AnyEvent]);
  const found = (text: string) =>
    store
      .search({ text, conversation: null, from: null, before: null, limit: 10_000 })
      .events.map(each => each.position);
  t.is(found('said').length, 1_200);
  t.deepEqual(found('今'), [5]);
  t.is(store.reads().get('#lobby'), 8);
  t.is(store.known()?.serverName, 'One');
  t.is(store.drafts().get('#lobby'), 'half');
  t.deepEqual(
    store.queued().map(line => line.id),
    [idOf(77)],
  );
  const change = { kind: 'deleted', about: { account: 'bob', id: idOf(12) }, body: undefined, action: undefined };
  store.keep([event(2_000, '#lobby', change)], 2_000);
  t.is(found('said').length, 1_199);
  store.enter('zero', 100);
  t.deepEqual(positions(store, '#elsewhere'), [5]);
  const copy = openReader(`${path}.v1`);
  t.is(versionOf(copy), 1);
  t.is(copy.prepare('SELECT count(*) FROM events').pluck().get(), events.length + 1);
  copy.close();
  t.deepEqual(
    readdirSync(dirname(path)).filter(each => each.includes('part')),
    [],
  );
});

// Red when rows go by the servers' own deletion and leave their words behind: another server may get their number.
test('of a server that is forgotten nothing is found', t => {
  const path = file(t);
  const store = openAt(t, path);
  for (const server of ['a', 'b', 'c', 'd', 'e']) {
    store.enter(server, 100);
    store.keep([event(5)], 5);
  }
  store.close();
  const db = openReader(path);
  t.is(db.prepare('SELECT count(*) FROM kept').pluck().get(), 3);
  t.is(db.prepare('SELECT count(*) FROM words_docsize').pluck().get(), 3);
  db.close();
});
