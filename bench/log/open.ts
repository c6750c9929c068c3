// Opening a room of a million messages: from the question to the page in the client's hands. On a server that has just
// started (with its file in the system's memory, and evicted from it), and on one that has answered before.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '../../src/client/client.ts';
import { PAGE_EVENTS } from '../../src/limits.ts';
import type { Query } from '../../src/protocol/packet.ts';
import { enter, newProfile } from '../client.ts';
import { startServer } from '../fan-out/servers.ts';
import type { BenchOptions } from '../options.ts';
import { median, spread } from '../statistics.ts';
import { fixed, printTable, progress } from '../table.ts';
import { longLog, ROOM } from './long-log.ts';

/** Pages asked of a server that is warm. */
const PAGES = 200;

/** Milliseconds. */
export interface Opening {
  /** From the start of the server's process until it listens. */
  readonly listening: number;
  /** From the dial to the welcome. */
  readonly login: number;
  /** The newest page, asked for the first time. */
  readonly first: number;
}

export interface OpenResults {
  readonly messages: number;
  /** One entry a start of the server. */
  readonly evicted: readonly Opening[];
  readonly cold: readonly Opening[];
  /** Of a server that has answered before: one entry a page. */
  readonly newest: readonly number[];
  readonly middle: readonly number[];
}

export async function open(options: BenchOptions): Promise<OpenResults> {
  const { folder, messages } = await longLog(options);
  const evicted: Opening[] = [];
  const cold: Opening[] = [];
  const newest: number[] = [];
  const middle: number[] = [];
  for (let run = 1; run <= options.runs; run++) {
    progress(`run ${run} of ${options.runs}: opening a room of ${messages} messages`);
    if (evict(folder)) evicted.push((await withServer(options.program, folder)).opening);
    const { opening } = await withServer(options.program, folder, async (client, head) => {
      for (let page = 0; page < PAGES; page++) {
        newest.push(await ask(client, null));
        // Anywhere in the log, as a jump to a date is.
        middle.push(await ask(client, Math.floor(((page * 0.618) % 1) * head) + 1));
      }
    });
    cold.push(opening);
  }
  progress('');
  report({ messages, evicted, cold, newest, middle });
  return { messages, evicted, cold, newest, middle };
}

async function withServer(
  program: string,
  folder: string,
  then: (client: Client, head: number) => Promise<void> = async () => {},
): Promise<{ opening: Opening }> {
  const begin = performance.now();
  const server = await startServer('tchat', { program, members: 10, profile: null, data: folder });
  const listening = performance.now() - begin;
  try {
    const dialed = performance.now();
    const { client, welcome } = await enter(server.port, newProfile(`reader-${Date.now()}`), { presence: false });
    const login = performance.now() - dialed;
    const first = await ask(client, null);
    await then(client, welcome.position);
    client.close();
    return { opening: { listening, login, first } };
  } finally {
    await server.stop();
  }
}

/** Milliseconds until a full page is here; rejects for anything less. */
async function ask(client: Client, before: number | null): Promise<number> {
  const scope = { of: 'conversation', conversation: ROOM } as const;
  const query: Query = { kind: 'history', scope, before, after: null, since: null, limit: PAGE_EVENTS };
  const begin = performance.now();
  const [page] = await client.query(query);
  const took = performance.now() - begin;
  const count = page?.kind === 'events' ? page.items.length : 0;
  if (count < Math.min(50, (before ?? 100) - 1)) throw new Error(`a page of ${count} events`);
  return took;
}

/** Takes the files out of the system's memory, as if the machine had just started; false where that cannot be done. */
function evict(folder: string): boolean {
  return readdirSync(folder)
    .filter(name => name.startsWith('chat.db'))
    .every(name => {
      const args = [`of=${join(folder, name)}`, 'oflag=nocache', 'conv=notrunc,fdatasync', 'count=0', 'status=none'];
      return spawnSync('dd', ['if=/dev/null', ...args], { stdio: 'ignore' }).status === 0;
    });
}

function report({ messages, evicted, cold, newest, middle }: OpenResults): void {
  const starts = (name: string, runs: readonly Opening[]) => [
    name,
    ...(['listening', 'login', 'first'] as const).map(of => fixed(median(runs.map(run => run[of])), 1)),
    fixed(Math.max(...runs.map(run => run.first)), 1),
  ];
  printTable(
    `open: a room of ${messages} messages, on a server that has just started: ms`,
    ['', 'start', 'login', 'first page', 'worst'],
    [...(evicted.length > 0 ? [starts('file evicted', evicted)] : []), starts('file in memory', cold)],
  );
  const pages = (name: string, times: readonly number[]) => {
    const { p50, p99, max } = spread(times);
    return [name, fixed(p50, 2), fixed(p99, 2), fixed(max, 1)];
  };
  printTable(
    'open: a page of a server that is warm: ms',
    ['', 'p50', 'p99', 'max'],
    [pages('the newest', newest), pages('anywhere', middle)],
  );
}
