// Who of the unknown may come in: invites (PROMISES §2). What is proved crosses no wire and is worth nothing elsewhere.
import { randomBytes } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import type { Command } from '../../src/chat/vocabulary.ts';
import { readInvite } from '../../src/identity/invite.ts';
import { loginTranscript } from '../../src/identity/keys.ts';
import { prove } from '../../src/identity/proof.ts';
import type { AdminSession } from '../../src/server/admin-session.ts';
import type { EntryRules } from '../../src/server/entrance.ts';
import type { Server, ServerOptions } from '../../src/server/server.ts';
import { MemoryLog } from '../../src/store/memory-log.ts';
import { newProfile, openClient, openRaw, openServer, type RawClient } from '../helpers/clients.ts';
import { fakeClock } from '../helpers/fake-clock.ts';

const HOUR = 3_600_000;

interface Closed {
  readonly server: Server;
  readonly port: number;
  readonly admin: AdminSession;
}

async function closed(t: ExecutionContext, options: Partial<ServerOptions> = {}): Promise<Closed> {
  const entry: EntryRules = { inviteOnly: true, password: null, secret: randomBytes(32) };
  const server = await openServer(t, { entry, ...options });
  return { server, port: server.facts.port, admin: server.admin(() => {}, false) };
}

async function answer(admin: AdminSession, command: Command) {
  const result = await admin.command(command);
  if (!result.ok) throw Object.assign(new Error(result.code), { code: result.code });
  return result.notes ?? [];
}

async function invite(admin: AdminSession, uses = 1, hours = 1): Promise<string> {
  const [note] = await answer(admin, { kind: 'make-invite', uses, hours, note: '' });
  return String(note?.params['token']);
}

test('with an invite one comes in once, and from then on without', async t => {
  const { port, admin } = await closed(t);
  const token = await invite(admin);
  const alice = newProfile('alice');
  await t.throwsAsync(openClient(t, alice, { port }), { code: 'invite-needed' });
  (await openClient(t, alice, { port, invite: token })).client.close();
  await t.notThrowsAsync(openClient(t, alice, { port }), 'who is known needs no invite');
  await t.throwsAsync(openClient(t, 'bob', { port, invite: token }), { code: 'invite-unknown' });
});

// Red when the client alone keeps the rule.
test('the server asks for the proof, whatever the client leaves out', async t => {
  const { port } = await closed(t);
  const raw = await openRaw(t, 'alice', { port });
  raw.send(raw.hello());
  t.deepEqual((await raw.packet('challenge')).entry, { invite: true, salt: null });
  raw.send(await raw.answer(raw.hello()));
  t.is((await raw.closed()).code, 'invite-needed');
});

async function proofOf(raw: RawClient, token: string) {
  const { protocol, nonce, server } = await raw.packet('challenge');
  const { key, device } = raw.hello();
  const { id, key: secret } = readInvite(token) as NonNullable<ReturnType<typeof readInvite>>;
  const facts = { protocol, serverId: server.id, nonce, key, device, name: raw.profile.name, ...raw.binding };
  return { invite: id, proof: prove('invite', secret, loginTranscript(facts)) };
}

// Red when the proof is over less than the transcript.
test('a proof that was recorded is worth nothing for another key, or on another connection', async t => {
  const { port, admin } = await closed(t);
  const token = await invite(admin, 9);
  const first = await openRaw(t, 'alice', { port });
  first.send(first.hello());
  const proof = await proofOf(first, token);
  const thief = await openRaw(t, 'mallory', { port });
  thief.send(thief.hello());
  thief.send({ ...(await thief.answer(thief.hello())), ...proof });
  t.is((await thief.closed()).code, 'invite-unknown');
  const again = await openRaw(t, first.profile, { port });
  again.send(again.hello());
  again.send({ ...(await again.answer(again.hello())), ...proof });
  t.is((await again.closed()).code, 'invite-unknown');
  first.send({ ...(await first.answer(first.hello())), ...proof });
  t.is((await first.packet('welcome')).name, 'alice');
});

test('tokens that are none, of another server, or made up are refused', async t => {
  const [one, other] = [await closed(t), await closed(t)];
  const token = await invite(one.admin);
  const changed = `${token.slice(0, -2)}${token.endsWith('AA') ? 'BA' : 'AA'}`;
  for (const wrong of ['', 'x', `${token}A`, changed, await invite(other.admin)]) {
    await t.throwsAsync(openClient(t, 'bob', { port: one.port, invite: wrong }), { code: 'invite-unknown' }, wrong);
  }
  await t.notThrowsAsync(openClient(t, 'bob', { port: one.port, invite: token }));
});

// Red when the use is counted only once the claim is kept.
test('an invite for three lets in three of twelve who come at one moment', async t => {
  const { port, admin } = await closed(t);
  const token = await invite(admin, 3);
  const ends = await Promise.all(
    Array.from({ length: 12 }, (_, n) =>
      openClient(t, `guest-${n}`, { port, invite: token }).then(
        () => 'in',
        error => error.code as string,
      ),
    ),
  );
  t.is(ends.filter(end => end === 'in').length, 3);
  t.is(ends.filter(end => end === 'invite-unknown').length, 9);
});

test('an invite ends with its time, and with being taken back; a list shows what is left', async t => {
  const clock = fakeClock();
  const { port, admin } = await closed(t, { clock });
  const short = await invite(admin, 5, 1);
  const long = await invite(admin, 5, 48);
  (await openClient(t, 'alice', { port, invite: short })).client.close();
  const listed = async () => (await answer(admin, { kind: 'list-invites' })).map(note => note.params['left']);
  t.deepEqual(await listed(), [4, 5]);
  clock.advance(HOUR);
  await t.throwsAsync(openClient(t, 'bob', { port, invite: short }), { code: 'invite-unknown' });
  t.deepEqual(await listed(), [5]);
  await answer(admin, { kind: 'revoke-invite', invite: readInvite(long)?.id ?? '' });
  await t.throwsAsync(openClient(t, 'bob', { port, invite: long }), { code: 'invite-unknown' });
  t.deepEqual(
    (await answer(admin, { kind: 'list-invites' })).map(note => note.code),
    ['answer.no-invites'],
  );
  await t.throwsAsync(answer(admin, { kind: 'revoke-invite', invite: '000000000000' }), { code: 'invite-unknown' });
});

test('invites outlive a restart, with what was used of them', async t => {
  const entry: EntryRules = { inviteOnly: true, password: null, secret: randomBytes(32) };
  const log = new MemoryLog();
  const before = await closed(t, { entry, log });
  const token = await invite(before.admin, 2);
  (await openClient(t, 'alice', { port: before.port, invite: token })).client.close();
  const after = await closed(t, { entry, log });
  await t.notThrowsAsync(openClient(t, 'bob', { port: after.port, invite: token }));
  await t.throwsAsync(openClient(t, 'carol', { port: after.port, invite: token }), { code: 'invite-unknown' });
});

// Red when the answer goes into an event: then every reader of the log could come in.
test('a token stands in the answer alone: not in the log, and in no line for operators', async t => {
  const log = new MemoryLog();
  const { server, admin } = await closed(t, { log });
  const lines: string[] = [];
  server.admin(note => lines.push(JSON.stringify(note)), false);
  const token = await invite(admin);
  await answer(admin, { kind: 'list-invites' });
  await new Promise(resolve => setImmediate(resolve));
  const kept = JSON.stringify([...log.history()]);
  const { id, key } = readInvite(token) as NonNullable<ReturnType<typeof readInvite>>;
  t.true(kept.includes(id));
  t.true(lines.join('').includes(id));
  for (const secret of [token, key.toString('base64url'), key.toString('hex'), key.toString('base64')]) {
    t.false(kept.includes(secret));
    t.false(lines.join('').includes(secret));
  }
});

test('only operators make, list and take back invites; numbers have their limits', async t => {
  const { port, admin } = await closed(t);
  const alice = await openClient(t, 'alice', { port, invite: await invite(admin) });
  const commands: Command[] = [
    { kind: 'make-invite', uses: 1, hours: 1, note: '' },
    { kind: 'list-invites' },
    { kind: 'revoke-invite', invite: '000000000000' },
  ];
  for (const command of commands) await t.throwsAsync(alice.does(command), { code: 'not-allowed' }, command.kind);
  for (const [uses, hours] of [
    [0, 1],
    [1, 0],
    [10_001, 1],
    [1, 366 * 24 + 1],
    [1.5, 1],
  ] as const) {
    await t.throwsAsync(answer(admin, { kind: 'make-invite', uses, hours, note: '' }), { code: 'invite-limit' });
  }
});
