// A server's certificate and the statements in it: what TLS libraries read is what was meant, and nonsense vouches for
// nothing.
// Seen red: a tag of the certificate changed; a statement's label left out; a length read beyond the bytes.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import test from 'ava';
import fc from 'fast-check';
import {
  fingerprintOf,
  leads,
  makeCertificate,
  type Rotation,
  rawKeyOf,
  readCertificate,
  readFingerprint,
  showFingerprint,
  signRotation,
} from '../../src/identity/certificate.ts';
import { der, derValues } from '../../src/identity/der.ts';
import { ROTATIONS_KEPT } from '../../src/limits.ts';
import { mutate, mutations } from '../helpers/arbitraries.ts';
import { newServerKey } from '../helpers/tls.ts';

const bytesOf = (pem: string) => Buffer.from(pem.replace(/-----[^-]+-----|\n/g, ''), 'base64');

test('a certificate is one to others too: version 3, signed by its own Ed25519 key, valid for ever', t => {
  for (const rotations of [[], [signRotation(newServerKey().secret, newServerKey().raw)]]) {
    const { certificate, secret, fingerprint } = newServerKey(rotations);
    const read = new X509Certificate(certificate);
    t.is(read.subject, 'CN=tchat');
    t.is(read.issuer, 'CN=tchat');
    t.true(read.verify(read.publicKey));
    t.is(read.publicKey.asymmetricKeyType, 'ed25519');
    t.true(read.checkPrivateKey(secret));
    t.regex(read.validTo, /9999/);
    t.true(read.serialNumber.length === 32 && /^[4-7]/.test(read.serialNumber), 'a positive number of 16 bytes');
    const spki = read.publicKey.export({ type: 'spki', format: 'der' });
    t.deepEqual(fingerprint, createHash('sha256').update(spki).digest());
  }
});

test('the same key makes the same certificate at every start', t => {
  const { secret, certificate } = newServerKey();
  t.is(makeCertificate(secret, []), certificate);
});

test('what was put into a certificate is read from it, as many statements as are kept', t => {
  const chain: Rotation[] = [];
  for (let n = 0; n < ROTATIONS_KEPT; n++) {
    chain.push(signRotation(newServerKey().secret, newServerKey().raw));
    const { certificate, fingerprint } = newServerKey(chain);
    const shown = readCertificate(bytesOf(certificate));
    t.deepEqual(shown.fingerprint, fingerprint);
    t.deepEqual(
      shown.rotations.map(each => each.toString('hex')),
      chain.map(each => each.toString('hex')),
    );
  }
});

test('statements lead from a key to the next, and from there on, and nowhere else', t => {
  const [a, b, c] = [newServerKey(), newServerKey(), newServerKey()];
  const toB = signRotation(a.secret, b.raw);
  const toC = signRotation(b.secret, c.raw);
  t.true(leads([], a.fingerprint, a.fingerprint));
  t.true(leads([toB], a.fingerprint, b.fingerprint));
  t.true(leads([toB, toC], a.fingerprint, c.fingerprint));
  t.true(leads([toB, toC], b.fingerprint, c.fingerprint));
  t.false(leads([toB, toC], c.fingerprint, a.fingerprint));
  t.false(leads([toB, toC], b.fingerprint, a.fingerprint));
  t.false(leads([toC, toB], a.fingerprint, c.fingerprint), 'they stand in their order');
  t.false(leads([toC], a.fingerprint, c.fingerprint));
  for (let at = 0; at < toB.length; at++) {
    const changed = Buffer.from(toB);
    changed[at] = (changed[at] as number) ^ 1;
    t.false(leads([changed], a.fingerprint, b.fingerprint), `byte ${at}`);
  }
});

test('a fingerprint has one form, and what is none is not taken for one', t => {
  const { fingerprint } = newServerKey();
  const text = showFingerprint(fingerprint);
  t.is(text.length, 43);
  t.deepEqual(readFingerprint(text), fingerprint);
  const last = Buffer.alloc(32, 0xff).toString('base64url');
  t.is(last.at(-1), '8');
  for (const wrong of ['', text.slice(1), `${text}A`, `${text}=`, `${last.slice(0, -1)}9`, text.replace(/^./, '+')]) {
    t.is(readFingerprint(wrong), null, wrong);
  }
});

test('a key of another kind is none', t => {
  const rsa = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  t.throws(() => rawKeyOf(rsa.privateKey));
  t.throws(() => rawKeyOf(createPublicKey(rsa.privateKey)));
  t.throws(() => rawKeyOf(generateKeyPairSync('ed448').privateKey));
});

const RFC8032 = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';

test('the key of RFC 8032 has the fingerprint that any tool gives it', t => {
  const secret = createPrivateKey({
    key: Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.from(RFC8032, 'hex')]),
    ...{ format: 'der', type: 'pkcs8' },
  });
  const spki = createPublicKey(secret).export({ type: 'spki', format: 'der' });
  t.deepEqual(fingerprintOf(rawKeyOf(secret)), createHash('sha256').update(spki).digest());
});

test('what is written as DER is read as the same, and cut or changed it never reads beyond its bytes', t => {
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 254 }), fc.uint8Array({ maxLength: 400 }))), values => {
        const bytes = Buffer.concat(values.map(([tag, contents]) => der(tag, contents)));
        t.deepEqual(
          derValues(bytes).map(({ tag, contents }) => [tag, contents.toString('hex')]),
          values.map(([tag, contents]) => [tag, Buffer.from(contents).toString('hex')]),
        );
      }),
    ),
  );
  t.throws(() => der(4, Buffer.alloc(0x10000)), { instanceOf: RangeError });
  t.is(derValues(der(4, Buffer.alloc(0xffff)))[0]?.contents.length, 0xffff);
});

test('a certificate with changed bytes is read as something, or is none; it vouches for nobody', t => {
  const old = newServerKey();
  const secret = generateKeyPairSync('ed25519').privateKey;
  const made = newServerKey([signRotation(old.secret, rawKeyOf(secret))], secret);
  const bytes = bytesOf(made.certificate);
  t.true(leads(readCertificate(bytes).rotations, old.fingerprint, made.fingerprint));
  t.notThrows(() =>
    fc.assert(
      fc.property(mutations, changes => {
        let shown: ReturnType<typeof readCertificate>;
        try {
          shown = readCertificate(mutate(bytes, changes));
        } catch {
          return true;
        }
        // Either the key is another one, to which nothing leads, or the statement was not touched.
        return (
          shown.fingerprint.equals(made.fingerprint) || !leads(shown.rotations, old.fingerprint, shown.fingerprint)
        );
      }),
      { numRuns: 500 },
    ),
  );
});
