// What is done about messages, over the wire: who may, in which order, how often, and what is left when a message is gone.
import test, { type ExecutionContext } from 'ava';
import { type AnyEvent, type Command, LOBBY, type MessageRef, type Target } from '../../src/chat/vocabulary.ts';
import { talkOf } from '../../src/identity/keys.ts';
import type { Server } from '../../src/server/server.ts';
import { newId, newProfile, openServer } from '../helpers/clients.ts';
import { HeldLog } from '../helpers/held-log.ts';
import { Peer } from '../helpers/peer.ts';
import { hold, letGo } from '../helpers/slow-readers.ts';

const lobby: Target = { to: 'room', room: LOBBY };
const named = (name: string): Target => ({ to: 'name', name });
const post = (target: Target, text: string, reply?: MessageRef): Command => ({
  ...{ kind: 'post', target, body: { kind: 'text', text }, action: false, ...(reply ? { reply } : {}) },
});
const edit = ({ account, id }: MessageRef, text: string): Command => ({
  ...{ kind: 'edit', about: { account, id }, body: { kind: 'text', text } },
});
const takeBack = ({ account, id }: MessageRef): Command => ({ kind: 'delete', about: { account, id } });
const react = ({ account, id }: MessageRef, on = true): Command => ({
  ...{ kind: 'react', about: { account, id }, reaction: '👍', on },
});

interface Table {
  readonly log: HeldLog;
  readonly server: Server;
  readonly ann: Peer;
  readonly bob: Peer;
  readonly eve: Peer;
}

async function table(t: ExecutionContext): Promise<Table> {
  const log = new HeldLog();
  const server = await openServer(t, { log });
  const enters = (name: string) => Peer.open(t, newProfile(name), server.facts.port);
  return { log, server, ann: await enters('ann'), bob: await enters('bob'), eve: await enters('eve') };
}

const kinds = (events: readonly AnyEvent[]) => events.map(event => event.kind);
/** What one was pushed of what was said and done about it, in the order in which it came. */
const talk = (peer: Peer) =>
  kinds(peer.events).filter(kind => ['message', 'edited', 'deleted', 'reacted'].includes(kind));

async function lastMessage(peer: Peer, conversation: string): Promise<AnyEvent | undefined> {
  return (await peer.history(conversation)).findLast(event => event.kind === 'message');
}

// Red when `#message` gives what is kept without asking who may see it.
test('what one may not see one cannot answer, change or react to, and the refusal is that of what is not there', async t => {
  const { ann, bob, eve } = await table(t);
  const secret = await ann.says(named('bob'), 'between us');
  await ann.does({ kind: 'join', room: '#den' });
  await ann.does({ kind: 'visibility', room: '#den', visibility: 'hidden' });
  const hidden = await ann.says({ to: 'room', room: '#den' }, 'in here');
  await bob.settled();
  for (const about of [secret, hidden]) {
    const none = { account: about.account, id: newId() };
    for (const make of [(ref: MessageRef) => edit(ref, 'x'), takeBack, react]) {
      t.is(await eve.does(make(about)), 'no-such-message');
      t.is(await eve.does(make(none)), 'no-such-message');
    }
    for (const target of [lobby, named('ann'), { to: 'room', room: '#new' } as const]) {
      t.is(await eve.does(post(target, 'x', { account: about.account, id: about.id })), 'no-such-message');
    }
  }
  const refusals = eve.pushed('refused').map(({ code, params }) => JSON.stringify({ code, params }));
  t.is(new Set(refusals).size, 1);
  t.is(typeof (await bob.does(post(named('ann'), 'y', { account: secret.account, id: secret.id }))), 'number');
});

// Red when what is decided and not kept yet is nobody's, or is not folded with what was decided about it.
test('a message, other words for it and its taking back go out in one burst, and are decided in that order', async t => {
  const { log, ann, bob } = await table(t);
  const ref = { account: ann.account, id: newId() };
  const packet = (command: Command, id = newId()) => ({ type: 'command', id, command }) as const;
  const [said, edited, deleted, late] = [
    packet(post(lobby, 'first'), ref.id),
    packet(edit(ref, 'second')),
    packet(takeBack(ref)),
    packet(edit(ref, 'third')),
  ];
  log.hold = true;
  ann.raw.send(said, edited, deleted, late);
  await ann.settled();
  log.release();
  const answers = await Promise.all([said, edited, deleted, late].map(({ id }) => ann.answered(id)));
  t.deepEqual(
    answers.map(answer => typeof answer),
    ['number', 'number', 'number', 'string'],
  );
  t.is(answers[3], 'no-such-message');
  await bob.settled();
  t.deepEqual(talk(bob), ['message', 'edited', 'deleted']);
  t.like(await lastMessage(bob, LOBBY), { deleted: true, body: { text: '' } });
});

// Red when `#sees` takes whoever has any part of a room: one who left would answer what is said there now.
test('what is on its way into a closed room is nothing for one who has left it', async t => {
  const { log, ann, bob } = await table(t);
  for (const peer of [ann, bob]) await peer.does({ kind: 'join', room: '#den' });
  await ann.does({ kind: 'visibility', room: '#den', visibility: 'invite' });
  await bob.does({ kind: 'leave', room: '#den' });
  const ref = { account: ann.account, id: newId() };
  log.hold = true;
  ann.send(post({ to: 'room', room: '#den' }, 'who is with me'), ref.id);
  await ann.settled();
  t.is(await bob.does(react(ref)), 'no-such-message');
  log.release();
  await ann.answered(ref.id);
  t.is(await bob.does(react(ref)), 'no-such-message');
});

test('reactions that meet on their way are all there, each once', async t => {
  const { log, ann, bob, eve } = await table(t);
  const about = await ann.says(lobby, 'x');
  log.hold = true;
  const one = [bob.send(react(about)), bob.send(react(about))];
  const other = eve.send(react(about));
  await Promise.all([bob.settled(), eve.settled()]);
  log.release();
  for (const id of one) t.is(typeof (await bob.answered(id)), 'number');
  t.is(typeof (await eve.answered(other)), 'number');
  const message = await lastMessage(ann, LOBBY);
  t.deepEqual(message?.kind === 'message' && message.reactions, [
    { reaction: '👍', accounts: [bob.account, eve.account] },
  ]);
});

// Red when only posts have receipts.
test('the same id again does nothing twice, whatever it was for, and gets its first answer', async t => {
  const { log, server, ann, bob } = await table(t);
  const about = await ann.says(lobby, 'x');
  const id = newId();
  const first = await ann.answered(ann.send(edit(about, 'y'), id));
  await ann.does(edit(about, 'z'));
  for (const again of [edit(about, 'y'), takeBack(about), post(lobby, 'y')]) ann.send(again, id);
  await ann.settled();
  t.deepEqual(
    ann.pushed('ack').flatMap(ack => (ack.id === id ? [ack.position] : [])),
    [first, first, first, first],
  );
  await bob.settled();
  t.deepEqual(talk(bob), ['message', 'edited', 'edited']);
  t.like(await lastMessage(bob, LOBBY), { body: { text: 'z' } });
  await server.close();
  const later = await openServer(t, { log });
  const again = await Peer.open(t, ann.raw.profile, later.facts.port);
  t.is(await again.answered(again.send(edit(about, 'y'), id)), first);
  t.like(await lastMessage(again, LOBBY), { body: { text: 'z' } });
});

// Red when the receipt goes with the message: the repeat of a forgotten one would be said anew.
test('a message that is kept no longer can be changed no more, and its id is still known', async t => {
  const { log, ann, bob } = await table(t);
  const old = await ann.says(lobby, 'old');
  const recent = await ann.says(lobby, 'recent');
  await log.forget({ of: { room: LOBBY }, before: recent.position, from: 0, most: 100, answered: 0 });
  for (const command of [
    edit(old, 'x'),
    takeBack(old),
    react(old),
    post(lobby, 'x', { account: old.account, id: old.id }),
  ]) {
    t.is(await ann.does(command), 'no-such-message', command.kind);
  }
  t.is(await ann.answered(ann.send(post(lobby, 'old'), old.id)), old.position);
  t.is(typeof (await ann.does(edit(recent, 'y'))), 'number');
  const texts = (await bob.history(LOBBY)).flatMap(event => (event.kind === 'message' ? [event.body] : []));
  t.deepEqual(texts, [{ kind: 'text', text: 'y' }]);
});

// Red when a reader that was behind gets changes before what they are about, or twice.
test('who was behind gets what was said and what was done about it in order, as it stands by then', async t => {
  const { ann, bob } = await table(t);
  const before = await ann.says(lobby, 'before');
  await bob.settled();
  hold(bob.device);
  const first = await ann.says(lobby, 'first');
  await ann.does(edit(first, 'second'));
  await ann.does(edit(before, 'after'));
  const secret = await ann.says(named('bob'), 'psst');
  await ann.does(takeBack(secret));
  letGo(bob.device);
  await bob.settled();
  t.deepEqual(talk(bob), ['message', 'message', 'edited', 'edited', 'message', 'deleted']);
  const positions = bob.events.map(event => event.position);
  t.deepEqual(
    positions,
    positions.toSorted((a, b) => a - b),
  );
  const texts = bob.events.flatMap(event =>
    event.kind === 'message' && event.body.kind === 'text' ? [event.body.text] : [],
  );
  t.deepEqual(texts, ['before', 'second', '']);
});

test('in private talk both may react, only the author changes, and a third sees nothing of it', async t => {
  const { ann, bob, eve } = await table(t);
  await eve.watch('all', true);
  const about = await ann.says(named('bob'), 'x');
  t.is(await bob.does(edit(about, 'y')), 'not-yours');
  t.is(await bob.does(takeBack(about)), 'not-yours');
  t.is(typeof (await bob.does(react(about))), 'number');
  t.is(typeof (await ann.does(edit(about, 'y'))), 'number');
  await Promise.all([ann.settled(), bob.settled(), eve.settled()]);
  t.deepEqual(talk(ann), ['message', 'reacted', 'edited']);
  t.deepEqual(talk(bob), ['message', 'reacted', 'edited']);
  t.deepEqual(talk(eve), []);
  t.deepEqual(await eve.history(talkOf(ann.account, bob.account)), []);
});
