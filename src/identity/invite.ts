// Invites: a token that lets somebody new in. The server can work each out again from its own secret and the invite's id,
// so it keeps none; whoever holds one proves so without sending it.
import { createHmac } from 'node:crypto';
import type { InviteId } from '../chat/vocabulary.ts';
import { INVITE_TOKEN } from '../limits.ts';

/** A token taken apart: which invite it is, and the key that proves it. */
export interface Invite {
  /** 12 hexadecimal digits. */
  readonly id: InviteId;
  /** 16 bytes. */
  readonly key: Buffer;
}

const ID_BYTES = 6;

/** The invite of an id; only the holder of the secret (32 bytes) can make it. */
export function inviteOf(secret: Uint8Array, id: InviteId): Invite {
  const key = createHmac('sha256', secret)
    .update(`tchat invite\0${id}`)
    .digest()
    .subarray(0, INVITE_TOKEN - ID_BYTES);
  return { id, key };
}

/** As it stands in a link: 30 characters of base64url. */
export function writeInvite({ id, key }: Invite): string {
  return Buffer.concat([Buffer.from(id, 'hex'), key]).toString('base64url');
}

/** The token taken apart, or null where it is none. */
export function readInvite(token: string): Invite | null {
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length !== INVITE_TOKEN || bytes.toString('base64url') !== token) return null;
  return { id: bytes.subarray(0, ID_BYTES).toString('hex'), key: bytes.subarray(ID_BYTES) };
}
