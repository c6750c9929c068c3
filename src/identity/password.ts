// A server's password: stretched by whoever types it, with the server's salt, so that the server spends nothing on strangers.
import { scrypt } from 'node:crypto';

/** Bytes of the salt and of what comes out. */
export const SALT_BYTES = 16;
export const STRETCHED_BYTES = 32;
/** 64 MiB and about 0.3 s: what one guess costs. */
const COST = { N: 2 ** 16, r: 8, p: 1, maxmem: 80 * 1024 * 1024 } as const;

/** 32 bytes from a password in whatever composition it was typed. */
export function stretch(password: string, salt: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, STRETCHED_BYTES, COST, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
