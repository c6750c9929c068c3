// Proofs by HMAC that somebody knows an invite, the password, or the key of a file's way: worth nothing for another login or
// connection than the one they are for.
import { createHmac, timingSafeEqual } from 'node:crypto';

export type Proven = 'invite' | 'password' | 'way';

/** 32 bytes. `transcript`: what this login signs (loginTranscript), with the nonce of its connection in it. */
export function prove(of: Proven, key: Uint8Array, transcript: Uint8Array): Buffer {
  return createHmac('sha256', key).update(`tchat ${of} proof\0`).update(transcript).digest();
}

export function isProof(proof: Uint8Array, of: Proven, key: Uint8Array, transcript: Uint8Array): boolean {
  const expected = prove(of, key, transcript);
  return proof.length === expected.length && timingSafeEqual(proof, expected);
}
