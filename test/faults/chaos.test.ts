// Everybody talks through a network of their own that delays, cuts, stalls, resets and tears connections in half; when it
// is well again, everybody is up to date within ten seconds, and nothing was lost, repeated or turned round (D1-D4, O1, O2,
// S1). Two seeds of five seconds in `npm test`; twenty seeds of a minute with twenty people in `npm run test:faults`.
import test from 'ava';
import { ChaosProxy, type Weather } from '../helpers/chaos-proxy.ts';
import { Killable } from '../helpers/killer.ts';
import { Talkers } from '../helpers/talkers.ts';
import { cases, pick, random, SEED } from '../helpers/tier.ts';

const SEEDS = cases(2, 20, 'TCHAT_FAULTS');
const SECONDS = cases(5, 60, 'TCHAT_FAULTS');
const PEOPLE = cases(8, 20, 'TCHAT_FAULTS');
/** Milliseconds, once the network is well. */
const CONVERGED = 10_000;
/** Milliseconds between two turns of the weather, at most. */
const TURN = 250;

type Turn = (proxy: ChaosProxy, next: () => number) => void;

const direction = (next: () => number) => pick(['up', 'down', 'both'] as const, next);
const weather = (change: (next: () => number) => Partial<Weather>): Turn => {
  return (proxy, next) => proxy.turn(change(next), direction(next));
};

const TURNS: Readonly<Record<string, Turn>> = {
  jitter: weather(next => ({ delay: next() * 40, jitter: next() * 80 })),
  'single bytes': weather(() => ({ cut: 'bytes', delay: 0, jitter: 0 })),
  'cuts at random': weather(() => ({ cut: 'random' })),
  silence: weather(() => ({ blackhole: true })),
  'a word again': weather(() => ({ blackhole: false, cut: 'whole' })),
  reset: proxy => proxy.reset(),
  end: proxy => proxy.cut(),
  'a dead client': proxy => proxy.halfOpen('client'),
  'a dead server': proxy => proxy.halfOpen('server'),
  'nobody there': proxy => {
    proxy.refusing = true;
    proxy.reset();
  },
  fair: proxy => proxy.heal(),
};

// Broken once by a client that pulls nothing when it is back (missed), and by one that lets what comes live overtake what it
// pulls (missed).
for (let n = 0; n < SEEDS; n++) {
  const seed = SEED + n;
  test.serial(`${PEOPLE} people agree after ${SECONDS} s of a bad network (seed ${seed})`, async t => {
    t.timeout(SECONDS * 1_000 + 90_000);
    const next = random(seed);
    const server = await Killable.open();
    t.teardown(() => server.close());
    const proxies = await Promise.all(Array.from({ length: PEOPLE }, () => ChaosProxy.open(server.port, next)));
    t.teardown(() => {
      for (const proxy of proxies) proxy.close();
    });
    const port = (person: number) => proxies[person]!.port;
    const options = { people: PEOPLE, rooms: 3, perSecond: 40, inFlight: 16, port, random: next };
    // At most three seconds between two dials: how long the pauses of the program grow is another matter.
    const talkers = await Talkers.open({ ...options, jitter: 0.1 });
    t.teardown(() => talkers.close());

    talkers.start();
    const turns = new Map<string, number>();
    const end = performance.now() + SECONDS * 1_000;
    while (performance.now() < end) {
      const [name, turn] = pick(Object.entries(TURNS), next);
      turn(pick(proxies, next), next);
      turns.set(name, (turns.get(name) ?? 0) + 1);
      await new Promise(resolve => setTimeout(resolve, next() * TURN));
    }
    talkers.stop();
    for (const proxy of proxies) proxy.heal();
    const healed = performance.now();
    await talkers.settled(CONVERGED);
    const took = Math.round(performance.now() - healed);

    t.deepEqual(await talkers.faults(server.port), []);
    const dials = proxies.reduce((sum, proxy) => sum + proxy.accepted, 0);
    t.true(dials > PEOPLE, 'somebody came back');
    t.log(`${talkers.acked} answers, ${dials} connections; agreed ${took} ms after the network was well`);
    t.log([...turns].map(([name, times]) => `${times} × ${name}`).join(', '));
  });
}
