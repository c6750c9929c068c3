// What a client tells of itself: how far it has written down what others said to it in private, and how far the person has read.
import test from 'ava';
import type { Position } from '../../src/chat/vocabulary.ts';
import { accountOf, talkOf } from '../../src/identity/keys.ts';
import { TOLD_INTERVAL } from '../../src/limits.ts';
import { MemoryClientStore } from '../../src/store/memory-client-store.ts';
import { ChaosProxy } from '../helpers/chaos-proxy.ts';
import { newProfile, openClient, openServer, postToName, type TestClient } from '../helpers/clients.ts';
import { fakeClock } from '../helpers/fake-clock.ts';

/** A store that writes when it is told to. */
class Slow extends MemoryClientStore {
  #done: Position | null = null;
  #call: () => void = () => {};

  override get written(): Position | null {
    return this.#done;
  }

  override whenWritten(call: () => void): void {
    this.#call = call;
  }

  write(): void {
    this.#done = this.cursor;
    this.#call();
  }
}

const delivered = (client: TestClient) =>
  client.messages.flatMap(message => (message.is === 'delivered' ? [message.position] : []));
/** What a client has said has reached the server, and what the server said to another one has reached that. */
async function settled(...clients: readonly TestClient[]): Promise<void> {
  for (const client of clients) await client.query({ kind: 'rooms' });
}

// Red when it is told as soon as it is heard: power may fail before it is written.
test('others hear that their words are delivered when these are written, and not before', async t => {
  const clock = fakeClock();
  const { port } = (await openServer(t)).facts;
  const store = new Slow();
  const alice = await openClient(t, 'alice', { port, store, clock });
  const bob = await openClient(t, 'bob', { port });
  const { position } = await bob.does(postToName('alice', 'one'));
  await alice.text('one');
  clock.advance(TOLD_INTERVAL);
  await settled(alice, bob);
  t.deepEqual(delivered(bob), []);
  store.write();
  const { conversation } = await bob.message('delivered');
  t.is(conversation, talkOf(accountOf(alice.profile.key.public), accountOf(bob.profile.key.public)));
  t.deepEqual(delivered(bob), [position]);
});

test('of many words together the server is told a few times a second, and of what nobody waits for not at all', async t => {
  const clock = fakeClock();
  const { port } = (await openServer(t)).facts;
  const store = new Slow();
  const alice = await openClient(t, 'alice', { port, store, clock });
  const bob = await openClient(t, 'bob', { port });
  const say = async (text: string) => {
    const { position } = await bob.does(postToName('alice', text));
    await alice.text(text);
    store.write();
    await settled(alice, bob);
    return position;
  };
  const first = await say('one');
  await say('two');
  const third = await say('three');
  t.deepEqual(delivered(bob), [first]);
  clock.advance(TOLD_INTERVAL);
  await settled(alice, bob);
  t.deepEqual(delivered(bob), [first, third]);
  await alice.says('#lobby', 'mine');
  await bob.says('#lobby', 'not private');
  await alice.text('not private');
  store.write();
  clock.advance(TOLD_INTERVAL * 5);
  await settled(alice, bob);
  t.deepEqual(delivered(bob), [first, third]);
});

// Red when only what comes in this process is told: what was written right before the end would never be.
test('what was written when a client ended is told at its next login', async t => {
  const { port } = (await openServer(t)).facts;
  const profile = newProfile('alice');
  const store = new Slow();
  const first = await openClient(t, profile, { port, store });
  const bob = await openClient(t, 'bob', { port });
  const { position } = await bob.does(postToName('alice', 'one'));
  await first.text('one');
  first.client.close();
  store.write();
  t.deepEqual(delivered(bob), []);
  await openClient(t, profile, { port, store });
  await bob.message('delivered');
  t.deepEqual(delivered(bob), [position]);
});

test('a client without a store delivers nothing', async t => {
  const { port } = (await openServer(t)).facts;
  const alice = await openClient(t, 'alice', { port });
  const bob = await openClient(t, 'bob', { port });
  await bob.does(postToName('alice', 'one'));
  await alice.text('one');
  await settled(alice, bob);
  t.deepEqual(delivered(bob), []);
});

/** Where the server says that somebody has read. */
async function readsOf(client: TestClient): Promise<Map<string, Position>> {
  const pages = await client.query({ kind: 'conversations', since: null });
  const items = pages.flatMap(page => (page.kind === 'conversations' ? page.items : []));
  return new Map(items.map(({ conversation, read }) => [conversation, read]));
}

test('what one client of a person has read the other one knows at once, in rooms and in private', async t => {
  const { port } = (await openServer(t)).facts;
  const profile = newProfile('alice');
  const stores = [new MemoryClientStore(), new MemoryClientStore()] as const;
  const one = await openClient(t, profile, { port, store: stores[0] });
  const other = await openClient(t, profile, { port, store: stores[1] });
  const bob = await openClient(t, 'bob', { port });
  const talk = talkOf(accountOf(profile.key.public), accountOf(bob.profile.key.public));
  const inRoom = (await bob.says('#lobby', 'in the room')).position;
  const inPrivate = (await bob.does(postToName('alice', 'in private'))).position;
  for (const client of [one, other]) await client.text('in private');
  one.client.mark('#lobby', inRoom);
  one.client.mark(talk, inPrivate);
  await other.message('marked', each => each.conversation === talk);
  for (const store of stores) {
    t.deepEqual(
      [...store.reads()].sort(),
      [
        ['#lobby', inRoom],
        [accountOf(bob.profile.key.public), inPrivate],
      ].sort(),
    );
  }
});

// Red when marks live in memory alone, or when the lower one of two wins.
test('what was read while the server was away is told after a restart; what was read elsewhere meanwhile is taken over', async t => {
  const { port } = (await openServer(t)).facts;
  const proxy = await ChaosProxy.open(port);
  t.teardown(() => proxy.close());
  const profile = newProfile('alice');
  const store = new MemoryClientStore();
  const bob = await openClient(t, 'bob', { port });
  const account = accountOf(bob.profile.key.public);
  const talk = talkOf(accountOf(profile.key.public), account);
  const first = await openClient(t, profile, { port: proxy.port, reconnect: true, store });
  const inPrivate = (await bob.does(postToName('alice', 'in private'))).position;
  const inRoom = (await bob.says('#lobby', 'in the room')).position;
  await first.text('in the room');
  proxy.refusing = true;
  proxy.cut();
  await first.message('waiting');
  first.client.mark(talk, inPrivate);
  first.client.close();
  const other = await openClient(t, profile, { port, presence: false });
  other.client.mark('#lobby', inRoom);
  await settled(other);
  t.deepEqual(
    [...(await readsOf(other))].sort(),
    [
      ['#lobby', inRoom],
      [talk, 0],
    ].sort(),
  );
  const second = await openClient(t, profile, { port, store });
  await second.message('overview');
  await settled(second);
  t.deepEqual(
    [...(await readsOf(other))].sort(),
    [
      ['#lobby', inRoom],
      [talk, inPrivate],
    ].sort(),
  );
  t.is(store.reads().get('#lobby'), inRoom);
  t.is(store.reads().get(account), inPrivate);
});

test('marks that come fast are told together, and the last ones before the client says goodbye', async t => {
  const clock = fakeClock();
  const { port } = (await openServer(t)).facts;
  const profile = newProfile('alice');
  const alice = await openClient(t, profile, { port, clock, store: new MemoryClientStore() });
  const other = await openClient(t, profile, { port });
  const positions: Position[] = [];
  for (let n = 0; n < 4; n++) positions.push((await alice.says('#lobby', `${n}`)).position);
  await other.text('3');
  const marked = () => other.messages.flatMap(message => (message.is === 'marked' ? [message.position] : []));
  clock.advance(TOLD_INTERVAL);
  alice.client.mark('#lobby', positions[0] as Position);
  alice.client.mark('#lobby', positions[1] as Position);
  alice.client.mark('#lobby', positions[2] as Position);
  await settled(alice, other);
  t.deepEqual(marked(), [positions[0]]);
  clock.advance(TOLD_INTERVAL);
  await settled(alice, other);
  t.deepEqual(marked(), [positions[0], positions[2]]);
  alice.client.mark('#lobby', positions[3] as Position);
  alice.client.close();
  await other.message('marked', each => each.position === positions[3]);
  t.deepEqual(marked(), [positions[0], positions[2], positions[3]]);
});
