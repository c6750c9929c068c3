// Memory of `tchat join` in a room of a million messages, beside one in an empty room: after coming in, after scrolling
// back further than a screen holds lines, and after a while of talk.
import { fileURLToPath } from 'node:url';
import { startServer } from '../fan-out/servers.ts';
import { longLog } from '../log/long-log.ts';
import type { BenchOptions } from '../options.ts';
import { memoryOf, pause, peakOf, scratch, start } from '../processes.ts';
import { median } from '../statistics.ts';
import { fixed, printTable, progress } from '../table.ts';
import { join } from './terminal.ts';

/** Screens scrolled back, and milliseconds between two: more lines than a screen holds (LINES_HELD). */
const SCREENS = 300;
const STEP = 40;
/** Messages a second, and seconds of them. */
const RATE = 200;
const SECONDS = 20;
/** Milliseconds until nothing moves memory any more. */
const SETTLED = 3_000;
const PAGE_UP = '\x1b[5~';
const TO_THE_END = '\x1b[1;3F';
const POSTER = fileURLToPath(new URL('./poster.ts', import.meta.url));

/** Bytes of resident memory. */
export interface ClientMemory {
  readonly joined: number;
  readonly scrolled: number;
  readonly talked: number;
  readonly peak: number;
}

export interface ClientMemoryResults {
  readonly messages: number;
  readonly empty: readonly ClientMemory[];
  readonly long: readonly ClientMemory[];
}

export async function clientMemory(options: BenchOptions): Promise<ClientMemoryResults> {
  const { folder, messages } = await longLog(options);
  const empty: ClientMemory[] = [];
  const long: ClientMemory[] = [];
  for (let run = 1; run <= options.runs; run++) {
    progress(`run ${run} of ${options.runs}: memory of a client in an empty room`);
    const fresh = scratch(options.data);
    empty.push(await client(options.program, fresh.folder).finally(fresh.remove));
    progress(`run ${run} of ${options.runs}: memory of a client in a room of ${messages} messages`);
    long.push(await client(options.program, folder));
  }
  progress('');
  report({ messages, empty, long });
  return { messages, empty, long };
}

async function client(program: string, data: string): Promise<ClientMemory> {
  const server = await startServer('tchat', { program, members: 10, profile: null, data });
  const home = scratch();
  const screen = join(program, home.folder, server.port, `reader-${Date.now()}`);
  try {
    await screen.firstPaint;
    await pause(SETTLED);
    const joined = memoryOf(screen.pid);
    for (let n = 0; n < SCREENS; n++) {
      screen.write(PAGE_UP);
      await pause(STEP);
    }
    await pause(SETTLED);
    const scrolled = memoryOf(screen.pid);
    screen.write(TO_THE_END);
    const poster = start(process.execPath, ['--import=tsx', POSTER, String(server.port), String(RATE)]);
    try {
      await poster.line(line => line === 'posting');
      await pause(SECONDS * 1_000);
    } finally {
      await poster.stop();
    }
    await pause(SETTLED);
    return { joined, scrolled, talked: memoryOf(screen.pid), peak: peakOf(screen.pid) };
  } finally {
    await screen.close();
    await server.stop();
    home.remove();
  }
}

function report({ messages, empty, long }: ClientMemoryResults): void {
  const columns = ['joined', 'scrolled', 'talked', 'peak'] as const;
  const mib = (bytes: number) => fixed(bytes / 1024 / 1024, 1);
  const row = (name: string, runs: readonly ClientMemory[]) => [
    name,
    ...columns.map(of => mib(median(runs.map(run => run[of])))),
  ];
  const more = columns.map(of => mib(median(long.map((run, at) => run[of] - (empty[at]?.[of] ?? Number.NaN)))));
  const scrolled = `${SCREENS} screens back`;
  printTable(
    'client-memory: MiB of resident memory of tchat join',
    ['', 'came in', scrolled, `${RATE * SECONDS} more messages`, 'peak'],
    [row('an empty room', empty), row(`a room of ${messages}`, long), ['more', ...more]],
  );
}
