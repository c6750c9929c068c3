// What tests of a bad disk have in common: people who talk, refusals that have to come in time, and the end of it all, where
// talk goes on and everything that was acked is there.
import type { ExecutionContext } from 'ava';
import type { TchatError } from '../../src/errors.ts';
import { ChaosProxy } from './chaos-proxy.ts';
import { postTo, type TestClient } from './clients.ts';
import { Killable } from './killer.ts';
import type { ServerOptions } from './server.ts';
import { Talkers } from './talkers.ts';
import { random, SEED } from './tier.ts';

/** Milliseconds within which a refusal has to come. */
const REFUSAL = 1_000;

/** People who talk through a proxy to a server that can be killed. */
export async function talking(t: ExecutionContext, options: ServerOptions = {}) {
  const server = await Killable.open(options);
  t.teardown(() => server.close());
  const proxy = await ChaosProxy.open(server.port);
  t.teardown(() => proxy.close());
  const port = () => proxy.port;
  const talkers = await Talkers.open({ people: 4, rooms: 2, perSecond: 100, inFlight: 16, port, random: random(SEED) });
  t.teardown(() => talkers.close());
  return { server, talkers, proxy };
}

/** Talk goes on; what there is agrees with what was acked, now and after a death of the server. */
export async function goesOn(t: ExecutionContext, server: Killable, talkers: Talkers): Promise<void> {
  talkers.start();
  await talkers.acks(60);
  talkers.stop();
  await talkers.settled();
  t.deepEqual(await talkers.faults(server.port), []);
  await server.kill();
  await server.restart();
  await talkers.online();
  t.deepEqual(await talkers.faults(server.port), [], 'and from the disk');
  t.log(`${talkers.acked} answers, ${talkers.refused} refusals`);
}

/** The code of a refusal, which has to come in time; empty where there was none. */
export async function refusal(client: TestClient, room: string, text: string): Promise<string> {
  const began = performance.now();
  try {
    await client.does(postTo(room, text));
    return '';
  } catch (error) {
    const took = performance.now() - began;
    if (took > REFUSAL) throw new Error(`refused after ${took} ms`);
    return (error as TchatError).code;
  }
}
