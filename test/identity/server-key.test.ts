// A server's own key: made once, for its owner's eyes only, never lost silently, and changed with the old one's word.
// Seen red: a file that others can read; a broken file that is made anew; a rotation that forgets the ones before.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { TchatError } from '../../src/errors.ts';
import { leads, readCertificate } from '../../src/identity/certificate.ts';
import { openServerKey, rotateServerKey, type ServerKey } from '../../src/identity/server-key.ts';
import { ROTATIONS_KEPT } from '../../src/limits.ts';
import { temporaryHome } from '../helpers/program.ts';

function folder(t: ExecutionContext): string {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  return join(home, 'data');
}

const rotationsOf = ({ certificate }: ServerKey) =>
  readCertificate(Buffer.from(certificate.replace(/-----[^-]+-----|\n/g, ''), 'base64')).rotations;

test('a key is made once, and is the same at every start', t => {
  const data = folder(t);
  const first = openServerKey(data);
  const again = openServerKey(data);
  t.deepEqual(again, first);
  t.notDeepEqual(openServerKey(folder(t)).fingerprint, first.fingerprint);
  t.deepEqual(readdirSync(data), ['server-key.json'], 'no draft is left');
  t.is(statSync(join(data, 'server-key.json')).mode & 0o777, 0o600);
  t.is(statSync(data).mode & 0o777, 0o700);
});

test('a broken file is told, and never made anew', t => {
  const data = folder(t);
  openServerKey(data);
  const file = join(data, 'server-key.json');
  const good = readFileSync(file, 'utf8');
  for (const bad of ['', '{}', 'no JSON', good.slice(0, -20), good.replace('BEGIN PRIVATE', 'BEGIN PUBLIC')]) {
    writeFileSync(file, bad);
    for (const open of [openServerKey, rotateServerKey]) {
      t.throws(() => open(data), { instanceOf: TchatError, code: 'server-key-broken' });
    }
    t.is(readFileSync(file, 'utf8'), bad);
  }
});

test('a folder that cannot be used is told', t => {
  const data = folder(t);
  openServerKey(data);
  t.throws(() => openServerKey(join(data, 'server-key.json', 'below')), { code: 'server-key-unwritable' });
});

test('each new key has the word of the one before, for as many as are kept', t => {
  const data = folder(t);
  const keys = [openServerKey(data)];
  for (let n = 0; n < ROTATIONS_KEPT + 3; n++) {
    const next = rotateServerKey(data);
    t.deepEqual(openServerKey(data), next);
    keys.push(next);
  }
  const last = keys.at(-1) as ServerKey;
  const rotations = rotationsOf(last);
  t.is(rotations.length, ROTATIONS_KEPT);
  for (const [n, { fingerprint }] of keys.entries()) {
    const age = keys.length - 1 - n;
    t.is(leads(rotations, fingerprint, last.fingerprint), age <= ROTATIONS_KEPT, `${age} keys ago`);
  }
  t.is(new Set(keys.map(({ fingerprint }) => fingerprint.toString('hex'))).size, keys.length);
});
