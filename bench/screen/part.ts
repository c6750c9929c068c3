// Screen: what one more message costs, how soon a key is seen while messages pour in, what the client costs in CPU.
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startServer } from '../fan-out/servers.ts';
import type { BenchOptions } from '../options.ts';
import { cpuOf, pause, type Started, scratch, start } from '../processes.ts';
import { median, spread } from '../statistics.ts';
import { fixed, printTable, progress } from '../table.ts';
import { type Client, join } from './terminal.ts';

/** Messages a second while keys are typed. */
const RATE = 1_000;
const KEYS = 100;
/** Seconds over which CPU is measured, idle and under load. */
const IDLE_SECONDS = 20;
const BUSY_SECONDS = 10;
/** Letters that neither the screen nor what arrives has in it: a drawn one was just typed. */
const LETTERS = [...'абвгдежзийклмнопрстуфхцчшщ'];
const KILL_LINE = '\x15';

interface Append {
  readonly held: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface ScreenResults {
  /** Milliseconds; one entry a run. */
  readonly append: readonly (readonly Append[])[];
  readonly keys: readonly { p50: number; p99: number; max: number }[];
  /** Shares of a core. */
  readonly idle: number;
  readonly busy: number;
}

export async function screen(options: BenchOptions): Promise<ScreenResults> {
  const append: Append[][] = [];
  for (const count of options.messages) append.push(await appends(options, count));
  const live = await withServer(options);
  progress('');
  const middle = (runs: readonly Append[], of: 'p50' | 'p99') => fixed(median(runs.map(run => run[of])), 2);
  printTable(
    'screen: one more message and its frame, ms',
    ['messages held', 'p50', 'p99'],
    append.map(runs => [String(runs[0]?.held), middle(runs, 'p50'), middle(runs, 'p99')]),
  );
  const of = (key: 'p50' | 'p99') => fixed(median(live.keys.map(run => run[key])), 2);
  printTable(
    `screen: key to paint at ${RATE} messages/s, ms`,
    ['', 'p50', 'p99'],
    [['tchat join', of('p50'), of('p99')]],
  );
  const share = (value: number) => `${fixed(value * 100, 2)} %`;
  printTable(
    'screen: CPU of tchat join, share of a core',
    ['', 'idle', `${RATE} messages/s`],
    [['tchat join', share(live.idle), share(live.busy)]],
  );
  return { append, ...live };
}

async function appends({ program, runs }: BenchOptions, count: number): Promise<Append[]> {
  const file = fileURLToPath(new URL('./append.ts', import.meta.url));
  const results: Append[] = [];
  for (let run = 1; run <= runs; run++) {
    progress(`run ${run} of ${runs}: one more of ${count} messages`);
    const heap = '--max-old-space-size=4096';
    const child = start(process.execPath, [heap, '--import=tsx', file, dirname(program), String(count)]);
    results.push(JSON.parse(await child.line(line => line.startsWith('{'))) as Append);
    await child.stop();
  }
  return results;
}

async function withServer(options: BenchOptions): Promise<Omit<ScreenResults, 'append'>> {
  const { program, runs } = options;
  const server = await startServer('tchat', { program, members: 10, profile: null });
  const { folder, remove } = scratch();
  const client = join(program, folder, server.port);
  let poster: Started | null = null;
  try {
    await client.firstPaint;
    await pause(2_000);
    progress(`CPU of an idle client, ${IDLE_SECONDS} s`);
    const idle = await cpuOver(client.pid, IDLE_SECONDS);
    poster = await startPoster(server.port);
    await pause(2_000);
    progress(`CPU of a busy client, ${BUSY_SECONDS} s`);
    const busy = await cpuOver(client.pid, BUSY_SECONDS);
    const keys: ScreenResults['keys'][number][] = [];
    for (let run = 1; run <= runs; run++) {
      progress(`run ${run} of ${runs}: keys under load`);
      keys.push(await typing(client));
    }
    return { keys, idle, busy };
  } finally {
    await poster?.stop();
    await client.close();
    await server.stop();
    remove();
  }
}

async function startPoster(port: number): Promise<Started> {
  const file = fileURLToPath(new URL('./poster.ts', import.meta.url));
  const poster = start(process.execPath, ['--import=tsx', file, String(port), String(RATE)]);
  await poster.line(line => line === 'posting');
  return poster;
}

/** Types letters at uneven intervals; each is timed until it is drawn. */
async function typing(client: Client): Promise<{ p50: number; p99: number; max: number }> {
  const times: number[] = [];
  for (let key = 0; key < KEYS; key++) {
    const letter = LETTERS[key % LETTERS.length] as string;
    if (key % LETTERS.length === 0) {
      client.write(KILL_LINE);
      await pause(100);
    }
    // Neither in step with the bursts that arrive nor with the frames.
    await pause(40 + ((key * 37) % 61));
    const drawn = client.shows(letter);
    client.write(letter);
    times.push(await drawn);
  }
  return spread(times);
}

async function cpuOver(pid: number, seconds: number): Promise<number> {
  const before = cpuOf(pid);
  await pause(seconds * 1000);
  return (cpuOf(pid) - before) / seconds;
}
