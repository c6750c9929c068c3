// What was decided and not kept never happened: for what is decided next, for who gets what, and for who was told.
import test, { type ExecutionContext } from 'ava';
import { type Command, LOBBY, type Target, type Visibility } from '../../src/chat/vocabulary.ts';
import { newProfile, openServer, textsOf } from '../helpers/clients.ts';
import { HeldLog } from '../helpers/held-log.ts';
import { Peer } from '../helpers/peer.ts';

const den: Target = { to: 'room', room: '#den' };
const join: Command = { kind: 'join', room: '#den' };
const leave: Command = { kind: 'leave', room: '#den' };
const turn = (visibility: Visibility): Command => ({ kind: 'visibility', room: '#den', visibility });
const named = (name: string): Target => ({ to: 'name', name });
const post = (target: Target): Command => ({ kind: 'post', target, body: { kind: 'text', text: 'x' }, action: false });

class Scene {
  readonly log = new HeldLog();
  readonly ann = newProfile('ann');
  readonly bob = newProfile('bob');
  readonly #t: ExecutionContext;
  #port = 0;

  constructor(t: ExecutionContext) {
    this.#t = t;
  }

  static async open(t: ExecutionContext): Promise<Scene> {
    const scene = new Scene(t);
    scene.#port = (await openServer(t, { log: scene.log })).facts.port;
    return scene;
  }

  enters(who = newProfile('eve'), presence = true): Promise<Peer> {
    return Peer.open(this.#t, who, this.#port, presence);
  }

  /** While these are on their way to the log, something else happens; then they are not kept. */
  async fails(peer: Peer, commands: readonly Command[], meanwhile = async () => {}) {
    this.log.hold = true;
    const ids = commands.map(command => peer.send(command));
    await peer.settled();
    await meanwhile();
    this.log.fails = true;
    this.log.release();
    return Promise.all(ids.map(id => peer.answered(id)));
  }
}

// Red when the state is not made anew: the room would stay closed for what is decided, though nobody was ever told.
test('a room that could not be closed is open: to come into, to speak in and to follow', async t => {
  const scene = await Scene.open(t);
  const [ann, bob] = [await scene.enters(scene.ann), await scene.enters(scene.bob)];
  await ann.does(join);
  await bob.watch(['#den'], false);
  let meanwhile: unknown;
  const answers = await scene.fails(ann, [turn('hidden')], async () => {
    meanwhile = await bob.does(post(den));
  });
  t.deepEqual([answers, meanwhile], [['storage-failed'], 'room-closed']);
  await ann.says(den, 'heard');
  await bob.settled();
  t.deepEqual(textsOf(bob.events), ['heard']);
  t.false(bob.events.some(event => event.kind === 'visibility'));
  t.is(typeof (await bob.does(join)), 'number');
  t.is(typeof (await ann.does(turn('hidden'))), 'number', 'and it can still be closed');
});

test('an invitation that was not kept lets nobody in', async t => {
  const scene = await Scene.open(t);
  const [ann, bob] = [await scene.enters(scene.ann), await scene.enters(scene.bob)];
  for (const command of [join, turn('hidden')]) await ann.does(command);
  const invite: Command = { kind: 'invite', room: '#den', target: named('bob') };
  t.deepEqual(await scene.fails(ann, [invite]), ['storage-failed']);
  t.is(await bob.does(join), 'room-closed');
  t.is(typeof (await ann.does(invite)), 'number', 'nor does it stand in the way of another');
  t.is(typeof (await bob.does(join)), 'number');
});

test('a private talk that was not kept is none, and a room that was not made is nobody’s', async t => {
  const scene = await Scene.open(t);
  const [ann, bob] = [await scene.enters(scene.ann), await scene.enters(scene.bob)];
  t.deepEqual(await scene.fails(ann, [post(named('bob')), join]), ['storage-failed', 'storage-failed']);
  const { pages } = await ann.ask({ kind: 'conversations', since: null });
  const names = (pages ?? [])
    .flatMap(page => (page.kind === 'conversations' ? page.items : []))
    .map(each => each.conversation);
  t.deepEqual(names, [LOBBY]);
  await bob.does(join);
  t.is(await ann.does(turn('hidden')), 'not-member');
  t.is(typeof (await bob.does(turn('hidden'))), 'number', 'bob made it');
});

// Red when a session is put into rooms by what was decided: this one would miss everything in the room from then on.
test('a session that begins between a leave and its failure is in the room', async t => {
  const scene = await Scene.open(t);
  const [ann, bob] = [await scene.enters(scene.ann), await scene.enters(scene.bob)];
  await ann.does(join);
  await bob.does(join);
  const { log } = scene;
  /** Lets one write through, and holds the next. */
  const step = async () => {
    const writes = log.batches.length;
    log.release();
    log.hold = true;
    while (log.batches.length === writes) await ann.settled();
  };
  log.hold = true;
  ann.send(post(den));
  await ann.settled();
  // What comes now goes into the write after that one, together.
  const entering = scene.enters(scene.bob);
  for (let n = 0; n < 50; n++) await ann.settled();
  ann.send(post(den));
  await ann.settled();
  await step();
  const leaving = bob.send(leave);
  await bob.settled();
  await step();
  const later = await entering;
  log.fails = true;
  log.release();
  t.is(await bob.answered(leaving), 'storage-failed');
  await ann.does(post(den));
  await Promise.all([bob.settled(), later.settled()]);
  t.is(textsOf(bob.events).length, 3);
  t.is(textsOf(later.events).at(-1), 'x');
});

// Red when a reader stays in a room because a later coming back was decided, which then fails.
test('who left and could not come back follows the room no more', async t => {
  const scene = await Scene.open(t);
  const [ann, bob] = [await scene.enters(scene.ann), await scene.enters(scene.bob)];
  await ann.does(join);
  await bob.does(join);
  scene.log.hold = true;
  const gone = bob.send(leave);
  await bob.settled();
  const back = bob.send(join);
  await bob.settled();
  // The leave is kept, and what was decided behind it is not.
  const append = scene.log.append.bind(scene.log);
  scene.log.append = async drafts => {
    scene.log.fails = drafts.some(draft => draft.kind === 'joined');
    return append(drafts);
  };
  scene.log.release();
  t.is(typeof (await bob.answered(gone)), 'number');
  t.is(await bob.answered(back), 'storage-failed');
  await ann.says(den, 'without bob');
  await bob.settled();
  t.deepEqual(textsOf(bob.events), []);
});
