// How fast one may ask (PROMISES §3, R3): slowed by not being read, refused only after keeping on, and nobody else with it.
import test, { type ExecutionContext } from 'ava';
import { COMMANDS_BURST, COMMANDS_PER_SECOND, PACE_PATIENCE, QUERIES_BURST } from '../../src/limits.ts';
import { Pace } from '../../src/server/pace.ts';
import type { ServerOptions } from '../../src/server/server.ts';
import { Admission, defaultAdmission } from '../../src/session/admission.ts';
import { newId, openRaw, openServer, postTo, type RawClient } from '../helpers/clients.ts';
import { fakeClock } from '../helpers/fake-clock.ts';

const SECOND = 1_000;

test('a burst, then so many a second, and all of it again after a pause', t => {
  const pace = new Pace({ burst: 20, perSecond: 5 });
  for (let n = 0; n < 20; n++) t.is(pace.take('a', 0), 0);
  t.is(pace.take('a', 0), 200);
  t.is(pace.take('b', 0), 0, 'nobody else is slowed');
  t.is(pace.take('a', 100), 100);
  t.is(pace.take('a', 200), 0);
  t.is(pace.take('a', 200), 200);
  for (let n = 0; n < 20; n++) t.is(pace.take('a', 10 * SECOND), 0);
});

test('who keeps on is refused, until they pause', t => {
  const pace = new Pace({ burst: 20, perSecond: 5 });
  let now = 0;
  let taken = 0;
  for (; now < PACE_PATIENCE; now += 50) if (pace.take('a', now) === 0) taken += 1;
  t.true(taken >= 20 + 5 * (PACE_PATIENCE / SECOND) - 10 && taken <= 20 + 5 * (PACE_PATIENCE / SECOND));
  for (let ends = now + 10 * SECOND; now < ends && pace.take('a', now) !== 'too-fast'; now += 50);
  t.is(pace.take('a', now), 'too-fast');
  now += 2 * SECOND;
  t.is(pace.take('a', now), 0, 'two seconds are enough');
  while (pace.take('a', now) === 0);
  t.is(typeof pace.take('a', now), 'number', 'and then they are slowed anew, not refused');
});

test('a thousand accounts that come and go leave nothing behind', t => {
  const pace = new Pace({ burst: 2, perSecond: 1 });
  for (let n = 0; n < 5_000; n++) t.is(pace.take(`account ${n}`, n * 10 * SECOND), 0);
  t.is(pace.take('account 0', 0), 0);
});

async function strict(t: ExecutionContext, options: Partial<ServerOptions> = {}) {
  const clock = fakeClock();
  const server = await openServer(t, { clock, admission: { ...defaultAdmission(), exempt: [] }, ...options });
  return { clock, server, port: server.facts.port };
}

function acks(raw: RawClient): number {
  return raw.packets.filter(packet => packet.type === 'ack').length;
}

/** Whatever was sent before is dealt with: another account asks, and has its answer. */
async function settled(other: RawClient): Promise<void> {
  const ref = Math.floor(Math.random() * 1e9);
  other.send({ type: 'query', ref, query: { kind: 'rooms' } });
  await other.packet('page', page => page.ref === ref);
}

const post = (n: number) => ({ type: 'command' as const, id: newId(), command: postTo('#lobby', `line ${n}`) });

// Red when commands are not paced, or the one that waits is lost.
test('a flood is taken in its order, as fast as is allowed, and its author alone waits', async t => {
  const { clock, port } = await strict(t);
  const [alice, bob] = [await openRaw(t, 'alice', { port }), await openRaw(t, 'bob', { port })];
  await alice.login();
  await bob.login();
  alice.send(...Array.from({ length: COMMANDS_BURST + 10 }, (_, n) => post(n)));
  await alice.until('burst', () => acks(alice) === COMMANDS_BURST);
  await settled(bob);
  t.is(acks(alice), COMMANDS_BURST);
  bob.send(post(99));
  await bob.packet('ack');
  for (let n = 1; n <= 10; n++) {
    clock.advance(SECOND / COMMANDS_PER_SECOND);
    await alice.until(`one more: ${n}`, () => acks(alice) === COMMANDS_BURST + n);
  }
  t.is(alice.packets.filter(packet => packet.type === 'refused').length, 0);
  const lines = alice.packets.flatMap(packet =>
    packet.type === 'event' && packet.event.kind === 'message' && packet.event.from === 'alice'
      ? [packet.event.body.kind === 'text' ? packet.event.body.text : '']
      : [],
  );
  t.deepEqual(
    lines,
    Array.from({ length: COMMANDS_BURST + 10 }, (_, n) => `line ${n}`),
  );
});

// Red when a repeat costs as much as something new: a clean reconnect would be punished.
test('what is repeated after a cut costs nothing', async t => {
  const { port } = await strict(t);
  const alice = await openRaw(t, 'alice', { port });
  await alice.login();
  const said = Array.from({ length: COMMANDS_BURST }, (_, n) => post(n));
  alice.send(...said);
  await alice.until('all', () => acks(alice) === COMMANDS_BURST);
  const again = await openRaw(t, alice.profile, { port });
  await again.login();
  again.send(...said);
  await again.until('all again', () => acks(again) === COMMANDS_BURST);
  t.pass();
});

test('history is paced too, lists are not', async t => {
  const { clock, port } = await strict(t);
  const [alice, bob] = [await openRaw(t, 'alice', { port }), await openRaw(t, 'bob', { port })];
  await alice.login();
  await bob.login();
  const scope = { of: 'own' } as const;
  const query = { kind: 'history', scope, before: null, after: 0, since: null, limit: 1 } as const;
  for (let ref = 0; ref < QUERIES_BURST + 1; ref++) alice.send({ type: 'query', ref, query });
  const pages = () => alice.packets.filter(packet => packet.type === 'page').length;
  await alice.until('burst', () => pages() === QUERIES_BURST);
  await settled(bob);
  t.is(pages(), QUERIES_BURST);
  clock.advance(SECOND / 5);
  await alice.until('the last', () => pages() === QUERIES_BURST + 1);
  for (let ref = 100; ref < 300; ref++) alice.send({ type: 'query', ref, query: { kind: 'rooms' } });
  await alice.packet('page', page => page.ref === 299);
  t.pass();
});

test('an exempt network is not paced', async t => {
  const { port } = await strict(t, { admission: defaultAdmission() });
  const alice = await openRaw(t, 'alice', { port });
  await alice.login();
  alice.send(...Array.from({ length: 500 }, (_, n) => post(n)));
  await alice.until('all', () => acks(alice) === 500);
  t.pass();
});

// The door

test('an address has 32 new connections a minute that do not log in; those that do are not counted', t => {
  const clock = fakeClock();
  const admission = new Admission({ ...defaultAdmission(), exempt: [] }, clock);
  for (let n = 0; n < 500; n++) {
    const ticket = admission.enter('10.0.0.1');
    if (typeof ticket === 'string') return t.fail(`clean reconnect ${n}: ${ticket}`);
    ticket.authenticated();
    ticket.leave();
  }
  const strange = (address: string) => {
    const ticket = admission.enter(address);
    if (typeof ticket === 'string') return ticket;
    ticket.leave();
    return 'in';
  };
  for (let n = 0; n < 32; n++) t.is(strange('10.0.0.1'), 'in');
  t.is(strange('10.0.0.1'), 'address-too-fast');
  t.is(strange('10.0.0.2'), 'in', 'others may');
  t.is(strange('::ffff:10.0.0.1'), 'address-too-fast', 'the same address in the form of IPv6');
  clock.advance(15 * SECOND);
  for (let n = 0; n < 8; n++) t.is(strange('10.0.0.1'), 'in');
  t.is(strange('10.0.0.1'), 'address-too-fast', 'it decays evenly');
  clock.advance(60 * SECOND);
  for (let n = 0; n < 32; n++) t.is(strange('10.0.0.1'), 'in');
  admission.exempt(['10.0.0.0/24']);
  t.is(strange('10.0.0.1'), 'in');
});

test('a /64 counts as one address', t => {
  const admission = new Admission({ ...defaultAdmission(), exempt: [] }, fakeClock());
  for (let n = 0; n < 32; n++) {
    const ticket = admission.enter(`2001:db8::${n.toString(16)}`);
    if (typeof ticket !== 'string') ticket.leave();
  }
  t.is(admission.enter('2001:db8::ffff'), 'address-too-fast');
  t.not(admission.enter('2001:db8:0:1::1'), 'address-too-fast');
});
