// What a server keeps to tell who may come in: in one file, for itself alone, and never the password.
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openEntrySecrets, withPassword } from '../../src/identity/entry-secrets.ts';
import { inviteOf, readInvite, writeInvite } from '../../src/identity/invite.ts';
import { temporaryHome } from '../helpers/program.ts';

function folder(t: ExecutionContext): string {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  return join(home, 'server');
}

const mode = (file: string) => statSync(file).mode & 0o777;

test('the file is made once, and read by nobody else', t => {
  const at = folder(t);
  const first = openEntrySecrets(at);
  t.is(first.password, null);
  t.deepEqual(openEntrySecrets(at), first);
  t.is(mode(join(at, 'entry.json')), 0o600);
  chmodSync(join(at, 'entry.json'), 0o644);
  openEntrySecrets(at);
  t.is(mode(join(at, 'entry.json')), 0o600);
  t.deepEqual(readdirSync(at), ['entry.json']);
});

test('a password is kept stretched; the same one keeps its salt, another gets a new one, none takes it away', async t => {
  const at = folder(t);
  const one = await withPassword(at, openEntrySecrets(at), 'swordfish');
  t.false(readFileSync(join(at, 'entry.json'), 'utf8').includes('swordfish'));
  t.is(mode(join(at, 'entry.json')), 0o600);
  t.deepEqual(openEntrySecrets(at), one);
  t.deepEqual(await withPassword(at, one, 'swordfish'), one);
  const other = await withPassword(at, one, 'marlin');
  t.notDeepEqual(other.password?.salt, one.password?.salt);
  t.deepEqual(other.secret, one.secret, 'invites hold');
  t.is((await withPassword(at, other, null)).password, null);
  t.is(openEntrySecrets(at).password, null);
});

test('a broken file is said to be broken, and stays as it is', t => {
  const at = folder(t);
  openEntrySecrets(at);
  const file = join(at, 'entry.json');
  for (const text of ['', '{', 'null', '{}', '{"secret":"x"}', '{"secret":1,"password":2}']) {
    writeFileSync(file, text);
    t.throws(() => openEntrySecrets(at), { code: 'entry-broken' }, text);
    t.is(readFileSync(file, 'utf8'), text);
  }
});

test('a token is read as it was written, and in no second spelling', t => {
  const invite = inviteOf(Buffer.alloc(32, 1), '0123456789ab');
  const token = writeInvite(invite);
  t.regex(token, /^[A-Za-z0-9_-]{30}$/);
  t.deepEqual(readInvite(token), invite);
  for (const other of [`${token}=`, ` ${token}`, token.slice(1), `${token}A`, '']) t.is(readInvite(other), null, other);
  t.notDeepEqual(inviteOf(Buffer.alloc(32, 2), '0123456789ab').key, invite.key);
  t.notDeepEqual(inviteOf(Buffer.alloc(32, 1), '0123456789ac').key, invite.key);
});
