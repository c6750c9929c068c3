// What complete control sequences mean: xterm, VT, rxvt, Linux console, kitty keyboard, modifyOtherKeys, mouse, reports.
// What is not known here means nothing: undefined, and the sequence is swallowed.
import type { InputEvent, MouseInput } from './input-events.ts';
import { isKeyName, keyName, type Modifiers } from './keys.ts';

const LETTER_KEYS: Readonly<Record<string, string>> = {
  ...{ A: 'Up', B: 'Down', C: 'Right', D: 'Left', F: 'End', H: 'Home' },
  ...{ P: 'F1', Q: 'F2', R: 'F3', S: 'F4', Z: 'Shift-Tab' },
};

const TILDE_KEYS: Readonly<Record<number, string>> = {
  ...{ 1: 'Home', 2: 'Insert', 3: 'Delete', 4: 'End', 5: 'PageUp', 6: 'PageDown', 7: 'Home', 8: 'End' },
  ...{ 11: 'F1', 12: 'F2', 13: 'F3', 14: 'F4', 15: 'F5', 17: 'F6', 18: 'F7', 19: 'F8' },
  ...{ 20: 'F9', 21: 'F10', 23: 'F11', 24: 'F12' },
};

/** The keypad as SS3 sends it in application mode. */
const KEYPAD: Readonly<Record<string, string>> = {
  ...{ ' ': ' ', j: '*', k: '+', l: ',', m: '-', n: '.', o: '/', X: '=' },
  ...Object.fromEntries(Array.from({ length: 10 }, (_, digit) => [String.fromCharCode(0x70 + digit), String(digit)])),
};

/** Keys that kitty numbers from the private use area on. */
const KITTY_TEXT = '0123456789./*-+';
const KITTY_KEYS: Readonly<Record<number, string>> = {
  ...{ 57414: 'Enter', 57417: 'Left', 57418: 'Right', 57419: 'Up', 57420: 'Down', 57421: 'PageUp', 57422: 'PageDown' },
  ...{ 57423: 'Home', 57424: 'End', 57425: 'Insert', 57426: 'Delete' },
};
const KITTY_KEYPAD_FIRST = 57399;
const KITTY_FUNCTION_FIRST = 57344;
const KITTY_FUNCTION_LAST = 63743;

/** Ctrl and Shift with a character: kitty names the unshifted one. Without its own word on the layout, the American. */
const UNSHIFTED = "`1234567890-=[]\\;',./";
const SHIFTED = '~!@#$%^&*()_+{}|:"<>?';

const KEY_RELEASED = 3;
const CAPS_LOCK = 64;
/** Super and Hyper: the window manager's, never ours. */
const FOREIGN_MODIFIERS = 8 | 16;

/** A sequence after CSI, with its final byte. `alt`: an Escape came before it (rxvt). */
export function decodeControlSequence(body: string, alt: boolean): InputEvent | undefined {
  const parts = /^([<=>?]?)([0-9;:]*)([ -/]*)([@-~$])$/.exec(body) ?? /^()(\d+)()(\$)$/.exec(body);
  if (parts === null) return undefined;
  const [, prefix = '', written = '', between = '', final = ''] = parts;
  const fields = written === '' ? [] : written.split(';').map(field => field.split(':').map(Number));
  const values = fields.map(field => field[0] ?? 0);
  if (prefix !== '' || between !== '') return decodeReport(prefix, between, final, values);
  if (final === 'u') return kittyKey(fields, alt);
  if (final === '~' && values[0] === 27) return codePointKey(values[2] ?? 0, modifiersOf(values[1], alt), values[1]);
  if (final === 'M') return mouse((values[0] ?? 0) - 32, values[1], values[2], false);
  if (fields.length === 0 && (final === 'I' || final === 'O')) return { type: 'focus', focused: final === 'I' };
  if (final === 'R' && values.length > 1) return { type: 'report', name: 'cursor', values };
  if (final === 't') return { type: 'report', name: 'window', values };
  if (final === 'n') return { type: 'report', name: 'status', values };
  if ((fields[1]?.[1] ?? 0) === KEY_RELEASED) return undefined;
  return namedKey(final, values, alt);
}

function namedKey(final: string, values: readonly number[], alt: boolean): InputEvent | undefined {
  const modifiers = modifiersOf(values[1], alt);
  if (foreign(values[1])) return undefined;
  const tilde = TILDE_KEYS[values[0] ?? 0];
  switch (final) {
    case '~':
      return named(tilde, modifiers);
    case '^':
      return named(tilde, { ...modifiers, ctrl: true });
    case '$':
      return named(tilde, { ...modifiers, shift: true });
    case '@':
      return named(tilde, { ...modifiers, ctrl: true, shift: true });
    case 'a':
    case 'b':
    case 'c':
    case 'd':
      return named(LETTER_KEYS[final.toUpperCase()], { ...modifiers, shift: true });
    case 'Z':
      return named('Tab', { ...modifiers, shift: true });
    default:
      return named(LETTER_KEYS[final], modifiers);
  }
}

function decodeReport(
  prefix: string,
  between: string,
  final: string,
  values: readonly number[],
): InputEvent | undefined {
  const kind = `${prefix}${between}${final}`;
  if (kind === '<M' || kind === '<m') return mouse(values[0] ?? Number.NaN, values[1], values[2], final === 'm');
  if (kind === '?c' || kind === '>c' || kind === '=c') return { type: 'report', name: 'device', values };
  if (kind === '?R') return { type: 'report', name: 'cursor', values };
  if (kind === '?n') return { type: 'report', name: 'status', values };
  if (kind === '?u') return { type: 'report', name: 'keyboard', values };
  if (kind === '?$y' || kind === '$y') return { type: 'report', name: 'mode', values };
  return undefined;
}

/** A sequence after ESC O: function keys, and the keypad in application mode. */
export function decodeSs3(body: string, alt: boolean): InputEvent | undefined {
  const final = body.at(-1) ?? '';
  const modifiers = modifiersOf(Number(body.slice(0, -1).split(';').at(-1) || 1), alt);
  if (final === 'M') return named('Enter', modifiers);
  if (final === 'I') return named('Tab', modifiers);
  if (final >= 'a' && final <= 'd') return named(LETTER_KEYS[final.toUpperCase()], { ...modifiers, ctrl: true });
  const char = KEYPAD[final];
  return char === undefined ? named(LETTER_KEYS[final], modifiers) : codePointKey(char.charCodeAt(0), modifiers);
}

/** The Linux console's F1 to F5: ESC [ [ and a letter. */
export function linuxFunctionKey(final: string, alt: boolean): InputEvent | undefined {
  return final >= 'A' && final <= 'E' ? named(`F${final.charCodeAt(0) - 0x40}`, modifiersOf(1, alt)) : undefined;
}

/** A control character of the keyboard (0x00–0x1f, 0x7f). */
export function controlKey(byte: number, alt: boolean): InputEvent | undefined {
  // 0x08 is what some terminals send for Backspace; Ctrl-H is told only by the newer protocols.
  if (byte === 0x7f || byte === 0x08) return named('Backspace', modifiersOf(1, alt));
  return named(String.fromCharCode(byte + 0x40), { ctrl: true, alt, shift: false });
}

/** The answer to a question for a colour: `11;rgb:ffff/ffff/ffff`. */
export function decodeOscReply(body: string): InputEvent | undefined {
  const found = /^(10|11);rgba?:([0-9a-f]{1,4})\/([0-9a-f]{1,4})\/([0-9a-f]{1,4})(?:\/[0-9a-f]{1,4})?$/i.exec(body);
  if (found === null) return undefined;
  const part = (hex: string) => Math.round((Number.parseInt(hex, 16) / (16 ** hex.length - 1)) * 255);
  const [, which = '', red = '', green = '', blue = ''] = found;
  return { type: 'report', name: 'colour', values: [Number(which), part(red), part(green), part(blue)] };
}

/** Mouse modes 9 and 1000 (one byte each) and 1005 (UTF-8): all three are 32 more than they mean. */
export function decodeLegacyMouse(button: number, x: number, y: number): InputEvent | undefined {
  return mouse(button - 32, x - 32, y - 32, false);
}

function kittyKey(fields: readonly (readonly number[])[], alt: boolean): InputEvent | undefined {
  const [codes = [], modifiers = [], typed = []] = fields;
  if (modifiers[1] === KEY_RELEASED || foreign(modifiers[0])) return undefined;
  const held = modifiersOf(modifiers[0], alt);
  if (typed.length > 0 && !held.ctrl && !held.alt) {
    const text = typed.filter(isPrintable).map(code => String.fromCodePoint(code));
    if (text.length > 0) return { type: 'text', text: text.join('') };
  }
  return codePointKey(codes[0] ?? 0, held, modifiers[0], codes[1]);
}

/**
 * The key that a code point stands for, or the text that it types when neither Ctrl nor Alt is held.
 * `shifted` is what the terminal says that Shift makes of it.
 */
export function codePointKey(code: number, modifiers: Modifiers, bits = 1, shifted = 0): InputEvent | undefined {
  if (foreign(bits)) return undefined;
  if (code === 13) return named('Enter', modifiers);
  if (code === 9) return named('Tab', modifiers);
  if (code === 27) return named('Esc', modifiers);
  if (code === 8 || code === 127) return named('Backspace', modifiers);
  if (code >= KITTY_FUNCTION_FIRST && code <= KITTY_FUNCTION_LAST) {
    const typed = KITTY_TEXT[code - KITTY_KEYPAD_FIRST];
    return typed === undefined ? named(KITTY_KEYS[code], modifiers) : codePointKey(typed.charCodeAt(0), modifiers);
  }
  if (!isPrintable(code)) return undefined;
  const own = String.fromCodePoint(code);
  const upper = modifiers.shift !== (heldBits(bits) & CAPS_LOCK) > 0;
  const cased = own.toLowerCase() !== own.toUpperCase();
  let char = own;
  if (modifiers.shift && isPrintable(shifted)) char = String.fromCodePoint(shifted);
  else if (cased && upper) char = own.toUpperCase();
  else if (modifiers.shift && !cased && UNSHIFTED.includes(own)) char = SHIFTED[UNSHIFTED.indexOf(own)] ?? own;
  if (!modifiers.ctrl && !modifiers.alt) return { type: 'text', text: char };
  // A capital without a word about Shift is how terminals send Alt with Shift.
  const shift = modifiers.shift || (cased && own !== own.toLowerCase());
  const key = keyName(char, { ...modifiers, shift });
  // What cannot be a key by itself, a combining mark above all, is typed whatever is held with it.
  return isKeyName(key) ? { type: 'key', key } : { type: 'text', text: own };
}

function named(base: string | undefined, modifiers: Modifiers): InputEvent | undefined {
  return base === undefined ? undefined : { type: 'key', key: keyName(base, modifiers) };
}

/** 1 + Shift 1, Alt 2, Ctrl 4, Super 8, Hyper 16, Meta 32, Caps Lock 64, Num Lock 128. */
function modifiersOf(bits = 1, alt: boolean): Modifiers {
  const set = heldBits(bits);
  return { ctrl: (set & 4) !== 0, alt: alt || (set & (2 | 32)) !== 0, shift: (set & 1) !== 0 };
}

function foreign(bits = 1): boolean {
  return (heldBits(bits) & FOREIGN_MODIFIERS) !== 0;
}

/** A field that is missing or 0 means no modifier, as 1 does. */
function heldBits(bits: number): number {
  return bits > 0 ? bits - 1 : 0;
}

/** No control character, no half of a pair, nothing beyond Unicode. */
function isPrintable(code: number): boolean {
  return (code >= 0x20 && code < 0x7f) || (code >= 0xa0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff));
}

const BUTTONS = ['left', 'middle', 'right', 'none'] as const;

/** The button bits are those of xterm; x and y count from 1. */
function mouse(bits: number, x = Number.NaN, y = Number.NaN, released: boolean): MouseInput | undefined {
  if (!(bits >= 0 && x >= 1 && y >= 1)) return undefined;
  const event = {
    type: 'mouse',
    ...{ x: x - 1, y: y - 1 },
    ...{ ctrl: (bits & 16) !== 0, alt: (bits & 8) !== 0, shift: (bits & 4) !== 0 },
  } as const;
  if ((bits & 128) !== 0) return undefined;
  if ((bits & 64) !== 0) {
    const wheel = bits & 3;
    if (wheel > 1) return undefined;
    return { ...event, action: wheel === 0 ? 'wheel-up' : 'wheel-down', button: 'none' };
  }
  const button = BUTTONS[bits & 3] ?? 'none';
  if ((bits & 32) !== 0) return { ...event, action: 'drag', button };
  return { ...event, action: released || button === 'none' ? 'release' : 'press', button };
}
