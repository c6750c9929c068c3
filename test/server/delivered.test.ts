// How far people have come: what their devices have stored (D8), what they have read, and who is there.
import test, { type ExecutionContext } from 'ava';
import { LOBBY, type PersonSummary, type Target } from '../../src/chat/vocabulary.ts';
import { talkOf } from '../../src/identity/keys.ts';
import type { Profile } from '../../src/identity/profile.ts';
import { AWAY_LENGTH } from '../../src/limits.ts';
import type { Server } from '../../src/server/server.ts';
import { MemoryLog } from '../../src/store/memory-log.ts';
import { newProfile, openServer } from '../helpers/clients.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { Peer } from '../helpers/peer.ts';
import { hold, letGo } from '../helpers/slow-readers.ts';

const named = (name: string): Target => ({ to: 'name', name });
const lobby: Target = { to: 'room', room: LOBBY };

/** A server whose people come and go, and that can be started again on what it kept. */
class Scene {
  readonly log = new MemoryLog();
  readonly clock = fakeClock();
  readonly ann = newProfile('ann');
  readonly bob = newProfile('bob');
  readonly #t: ExecutionContext;
  server!: Server;

  constructor(t: ExecutionContext) {
    this.#t = t;
    this.clock.set(1_000_000);
  }

  static async open(t: ExecutionContext): Promise<Scene> {
    const scene = new Scene(t);
    await scene.restart();
    return scene;
  }

  async restart(): Promise<void> {
    await this.server?.close();
    this.server = await openServer(this.#t, { log: this.log, clock: this.clock });
  }

  enters(who: Profile | string, presence = true): Promise<Peer> {
    const profile = typeof who === 'string' ? newProfile(who) : who;
    return Peer.open(this.#t, profile, this.server.facts.port, presence);
  }
}

const stored = (peer: Peer, position: number) => peer.raw.send({ type: 'stored', position });
const mark = (peer: Peer, conversation: string, position: number) =>
  peer.raw.send({ type: 'mark', conversation, position });
const delivered = (peer: Peer) =>
  peer.pushed('delivered').map(({ conversation, position }) => [conversation, position]);
const marked = (peer: Peer) => peer.pushed('marked').map(({ conversation, position }) => [conversation, position]);
const settle = (...peers: readonly Peer[]) => Promise.all(peers.map(peer => peer.settled()));

async function personNamed(peer: Peer, name: string): Promise<PersonSummary | undefined> {
  const { pages } = await peer.ask({ kind: 'people' });
  return (pages ?? []).flatMap(page => (page.kind === 'people' ? page.items : [])).find(each => each.name === name);
}

// Red when `delivered` goes out with the ack, to scripts, to third parties, or again for a device that comes later.
test('once a device has stored it, every screen of the other one hears so, once, and nobody else', async t => {
  const scene = await Scene.open(t);
  const { ann, bob } = scene;
  const [one, two] = [await scene.enters(ann), await scene.enters(ann)];
  const script = await scene.enters(ann, false);
  await script.watch('all', true);
  const eve = await scene.enters('eve');
  const [first, second] = [await scene.enters(bob), await scene.enters(bob)];
  const talk = talkOf(one.account, first.account);
  const { position } = await one.says(named('bob'), 'hi');
  await settle(first, second, one);
  t.deepEqual(delivered(one), [], 'an ack alone says nothing of the other one’s devices');
  stored(first, position - 1);
  await settle(first, one);
  t.deepEqual(delivered(one), [], 'nothing of this talk was stored by that');
  stored(first, position);
  await first.settled();
  stored(second, position);
  await settle(second, one, two, script, eve, first);
  for (const peer of [one, two]) t.deepEqual(delivered(peer), [[talk, position]]);
  for (const peer of [script, eve, first, second]) t.deepEqual(delivered(peer), []);
  t.is((await one.standing(talk))?.delivered, position);
  t.is((await first.standing(talk))?.delivered, 0, 'ann has stored nothing');
});

// Red when the mark is kept in memory alone, or what is undelivered is not looked up again.
test('who was offline when it was stored finds it on coming back, also from a server that has begun anew', async t => {
  const scene = await Scene.open(t);
  const one = await scene.enters(scene.ann);
  const before = await scene.enters(scene.bob);
  const talk = talkOf(one.account, before.account);
  await before.leave();
  const first = await one.says(named('bob'), 'one');
  const second = await one.says(named('bob'), 'two');
  await one.leave();
  const bob = await scene.enters(scene.bob);
  stored(bob, first.position);
  await bob.settled();
  const again = await scene.enters(scene.ann);
  t.is((await again.standing(talk))?.delivered, first.position);
  await scene.restart();
  const [ann, later] = [await scene.enters(scene.ann), await scene.enters(scene.bob)];
  t.is((await ann.standing(talk))?.delivered, first.position);
  stored(later, second.position);
  await settle(later, ann);
  t.deepEqual(delivered(ann), [[talk, second.position]]);
  t.is((await ann.standing(talk))?.delivered, second.position);
});

// Red when only the last position of the talk counts: nothing would be told until all of it is stored.
test('of several messages it is told how many of them are stored', async t => {
  const scene = await Scene.open(t);
  const ann = await scene.enters(scene.ann);
  const bob = await scene.enters(scene.bob);
  const first = await ann.says(named('bob'), 'one');
  await ann.says(lobby, 'between');
  const second = await ann.says(named('bob'), 'two');
  stored(bob, second.position - 1);
  stored(bob, second.position);
  await settle(bob, ann);
  t.deepEqual(
    delivered(ann).map(([, position]) => position),
    [first.position, second.position],
  );
});

// Red when a position beyond the newest is taken as it is: what comes later would count as stored.
test('a device cannot have stored what is not there yet, nor less than it had', async t => {
  const scene = await Scene.open(t);
  const ann = await scene.enters(scene.ann);
  const bob = await scene.enters(scene.bob);
  const talk = talkOf(ann.account, bob.account);
  const first = await ann.says(named('bob'), 'one');
  stored(bob, Number.MAX_SAFE_INTEGER);
  await bob.settled();
  stored(bob, 1);
  await settle(bob, ann);
  t.deepEqual(delivered(ann), [[talk, first.position]]);
  const second = await ann.says(named('bob'), 'two');
  t.is((await ann.standing(talk))?.delivered, first.position);
  stored(bob, second.position);
  await settle(bob, ann);
  t.deepEqual(delivered(ann).at(-1), [talk, second.position]);
});

// Red when a talk's answer gives how far the other one has come at all.
test('how far somebody has come with others is told to nobody', async t => {
  const scene = await Scene.open(t);
  const ann = await scene.enters(scene.ann);
  const bob = await scene.enters(scene.bob);
  const eve = await scene.enters('eve');
  const { position } = await ann.says(named('bob'), 'hi');
  const other = await eve.says(named('bob'), 'psst');
  stored(bob, other.position);
  await settle(bob, ann);
  t.is((await ann.standing(talkOf(ann.account, bob.account)))?.delivered, position);
  t.deepEqual(delivered(ann), [[talkOf(ann.account, bob.account), position]]);
});

test('notes to oneself are delivered to nobody', async t => {
  const scene = await Scene.open(t);
  const ann = await scene.enters(scene.ann);
  const { position } = await ann.says(named('ann'), 'milk');
  stored(ann, position);
  await ann.settled();
  t.deepEqual(delivered(ann), []);
  t.is((await ann.standing(talkOf(ann.account, ann.account)))?.delivered, position);
});

// Red when a mark goes back to the session that set it, to other people, or back in time.
test('what one screen has read the others of the same person hear of, and nobody else', async t => {
  const scene = await Scene.open(t);
  const [one, two] = [await scene.enters(scene.ann), await scene.enters(scene.ann)];
  const script = await scene.enters(scene.ann, false);
  const bob = await scene.enters(scene.bob);
  await script.watch('all', true);
  const first = await bob.says(lobby, 'one');
  const second = await bob.says(lobby, 'two');
  t.like(await two.standing(LOBBY), { read: 0, unread: 2, last: second.position });
  mark(one, LOBBY, first.position);
  await one.settled();
  mark(one, LOBBY, first.position - 1);
  mark(one, LOBBY, first.position);
  await settle(one, two, script, bob);
  t.deepEqual(marked(two), [[LOBBY, first.position]]);
  for (const peer of [one, script, bob]) t.deepEqual(marked(peer), []);
  t.like(await two.standing(LOBBY), { read: first.position, unread: 1 });
  mark(two, LOBBY, Number.MAX_SAFE_INTEGER);
  await settle(two, one);
  t.deepEqual(marked(one), [[LOBBY, second.position]]);
  await scene.restart();
  t.like(await (await scene.enters(scene.ann)).standing(LOBBY), { read: second.position, unread: 0 });
  t.like(await (await scene.enters(scene.bob)).standing(LOBBY), { read: 0, unread: 0 }, 'one’s own words are read');
});

// Red when a word to one that is behind is dropped: nobody would say it again.
test('who was behind hears how far things have come once they have caught up', async t => {
  const scene = await Scene.open(t);
  const [one, two] = [await scene.enters(scene.ann), await scene.enters(scene.ann)];
  const bob = await scene.enters(scene.bob);
  const talk = talkOf(one.account, bob.account);
  await one.says(named('bob'), 'one');
  await one.settled();
  hold(one.device);
  const { position } = await two.says(named('bob'), 'two');
  stored(bob, position - 1);
  stored(bob, position);
  await bob.settled();
  mark(two, LOBBY, 1);
  mark(two, LOBBY, 2);
  await two.settled();
  t.deepEqual([delivered(one), marked(one)], [[], []]);
  letGo(one.device);
  await one.settled();
  t.deepEqual([delivered(one), marked(one)], [[[talk, position]], [[LOBBY, 2]]]);
  const at = (type: string) => one.raw.packets.findLastIndex(packet => packet.type === type);
  t.true(at('delivered') > at('event'), 'after what it is about');
});

// Red when a mark is kept without asking whether the account sees anything of the conversation.
test('what one may not look into one has not read', async t => {
  const scene = await Scene.open(t);
  const ann = await scene.enters(scene.ann);
  const eve = await scene.enters('eve');
  await ann.does({ kind: 'join', room: '#den' });
  await ann.does({ kind: 'visibility', room: '#den', visibility: 'hidden' });
  await ann.says(named('ann'), 'x');
  const { position } = await ann.says({ to: 'room', room: '#den' }, 'x');
  for (const each of ['#den', talkOf(ann.account, ann.account), '#none']) mark(eve, each, position);
  await eve.settled();
  t.deepEqual(scene.log.marks({ kind: 'read' }), []);
});

test('away is what somebody’s screen says, with a word, until they are back or their last screen has gone', async t => {
  const scene = await Scene.open(t);
  const ann = await scene.enters(scene.ann);
  const bob = await scene.enters(scene.bob);
  const script = await scene.enters(scene.bob, false);
  const heard = (peer: Peer) => peer.pushed('presence').flatMap(each => (each.name === 'bob' ? [each.away] : []));
  bob.raw.send({ type: 'status', away: 'lunch\u0007' });
  bob.raw.send({ type: 'status', away: 'lunch\u0007' });
  script.raw.send({ type: 'status', away: 'a script' });
  await settle(bob, script, ann);
  t.deepEqual(heard(ann), [null, 'lunch\ufffd']);
  t.like(await personNamed(ann, 'bob'), { here: true, away: 'lunch\ufffd' });
  bob.raw.send({ type: 'status', away: null });
  bob.raw.send({ type: 'status', away: '' });
  bob.raw.send({ type: 'status', away: 'x'.repeat(AWAY_LENGTH + 50) });
  await settle(bob, ann);
  t.deepEqual(heard(ann).slice(2), [null, '', 'x'.repeat(AWAY_LENGTH)]);
  const other = await scene.enters(scene.bob);
  await bob.leave();
  await other.settled();
  t.like(await personNamed(ann, 'bob'), { here: true, away: 'x'.repeat(AWAY_LENGTH) });
  await other.leave();
  await ann.raw.packet('presence', each => each.name === 'bob' && !each.here);
  t.like(await personNamed(ann, 'bob'), { here: false, away: null });
});

// Red when `seen` is not written when somebody goes, or not read at the start.
test('when somebody was last seen is known after any restart', async t => {
  const scene = await Scene.open(t);
  const { clock } = scene;
  const ann = await scene.enters(scene.ann);
  t.like(await personNamed(ann, 'ann'), { here: true, since: 1_000_000 });
  const script = await scene.enters('cron', false);
  await script.settled();
  clock.set(2_000_000);
  const bob = await scene.enters(scene.bob);
  clock.set(3_000_000);
  await bob.leave();
  t.like(await ann.raw.packet('presence', each => each.name === 'bob' && !each.here), { time: 3_000_000 });
  clock.set(4_000_000);
  await ann.leave();
  await scene.restart();
  const eve = await scene.enters('eve');
  t.like(await personNamed(eve, 'bob'), { here: false, since: 3_000_000, away: null });
  t.like(await personNamed(eve, 'ann'), { here: false, since: 4_000_000 });
  t.like(await personNamed(eve, 'cron'), { here: false, since: 0 }, 'a script is never here');
});
