// Start: how long until the program has answered or painted, beside the least that Node itself takes.
import { spawnSync } from 'node:child_process';
import { startServer } from './fan-out/servers.ts';
import type { BenchOptions } from './options.ts';
import { scratch } from './processes.ts';
import { join } from './screen/terminal.ts';
import { median } from './statistics.ts';
import { fixed, printTable, progress } from './table.ts';

/** Starts of each kind, in turns. */
const STARTS = 20;

/** Milliseconds, one entry a start. */
export interface StartResults {
  readonly node: number[];
  readonly version: number[];
  readonly firstPaint: number[];
}

export async function start({ program }: BenchOptions): Promise<StartResults> {
  const node: number[] = [];
  const version: number[] = [];
  const firstPaint: number[] = [];
  const server = await startServer('tchat', { program, members: 10, profile: null });
  const { folder, remove } = scratch();
  try {
    // The first start of each is not counted: it fills the caches, and makes the profile.
    for (let turn = 0; turn <= STARTS; turn++) {
      progress(`start ${turn} of ${STARTS}`);
      const times = [timed(['-e', '0']), timed([program, '--version'])] as const;
      const client = join(program, folder, server.port);
      const painted = await client.firstPaint;
      await client.close();
      if (turn === 0) continue;
      node.push(times[0]);
      version.push(times[1]);
      firstPaint.push(painted);
    }
  } finally {
    await server.stop();
    remove();
  }
  progress('');
  const row = (name: string, times: readonly number[]) => {
    const ratio = median(times.map((time, turn) => time / (node[turn] ?? Number.NaN)));
    return [name, fixed(median(times), 1), fixed(ratio, 2)];
  };
  printTable(
    `start: ms, median of ${STARTS}`,
    ['', 'ms', '/ node -e 0'],
    [row('node -e 0', node), row('tchat --version', version), row('tchat join: first paint', firstPaint)],
  );
  return { node, version, firstPaint };
}

function timed(args: readonly string[]): number {
  const begin = performance.now();
  const { status } = spawnSync(process.execPath, args, { stdio: 'ignore' });
  if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}`);
  return performance.now() - begin;
}
