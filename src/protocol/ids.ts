// Message ids: 16 bytes on the wire, 36 characters everywhere else.
import type { MessageId } from '../chat/vocabulary.ts';

export function idToBytes(id: MessageId): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}

/** The 36-character form of 16 bytes. */
export function idFromBytes(bytes: Uint8Array): MessageId {
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, 16).toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/**
 * A UUIDv7 (RFC 9562 §5.7): milliseconds, then random bits.
 * `random` is 10 random bytes; ids made in one millisecond have no order among themselves.
 */
export function makeId(now: number, random: Uint8Array): MessageId {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(now, 0, 6);
  bytes.set(random.subarray(0, 10), 6);
  bytes[6] = ((bytes[6] as number) & 0x0f) | 0x70;
  bytes[8] = ((bytes[8] as number) & 0x3f) | 0x80;
  return idFromBytes(bytes);
}
