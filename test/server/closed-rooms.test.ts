// Rooms that are not open to all, seen from outside: a hidden one is as if it were not there, whatever is asked or tried, and in
// whatever order things meet.
import test, { type ExecutionContext } from 'ava';
import type { Command, ConversationId, MessageRef, Target, Visibility } from '../../src/chat/vocabulary.ts';
import { talkOf } from '../../src/identity/keys.ts';
import type { Profile } from '../../src/identity/profile.ts';
import type { Query } from '../../src/protocol/packet.ts';
import { newId, newProfile, openServer, textsOf } from '../helpers/clients.ts';
import { HeldLog } from '../helpers/held-log.ts';
import { Peer } from '../helpers/peer.ts';
import { plain } from '../helpers/visible-answers.ts';

const DEN: ConversationId = '#den';
const NONE: ConversationId = '#nil';
const inRoom = (room: ConversationId): Target => ({ to: 'room', room });
const named = (name: string): Target => ({ to: 'name', name });
const turn = (visibility: Visibility, room = DEN): Command => ({ kind: 'visibility', room, visibility });
const post = (target: Target, text: string, reply?: MessageRef): Command => ({
  ...{ kind: 'post', target, body: { kind: 'text', text }, action: false, ...(reply ? { reply } : {}) },
});

interface Scene {
  readonly log: HeldLog;
  /** Owns the room and is in it. */
  readonly ann: Peer;
  /** Was in it, and left. */
  readonly bob: Peer;
  /** Never was. */
  readonly eve: Peer;
  readonly inside: MessageRef;
  enters(who: Profile, presence?: boolean): Promise<Peer>;
}

async function scene(t: ExecutionContext, visibility: Visibility = 'hidden'): Promise<Scene> {
  const log = new HeldLog();
  const { port } = (await openServer(t, { log })).facts;
  const enters = (who: Profile, presence = true) => Peer.open(t, who, port, presence);
  const [ann, bob, eve] = [
    await enters(newProfile('ann')),
    await enters(newProfile('bob')),
    await enters(newProfile('eve')),
  ];
  await ann.does({ kind: 'join', room: DEN });
  await ann.does({ kind: 'topic', room: DEN, text: 'plans' });
  await bob.does({ kind: 'join', room: DEN });
  await ann.does(turn(visibility));
  const { account, id } = await ann.says(inRoom(DEN), 'apple');
  await bob.does({ kind: 'leave', room: DEN });
  await Promise.all([ann.settled(), bob.settled(), eve.settled()]);
  return { log, ann, bob, eve, inside: { account, id }, enters };
}

/** Everything about a room that anybody may send; `about`: a message in it. */
function commandsAbout(room: ConversationId, about: MessageRef): readonly Command[] {
  return [
    { kind: 'leave', room },
    { kind: 'topic', room, text: 'x' },
    { kind: 'invite', room, target: named('ann') },
    { kind: 'invite', room, target: named('nobody') },
    turn('public', room),
    turn('hidden', room),
    { kind: 'edit', about, body: { kind: 'text', text: 'x' } },
    { kind: 'delete', about },
    { kind: 'react', about, reaction: '👍', on: true },
    { kind: 'slow', room, seconds: 5 },
    { kind: 'lock', room, on: true },
    { kind: 'announce-only', room, on: true },
    { kind: 'mute', target: named('ann'), room, lasts: null, reason: '' },
    { kind: 'unmute', target: named('ann'), room },
    { kind: 'moderator', room, target: named('eve'), on: true },
    post(inRoom('#lobby'), 'x', about),
    post(named('ann'), 'x', about),
  ];
}

function queriesAbout(room: ConversationId): readonly Query[] {
  const range = { before: null, after: null, since: null, limit: 10 };
  const scope = { of: 'conversation', conversation: room } as const;
  return [
    { kind: 'history', scope, ...range },
    { kind: 'history', scope, ...range, after: 0 },
    { kind: 'history', scope, ...range, since: 0 },
    { kind: 'search', text: 'apple', conversation: room, from: null, before: null, after: null, limit: 10 },
    { kind: 'members', room },
  ];
}

/** Everything that one was sent, but for what differs anyway. */
const answers = (peer: Peer, from: number, room: ConversationId) =>
  peer.raw.packets
    .slice(from)
    .map(packet => plain({ ...packet, id: null, ref: null }).replaceAll(room, 'ROOM'))
    .filter(packet => !packet.includes('"type":"event"'));

// Red when a refusal looks the room up before it asks who wants to know.
test('whatever a stranger asks of a hidden room or does about it is answered as if it were not there', async t => {
  const { ann, eve, inside } = await scene(t);
  const ask = async (room: ConversationId, about: MessageRef) => {
    const from = eve.raw.packets.length;
    for (const command of commandsAbout(room, about)) await eve.does(command);
    for (const query of queriesAbout(room)) await eve.ask(query);
    eve.raw.send({ type: 'mark', conversation: room, position: 9 });
    await eve.settled();
    return answers(eve, from, room);
  };
  const none = { account: ann.account, id: newId() };
  const found = await ask(DEN, inside);
  t.deepEqual(found, await ask(NONE, none));
  t.true(found.length >= commandsAbout(DEN, inside).length + queriesAbout(DEN).length);
  // Two people cannot found the same room: that a name is taken shows, and nothing else does.
  t.is(await eve.does({ kind: 'join', room: DEN }), 'room-closed');
  t.is(await eve.does(post(inRoom(DEN), 'x')), 'room-closed');
  // Nor what holds in it.
  t.is(typeof (await ann.does({ kind: 'lock', room: DEN, on: true })), 'number');
  t.is(await eve.does({ kind: 'join', room: DEN }), 'room-closed');
  t.is(await eve.does(post(inRoom(DEN), 'x')), 'room-closed');
});

test('in no list and no search of everything a stranger comes upon a hidden room', async t => {
  const { eve } = await scene(t);
  await eve.watch('all', true);
  const range = { before: null, after: null, since: null, limit: 200 };
  const queries: readonly Query[] = [
    { kind: 'rooms' },
    { kind: 'people' },
    { kind: 'conversations', since: 0 },
    { kind: 'history', scope: { of: 'all' }, ...range },
    { kind: 'history', scope: { of: 'own' }, ...range },
    { kind: 'search', text: 'apple', conversation: null, from: null, before: null, after: null, limit: 10 },
  ];
  for (const query of queries) {
    const { pages } = await eve.ask(query);
    t.true((pages?.length ?? 0) > 0);
    t.false(plain(pages).includes(DEN), query.kind);
  }
});

test('of an invite-only room a stranger learns that it is there, and neither its topic nor who is in it', async t => {
  const { ann, eve } = await scene(t, 'invite');
  const list = async (peer: Peer) => {
    const { pages } = await peer.ask({ kind: 'rooms' });
    return (pages ?? []).flatMap(page => (page.kind === 'rooms' ? page.items : [])).find(each => each.room === DEN);
  };
  const about = { room: DEN, visibility: 'invite' };
  t.deepEqual(await list(eve), { ...about, topic: '', members: 0, joined: false } as never);
  t.deepEqual(await list(ann), { ...about, topic: 'plans', members: 1, joined: true } as never);
  for (const query of queriesAbout(DEN)) t.is((await eve.ask(query)).code, 'room-closed', query.kind);
});

test('who has left a closed room keeps their own part of it, and hears and does nothing more there', async t => {
  const { ann, bob, inside } = await scene(t);
  await ann.does({ kind: 'edit', about: inside, body: { kind: 'text', text: 'birch' } });
  await ann.says(inRoom(DEN), 'later');
  await bob.watch([DEN], true);
  await ann.says(inRoom(DEN), 'later still');
  await bob.settled();
  t.deepEqual(textsOf(bob.events), ['apple']);
  t.deepEqual(textsOf(await bob.history(DEN)), ['apple'], 'as it was said then');
  t.is((await bob.ask({ kind: 'members', room: DEN })).code, 'no-such-room');
  for (const command of commandsAbout(DEN, inside).filter(({ kind }) => kind !== 'delete')) {
    t.is(typeof (await bob.does(command)), 'string', command.kind);
  }
  t.is(await bob.does({ kind: 'join', room: DEN }), 'room-closed');
});

// Red when a watch is looked at only when it is set.
test('a script that watches hears a room while it is open, and what closes and opens it', async t => {
  const { ann, eve, enters } = await scene(t, 'public');
  const [some, all] = [await enters(newProfile('cron'), false), await enters(newProfile('mail'), false)];
  await some.watch([DEN, NONE], false);
  await all.watch('all', false);
  const steps: readonly (() => Promise<unknown>)[] = [
    () => ann.says(inRoom(DEN), 'open'),
    () => ann.does(turn('invite')),
    () => ann.says(inRoom(DEN), 'closed'),
    () => ann.does(turn('hidden')),
    () => ann.does(turn('public')),
    () => ann.says(inRoom(DEN), 'open again'),
    // A room that is watched before it is there, and closed in the breath in which it is made.
    () => eve.does({ kind: 'join', room: NONE }),
    () => eve.does(turn('hidden', NONE)),
    () => eve.says(inRoom(NONE), 'closed'),
  ];
  for (const step of steps) await step();
  for (const peer of [some, all]) {
    await peer.settled();
    t.deepEqual(
      peer.events.map(event => (event.kind === 'visibility' ? event.visibility : (textsOf([event])[0] ?? event.kind))),
      ['open', 'invite', 'public', 'open again', 'created', 'joined', 'hidden'],
    );
  }
  t.is((await some.ask(queriesAbout(NONE)[1] as Query)).code, 'no-such-room', 'and looks back at nothing of it');
});

test('a script whose account is in a closed room hears it, and a session of the account that comes later too', async t => {
  const { ann, enters } = await scene(t);
  const profile = newProfile('cron');
  const script = await enters(profile, false);
  await script.watch('all', false);
  await ann.does({ kind: 'invite', room: DEN, target: named('cron') });
  await script.does({ kind: 'join', room: DEN });
  const screen = await enters(profile);
  await ann.says(inRoom(DEN), 'to both');
  await Promise.all([script.settled(), screen.settled()]);
  t.deepEqual([textsOf(script.events), textsOf(screen.events)], [['to both'], ['to both']]);
});

// Red when a decision looks at what is kept instead of at what was decided: both would go through.
test('who comes while the door closes is in or out, in the order in which it was asked', async t => {
  const { log, ann, eve, enters } = await scene(t, 'public');
  const fox = await enters(newProfile('fox'));
  log.hold = true;
  const early = eve.send({ kind: 'join', room: DEN });
  await eve.settled();
  const closing = ann.send(turn('hidden'));
  await ann.settled();
  const late = fox.send({ kind: 'join', room: DEN });
  const said = fox.send(post(inRoom(DEN), 'let me in'));
  await fox.settled();
  log.release();
  t.deepEqual([typeof (await eve.answered(early)), typeof (await ann.answered(closing))], ['number', 'number']);
  t.deepEqual([await fox.answered(late), await fox.answered(said)], ['room-closed', 'room-closed']);
  await ann.says(inRoom(DEN), 'among us');
  await Promise.all([eve.settled(), fox.settled()]);
  t.deepEqual(textsOf(eve.events), ['among us']);
  t.deepEqual(textsOf(fox.events), []);
});

test('an invitation holds from where it was given on', async t => {
  const { log, ann, eve } = await scene(t);
  log.hold = true;
  const early = eve.send({ kind: 'join', room: DEN });
  await eve.settled();
  const invited = ann.send({ kind: 'invite', room: DEN, target: named('eve') });
  await ann.settled();
  const late = eve.send({ kind: 'join', room: DEN });
  await eve.settled();
  log.release();
  t.is(await eve.answered(early), 'room-closed');
  t.deepEqual([typeof (await ann.answered(invited)), typeof (await eve.answered(late))], ['number', 'number']);
  await eve.settled();
  t.deepEqual(textsOf(await eve.history(DEN)), [], 'and sees nothing of what was said before');
});

// Red when foreign talk is answered with a refusal of its own.
test('of the private talk of two others nobody learns whether there is any', async t => {
  const { ann, bob, eve } = await scene(t);
  await ann.says(named('bob'), 'apple between us');
  const talk = talkOf(ann.account, bob.account);
  const none = `~${'A'.repeat(22)}`;
  const ask = async (conversation: ConversationId) => {
    const from = eve.raw.packets.length;
    for (const query of queriesAbout(conversation)) if (query.kind !== 'members') await eve.ask(query);
    eve.raw.send({ type: 'mark', conversation, position: 9 });
    await eve.settled();
    return answers(eve, from, conversation);
  };
  t.deepEqual(await ask(talk), await ask(none));
  t.deepEqual(textsOf(eve.events), []);
});
