// Machines whose clocks are wrong, as whole programs: clients a month off in both directions change nothing, and a server whose
// clock is set back and forward while it runs keeps one order (O3). clock.test.ts does the same with the clock as an argument.
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openClient, textsOf } from '../helpers/clients.ts';
import { clockIn, clockOff, DAY, offsetSeen, setClock, whyNoFaketime } from '../helpers/faketime.ts';
import { Killable } from '../helpers/killer.ts';
import { joined, say } from '../helpers/people.ts';
import { type Environment, runTchat, temporaryHome } from '../helpers/program.ts';
import { openPty, type Pty } from '../helpers/pty.ts';
import { startServer, type TestServer } from '../helpers/server.ts';
import { Talkers } from '../helpers/talkers.ts';
import { cases, random, SEED } from '../helpers/tier.ts';

const MONTH = 30 * DAY;
const MINUTE = 60_000;
const STEPS = cases(12, 120, 'TCHAT_FAULTS');

const faked = whyNoFaketime ? test.skip : test;
const title = (what: string) => (whyNoFaketime ? `not here (${whyNoFaketime}): ${what}` : what);

/** A line as scripts print it. */
interface Printed {
  readonly text: string;
  readonly position: number;
  readonly time: string;
}

const printed = (stdout: string) =>
  stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as Printed);

interface Place {
  readonly server: TestServer;
  /** Runs a command with its clock so far beside the true time. */
  run(off: number, args: readonly string[], input?: string): Promise<readonly Printed[]>;
}

/** A server with a true clock, which was 50 minutes behind when the first message was said. */
async function place(t: ExecutionContext): Promise<Place> {
  const own = temporaryHome();
  t.teardown(own.remove);
  const data = join(own.home, 'data');
  const past = await startServer({ home: own.home, data, env: clockOff(-50 * MINUTE) });
  const first = ['send', past.address, '--to', '#lobby', '--name', 'first', 'fifty minutes ago'];
  const sent = await runTchat(first, { home: own.home });
  t.is(sent.code, 0, sent.stderr);
  await past.stop();
  const server = await startServer({ home: own.home, data });
  t.teardown(() => server.stop());
  const run: Place['run'] = async (off, args, input) => {
    const env = clockOff(off);
    const done = await runTchat(args, { home: own.home, env, ...(input === undefined ? {} : { input }) });
    t.is(done.code, 0, done.stderr);
    return printed(done.stdout);
  };
  return { server, run };
}

const OFFSETS = [-MONTH, 0, MONTH];

faked(title('the clocks of these tests are really wrong'), t => {
  for (const off of OFFSETS) t.true(Math.abs(offsetSeen(clockOff(off)) - off) < MINUTE);
});

// Broken once by a `tail --since` that subtracts from its own clock (nothing for a clock ahead, everything for one behind),
// and by an event that bears the time of its id.
faked(
  title('scripts a month off: the order and the times are the server’s, and “since” means the server’s past'),
  async t => {
    t.timeout(120_000);
    const { server, run } = await place(t);
    const send = ['send', server.address, '--to', '#lobby', '--json'];
    const begin = Date.now();
    const texts: string[] = [];
    const positions: number[] = [];
    for (let round = 0; round < 3; round++) {
      for (const [n, off] of OFFSETS.entries()) {
        const lines = [`round ${round}, clock ${n}`, 'and again'];
        // One person, whose clock is now here and now there: ids made later may be of earlier times.
        const acked = await run(off, [...send, '--name', 'wanderer', '-'], `${lines.join('\n')}\n`);
        texts.push(...lines);
        positions.push(...acked.map(({ position }) => position));
      }
    }
    const end = Date.now();
    t.deepEqual(
      positions,
      [...positions].sort((a, b) => a - b),
    );
    for (const off of OFFSETS) {
      const tail = ['tail', server.address, '--json', '--name', 'reader', '--count'];
      const all = await run(off, [...tail, String(texts.length + 1), '--since', '0']);
      t.deepEqual(
        all.map(({ text }) => text),
        ['fifty minutes ago', ...texts],
      );
      for (const { time } of all.slice(1)) t.true(Date.parse(time) >= begin && Date.parse(time) <= end, time);
      const recent = await run(off, [...tail, String(texts.length), '--since', '10m']);
      t.deepEqual(
        recent.map(({ text }) => text),
        texts,
      );
      const past = await run(off, [...tail, '1', '--since', '1h']);
      t.deepEqual(
        past.map(({ text }) => text),
        ['fifty minutes ago'],
      );
    }
  },
);

// Broken once by a client's store that gives its lines back in the order of their times.
faked(
  title('screens a month off: lines stand in the order of the server, and what was queued goes out once, in order'),
  async t => {
    t.timeout(180_000);
    const own = temporaryHome();
    const client = temporaryHome();
    t.teardown(() => {
      own.remove();
      client.remove();
    });
    const data = join(own.home, 'data');
    let server = await startServer({ home: own.home, data });
    t.teardown(() => server.stop());
    const { port } = server;
    const bob = await joined(t, server, 'bob');
    const alice = (off: number) => joined(t, server, 'alice', { home: client.home, env: clockOff(off) });

    const ahead = await alice(MONTH);
    say(ahead, 'from the next month');
    await ahead.waitFor(/from the next month.*✓/);
    say(bob, 'bob to that');
    await ahead.waitFor('bob to that');
    inOrder(t, ahead.screen(), ['from the next month', 'bob to that']);
    await server.stop();
    say(ahead, 'queued in the next month');
    await ahead.waitFor(/queued in the next month.*queued/);
    ahead.kill('SIGKILL');
    await ahead.exited;

    const behind = openAgain(t, server.address, client.home, clockOff(-MONTH));
    await behind.waitFor(/queued in the next month.*queued/);
    say(behind, 'queued in the last month');
    await behind.waitFor(/queued in the last month.*queued/);
    behind.kill('SIGKILL');
    await behind.exited;
    // One who reads both of them from the disk.
    const again = openAgain(t, server.address, client.home, clockOff(-MONTH));
    await again.waitFor(/queued in the last month.*queued/);
    server = await startServer({ home: own.home, data, port });
    await again.waitFor(/queued in the last month.*✓/, { timeout: 45_000 });
    say(again, 'from the last month');
    await again.waitFor(/from the last month.*✓/);
    await bob.waitFor('from the last month', { timeout: 45_000 });

    const order = [
      ...['from the next month', 'bob to that'],
      ...['queued in the next month', 'queued in the last month', 'from the last month'],
    ];
    for (const screen of [again.screen(), bob.screen()]) inOrder(t, screen, order);
    const reader = await openClient(t, 'reader', { port, tls: true });
    const scope = { of: 'conversation', conversation: '#lobby' } as const;
    const [page] = await reader.query({ kind: 'history', scope, before: null, after: null, since: null, limit: 200 });
    t.deepEqual(page?.kind === 'events' && textsOf(page.items), order, 'once, and in order');
  },
);

// Broken once by a log that pages in the order of time.
faked(title(`a server whose clock is set ${STEPS} times by up to a month keeps one order (seed ${SEED})`), async t => {
  t.timeout(60_000 + STEPS * 5_000);
  const next = random(SEED);
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  const clock = join(home, 'clock');
  const server = await Killable.open({ env: clockIn(clock) });
  t.teardown(() => server.close());
  const options = { people: 4, rooms: 2, perSecond: 200, inFlight: 16, port: () => server.port, random: next };
  const talkers = await Talkers.open(options);
  t.teardown(() => talkers.close());
  talkers.start();
  for (let step = 1; step <= STEPS; step++) {
    await talkers.acks(Math.ceil(next() * 20));
    setClock(clock, (next() * 2 - 1) * MONTH);
    if (step % 6 > 0) continue;
    await server.kill();
    await server.restart();
  }
  await talkers.acks(20);
  talkers.stop();
  await talkers.settled();
  t.deepEqual(await talkers.faults(server.port), []);
  setClock(clock, MONTH);
  const { welcome } = await (await openClient(t, 'reader', { port: server.port, tls: true })).message('online');
  t.true(Math.abs(welcome.time - Date.now() - MONTH) < MINUTE, 'it was its clock that was set');
});

/** A client that finds nobody, and shows what it keeps. */
function openAgain(t: ExecutionContext, address: string, home: string, env: Environment): Pty {
  const pty = openPty(['join', address, '--name', 'alice'], { home, env });
  t.teardown(() => pty.close());
  return pty;
}

function inOrder(t: ExecutionContext, screen: readonly string[], texts: readonly string[]): void {
  const rows = texts.map(text => screen.findIndex(row => row.includes(text)));
  t.false(rows.includes(-1), screen.join('\n'));
  t.deepEqual(
    rows,
    [...rows].sort((a, b) => a - b),
    screen.join('\n'),
  );
}
