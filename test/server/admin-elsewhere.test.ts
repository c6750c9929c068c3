// The admin session of operators elsewhere: who gets one, what is done in it, when it ends, and what a slow one misses.
import test, { type ExecutionContext } from 'ava';
import type { Command } from '../../src/chat/vocabulary.ts';
import type { Profile } from '../../src/identity/profile.ts';
import { ADMIN_HELD, ADMIN_PIECE, ADMIN_TEXT } from '../../src/limits.ts';
import { encodeAdmin } from '../../src/protocol/admin.ts';
import type { AdminSession } from '../../src/server/admin-session.ts';
import type { ServerOptions } from '../../src/server/server.ts';
import { newProfile, openClient, openRaw, openServer } from '../helpers/clients.ts';
import { HeldLog } from '../helpers/held-log.ts';
import { OperatorScreen } from '../helpers/operator.ts';

const named = (name: string) => ({ to: 'name', name }) as const;
const role = (name: string, given: 'operator' | 'member'): Command => ({
  ...{ kind: 'role', target: named(name), role: given },
});
const kick = (name: string): Command => ({ kind: 'kick', target: named(name), reason: 'x' });

async function scene(t: ExecutionContext, options: Partial<ServerOptions> = {}) {
  const server = await openServer(t, options);
  const { port } = server.facts;
  const admin = server.admin(() => {}, false);
  return { server, port, admin, operator: (profile: Profile) => openOperator(t, port, admin, profile) };
}

/** Somebody whom the owner has made an operator, attached. */
async function openOperator(t: ExecutionContext, port: number, admin: AdminSession, profile: Profile) {
  const screen = await OperatorScreen.open(t, profile, port);
  t.like(await admin.command(role(profile.name, 'operator')), { ok: true });
  screen.attach();
  await screen.ask('settings');
  return screen;
}

// Red when the role is asked after the request was read, or by the session's first role.
test('nobody but an operator gets an admin session, and nothing of what others send is read', async t => {
  const { port, admin } = await scene(t);
  const alice = newProfile('alice');
  const raw = await openRaw(t, alice, { port });
  // Before a login there is no such thing.
  raw.send({ type: 'admin', request: Buffer.of(1) });
  t.is((await raw.closed()).code, 'bad-packet');

  const screen = await OperatorScreen.open(t, alice, port);
  // No value at all: whoever read it would close the connection.
  screen.send(Buffer.of(0xc1));
  const { code, params } = await screen.refused();
  t.deepEqual([code, params], ['not-allowed', { needs: 'operator' }]);
  for (const request of [
    encodeAdmin({ type: 'attach', version: '0', log: true, numbers: true }),
    encodeAdmin({ type: 'ask', ref: 1, kind: 'snapshot', before: null, limit: 1, whom: null }),
    encodeAdmin({ type: 'command', id: '00000000-0000-7000-8000-000000000001', command: kick('alice') }),
  ]) {
    screen.send(request);
  }
  await screen.raw.until(
    'four refusals',
    () => screen.raw.packets.filter(({ type }) => type === 'refused').length === 4,
  );
  t.deepEqual(screen.replies, []);
  t.is((await admin.ask({ kind: 'audit', before: null, limit: 9, whom: null })).acts.length, 0);
});

test('an operator elsewhere sees and does what the dashboard does, in their own name, and what is the owner’s is not theirs', async t => {
  const { port, admin, operator } = await scene(t);
  const alice = await operator(newProfile('alice'));
  const bob = await openClient(t, 'bob', { port });
  await bob.says('#lobby', 'hello');
  t.like(await alice.line(({ kind }) => kind === 'message'), { room: '#lobby', name: 'bob', text: 'hello' });
  const { users } = await alice.ask('snapshot');
  t.deepEqual(
    users.map(({ name }) => name),
    admin.snapshot().users.map(({ name }) => name),
  );
  t.like((await alice.ask('rooms')).rooms[0], { room: '#lobby' });
  t.deepEqual(await alice.command(role('bob', 'operator')), {
    ...{ ok: false, code: 'not-allowed', params: { needs: 'owner' } },
  });
  t.like(await alice.command(kick('bob')), { ok: true });
  await alice.line(({ kind, other }) => kind === 'kicked' && other === 'alice');
  const { acts } = await admin.ask({ kind: 'audit', before: null, limit: 1, whom: null });
  t.true(JSON.stringify(acts).includes('"from":"alice"'), 'the trail names who did it');
});

// Red when the role is looked up only once its loss is kept.
test('with the role the session ends, in the turn in which it is taken away; the connection goes on', async t => {
  const log = new HeldLog();
  const { port, admin, operator } = await scene(t, { log });
  const profile = newProfile('alice');
  const alice = await operator(profile);
  const bob = await openClient(t, 'bob', { port });
  log.hold = true;
  const taken = admin.command(role('alice', 'member'));
  t.like(await alice.refused(), { code: 'not-allowed' });
  alice.send(encodeAdmin({ type: 'ask', ref: 99, kind: 'snapshot', before: null, limit: 1, whom: null }));
  await alice.raw.until('both refusals', () => alice.raw.packets.filter(({ type }) => type === 'refused').length === 2);
  log.release();
  await taken;
  const lines = alice.lines.length;
  await bob.says('#lobby', 'unheard');
  alice.raw.send({ type: 'query', ref: 7, query: { kind: 'rooms' } });
  await alice.raw.packet('page');
  t.is(alice.lines.length, lines);
  t.false(alice.replies.some(reply => reply.type === 'answer' && reply.ref === 99));
});

test('a role that could not be kept was never one', async t => {
  const log = new HeldLog();
  const { admin, port } = await scene(t, { log });
  const alice = await OperatorScreen.open(t, newProfile('alice'), port);
  log.hold = true;
  const given = admin.command(role('alice', 'operator'));
  alice.attach();
  await alice.ask('settings');
  log.fails = true;
  log.release();
  t.like(await given, { ok: false });
  t.like(await alice.refused(), { code: 'not-allowed' });
});

for (const [what, command] of [
  ['kicked', kick('alice')],
  ['banned', { kind: 'ban', who: { by: 'account', target: named('alice') }, lasts: null, reason: '' }],
] as const) {
  test(`who is ${what} has no admin session any more`, async t => {
    const { server, admin, operator } = await scene(t);
    const alice = await operator(newProfile('alice'));
    t.is(server.totals().adminSessions, 1);
    t.like(await admin.command(command), { ok: true });
    t.is((await alice.raw.closed()).code, what);
    t.is(server.totals().adminSessions, 0);
  });
}

test('another version is told which one the server has, and gets nothing', async t => {
  const { port, admin } = await scene(t);
  const alice = await OperatorScreen.open(t, newProfile('alice'), port);
  await admin.command(role('alice', 'operator'));
  alice.attach({ version: '9.9' });
  t.like(await alice.refused(), { code: 'another-version', params: { theirs: '0' } });
  t.deepEqual(alice.replies, []);
});

// Red when the entries go out as the owner's dashboard has them.
test('of a room that is closed to them, operators elsewhere hear who speaks there, and not what', async t => {
  const { port, operator } = await scene(t);
  const alice = await operator(newProfile('alice'));
  const bob = await openClient(t, 'bob', { port });
  await bob.join('#den');
  await bob.does({ kind: 'visibility', room: '#den', visibility: 'hidden' });
  await bob.does({ kind: 'topic', room: '#den', text: 'SECRET topic' });
  const { id } = await bob.says('#den', 'SECRET words');
  const account = bob.events.find(event => event.id === id)?.account ?? '';
  const about = { account, id };
  await bob.does({ kind: 'edit', about, body: { kind: 'text', text: 'SECRET others' } });
  await bob.does({ kind: 'react', about, reaction: 'SECRET', on: true });
  await bob.does({ kind: 'delete', about });
  const offered = (name: string) => ({
    ...({ kind: 'offer', size: 5 } as const),
    body: { kind: 'file', file: { name, folder: false, files: 1, modified: null, executable: false } } as const,
  });
  await openClient(t, 'carol', { port });
  await bob.does({ ...offered('SECRET plan'), target: { to: 'room', room: '#den' } });
  await bob.does({ ...offered('SECRET letter'), target: { to: 'name', name: 'carol' } });
  await bob.does({ ...offered('open notes'), target: { to: 'room', room: '#lobby' } });
  await bob.says('#lobby', 'open words');
  await alice.line(({ text }) => text === 'open words');
  t.is(alice.lines.filter(({ kind, room }) => kind === 'private' && room === '#den').length, 5);
  const { files } = await alice.ask('files');
  t.deepEqual(
    files.map(({ from, to, name }) => [from, to, name]),
    [
      ['bob', '#den', ''],
      ['bob', 'carol', ''],
      ['bob', '#lobby', 'open notes'],
    ],
  );
  const { rooms } = await alice.ask('rooms');
  t.like(
    rooms.find(({ room }) => room === '#den'),
    { topic: '', visibility: 'hidden' },
  );
  t.false(JSON.stringify([alice.replies, rooms]).includes('SECRET'));
});

test('an answer that no frame holds comes in pieces', async t => {
  const { admin, operator } = await scene(t);
  const alice = await operator(newProfile('alice'));
  for (let n = 0; n < 40; n++) {
    await admin.command({ kind: 'broadcast', text: `${n}`.padEnd(2_000, 'x') });
  }
  const { acts } = await alice.ask('audit');
  t.is(acts.length, 41);
  const sizes = alice.raw.packets.flatMap(packet => (packet.type === 'admin' ? [packet.reply.length] : []));
  t.true(sizes.filter(size => size === ADMIN_PIECE).length > 0);
  t.true(Math.max(...sizes) <= ADMIN_PIECE);
});

// Red when lines are dropped without a word, held without a limit, or the gap is told elsewhere than where it is.
test('a screen that stops reading holds up nobody, is sent what fits, and told how many lines it missed, where they are missing', async t => {
  t.timeout(180_000);
  const { admin, operator } = await scene(t);
  const alice = await operator(newProfile('alice'));
  const other = await operator(newProfile('carol'));
  alice.raw.socket.pause();
  // More than all buffers on the way and what is held for her.
  const said = ADMIN_HELD * 8;
  for (let n = 0; n < said; n += 500) {
    const some = Array.from({ length: 500 }, (_, at) => `${n + at} `.padEnd(ADMIN_TEXT, 'x'));
    await Promise.all(some.map(text => admin.command({ kind: 'motd', text })));
    await other.line(({ text }) => text === some.at(-1));
  }
  const numbers = (screen: OperatorScreen) =>
    screen.lines.flatMap(({ kind, text = '' }) => (kind === 'motd' ? [Number.parseInt(text, 10)] : []));
  const all = Array.from({ length: said }, (_, n) => n);
  t.deepEqual(numbers(other), all, 'who reads hears all');

  alice.raw.socket.resume();
  const missed = await alice.line(({ code }) => code === 'lines-missed');
  await admin.command({ kind: 'motd', text: `${said} after` });
  await alice.line(({ text }) => text === `${said} after`);
  const count = Number(missed.params?.['count']);
  t.log(`${said} lines, ${count} missed`);
  t.true(count > 0);
  const before = alice.lines.slice(0, alice.lines.indexOf(missed)).filter(({ kind }) => kind === 'motd').length;
  t.true(before >= ADMIN_HELD);
  t.deepEqual(numbers(alice), [...all.slice(0, before), ...all.slice(before + count), said]);
});
