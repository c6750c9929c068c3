// Bans, mutes, rules of rooms, the door, guests and settings on live sessions (PROMISES A5; they outlive a restart).
import test, { type ExecutionContext } from 'ava';
import type { Command } from '../../src/chat/vocabulary.ts';
import type { TchatError } from '../../src/errors.ts';
import { accountOf } from '../../src/identity/keys.ts';
import type { Profile } from '../../src/identity/profile.ts';
import type { AdminSession } from '../../src/server/admin-session.ts';
import type { Server, ServerOptions } from '../../src/server/server.ts';
import { defaultAdmission } from '../../src/session/admission.ts';
import { MemoryLog } from '../../src/store/memory-log.ts';
import { newProfile, openClient, openRaw, openServer, postTo, postToName } from '../helpers/clients.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { HeldLog } from '../helpers/held-log.ts';

async function open(t: ExecutionContext, options: Partial<ServerOptions> = {}) {
  const server = await openServer(t, options);
  return { server, port: server.facts.port, admin: server.admin(() => {}, false) };
}

async function does(admin: AdminSession, command: Command) {
  const result = await admin.command(command);
  if (!result.ok) throw Object.assign(new Error(result.code), { code: result.code });
}

const named = (name: string) => ({ to: 'name', name }) as const;
const MINUTE = 60_000;
const ban = (who: Extract<Command, { kind: 'ban' }>['who'], lasts: number | null = 90 * MINUTE): Command => ({
  ...{ kind: 'ban', who, lasts, reason: 'flooding' },
});
const byAccount = (name: string) => ({ by: 'account', target: named(name) }) as const;

/** What a login that must not succeed is told. */
async function turnedAway(t: ExecutionContext, profile: Profile, server: Server) {
  const error = await t.throwsAsync<TchatError>(openClient(t, profile, { port: server.facts.port }));
  if (!error) throw new Error('it was let in');
  return { code: error.code, minutes: error.params['minutes'], reason: error.params['reason'] };
}

const OUT = { code: 'banned-for', minutes: 90, reason: 'flooding' };

test('a banned key, name and network are each told why and for how long, and are let in again when it is lifted', async t => {
  const log = new MemoryLog();
  const admission = { ...defaultAdmission(), exempt: [] };
  const { server, admin } = await open(t, { log, admission: { ...admission } });
  const bob = newProfile('bob');
  await (await openClient(t, bob, { port: server.facts.port })).message('online');
  await does(admin, ban(byAccount('bob')));
  await does(admin, ban({ by: 'name', name: 'Mallory' }));
  t.deepEqual(await turnedAway(t, bob, server), OUT);
  t.deepEqual(await turnedAway(t, newProfile('mal1ory'), server), OUT, 'a name that looks like it');
  await does(admin, { kind: 'unban', who: byAccount('bob') });
  await (await openClient(t, bob, { port: server.facts.port })).message('online');
  await does(admin, ban({ by: 'network', network: '127.0.0.0/8' }));
  t.deepEqual(await turnedAway(t, newProfile('carol'), server), OUT);
  await server.close();
  const second = await open(t, { log, admission: { ...admission } });
  t.deepEqual(await turnedAway(t, newProfile('carol'), second.server), OUT, 'after a restart');
  await does(second.admin, { kind: 'unban', who: { by: 'network', network: '127.0.0.0/8' } });
  t.deepEqual(await turnedAway(t, newProfile('mallory'), second.server), OUT);
  await (await openClient(t, newProfile('carol'), { port: second.port })).message('online');
});

test('a key is kept out before it was ever here, and for good', async t => {
  const { server, admin } = await open(t);
  const eve = newProfile('eve');
  const target = { to: 'account', account: accountOf(eve.key.public) } as const;
  await does(admin, ban({ by: 'account', target }, null));
  t.deepEqual(await turnedAway(t, eve, server), { code: 'banned', minutes: undefined, reason: 'flooding' });
});

test('a ban ends by itself', async t => {
  const clock = fakeClock();
  const { server, port, admin } = await open(t, { clock });
  const bob = newProfile('bob');
  await (await openClient(t, bob, { port })).message('online');
  await does(admin, ban(byAccount('bob'), MINUTE));
  t.is((await turnedAway(t, bob, server)).code, 'banned-for');
  clock.advance(MINUTE);
  await (await openClient(t, bob, { port })).message('online');
});

test('after a ban nothing more of its target is heard, and its sessions end with the reason and the time left (A5)', async t => {
  const log = new HeldLog();
  const { port, admin } = await open(t, { log });
  const alice = await openClient(t, newProfile('alice'), { port });
  await alice.message('online');
  const raw = await openRaw(t, 'bob', { port });
  await raw.login();
  log.hold = true;
  const banned = does(admin, ban(byAccount('bob'), 2 * MINUTE));
  raw.send({ type: 'command', id: '00000000-0000-7000-8000-000000000001', command: postTo('#lobby', 'too late') });
  log.release();
  await banned;
  t.deepEqual(await raw.closed(), { code: 'banned', detail: '2 flooding' });
  await alice.says('#lobby', 'after');
  t.deepEqual(alice.texts('#lobby'), ['after']);
});

test('a network that many share is not kept out, and nobody in it is hurt by one member’s ban', async t => {
  const { server, port, admin } = await open(t);
  await t.throwsAsync(does(admin, ban({ by: 'network', network: '127.0.0.0/8' })), { code: 'exempt-network' });
  const [one, other] = [newProfile('one'), newProfile('other')];
  for (const each of [one, other]) await (await openClient(t, each, { port })).message('online');
  await does(admin, ban(byAccount('one')));
  t.deepEqual(await turnedAway(t, one, server), OUT);
  await (await openClient(t, other, { port })).says('#lobby', 'still here');
});

test('operators do not meet each other or themselves', async t => {
  const { port, admin } = await open(t);
  const alice = await openClient(t, newProfile('alice'), { port });
  const olga = await openClient(t, newProfile('olga'), { port });
  for (const name of ['alice', 'olga']) await does(admin, { kind: 'role', target: named(name), role: 'operator' });
  await alice.message('role');
  for (const command of [
    ban(byAccount('olga')),
    { kind: 'kick', target: named('olga'), reason: '' },
    { kind: 'mute', target: named('olga'), room: null, lasts: null, reason: '' },
  ] satisfies Command[]) {
    await t.throwsAsync(alice.does(command), { code: 'above-you' });
  }
  await t.throwsAsync(alice.does(ban(byAccount('alice'))), { code: 'not-yourself' });
  await does(admin, ban(byAccount('olga')));
  await olga.message('over');
});

test('who is muted says, changes and reacts to nothing there, is told why and for how long, and still reads', async t => {
  const { port, admin } = await open(t);
  const alice = await openClient(t, newProfile('alice'), { port });
  const bob = await openClient(t, newProfile('bob'), { port });
  const { id } = await bob.says('#lobby', 'before');
  const about = { account: (await bob.message('online')).welcome.account, id };
  const mute = (room: string | null): Command => ({
    ...{ kind: 'mute', target: named('bob'), room, lasts: 5 * MINUTE, reason: 'spam' },
  });
  await does(admin, mute('#lobby'));
  const silent = [
    postTo('#lobby', 'no'),
    { kind: 'edit', about, body: { kind: 'text', text: 'no' } },
    { kind: 'react', about, reaction: '+1', on: true },
    { kind: 'topic', room: '#lobby', text: 'no' },
  ] satisfies Command[];
  for (const command of silent) await t.throwsAsync(bob.does(command), { code: 'muted-for' }, command.kind);
  await bob.does(postToName('alice', 'elsewhere'));
  await alice.says('#lobby', 'heard');
  await bob.text('heard');
  await does(admin, mute(null));
  await t.throwsAsync(bob.does(postToName('alice', 'nowhere')), { code: 'muted-for' });
  await does(admin, { kind: 'unmute', target: named('bob'), room: null });
  await does(admin, { kind: 'unmute', target: named('bob'), room: '#lobby' });
  await bob.says('#lobby', 'after');
});

test('rules of a room: slow, announce-only, locked, and its moderators are free of them', async t => {
  const clock = fakeClock();
  const { port } = await open(t, { clock });
  const alice = await openClient(t, newProfile('alice'), { port });
  const bob = await openClient(t, newProfile('bob'), { port });
  const carol = await openClient(t, newProfile('carol'), { port });
  await carol.message('online');
  for (const each of [alice, bob]) await each.join('#dev');
  await t.throwsAsync(bob.does({ kind: 'slow', room: '#dev', seconds: 30 }), { code: 'not-moderator' });
  await alice.does({ kind: 'slow', room: '#dev', seconds: 30 });
  await bob.says('#dev', 'one');
  await t.throwsAsync(bob.says('#dev', 'two'), { code: 'slow' });
  clock.advance(30_000);
  await bob.says('#dev', 'two');
  await alice.does({ kind: 'slow', room: '#dev', seconds: 0 });
  await alice.does({ kind: 'announce-only', room: '#dev', on: true });
  await t.throwsAsync(bob.says('#dev', 'three'), { code: 'announce-only' });
  await t.throwsAsync(bob.does({ kind: 'moderator', room: '#dev', target: named('bob'), on: true }), {
    code: 'not-room-owner',
  });
  await alice.does({ kind: 'moderator', room: '#dev', target: named('bob'), on: true });
  await bob.says('#dev', 'three');
  await bob.does({ kind: 'lock', room: '#dev', on: true });
  await t.throwsAsync(carol.join('#dev'), { code: 'room-locked' });
  await bob.does({ kind: 'mute', target: named('carol'), room: '#dev', lasts: null, reason: '' });
  await t.throwsAsync(bob.does({ kind: 'mute', target: named('carol'), room: null, lasts: null, reason: '' }), {
    code: 'not-moderator',
  });
});

test('the door: nobody new, or by invitation, or as guests; who is known comes in', async t => {
  const { server, port, admin } = await open(t);
  const alice = newProfile('alice');
  await (await openClient(t, alice, { port })).message('online');
  await does(admin, { kind: 'door', door: 'closed', reason: 'a flood' });
  t.is((await turnedAway(t, newProfile('new'), server)).code, 'door-closed');
  await (await openClient(t, alice, { port })).message('online');
  await does(admin, { kind: 'door', door: 'invited', reason: '' });
  t.is((await turnedAway(t, newProfile('new'), server)).code, 'invite-needed');
  await does(admin, { kind: 'door', door: 'guests', reason: '' });
  const guest = await openClient(t, newProfile('guest'), { port });
  t.is((await guest.message('online')).welcome.role, 'guest');
  await t.throwsAsync(guest.says('#lobby', 'no'), { code: 'not-allowed' });
  await guest.join('#dev');
  await does(admin, { kind: 'role', target: named('guest'), role: 'member' });
  await guest.says('#lobby', 'now');
});

test('the message of the day is in every welcome, and those who are in hear of another', async t => {
  const { port, admin } = await open(t);
  const alice = await openClient(t, newProfile('alice'), { port });
  t.is((await alice.message('online')).welcome.motd, undefined);
  await does(admin, { kind: 'motd', text: 'Be kind.' });
  await alice.event('motd', event => event.kind === 'motd' && event.text === 'Be kind.');
  const bob = await openClient(t, newProfile('bob'), { port });
  t.is((await bob.message('online')).welcome.motd, 'Be kind.');
});

test('settings hold at once and after a restart', async t => {
  const log = new MemoryLog();
  const limits = () => ({ ...defaultAdmission(), exempt: [] });
  const { server, port, admin } = await open(t, { log, admission: limits() });
  const alice = await openClient(t, newProfile('alice'), { port });
  await alice.message('online');
  await does(admin, { kind: 'set', name: 'connections-per-address', value: 1 });
  await t.throwsAsync(does(admin, { kind: 'set', name: 'connections-per-address', value: 0 }), {
    code: 'setting-invalid',
  });
  const refused = await openRaw(t, 'bob', { port });
  t.is((await refused.closed()).code, 'address-full');
  await does(admin, { kind: 'set', name: 'members-per-room', value: 1 });
  await server.close();
  const again = await open(t, { log, admission: limits() });
  const first = await openClient(t, newProfile('carol'), { port: again.port });
  await first.message('online');
  t.is((await (await openRaw(t, 'dave', { port: again.port })).closed()).code, 'address-full');
  await does(again.admin, { kind: 'set', name: 'connections-per-address', value: 8 });
  const second = await openClient(t, newProfile('dave'), { port: again.port });
  await first.join('#dev');
  await t.throwsAsync(second.join('#dev'), { code: 'room-full' });
});

test('an announcement to one person or into one room is heard there alone', async t => {
  const { port, admin } = await open(t);
  const alice = await openClient(t, newProfile('alice'), { port });
  const bob = await openClient(t, newProfile('bob'), { port });
  await bob.message('online');
  await alice.join('#dev');
  await does(admin, { kind: 'broadcast', text: 'for alice', target: named('alice') });
  await does(admin, { kind: 'broadcast', text: 'for dev', target: { to: 'room', room: '#dev' } });
  await does(admin, { kind: 'broadcast', text: 'for all' });
  const heard = (client: typeof alice) =>
    client.events.flatMap(event => (event.kind === 'broadcast' ? [event.text] : []));
  for (const each of [alice, bob])
    await each.event('for all', event => event.kind === 'broadcast' && event.text === 'for all');
  t.deepEqual(heard(alice), ['for alice', 'for dev', 'for all']);
  t.deepEqual(heard(bob), ['for all']);
});
