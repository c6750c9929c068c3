// Looks over MessagePack bytes before they are decoded: every declared length must have its bytes, nesting is bounded,
// and nothing follows the value. So a decoder behind it never allocates for what a peer merely claims.
import { TchatError } from '../errors.ts';
import { VALUE_DEPTH } from '../limits.ts';

/** Bytes that follow a fixed-size value of types 0xc0–0xdf; -1: never allowed, -2: has a length of its own. */
const FIXED: readonly number[] = [
  0, -1, 0, 0, -2, -2, -2, -1, -1, -1, 4, 8, 1, 2, 4, 8, 1, 2, 4, 8, -1, -1, -1, -1, -1, -2, -2, -2, -2, -2, -2, -2,
];

/**
 * Throws a TchatError `bad-packet` unless the bytes are exactly one plain MessagePack value: nil, booleans, numbers,
 * strings, binary, arrays and maps; no extension types; depth at most VALUE_DEPTH.
 */
export function scanValue(bytes: Uint8Array): void {
  const end = scan(bytes, 0, 0);
  if (end !== bytes.length) throw malformed('trailing bytes');
}

function malformed(what: string): TchatError {
  return new TchatError('bad-packet', { what });
}

function scan(bytes: Uint8Array, at: number, depth: number): number {
  const type = bytes[at];
  if (type === undefined) throw malformed('cut short');
  if (depth > VALUE_DEPTH) throw malformed('nested too deep');
  if (type < 0x80 || type >= 0xe0) return at + 1;
  if (type < 0x90) return items(bytes, at + 1, (type & 0x0f) * 2, depth);
  if (type < 0xa0) return items(bytes, at + 1, type & 0x0f, depth);
  if (type < 0xc0) return skip(bytes, at + 1, type & 0x1f);
  const fixed = FIXED[type - 0xc0] as number;
  if (fixed >= 0) return skip(bytes, at + 1, fixed);
  switch (type) {
    case 0xc4:
    case 0xd9:
      return skip(bytes, at + 2, length(bytes, at + 1, 1));
    case 0xc5:
    case 0xda:
      return skip(bytes, at + 3, length(bytes, at + 1, 2));
    case 0xc6:
    case 0xdb:
      return skip(bytes, at + 5, length(bytes, at + 1, 4));
    case 0xdc:
      return items(bytes, at + 3, length(bytes, at + 1, 2), depth);
    case 0xdd:
      return items(bytes, at + 5, length(bytes, at + 1, 4), depth);
    case 0xde:
      return items(bytes, at + 3, length(bytes, at + 1, 2) * 2, depth);
    case 0xdf:
      return items(bytes, at + 5, length(bytes, at + 1, 4) * 2, depth);
    default:
      throw malformed('a type that is not plain');
  }
}

function length(bytes: Uint8Array, at: number, size: 1 | 2 | 4): number {
  if (at + size > bytes.length) throw malformed('cut short');
  let value = 0;
  for (let i = 0; i < size; i++) value = value * 256 + (bytes[at + i] as number);
  return value;
}

function skip(bytes: Uint8Array, at: number, count: number): number {
  if (at + count > bytes.length) throw malformed('cut short');
  return at + count;
}

function items(bytes: Uint8Array, at: number, count: number, depth: number): number {
  // Each item is at least one byte.
  if (at + count > bytes.length) throw malformed('cut short');
  let next = at;
  for (let i = 0; i < count; i++) next = scan(bytes, next, depth + 1);
  return next;
}
