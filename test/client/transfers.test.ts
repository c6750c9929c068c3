// Files from one client to another, over real sockets: straight on, through the server's store, to a room; what is said to ends
// that lie; what a relay holds.
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import type { AccountId, MessageRef } from '../../src/chat/vocabulary.ts';
import { attach } from '../../src/client/way.ts';
import { FILES_AT_ONCE, OFFERS_PER_ACCOUNT, RELAY_HELD } from '../../src/limits.ts';
import type { Server } from '../../src/server/server.ts';
import { dial } from '../../src/session/dialer.ts';
import { MemoryTransferJournal } from '../../src/store/memory-transfer-journal.ts';
import { newId, openClient, openServer, type TestClient } from '../helpers/clients.ts';
import { codeOf, FilesOf, folderOf, RawWay } from '../helpers/files.ts';

const MIB = 1024 * 1024;

interface Person {
  readonly client: TestClient;
  readonly files: FilesOf;
}

async function served(t: ExecutionContext): Promise<Server> {
  return openServer(t, { spool: join(folderOf(t), 'spool') });
}

async function person(
  t: ExecutionContext,
  { facts: { port } }: Server,
  name: string,
  patience: number | null = null,
): Promise<Person> {
  const client = await openClient(t, name, { port, reconnect: true });
  return { client, files: new FilesOf(t, client, { port, patience }) };
}

/** As operators see them. */
function filesOf(server: Server) {
  const admin = server.admin(() => {}, false);
  const answer = admin.ask({ kind: 'files', before: null, whom: null, limit: 0 });
  admin.close();
  return answer;
}

/** What the server comes to by itself, and tells nobody of. */
async function eventually(fits: () => boolean): Promise<void> {
  while (!fits()) await setImmediate();
}

function accountOf(client: TestClient): AccountId {
  const online = client.messages.find(each => each.is === 'online');
  return online?.is === 'online' ? online.welcome.account : '';
}

/** An offer without a file behind it. */
async function offers({ client }: Person, name: string, size: number): Promise<MessageRef> {
  const file = { name: 'a.bin', folder: false, files: 1, modified: null, executable: false };
  const target = name.startsWith('#') ? ({ to: 'room', room: name } as const) : ({ to: 'name', name } as const);
  const id = client.client.send({ kind: 'offer', target, size, body: { kind: 'file', file } });
  const answer = await client.until('an answer', all =>
    all.find(each => (each.is === 'acked' || each.is === 'refused') && each.id === id),
  );
  if (answer.is === 'refused') throw answer.error;
  return { account: accountOf(client), id };
}

for (const size of [0, 1, 64 * 1024 - 1, 64 * 1024, 64 * 1024 + 1, 10 * MIB]) {
  test(`${size} bytes arrive as they were, straight on and through the store`, async t => {
    const server = await served(t);
    const alice = await person(t, server, 'alice');
    const bob = await person(t, server, 'bob');
    bob.files.takesAll();
    const bytes = randomBytes(size);
    const key = await alice.files.offer(alice.files.write('a.bin', bytes), 'bob');
    const sent = await alice.files.over(key);
    t.is(sent.state, 'done');
    const come = await bob.files.over(key);
    t.is(come.state, 'done');
    t.is(come.done, size);
    t.true(readFileSync(come.path as string).equals(bytes));
    await alice.files.until('told', each => each.key === key && each.received.includes('bob'));

    bob.client.client.close();
    await alice.client.message('presence', ({ presence }) => presence.name === 'bob' && !presence.here);
    const later = await alice.files.offer(alice.files.write('b.bin', bytes), 'bob');
    t.is((await alice.files.over(later)).state, 'kept');
    alice.client.client.close();
    const again = await openClient(t, bob.client.profile, { port: server.facts.port });
    const files = new FilesOf(t, again, { port: server.facts.port });
    files.takesAll();
    const fetched = await files.over(later);
    t.deepEqual([fetched.state, fetched.route], ['done', 'spool']);
    t.true(readFileSync(fetched.path as string).equals(bytes));
  });
}

test('a room’s file is there for each, and its sender hears who has it', async t => {
  const server = await served(t);
  const people = await Promise.all(['alice', 'bob', 'carol'].map(name => person(t, server, name)));
  const [alice, bob, carol] = people as [Person, Person, Person];
  for (const { client } of people) await client.join('#dev');
  const bytes = randomBytes(3 * MIB);
  bob.files.takesAll();
  const key = await alice.files.offer(alice.files.write('a.bin', bytes), '#dev');
  t.is((await alice.files.over(key)).state, 'kept');
  t.is((await bob.files.over(key)).state, 'done');
  // Who wants it later finds it as well.
  const offered = await carol.files.until('the offer', each => each.key === key && each.state === 'offered');
  carol.files.transfers.accept(offered.key);
  const come = await carol.files.over(key);
  t.true(readFileSync(come.path as string).equals(bytes));
  const told = await alice.files.until('both', each => each.key === key && each.received.length === 2);
  t.deepEqual([...told.received].sort(), ['bob', 'carol']);
});

test('a folder arrives with all that is in it', async t => {
  const server = await served(t);
  const alice = await person(t, server, 'alice');
  const bob = await person(t, server, 'bob');
  bob.files.takesAll();
  const folder = join(alice.files.folder, 'things');
  mkdirSync(join(folder, 'inner', 'empty'), { recursive: true });
  writeFileSync(join(folder, 'inner', 'b.txt'), 'b');
  writeFileSync(join(folder, 'a.bin'), randomBytes(2 * MIB));
  const key = await alice.files.offer(folder, 'bob');
  const come = await bob.files.over(key);
  t.is(come.file?.files, 2);
  t.is(readFileSync(join(come.path as string, 'inner', 'b.txt'), 'utf8'), 'b');
  t.true(readFileSync(join(come.path as string, 'a.bin')).equals(readFileSync(join(folder, 'a.bin'))));
});

test('nothing comes before somebody has said yes, and nothing after they have said no', async t => {
  const server = await served(t);
  const alice = await person(t, server, 'alice');
  const bob = await person(t, server, 'bob');
  const key = await alice.files.offer(alice.files.write('a.bin', randomBytes(MIB)), 'bob');
  await bob.files.until('the offer', each => each.key === key && each.state === 'offered');
  t.is(alice.files.transfers.list.get(key)?.done, 0);
  bob.files.transfers.decline(key);
  t.is((await alice.files.over(key)).state, 'declined');
  t.is((await bob.files.over(key)).state, 'declined');
  t.is(bob.files.transfers.list.get(key)?.done, 0);
});

// Red when an offer that stands no more is taken for one that was taken back.
test('a sender who died learns what became of it, and does not give it once more', async t => {
  const server = await served(t);
  const journal = new MemoryTransferJournal();
  const { port } = server.facts;
  const alice = await openClient(t, 'alice', { port });
  const before = new FilesOf(t, alice, { port, journal });
  const bob = await openClient(t, 'bob', { port });
  bob.client.close();
  await alice.message('presence', ({ presence }) => presence.name === 'bob' && !presence.here);
  const path = before.write('a.bin', randomBytes(MIB));
  const [key, other] = [
    await before.offer(path, 'bob'),
    await before.offer(before.write('b.bin', randomBytes(9)), 'bob'),
  ];
  for (const each of [key, other]) t.is((await before.over(each)).state, 'kept');
  before.transfers.close();
  alice.client.close();

  const back = await openClient(t, bob.profile, { port });
  const taking = new FilesOf(t, back, { port });
  await taking.until('both', () => taking.transfers.list.all.length === 2);
  taking.transfers.accept(key);
  taking.transfers.decline(other);
  t.is((await taking.over(key)).state, 'done');
  await back.until('an answer to both', all => all.filter(each => each.is === 'acked').length === 2);

  const again = await openClient(t, alice.profile, { port });
  const after = new FilesOf(t, again, { port, journal });
  t.is(await after.offer(path, 'bob'), key);
  t.is(after.transfers.list.get(key)?.state, 'done');
  t.is(after.transfers.list.get(other)?.state, 'declined');
  t.not(await after.offer(path, 'bob'), key, 'whoever asks for it twice has it twice');
});

test('what is taken back is gone for who has it half', async t => {
  const server = await served(t);
  const alice = await person(t, server, 'alice');
  const bob = await person(t, server, 'bob');
  bob.files.transfers.setRateCap(256 * 1024);
  bob.files.takesAll();
  const key = await alice.files.offer(alice.files.write('a.bin', randomBytes(8 * MIB)), 'bob');
  await bob.files.until('some of it', each => each.key === key && each.done > 0);
  alice.files.transfers.cancel(key);
  t.is((await bob.files.over(key)).state, 'withdrawn');
  t.deepEqual(bob.files.received, []);
});

test('who pauses goes on from where it was', async t => {
  const server = await served(t);
  const alice = await person(t, server, 'alice');
  const bob = await person(t, server, 'bob');
  const bytes = randomBytes(8 * MIB);
  bob.files.transfers.setRateCap(2 * MIB);
  bob.files.takesAll();
  const key = await alice.files.offer(alice.files.write('a.bin', bytes), 'bob');
  await bob.files.until('some of it', each => each.key === key && each.done > MIB);
  bob.files.transfers.pause(key);
  const paused = await bob.files.until('a pause', each => each.key === key && each.state === 'paused');
  bob.files.transfers.setRateCap(null);
  bob.files.transfers.resume(key);
  const come = await bob.files.over(key);
  t.true(paused.done < 8 * MIB);
  t.true(readFileSync(come.path as string).equals(bytes));
});

// What ends say that do not keep to the rules

test('a way is for who was let onto it: once, with its proof, on its own connection', async t => {
  const server = await served(t);
  const alice = await person(t, server, 'alice');
  const about = await offers(alice, '#dev', 10);
  const granted = async () => {
    const [page] = await alice.client.query({ kind: 'grant', about, side: 'send', spool: false, have: null });
    if (page?.kind !== 'grants') throw new Error('no grant');
    return page.items[0] as (typeof page.items)[number];
  };
  const { clock, heartbeat, address } = alice.files.way;
  const attached = async (
    grant: Awaited<ReturnType<typeof granted>>,
    change: object = {},
    end: 'send' | 'receive' = 'send',
  ) => {
    const dialed = { ...(await dial(address, { timeout: 10_000 })), ...change };
    const way = attach(dialed, { grant, end, clock, heartbeat });
    return way.attached().then(
      () => 'attached',
      error => codeOf(error),
    );
  };
  const grant = await granted();
  t.is(await attached({ ...grant, key: randomBytes(32) }), 'grant-invalid');
  t.is(await attached({ ...grant, grant: randomBytes(16) }), 'grant-invalid');
  t.is(await attached(grant, { exporter: randomBytes(32) }), 'grant-invalid');
  t.is(await attached(grant, {}, 'receive'), 'grant-invalid');
  t.is(await attached(grant), 'attached');
  t.is(await attached(grant), 'grant-invalid');
});

test('a receiver who came while the file was about to go into the store is not left waiting for its sender', async t => {
  const server = await served(t);
  const alice = await person(t, server, 'alice');
  const bob = await person(t, server, 'bob');
  const about = await offers(alice, 'bob', 10);
  const query = { kind: 'grant', about, side: 'send', spool: true, have: null } as const;
  const [page] = await alice.client.query(query);
  const grant = page?.kind === 'grants' ? page.items[0] : undefined;
  t.true(grant?.spool);
  const early = await RawWay.open(bob.files.way, about, 'receive');
  const { clock, heartbeat, address } = alice.files.way;
  const dialed = await dial(address, { timeout: 10_000 });
  const way = attach(dialed, { grant: grant as NonNullable<typeof grant>, end: 'send', clock, heartbeat });
  await way.attached();
  t.is(await early.ended(), 'replaced');
  t.is(await RawWay.open(bob.files.way, about, 'receive').then(() => 'granted', codeOf), 'sender-away');
});

test('nobody gets a way to what is not theirs', async t => {
  const server = await served(t);
  const [alice, bob, carol] = (await Promise.all(['alice', 'bob', 'carol'].map(name => person(t, server, name)))) as [
    Person,
    Person,
    Person,
  ];
  const about = await offers(alice, 'bob', 10);
  const asks = (who: Person, side: 'send' | 'receive', of = about) =>
    who.client.query({ kind: 'grant', about: of, side, spool: false, have: null }).then(() => 'granted', codeOf);
  t.is(await asks(carol, 'receive'), 'no-such-offer');
  t.is(await asks(carol, 'send'), 'no-such-offer');
  t.is(await asks(bob, 'send'), 'not-yours');
  t.is(await asks(alice, 'receive'), 'no-such-offer');
  t.is(await asks(bob, 'receive'), 'sender-away');
  t.is(await asks(bob, 'receive', { account: about.account, id: newId() }), 'no-such-offer');
  await t.throwsAsync(carol.client.does({ kind: 'decline', about }), { message: 'no-such-offer' });
  await t.throwsAsync(carol.client.does({ kind: 'receive', about }), { message: 'no-such-offer' });
  await t.throwsAsync(carol.client.does({ kind: 'withdraw', about }), { message: 'no-such-offer' });
});

const LIES: Readonly<Record<string, (raw: RawWay, size: number) => void>> = {
  'file-too-long': (raw, size) => {
    raw.way.sendData(randomBytes(size));
    raw.way.sendData(randomBytes(1));
  },
  'file-too-short': (raw, size) => {
    raw.way.sendData(randomBytes(size - 1));
    raw.way.send({ type: 'end', hash: randomBytes(32) });
  },
  'file-hash': (raw, size) => {
    raw.way.sendData(randomBytes(size));
    raw.way.send({ type: 'end', hash: randomBytes(32) });
  },
  'bad-packet': raw => raw.way.send({ type: 'from', offset: 0, until: 1, direct: false }),
  'bad-frame': raw => raw.way.session.send(Buffer.from('0fffffff05', 'hex')),
};

for (const [code, lie] of Object.entries(LIES)) {
  test(`a sender into the store is refused with ${code}, and its room is free again`, async t => {
    const server = await served(t);
    const alice = await person(t, server, 'alice');
    const size = 300_000;
    const about = await offers(alice, '#dev', size);
    const raw = await RawWay.open(alice.files.way, about, 'send');
    const { until } = await raw.hears('from');
    t.is(until, size);
    lie(raw, size);
    t.is(await raw.ended(), code);
    // Asked again, it begins at the first byte: nothing was kept.
    const again = await RawWay.open(alice.files.way, about, 'send');
    t.is((await again.hears('from')).offset, 0);
    t.is(filesOf(server).files[0]?.state, 'coming');
  });
}

// Red when more offers are let stand than may.
test('of ten thousand offers no more stand than may, and their room is there again once they are gone', async t => {
  const quick = { perSecond: 1e6, burst: 1e6 };
  const rates = { commands: quick, queries: quick };
  const server = await openServer(t, { spool: join(folderOf(t), 'spool'), rates });
  const alice = await person(t, server, 'alice');
  const file = { name: 'a.bin', folder: false, files: 1, modified: null, executable: false };
  const offer = (size: number) =>
    alice.client.client.send({
      ...{ kind: 'offer', target: { to: 'room', room: '#dev' }, size },
      body: { kind: 'file', file },
    });
  const all = 10_000;
  for (let n = 0; n < all; n++) offer(1 + n);
  const answers = await alice.client.until('all answers', heard => {
    const found = heard.filter(each => each.is === 'acked' || each.is === 'refused');
    return found.length === all && found;
  });
  const acked = answers.filter(each => each.is === 'acked');
  t.is(acked.length, OFFERS_PER_ACCOUNT);
  for (const each of answers) if (each.is === 'refused') t.is(each.error.code, 'too-many-offers');
  t.is(filesOf(server).all, OFFERS_PER_ACCOUNT);
  for (const { id } of acked)
    await alice.client.does({ kind: 'withdraw', about: { account: accountOf(alice.client), id } });
  t.is(filesOf(server).all, 0);
  t.truthy(await offers(alice, '#dev', 10));
});

test('a sender who vanishes keeps no more room than it has filled', async t => {
  const server = await served(t);
  const alice = await person(t, server, 'alice');
  await server.admin(() => {}).command({ kind: 'set', name: 'spool-mib-per-account', value: 2 });
  const about = await offers(alice, '#dev', 2 * MIB);
  const raw = await RawWay.open(alice.files.way, about, 'send');
  await raw.hears('from');
  raw.way.sendData(randomBytes(MIB / 2));
  const other = await offers(alice, '#dev', MIB);
  const refused = await RawWay.open(alice.files.way, other, 'send').then(() => 'granted', codeOf);
  t.is(refused, 'spool-account-full');
  raw.way.session.die('closed');
  // The server hears of it within a turn; until then it is asked again.
  let state = '';
  for (let tries = 0; tries < 1_000 && state !== 'granted'; tries++) {
    state = await RawWay.open(alice.files.way, other, 'send').then(() => 'granted', codeOf);
  }
  t.is(state, 'granted');
});

test(`the ${OFFERS_PER_ACCOUNT + 1}st offer that nobody has answered is refused, and so is what is too large`, async t => {
  const server = await served(t);
  const alice = await person(t, server, 'alice');
  await person(t, server, 'bob');
  for (let n = 0; n < OFFERS_PER_ACCOUNT; n++) await offers(alice, 'bob', 10);
  t.is(await offers(alice, 'bob', 10).then(() => 'taken', codeOf), 'too-many-offers');
  t.is(await offers(alice, 'bob', 2048 * MIB + 1).then(() => 'taken', codeOf), 'file-too-large');
});

test('of one account only so many are on their way', async t => {
  const server = await served(t);
  const alice = await person(t, server, 'alice');
  for (let n = 0; n < FILES_AT_ONCE; n++) await RawWay.open(alice.files.way, await offers(alice, '#dev', 10), 'send');
  const about = await offers(alice, '#dev', 10);
  t.is(await RawWay.open(alice.files.way, about, 'send').then(() => 'granted', codeOf), 'too-many-files');
});

test('a receiver that takes nothing leaves a relay with what it may hold, and stops only its own sender', async t => {
  const server = await served(t);
  const alice = await person(t, server, 'alice');
  const bob = await person(t, server, 'bob');
  const size = 64 * MIB;
  const about = await offers(alice, 'bob', size);
  await t.throwsAsync(alice.client.query({ kind: 'grant', about, side: 'send', spool: false, have: null }), {
    message: 'not-yet',
  });
  const receiver = await RawWay.open(bob.files.way, about, 'receive');
  const sender = await RawWay.open(alice.files.way, about, 'send');
  receiver.way.send({ type: 'from', offset: 0, until: size, direct: false });
  const { until } = await sender.hears('from');
  t.is(until, RELAY_HELD);
  receiver.way.session.pause();
  // As much as it is allowed, again and again, until it is allowed no more.
  const chunk = randomBytes(64 * 1024);
  let allowed = until;
  let sent = 0;
  const gives = () => {
    while (sent < allowed) {
      const part = chunk.subarray(0, Math.min(chunk.length, allowed - sent));
      sender.way.sendData(part);
      sent += part.length;
    }
  };
  sender.inbox.add = heard => {
    if ('packet' in heard && heard.packet.type === 'credit') allowed = Math.min(heard.packet.until, size);
    gives();
  };
  gives();
  // Others go on meanwhile.
  const bytes = randomBytes(4 * MIB);
  const key = await alice.files.offer(alice.files.write('b.bin', bytes), 'bob');
  await bob.files.until('the offer', each => each.key === key);
  bob.files.transfers.accept(key);
  t.true(readFileSync((await bob.files.over(key)).path as string).equals(bytes));
  await alice.files.until('that bob has it', each => each.key === key && each.received.includes('bob'));
  const row = filesOf(server).files.find(each => each.state === 'relayed');
  // What the system holds between the two is its own; nothing near the whole has gone in.
  t.true((row?.done ?? size) < size / 2, String(row?.done));
  t.like(filesOf(server), { all: 1, moving: 1, files: [{ private: true, takers: 0 }] });
  receiver.way.session.resume();
  await receiver.inbox.until('all of it', () => receiver.bytes === size);
  sender.way.send({ type: 'end', hash: createHash('sha256').digest() });
  await receiver.hears('end');
});

test('a sender through a relay that sends more than is allowed is cut', async t => {
  const server = await served(t);
  const alice = await person(t, server, 'alice');
  const bob = await person(t, server, 'bob');
  const about = await offers(alice, 'bob', MIB);
  await t.throwsAsync(alice.client.query({ kind: 'grant', about, side: 'send', spool: false, have: null }), {
    message: 'not-yet',
  });
  const receiver = await RawWay.open(bob.files.way, about, 'receive');
  const sender = await RawWay.open(alice.files.way, about, 'send');
  receiver.way.send({ type: 'from', offset: 0, until: 1000, direct: false });
  await sender.hears('from');
  sender.way.sendData(randomBytes(1001));
  t.is(await sender.ended(), 'file-too-long');
  t.is(await receiver.ended(), 'file-too-long');
  t.is(receiver.bytes, 0);
});

test('whoever takes a file out of the store is counted, and how far it is; the oldest stand behind what moves', async t => {
  const server = await served(t);
  const alice = await person(t, server, 'alice');
  const bob = await person(t, server, 'bob');
  await alice.client.join('#dev');
  await bob.client.join('#dev');
  await offers(alice, '#dev', 10);
  const key = await alice.files.offer(alice.files.write('a.bin', randomBytes(MIB)), '#dev');
  await alice.files.over(key);
  t.like(filesOf(server), {
    all: 2,
    moving: 0,
    rate: 0,
    files: [{ state: 'offered' }, { state: 'waiting', takers: 0 }],
  });
  const [account = '', id = ''] = key.split('/');
  const raw = await RawWay.open(bob.files.way, { account, id }, 'receive');
  raw.way.send({ type: 'from', offset: MIB / 2, until: MIB / 2 + 1_000, direct: false });
  await raw.inbox.until('what was allowed', () => raw.bytes === 1_000);
  const [first] = filesOf(server).files;
  t.like(first, { file: key, state: 'taken', takers: 1, done: MIB / 2 + 1_000, received: 0 });
  raw.way.close('paused');
  await raw.ended();
  await eventually(() => filesOf(server).files.find(({ file }) => file === key)?.state === 'waiting');
});

test('an operator sees what is on its way, and ends it', async t => {
  const server = await served(t);
  const admin = server.admin(() => {});
  const alice = await person(t, server, 'alice');
  await alice.client.join('#dev');
  const bytes = randomBytes(MIB);
  const key = await alice.files.offer(alice.files.write('a.bin', bytes), '#dev');
  await alice.files.over(key);
  const [row] = filesOf(server).files;
  t.like(row, { file: key, from: 'alice', to: '#dev', name: 'a.bin', size: MIB, state: 'waiting', done: MIB });
  const [account = '', id = ''] = key.split('/');
  t.true((await admin.command({ kind: 'stop-file', about: { account, id } })).ok);
  await alice.files.until('the end', each => each.key === key && each.state === 'stopped');
  t.deepEqual(filesOf(server).files, []);
});

// Direct ways

async function direct(t: ExecutionContext, server: Server, name: string, hosts?: readonly string[]): Promise<Person> {
  const { port } = server.facts;
  const client = await openClient(t, name, { port, reconnect: true });
  return { client, files: new FilesOf(t, client, { port, ...(hosts ? { direct: hosts } : {}) }) };
}

const HERE = ['127.0.0.1'];
const WAYS = {
  'both agree': [HERE, HERE, 'direct'],
  'only the sender agrees': [HERE, undefined, 'relay'],
  'only the receiver agrees': [undefined, HERE, 'relay'],
  'nobody is to be reached where it was said': [['127.0.0.2'], HERE, 'relay'],
  'the address is none of this machine': [['10.255.255.1'], HERE, 'relay'],
} as const;

for (const [when, [sends, takes, route]] of Object.entries(WAYS)) {
  test(`where ${when} the bytes go by ${route === 'direct' ? 'a direct way' : 'the server'}`, async t => {
    const server = await served(t);
    const alice = await direct(t, server, 'alice', sends);
    const bob = await direct(t, server, 'bob', takes);
    const bytes = randomBytes(16 * MIB);
    bob.files.transfers.setRateCap(8 * MIB);
    bob.files.takesAll();
    const key = await alice.files.offer(alice.files.write('a.bin', bytes), 'bob');
    if (route === 'direct') {
      await bob.files.until('the direct way', each => each.key === key && each.route === 'direct');
      // It stands still until operators have seen it.
      bob.files.transfers.setRateCap(1);
      await eventually(() => filesOf(server).files[0]?.state === 'direct');
      t.like(filesOf(server), { moving: 1, rate: 0 });
      bob.files.transfers.setRateCap(8 * MIB);
    }
    const come = await bob.files.over(key);
    await eventually(() => filesOf(server).files.length === 0);
    t.is(come.state, 'done', JSON.stringify(come.reason));
    t.true(readFileSync(come.path as string).equals(bytes));
    t.is(come.route, route);
    t.is((await alice.files.over(key)).state, 'done');
  });
}
