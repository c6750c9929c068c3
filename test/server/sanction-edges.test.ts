// Sanctions at their edges (issue 6): when they end, what overlaps, whom nobody may meet, and what is on its way meanwhile.
// Seen red: a ban that is looked up again once it is kept; a kick that knows only who is in; rules of slow rooms that begin
// anew with the server; away words that are passed on.
import test, { type ExecutionContext } from 'ava';
import type { Command } from '../../src/chat/vocabulary.ts';
import type { AdminSession } from '../../src/server/admin-session.ts';
import type { ServerOptions } from '../../src/server/server.ts';
import { defaultAdmission } from '../../src/session/admission.ts';
import { MemoryLog } from '../../src/store/memory-log.ts';
import { newProfile, openClient, openRaw, openServer, postTo } from '../helpers/clients.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { HeldLog } from '../helpers/held-log.ts';
import { Peer } from '../helpers/peer.ts';

async function open(t: ExecutionContext, options: Partial<ServerOptions> = {}) {
  const server = await openServer(t, options);
  return { server, port: server.facts.port, admin: server.admin(() => {}, false) };
}

async function does(admin: AdminSession, command: Command) {
  const result = await admin.command(command);
  if (!result.ok) throw Object.assign(new Error(result.code), { code: result.code });
}

const named = (name: string) => ({ to: 'name', name }) as const;
const account = (name: string) => ({ by: 'account', target: named(name) }) as const;
const MINUTE = 60_000;
const ban = (who: Extract<Command, { kind: 'ban' }>['who'], lasts: number | null = null): Command => ({
  ...{ kind: 'ban', who, lasts, reason: '' },
});
const mute = (name: string, room: string | null = null, lasts: number | null = null): Command => ({
  ...{ kind: 'mute', target: named(name), room, lasts, reason: '' },
});
const home = { localAddress: '127.0.0.1' };

test('a timed sanction ends at its minute, and a slow room is as slow, also by a server that began meanwhile', async t => {
  const log = new MemoryLog();
  const clock = fakeClock();
  clock.set(1_800_000_000_000);
  const [ann, bob] = [newProfile('ann'), newProfile('bob')];
  const scene = await open(t, { log, clock });
  for (const each of [ann, bob]) await (await Peer.open(t, each, scene.port)).leave();
  await does(scene.admin, ban(account('bob'), 10 * MINUTE));
  await does(scene.admin, mute('ann', '#lobby', 10 * MINUTE));
  const first = await Peer.open(t, ann, scene.port);
  await first.says({ to: 'room', room: '#slow' }, 'founded');
  const cat = await Peer.open(t, newProfile('cat'), scene.port);
  t.is(typeof (await first.does({ kind: 'slow', room: '#slow', seconds: 600 })), 'number');
  await cat.says({ to: 'room', room: '#slow' }, 'one');
  clock.advance(1);
  for (const restart of [false, true]) {
    // Just before the end, by the server that was told and by one that reads it.
    if (!restart) clock.advance(10 * MINUTE - 2);
    const { port } = restart ? await again() : scene;
    t.like(await Peer.come(t, bob, { port, ...home }), { code: 'banned' });
    const [one, other] = [await Peer.open(t, ann, port), await Peer.open(t, cat.raw.profile, port)];
    t.is(await one.does(postTo('#lobby', 'too early')), 'muted-for');
    t.is(await other.does(postTo('#slow', 'too early')), 'slow');
    if (!restart) continue;
    clock.advance(1);
    t.is(typeof (await one.does(postTo('#lobby', 'on time'))), 'number');
    t.is(typeof (await other.does(postTo('#slow', 'on time'))), 'number');
    t.true((await Peer.come(t, bob, { port, ...home })) instanceof Peer);
  }

  async function again() {
    await scene.server.close();
    return open(t, { log, clock });
  }
});

test('a slow room that is slow no more forgets who spoke', async t => {
  const { port } = await open(t);
  const [ann, bob] = [await Peer.open(t, newProfile('ann'), port), await Peer.open(t, newProfile('bob'), port)];
  await ann.says({ to: 'room', room: '#slow' }, 'founded');
  const slow = (seconds: number) => ann.does({ kind: 'slow', room: '#slow', seconds });
  await slow(600);
  await bob.says({ to: 'room', room: '#slow' }, 'one');
  t.is(await bob.does(postTo('#slow', 'two')), 'slow');
  await slow(0);
  await slow(600);
  await bob.says({ to: 'room', room: '#slow' }, 'two');
});

test('each of several bans keeps somebody out until it is lifted; one that has ended or never was is no ban', async t => {
  const clock = fakeClock();
  clock.set(1_800_000_000_000);
  const { port, admin } = await open(t, { clock, admission: { ...defaultAdmission(), exempt: [] } });
  const bob = newProfile('bob');
  await (await Peer.open(t, bob, port)).leave();
  const bans = [account('bob'), { by: 'name', name: 'b0b' }, { by: 'network', network: '127.0.0.0/30' }] as const;
  for (const each of bans) await does(admin, ban(each));
  for (const each of bans) {
    t.like(await Peer.come(t, bob, { port, ...home }), { code: 'banned' });
    await does(admin, { kind: 'unban', who: each });
    await t.throwsAsync(does(admin, { kind: 'unban', who: each }), { code: 'not-banned' });
  }
  t.true((await Peer.come(t, bob, { port, ...home })) instanceof Peer);
  // The later one of the same takes the place of the one before.
  await does(admin, ban(account('bob')));
  await does(admin, ban(account('bob'), MINUTE));
  clock.advance(MINUTE);
  t.true((await Peer.come(t, bob, { port, ...home })) instanceof Peer);
  await t.throwsAsync(does(admin, { kind: 'unban', who: account('bob') }), { code: 'not-banned' });
});

test('a name that is kept out is nobody’s: not to claim, and not to take', async t => {
  const { port, admin } = await open(t);
  const bob = await Peer.open(t, newProfile('bob'), port);
  await does(admin, ban({ by: 'name', name: 'mallory' }));
  t.like(await Peer.come(t, newProfile('Ma1lory'), { port, ...home }), { code: 'banned' });
  t.is(await bob.does({ kind: 'rename', name: 'mallory' }), 'name-banned');
  t.is(typeof (await bob.does({ kind: 'rename', name: 'bert' })), 'number');
});

test('whoever operates is met by no ban of another operator, nor by their own, however it is said; by the owner’s they are', async t => {
  const { port, admin } = await open(t, { admission: { ...defaultAdmission(), exempt: [] } });
  const [olga, oscar, bob] = ['olga', 'oscar', 'bob'].map(name => newProfile(name));
  const come = async (who: typeof olga, localAddress: string) => {
    const peer = await Peer.come(t, who as never, { port, localAddress });
    if (!(peer instanceof Peer)) throw new Error(peer.code);
    return peer;
  };
  const one = await come(olga, '127.0.0.5');
  await come(oscar, '127.0.0.6');
  await come(bob, '127.0.0.7');
  for (const name of ['olga', 'oscar']) await does(admin, { kind: 'role', target: named(name), role: 'operator' });
  const cases = [
    [account('olga'), 'not-yourself'],
    [{ by: 'name', name: '0lga' }, 'not-yourself'],
    [{ by: 'network', network: '127.0.0.5/32' }, 'not-yourself'],
    [account('oscar'), 'above-you'],
    [{ by: 'name', name: 'OSCAR' }, 'above-you'],
    [{ by: 'network', network: '127.0.0.6/31' }, 'above-you'],
  ] as const;
  t.is(await one.does({ kind: 'release', name: 'oscar' }), 'above-you');
  for (const [who, code] of cases) t.is(await one.does(ban(who)), code, JSON.stringify(who));
  t.is(typeof (await one.does(ban({ by: 'network', network: '127.0.0.7/32' }))), 'number');
  await does(admin, ban({ by: 'network', network: '127.0.0.5/32' }));
  t.like(await one.raw.closed(), { code: 'banned' });
});

test('who is muted says nothing by a name, an invitation or away words; and does not lift it', async t => {
  const { port, admin } = await open(t);
  const ann = await Peer.open(t, newProfile('ann'), port);
  const bob = await Peer.open(t, newProfile('bob'), port);
  await bob.does({ kind: 'join', room: '#of-bob' });
  await does(admin, mute('bob'));
  t.is(await bob.does({ kind: 'rename', name: 'you-are-all-fools' }), 'muted');
  t.is(await bob.does({ kind: 'invite', room: '#of-bob', target: named('ann') }), 'muted');
  bob.raw.send({ type: 'status', away: 'you are all fools' });
  const { away } = await ann.raw.packet('presence', ({ name, away }) => name === 'bob' && away !== null);
  t.is(away, '');
  await does(admin, { kind: 'role', target: named('bob'), role: 'operator' });
  t.is(await bob.does({ kind: 'unmute', target: named('bob'), room: null }), 'not-yourself');
  t.is(await bob.does(postTo('#lobby', 'no')), 'muted');
});

test('moderators of a room do not silence each other or its owner; its owner and operators silence them', async t => {
  const { port } = await open(t);
  const [ann, bob, cat] = await Promise.all(['ann', 'bob', 'cat'].map(name => Peer.open(t, newProfile(name), port)));
  if (!ann || !bob || !cat) throw new Error('nobody');
  await ann.does({ kind: 'join', room: '#dev' });
  for (const name of ['bob', 'cat']) await ann.does({ kind: 'moderator', room: '#dev', target: named(name), on: true });
  t.is(await bob.does(mute('cat', '#dev')), 'above-you');
  t.is(await bob.does(mute('ann', '#dev')), 'above-you');
  t.is(typeof (await ann.does(mute('bob', '#dev'))), 'number');
  t.is(await bob.does({ kind: 'unmute', target: named('bob'), room: '#dev' }), 'not-yourself');
  t.is(await ann.does({ kind: 'moderator', room: '#dev', target: named('bob'), on: true }), 'already-so');
});

test('an operator takes a message of another back, in a room and not in private talk; all who have it hear of it', async t => {
  const { port, admin } = await open(t);
  const [ann, bob] = [await Peer.open(t, newProfile('ann'), port), await Peer.open(t, newProfile('bob'), port)];
  await does(admin, { kind: 'role', target: named('ann'), role: 'operator' });
  const said = await bob.says({ to: 'room', room: '#lobby' }, 'rude');
  const privately = await bob.says(named('ann'), 'rude');
  t.is(await ann.does({ kind: 'delete', about: privately }), 'not-yours');
  t.is(typeof (await ann.does({ kind: 'delete', about: said })), 'number');
  await bob.settled();
  t.true(bob.events.some(event => event.kind === 'deleted' && event.about.id === said.id));
  t.is(await ann.does({ kind: 'delete', about: said }), 'no-such-message');
  const history = await bob.history('#lobby');
  t.false(JSON.stringify(history).includes('rude'));
});

test('a kick ends a login that is on its way, and what it would have said is not heard', async t => {
  const log = new HeldLog();
  const { port, admin } = await open(t, { log });
  const bob = newProfile('bob');
  const first = await Peer.open(t, bob, port);
  log.hold = true;
  const posted = first.send(postTo('#lobby', 'before'));
  await first.settled();
  const second = await openRaw(t, bob, { port });
  const hello = second.hello();
  second.send(hello);
  second.send(await second.answer(hello));
  await second.echoed();
  const kicked = does(admin, { kind: 'kick', target: named('bob'), reason: 'enough' });
  // Nobody hears anything of either until the disk has it: the login waits behind the post.
  t.is(second.packets.filter(({ type }) => type === 'welcome').length, 0);
  log.release();
  await kicked;
  t.is(typeof (await first.answered(posted)), 'number');
  for (const each of [first.raw, second]) t.deepEqual(await each.closed(), { code: 'kicked', detail: 'enough' });
  t.is(second.packets.filter(({ type }) => type === 'welcome').length, 0);
});

test('a ban that is lifted before it is kept leaves nobody deaf: who was met is out, and may come back', async t => {
  const log = new HeldLog();
  const { port, admin } = await open(t, { log });
  const bob = newProfile('bob');
  const peer = await Peer.open(t, bob, port);
  const ann = await Peer.open(t, newProfile('ann'), port);
  log.hold = true;
  const both = Promise.all([does(admin, ban(account('bob'))), does(admin, { kind: 'unban', who: account('bob') })]);
  await ann.settled();
  log.release();
  await both;
  t.like(await peer.raw.closed(), { code: 'banned' });
  t.true((await Peer.come(t, bob, { port, ...home })) instanceof Peer);
});

test('when a kick cannot be kept, who was met by it goes on', async t => {
  const log = new HeldLog();
  const { port, admin } = await open(t, { log });
  const client = await openClient(t, newProfile('bob'), { port });
  await client.message('online');
  log.fails = true;
  await t.throwsAsync(does(admin, { kind: 'kick', target: named('bob'), reason: '' }), { code: 'storage-failed' });
  await client.says('#lobby', 'still here');
});
