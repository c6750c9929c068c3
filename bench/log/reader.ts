// A reader of the built program, in a process of its own, whose store on the disk knows how far it has read. It comes back,
// and tells when it heard the newest event and when it had all: node --import=tsx reader.ts DIST HOME NAME PORT MISSED
// (MISSED 0: it only comes in, so that the next time there is something to miss).
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { AnyEvent } from '../../src/chat/vocabulary.ts';
import type { ClientMessage } from '../../src/client/client.ts';

const [dist = '', home = '', name = '', port = '0', missed = '0'] = process.argv.slice(2);
const built = <T>(file: string) => import(pathToFileURL(`${dist}/${file}`).href) as Promise<T>;
const { Client } = await built<typeof import('../../src/client/client.ts')>('client/client.js');
const { readCertificate } = await built<typeof import('../../src/identity/certificate.ts')>('identity/certificate.js');
const { openProfile } = await built<typeof import('../../src/identity/profile.ts')>('identity/profile.js');
const { systemClock } = await built<typeof import('../../src/session/clock.ts')>('session/clock.js');
const stores = await built<typeof import('../../src/store/sqlite/client-store.ts')>('store/sqlite/client-store.js');

/** Milliseconds without an event after which a client that has the newest leaves the rest to whoever scrolls. */
const QUIET = 1_500;
/** Milliseconds after which what has not come is lost. */
const LOST = 120_000;
const expected = Number(missed);

/** Milliseconds from the dial; `complete` null: the rest is fetched when somebody scrolls to it. */
export interface Return {
  readonly online: number;
  readonly newest: number;
  readonly complete: number | null;
  readonly heard: number;
  /** Bytes of resident memory at the end. */
  readonly memory: number;
}

const store = stores.SqliteClientStore.open(join(home, 'store.db'));
const address = { host: '127.0.0.1', port: Number(port) };
const profile = openProfile(join(home, 'profiles'), name);
const accept = (certificate: Uint8Array) => readCertificate(certificate).fingerprint;
const options = {
  address,
  profile,
  accept,
  presence: true,
  client: 'bench',
  reconnect: false,
  clock: systemClock,
  store,
};
const client = new Client(options, hear);
const begin = performance.now();
let head = Number.POSITIVE_INFINITY;
let online = 0;
let newest: number | null = null;
let quiet: NodeJS.Timeout | null = null;
const heard = new Set<number>();
const lost = setTimeout(() => {
  throw new Error(`after ${LOST / 1000} s ${heard.size} of ${expected} were heard`);
}, LOST);
client.start();

function hear(message: ClientMessage): void {
  if (message.is === 'over') throw message.error;
  if (message.is === 'online') {
    online = performance.now() - begin;
    head = message.welcome.position;
    if (expected === 0) end({ online, newest: online, complete: online });
  }
  for (const event of eventsIn(message)) take(event);
}

/** What a message brings to whoever reads. */
function eventsIn(message: ClientMessage): readonly AnyEvent[] {
  if (message.is === 'newest') return message.events;
  return message.is === 'event' ? [message.event] : [];
}

function take({ kind, position }: AnyEvent): void {
  if (kind !== 'message') return;
  heard.add(position);
  const now = performance.now() - begin;
  if (position >= head) newest ??= now;
  if (newest === null) return;
  if (heard.size >= expected) end({ online, newest, complete: now });
  quiet?.refresh();
  quiet ??= setTimeout(() => end({ online, newest: newest as number, complete: null }), QUIET);
}

function end(times: Pick<Return, 'online' | 'newest' | 'complete'>): void {
  if (quiet) clearTimeout(quiet);
  clearTimeout(lost);
  const memory = process.memoryUsage.rss();
  client.close();
  // Whoever reads the line ends this process.
  store.close();
  process.stdout.write(`${JSON.stringify({ ...times, heard: heard.size, memory } satisfies Return)}\n`);
}
