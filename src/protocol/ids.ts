// Message ids: 16 bytes on the wire, 36 characters everywhere else.
import type { MessageId } from '../chat/vocabulary.ts';

const HYPHEN = 0x2d;
const DIGITS = Buffer.from('0123456789abcdef');
/** Where each byte's two digits stand in the 36 characters. */
const PLACES = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34] as const;
/** The characters of one id, filled anew for each. */
const CHARACTERS = Buffer.alloc(36, HYPHEN);

export function idToBytes(id: MessageId): Buffer {
  const bytes = Buffer.allocUnsafe(16);
  writeId(bytes, 0, id);
  return bytes;
}

/** Writes the 16 bytes of an id at an offset. */
export function writeId(bytes: Uint8Array, at: number, id: MessageId): void {
  for (let i = 0; i < 16; i++) {
    const place = PLACES[i] as number;
    bytes[at + i] = (digit(id.charCodeAt(place)) << 4) | digit(id.charCodeAt(place + 1));
  }
}

function digit(character: number): number {
  return character <= 0x39 ? character - 0x30 : (character | 0x20) - 0x57;
}

/** The 36-character form of 16 bytes. */
export function idFromBytes(bytes: Uint8Array): MessageId {
  for (let i = 0; i < 16; i++) {
    const byte = bytes[i] as number;
    const place = PLACES[i] as number;
    CHARACTERS[place] = DIGITS[byte >> 4] as number;
    CHARACTERS[place + 1] = DIGITS[byte & 15] as number;
  }
  return CHARACTERS.toString('latin1');
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
