// Dashboard: what it costs to watch a server. The CPU of an attached one while its log follows 2,000 messages a second, how soon
// the last line is on the screen and whether any was left out; and how much of the fan-out is lost by one that is attached, or
// is the server's own. Whatever is compared takes turns, round by round.
import { fileURLToPath } from 'node:url';
import { formatCount } from '../../src/tui/kit/format.ts';
import { enter, newProfile } from '../client.ts';
import type { Order } from '../fan-out/load.ts';
import type { Load } from '../fan-out/measure.ts';
import { freePort, startServer } from '../fan-out/servers.ts';
import { LoadProcess } from '../load-process.ts';
import type { BenchOptions } from '../options.ts';
import { cpuOf, listens, pause, scratch } from '../processes.ts';
import { type Client, inTerminal } from '../screen/terminal.ts';
import { median } from '../statistics.ts';
import { fixed, printTable, progress } from '../table.ts';

/** Messages a second of the log that is watched, members of its room, and bytes of a message. */
const RATE = 2_000;
const MEMBERS = 10;
const BYTES = 64;
/** Members of the room whose fan-out is measured, and messages on their way at once. */
const CROWD = 100;
const IN_FLIGHT = 64;
/** Seconds in which the log stands still and counts what it misses; at a rate of which no message falls on their very end. */
const HELD_SECONDS = 3;
const HELD_RATE = RATE - 1;
/** Milliseconds until a screen that has just been drawn is warm. */
const WARM = 2_000;

/** F4, Space and Ctrl-L. */
const FOCUS_LOG = '\x1bOS';
const HOLD = ' ';
const REDRAW = '\x0c';

const GENERATOR = fileURLToPath(new URL('../fan-out/load.ts', import.meta.url));

interface Followed {
  /** Shares of a core. */
  readonly dashboard: number;
  readonly server: number;
  /** Milliseconds from the last message's post to its line on the screen. */
  readonly lag: number;
}

/** Deliveries a second, and microseconds of the server's process for each. */
type Fan = Pick<Load, 'perSecond' | 'serverCpu'>;

interface FanOut {
  readonly without: Fan;
  readonly attached: Fan;
  readonly own: Fan;
}

export interface DashboardResults {
  readonly followed: readonly Followed[];
  readonly fanOut: readonly FanOut[];
}

export async function dashboard(options: BenchOptions): Promise<DashboardResults> {
  const followed = await following(options);
  const fanOut = await fanOuts(options);
  progress('');
  const middle = (of: keyof Followed) => median(followed.map(each => each[of]));
  printTable(
    `dashboard: ${RATE} messages/s for ${options.logSeconds} s, ${MEMBERS} members`,
    ['', 'CPU of a core', 'last line on the screen, ms'],
    [
      ['tchat admin', `${fixed(middle('dashboard') * 100, 1)} %`, fixed(middle('lag'), 0)],
      ['its server', `${fixed(middle('server') * 100, 1)} %`, ''],
    ],
  );
  const row = (name: string, of: keyof FanOut) => [
    name,
    fixed(median(fanOut.map(each => each[of].perSecond)) / 1e6, 3),
    fixed(median(fanOut.map(each => each[of].perSecond / each.without.perSecond)), 3),
    fixed(median(fanOut.map(each => each[of].serverCpu)), 3),
    fixed(median(fanOut.map(each => each.without.serverCpu / each[of].serverCpu)), 3),
  ];
  printTable(
    `dashboard: fan-out to ${CROWD} members`,
    ['', 'million/s', 'of that without', 'server CPU µs each', 'by CPU'],
    [row('headless', 'without'), row('one attached', 'attached'), row('the server’s own', 'own')],
  );
  return { followed, fanOut };
}

/** An attached dashboard whose log follows. */
async function following({ program, runs, logSeconds }: BenchOptions): Promise<Followed[]> {
  const { folder, remove } = scratch();
  const server = await startServer('tchat', { program, members: MEMBERS, profile: null, data: folder });
  const load = new LoadProcess<Order>(GENERATOR);
  const { pid, port, tls } = server;
  const results: Followed[] = [];
  let screen: Client | null = null;
  try {
    await load.do({ do: 'enter', server: 'tchat', speaks: 'tchat', tls, port, members: MEMBERS, joins: true });
    const { client } = await enter(port, newProfile('marker'), { presence: false });
    screen = await attached(program, folder);
    const open = (rate: number, seconds: number) =>
      load.do({ do: 'open', rate, server: 'tchat', pid, bytes: BYTES, seconds }) as Promise<Load>;
    for (let run = 1; run <= runs; run++) {
      progress(`run ${run} of ${runs}: the log follows ${RATE} messages/s for ${logSeconds} s`);
      const before = cpuOf(screen.pid);
      const began = performance.now();
      const { serverShare } = await open(RATE, logSeconds);
      const share = ((cpuOf(screen.pid) - before) * 1000) / (performance.now() - began);
      // Short enough for one row of the log.
      const text = `end ${run}!`;
      const shown = screen.shows(text);
      const target = { to: 'room', room: '#lobby' } as const;
      client.send({ kind: 'post', target, body: { kind: 'text', text }, action: false });
      results.push({ dashboard: share, server: serverShare, lag: await shown });
    }
    progress('the log stands still, and counts');
    const { write, shows } = screen;
    write(`${FOCUS_LOG}${HOLD}`);
    await pause(500);
    await open(HELD_RATE, HELD_SECONDS);
    await pause(500);
    // Painted whole: else only the digits that have changed are drawn.
    const counted = shows(formatCount(sentIn(HELD_SECONDS)));
    write(REDRAW);
    await counted.catch(() => {
      throw new Error('the log left lines out');
    });
    client.close();
  } finally {
    load.end();
    await screen?.close();
    await server.stop();
    remove();
  }
  return results;
}

/** Messages of an open loop: one to measure a frame, and what goes out in the time and half a second before it. */
function sentIn(seconds: number): number {
  return 1 + Math.floor(((seconds * 1000 + 500) * HELD_RATE) / 1000) + 1;
}

async function attached(program: string, folder: string): Promise<Client> {
  const screen = inTerminal([program, 'admin', '--data', folder], folder);
  await screen.firstPaint;
  await pause(WARM);
  return screen;
}

async function fanOuts({ program, runs, seconds }: BenchOptions): Promise<FanOut[]> {
  const { folder, remove } = scratch();
  const other = scratch();
  const headless = await startServer('tchat', { program, members: CROWD, profile: null, data: folder });
  const load = new LoadProcess<Order>(GENERATOR);
  const port = await freePort();
  const most = String(CROWD + 64);
  const own = inTerminal(
    [
      ...[program, 'serve', '--host', '127.0.0.1', '--port', String(port), '--data', other.folder],
      ...['--max-users', most, '--max-members', most],
    ],
    other.folder,
  );
  const results: FanOut[] = [];
  let screen: Client | null = null;
  try {
    await own.firstPaint;
    await listens(port);
    const { pid } = headless;
    const facts = { speaks: 'tchat', tls: true, members: CROWD, joins: true } as const;
    await load.do({ do: 'enter', server: 'headless', port: headless.port, ...facts });
    await load.do({ do: 'enter', server: 'own', port, ...facts });
    const closed = async (server: string, of: number) => {
      const order = { do: 'closed', inFlight: IN_FLIGHT, server, pid: of, bytes: BYTES, seconds } as const;
      const { perSecond, serverCpu } = (await load.do(order)) as Load;
      return { perSecond, serverCpu };
    };
    // Nobody counts the first: everything is still compiled.
    await closed('headless', pid);
    await closed('own', own.pid);
    for (let run = 1; run <= runs; run++) {
      progress(`run ${run} of ${runs}: fan-out without a dashboard`);
      const without = await closed('headless', pid);
      progress(`run ${run} of ${runs}: fan-out with one attached`);
      screen = await attached(program, folder);
      const watched = await closed('headless', pid);
      await screen.close();
      screen = null;
      progress(`run ${run} of ${runs}: fan-out with the server's own`);
      results.push({ without, attached: watched, own: await closed('own', own.pid) });
    }
  } finally {
    load.end();
    await screen?.close();
    await own.close();
    await headless.stop();
    other.remove();
    remove();
  }
  return results;
}
