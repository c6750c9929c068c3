// Account keys: who somebody is, and what a login proves.
import { createPrivateKey, randomBytes } from 'node:crypto';
import test from 'ava';
import {
  accountOf,
  createKey,
  type LoginFacts,
  loginTranscript,
  readKey,
  signLogin,
  talkOf,
  UNBOUND,
  verifyLogin,
  writeKey,
} from '../../src/identity/keys.ts';

/** RFC 8032, section 7.1, test 1. */
const SEED = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
const PUBLIC = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
const DER = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from(SEED, 'hex')]);
const KEY = readKey(
  createPrivateKey({ key: DER, format: 'der', type: 'pkcs8' }).export({ type: 'pkcs8', format: 'pem' }).toString(),
);

const facts = (changes: Partial<LoginFacts> = {}): LoginFacts => ({
  protocol: 1,
  serverId: 'server',
  nonce: Buffer.alloc(32, 1),
  key: KEY.public,
  device: Buffer.alloc(16, 2),
  name: 'Zoë',
  exporter: Buffer.alloc(32, 3),
  serverKey: Buffer.alloc(32, 4),
  ...changes,
});

test('an account follows from the public key alone', t => {
  t.is(KEY.public.toString('hex'), PUBLIC);
  t.is(accountOf(KEY.public), 'If4x36FUomFia_hUBG_SJw');
  t.regex(accountOf(createKey().public), /^[A-Za-z0-9_-]{22}$/);
});

test('the signed bytes are those of the document', t => {
  const expected = [
    ...['7463686174206c6f67696e00', '0001', '31', '0006', '736572766572', '0020', '01'.repeat(32), '0020', PUBLIC],
    ...['0010', '02'.repeat(16), '0004', '5a6fc3ab', '0020', '03'.repeat(32), '0020', '04'.repeat(32)],
  ].join('');
  t.is(loginTranscript(facts()).toString('hex'), expected);
});

test('a signature is worth something for its own facts alone', t => {
  const signature = signLogin(KEY, facts());
  t.true(verifyLogin(facts(), signature));
  const others: Partial<LoginFacts>[] = [
    { protocol: 2 },
    { serverId: 'server2' },
    { nonce: Buffer.alloc(32, 9) },
    { key: createKey().public },
    { device: Buffer.alloc(16, 9) },
    { name: 'Zoe' },
    { exporter: Buffer.alloc(32, 9) },
    { exporter: UNBOUND.exporter },
    { serverKey: Buffer.alloc(32, 9) },
    { serverKey: UNBOUND.serverKey },
  ];
  // Red when a fact is left out of the transcript.
  for (const other of others) t.false(verifyLogin(facts(other), signature), Object.keys(other)[0]);
  t.false(verifyLogin(facts(), randomBytes(64)));
  t.false(verifyLogin(facts(), new Uint8Array(0)));
  t.false(verifyLogin(facts({ key: new Uint8Array(3) }), signature));
});

// Red when the parts go without their lengths.
test('no two lists of facts have the same bytes', t => {
  const one = loginTranscript(facts({ serverId: 'ab', name: 'c' }));
  const other = loginTranscript(facts({ serverId: 'a', name: 'bc' }));
  t.notDeepEqual(one, other);
});

test('a key is read as it was written, and no other kind is taken', t => {
  const key = createKey();
  t.deepEqual(readKey(writeKey(key)).public, key.public);
  t.throws(() => readKey('no key'));
});

test('the talk of two is the same from both sides, and no other’s', t => {
  const [a, b, c] = [createKey(), createKey(), createKey()].map(key => accountOf(key.public)) as [
    string,
    string,
    string,
  ];
  t.is(talkOf(a, b), talkOf(b, a));
  t.is(new Set([talkOf(a, b), talkOf(a, c), talkOf(b, c), talkOf(a, a), talkOf(b, b)]).size, 5);
  t.regex(talkOf(a, b), /^~[A-Za-z0-9_-]{22}$/);
});
