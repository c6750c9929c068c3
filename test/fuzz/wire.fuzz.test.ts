// Random and mutated bytes at a live server, before login and after: each connection gets a typed close or goes on,
// others talk undisturbed, and the server stalls for nobody. TCHAT_FUZZ multiplies the frames, TCHAT_SEED picks them.
import { fork } from 'node:child_process';
import test from 'ava';
import fc from 'fast-check';
import { encodePacket } from '../../src/protocol/codec.ts';
import { encodeFrame, FRAME, type FrameType } from '../../src/protocol/frame.ts';
import { clientPackets, type Mutation, mutate, serverPackets } from '../helpers/arbitraries.ts';
import { newProfile, openClient, openRaw, type RawClient } from '../helpers/clients.ts';
import type { Cost } from '../helpers/server-process.ts';
import { cases, pick as pickFrom, random, SEED } from '../helpers/tier.ts';

const FRAMES = cases(5_000);
/** Frames from which on a stall is told from the machine's other work. */
const LONG = 50_000;
const MIB = 1 << 20;

/** What the server may say to such a peer; without a word only where the peer itself said goodbye. */
const TYPED = new Set([
  'bad-packet',
  'bad-frame',
  'not-tchat',
  'version',
  'login-invalid',
  'name-invalid',
  'name-taken',
  'grant-invalid',
]);

const next = random(SEED);
const below = (limit: number) => Math.floor(next() * limit);
const pick = <T>(list: readonly T[]) => pickFrom(list, next);
const bytes = (length: number) => Buffer.from(Array.from({ length }, () => below(256)));

const packets = fc.sample(fc.oneof({ weight: 6, arbitrary: clientPackets }, { weight: 1, arbitrary: serverPackets }), {
  seed: SEED,
  numRuns: 800,
});
const corpus = packets.map(packet => encodePacket(packet));

function mutation(): Mutation {
  return {
    kind: pick(['set', 'set', 'set', 'cut', 'add', 'drop'] as const),
    at: next(),
    byte: pick([below(256), 0xc1, 0xd4, 0xdd, 0xdf, 0xc6, 0xff]),
  };
}

/** One frame that may be anything: sound, mutated within, mutated anywhere, random, of another type, or no frame. */
function frame(): Buffer {
  const sound = pick(corpus);
  const changes = Array.from({ length: 1 + below(4) }, mutation);
  switch (below(8)) {
    case 0:
      return sound;
    case 1:
    case 2:
    case 3:
      return encodeFrame(FRAME.packet, mutate(sound.subarray(5), changes));
    case 4:
      return mutate(sound, changes);
    case 5:
      return encodeFrame(FRAME.packet, bytes(below(300)));
    case 6:
      return encodeFrame(pick([2, 3, 4, 1] as FrameType[]), bytes(below(12)));
    default:
      return pick([bytes(1 + below(60)), Buffer.concat([Buffer.of(0, 0, below(256), 0, 1), bytes(below(200))])]);
  }
}

/** Sends frames as one write each, glued together, or cut at random. */
async function send(raw: RawClient, frames: readonly Buffer[]): Promise<void> {
  if (below(3) > 0) {
    for (const each of below(2) ? frames : [Buffer.concat(frames)]) raw.write(each);
    return;
  }
  const stream = Buffer.concat(frames);
  for (let at = 0; at < stream.length; ) {
    const end = at + 1 + below(200);
    raw.write(stream.subarray(at, end));
    at = end;
    await new Promise(resolve => setImmediate(resolve));
  }
}

// Red when decodeValue lets msgpackr's own errors through, or a check reads a field of nil.
test('random and mutated frames get a typed error or a close each, and harm nobody', async t => {
  t.timeout(60_000 + FRAMES * 20);
  t.log(`TCHAT_SEED=${SEED}, ${FRAMES} frames`);
  const child = fork(new URL('../helpers/server-process.ts', import.meta.url), {
    execArgv: ['--import=tsx', '--expose-gc'],
  });
  t.teardown(() => child.kill('SIGKILL'));
  let ended = false;
  child.once('exit', () => {
    ended = true;
  });
  const told = <T>() => new Promise<T>(resolve => child.once('message', value => resolve(value as T)));
  const port = await told<number>();
  const measure = (): Promise<Cost> => {
    const answer = told<Cost>();
    child.send('measure');
    return answer;
  };

  const alice = await openClient(t, 'alice', { port });
  const bob = await openClient(t, 'bob', { port });
  const ends = new Map<string, number>();
  let worst = 0;
  let profile = newProfile('fuzz');
  let before: Cost | null = null;
  let sent = 0;
  for (let round = 0; sent < FRAMES; round++) {
    if (round % 25 === 0) profile = newProfile(`fuzz${round}`);
    const batch = await Promise.all(Array.from({ length: 8 }, () => openRaw(t, profile, { port })));
    await Promise.all(
      batch.map(async (raw, n) => {
        const inside = n % 2 === 0;
        if (inside) await raw.login({ presence: below(2) === 0 });
        // What follows a frame that ends the connection is read by nobody: so few at once.
        const frames = [...Array.from({ length: inside ? below(4) : 0 }, () => pick(corpus)), frame()];
        sent += frames.length;
        await send(raw, frames);
        raw.socket.end();
        const { code } = await raw.closed();
        ends.set(code, (ends.get(code) ?? 0) + 1);
        raw.socket.destroy();
      }),
    );
    if (round % 20 === 19) {
      await alice.says('#lobby', `round ${round}`);
      await bob.text(`round ${round}`);
      const cost = await measure();
      // The first rounds warm up what is compiled and pooled.
      if (round > 60) before ??= cost;
      if (before) worst = Math.max(worst, cost.stall);
    }
  }
  const after = await measure();
  if (!before) return t.fail('too few rounds');
  t.false(ended);
  for (const code of ends.keys()) t.true(TYPED.has(code) || code === 'connection-lost', code);
  for (const code of ['bad-packet', 'bad-frame', 'not-tchat']) t.true((ends.get(code) ?? 0) > 0, `${code} was seen`);
  const grown = after.memory - before.memory;
  t.log(`${sent} frames; ends: ${[...ends].map(([code, count]) => `${code} ${count}`).join(', ')}`);
  t.log(`longest stall ${worst.toFixed(1)} ms; memory grew by ${(grown / MIB).toFixed(1)} MiB`);
  t.true(grown < 32 * MIB);
  if (FRAMES >= LONG) t.true(worst <= 50, `${worst} ms`);
});
