// The password of a server (PROMISES §2, A6, R7): asked of new people once, proved, never sent, and not to be guessed.
import { randomBytes } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { loginTranscript } from '../../src/identity/keys.ts';
import { stretch } from '../../src/identity/password.ts';
import { prove } from '../../src/identity/proof.ts';
import { GUESSES, GUESSES_PER_ADDRESS } from '../../src/limits.ts';
import { encodePacket } from '../../src/protocol/codec.ts';
import type { EntryRules } from '../../src/server/entrance.ts';
import { Guesses } from '../../src/server/guesses.ts';
import type { ServerOptions } from '../../src/server/server.ts';
import { newProfile, openClient, openRaw, openServer } from '../helpers/clients.ts';
import { fakeClock } from '../helpers/fake-clock.ts';

const WORD = 'correct horse é';
const SALT = Buffer.alloc(16, 7);
const KEY = await stretch(WORD, SALT);

async function closed(t: ExecutionContext, rules: Partial<EntryRules> = {}, options: Partial<ServerOptions> = {}) {
  const entry = { inviteOnly: false, secret: randomBytes(32), password: { salt: SALT, key: KEY }, ...rules };
  const server = await openServer(t, { entry, ...options });
  return { server, port: server.facts.port };
}

/** A login with whatever proof. */
async function guess(t: ExecutionContext, port: number, proof: Uint8Array, localAddress = '127.0.0.1') {
  const raw = await openRaw(t, newProfile(`guesser${Math.floor(Math.random() * 1e9)}`), { port, localAddress });
  raw.send(raw.hello());
  const login = await raw.answer(raw.hello());
  raw.send({ ...login, proof });
  const end = await Promise.race([raw.packet('welcome').then(() => 'in'), raw.closed().then(note => note.code)]);
  raw.socket.destroy();
  return end;
}

test('whoever is new needs the password, however it is composed; whoever is known does not', async t => {
  const { port } = await closed(t);
  const alice = newProfile('alice');
  await t.throwsAsync(openClient(t, alice, { port }), { code: 'password-needed' });
  await t.throwsAsync(openClient(t, alice, { port, password: 'correct horse e' }), { code: 'password-wrong' });
  (await openClient(t, alice, { port, password: WORD.normalize('NFD') })).client.close();
  await t.notThrowsAsync(openClient(t, alice, { port }));
});

// Red when the client alone keeps the rule.
test('the server asks for the proof, whatever the client leaves out', async t => {
  const { port } = await closed(t);
  const raw = await openRaw(t, 'alice', { port });
  raw.send(raw.hello());
  const { entry } = await raw.packet('challenge');
  t.deepEqual([entry?.invite, Buffer.from(entry?.salt ?? [])], [false, SALT]);
  raw.send(await raw.answer(raw.hello()));
  t.is((await raw.closed()).code, 'password-needed');
});

test('with a password and invites one of them is enough', async t => {
  const { server, port } = await closed(t, { inviteOnly: true });
  const result = await server.admin(() => {}, false).command({ kind: 'make-invite', uses: 1, hours: 1, note: '' });
  const token = result.ok ? String(result.notes?.[0]?.params['token']) : '';
  await t.notThrowsAsync(openClient(t, 'alice', { port, password: WORD }));
  await t.notThrowsAsync(openClient(t, 'bob', { port, invite: token }));
  await t.throwsAsync(openClient(t, 'carol', { port }), { code: 'password-needed' });
});

// Red when the proof is the stretched password itself.
test('neither the password nor what it is stretched to crosses the wire', async t => {
  const { port } = await closed(t);
  const raw = await openRaw(t, 'alice', { port });
  raw.send(raw.hello());
  const { protocol, nonce, server } = await raw.packet('challenge');
  const { key, device } = raw.hello();
  const transcript = loginTranscript({
    protocol,
    serverId: server.id,
    nonce,
    key,
    device,
    name: 'alice',
    ...raw.binding,
  });
  const login = { ...(await raw.answer(raw.hello())), proof: prove('password', KEY, transcript) };
  const bytes = encodePacket(login).toString('hex');
  t.false(bytes.includes(KEY.toString('hex')));
  t.false(bytes.includes(Buffer.from(WORD).toString('hex')));
  const thief = await openRaw(t, 'mallory', { port });
  thief.send(thief.hello());
  thief.send({ ...(await thief.answer(thief.hello())), proof: login.proof });
  t.is((await thief.closed()).code, 'password-wrong', 'for another login it is worth nothing');
  raw.send(login);
  await raw.packet('welcome');
});

// A6. Red when right guesses are looked at beyond the limit, or the limit an address is not kept.
test('an address has ten wrong guesses a minute, and after them not even the right one', async t => {
  const clock = fakeClock();
  const { port } = await closed(t, {}, { clock });
  const wrong = randomBytes(32);
  for (let n = 0; n < GUESSES_PER_ADDRESS; n++) t.is(await guess(t, port, wrong), 'password-wrong');
  t.is(await guess(t, port, wrong), 'too-many-guesses');
  await t.throwsAsync(openClient(t, 'alice', { port, password: WORD }), { code: 'too-many-guesses' });
  t.is(await guess(t, port, wrong, '127.0.0.2'), 'password-wrong', 'others may');
  clock.advance(60_000);
  await t.notThrowsAsync(openClient(t, 'alice', { port, password: WORD }));
});

test('all together have sixty a minute; right ones are not counted', async t => {
  const clock = fakeClock();
  const { port } = await closed(t, {}, { clock });
  for (let n = 0; n < 12; n++) (await openClient(t, `friend-${n}`, { port, password: WORD })).client.close();
  const wrong = randomBytes(32);
  for (let n = 0; n < GUESSES; n++) t.is(await guess(t, port, wrong, `127.0.1.${1 + (n % 6)}`), 'password-wrong');
  t.is(await guess(t, port, wrong, '127.0.2.1'), 'too-many-guesses');
});

test('in any minute no more than so many, whenever they come', t => {
  const guesses = new Guesses();
  const taken: number[] = [];
  for (let now = 0; now < 600_000; now += 500) {
    if (!guesses.mayGuess('net', now)) continue;
    guesses.wrong('net', now);
    taken.push(now);
  }
  for (const from of taken) {
    t.true(taken.filter(at => at >= from && at < from + 60_000).length <= GUESSES_PER_ADDRESS, `from ${from}`);
  }
  t.true(taken.length >= 90, 'and as many as that');
});

// R7. Red when the server stretches what strangers send: each login would take a third of a second.
test('a server with a password spends no more on strangers than one without', async t => {
  const { port } = await closed(t);
  const from = process.cpuUsage();
  for (let n = 0; n < 8; n++) t.is(await guess(t, port, randomBytes(32), `127.0.3.${n + 1}`), 'password-wrong');
  const { user, system } = process.cpuUsage(from);
  t.true((user + system) / 1e6 < 1, `${(user + system) / 1e6} s for eight; stretching alone would take two`);
});
