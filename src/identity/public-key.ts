// Which raw Ed25519 public keys can be somebody's. node:crypto takes points of small order, for which one signature
// verifies whatever is signed, and second spellings of a point, by which one key would be two accounts.

/** 2^255 − 19: coordinates are below it. */
const FIELD = 2n ** 255n - 19n;

/** The y of half of the points of order eight; the others have its negative. */
const EIGHTH = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;

/** The y coordinates of the eight points whose order divides 8. */
const SMALL: ReadonlySet<bigint> = new Set([0n, 1n, FIELD - 1n, EIGHTH, FIELD - EIGHTH]);

/** Whether the 32 bytes can be the key of an account. Whether they are a point at all, verifying shows. */
export function isSoundKey(publicKey: Uint8Array): boolean {
  if (publicKey.length !== 32) return false;
  const bigEndian = Buffer.from(publicKey).reverse();
  bigEndian[0] = (bigEndian[0] as number) & 0x7f;
  const y = BigInt(`0x${bigEndian.toString('hex')}`);
  return y < FIELD && !SMALL.has(y);
}
