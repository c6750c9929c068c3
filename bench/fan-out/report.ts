// The results of fan-out as tables: figures of each server, then tchat beside the others.
import { median } from '../statistics.ts';
import { fixed, printTable } from '../table.ts';
import type { Cell, FanOutResults } from './part.ts';

const OURS: readonly string[] = ['tchat', 'plain', 'memory'];
/** `other` is a build of the same program, started in the same way. */
const ENCRYPTED: readonly string[] = ['tchat', 'other', 'bare-tls'];

type Run = Cell['runs'][number];

export function report({ cells, memory }: FanOutResults): void {
  const closed = cells.filter(cell => cell.load === 'closed');
  const open = cells.filter(cell => cell.load === 'open');
  if (closed.length > 0) {
    table('closed loop, 64 in flight: million deliveries/s', closed, run => run.perSecond / 1e6, 2, 'more');
    table('closed loop: server CPU a delivery, µs', closed, run => run.serverCpu, 3, 'less');
    table('closed loop: CPU share of the load generator', closed, run => run.loadShare, 2, null);
  }
  if (open.length > 0) {
    table('open loop, 50 messages/s: delay p50, ms', open, run => run.delay?.p50 ?? Number.NaN, 2, 'less');
    table('open loop, 50 messages/s: delay p99, ms', open, run => run.delay?.p99 ?? Number.NaN, 2, 'less');
    table('open loop: server CPU a delivery, µs', open, run => run.serverCpu, 3, 'less');
    table('open loop: CPU share of the load generator', open, run => run.loadShare, 2, null);
  }
  if (memory.length > 0) {
    const rows = memory.map(({ server, fresh, warm }) => [
      server,
      ...[...fresh, warm].map(bytes => fixed(median(bytes) / 1024, 1)),
    ]);
    const head = ['server', 'fresh, 1st 1,000', '2nd 1,000', '3rd 1,000', 'warm, 1,000'];
    printTable('idle connections: KiB of resident memory each', head, rows);
  }
}

/** `better`: which way tchat's ratio to the others is good; null: no ratios. */
function table(
  title: string,
  cells: readonly Cell[],
  value: (run: Run) => number,
  places: number,
  better: 'more' | 'less' | null,
): void {
  const servers = [...new Set(cells.map(cell => cell.server))];
  const rows = [...new Set(cells.map(cell => `${cell.members} members, ${cell.bytes} B`))];
  // Each of ours beside all others of its kind, encrypted or not, that do not stand to its left; and what encrypting costs.
  const ours: string[] = better === null ? [] : servers.filter(name => OURS.includes(name));
  const pairs = ours.flatMap((name, at) =>
    servers
      .filter(other => other !== name && ENCRYPTED.includes(other) === ENCRYPTED.includes(name))
      .filter(other => !ours.includes(other) || ours.indexOf(other) > at)
      .map(other => [name, other] as const),
  );
  if (ours.includes('tchat') && ours.includes('plain')) pairs.push(['tchat', 'plain']);
  const note = better === null ? '' : ` (${better} is better)`;
  const head = [...servers, ...pairs.map(([name, other]) => `${name}/${other}`)];
  printTable(
    title + note,
    ['', ...head],
    rows.map(row => {
      const here = cells.filter(cell => `${cell.members} members, ${cell.bytes} B` === row);
      const of = (name: string) => here.find(cell => cell.server === name)?.runs.map(value) ?? [];
      const figures = servers.map(name => fixed(median(of(name)), places));
      const ratios = pairs.map(([name, other]) => fixed(ratio(of(name), of(other)), 2));
      return [row, ...figures, ...ratios];
    }),
  );
}

/** The median of the ratios round by round: what disturbs the machine for a while disturbs both. */
function ratio(ours: readonly number[], theirs: readonly number[]): number {
  return median(ours.map((value, run) => value / (theirs[run] ?? Number.NaN)));
}
