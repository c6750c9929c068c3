// DER, as far as one certificate needs it: writing a value, and reading what a value holds.

/** A value: its tag, its length, its contents. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(contents);
  return Buffer.concat([Buffer.of(tag), lengthOf(body.length), body]);
}

function lengthOf(length: number): Buffer {
  if (length < 0x80) return Buffer.of(length);
  if (length < 0x100) return Buffer.of(0x81, length);
  if (length < 0x10000) return Buffer.of(0x82, length >> 8, length & 0xff);
  throw new RangeError('too long for this DER');
}

export interface DerValue {
  readonly tag: number;
  readonly contents: Buffer;
}

/** The values that stand one after the other in some bytes. Throws a RangeError where they are not DER. */
export function derValues(bytes: Buffer): readonly DerValue[] {
  const values: DerValue[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { start, end } = spanOf(bytes, at);
    values.push({ tag: bytes[at] as number, contents: bytes.subarray(start, end) });
    at = end;
  }
  return values;
}

function spanOf(bytes: Buffer, at: number): { start: number; end: number } {
  const first = bytes[at + 1] ?? 0xff;
  const more = first < 0x80 ? 0 : first - 0x80;
  const start = at + 2 + more;
  // Longer lengths belong to values that no certificate of ours holds.
  if (more > 3 || start > bytes.length) throw new RangeError('not DER');
  const length = more === 0 ? first : bytes.readUIntBE(at + 2, more);
  if (start + length > bytes.length) throw new RangeError('not DER');
  return { start, end: start + length };
}
