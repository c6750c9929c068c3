// Catching up: somebody comes back to a room where ten or a hundred thousand messages were said meanwhile. How soon is the
// newest one there, and how soon all of it? Their store lies on the disk, as that of `tchat join` does.
import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onDisk } from '../disk.ts';
import { startServer } from '../fan-out/servers.ts';
import type { BenchOptions } from '../options.ts';
import { start } from '../processes.ts';
import { median } from '../statistics.ts';
import { fixed, printTable, progress } from '../table.ts';
import { longLog, say } from './long-log.ts';
import type { Return } from './reader.ts';
import { speaker } from './vocabulary.ts';

const READER = fileURLToPath(new URL('./reader.ts', import.meta.url));

export interface CatchUpResults {
  /** One entry a round. */
  readonly cells: readonly { readonly missed: number; readonly runs: readonly Return[] }[];
}

export async function catchUp(options: BenchOptions): Promise<CatchUpResults> {
  const { program, runs } = options;
  const { folder, authors } = await longLog(options);
  const homes = onDisk(options.data);
  try {
    // Who misses most leaves first: what the others miss is the end of the same talk.
    const missed = [...options.missed].sort((one, other) => other - one);
    const text = speaker();
    for (const [at, count] of missed.entries()) {
      await visit(program, folder, { home: homeOf(homes.folder, count), name: `reader-${count}`, missed: 0 });
      const messages = count - (missed[at + 1] ?? 0);
      await say(program, folder, { authors, messages, text, from: Date.now(), pace: 0 });
    }
    const cells = missed.reverse().map(count => ({ missed: count, runs: [] as Return[] }));
    for (let run = 1; run <= runs; run++) {
      for (const cell of cells) {
        progress(`run ${run} of ${runs}: ${cell.missed} missed messages`);
        const home = join(homes.folder, `run-${run}-${cell.missed}`);
        cpSync(homeOf(homes.folder, cell.missed), home, { recursive: true });
        cell.runs.push(await visit(program, folder, { home, name: `reader-${cell.missed}`, missed: cell.missed }));
      }
    }
    progress('');
    report(cells);
    return { cells };
  } finally {
    homes.remove();
  }
}

function homeOf(folder: string, missed: number): string {
  const home = join(folder, `left-${missed}`);
  mkdirSync(home, { recursive: true });
  return home;
}

/** The reader comes in on a server that has just started, and goes when it has what it came for. */
async function visit(program: string, folder: string, who: { home: string; name: string; missed: number }) {
  const server = await startServer('tchat', { program, members: 10, profile: null, data: folder });
  const args = [dirname(program), who.home, who.name, String(server.port), String(who.missed)];
  const reader = start(process.execPath, ['--import=tsx', READER, ...args]);
  try {
    return JSON.parse(await reader.line(line => line.startsWith('{'))) as Return;
  } finally {
    await reader.stop();
    await server.stop();
  }
}

function report(cells: CatchUpResults['cells']): void {
  const rows = cells.map(({ missed, runs }) => {
    const of = (pick: (run: Return) => number) => fixed(median(runs.map(pick)), 0);
    const all = runs.every(run => run.complete !== null);
    return [
      `${missed} missed`,
      of(run => run.online),
      of(run => run.newest),
      fixed(Math.max(...runs.map(run => run.newest)), 0),
      all ? of(run => run.complete ?? Number.NaN) : '–',
      of(run => run.heard),
      fixed(median(runs.map(run => run.memory)) / 1024 / 1024, 0),
    ];
  });
  const head = ['', 'welcome', 'newest', 'worst', 'all of it', 'events heard', 'memory, MiB'];
  printTable('catching up: ms from the dial (– : the rest comes when one scrolls)', head, rows);
}
