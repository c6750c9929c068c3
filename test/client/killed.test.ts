// A client's process is killed again and again while it takes what it missed: the store on the disk has no gap, and nothing
// counts as delivered that is not in it.
import { fork } from 'node:child_process';
import { join } from 'node:path';
import test from 'ava';
import type { AnyEvent, Draft } from '../../src/chat/vocabulary.ts';
import { accountOf, talkOf } from '../../src/identity/keys.ts';
import { openProfile } from '../../src/identity/profile.ts';
import { MemoryLog } from '../../src/store/memory-log.ts';
import { SqliteClientStore } from '../../src/store/sqlite/client-store.ts';
import { newId, newProfile, openClient, openServer, postToName, textsOf } from '../helpers/clients.ts';
import { temporaryHome } from '../helpers/program.ts';

/** Things that a process hears before it is killed. */
const KILLS = [1, 2, 3, 150, 260, 500, 900];
const MISSED = { '#lobby': 2_000, '#quiet': 200, '~': 1_500 } as const;

// Red when `stored` is told before the transaction is through, when the cursor is written ahead of its events, or a newest
// page apart from what makes room for it.
test('killed at any moment of coming back, a client has no gap on its disk, and has told of nothing that is not there', async t => {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  const file = join(home, 'server.db');
  const log = new MemoryLog(1_000_000);
  const [alice, bob] = [openProfile(home, 'alice'), newProfile('bob')];
  const talk = talkOf(accountOf(alice.key.public), accountOf(bob.key.public));
  const first = await openServer(t, { log });
  const before = SqliteClientStore.open(file);
  const here = await openClient(t, alice, { port: first.facts.port, store: before });
  const there = await openClient(t, bob, { port: first.facts.port });
  await here.join('#quiet');
  await there.does(postToName('alice', 'before'));
  await here.text('before');
  here.client.close();
  before.close();
  there.client.close();
  await first.close();
  const drafts = Object.entries(MISSED).flatMap(([where, count]) =>
    Array.from({ length: count }, (_, n): Draft => {
      const head = { time: 1, account: accountOf(bob.key.public), from: 'bob', id: newId(), action: false };
      const body = { kind: 'text', text: `${where} ${n}` } as const;
      if (where !== '~') return { ...head, kind: 'message', conversation: where, body };
      return {
        ...head,
        kind: 'message',
        conversation: talk,
        body,
        to: { account: accountOf(alice.key.public), name: 'alice' },
      };
    }),
  );
  await log.append(drafts);
  const { port } = (await openServer(t, { log })).facts;
  const listening = await openClient(t, bob, { port });
  const helper = new URL('../helpers/absent-client.ts', import.meta.url);
  const told = () =>
    listening.messages.reduce((most, each) => (each.is === 'delivered' ? Math.max(most, each.position) : most), 0);
  for (const kill of KILLS) {
    const child = fork(helper, [String(port), home, 'alice', file], { execArgv: ['--import=tsx'] });
    t.teardown(() => child.kill('SIGKILL'));
    await new Promise<void>(resolve => {
      let heard = 0;
      child.on('message', () => {
        heard += 1;
        if (heard === kill) child.kill('SIGKILL');
      });
      child.once('exit', () => resolve());
    });
    // What it told before it died has come to us.
    await listening.query({ kind: 'rooms' });
    const store = SqliteClientStore.open(file);
    t.true((store.cursor ?? 0) >= told(), `killed at ${kill}: ${store.cursor} is kept, ${told()} told`);
    const lines = (conversation: string) => textsOf(store.page(conversation, null, 10_000).events);
    t.true(isRun(lines('#lobby'), '#lobby'), `#lobby at ${kill}`);
    t.deepEqual(lines('#quiet'), numbered('#quiet', lines('#quiet').length));
    t.deepEqual(lines(talk), ['before', ...numbered('~', lines(talk).length - 1)]);
    store.close();
  }
  const store = SqliteClientStore.open(file);
  t.teardown(() => store.close());
  await openClient(t, alice, { port, store });
  await listening.message('delivered', each => each.position >= lastOf(log, talk));
  t.is(textsOf(store.page('#quiet', null, 10_000).events).length, MISSED['#quiet']);
  t.is(textsOf(store.page(talk, null, 10_000).events).length, MISSED['~'] + 1);
  t.is(textsOf(store.page('#lobby', null, 1).events)[0], `#lobby ${MISSED['#lobby'] - 1}`);
});

const numbered = (where: string, count: number) => Array.from({ length: count }, (_, n) => `${where} ${n}`);

/** Whether lines follow each other without a gap up to the last one, or are none. */
function isRun(lines: readonly string[], where: string): boolean {
  const from = MISSED['#lobby'] - lines.length;
  return lines.every((line, n) => line === `${where} ${from + n}`);
}

function lastOf(log: MemoryLog, conversation: string): number {
  const { events } = log.page({ reaches: [{ conversation, from: 0, to: Number.MAX_SAFE_INTEGER }], limit: 1 });
  return (events as readonly AnyEvent[])[0]?.position ?? 0;
}
