// Acks: how long until the server has said that a message is on its disk, at fixed rates and as fast as it goes.
import { fileURLToPath } from 'node:url';
import { type Flush, flushOf, onDisk } from '../disk.ts';
import { startServer } from '../fan-out/servers.ts';
import { LoadProcess } from '../load-process.ts';
import type { BenchOptions } from '../options.ts';
import { median } from '../statistics.ts';
import { fixed, printTable, progress } from '../table.ts';
import type { AckOrder, Acks } from './load.ts';

/** Senders, all of them members of the room: each also gets what the others say. */
const SENDERS = 8;
/** Seconds of a closed loop that nobody counts, before all others: a server that has just started is still compiled. */
const WARM = 1;
/** Messages of one sender without an ack, where it goes as fast as it can. */
const IN_FLIGHT = 64;

const GENERATOR = fileURLToPath(new URL('./load.ts', import.meta.url));

/** One build at one load, one entry a round. `rate` null: as fast as it goes. */
export interface AckCell {
  readonly server: string;
  readonly bytes: number;
  readonly rate: number | null;
  readonly runs: Acks[];
}

export interface AckResults {
  readonly cells: readonly AckCell[];
  /** The disk alone, before each round. */
  readonly flushes: readonly Flush[];
}

export async function ack(options: BenchOptions): Promise<AckResults> {
  const { runs, seconds, rates, ackBytes, program, other } = options;
  const builds = [{ name: 'tchat', program }, ...(other === null ? [] : [{ name: 'other', program: other }])];
  const cells: AckCell[] = ackBytes.flatMap(bytes =>
    [...rates, null].flatMap(rate => builds.map(({ name }) => ({ server: name, bytes, rate, runs: [] }))),
  );
  const flushes: Flush[] = [];
  for (let run = 1; run <= runs; run++) {
    const { folder, remove } = onDisk(options.data);
    try {
      flushes.push(flushOf(folder));
    } finally {
      remove();
    }
    for (const bytes of ackBytes) {
      for (const build of builds) {
        const mine = cells.filter(cell => cell.server === build.name && cell.bytes === bytes);
        progress(`run ${run} of ${runs}: acks of ${bytes} bytes, ${build.name}`);
        await round(options, build.program, mine, seconds);
      }
    }
  }
  progress('');
  report(cells, flushes);
  return { cells, flushes };
}

/** One server with fresh data, all rates one after the other. */
async function round(options: BenchOptions, program: string, cells: readonly AckCell[], seconds: number) {
  const { folder, remove } = onDisk(options.data);
  const server = await startServer('tchat', { program, members: SENDERS, profile: options.profile, data: folder });
  const load = new LoadProcess<AckOrder>(GENERATOR);
  try {
    const { port, tls, pid } = server;
    await load.do({ do: 'enter', port, tls, pid, senders: SENDERS, bytes: cells[0]?.bytes ?? 0 });
    await load.do({ do: 'closed', inFlight: IN_FLIGHT, seconds: WARM });
    for (const { rate, runs } of cells) {
      const order: AckOrder =
        rate === null ? { do: 'closed', inFlight: IN_FLIGHT, seconds } : { do: 'open', rate, seconds };
      runs.push((await load.do(order)) as Acks);
    }
  } finally {
    load.end();
    await server.stop();
    remove();
  }
}

function report(cells: readonly AckCell[], flushes: readonly Flush[]): void {
  const middle = (runs: readonly Acks[], of: (run: Acks) => number, places: number) =>
    fixed(median(runs.map(of)), places);
  const rows = cells.map(({ server, bytes, rate, runs }) => [
    `${server}, ${bytes} B, ${rate === null ? 'closed loop' : `${rate}/s`}`,
    middle(runs, run => run.perSecond, 0),
    middle(runs, run => run.p50, 2),
    middle(runs, run => run.p99, 2),
    fixed(Math.max(...runs.map(run => run.p99)), 2),
    fixed(Math.max(...runs.map(run => run.max)), 1),
    rate === null ? '–' : middle(runs, run => run.late.p99, 2),
    middle(runs, run => run.serverShare, 2),
    middle(runs, run => run.loadShare, 2),
  ]);
  const head = ['', 'msg/s', 'p50', 'p99', 'worst p99', 'max', 'sent late p99', 'server CPU', 'load CPU'];
  printTable(`acks of durable messages, ${SENDERS} senders who are members: ms`, head, rows);
  const disk = [fixed(median(flushes.map(each => each.p50)), 2), fixed(median(flushes.map(each => each.p99)), 2)];
  printTable('the disk alone, 4 KiB and a flush: ms', ['', 'p50', 'p99'], [['write + fdatasync', ...disk]]);
}
