// A server that is asked to stop answers what it has taken, says goodbye and is gone within ten seconds; a crowd is back
// soon after it starts again, nobody punished for it (S2). 200 clients in `npm test`, 500 in `npm run test:faults`.
import test from 'ava';
import { openClient } from '../helpers/clients.ts';
import { Killable } from '../helpers/killer.ts';
import { Talkers } from '../helpers/talkers.ts';
import { cases, random, SEED } from '../helpers/tier.ts';

const CROWD = cases(200, 500, 'TCHAT_FAULTS');
/** Milliseconds. */
const DRAINED = 10_000;
const BACK = 30_000;

// Broken once by a server that goes without a word (code), by one that tells everybody of everybody's leave, which kept the
// queues from running empty (20 ms for each client).
test(`${CROWD} clients are back after a restart, with all that was on its way (seed ${SEED})`, async t => {
  t.timeout(180_000);
  const server = await Killable.open();
  t.teardown(() => server.close());
  const port = () => server.port;
  const options = { people: CROWD, rooms: 1, perSecond: 20, inFlight: 4, port, random: random(SEED) };
  // As patient as the program itself: the whole jitter.
  const talkers = await Talkers.open({ ...options, jitter: 1 });
  t.teardown(() => talkers.close());
  talkers.start();
  await talkers.acks(40);

  const observer = await openClient(t, 'observer', { port: server.port, tls: true });
  const asked = performance.now();
  t.is(await server.kill('SIGTERM'), 0);
  const drained = performance.now() - asked;
  t.is(server.lines.at(-1)?.['event'], 'stopped');
  t.true(drained < DRAINED, `stopped after ${drained} ms`);
  await observer.message('over');
  const gone = observer.messages.filter(each => each.is === 'presence' && !each.presence.here);
  t.deepEqual(gone, [], 'nobody is told of each who leaves with the server');
  await talkers.until('all away', () => talkers.people.every(each => !each.online));
  await server.restart();
  const started = performance.now();
  await talkers.online(BACK);
  const back = performance.now() - started;
  await talkers.acks(20);
  talkers.stop();
  await talkers.settled();

  const refused = server.lines.filter(line => line['event'] === 'refused');
  t.deepEqual(refused, [], 'nobody was turned away');
  t.deepEqual(await talkers.faults(server.port), []);
  t.log(`stopped in ${Math.round(drained)} ms; ${CROWD} clients back ${Math.round(back)} ms after it listened again`);
});
