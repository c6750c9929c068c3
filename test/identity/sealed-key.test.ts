// Keys under a passphrase: opened by it alone, whole or not at all.
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { readKeyFile, writeKeyFile } from '../../src/identity/key-file.ts';
import { createKey, writeKey } from '../../src/identity/keys.ts';
import { addProfile, findProfile, lock, openProfile, unlock } from '../../src/identity/profile.ts';
import { isSealedKey, type SealedKey, seal, unseal } from '../../src/identity/sealed-key.ts';
import { temporaryHome } from '../helpers/program.ts';

function folder(t: ExecutionContext): string {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  return join(home, 'profiles');
}

function flipped(text: string, at: number): string {
  const bytes = Buffer.from(text, 'base64url');
  bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ 1;
  return bytes.toString('base64url');
}

test('what is sealed opens with its passphrase alone, and with no bit changed', async t => {
  const sealed = await seal('the key', 'pass é');
  t.true(isSealedKey(sealed));
  t.false(JSON.stringify(sealed).includes(Buffer.from('the key').toString('base64url')));
  t.is(await unseal(sealed, 'pass e\u0301'), 'the key');
  await t.throwsAsync(unseal(sealed, 'pass e'), { code: 'passphrase-wrong' });
  const changed: SealedKey[] = [
    { ...sealed, salt: flipped(sealed.salt, 3) },
    { ...sealed, nonce: flipped(sealed.nonce, 3) },
    { ...sealed, sealed: flipped(sealed.sealed, 0) },
    { ...sealed, sealed: flipped(sealed.sealed, 20) },
  ];
  for (const each of changed) await t.throwsAsync(unseal(each, 'pass é'), { code: 'passphrase-wrong' });
  t.notDeepEqual(await seal('the key', 'pass é'), sealed, 'never twice the same');
});

test('what is no sealed key is not taken for one', async t => {
  const sealed = await seal('x', 'y');
  const bad = [null, 1, 'x', {}, [], { ...sealed, version: 2 }, { ...sealed, salt: 'x' }, { ...sealed, sealed: '' }];
  for (const each of bad) t.false(isSealedKey(each));
});

test('a profile is locked, opened, locked anew and unlocked; its key, device and name stay', async t => {
  const at = folder(t);
  const profile = openProfile(at, 'alice');
  await lock(at, profile, 'one');
  const locked = findProfile(at, 'alice');
  if (!locked || !('locked' in locked)) throw new Error('not locked');
  const file = join(at, 'alice.profile.json');
  t.throws(() => openProfile(at, 'alice'), { code: 'profile-locked' });
  t.false(readFileSync(file, 'utf8').includes('PRIVATE'));
  t.is(statSync(file).mode & 0o777, 0o600);
  await t.throwsAsync(unlock(locked, 'two'), { code: 'passphrase-wrong' });
  const opened = await unlock(locked, 'one');
  t.deepEqual(opened.key.public, profile.key.public);
  t.deepEqual(opened.device, profile.device);
  await lock(at, opened, null);
  const plain = findProfile(at, 'alice');
  t.true(plain !== null && 'key' in plain);
});

test('a key goes to another machine by a file, which is never written over', async t => {
  const [here, there] = [folder(t), folder(t)];
  const profile = openProfile(here, 'alice');
  const file = join(here, 'alice.key');
  writeKeyFile(file, { name: 'alice', key: await seal(writeKey(profile.key), 'word') });
  t.is(statSync(file).mode & 0o777, 0o600);
  t.throws(() => writeKeyFile(file, { name: 'alice', key: profile.key }), { code: 'file-exists' });
  const { name, key } = readKeyFile(file);
  addProfile(there, name, key);
  const found = findProfile(there, 'alice');
  if (!found || !('locked' in found)) throw new Error('not locked');
  const arrived = await unlock(found, 'word');
  t.deepEqual(arrived.key.public, profile.key.public);
  t.notDeepEqual(arrived.device, profile.device, 'it is another device');
  t.throws(() => addProfile(there, 'alice', createKey()), { code: 'profile-exists' });
});

test('a file that is none says so', t => {
  const at = folder(t);
  mkdirSync(at);
  for (const text of [
    '',
    '{',
    '{}',
    'null',
    '{"tchat":"key","version":2}',
    '{"tchat":"key","version":1,"name":"a","key":"x"}',
  ]) {
    const file = join(at, 'some.key');
    writeFileSync(file, text);
    t.throws(() => readKeyFile(file), { code: 'no-key-file' }, text);
  }
  t.throws(() => readKeyFile(join(at, 'nowhere')), { code: 'no-key-file' });
});
