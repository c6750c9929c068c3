// What operators look at: people, rooms, acts and what takes them back, the door.
// Seen red: an undo that gives the value of the act itself, a second undo of the same subject, a person without their mutes.
import test, { type ExecutionContext } from 'ava';
import type { Command } from '../../src/chat/vocabulary.ts';
import { ADMIN_FRAME } from '../../src/limits.ts';
import { encodeAdmin } from '../../src/protocol/admin.ts';
import type { AdminAnswers, AdminNote, AdminSession } from '../../src/server/admin-session.ts';
import { RoomTraffic } from '../../src/server/room-traffic.ts';
import type { ServerOptions } from '../../src/server/server.ts';
import { MemoryLog } from '../../src/store/memory-log.ts';
import { newProfile, openClient, openServer } from '../helpers/clients.ts';
import { Inbox } from '../helpers/inbox.ts';

type Query = Parameters<AdminSession['ask']>[0];

async function open(t: ExecutionContext, options: Partial<ServerOptions> = {}) {
  const server = await openServer(t, options);
  const notes = new Inbox<AdminNote>();
  const admin = server.admin(note => notes.add(note), true);
  const does = async (command: Command) => {
    const result = await admin.command(command);
    t.true(result.ok, `${command.kind} ${result.ok ? '' : result.code}`);
  };
  const ask = <K extends keyof AdminAnswers>(kind: K, more: Partial<Query> = {}) =>
    admin.ask({ kind, before: null, limit: 100, whom: null, ...more }) as AdminAnswers[K];
  return { server, port: server.facts.port, admin, does, ask, notes };
}

const named = (name: string) => ({ to: 'name', name }) as const;
const room = '#dev';

/** Acts, each with what it changes: undone, that is as it was before. */
const ACTS: readonly (readonly [string, Command])[] = [
  ['a ban', { kind: 'ban', who: { by: 'account', target: named('bob') }, lasts: 60_000, reason: 'x' }],
  ['a ban of a name', { kind: 'ban', who: { by: 'name', name: 'admin' }, lasts: null, reason: '' }],
  ['a ban of a network', { kind: 'ban', who: { by: 'network', network: '10.0.0.0/8' }, lasts: null, reason: '' }],
  ['a mute', { kind: 'mute', target: named('bob'), room: null, lasts: 60_000, reason: '' }],
  ['a mute in a room', { kind: 'mute', target: named('bob'), room, lasts: null, reason: '' }],
  ['slow mode', { kind: 'slow', room, seconds: 9 }],
  ['announce-only', { kind: 'announce-only', room, on: true }],
  ['a lock', { kind: 'lock', room, on: true }],
  ['a moderator', { kind: 'moderator', room, target: named('bob'), on: true }],
  ['who sees a room', { kind: 'visibility', room, visibility: 'hidden' }],
  ['the door', { kind: 'door', door: 'closed', reason: '' }],
  ['the message of the day', { kind: 'motd', text: 'hello' }],
  ['a setting', { kind: 'set', name: 'new-per-minute', value: 7 }],
  ['the limit', { kind: 'limit', connections: 77 }],
  ['how long talk is kept', { kind: 'retain', room: null, keep: { days: 40, bytes: null } }],
  ['a role', { kind: 'role', target: named('bob'), role: 'operator' }],
  ['a guest', { kind: 'role', target: named('bob'), role: 'guest' }],
  ['an exempt network', { kind: 'exempt', network: '10.0.0.0/8', on: true }],
];

test('an act is taken back by what the trail says, and all is as it was; once', async t => {
  const { port, does, ask } = await open(t);
  const alice = await openClient(t, 'alice', { port });
  const profile = newProfile('bob');
  const bob = await openClient(t, profile, { port });
  await alice.says(room, 'hello');
  bob.client.close();
  /** All that an act may change, without when and in which order. */
  const facts = () => ({
    ...ask('bans'),
    ...ask('settings'),
    rooms: ask('rooms').rooms.map(({ messagesPerSecond: _rate, here: _here, ...each }) => each),
    role: ask('person', { whom: '@bob' }).person?.role,
  });
  const before = facts();
  for (const [name, command] of ACTS) {
    await does(command);
    t.notDeepEqual(facts(), before, `${name} changes something`);
    const act = ask('audit').acts.at(-1);
    t.truthy(act?.undo, name);
    await does(act!.undo!);
    t.deepEqual(facts(), before, `${name} is taken back`);
    const stale = ask('audit').acts.find(({ event }) => event.position === act!.event.position);
    t.is(stale?.undo, null, `${name} is no more the newest`);
  }
});

test('what was set twice goes back by one step; what cannot be taken back says so', async t => {
  const { port, does, ask } = await open(t);
  await openClient(t, 'alice', { port });
  await does({ kind: 'set', name: 'new-per-minute', value: 7 });
  await does({ kind: 'set', name: 'new-per-minute', value: 8 });
  const [first, second] = ask('audit').acts;
  t.is(first?.undo, null);
  t.deepEqual(second?.undo, { kind: 'set', name: 'new-per-minute', value: 7 });
  await does({ kind: 'kick', target: named('alice'), reason: '' });
  await does({ kind: 'broadcast', text: 'hear' });
  t.deepEqual(
    ask('audit', { limit: 2 }).acts.map(({ undo }) => undo),
    [null, null],
  );
});

test('a lifted ban can be put back for the time that was left', async t => {
  const { does, ask } = await open(t);
  await does({ kind: 'ban', who: { by: 'name', name: 'eve' }, lasts: 3_600_000, reason: 'why' });
  await does({ kind: 'unban', who: { by: 'name', name: 'eve' } });
  const undo = ask('audit').acts.at(-1)?.undo;
  t.like(undo, { kind: 'ban', who: { by: 'name', name: 'eve' }, reason: 'why' });
  const lasts = undo?.kind === 'ban' ? (undo.lasts ?? 0) : 0;
  t.true(lasts > 3_000_000 && lasts <= 3_600_000);
});

test('older acts come by pages, without a gap and without one twice', async t => {
  const { does, ask } = await open(t);
  for (let value = 1; value <= 25; value++) await does({ kind: 'set', name: 'new-per-minute', value });
  const all = ask('audit').acts.map(({ event }) => event.position);
  const pages: number[] = [];
  for (let before: number | null = null; pages.length < 25; before = pages[0] ?? null) {
    const page = ask('audit', { before, limit: 10 }).acts.map(({ event }) => event.position);
    pages.unshift(...page);
  }
  t.deepEqual(pages, all);
});

// Red when a page ends by its number of acts alone.
test('acts with long words come in answers that an operator’s session can take, and all of them come', async t => {
  const { does, ask } = await open(t);
  const text = '界'.repeat(2_600);
  const count = 700;
  for (let n = 0; n < count; n++) await does({ kind: 'broadcast', text: `${n} ${text}` });
  const seen: number[] = [];
  for (let before: number | null = null; seen.length < count; before = seen[0] ?? null) {
    const page = ask('audit', { before, limit: 2_000 });
    t.true(page.acts.length > 0);
    t.true(encodeAdmin({ type: 'answer', ref: 1, value: page }).length < ADMIN_FRAME);
    seen.unshift(...page.acts.map(({ event }) => event.position));
  }
  t.is(new Set(seen).size, count);
});

test('a person: names, role, rooms, sessions with their devices, sanctions and what was done', async t => {
  const { port, does, ask } = await open(t);
  const profile = newProfile('alice');
  const alice = await openClient(t, profile, { port });
  await openClient(t, { ...profile, device: Buffer.alloc(16, 7) }, { port, presence: false });
  await alice.join('#dev');
  await alice.does({ kind: 'rename', name: 'alicia' });
  await does({ kind: 'mute', target: named('alicia'), room: null, lasts: null, reason: 'loud' });
  const { person } = ask('person', { whom: '@alicia' });
  t.like(person, { name: 'alicia', held: ['alice'], role: 'member', rooms: ['#dev', '#lobby'], banned: null });
  t.like(person?.mutes, [{ reason: 'loud' }]);
  t.like(person?.acts, [{ kind: 'muted', name: 'alicia', text: 'loud' }]);
  t.deepEqual(
    person?.sessions.map(({ device, here, address }) => [device, here, address]),
    [
      [Buffer.from(profile.device).toString('hex'), true, '127.0.0.1'],
      ['07'.repeat(16), false, '127.0.0.1'],
    ],
  );
  // By their key it is the same one, and by a name of before too.
  for (const whom of [person!.account, '@alice', '@ALICIA'])
    t.is(ask('person', { whom }).person?.account, person!.account);
  t.is(ask('person', { whom: '@nobody' }).person, null);
  t.is(ask('person', { whom: 'no-key' }).person, null);
  await does({ kind: 'ban', who: { by: 'name', name: 'alicia' }, lasts: null, reason: 'out' });
  const banned = ask('person', { whom: person!.account }).person;
  t.like(banned, { sessions: [], banned: { reason: 'out' } });
  t.deepEqual(
    banned?.acts.map(({ kind }) => kind),
    ['banned', 'muted'],
  );
});

test('an operator takes a message away wherever it was said, and that is an act which a restart keeps', async t => {
  const log = new MemoryLog();
  const { port, does, ask, server } = await open(t, { log });
  const alice = await openClient(t, 'alice', { port });
  await alice.join('#secret');
  await alice.does({ kind: 'visibility', room: '#secret', visibility: 'hidden' });
  const { id } = await alice.says('#secret', 'to be taken away');
  const own = await alice.says('#secret', 'taken away by its author');
  const { account } = (await alice.message('online')).welcome;
  await alice.does({ kind: 'delete', about: { account, id: own.id } });
  t.is(
    ask('audit').acts.some(({ event }) => event.kind === 'deleted'),
    false,
    'one’s own is no act',
  );
  await does({ kind: 'delete', about: { account, id } });
  await alice.event('deletion', each => each.kind === 'deleted' && each.about.id === id);
  const said = () =>
    ask('audit')
      .acts.filter(({ event }) => event.kind === 'deleted')
      .map(({ entry }) => entry);
  t.like(said(), [{ other: 'alice', room: '#secret', ref: { account, id } }]);
  await server.close();
  const again = await open(t, { log });
  t.like(again.ask('audit').acts.at(-1)?.entry, { kind: 'deleted', other: 'alice' });
});

// Red when whoever reads private talk could take it away.
test('private talk is nobody’s to take away but its author’s', async t => {
  const { port, admin } = await open(t);
  const alice = await openClient(t, 'alice', { port });
  await openClient(t, 'bob', { port });
  const body = { kind: 'text', text: 'between us' } as const;
  const { id } = await alice.does({ kind: 'post', target: named('bob'), body, action: false });
  const { account } = (await alice.message('online')).welcome;
  t.like(await admin.command({ kind: 'delete', about: { account, id } }), { ok: false, code: 'no-such-message' });
});

test('the numbers of each second: bytes of each person, the disk, the door and what it was before', async t => {
  const { port, does, notes } = await open(t, { diskFree: () => Promise.resolve(12_345) });
  const alice = await openClient(t, 'alice', { port });
  await does({ kind: 'door', door: 'invited', reason: '' });
  await does({ kind: 'door', door: 'closed', reason: '' });
  const stats = await notes.first('door', note =>
    note.is === 'stats' && note.stats.door === 'closed' && note.stats.diskFree !== null ? note.stats : null,
  );
  t.like(stats, { door: 'closed', doorBefore: 'invited', diskFree: 12_345 });
  let said = 0;
  const row = await notes.first('bytes', note => {
    if (note.is !== 'stats') return null;
    // As long as nobody is seen to send something, more is sent.
    said += 1;
    void alice.says('#dev', `line ${said}`);
    return note.users.find(({ bytesInPerSecond, bytesOutPerSecond }) => bytesInPerSecond > 0 && bytesOutPerSecond > 0);
  });
  t.is(row?.name, 'alice');
});

test('the traffic of a room rises with what is said and fades by itself', t => {
  const traffic = new RoomTraffic();
  t.is(traffic.rate('#dev', 0), 0);
  for (let at = 0; at < 60_000; at += 100) traffic.said('#dev', at);
  t.true(Math.abs(traffic.rate('#dev', 60_000) - 10) < 0.5, String(traffic.rate('#dev', 60_000)));
  t.true(Math.abs(traffic.rate('#dev', 70_000) - 10 / Math.E) < 0.3);
  t.is(traffic.rate('#dev', 600_000), 0);
  t.is(traffic.rate('#lobby', 60_000), 0);
});
