// Account keys: Ed25519 with node:crypto. Who somebody is follows from the public key alone.
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import type { AccountId, ConversationId } from '../chat/vocabulary.ts';

export interface AccountKey {
  readonly private: KeyObject;
  /** The raw public key, 32 bytes. */
  readonly public: Buffer;
}

export function createKey(): AccountKey {
  return keyOf(generateKeyPairSync('ed25519').privateKey);
}

/** From a PKCS#8 PEM; throws what node:crypto throws. */
export function readKey(pem: string): AccountKey {
  const key = createPrivateKey(pem);
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('not an Ed25519 key');
  return keyOf(key);
}

export function writeKey(key: AccountKey): string {
  return key.private.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function keyOf(key: KeyObject): AccountKey {
  const { x } = createPublicKey(key).export({ format: 'jwk' });
  return { private: key, public: Buffer.from(x as string, 'base64url') };
}

/** The account of a raw public key. */
export function accountOf(publicKey: Uint8Array): AccountId {
  return shortHash(Buffer.from(publicKey));
}

/** The conversation of two accounts, whichever comes first; of one with itself: its notes. */
export function talkOf(one: AccountId, other: AccountId): ConversationId {
  return `~${shortHash(Buffer.from([one, other].sort().join('\n')))}`;
}

function shortHash(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest().subarray(0, 16).toString('base64url');
}

/** What ties a login to its connection; both are empty where nothing is encrypted. */
export interface LoginBinding {
  /** What only the two ends of the TLS connection can compute. */
  readonly exporter: Uint8Array;
  /** The fingerprint of the server's key, as each side knows it. */
  readonly serverKey: Uint8Array;
}

export const UNBOUND: LoginBinding = { exporter: new Uint8Array(0), serverKey: new Uint8Array(0) };

/** What a login signs: so that it is worth nothing on another connection, server, device or for another name. */
export interface LoginFacts extends LoginBinding {
  readonly protocol: number;
  readonly serverId: string;
  readonly nonce: Uint8Array;
  readonly key: Uint8Array;
  readonly device: Uint8Array;
  readonly name: string;
}

/** The signed bytes: a label, then each fact with its length before it as two bytes. */
export function loginTranscript(facts: LoginFacts): Buffer {
  const { protocol, serverId, nonce, key, device, name, exporter, serverKey } = facts;
  const parts = [String(protocol), serverId, nonce, key, device, name, exporter, serverKey].map(part =>
    Buffer.from(part as string),
  );
  const pieces: Buffer[] = [Buffer.from('tchat login\0')];
  for (const part of parts) {
    const length = Buffer.alloc(2);
    length.writeUInt16BE(part.length);
    pieces.push(length, part);
  }
  return Buffer.concat(pieces);
}

export function signLogin(key: AccountKey, facts: LoginFacts): Buffer {
  return sign(null, loginTranscript(facts), key.private);
}

/** Whether the signature is that of the key named in the facts. */
export function verifyLogin(facts: LoginFacts, signature: Uint8Array): boolean {
  try {
    const x = Buffer.from(facts.key).toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return verify(null, loginTranscript(facts), key, signature);
  } catch {
    return false;
  }
}
