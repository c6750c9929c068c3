// Search in a room of a million messages: words that stand in half of them, in ten of them, in none; phrases; one Han
// character. Asked of the log itself, and over the wire as a client asks.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Client } from '../../src/client/client.ts';
import { PAGE_EVENTS } from '../../src/limits.ts';
import type { Query } from '../../src/protocol/packet.ts';
import type * as StoreSource from '../../src/store/sqlite/sqlite-log.ts';
import { enter, newProfile } from '../client.ts';
import { startServer } from '../fan-out/servers.ts';
import type { BenchOptions } from '../options.ts';
import { spread } from '../statistics.ts';
import { fixed, printTable, progress } from '../table.ts';
import { longLog, ROOM } from './long-log.ts';
import { CHINESE, COMMON, FIRST, RARE } from './vocabulary.ts';

/** Times that each is asked, after once that is not counted. */
const TIMES = 50;

/** What is looked for; `least`: hits that there have to be, of `logged` messages. */
const SEARCHES: readonly {
  readonly name: string;
  readonly text: string;
  readonly least: (logged: number) => number;
}[] = [
  { name: 'a word in half of all', text: COMMON, least: () => PAGE_EVENTS / 4 },
  { name: 'the beginning of one', text: COMMON.slice(0, 4), least: () => PAGE_EVENTS / 4 },
  { name: 'a word in ten of a million', text: RARE.word, least: logged => Math.floor(logged / RARE.each) },
  { name: 'common and rare', text: `${COMMON} ${RARE.word}`, least: logged => Math.floor(logged / RARE.each) },
  { name: 'a phrase', text: `"${COMMON} ${FIRST}"`, least: () => PAGE_EVENTS / 4 },
  { name: 'one Han character', text: CHINESE.character, least: logged => Math.floor(logged / CHINESE.each / 4) },
  { name: 'three of them', text: CHINESE.phrase, least: logged => Math.floor(logged / CHINESE.each / 4) },
  { name: 'no hit', text: 'xylophonists', least: () => 0 },
];

/** Milliseconds, one entry a time. */
export interface SearchCell {
  readonly name: string;
  readonly hits: number;
  readonly store: number[];
  readonly wire: number[];
}

export interface SearchResults {
  readonly messages: number;
  readonly cells: readonly SearchCell[];
}

type Asking = (text: string) => Promise<number> | number;

export async function search(options: BenchOptions): Promise<SearchResults> {
  const { folder, messages } = await longLog(options);
  const store = await ofStore(options.program, folder);
  const wire = await ofServer(options.program, folder);
  const cells = SEARCHES.map(({ name, least }, at) => {
    const [inStore, onWire] = [store[at], wire[at]] as [Timed, Timed];
    // A page of the wire also ends where its frame is full.
    for (const { hits } of [inStore, onWire])
      if (hits < Math.min(least(messages), PAGE_EVENTS / 4)) throw new Error(`${name}: ${hits} hits`);
    return { name, hits: inStore.hits, store: inStore.times, wire: onWire.times };
  });
  progress('');
  report({ messages, cells });
  return { messages, cells };
}

async function ofStore(program: string, folder: string): Promise<Timed[]> {
  const built = new URL('store/sqlite/sqlite-log.js', pathToFileURL(program));
  const { SqliteLog } = (await import(built.href)) as typeof StoreSource;
  const log = await SqliteLog.open(join(folder, 'chat.db'));
  const reaches = [{ conversation: ROOM, from: 0, to: log.head }];
  try {
    return await all(text => log.search({ text, reaches, from: null, limit: PAGE_EVENTS }).events.length);
  } finally {
    await log.close();
  }
}

async function ofServer(program: string, folder: string): Promise<Timed[]> {
  const server = await startServer('tchat', { program, members: 10, profile: null, data: folder });
  try {
    const { client } = await enter(server.port, newProfile(`seeker-${Date.now()}`), { presence: false });
    const timed = await all(text => hitsOf(client, text));
    client.close();
    return timed;
  } finally {
    await server.stop();
  }
}

async function hitsOf(client: Client, text: string): Promise<number> {
  const range = { before: null, after: null, limit: PAGE_EVENTS };
  const query: Query = { kind: 'search', text, conversation: null, from: null, ...range };
  const [page] = await client.query(query);
  if (page?.kind !== 'hits') throw new Error('no page of hits');
  return page.items.length;
}

interface Timed {
  readonly hits: number;
  readonly times: number[];
}

async function all(ask: Asking): Promise<Timed[]> {
  const timed: Timed[] = [];
  for (const { name, text } of SEARCHES) {
    progress(`search: ${name}`);
    let hits = 0;
    const times: number[] = [];
    for (let time = 0; time <= TIMES; time++) {
      const begin = performance.now();
      hits = await ask(text);
      if (time > 0) times.push(performance.now() - begin);
    }
    timed.push({ hits, times });
  }
  return timed;
}

function report({ messages, cells }: SearchResults): void {
  const rows = cells.map(({ name, hits, store, wire }) => {
    const [inStore, onWire] = [spread(store), spread(wire)];
    const figures = [inStore.p50, inStore.max, onWire.p50, onWire.p99, onWire.max];
    return [name, String(hits), ...figures.map(each => fixed(each, 2))];
  });
  const head = ['', 'hits', 'log p50', 'log max', 'wire p50', 'wire p99', 'wire max'];
  printTable(`search: the newest of ${messages} messages, ms`, head, rows);
}
