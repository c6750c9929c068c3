// What the screen shows as queued outlives the client, whatever ends it (D5), and arrives once (D2); what was read is there
// without a server.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ChaosProxy } from '../helpers/chaos-proxy.ts';
import { openClient, textsOf } from '../helpers/clients.ts';
import { joined, rowOf, say } from '../helpers/people.ts';
import { runTchat, temporaryHome } from '../helpers/program.ts';
import { openPty, type Pty } from '../helpers/pty.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { cases, random, SEED } from '../helpers/tier.ts';

/** A client that is away dials again after up to half a minute. */
const PATIENT = { timeout: 45_000 };

interface Place {
  /** The client's. */
  readonly home: string;
  /** A server on the same port with the same data, or with other data. */
  start(data?: string): Promise<TestServer>;
}

async function place(t: ExecutionContext): Promise<Place & { server: TestServer }> {
  const client = temporaryHome();
  const own = temporaryHome();
  t.teardown(() => {
    client.remove();
    own.remove();
  });
  let port = 0;
  const start = async (data = 'server') => {
    const server = await startServer({ home: own.home, data: join(own.home, data), port });
    port = server.port;
    t.teardown(() => server.stop('SIGKILL'));
    return server;
  };
  return { home: client.home, start, server: await start() };
}

/** A client that may find nobody. */
function opened(t: ExecutionContext, address: string, home: string): Pty {
  const pty = openPty(['join', address, '--name', 'alice'], { home });
  t.teardown(() => pty.close());
  return pty;
}

async function killed(pty: Pty): Promise<readonly string[]> {
  pty.kill('SIGKILL');
  await pty.exited;
  return pty.screen();
}

/** Everything that was said in the lobby, in the order of the log. */
async function history(t: ExecutionContext, { port }: TestServer): Promise<string[]> {
  const reader = await openClient(t, 'reader', { port, tls: true });
  const scope = { of: 'conversation', conversation: '#lobby' } as const;
  const pages = await reader.query({ kind: 'history', scope, before: null, after: null, since: null, limit: 200 });
  return textsOf(pages.flatMap(page => (page.kind === 'events' ? page.items : [])));
}

// Red when the outbox is in memory alone, when the store is read after the first dial failed, or when a stored line gets a new id.
test('lines written without a server outlive a killed client, are shown without one, and go out once, in order', async t => {
  const { home, start, server } = await place(t);
  const { address } = server;
  const alice = await joined(t, server, 'alice', { home });
  say(alice, 'said before');
  await alice.waitFor(/said before.*✓/);
  await server.stop();
  for (const text of ['first away', 'second away', 'third away']) say(alice, text);
  await alice.waitFor(/third away.*queued/);
  await killed(alice);
  const again = opened(t, address, home);
  await again.waitFor(/third away.*queued/);
  t.regex(rowOf(again, 'first away'), /queued/);
  t.regex(rowOf(again, 'said before'), /✓/);
  say(again, 'fourth away');
  await again.waitFor(/fourth away.*queued/);
  await killed(again);
  const third = opened(t, address, home);
  await third.waitFor(/fourth away.*queued/);
  await start();
  await third.waitFor(/fourth away.*✓/, PATIENT);
  t.deepEqual(await history(t, server), [
    'said before',
    ...['first', 'second', 'third', 'fourth'].map(n => `${n} away`),
  ]);
});

test('the first join of an address where nobody answers ends at once, also when another one is known', async t => {
  const { home, server } = await place(t);
  const alice = await joined(t, server, 'alice', { home });
  alice.press('Ctrl-Q');
  await alice.exited;
  t.is((await opened(t, '127.0.0.1:1', home).exited).code, 5);
});

// Red when drafts are written only once a second, or unread lines are counted from what is cached alone.
test('after a restart what was being written stands in the composer, and what is unread is marked', async t => {
  const { home, server } = await place(t);
  const alice = await joined(t, server, 'alice', { home });
  const bob = await joined(t, server, 'bob');
  say(alice, '/join #dev');
  await alice.waitFor(/# dev\s+.*member/);
  say(bob, '/join #dev');
  await bob.waitFor(/# dev\s+.*member/);
  say(bob, 'read in dev');
  await alice.waitFor('read in dev');
  alice.press('Alt-1');
  await alice.waitFor(/# lobby\s+.*member/);
  say(bob, 'missed one');
  await alice.waitFor(/# dev\s+1/);
  alice.type('half a thought');
  await alice.waitFor('half a thought');
  alice.press('Ctrl-Q');
  t.is((await alice.exited).code, 0);
  say(bob, 'missed two');
  await bob.waitFor(/missed two.*✓/);
  const again = await joined(t, server, 'alice', { home });
  await again.waitFor(/# dev\s+2/);
  await again.waitFor('half a thought');
  again.press('Alt-2');
  await again.waitFor('missed two');
  t.true(again.screen().some(row => row.includes('read in dev')));
  await again.waitFor(/─ new|new ─/);
});

// Red when how far a private talk was read is looked up by the talk's id instead of by the other one's account.
test('a private talk is unread until it was opened, and read after that, through restarts', async t => {
  const { home, server } = await place(t);
  const alice = await joined(t, server, 'alice', { home });
  const bob = await joined(t, server, 'bob');
  await bob.waitFor(screen => screen.some(row => row.includes('alice')));
  say(bob, '/msg @alice between us');
  await alice.waitFor(/bob\s+1/);
  alice.press('Ctrl-Q');
  await alice.exited;
  const again = await joined(t, server, 'alice', { home });
  await again.waitFor(/bob\s+1/);
  again.press('Alt-A');
  await again.waitFor('between us');
  again.press('Alt-1');
  await again.waitFor(/# lobby\s+.*member/);
  again.press('Ctrl-Q');
  await again.exited;
  await server.stop();
  const third = opened(t, server.address, home);
  await third.waitFor(screen => screen.some(row => row.includes('bob')));
  t.false(third.screen().some(row => /bob\s+1/.test(row)));
  third.press('Alt-2');
  await third.waitFor('between us');
});

// Red when the draft is forgotten a second later, like other changes of it.
test('what was sent does not stand in the composer again after the client was killed', async t => {
  const { home, server } = await place(t);
  const alice = await joined(t, server, 'alice', { home });
  say(alice, '/join #dev');
  await alice.waitFor(/# dev\s+.*member/);
  alice.type('only once');
  alice.press('Alt-1');
  await alice.waitFor(/# lobby\s+.*member/);
  alice.press('Alt-2');
  await alice.waitFor('only once');
  alice.press('Enter');
  await alice.waitFor(/only once.*(queued|✓)/);
  await killed(alice);
  const again = await joined(t, server, 'alice', { home });
  await again.waitFor(/only once.*✓/);
  t.is(again.screen().filter(row => row.includes('only once')).length, 1);
});

// Red when a stored line is sent to whichever server answers.
test('a line for a server that is another one now waits for its writer, who sends or drops it', async t => {
  const { home, start, server } = await place(t);
  const alice = await joined(t, server, 'alice', { home });
  await server.stop();
  say(alice, 'for the old one');
  say(alice, 'not any more');
  await alice.waitFor(/not any more.*queued/);
  await killed(alice);
  const other = await start('other');
  // Its key is another one too: the person accepts it.
  t.is((await runTchat(['trust', other.address], { home })).code, 0);
  const again = await joined(t, other, 'alice', { home });
  await again.waitFor(/for the old one.*refused/);
  await again.waitFor('another server');
  again.press('Ctrl-Q');
  await again.exited;
  const third = await joined(t, other, 'alice', { home });
  await third.waitFor(/not any more.*refused/);
  say(third, '/retry');
  await third.waitFor(/not any more.*✓/);
  third.press('Ctrl-Q');
  await third.exited;
  const fourth = await joined(t, other, 'alice', { home });
  await fourth.waitFor(/not any more/);
  t.false(
    fourth.screen().some(row => row.includes('refused')),
    'sent again, and forgotten',
  );
  t.deepEqual(await history(t, server), ['for the old one', 'not any more']);
});

// Red when the line is written together with what can wait, when a stored line gets a new id, or when an ack settles the wrong one.
test('each line that a killed client had shown as queued or sent arrives once', async t => {
  t.timeout(600_000);
  const { home, server } = await place(t);
  const proxy = await ChaosProxy.open(server.port);
  t.teardown(() => proxy.close());
  const through = { ...server, address: `127.0.0.1:${proxy.port}` };
  const next = random(SEED);
  t.log(`seed ${SEED}`);
  const rounds = cases(5, 100, 'TCHAT_FAULTS');
  const shown: string[] = [];
  for (let round = 0; round < rounds; round++) {
    const alice = await joined(t, through, 'alice', { home });
    // The server does not hear it, or hears it and is not heard, or both are.
    const deaf = (['up', 'down', null] as const)[Math.floor(next() * 3)] ?? null;
    if (deaf) proxy.turn({ blackhole: true }, deaf);
    const text = `round ${round}!`;
    say(alice, text);
    // At some moment after Enter; or as soon as it is seen, so that some always are.
    if (round % 3 === 2) await alice.waitFor(new RegExp(`${text}.*(queued|✓)`));
    else await new Promise(resolve => setTimeout(resolve, next() * 60));
    const screen = await killed(alice);
    proxy.cut();
    proxy.turn({ blackhole: false });
    if (screen.some(row => row.includes(text) && /queued|✓/.test(row))) shown.push(text);
  }
  t.log(`${shown.length} of ${rounds} shown`);
  t.true(shown.length > 0);
  const last = await joined(t, through, 'alice', { home });
  for (const text of shown.slice(-5)) await last.waitFor(new RegExp(`${text}.*✓`));
  const texts = await history(t, server);
  t.deepEqual(
    shown.filter(text => texts.filter(each => each === text).length !== 1),
    [],
  );
  t.is(new Set(texts).size, texts.length, 'nothing twice');
});

// Red when a second client takes the lines of the first one for its own, or cannot open what the first one holds.
test('two clients of one person on one machine share what is kept, and each sends its own lines', async t => {
  const { home, start, server } = await place(t);
  const one = await joined(t, server, 'alice', { home });
  const two = await joined(t, server, 'alice', { home });
  say(one, 'from the first');
  await two.waitFor('from the first');
  await server.stop();
  say(one, 'first, away');
  await one.waitFor(/first, away.*queued/);
  say(two, 'second, away');
  await two.waitFor(/second, away.*queued/);
  await killed(one);
  const three = opened(t, server.address, home);
  await three.waitFor(/first, away.*queued/);
  t.false(
    three.screen().some(row => row.includes('second, away')),
    'its client lives',
  );
  await start();
  for (const each of [two, three])
    await each.waitFor(/first, away[\s\S]*second, away|second, away[\s\S]*first, away/, PATIENT);
  await two.waitFor(/second, away.*✓/);
  await three.waitFor(/first, away.*✓/);
  t.deepEqual((await history(t, server)).sort(), ['first, away', 'from the first', 'second, away']);
});

// Red when a store that cannot be opened ends the client, or is not told of.
test('where nothing can be kept one talks all the same, and is told', async t => {
  const { home, server } = await place(t);
  const data = join(home, 'data');
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, 'clients'), 'a file where the folder should be');
  const alice = await joined(t, server, 'alice', { home });
  await alice.waitFor('cannot be kept on this machine');
  say(alice, 'all the same');
  await alice.waitFor(/all the same.*✓/);
  t.deepEqual(await history(t, server), ['all the same']);
});

test('a damaged file of the client is put aside, and told of', async t => {
  const { home, server } = await place(t);
  const alice = await joined(t, server, 'alice', { home });
  alice.press('Ctrl-Q');
  await alice.exited;
  const folder = join(home, 'data', 'clients', 'alice');
  const file = readdirSync(folder).find(name => name.endsWith('.db'));
  writeFileSync(join(folder, file ?? ''), 'nonsense '.repeat(2_000));
  const again = await joined(t, server, 'alice', { home });
  await again.waitFor('cannot be read');
  t.true(readdirSync(folder).includes(`${file}.broken`));
});
