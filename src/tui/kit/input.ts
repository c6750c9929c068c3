// Input: the terminal's bytes, cut anywhere, become events. Nothing that a terminal sends by itself is ever typed as text.
import type { InputEvent } from './input-events.ts';
import {
  codePointKey,
  controlKey,
  decodeControlSequence,
  decodeLegacyMouse,
  decodeOscReply,
  decodeSs3,
  linuxFunctionKey,
} from './input-sequences.ts';
import { keyName } from './keys.ts';
import { LegacyMouseReport } from './legacy-mouse.ts';
import { PasteBuffer } from './paste.ts';
import { Utf8Decoder } from './utf8.ts';

export type { InputEvent, MouseInput, ReportName } from './input-events.ts';

/** Bytes of a control sequence that are kept; longer ones are swallowed whole. */
const SEQUENCE_BYTES = 64;
/** Bytes of an OSC, DCS, APC, PM or SOS string that are kept: the longest reply that means something to us is a colour. */
const STRING_BYTES = 256;
/** Flushes (pauses) until a sequence that has begun counts as broken off: a slow line may cut one. */
const SEQUENCE_PATIENCE = 4;
/** Flushes until a paste without an end is over: beyond it the keyboard must work again. */
const PASTE_PATIENCE = 40;
/** A read longer than any key: what is coming in is not someone typing, so patience starts anew. */
const LONGER_THAN_A_KEY = 12;

const PLAIN = { ctrl: false, alt: false, shift: false };
const ALT = { ctrl: false, alt: true, shift: false };

type Mode =
  | 'ground'
  | 'escape'
  | 'escape-twice'
  | 'csi'
  | 'ss3'
  | 'linux'
  | 'mouse'
  | 'string'
  | 'string-escape'
  | 'paste';

/**
 * Bytes in, events out. When `pending` is true after a push, call `flush` once nothing has come for some 50 ms, and again as
 * long as it stays true: only a pause tells Escape from the start of a sequence.
 */
export class InputTokeniser {
  private mode: Mode = 'ground';
  private events: InputEvent[] = [];
  private text = '';
  private readonly utf8 = new Utf8Decoder();
  /** What came of a sequence after its introducer. */
  private body = '';
  private tooLong = false;
  /** The byte that began a string: ] P _ ^ or X. */
  private introducer = '';
  /** An Escape came before: of the sequence, or of the character in utf8. */
  private alt = false;
  private mouse = new LegacyMouseReport();
  private paste = new PasteBuffer();
  private pauses = 0;

  get pending(): boolean {
    return this.mode !== 'ground' || this.utf8.pending;
  }

  push(bytes: Uint8Array): InputEvent[] {
    if (bytes.length > LONGER_THAN_A_KEY) this.pauses = 0;
    for (const byte of bytes) this.step(byte);
    return this.take();
  }

  /** Nothing has come for a while: decides what was open. */
  flush(): InputEvent[] {
    this.pauses += 1;
    if (this.mode === 'paste') {
      if (this.pauses >= PASTE_PATIENCE) this.endPaste();
    } else if (this.mode === 'ground') {
      this.endText();
    } else if (this.isOnlyIntroducer() || this.pauses >= SEQUENCE_PATIENCE) {
      this.abandon();
    }
    return this.take();
  }

  private take(): InputEvent[] {
    this.emitText();
    const events = this.events;
    this.events = [];
    return events;
  }

  private emitText(): void {
    if (this.text === '') return;
    this.events.push({ type: 'text', text: this.text });
    this.text = '';
  }

  private emit(event: InputEvent | undefined): void {
    if (event === undefined) return;
    if (event.type === 'text') {
      this.text += event.text;
      return;
    }
    this.emitText();
    this.events.push(event);
  }

  private key(base: string, modifiers = PLAIN): void {
    this.emit({ type: 'key', key: keyName(base, modifiers) });
  }

  private enter(mode: Mode): void {
    this.mode = mode;
    this.body = '';
    this.tooLong = false;
    this.pauses = 0;
  }

  private readonly steps: Readonly<Record<Mode, (byte: number) => void>> = {
    ground: byte => this.ground(byte),
    escape: byte => this.escape(byte),
    'escape-twice': byte => this.escapeTwice(byte),
    csi: byte => this.csi(byte),
    ss3: byte => this.ss3(byte),
    linux: byte => this.linux(byte),
    mouse: byte => this.legacyMouse(byte),
    string: byte => this.string(byte),
    'string-escape': byte => this.stringEscape(byte),
    paste: byte => {
      if (this.paste.push(byte)) this.endPaste();
    },
  };

  private step(byte: number): void {
    this.steps[this.mode](byte);
  }

  private ground(byte: number): void {
    if (byte >= 0x20 && byte !== 0x7f) {
      this.character(this.utf8.push(byte));
      return;
    }
    this.endText();
    if (byte === 0x1b) {
      this.alt = false;
      this.enter('escape');
    } else {
      this.emit(controlKey(byte, false));
    }
  }

  private character(text: string): void {
    for (const char of text) {
      const alt = this.alt;
      this.alt = false;
      // C1 controls are not typed, and some terminals obey them.
      if (char >= '\u0080' && char <= '\u009f') continue;
      if (alt && char !== '\ufffd') this.emit(codePointKey(char.codePointAt(0) ?? 0, ALT));
      else this.text += char;
    }
  }

  private endText(): void {
    this.character(this.utf8.end());
    this.alt = false;
  }

  private escape(byte: number): void {
    if (byte === 0x1b) {
      this.enter('escape-twice');
      return;
    }
    const char = String.fromCharCode(byte);
    if (char === '[') {
      this.enter('csi');
      return;
    }
    if (char === 'O') {
      this.enter('ss3');
      return;
    }
    if (']P_^X'.includes(char)) {
      this.introducer = char;
      this.enter('string');
      return;
    }
    this.enter('ground');
    if (byte < 0x20 || byte === 0x7f) {
      this.emit(controlKey(byte, true));
      return;
    }
    this.alt = true;
    this.character(this.utf8.push(byte));
  }

  /** rxvt marks Alt by an Escape before the sequence; else it was the Esc key, and then something new. */
  private escapeTwice(byte: number): void {
    if (byte === 0x5b || byte === 0x4f) {
      this.alt = true;
      this.enter(byte === 0x5b ? 'csi' : 'ss3');
      return;
    }
    this.key('Esc');
    this.enter('escape');
    this.escape(byte);
  }

  private csi(byte: number): void {
    if (byte < 0x20 || byte >= 0x7f) {
      this.breakOff(byte);
      return;
    }
    const char = String.fromCharCode(byte);
    if (this.body === '' && char === '[') {
      this.enter('linux');
      return;
    }
    if (this.body === '' && char === 'M') {
      this.mouse = new LegacyMouseReport();
      this.enter('mouse');
      return;
    }
    this.keep(char, SEQUENCE_BYTES);
    // rxvt ends keys with Shift in $, which elsewhere is in the middle of a report.
    const final = byte >= 0x40 || (char === '$' && /^\d+\$$/.test(this.body));
    if (!final) return;
    const { body, tooLong, alt } = this;
    this.alt = false;
    if (!tooLong && body === '200~') {
      this.paste = new PasteBuffer();
      this.enter('paste');
      return;
    }
    this.enter('ground');
    if (!tooLong) this.emit(decodeControlSequence(body, alt));
  }

  private ss3(byte: number): void {
    if (byte < 0x20 || byte >= 0x7f) {
      this.breakOff(byte);
      return;
    }
    this.keep(String.fromCharCode(byte), SEQUENCE_BYTES);
    if (byte > 0x20 && byte < 0x40) return;
    const { body, alt } = this;
    this.alt = false;
    this.enter('ground');
    this.emit(decodeSs3(body, alt));
  }

  private linux(byte: number): void {
    if (byte < 0x20 || byte >= 0x7f) {
      this.breakOff(byte);
      return;
    }
    const { alt } = this;
    this.alt = false;
    this.enter('ground');
    this.emit(linuxFunctionKey(String.fromCharCode(byte), alt));
  }

  private legacyMouse(byte: number): void {
    if (byte < 0x20) {
      this.breakOff(byte);
      return;
    }
    const report = this.mouse.push(byte);
    if (report === undefined) return;
    this.alt = false;
    this.enter('ground');
    this.emit(decodeLegacyMouse(report.button, report.x, report.y));
    if (report.rest !== undefined) this.step(report.rest);
  }

  /** An OSC, DCS, APC, PM or SOS: a reply. No reply holds control characters, so one of them gives the keyboard back. */
  private string(byte: number): void {
    if (byte === 0x1b) {
      this.mode = 'string-escape';
    } else if (byte === 0x07 || byte === 0x18 || byte === 0x1a) {
      this.endString(byte === 0x07);
    } else if (byte < 0x20 || byte === 0x7f) {
      this.breakOff(byte);
    } else {
      this.keep(String.fromCharCode(byte), STRING_BYTES);
    }
  }

  private stringEscape(byte: number): void {
    if (byte === 0x5c) {
      this.endString(true);
      return;
    }
    this.mode = 'string';
    this.breakOff(0x1b);
    this.step(byte);
  }

  private endString(whole: boolean): void {
    const { body, introducer, tooLong } = this;
    this.alt = false;
    this.enter('ground');
    if (whole && !tooLong && introducer === ']') this.emit(decodeOscReply(body));
  }

  private endPaste(): void {
    this.enter('ground');
    this.emit(this.paste.take());
  }

  private keep(char: string, limit: number): void {
    if (this.body.length < limit) this.body += char;
    else this.tooLong = true;
  }

  private isOnlyIntroducer(): boolean {
    if (this.mode === 'escape' || this.mode === 'escape-twice' || this.mode === 'string-escape') return true;
    return this.body === '' && this.mode !== 'mouse' && this.mode !== 'linux';
  }

  /** Ends what is open without its end: an introducer alone was Alt and that character, anything longer is dropped. */
  private abandon(): void {
    const { mode, body } = this;
    this.alt = false;
    this.enter('ground');
    if (mode === 'escape-twice') this.key('Esc');
    if (mode === 'csi' && body === '') this.key('[', ALT);
    if (mode === 'ss3' && body === '') this.key('O', { ...ALT, shift: true });
    if ((mode === 'string' || mode === 'string-escape') && body === '')
      this.emit(codePointKey(this.introducer.charCodeAt(0), ALT));
    if (mode === 'escape' || mode === 'escape-twice' || mode === 'string-escape') this.key('Esc');
  }

  private breakOff(byte: number): void {
    this.abandon();
    this.step(byte);
  }
}
