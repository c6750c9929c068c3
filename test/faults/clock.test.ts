// Clocks that are set back and forward change no order: the server's in steps of up to a month, also across a restart, and
// those of clients not at all (O3).
import { join } from 'node:path';
import test from 'ava';
import { PAGE_EVENTS } from '../../src/limits.ts';
import { Server } from '../../src/server/server.ts';
import { defaultAdmission } from '../../src/session/admission.ts';
import { type Clock, systemClock } from '../../src/session/clock.ts';
import { SqliteLog } from '../helpers/built-store.ts';
import { openClient, textsOf } from '../helpers/clients.ts';
import { temporaryHome } from '../helpers/program.ts';
import { Talkers } from '../helpers/talkers.ts';
import { cases, random, SEED } from '../helpers/tier.ts';
import { newServerKey } from '../helpers/tls.ts';

const STEPS = cases(30, 300, 'TCHAT_FAULTS');
const DAY = 24 * 3600 * 1_000;
const MONTH = 30 * DAY;

interface Stepped extends Clock {
  /** Milliseconds beside the true time. */
  offset: number;
}

const stepped = (offset = 0): Stepped => {
  const clock: Stepped = { ...systemClock, offset, now: () => Date.now() + clock.offset };
  return clock;
};

// Broken once by a log that pages in the order of time.
test(`${STEPS} steps of the server's clock, and clients a month off, turn nothing round (seed ${SEED})`, async t => {
  t.timeout(120_000);
  const next = random(SEED);
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  const clock = stepped();
  const tls = newServerKey();
  const open = async (port: number) => {
    const log = await SqliteLog.open(join(home, 'chat.db'));
    const admission = defaultAdmission();
    return Server.open({ host: '127.0.0.1', port, name: 'test server', version: '0', admission, log, clock, tls });
  };
  let server = await open(0);
  t.teardown(() => server.close());
  const { port } = server.facts;
  const options = { people: 6, rooms: 3, perSecond: 400, inFlight: 16, port: () => port, random: next };
  const talkers = await Talkers.open({ ...options, clockOf: person => stepped(((person % 3) - 1) * MONTH) });
  t.teardown(() => talkers.close());

  talkers.start();
  for (let n = 1; n <= STEPS; n++) {
    await talkers.acks(Math.ceil(next() * 20));
    clock.offset = Math.round((next() * 2 - 1) * MONTH);
    if (n % 10 > 0) continue;
    await server.close();
    server = await open(port);
  }
  await talkers.acks(20);
  talkers.stop();
  await talkers.settled();
  t.deepEqual(await talkers.faults(port), []);
});

// Broken once by a search for the first event of a time that trusts times to rise.
test('what is asked for since a time comes in the order of the log, from the first event that is not earlier', async t => {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  const clock = stepped();
  const log = await SqliteLog.open(join(home, 'chat.db'));
  const admission = defaultAdmission();
  const options = { host: '127.0.0.1', port: 0, name: 'test server', version: '0', admission, log, clock };
  const server = await Server.open(options);
  t.teardown(() => server.close());
  const alice = await openClient(t, 'alice', { port: server.facts.port });
  await alice.says('#lobby', 'before');
  clock.offset = -MONTH;
  await alice.says('#lobby', 'a month back');
  clock.offset = DAY;
  await alice.says('#lobby', 'tomorrow');
  clock.offset = 0;
  const today = Array.from({ length: 9 }, (_, n) => `today again ${n}`);
  for (const text of today) await alice.says('#lobby', text);

  const since = Date.now() + DAY / 2;
  const range = { before: null, after: null, since, limit: PAGE_EVENTS };
  const [page] = await alice.query({ kind: 'history', scope: { of: 'own' }, ...range });
  t.deepEqual(page?.kind === 'events' && textsOf(page.items), ['tomorrow', ...today]);
});
