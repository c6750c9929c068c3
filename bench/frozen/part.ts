// A fifth of a room frozen: how much later do the others get what is said, and how much does the server hold? The same room
// is measured with all of them reading and with ten of them stopped by the system, in turns.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { OUTBOUND_STALLED } from '../../src/limits.ts';
import { onDisk } from '../disk.ts';
import { startServer } from '../fan-out/servers.ts';
import { LoadProcess } from '../load-process.ts';
import type { BenchOptions } from '../options.ts';
import { memoryOf, pause } from '../processes.ts';
import { median } from '../statistics.ts';
import { fixed, printTable, progress } from '../table.ts';
import type { FrozenOrder, Measured } from './load.ts';

/** Members of the room, and how many of them freeze. */
const MEMBERS = 50;
const FROZEN = 10;
/** Messages a second, and bytes of each. */
const RATE = 500;
const BYTES = 1_024;
/** What is said beyond the system's own buffers before it is measured, so that the server itself has to hold back. */
const MORE = 2 * 1024 * 1024;
/** Bytes of the pings by which what two members get may differ. */
const PINGS = 64;
/** Milliseconds until a stopped process takes nothing more. */
const STOPPED = 200;

const GENERATOR = fileURLToPath(new URL('./load.ts', import.meta.url));

/** Of one round: the others' delays in milliseconds, the server's resident memory in bytes. */
export interface FrozenRun {
  readonly reading: Measured;
  readonly frozen: Measured;
  readonly memoryReading: number;
  readonly memoryFrozen: number;
  /** Bytes that each of the frozen ones has got after the thaw. */
  readonly caughtUp: number;
}

export interface FrozenResults {
  readonly runs: readonly FrozenRun[];
}

export async function frozen(options: BenchOptions): Promise<FrozenResults> {
  const { folder, remove } = onDisk(options.data);
  const { program, profile } = options;
  const server = await startServer('tchat', { program, members: MEMBERS, profile, data: folder });
  const readers = new LoadProcess<FrozenOrder>(GENERATOR);
  const sleepers = new LoadProcess<FrozenOrder>(GENERATOR);
  const runs: FrozenRun[] = [];
  try {
    const { port, tls, pid } = server;
    progress(`${MEMBERS} members enter`);
    await readers.do({ do: 'enter', port, tls, members: MEMBERS - FROZEN, prefix: 'reading-', posts: true });
    await sleepers.do({ do: 'enter', port, tls, members: FROZEN, prefix: 'sleeping-', posts: false });
    const measure = async (): Promise<Measured> => {
      await readers.do({ do: 'fill', pid, bytes: BYTES, total: systemBuffers() + MORE });
      return (await readers.do({ do: 'open', pid, bytes: BYTES, rate: RATE, seconds: options.seconds })) as Measured;
    };
    // Nobody counts the first: everything is still compiled.
    await measure();
    for (let run = 1; run <= options.runs; run++) {
      progress(`run ${run} of ${options.runs}: all of ${MEMBERS} read`);
      const reading = await measure();
      const memoryReading = memoryOf(pid);
      await sleepers.do({ do: 'count' });
      progress(`run ${run} of ${options.runs}: ${FROZEN} of ${MEMBERS} are frozen`);
      process.kill(sleepers.pid, 'SIGSTOP');
      const since = performance.now();
      await pause(STOPPED);
      const stopped = await measure().finally(() => process.kill(sleepers.pid, 'SIGCONT'));
      const memoryFrozen = memoryOf(pid);
      if (performance.now() - since > OUTBOUND_STALLED) {
        throw new Error('it took so long that the server cut off those who read nothing: the machine is busy');
      }
      const bytes = (await sleepers.do({ do: 'count' })) as readonly number[];
      const caughtUp = Math.min(...bytes);
      if (Math.max(...bytes) - caughtUp > PINGS)
        throw new Error(`not all got the same after the thaw: ${bytes.join(', ')}`);
      if (caughtUp < systemBuffers() + MORE) throw new Error(`only ${caughtUp} bytes came after the thaw`);
      runs.push({ reading, frozen: stopped, memoryReading, memoryFrozen, caughtUp });
    }
  } finally {
    readers.end();
    sleepers.end();
    await server.stop();
    remove();
  }
  progress('');
  report(runs);
  return { runs };
}

/** Bytes that the system takes at most for a connection whose reader has stopped: as sent, and as received. */
function systemBuffers(): number {
  const most = (name: string, at: number) =>
    Number(readFileSync(`/proc/sys/net/ipv4/${name}`, 'utf8').trim().split(/\s+/)[at]);
  // What has been received grows beyond its default only while somebody reads.
  return most('tcp_wmem', 2) + 4 * most('tcp_rmem', 1);
}

function report(runs: readonly FrozenRun[]): void {
  const row = (name: string, of: (run: FrozenRun) => Measured, memory: (run: FrozenRun) => number) => [
    name,
    ...(['p50', 'p99', 'max'] as const).map(each => fixed(median(runs.map(run => of(run).delay[each])), 2)),
    fixed(median(runs.map(run => of(run).serverShare)), 2),
    fixed(median(runs.map(run => of(run).loadShare)), 2),
    fixed(median(runs.map(memory)) / 1024 / 1024, 1),
  ];
  const rise = (each: 'p50' | 'p99' | 'max') =>
    fixed(median(runs.map(run => run.frozen.delay[each] - run.reading.delay[each])), 2);
  const worst = Math.max(...runs.map(run => run.frozen.delay.p99 - run.reading.delay.p99));
  const held = median(runs.map(run => (run.memoryFrozen - run.memoryReading) / FROZEN));
  printTable(
    `frozen: ${FROZEN} of ${MEMBERS} members, ${RATE} messages/s of ${BYTES} bytes: delay of the others, ms`,
    ['', 'p50', 'p99', 'max', 'server CPU', 'load CPU', 'server MiB'],
    [
      row(
        'all read',
        run => run.reading,
        run => run.memoryReading,
      ),
      row(
        `${FROZEN} frozen`,
        run => run.frozen,
        run => run.memoryFrozen,
      ),
      ['rise', rise('p50'), rise('p99'), rise('max'), '', '', ''],
    ],
  );
  process.stdout.write(`worst rise of p99 in a round: ${fixed(worst, 2)} ms; `);
  process.stdout.write(`memory more for each frozen one: ${fixed(held / 1024, 0)} KiB\n`);
}
