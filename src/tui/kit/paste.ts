// A bracketed paste while it comes in: bounded, ended by its own mark only.
import { decodeUtf8 } from './utf8.ts';

/** Bytes of one paste: a hundred times a message; what is beyond is thrown away while it comes. */
export const PASTE_BYTES = 1024 * 1024;

const END = [0x1b, 0x5b, 0x32, 0x30, 0x31, 0x7e];

export class PasteBuffer {
  private bytes = new Uint8Array(256);
  private length = 0;
  private matched = 0;
  private cut = false;

  /** Bytes held: at most one more than PASTE_BYTES, whatever comes. */
  get held(): number {
    return this.length;
  }

  /** Takes a byte; true when it completes the mark that ends a paste. */
  push(byte: number): boolean {
    if (byte === END[this.matched]) {
      this.matched += 1;
      return this.matched === END.length;
    }
    // Escape stands only at the start of the mark: what was matched so far is text, and only this byte can begin it anew.
    for (const part of END.slice(0, this.matched)) this.keep(part);
    this.matched = byte === END[0] ? 1 : 0;
    if (this.matched === 0) this.keep(byte);
    return false;
  }

  /** What was pasted, as text that is safe to insert. */
  take(): { readonly type: 'paste'; readonly text: string; readonly cut?: true } {
    let end = this.cut ? PASTE_BYTES : this.length;
    // Not in the middle of a character.
    if (this.cut) while (end > 0 && ((this.bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
    const text = decodeUtf8(this.bytes.subarray(0, end))
      .replace(/\r\n?/g, '\n')
      .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd');
    return this.cut ? { type: 'paste', text, cut: true } : { type: 'paste', text };
  }

  private keep(byte: number): void {
    if (this.length > PASTE_BYTES) return;
    if (this.length === this.bytes.length) {
      const larger = new Uint8Array(this.bytes.length * 2);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    // One byte beyond the limit is kept: it tells whether the limit falls between two characters.
    this.bytes[this.length] = byte;
    if (this.length === PASTE_BYTES) this.cut = true;
    this.length += 1;
  }
}
