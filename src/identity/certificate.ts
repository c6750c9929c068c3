// A server's certificate: self-signed Ed25519, so that TLS has one. What counts is its key alone, and the statements by
// which earlier keys of the server vouch for it.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject,
  sign,
  verify,
  X509Certificate,
} from 'node:crypto';
import { der, derValues } from './der.ts';

/** SHA-256 of a public key (SubjectPublicKeyInfo), 32 bytes: what a client pins, and what a login names the server by. */
export type Fingerprint = Buffer;

/** What stands before the 32 bytes of an Ed25519 key in its SubjectPublicKeyInfo (RFC 8410). */
const SPKI_PREFIX = Buffer.from('302a300506032b6570032100', 'hex');
const KEY_BYTES = 32;
const OID_COMMON_NAME = Buffer.from('0603550403', 'hex');
const ED25519 = Buffer.from('300506032b6570', 'hex');
/** 2.25.272487011333075639606624982624472129426, from a random UUID (ITU-T X.667): the statements of earlier keys. */
const OID_ROTATIONS = Buffer.from('0614698399ff8bb9d7d2aab4fbac82f8efe5ecafbf12', 'hex');
/** Bytes of one statement: the old key, the new key, the old key's signature. */
const STATEMENT_BYTES = 2 * KEY_BYTES + 64;
const LABEL = Buffer.from('tchat rotation\0');

/** An earlier key of a server names the next one: old key, new key (32 bytes each), signature (64). */
export type Rotation = Buffer;

export function fingerprintOf(rawKey: Uint8Array): Fingerprint {
  return createHash('sha256').update(SPKI_PREFIX).update(rawKey).digest();
}

/** The raw public key, 32 bytes, of an Ed25519 key, private or public. */
export function rawKeyOf(key: KeyObject): Buffer {
  const spki = (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' });
  if (spki.length !== SPKI_PREFIX.length + KEY_BYTES || !spki.subarray(0, SPKI_PREFIX.length).equals(SPKI_PREFIX)) {
    throw new TypeError('not an Ed25519 key');
  }
  return spki.subarray(SPKI_PREFIX.length);
}

export function signRotation(old: KeyObject, next: Uint8Array): Rotation {
  const keys = Buffer.concat([rawKeyOf(old), next]);
  return Buffer.concat([keys, sign(null, Buffer.concat([LABEL, keys]), old)]);
}

/** Whether these statements, in their order, lead from one key to another: each signed by the key before it. */
export function leads(rotations: readonly Rotation[], from: Fingerprint, to: Fingerprint): boolean {
  let current = from;
  for (const rotation of rotations) {
    if (current.equals(to)) return true;
    const old = rotation.subarray(0, KEY_BYTES);
    if (!fingerprintOf(old).equals(current) || !isSigned(rotation, old)) continue;
    current = fingerprintOf(rotation.subarray(KEY_BYTES, 2 * KEY_BYTES));
  }
  return current.equals(to);
}

function isSigned(rotation: Rotation, old: Buffer): boolean {
  try {
    const key = createPublicKey({ key: Buffer.concat([SPKI_PREFIX, old]), format: 'der', type: 'spki' });
    const signed = Buffer.concat([LABEL, rotation.subarray(0, 2 * KEY_BYTES)]);
    return verify(null, signed, key, rotation.subarray(2 * KEY_BYTES));
  } catch {
    return false;
  }
}

/** The certificate of a key, as PEM. It holds for ever: a client asks whose key it is, never for how long. */
export function makeCertificate(key: KeyObject, rotations: readonly Rotation[]): string {
  const raw = rawKeyOf(key);
  const name = der(0x30, der(0x31, der(0x30, OID_COMMON_NAME, der(0x0c, Buffer.from('tchat')))));
  const time = (text: string) => der(0x18, Buffer.from(text));
  const extension = der(0x30, OID_ROTATIONS, der(0x04, der(0x04, ...rotations)));
  const serial = fingerprintOf(raw).subarray(0, 16);
  serial[0] = ((serial[0] as number) & 0x7f) | 0x40;
  const body = der(
    0x30,
    der(0xa0, der(0x02, Buffer.of(2))),
    der(0x02, serial),
    ED25519,
    name,
    der(0x30, time('20260101000000Z'), time('99991231235959Z')),
    name,
    SPKI_PREFIX,
    raw,
    ...(rotations.length > 0 ? [der(0xa3, der(0x30, extension))] : []),
  );
  const signature = der(0x03, Buffer.of(0), sign(null, body, key));
  const lines =
    der(0x30, body, ED25519, signature)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

/** What a client reads in a certificate. */
export interface ShownKey {
  readonly fingerprint: Fingerprint;
  /** Not checked yet: `leads` does. */
  readonly rotations: readonly Rotation[];
}

/** Reads a DER certificate of anybody. Throws what node:crypto throws, and a TypeError where its key is no Ed25519 key. */
export function readCertificate(certificate: Uint8Array): ShownKey {
  const { publicKey, raw } = new X509Certificate(certificate);
  return { fingerprint: fingerprintOf(rawKeyOf(publicKey)), rotations: rotationsIn(raw) };
}

/** The statements in a certificate; none where there are none, or what stands there cannot be read. */
function rotationsIn(certificate: Buffer): readonly Rotation[] {
  try {
    const [body] = derValues(derValues(certificate)[0]?.contents ?? Buffer.alloc(0));
    const list = derValues(body?.contents ?? Buffer.alloc(0)).find(({ tag }) => tag === 0xa3);
    for (const extension of derValues(derValues(list?.contents ?? Buffer.alloc(0))[0]?.contents ?? Buffer.alloc(0))) {
      if (!extension.contents.subarray(0, OID_ROTATIONS.length).equals(OID_ROTATIONS)) continue;
      const value = derValues(extension.contents).find(({ tag }) => tag === 0x04);
      const statements = derValues(value?.contents ?? Buffer.alloc(0))[0]?.contents ?? Buffer.alloc(0);
      return pieces(statements);
    }
  } catch {
    // Whoever writes nonsense there vouches for nothing.
  }
  return [];
}

function pieces(statements: Buffer): readonly Rotation[] {
  if (statements.length % STATEMENT_BYTES !== 0) return [];
  const count = statements.length / STATEMENT_BYTES;
  return Array.from({ length: count }, (_, n) => statements.subarray(n * STATEMENT_BYTES, (n + 1) * STATEMENT_BYTES));
}

/** A key that PKCS#8 PEM holds; throws what node:crypto throws, and a TypeError for another kind. */
export function readServerKey(pem: string): KeyObject {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('not an Ed25519 key');
  return key;
}

/** Whether a text can be a fingerprint as people see it: SHA-256 in base64url, 43 characters. */
export function readFingerprint(text: string): Fingerprint | null {
  if (!/^[A-Za-z0-9_-]{43}$/.test(text)) return null;
  const bytes = Buffer.from(text, 'base64url');
  return bytes.toString('base64url') === text ? bytes : null;
}

export function showFingerprint(fingerprint: Uint8Array): string {
  return Buffer.from(fingerprint).toString('base64url');
}
