// The contract of the client's store, run on both; and what only the durable one promises: several processes, one file.
import { fork } from 'node:child_process';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { AnyEvent, MessageId } from '../../src/chat/vocabulary.ts';
import { CACHED_EVENTS } from '../../src/limits.ts';
import type { ClientStore, QueuedLine } from '../../src/store/client-store.ts';
import { MemoryClientStore } from '../../src/store/memory-client-store.ts';
import { SqliteClientStore } from '../../src/store/sqlite/client-store.ts';
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
  return {
    ...{ position, time: position * 10, conversation, account: 'bob', from: 'bob', id: idOf(position) },
    ...{ kind: 'message', body: { kind: 'text', text: `said ${position}` }, action: false },
    ...changes,
  } as AnyEvent;
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
      event(4, '*', { kind: 'unknown', body: undefined, action: undefined, name: 'poll', id: null }),
    ].map(each => Object.fromEntries(Object.entries(each).filter(([, value]) => value !== undefined)) as AnyEvent);
    store.keep(kinds, 4);
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
