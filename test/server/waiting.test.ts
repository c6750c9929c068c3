// What waits for somebody who is away has its limits; the sender is refused with a reason, and nothing is dropped (D6).
import test, { type ExecutionContext } from 'ava';
import type { Command, Target } from '../../src/chat/vocabulary.ts';
import { TchatError } from '../../src/errors.ts';
import { talkOf } from '../../src/identity/keys.ts';
import type { Server } from '../../src/server/server.ts';
import { MemoryLog } from '../../src/store/memory-log.ts';
import { newId, newProfile, openServer, textsOf } from '../helpers/clients.ts';
import { HeldLog } from '../helpers/held-log.ts';
import { Peer } from '../helpers/peer.ts';
import { hold, letGo } from '../helpers/slow-readers.ts';

const LIMITS = { messages: 5, bytes: 100, perSender: 3 };
const named = (name: string): Target => ({ to: 'name', name });
const post = (target: Target, text = 'x'): Command => ({
  ...{ kind: 'post', target, body: { kind: 'text', text }, action: false },
});

class Scene {
  readonly log: MemoryLog;
  readonly people = new Map(['ann', 'bob', 'cat', 'dan'].map(name => [name, newProfile(name)]));
  readonly #t: ExecutionContext;
  #server: Server | null = null;

  private constructor(t: ExecutionContext, log: MemoryLog) {
    this.#t = t;
    this.log = log;
  }

  /** Everybody has been there once; bob is away. */
  static async open(t: ExecutionContext, log = new MemoryLog()): Promise<Scene> {
    const scene = new Scene(t, log);
    await scene.restart();
    await (await scene.enters('bob')).leave();
    await scene.away('bob');
    return scene;
  }

  async restart(): Promise<void> {
    await this.#server?.close();
    this.#server = await openServer(this.#t, { log: this.log, waiting: LIMITS });
  }

  enters(name: string, presence = true): Promise<Peer> {
    const profile = this.people.get(name);
    if (!profile || !this.#server) throw new Error(name);
    return Peer.open(this.#t, profile, this.#server.facts.port, presence);
  }

  /** Resolves when the server has noticed that somebody has no session any more. */
  async away(name: string): Promise<void> {
    const admin = this.#server?.admin(() => {}, false);
    while (admin?.snapshot().users.some(user => user.name === name))
      await new Promise(resolve => setImmediate(resolve));
    admin?.close();
  }
}

/** What became of one after the other: how many were taken, and the code of the refusal that ended it. */
async function fill(peer: Peer, target: Target, text = 'x'): Promise<readonly [number, string]> {
  for (let taken = 0; taken < 20; taken++) {
    const answer = await peer.does(post(target, text));
    if (typeof answer === 'string') return [taken, answer];
  }
  return [20, ''];
}

test('of one sender, of all, and in bytes: so much waits and no more, and the refusal says for whom', async t => {
  const scene = await Scene.open(t);
  const [ann, cat, dan] = [await scene.enters('ann'), await scene.enters('cat'), await scene.enters('dan')];
  t.deepEqual(await fill(ann, named('bob')), [3, 'queue-full']);
  t.like(ann.pushed('refused').at(-1), { code: 'queue-full', params: { name: 'bob' } });
  t.deepEqual(await fill(cat, named('bob')), [2, 'queue-full']);
  t.deepEqual(await fill(dan, named('bob')), [0, 'queue-full']);
  t.is(await dan.does({ kind: 'join', room: '#den' }).then(answer => typeof answer), 'number');
  t.is(await dan.does({ kind: 'invite', room: '#den', target: named('bob') }), 'queue-full');
  t.is(typeof (await ann.does(post({ to: 'room', room: '#lobby' }))), 'number', 'rooms have no queue');
  t.deepEqual(await fill(ann, named('ann')), [20, ''], 'nor have one’s own notes');
  // What was taken is all there when bob comes.
  const bob = await scene.enters('bob');
  t.is(textsOf(await bob.history(talkOf(ann.account, bob.account))).length, 3);
});

test('bytes are those of the text as it is sent', async t => {
  const scene = await Scene.open(t);
  const ann = await scene.enters('ann');
  const cat = await scene.enters('cat');
  t.deepEqual(await fill(ann, named('bob'), 'é'.repeat(20)), [2, 'queue-full']);
  t.is(typeof (await cat.does(post(named('bob'), 'x'.repeat(20)))), 'number');
  t.is(await cat.does(post(named('bob'), 'x')), 'queue-full');
});

// Red when what is decided and not yet kept does not count: many at once would all come through.
test('what is on its way counts: of many at once no more are taken than of one after the other', async t => {
  const log = new HeldLog();
  const scene = await Scene.open(t, log);
  const ann = await scene.enters('ann');
  const atOnce = async (release: () => void) => {
    log.hold = true;
    const ids = Array.from({ length: 10 }, () => ann.send(post(named('bob'))));
    await ann.settled();
    release();
    log.release();
    const answers = await Promise.all(ids.map(id => ann.answered(id)));
    return answers.map(answer => (typeof answer === 'number' ? 'taken' : answer)).toSorted();
  };
  const refused = Array(7).fill('queue-full');
  const failed = await atOnce(() => {
    log.fails = true;
  });
  t.deepEqual(failed, [...refused, ...Array(3).fill('storage-failed')]);
  // What failed on its way does not wait.
  t.deepEqual(await atOnce(() => {}), [...refused, ...Array(3).fill('taken')]);
  t.is(await ann.does(post(named('bob'))), 'queue-full');
});

// Red when only messages count: other words for one message would be a way to let any amount wait.
test('other words, reactions and invitations wait too; taking back always may', async t => {
  const scene = await Scene.open(t);
  const ann = await scene.enters('ann');
  const about = await ann.says(named('bob'), 'first');
  const ref = { account: about.account, id: about.id };
  const edit = (text: string): Command => ({ kind: 'edit', about: ref, body: { kind: 'text', text } });
  const react = (on: boolean): Command => ({ kind: 'react', about: ref, reaction: '👍', on });
  await ann.does({ kind: 'join', room: '#den' });
  t.is(typeof (await ann.does(edit('second'))), 'number');
  t.is(typeof (await ann.does({ kind: 'invite', room: '#den', target: named('bob') })), 'number');
  for (const command of [edit('third'), react(true), post(named('bob'))]) {
    t.is(await ann.does(command), 'queue-full', command.kind);
  }
  await scene.restart();
  const again = await scene.enters('ann');
  t.is(await again.does(react(true)), 'queue-full', 'counted anew');
  t.is(typeof (await again.does({ kind: 'delete', about: ref })), 'number');
  const cat = await scene.enters('cat');
  const other = await cat.says(named('bob'), 'x'.repeat(80));
  const long: Command = {
    kind: 'edit',
    about: { account: other.account, id: other.id },
    body: { kind: 'text', text: 'x'.repeat(30) },
  };
  t.is(await cat.does(long), 'queue-full', 'in bytes');
});

test('where somebody is there to take it, any number comes through; when they go, from then on it waits', async t => {
  const scene = await Scene.open(t);
  const ann = await scene.enters('ann');
  const bob = await scene.enters('bob');
  t.deepEqual(await fill(ann, named('bob')), [20, '']);
  await bob.leave();
  await scene.away('bob');
  t.deepEqual(await fill(ann, named('bob')), [3, 'queue-full']);
  await (await scene.enters('bob')).leave();
  await scene.away('bob');
  t.deepEqual(await fill(ann, named('bob')), [3, 'queue-full'], 'what waited was taken');
});

// Red when the count begins at nothing with the server.
test('what waits is counted right after a restart', async t => {
  const scene = await Scene.open(t);
  const before = await scene.enters('ann');
  await before.does(post(named('bob'), 'x'));
  await before.does(post(named('bob'), 'y'));
  await before.leave();
  await scene.restart();
  const [ann, cat] = [await scene.enters('ann'), await scene.enters('cat')];
  t.deepEqual(await fill(ann, named('bob')), [1, 'queue-full']);
  t.deepEqual(await fill(cat, named('bob')), [2, 'queue-full']);
  await scene.restart();
  t.deepEqual(await fill(await scene.enters('dan'), named('bob')), [0, 'queue-full']);
});

// Red when only screens take: a script that follows private talk would fill up.
test('a script that follows private talk takes it, one that does not takes nothing', async t => {
  const scene = await Scene.open(t);
  const ann = await scene.enters('ann');
  const idle = await scene.enters('bob', false);
  await idle.watch('all', false);
  t.deepEqual(await fill(ann, named('bob')), [3, 'queue-full']);
  const tail = await scene.enters('bob', false);
  await tail.watch([], true);
  t.deepEqual(await fill(ann, named('bob')), [20, '']);
  await tail.settled();
  t.is(textsOf(tail.events).length, 20);
  await tail.leave();
  await idle.leave();
  await scene.away('bob');
  t.deepEqual(await fill(ann, named('bob')), [3, 'queue-full']);
});

test('what a device has stored waits no more', async t => {
  const scene = await Scene.open(t);
  const ann = await scene.enters('ann');
  const script = await scene.enters('bob', false);
  const { position } = await ann.says(named('bob'), 'one');
  await ann.says(named('bob'), 'two');
  t.deepEqual(await fill(ann, named('bob')), [1, 'queue-full']);
  script.raw.send({ type: 'stored', position });
  await script.settled();
  t.deepEqual(await fill(ann, named('bob')), [1, 'queue-full'], 'two of three are left');
});

// Red when one that is behind counts as there: what waits for it would have no bound.
test('for one that reads too slowly it waits, until they have caught up', async t => {
  const scene = await Scene.open(t);
  const ann = await scene.enters('ann');
  const bob = await scene.enters('bob');
  hold(bob.device);
  t.deepEqual(await fill(ann, named('bob')), [3, 'queue-full']);
  letGo(bob.device);
  await bob.settled();
  t.is(textsOf(bob.events).length, 3);
  t.deepEqual(await fill(ann, named('bob')), [20, '']);
});

test('a repeat of what was taken is answered, also when nothing more may wait', async t => {
  const scene = await Scene.open(t);
  const ann = await scene.enters('ann');
  const id = newId();
  const first = await ann.answered(ann.send(post(named('bob')), id));
  t.deepEqual(await fill(ann, named('bob')), [2, 'queue-full']);
  ann.send(post(named('bob')), id);
  await ann.raw.until('both acks', () => ann.pushed('ack').filter(ack => ack.id === id).length === 2);
  t.deepEqual(
    ann.pushed('ack').flatMap(ack => (ack.id === id ? [ack.position] : [])),
    [first, first],
  );
});

/** A disk that does not tell how far anybody is. */
class MarksUnread extends MemoryLog {
  unread = false;

  override marks(of: Parameters<MemoryLog['marks']>[0]) {
    if (this.unread) throw new TchatError('storage-failed', { reason: 'EIO' });
    return super.marks(of);
  }
}

// Red when what is kept, or who leaves, has marks read: nobody catches what is thrown there, and the server ends.
test('a server that cannot read marks takes what is said, and lets people leave', async t => {
  const log = new MarksUnread();
  const scene = await Scene.open(t, log);
  await scene.restart();
  const ann = await scene.enters('ann');
  log.unread = true;
  const cat = await scene.enters('cat');
  await cat.leave();
  await scene.away('cat');
  await ann.does(post({ to: 'room', room: '#lobby' }));
  log.unread = false;
  t.is(typeof (await ann.does(post(named('bob')))), 'number');
  t.deepEqual(await fill(ann, named('bob')), [2, 'queue-full'], 'nothing was lost of the count');
});
