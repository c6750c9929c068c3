// Talk as its members see it: acks, order, each event once, who gets what, and what nobody else ever gets.
import test, { type ExecutionContext } from 'ava';
import type { AnyEvent, Command, ConversationId } from '../../src/chat/vocabulary.ts';
import { accountOf, talkOf } from '../../src/identity/keys.ts';
import { MESSAGE_BYTES, PAGE_EVENTS } from '../../src/limits.ts';
import { encodePacket } from '../../src/protocol/codec.ts';
import type { Page, Query, Scope } from '../../src/protocol/packet.ts';
import type { AdminNote } from '../../src/server/admin-session.ts';
import type { Server } from '../../src/server/server.ts';
import {
  newId,
  newProfile,
  openClient,
  openRaw,
  openServer,
  postTo,
  postToName,
  type TestClient,
  textsOf,
} from '../helpers/clients.ts';
import { HeldLog } from '../helpers/held-log.ts';
import { Inbox } from '../helpers/inbox.ts';

interface Table {
  readonly server: Server;
  readonly port: number;
  readonly alice: TestClient;
  readonly bob: TestClient;
  readonly carol: TestClient;
}

async function table(t: ExecutionContext): Promise<Table> {
  const server = await openServer(t);
  const { port } = server.facts;
  const alice = await openClient(t, 'alice', { port });
  const bob = await openClient(t, 'bob', { port });
  const carol = await openClient(t, 'carol', { port });
  return { server, port, alice, bob, carol };
}

const kindsIn = (client: TestClient, conversation: ConversationId) =>
  client.events.filter(event => event.conversation === conversation).map(event => `${event.from} ${event.kind}`);

const history = (scope: Scope, range: Partial<Query & { kind: 'history' }> = {}): Query => ({
  kind: 'history',
  scope,
  before: null,
  after: null,
  since: null,
  limit: PAGE_EVENTS,
  ...range,
});
const inRoom = (conversation: ConversationId): Scope => ({ of: 'conversation', conversation });

async function pageOf(client: TestClient, query: Query): Promise<{ events: readonly AnyEvent[]; more: boolean }> {
  const [page] = (await client.query(query)) as [Page];
  if (page.kind !== 'events') throw new Error(page.kind);
  return { events: page.items, more: page.more };
}

/** Makes sure that everything sent before has come: the answer stands behind it. */
const settled = (...clients: readonly TestClient[]) =>
  Promise.all(clients.map(client => client.query({ kind: 'rooms' })));

// Red when deliver takes joins into the index after pushing them, or leaves before.
test('members see joins, topics, messages and leaves in one order; others see nothing of them', async t => {
  const { alice, bob, carol } = await table(t);
  await alice.join('#dev');
  await bob.join('#Dev');
  await alice.does({ kind: 'topic', room: '#dev', text: 'plans' });
  await bob.says('#dev', 'hi');
  await alice.does({
    kind: 'post',
    target: { to: 'room', room: '#dev' },
    body: { kind: 'text', text: 'waves' },
    action: true,
  });
  await bob.does({ kind: 'leave', room: '#dev' });
  await alice.says('#dev', 'alone');
  await settled(alice, bob, carol);
  const whole = [
    'alice created',
    'alice joined',
    'bob joined',
    'alice topic',
    'bob message',
    'alice message',
    'bob left',
    'alice message',
  ];
  t.deepEqual(kindsIn(alice, '#dev').slice(-whole.length + 1), whole.slice(1));
  t.deepEqual(kindsIn(bob, '#dev'), whole.slice(2, -1));
  t.deepEqual(kindsIn(carol, '#dev'), []);
  t.like(await alice.text('waves'), { action: true });
  t.deepEqual(
    bob.events.find(event => event.kind === 'topic'),
    alice.events.find(event => event.kind === 'topic'),
  );
});

test('a refusal says why, and changes nothing', async t => {
  const { alice, bob } = await table(t);
  const refused: readonly (readonly [Command, string])[] = [
    [postTo('#lobby', ' '), 'text-empty'],
    [postTo('#lobby', 'x'.repeat(MESSAGE_BYTES + 1)), 'text-too-long'],
    [postTo('#no room', 'x'), 'room-invalid'],
    [postToName('nobody', 'x'), 'no-such-name'],
    [{ kind: 'join', room: '#lobby' }, 'already-member'],
    [{ kind: 'leave', room: '#other' }, 'not-member'],
    [{ kind: 'topic', room: '#none', text: 'x' }, 'no-such-room'],
    [{ kind: 'broadcast', text: 'x' }, 'not-allowed'],
    [{ kind: 'kick', target: { to: 'name', name: 'bob' }, reason: '' }, 'not-allowed'],
    [{ kind: 'limit', connections: 1 }, 'not-allowed'],
  ];
  for (const [command, code] of refused) await t.throwsAsync(alice.does(command), { code }, code);
  await alice.says('#lobby', 'still here');
  await bob.text('still here');
  t.deepEqual(bob.texts(), ['still here']);
});

// Red when committed events are delivered before their submitters are told.
test('an ack comes before one’s own copy, with the same position, and each event comes once', async t => {
  const { port } = (await openServer(t)).facts;
  const raw = await openRaw(t, 'alice', { port });
  await raw.login();
  const ids = Array.from({ length: 20 }, newId);
  raw.send(...ids.map((id, n) => ({ type: 'command', id, command: postTo('#lobby', `${n}`) }) as const));
  await raw.packet('event', packet => textsOf([packet.event])[0] === '19');
  for (const id of ids) {
    const of = raw.packets.flatMap((packet, at) => {
      if (packet.type === 'ack' && packet.id === id) return [{ at, is: 'ack', position: packet.position }];
      return packet.type === 'event' && packet.event.id === id
        ? [{ at, is: 'event', position: packet.event.position }]
        : [];
    });
    t.deepEqual(
      of.map(each => each.is),
      ['ack', 'event'],
    );
    t.is(of[0]?.position, of[1]?.position);
  }
});

// Red when #pending is left out: the second copy in one turn becomes a message of its own.
test('the same id again gives one message and the first position: in one turn, after the ack, from another session', async t => {
  const { port } = (await openServer(t)).facts;
  const bob = await openClient(t, 'bob', { port });
  const profile = newProfile('alice');
  const one = await openRaw(t, profile, { port });
  const two = await openRaw(t, profile, { port });
  await one.login();
  await two.login();
  const id = newId();
  const packet = { type: 'command', id, command: postTo('#lobby', 'once') } as const;
  one.send(packet, packet);
  await one.until('two acks', () => one.packets.filter(each => each.type === 'ack').length === 2);
  one.send(packet);
  two.send(packet, { ...packet, command: postTo('#lobby', 'another text') });
  await one.until('three acks', () => one.packets.filter(each => each.type === 'ack').length === 3);
  await two.until('two acks', () => two.packets.filter(each => each.type === 'ack').length === 2);
  const positions = [...one.packets, ...two.packets].flatMap(each => (each.type === 'ack' ? [each.position] : []));
  t.is(new Set(positions).size, 1);
  await bob.says('#lobby', 'end');
  await bob.text('end');
  t.deepEqual(bob.texts(), ['once', 'end']);
  // An id is an account's own: somebody else's message of the same id is another message.
  const carol = await openRaw(t, 'carol', { port });
  await carol.login();
  carol.send({ ...packet, command: postTo('#lobby', 'of carol') });
  await bob.text('of carol');
});

test('one sender’s messages keep their order, with as many in flight as may be and refusals between them', async t => {
  const { alice, bob } = await table(t);
  const texts = Array.from({ length: 500 }, (_, n) => `message ${n}`);
  for (const [n, text] of texts.entries()) {
    alice.client.send(postTo('#lobby', text));
    if (n % 9 === 0) alice.client.send(postTo('#lobby', '   '));
  }
  await bob.text('message 499');
  t.deepEqual(bob.texts('#lobby'), texts);
  await alice.until('all answers', () => alice.client.unanswered === 0);
  const acked = alice.messages.flatMap(message => (message.is === 'acked' ? [message.position] : []));
  t.deepEqual(
    acked,
    [...acked].sort((a, b) => a - b),
  );
  t.is(acked.length, 500);
});

// Red when maySee answers true for a talk, or audienceOf gives 'everyone' for one.
test('private talk reaches its two and never a third: not live, not by history, not by watching everything', async t => {
  const { port, alice, bob, carol } = await table(t);
  const spy = await openClient(t, 'spy', { port, presence: false });
  spy.client.watch('all', true);
  carol.client.watch('all', true);
  await settled(spy, carol);
  await alice.does(postToName('bob', 'between us'));
  await bob.does(postToName('alice', 'me too'));
  await alice.says('#lobby', 'public');
  await Promise.all([spy.text('public'), carol.text('public'), bob.text('public')]);
  const secret = talkOf(accountOf(alice.profile.key.public), accountOf(bob.profile.key.public));
  t.deepEqual(
    [alice.texts(secret), bob.texts(secret)],
    [
      ['between us', 'me too'],
      ['between us', 'me too'],
    ],
  );
  for (const other of [spy, carol]) {
    t.deepEqual(other.texts(), ['public']);
    t.false(other.events.some(event => event.conversation === secret));
    for (const scope of [inRoom(secret), { of: 'own' }, { of: 'all' }] as const) {
      const { events } = await pageOf(other, history(scope));
      t.false(events.some(event => event.conversation === secret));
      t.false(textsOf(events).includes('between us'));
    }
  }
  // Nor does the answer tell whether there is such a talk.
  const unknown = `~${'A'.repeat(22)}`;
  t.deepEqual(await pageOf(carol, history(inRoom(secret))), await pageOf(carol, history(inRoom(unknown))));
  t.deepEqual(textsOf((await pageOf(bob, history(inRoom(secret)))).events), ['between us', 'me too']);
});

test('the author is the session’s account, whatever the packet says', async t => {
  const { port, alice, bob } = await table(t);
  const raw = await openRaw(t, 'mallory', { port });
  await raw.login();
  const real = encodePacket({ type: 'command', id: newId(), command: postTo('#lobby', 'as whom') });
  const more = Buffer.concat([Buffer.from([0xa4]), Buffer.from('from'), Buffer.from([0xa5]), Buffer.from('alice')]);
  const account = Buffer.concat([
    Buffer.from([0xa7]),
    Buffer.from('account'),
    Buffer.from([0xb6]),
    Buffer.from(accountOf(alice.profile.key.public)),
  ]);
  const payload = Buffer.concat([real.subarray(5), more, account]);
  payload[0] = (payload[0] as number) + 2;
  const frame = Buffer.concat([Buffer.alloc(5), payload]);
  frame.writeUInt32BE(payload.length);
  frame[4] = 1;
  raw.write(frame);
  const event = await bob.text('as whom');
  t.is(event.from, 'mallory');
  t.is(event.account, accountOf(raw.profile.key.public));
});

test('both sessions of an account get everything, and what one joins the other is in', async t => {
  const { port, bob } = await table(t);
  const profile = newProfile('dora');
  const one = await openClient(t, profile, { port });
  const two = await openClient(t, profile, { port });
  await one.join('#dev');
  await bob.join('#dev');
  await bob.says('#dev', 'in the room');
  await bob.does(postToName('dora', 'privately'));
  await two.says('#dev', 'from the other');
  for (const session of [one, two]) {
    await session.text('from the other');
    t.deepEqual(session.texts(), ['in the room', 'privately', 'from the other']);
  }
  await two.does({ kind: 'leave', room: '#dev' });
  await one.event('left', event => event.kind === 'left');
  await bob.says('#dev', 'unheard');
  await settled(one, two);
  t.false(one.texts().includes('unheard'));
});

test('an operator’s broadcast reaches everyone, a limit the door, and a kick ends its target alone, with the reason', async t => {
  const { server, port, alice, bob, carol } = await table(t);
  const notes = new Inbox<AdminNote>();
  const admin = server.admin(note => notes.add(note));
  t.teardown(() => admin.close());
  t.deepEqual(await admin.command({ kind: 'broadcast', text: 'soon' }), { ok: true });
  for (const client of [alice, bob, carol]) {
    t.like(await client.event('broadcast', event => event.kind === 'broadcast'), {
      text: 'soon',
      from: 'test server',
      account: '*',
    });
  }
  t.deepEqual(await admin.command({ kind: 'kick', target: { to: 'name', name: 'nobody' }, reason: '' }), {
    ok: false,
    code: 'no-such-name',
    params: { name: 'nobody' },
  });
  t.deepEqual(await admin.command({ kind: 'kick', target: { to: 'name', name: 'bob' }, reason: 'too loud' }), {
    ok: true,
  });
  const { error } = await bob.message('over');
  t.is(error.code, 'kicked');
  t.is(error.params['reason'], 'too loud');
  t.like(await alice.event('kicked', event => event.kind === 'kicked'), { name: 'bob', reason: 'too loud' });
  await alice.message('presence', each => each.presence.name === 'bob' && !each.presence.here);
  await alice.says('#lobby', 'after');
  await carol.text('after');
  t.deepEqual(carol.texts(), ['after']);
  t.deepEqual(await admin.command({ kind: 'limit', connections: 2 }), { ok: true });
  await t.throwsAsync(openClient(t, bob.profile, { port }), { code: 'server-full' });
  t.deepEqual(await admin.command({ kind: 'limit', connections: 3 }), { ok: true });
  await t.notThrowsAsync(openClient(t, bob.profile, { port }));
  const wanted = ['broadcast', 'kicked', 'limited', 'gone', 'refused', 'connected', 'message'] as const;
  await notes.until('lines of each kind', all => {
    const logged = all.flatMap(note => (note.is === 'log' ? note.entries.map(entry => entry.kind) : []));
    return wanted.every(kind => logged.includes(kind));
  });
});

// Red when `expelled` is not asked.
test('from the moment a kick is decided nothing more is taken from its target', async t => {
  const log = new HeldLog();
  const server = await openServer(t, { log });
  const { port } = server.facts;
  const alice = await openClient(t, 'alice', { port });
  const bob = await openClient(t, 'bob', { port });
  const trips = (count: number) =>
    bob.until(`${count} answers to a ping`, all => all.filter(each => each.is === 'trip').length >= count);
  await trips(1);
  const admin = server.admin(() => {});
  t.teardown(() => admin.close());
  log.hold = true;
  const kick = admin.command({ kind: 'kick', target: { to: 'name', name: 'bob' }, reason: '' });
  bob.client.send(postTo('#lobby', 'too late'));
  bob.client.ping();
  await trips(2);
  log.release();
  t.deepEqual(await kick, { ok: true });
  t.is((await bob.message('over')).error.code, 'kicked');
  await alice.says('#lobby', 'after');
  await alice.text('after');
  t.deepEqual(alice.texts(), ['after']);
});

test('the operator’s log names who talks privately, and never what', async t => {
  const { server, alice } = await table(t);
  const notes = new Inbox<AdminNote>();
  const admin = server.admin(note => notes.add(note));
  t.teardown(() => admin.close());
  await alice.does(postToName('bob', 'a secret'));
  const note = await notes.until('the private line', all =>
    all.flatMap(each => (each.is === 'log' ? each.entries : [])).find(entry => entry.kind === 'private'),
  );
  t.like(note, { name: 'alice', other: 'bob' });
  t.false(JSON.stringify(notes.all).includes('a secret'));
});

test('history goes back and forth from any position and time, in rising order', async t => {
  const { alice } = await table(t);
  const acks: { position: number; time: number }[] = [];
  for (let n = 0; n < 25; n++) acks.push(await alice.says('#dev', `${n}`));
  const at = (n: number) => acks[n]?.position as number;
  const scope = inRoom('#dev');
  const texts = async (range: Partial<Query & { kind: 'history' }>) => {
    const { events, more } = await pageOf(alice, history(scope, range));
    return [textsOf(events).join(' '), more];
  };
  t.deepEqual(await texts({ limit: 3 }), ['22 23 24', true]);
  t.deepEqual(await texts({ before: at(22), limit: 3 }), ['19 20 21', true]);
  t.deepEqual(await texts({ before: at(1) }), ['0', false]);
  t.deepEqual(await texts({ after: at(20), limit: 3 }), ['21 22 23', true]);
  t.deepEqual(await texts({ after: at(21), limit: 3 }), ['22 23 24', false]);
  t.deepEqual(await texts({ after: at(24) }), ['', false]);
  t.deepEqual(await texts({ since: (acks[24]?.time as number) + 1 }), ['', false]);
  t.is((await texts({ since: 0, limit: 200 }))[1], false);
  await t.throwsAsync(pageOf(alice, history(inRoom('#none'))), { code: 'no-such-room' });
  await t.throwsAsync(alice.query({ kind: 'members', room: '#none' }), { code: 'no-such-room' });
});

// Red when withinPage is left out: the frame is beyond its limit, and the reader closes.
test('a page fits into a frame with the largest messages, and paging through loses none', async t => {
  const { alice, carol } = await table(t);
  const large = ['x', '中', '😀', '"\u0301'].map(unit =>
    unit.repeat(Math.floor(MESSAGE_BYTES / Buffer.byteLength(unit))),
  );
  const texts = Array.from({ length: 16 }, (_, n) => (large[n % large.length] as string).slice(0, -4) + n);
  for (const text of texts) await alice.says('#big', text.slice(0, MESSAGE_BYTES));
  for (const direction of ['forward', 'back'] as const) {
    const found: string[] = [];
    let range: Partial<Query & { kind: 'history' }> = direction === 'forward' ? { after: 0 } : {};
    for (let more = true; more; ) {
      const page = await pageOf(carol, history(inRoom('#big'), range));
      more = page.more;
      const got = textsOf(page.events);
      if (direction === 'forward') found.push(...got);
      else found.unshift(...got);
      const edge = direction === 'forward' ? page.events.at(-1) : page.events[0];
      range = direction === 'forward' ? { after: edge?.position ?? 0 } : { before: edge?.position ?? 0 };
    }
    t.deepEqual(
      found.map(text => text.length),
      texts.map(text => text.length),
    );
    t.deepEqual(found.at(-1), texts.at(-1));
  }
});

test('lists of rooms and people come whole, in pages', async t => {
  const { server, port, alice } = await table(t);
  for (let n = 0; n < 40; n++) {
    const raw = await openRaw(t, `user${n}`, { port });
    await raw.login({ presence: n % 2 === 0 });
    if (n < 9) raw.send({ type: 'command', id: newId(), command: { kind: 'join', room: `#r${n}` } });
    else raw.send({ type: 'command', id: newId(), command: postTo(`#r${n}`, 'x') });
    await raw.packet('ack');
    if (n % 4 === 0) raw.socket.destroy();
  }
  await alice.message('presence', each => each.presence.name === 'user36' && !each.presence.here);
  const people = (await alice.query({ kind: 'people' })).flatMap(page => (page.kind === 'people' ? page.items : []));
  t.is(people.length, 43);
  t.is(new Set(people.map(person => person.name)).size, 43);
  t.deepEqual(
    people
      .filter(person => person.here)
      .map(person => person.name)
      .slice(0, 4),
    ['alice', 'bob', 'carol', 'user2'],
  );
  t.is(people.filter(person => person.here).length, 3 + 10);
  const pages = await alice.query({ kind: 'rooms' });
  const rooms = pages.flatMap(page => (page.kind === 'rooms' ? page.items : []));
  t.is(rooms.length, 41);
  t.deepEqual(rooms.find(room => room.room === '#lobby')?.joined, true);
  t.deepEqual(
    rooms.find(room => room.room === '#r3'),
    { room: '#r3', topic: '', members: 1, joined: false, visibility: 'public' },
  );
  t.deepEqual(
    pages.map(page => page.final),
    [...Array(pages.length - 1).fill(false), true],
  );
  t.true(server.facts.port > 0);
});

test('who vanishes is gone once for everybody, and not at all while another session is there; scripts are not shown', async t => {
  const { port, alice, bob } = await table(t);
  const profile = newProfile('dora');
  const one = await openRaw(t, profile, { port });
  await one.login();
  const two = await openRaw(t, profile, { port });
  await two.login();
  const script = await openRaw(t, 'script', { port });
  await script.login({ presence: false });
  one.socket.destroy();
  script.socket.destroy();
  const eve = await openRaw(t, 'eve', { port });
  await eve.login();
  two.socket.resetAndDestroy();
  const seen = (client: TestClient) =>
    client.messages.flatMap(message =>
      message.is === 'presence' ? [`${message.presence.name} ${message.presence.here ? 'here' : 'gone'}`] : [],
    );
  const gone = (name: string) =>
    Promise.all(
      [alice, bob].map(client =>
        client.message('presence', each => each.presence.name === name && !each.presence.here),
      ),
    );
  await gone('dora');
  eve.socket.destroy();
  await gone('eve');
  for (const client of [alice, bob]) {
    t.deepEqual(
      seen(client).filter(line => !/^(alice|bob|carol)/.test(line)),
      ['dora here', 'eve here', 'dora gone', 'eve gone'],
    );
  }
});

test('a script gets what it watches and nothing else, from the moment on', async t => {
  const { port, alice } = await table(t);
  const idle = await openClient(t, 'idle', { port, presence: false });
  const one = await openClient(t, 'one', { port, presence: false });
  const all = await openClient(t, 'all', { port, presence: false });
  const both = await openClient(t, 'both', { port, presence: false });
  await alice.says('#later', 'before');
  one.client.watch(['#dev'], false);
  all.client.watch('all', false);
  both.client.watch(['#none'], true);
  await settled(one, all, both);
  await alice.says('#dev', 'in dev');
  await alice.says('#later', 'in later');
  for (const name of ['idle', 'one', 'all', 'both']) await alice.does(postToName(name, `to ${name}`));
  await alice.says('#dev', 'end');
  await settled(idle, one, all, both);
  t.deepEqual(idle.texts(), []);
  t.deepEqual(one.texts(), ['in dev', 'end']);
  t.deepEqual(all.texts(), ['in dev', 'in later', 'end']);
  t.deepEqual(both.texts(), ['to both']);
  // Watching anew replaces what was watched.
  one.client.watch(['#later'], true);
  await settled(one);
  await alice.says('#dev', 'unheard');
  await alice.says('#later', 'heard');
  await one.text('heard');
  t.deepEqual(one.texts(), ['in dev', 'end', 'heard']);
});

test('a stopping server says so to everybody, and its close can be asked for twice', async t => {
  const server = await openServer(t);
  const { port } = server.facts;
  const alice = await openClient(t, 'alice', { port });
  const raw = await openRaw(t, 'bob', { port });
  await Promise.all([server.close(), server.close()]);
  t.is((await alice.message('over')).error.code, 'server-stopping');
  t.is((await raw.closed()).code, 'server-stopping');
});
