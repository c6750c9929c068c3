// UTF-8 that comes byte by byte, cut anywhere; what is not UTF-8 becomes U+FFFD, as the WHATWG decoder does it.

export class Utf8Decoder {
  private needed = 0;
  private codePoint = 0;
  private lower = 0x80;
  private upper = 0xbf;

  /** Whether a character has begun and is not complete. */
  get pending(): boolean {
    return this.needed > 0;
  }

  /** What one byte completes: nothing, a character, or U+FFFD for a broken one and then what the byte itself is. */
  push(byte: number): string {
    if (this.needed === 0) return this.begin(byte);
    if (byte < this.lower || byte > this.upper) {
      this.needed = 0;
      return `\ufffd${this.begin(byte)}`;
    }
    this.lower = 0x80;
    this.upper = 0xbf;
    this.codePoint = (this.codePoint << 6) | (byte & 0x3f);
    this.needed -= 1;
    return this.needed === 0 ? String.fromCodePoint(this.codePoint) : '';
  }

  /** The end of the text: U+FFFD when a character was left unfinished. */
  end(): string {
    const broken = this.needed > 0;
    this.needed = 0;
    return broken ? '\ufffd' : '';
  }

  private begin(byte: number): string {
    this.lower = 0x80;
    this.upper = 0xbf;
    if (byte < 0x80) return String.fromCharCode(byte);
    if (byte >= 0xc2 && byte <= 0xdf) return this.expect(1, byte & 0x1f);
    if (byte >= 0xe0 && byte <= 0xef) {
      // Overlong forms and surrogates end at their second byte.
      if (byte === 0xe0) this.lower = 0xa0;
      if (byte === 0xed) this.upper = 0x9f;
      return this.expect(2, byte & 0x0f);
    }
    if (byte >= 0xf0 && byte <= 0xf4) {
      if (byte === 0xf0) this.lower = 0x90;
      if (byte === 0xf4) this.upper = 0x8f;
      return this.expect(3, byte & 0x07);
    }
    return '\ufffd';
  }

  private expect(needed: number, bits: number): string {
    this.needed = needed;
    this.codePoint = bits;
    return '';
  }
}

/** A whole byte string as text. */
export function decodeUtf8(bytes: Uint8Array): string {
  // The start of a text may be U+FEFF: it is kept, as it is when bytes come one at a time.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
