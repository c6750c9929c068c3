// A key under a passphrase: scrypt and ChaCha20-Poly1305. The text of it says all that opening it needs but the passphrase.
import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto';
import { TchatError } from '../errors.ts';

export interface SealedKey {
  readonly version: 1;
  /** 16 bytes, base64url. */
  readonly salt: string;
  /** 12 bytes, base64url. */
  readonly nonce: string;
  /** What was sealed, and its 16 bytes of proof; base64url. */
  readonly sealed: string;
}

const CIPHER = 'chacha20-poly1305';
const TAG = 16;
/** 128 MiB and half a second: what one guess at a stolen file costs. */
const COST = { N: 2 ** 17, r: 8, p: 1, maxmem: 160 * 1024 * 1024 } as const;
/** Bound into what is sealed, so that nothing else passes for it. */
const LABEL = Buffer.from('tchat key 1');

export async function seal(text: string, passphrase: string): Promise<SealedKey> {
  const [salt, nonce] = [randomBytes(16), randomBytes(12)];
  const cipher = createCipheriv(CIPHER, await derive(passphrase, salt), nonce, { authTagLength: TAG });
  cipher.setAAD(LABEL, { plaintextLength: Buffer.byteLength(text) });
  const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  const [saltText, nonceText] = [salt, nonce].map(each => each.toString('base64url')) as [string, string];
  return { version: 1, salt: saltText, nonce: nonceText, sealed: sealed.toString('base64url') };
}

/** Throws `passphrase-wrong`; also where the bytes were changed, which nobody can tell apart. */
export async function unseal(key: SealedKey, passphrase: string): Promise<string> {
  const [salt, nonce, bytes] = [key.salt, key.nonce, key.sealed].map(each => Buffer.from(each, 'base64url')) as [
    Buffer,
    Buffer,
    Buffer,
  ];
  const derived = await derive(passphrase, salt);
  try {
    const body = bytes.subarray(0, -TAG);
    const decipher = createDecipheriv(CIPHER, derived, nonce, { authTagLength: TAG });
    decipher.setAAD(LABEL, { plaintextLength: body.length });
    decipher.setAuthTag(bytes.subarray(-TAG));
    return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
  } catch (error) {
    throw new TchatError('passphrase-wrong', {}, error);
  }
}

export function isSealedKey(value: unknown): value is SealedKey {
  if (typeof value !== 'object' || value === null) return false;
  const { version, salt, nonce, sealed } = value as Record<string, unknown>;
  const is = (text: unknown, least: number, most: number) => {
    if (typeof text !== 'string') return false;
    const { length } = Buffer.from(text, 'base64url');
    return length >= least && length <= most;
  };
  return version === 1 && is(salt, 16, 16) && is(nonce, 12, 12) && is(sealed, TAG + 1, 4096);
}

function derive(passphrase: string, salt: Buffer): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(passphrase.normalize('NFC'), salt, 32, COST, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
