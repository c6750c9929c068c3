// Becoming somebody: the handshake, and everything that is refused on the way.
import { randomBytes } from 'node:crypto';
import test from 'ava';
import { createKey } from '../../src/identity/keys.ts';
import { CLOSE_LINGER, LOGIN_TIMEOUT, SESSIONS_PER_ACCOUNT } from '../../src/limits.ts';
import { encodePacket } from '../../src/protocol/codec.ts';
import type { Hello } from '../../src/protocol/packet.ts';
import { defaultAdmission } from '../../src/session/admission.ts';
import { newId, newProfile, openClient, openRaw, openServer, postTo, type RawClient } from '../helpers/clients.ts';
import { fakeClock } from '../helpers/fake-clock.ts';

test('a login is welcomed with who one is and where the log stands', async t => {
  const { port } = (await openServer(t)).facts;
  const alice = await openClient(t, 'alice', { port });
  const { welcome, again } = await alice.message('online');
  t.false(again);
  t.like(welcome, { name: 'alice', role: 'member', protocol: 1, server: { name: 'test server' } });
  await alice.event('entered the lobby', event => event.kind === 'joined' && event.account === welcome.account);
});

test('a name that another key holds is refused, in whatever case; the holder comes back', async t => {
  const { port } = (await openServer(t)).facts;
  const profile = newProfile('alice');
  const alice = await openClient(t, profile, { port });
  for (const name of ['alice', 'ALICE', 'ａｌｉｃｅ']) {
    await t.throwsAsync(openClient(t, name, { port }), { code: 'name-taken' });
  }
  alice.client.close();
  await t.throwsAsync(openClient(t, 'Alice', { port }), { code: 'name-taken' });
  await t.notThrowsAsync(openClient(t, profile, { port }));
});

// Red when the state takes a claim only once it is kept.
test('of many keys that claim a name at one moment, one gets it', async t => {
  const { port } = (await openServer(t)).facts;
  const racers = await Promise.all(Array.from({ length: 6 }, () => openRaw(t, 'alice', { port })));
  const logins = await Promise.all(
    racers.map(async raw => {
      raw.send(raw.hello());
      return raw.answer(raw.hello());
    }),
  );
  for (const [n, raw] of racers.entries()) raw.send(logins[n] as (typeof logins)[number]);
  const end = (raw: RawClient) =>
    Promise.race([raw.packet('welcome').then(() => 'welcome'), raw.closed().then(note => note.code)]);
  const ends = await Promise.all(racers.map(end));
  t.deepEqual(ends.sort(), [...Array(5).fill('name-taken'), 'welcome']);
});

test('names that cannot be are refused', async t => {
  const { port } = (await openServer(t)).facts;
  for (const name of ['admin', 'a b', '😀', 'x'.repeat(33)]) {
    await t.throwsAsync(openClient(t, name, { port }), { code: 'name-invalid' }, name);
  }
});

test('another version is refused with the versions that are spoken', async t => {
  const { port } = (await openServer(t)).facts;
  for (const protocol of [
    { min: 2, max: 9 },
    { min: 0, max: 0 },
  ]) {
    const raw = await openRaw(t, 'alice', { port });
    raw.send(raw.hello({ protocol }));
    t.deepEqual(await raw.closed(), { code: 'version', detail: '1-1' });
  }
  const newer = await openRaw(t, 'alice', { port });
  t.is((await newer.login({ protocol: { min: 1, max: 7 } })).protocol, 1);
});

// Red when a fact is left out of what is signed, or the server does not keep its own nonce.
test('a signature of another nonce, name, server, device or key is refused', async t => {
  const { port } = (await openServer(t)).facts;
  const other = { nonce: randomBytes(32), name: 'bob', serverId: 'another' };
  for (const [what, value] of Object.entries(other)) {
    const raw = await openRaw(t, 'alice', { port });
    raw.send(raw.hello());
    const login = await raw.answer(raw.hello(), { [what]: value });
    raw.send({ ...login, name: 'alice' });
    t.is((await raw.closed()).code, 'login-invalid', what);
  }
  const changes: Partial<Hello>[] = [{ device: randomBytes(16) }, { key: createKey().public }];
  for (const change of changes) {
    const raw = await openRaw(t, 'alice', { port });
    raw.send(raw.hello(change));
    raw.send(await raw.answer(raw.hello()));
    t.is((await raw.closed()).code, 'login-invalid');
  }
});

test('a login that was recorded is worth nothing on another connection', async t => {
  const { port } = (await openServer(t)).facts;
  const profile = newProfile('alice');
  const first = await openRaw(t, profile, { port });
  first.send(first.hello());
  const login = await first.answer(first.hello());
  first.send(login);
  await first.packet('welcome');
  const second = await openRaw(t, profile, { port });
  second.send(second.hello());
  await second.packet('challenge');
  second.send(login);
  t.is((await second.closed()).code, 'login-invalid');
});

test('packets out of turn end the connection, before login and after', async t => {
  const { port } = (await openServer(t)).facts;
  const profile = newProfile('alice');
  const command = { type: 'command', id: newId(), command: postTo('#lobby', 'x') } as const;
  const query = { type: 'query', ref: 1, query: { kind: 'people' } } as const;
  const watch = { type: 'watch', id: newId(), rooms: 'all', private: true } as const;
  const login = { type: 'login', name: 'alice', signature: Buffer.alloc(64) } as const;
  for (const packet of [command, query, watch, login]) {
    const raw = await openRaw(t, profile, { port });
    raw.send(packet);
    t.is((await raw.closed()).code, 'bad-packet');
  }
  for (const packet of [command, query, watch, undefined]) {
    const raw = await openRaw(t, profile, { port });
    raw.send(raw.hello());
    await raw.packet('challenge');
    raw.send(packet ?? raw.hello());
    t.is((await raw.closed()).code, 'bad-packet');
  }
  for (const packet of [login, undefined]) {
    const raw = await openRaw(t, profile, { port });
    await raw.login();
    raw.send(packet ?? raw.hello());
    t.is((await raw.closed()).code, 'bad-packet');
  }
  const server = await openRaw(t, profile, { port });
  server.write(encodePacket({ type: 'stale' }));
  t.is((await server.closed()).code, 'bad-packet');
  const bob = await openClient(t, 'bob', { port });
  t.deepEqual(bob.texts(), [], 'nothing of it was taken');
});

// Red when the count of sessions is asked only before the claim is kept.
test('an account has eight sessions at most, however they are started', async t => {
  const { port } = (await openServer(t)).facts;
  const profile = newProfile('alice');
  const raws = await Promise.all(Array.from({ length: SESSIONS_PER_ACCOUNT + 3 }, () => openRaw(t, profile, { port })));
  const logins = await Promise.all(
    raws.map(async raw => {
      raw.send(raw.hello());
      return raw.answer(raw.hello());
    }),
  );
  for (const [n, raw] of raws.entries()) raw.send(logins[n] as (typeof logins)[number]);
  const ends = await Promise.all(
    raws.map(raw => Promise.race([raw.packet('welcome').then(() => 'in'), raw.closed().then(note => note.code)])),
  );
  t.is(ends.filter(end => end === 'in').length, SESSIONS_PER_ACCOUNT);
  t.is(ends.filter(end => end === 'too-many-sessions').length, 3);
  raws[ends.indexOf('in')]?.socket.destroy();
  const watcher = await openClient(t, 'bob', { port });
  await watcher.query({ kind: 'people' });
  const next = await openRaw(t, profile, { port });
  await t.notThrowsAsync(next.login());
});

test('whoever has not logged in within its time is sent away', async t => {
  const clock = fakeClock();
  const server = await openServer(t, { clock });
  const { port } = server.facts;
  const silent = await openRaw(t, 'alice', { port });
  const half = await openRaw(t, 'alice', { port });
  const inside = await openRaw(t, 'carol', { port });
  half.send(half.hello());
  await half.packet('challenge');
  await inside.login();
  clock.advance(LOGIN_TIMEOUT);
  t.is((await silent.closed()).code, 'login-timeout');
  t.is((await half.closed()).code, 'login-timeout');
  clock.advance(CLOSE_LINGER);
  inside.send({ type: 'query', ref: 7, query: { kind: 'rooms' } });
  await inside.packet('page');
});

test('a full server says so, and has room again', async t => {
  const { port } = (await openServer(t, { admission: { ...defaultAdmission(), connections: 2 } })).facts;
  const alice = await openClient(t, 'alice', { port });
  const bob = await openClient(t, 'bob', { port });
  await t.throwsAsync(openClient(t, 'carol', { port }), { code: 'server-full' });
  bob.client.close();
  await alice.message('presence', each => each.presence.name === 'bob' && !each.presence.here);
  await t.notThrowsAsync(openClient(t, 'carol', { port }));
});

test('strangers send 4 KiB a frame and 16 KiB in all, and no more', async t => {
  const { port } = (await openServer(t)).facts;
  const large = await openRaw(t, 'alice', { port });
  large.write(Buffer.concat([Buffer.of(0, 0, 0x10, 1, 1), Buffer.alloc(0x1001)]));
  t.is((await large.closed()).code, 'not-tchat');
  const many = await openRaw(t, 'alice', { port });
  const hello = encodePacket(many.hello({ client: 'x'.repeat(100) }));
  many.write(hello);
  await many.packet('challenge');
  many.write(Buffer.concat(Array(2_000).fill(Buffer.of(0, 0, 0, 8, 2, 0, 0, 0, 0, 0, 0, 0, 0))));
  t.like(await many.closed(), { code: 'bad-frame' });
});

test('the name of a known key is the one it claimed, whatever the login says', async t => {
  const { port } = (await openServer(t)).facts;
  const profile = newProfile('alice');
  (await openClient(t, profile, { port })).client.close();
  const renamed = await openClient(t, { ...profile, name: 'somebody' }, { port });
  t.is((await renamed.message('online')).welcome.name, 'alice');
  await renamed.says('#lobby', 'hello');
  t.is((await renamed.text('hello')).from, 'alice');
});
