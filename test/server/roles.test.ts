// Operators, exempt networks, renames and releases on live sessions (PROMISES §2, A1, A5).
import test, { type ExecutionContext } from 'ava';
import type { Command } from '../../src/chat/vocabulary.ts';
import { accountOf } from '../../src/identity/keys.ts';
import type { AdminSession } from '../../src/server/admin-session.ts';
import type { ServerOptions } from '../../src/server/server.ts';
import { defaultAdmission } from '../../src/session/admission.ts';
import { MemoryLog } from '../../src/store/memory-log.ts';
import { newProfile, openClient, openRaw, openServer, postToName } from '../helpers/clients.ts';
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
const op = (name: string): Command => ({ kind: 'role', target: named(name), role: 'operator' });
const deop = (name: string): Command => ({ kind: 'role', target: named(name), role: 'member' });
const broadcast: Command = { kind: 'broadcast', text: 'hear' };

test('an operator may from that moment on, on all their sessions, and no longer once they are none', async t => {
  const { port, admin } = await open(t);
  const profile = newProfile('alice');
  const alice = await openClient(t, profile, { port });
  const second = await openClient(t, profile, { port });
  await t.throwsAsync(alice.does(broadcast), { code: 'not-allowed' });
  await does(admin, op('alice'));
  for (const each of [alice, second]) t.is((await each.message('role')).role, 'operator');
  await alice.does(broadcast);
  await second.does(broadcast);
  await t.throwsAsync(alice.does(op('alice')), { code: 'not-allowed' }, 'roles are given by the owner alone');
  const third = await openClient(t, profile, { port });
  t.is((await third.message('online')).welcome.role, 'operator');
  await does(admin, deop('alice'));
  t.is((await alice.message('role', message => message.role === 'member')).role, 'member');
  await t.throwsAsync(second.does(broadcast), { code: 'not-allowed' });
});

// Red when the role is looked up only once the change is kept.
test('nothing is taken from an operator in the turn in which they are none any more', async t => {
  const log = new HeldLog();
  const { port, admin } = await open(t, { log });
  const raw = await openRaw(t, 'alice', { port });
  await raw.login();
  await does(admin, op('alice'));
  await raw.packet('role');
  log.hold = true;
  const result = does(admin, deop('alice'));
  const id = '00000000-0000-7000-8000-000000000001';
  raw.send({ type: 'command', id, command: broadcast });
  t.is((await raw.packet('refused')).code, 'not-allowed');
  log.release();
  await result;
});

test('roles outlive a restart; a key can be trusted before it was ever here', async t => {
  const log = new MemoryLog();
  const profile = newProfile('alice');
  const before = await open(t, { log });
  const account = accountOf(profile.key.public);
  await does(before.admin, { kind: 'role', target: { to: 'account', account }, role: 'operator' });
  await t.throwsAsync(does(before.admin, { kind: 'role', target: { to: 'account', account }, role: 'operator' }), {
    code: 'role-same',
  });
  const { port } = await open(t, { log });
  const alice = await openClient(t, profile, { port });
  t.is((await alice.message('online')).welcome.role, 'operator');
});

test('an exempt network has no limits of an address, from that moment on and after a restart', async t => {
  const log = new MemoryLog();
  const limits = () => ({ ...defaultAdmission(), perAddress: 1, unauthenticatedPerAddress: 1, exempt: [] });
  const { port, admin } = await open(t, { log, admission: limits() });
  const first = await openRaw(t, 'alice', { port });
  await first.login();
  const refused = async (at: number) => (await openRaw(t, 'bob', { port: at })).closed();
  t.is((await refused(port)).code, 'address-full');
  await does(admin, { kind: 'exempt', network: '127.0.0.0/8', on: true });
  await (await openRaw(t, 'bob', { port })).login();
  const again = await open(t, { log, admission: limits() });
  await (await openRaw(t, newProfile('carol'), { port: again.port })).login();
  await (await openRaw(t, newProfile('dave'), { port: again.port })).login();
  await does(again.admin, { kind: 'exempt', network: '127.0.0.0/8', on: false });
  t.is((await refused(again.port)).code, 'address-full');
  for (const network of ['10.0.0.0/33', '10.0.0', 'fe80::/129', 'x', '1.2.3.4/8/9', '::1::/3']) {
    await t.throwsAsync(does(admin, { kind: 'exempt', network, on: true }), { code: 'network-invalid' }, network);
  }
});

test('a rename is heard by all, holds everywhere, and leaves the old name with its owner', async t => {
  const { port } = await open(t);
  const profile = newProfile('alice');
  const alice = await openClient(t, profile, { port });
  const bob = await openClient(t, 'bob', { port });
  await alice.does({ kind: 'rename', name: 'alicia' });
  const heard = await bob.event('renamed', event => event.kind === 'renamed');
  t.like(heard, { from: 'alice', name: 'alicia' });
  await alice.says('#lobby', 'it is me');
  t.is((await bob.text('it is me')).from, 'alicia');
  await t.throwsAsync(openClient(t, 'alice', { port }), { code: 'name-taken' });
  await t.throwsAsync(openClient(t, 'a1icia', { port }), { code: 'name-taken' });
  await bob.does(postToName('alice', 'to the old name'));
  await alice.text('to the old name');
  t.is((await (await openClient(t, profile, { port })).message('online')).welcome.name, 'alicia');
  await t.throwsAsync(bob.does({ kind: 'rename', name: 'Alice' }), { code: 'name-taken' });
  await t.throwsAsync(bob.does({ kind: 'rename', name: 'аlice' }), { code: 'name-invalid' });
  await t.throwsAsync(bob.does({ kind: 'rename', name: 'bob' }), { code: 'name-same' });
  await alice.does({ kind: 'rename', name: 'ALICE' });
});

// Red when names of before are never given up: one person could take them all.
test('nobody gathers names: the third of before is free again', async t => {
  const { port } = await open(t);
  const alice = await openClient(t, 'first', { port });
  for (const name of ['second', 'third', 'fourth']) await alice.does({ kind: 'rename', name });
  await t.throwsAsync(openClient(t, 'second', { port }), { code: 'name-taken' });
  await t.throwsAsync(openClient(t, 'third', { port }), { code: 'name-taken' });
  await t.notThrowsAsync(openClient(t, 'first', { port }));
});

test('a released name is free at once, and whoever had it starts anew, without what they might do', async t => {
  const { port, admin } = await open(t);
  const squatter = newProfile('boss');
  const client = await openClient(t, squatter, { port, reconnect: true });
  await does(admin, op('boss'));
  await client.says('#lobby', 'mine');
  await does(admin, { kind: 'release', name: 'BOSS' });
  const over = await client.message('over');
  t.is(over.error.code, 'name-released', 'and does not come back by itself');
  const real = await openClient(t, 'boss', { port });
  await real.message('online');
  await t.throwsAsync(openClient(t, squatter, { port }), { code: 'name-taken' });
  const renamed = await openClient(t, { ...squatter, name: 'humble' }, { port });
  t.like((await renamed.message('online')).welcome, { name: 'humble', role: 'member' });
});

test('only the name of before is freed where that is the one named', async t => {
  const { port, admin } = await open(t);
  const alice = await openClient(t, 'alice', { port });
  await alice.does({ kind: 'rename', name: 'alicia' });
  await does(admin, { kind: 'release', name: 'alice' });
  await t.notThrowsAsync(openClient(t, 'alice', { port }));
  await alice.says('#lobby', 'still here');
  await t.throwsAsync(does(admin, { kind: 'release', name: 'nobody' }), { code: 'no-such-name' });
});

test('names that changed are the same after a restart', async t => {
  const log = new MemoryLog();
  const [a, b] = [newProfile('alice'), newProfile('bob')];
  const one = await open(t, { log });
  const alice = await openClient(t, a, { port: one.port });
  await openClient(t, b, { port: one.port });
  await alice.does({ kind: 'rename', name: 'alicia' });
  await does(one.admin, { kind: 'release', name: 'bob' });
  const { port } = await open(t, { log });
  t.is((await (await openClient(t, a, { port })).message('online')).welcome.name, 'alicia');
  await t.throwsAsync(openClient(t, 'alice', { port }), { code: 'name-taken' });
  await t.notThrowsAsync(openClient(t, 'bob', { port }));
});

// A1. Red when a rename is decided by what is kept rather than by what is decided.
test('of many who rename to one name at one moment, and one who claims it, one gets it', async t => {
  const { port } = await open(t);
  const people = await Promise.all(Array.from({ length: 30 }, (_, n) => openClient(t, `person-${n}`, { port })));
  const ends = await Promise.all([
    ...people.map(each =>
      each.does({ kind: 'rename', name: 'wanted' }).then(
        () => 'got',
        error => error.code,
      ),
    ),
    openClient(t, 'Wanted', { port }).then(
      () => 'got',
      error => error.code,
    ),
  ]);
  t.is(ends.filter(end => end === 'got').length, 1);
  t.is(ends.filter(end => end === 'name-taken').length, 30);
});
