// Fan-out: one message to all members of a room. The servers take turns, round by round, under the same load.
import { fileURLToPath } from 'node:url';
import { LoadProcess } from '../load-process.ts';
import type { BenchOptions } from '../options.ts';
import { memoryOf, pause } from '../processes.ts';
import { progress } from '../table.ts';
import type { Order } from './load.ts';
import type { Delay, Load } from './measure.ts';
import { report } from './report.ts';
import { type BenchServer, installed, SERVERS, type ServerName, startServer } from './servers.ts';

/** Messages on their way at once in a closed loop. */
const IN_FLIGHT = 64;
/** Messages a second in an open loop. */
const RATE = 50;
/** Idle connections whose memory is measured. */
const IDLE = 1_000;

const GENERATOR = fileURLToPath(new URL('./load.ts', import.meta.url));

/** One server under one load, one entry a run. */
export interface Cell {
  readonly load: 'closed' | 'open';
  readonly members: number;
  readonly bytes: number;
  readonly server: string;
  readonly runs: (Load & { delay?: Delay })[];
}

/** Resident memory of idle connections, in bytes each; one entry a run. */
export interface Memory {
  readonly server: string;
  /** Of the first, second and third thousand on a server that has just started. */
  readonly fresh: readonly [number[], number[], number[]];
  /** Of a thousand on a server that has been under load. */
  readonly warm: number[];
}

export interface FanOutResults {
  readonly cells: readonly Cell[];
  readonly memory: readonly Memory[];
}

interface Entry {
  readonly name: string;
  readonly server: ServerName;
  readonly program: string;
}

export async function fanOut(options: BenchOptions): Promise<FanOutResults> {
  const entries = entriesOf(options);
  const cells: Cell[] = [];
  const under = options.loads.filter(load => load !== 'memory');
  for (const members of under.length > 0 ? options.members : []) {
    cells.push(...(await withCrowd(options, entries, members)));
  }
  const memory = options.loads.includes('memory') ? await idleMemory(options, entries) : [];
  progress('');
  report({ cells, memory });
  return { cells, memory };
}

function entriesOf({ servers, program, other }: BenchOptions): Entry[] {
  const all = SERVERS.filter(installed).map(name => ({ name: name as string, server: name, program }));
  if (other !== null) all.splice(1, 0, { name: 'other', server: 'tchat', program: other });
  return all.filter(({ name }) => servers === null || servers.includes(name));
}

async function withCrowd(options: BenchOptions, entries: readonly Entry[], members: number): Promise<Cell[]> {
  const { bytes, runs, seconds, loads } = options;
  const load = new LoadProcess<Order>(GENERATOR);
  const servers: BenchServer[] = [];
  const cells = new Map<string, Cell>();
  const cellOf = (kind: Cell['load'], server: string, size: number): Cell => {
    const key = `${kind} ${server} ${size}`;
    const cell = cells.get(key) ?? { load: kind, members, bytes: size, server, runs: [] };
    cells.set(key, cell);
    return cell;
  };
  try {
    for (const { name, server, program } of entries) {
      progress(`${members} members enter ${name}`);
      const started = await startServer(server, { program, members, profile: options.profile });
      servers.push(started);
      await load.do({
        do: 'enter',
        server: name,
        speaks: started.speaks,
        tls: started.tls,
        port: started.port,
        members,
        joins: true,
      });
    }
    for (let run = 1; run <= runs; run++) {
      for (const kind of ['closed', 'open'] as const) {
        if (!loads.includes(kind)) continue;
        for (const size of kind === 'open' ? bytes.slice(0, 1) : bytes) {
          // The frames of the bare server are as long as tchat's, which is measured before it.
          let frame = size + 151;
          for (const [at, { name }] of entries.entries()) {
            progress(`run ${run} of ${runs}: ${kind}, ${members} members, ${size} bytes, ${name}`);
            const { pid, speaks } = servers[at] as BenchServer;
            const cell = { server: name, pid, bytes: speaks === 'bare' ? frame : size, seconds };
            const order: Order =
              kind === 'closed' ? { do: 'closed', inFlight: IN_FLIGHT, ...cell } : { do: 'open', rate: RATE, ...cell };
            const result = (await load.do(order).catch(error => {
              throw new Error(`${name}: ${(error as Error).message}`);
            })) as Load & { delay?: Delay };
            if (speaks === 'tchat') frame = result.frame;
            cellOf(kind, name, size).runs.push(result);
          }
        }
      }
    }
  } finally {
    load.end();
    await Promise.all(servers.map(server => server.stop()));
  }
  return [...cells.values()];
}

async function idleMemory(options: BenchOptions, entries: readonly Entry[]): Promise<Memory[]> {
  const results: Memory[] = entries.map(({ name }) => ({ server: name, fresh: [[], [], []], warm: [] }));
  for (let run = 1; run <= options.runs; run++) {
    for (const [at, entry] of entries.entries()) {
      progress(`run ${run} of ${options.runs}: memory of idle connections, ${entry.name}`);
      const { fresh, warm } = results[at] as Memory;
      const growth = await growthOf(entry, 3, false);
      for (const [thousand, bytes] of growth.entries()) fresh[thousand]?.push(bytes);
      warm.push(...(await growthOf(entry, 1, true)));
    }
  }
  return results;
}

/** Bytes a connection by which a server grows with each thousand; `worked`: after it has been under load. */
async function growthOf({ name, server, program }: Entry, thousands: number, worked: boolean): Promise<number[]> {
  const started = await startServer(server, { program, members: thousands * IDLE + 10, profile: null });
  const { pid, port, speaks, tls } = started;
  const load = new LoadProcess<Order>(GENERATOR);
  try {
    if (worked) {
      await load.do({ do: 'enter', server: name, speaks, tls, port, members: 10, joins: true });
      await load.do({ do: 'closed', inFlight: IN_FLIGHT, server: name, pid, bytes: 215, seconds: 3 });
    }
    const growth: number[] = [];
    let before = await settled(pid);
    for (let thousand = 0; thousand < thousands; thousand++) {
      await load.do({ do: 'enter', server: name, speaks, tls, port, members: IDLE, joins: false });
      const after = await settled(pid);
      growth.push((after - before) / IDLE);
      before = after;
    }
    return growth;
  } finally {
    load.end();
    await started.stop();
  }
}

/** Resident memory once nothing moves it any more. */
async function settled(pid: number): Promise<number> {
  await pause(1_500);
  return memoryOf(pid);
}
