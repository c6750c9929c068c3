// A client with a store, ended and started again: lines on their way, and where it stood in the log, outlive it.
import test from 'ava';
import { TchatError } from '../../src/errors.ts';
import { accountOf, talkOf } from '../../src/identity/keys.ts';
import { MemoryClientStore } from '../../src/store/memory-client-store.ts';
import { ChaosProxy } from '../helpers/chaos-proxy.ts';
import { newProfile, openClient, openServer, postTo, postToName, startClient } from '../helpers/clients.ts';
import { fakeClock } from '../helpers/fake-clock.ts';

const texts = (store: MemoryClientStore, conversation = '#lobby') =>
  store
    .page(conversation, null, 10_000)
    .events.flatMap(event => (event.kind === 'message' && event.body.kind === 'text' ? [event.body.text] : []));

// Red when the first login of a process begins with what is new.
test('started again, a client hears what was said while it was no more, in order and once, page by page', async t => {
  const { port } = (await openServer(t)).facts;
  const store = new MemoryClientStore();
  const profile = newProfile('alice');
  const bob = await openClient(t, 'bob', { port });
  await bob.says('#lobby', 'before alice was ever here');
  const first = await openClient(t, profile, { port, store });
  await bob.does(postToName('alice', 'heard'));
  await first.text('heard');
  first.client.close();
  for (let n = 0; n < 450; n++) bob.client.send(postToName('alice', `away ${n}`));
  await bob.text('away 449');
  const second = await openClient(t, profile, { port, store });
  await bob.does(postToName('alice', 'live'));
  await second.text('live');
  const missed = Array.from({ length: 450 }, (_, n) => `away ${n}`);
  t.deepEqual(second.texts(), [...missed, 'live']);
  t.deepEqual(texts(store, talkOf(accountOf(profile.key.public), accountOf(bob.profile.key.public))), [
    'heard',
    ...missed,
    'live',
  ]);
  t.is(store.cursor, second.events.at(-1)?.position ?? null);
});

// Red when the cursor is stored ahead of what was pulled: the rest of the pages would be missed for ever.
test('a client that is ended in the middle of what it missed goes on from there', async t => {
  const { port } = (await openServer(t)).facts;
  const proxy = await ChaosProxy.open(port);
  t.teardown(() => proxy.close());
  const store = new MemoryClientStore();
  const profile = newProfile('alice');
  const bob = await openClient(t, 'bob', { port });
  const talk = talkOf(accountOf(profile.key.public), accountOf(bob.profile.key.public));
  const first = await openClient(t, profile, { port, store });
  first.client.close();
  for (let n = 0; n < 900; n++) bob.client.send(postToName('alice', `${n}`));
  await bob.text('899');
  proxy.turn({ delay: 5 });
  const second = await openClient(t, profile, { port: proxy.port, store });
  await second.text('100');
  second.client.close();
  t.true(texts(store, talk).length < 900);
  const third = await openClient(t, profile, { port, store });
  await third.text('899');
  t.deepEqual(
    texts(store, talk),
    Array.from({ length: 900 }, (_, n) => `${n}`),
  );
});

// Red when the outbox does not ask the store, or gives what it finds there new ids.
test('lines without an answer go out at the next start, in order and once, also those that the server has already', async t => {
  const { port } = (await openServer(t)).facts;
  const proxy = await ChaosProxy.open(port);
  t.teardown(() => proxy.close());
  const store = new MemoryClientStore();
  const profile = newProfile('alice');
  const bob = await openClient(t, 'bob', { port });
  const first = await openClient(t, profile, { port: proxy.port, reconnect: true, store });
  proxy.turn({ blackhole: true }, 'down');
  for (let n = 0; n < 5; n++) first.client.send(postTo('#lobby', `${n}`));
  await bob.text('4');
  proxy.refusing = true;
  proxy.cut();
  await first.message('waiting');
  for (let n = 5; n < 10; n++) first.client.send(postTo('#lobby', `${n}`));
  first.client.close();
  t.is(store.queued().length, 10);
  const second = await openClient(t, profile, { port, store });
  await second.until('all answered', () => second.client.unanswered === 0);
  await bob.text('9');
  t.deepEqual(
    bob.texts(),
    Array.from({ length: 10 }, (_, n) => `${n}`),
  );
  t.deepEqual(store.queued(), []);
});

// Red when a line is sent to whichever server answers, or when it is given up silently.
test('a line for another server is refused, and kept until the person decides; so is one that the server refuses', async t => {
  const first = await openServer(t);
  const second = await openServer(t);
  const proxy = await ChaosProxy.open(first.facts.port);
  t.teardown(() => proxy.close());
  const store = new MemoryClientStore();
  const profile = newProfile('alice');
  const alice = await openClient(t, profile, { port: proxy.port, reconnect: true, store });
  const id = alice.client.send(postTo('#lobby', ' '));
  t.is((await alice.message('refused')).id, id);
  proxy.refusing = true;
  proxy.cut();
  await alice.message('waiting');
  const late = alice.client.send(postTo('#lobby', 'for the first'));
  proxy.target = second.facts.port;
  proxy.refusing = false;
  const { error } = await alice.message('refused', each => each.id === late);
  t.is(error.code, 'another-server');
  t.is(alice.client.unanswered, 0);
  await alice.says('#lobby', 'for the second');
  t.deepEqual(
    store.queued().map(line => [line.id, line.refusal?.code]),
    [
      [id, 'text-empty'],
      [late, 'another-server'],
    ],
  );
  alice.client.close();
  const again = await openClient(t, profile, { port: second.facts.port, store });
  await again.says('#lobby', 'once more');
  t.is(again.client.unanswered, 0);
  t.is(store.queued().length, 2);
  const lines = await again.query({
    ...{ kind: 'history', scope: { of: 'conversation', conversation: '#lobby' } },
    ...{ before: null, after: null, since: null, limit: 200 },
  });
  t.false(JSON.stringify(lines).includes('for the first'));
});

test('what is kept of a room ends when one leaves it, and begins anew without a gap', async t => {
  const { port } = (await openServer(t)).facts;
  const store = new MemoryClientStore();
  const alice = await openClient(t, 'alice', { port, store });
  const bob = await openClient(t, 'bob', { port });
  await alice.join('#dev');
  await alice.says('#dev', 'early');
  await alice.text('early');
  t.deepEqual(texts(store, '#dev'), ['early']);
  await alice.does({ kind: 'leave', room: '#dev' });
  await alice.event('left', event => event.kind === 'left');
  t.deepEqual(store.page('#dev', null, 100).events, []);
  await bob.join('#dev');
  await bob.says('#dev', 'meanwhile');
  await alice.join('#dev');
  await alice.says('#dev', 'late');
  await alice.text('late');
  t.deepEqual(texts(store, '#dev'), ['late']);
});

test('a line that cannot be kept is sent all the same, and that is said; what goes to a name is not kept', async t => {
  const { port } = (await openServer(t)).facts;
  class Full extends MemoryClientStore {
    override add(): void {
      throw new TchatError('storage-full', { reason: 'ENOSPC' });
    }
  }
  const alice = await openClient(t, 'alice', { port, store: new Full() });
  await alice.says('#lobby', 'said');
  await alice.text('said');
  const { error } = await alice.message('unkept');
  t.is(error.code, 'storage-full');
  const store = new MemoryClientStore();
  const bob = await openClient(t, 'bob', { port, store });
  bob.client.send(postToName('alice', 'psst'));
  t.deepEqual(store.queued(), []);
});

test('a patient client waits for a server that it has not reached yet, and not for one that says no', async t => {
  const clock = fakeClock();
  const { port } = (await openServer(t)).facts;
  const proxy = await ChaosProxy.open(port);
  t.teardown(() => proxy.close());
  proxy.refusing = true;
  const store = new MemoryClientStore();
  const options = { port: proxy.port, reconnect: true, patient: true, clock, store };
  const alice = startClient(t, 'alice', options);
  const { retryAt } = await alice.message('waiting');
  alice.client.send(postTo('#lobby', 'written before'));
  proxy.refusing = false;
  clock.advance(retryAt - clock.now());
  await alice.text('written before');
  t.false(alice.messages.some(each => each.is === 'online' && each.again));
  const other = startClient(t, 'alice', options);
  t.is((await other.message('over')).error.code, 'name-taken');
});
