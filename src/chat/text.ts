// Cleaning and checking of text, by allow-list: what is not known to be harmless becomes U+FFFD.
// Pure; the server cleans on entry, and the painter cleans again whatever reaches it.
import { MARKS_PER_CLUSTER, MESSAGE_BYTES, MESSAGE_LINES, NAME_LENGTH, ROOM_LENGTH } from '../limits.ts';
import { isOfOneScript } from './scripts.ts';
import { looksOf } from './skeleton.ts';
import type { ConversationId } from './vocabulary.ts';

const PLAIN = /^[\x20-\x7e]*$/;
const PLAIN_LINES = /^[\x20-\x7e\n]*$/;

// Letters, marks, numbers, punctuation, symbols and spaces stay. Of the format characters only the joiners stay, which
// emoji and several scripts need; so controls, ends of lines but \n, bidi overrides, tags, private use, unassigned code
// points and lone surrogates go. Hangul fillers and the Braille blank are letters that draw nothing: they go too.
const REFUSED =
  /[^\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}\u200c-\u200d\n]|[\u115f-\u1160\u3164\uffa0\u2800]|[\u{e0100}-\u{e01ef}]/gu;
/** Joiners between marks do not begin a new cluster: they are no way round the limit. */
const MARKS = new RegExp(`((?:\\p{M}[\\u200c\\u200d]*){${MARKS_PER_CLUSTER}})[\\p{M}\\u200c\\u200d]+`, 'gu');
const VISIBLE = /[^\s\u200c\u200d]/;

/** Text of several lines: ends of lines become \n, a tab becomes four spaces, all else that could bite U+FFFD. */
export function cleanText(text: string): string {
  if (PLAIN_LINES.test(text)) return text;
  return text.replace(/\r\n?/g, '\n').replace(/\t/g, '    ').replace(REFUSED, '\ufffd').replace(MARKS, '$1');
}

/** Text of one line: as cleanText, and ends of lines become spaces. */
export function cleanLine(text: string): string {
  return PLAIN.test(text) ? text : cleanText(text).replace(/\n/g, ' ');
}

/** One line of at most `limit` code points. */
export function cleanShort(text: string, limit: number): string {
  const line = cleanLine(text).trim();
  return line.length <= limit ? line : [...line].slice(0, limit).join('').trimEnd();
}

/** What JSON leaves as it is and a terminal may act on, or reorder text by: controls past ASCII, bidi, separators. */
const RESTLESS = /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/** JSON on one line, in which nothing can speak to a terminal; it parses to the same value. */
export function jsonCalmed(json: string): string {
  return json.replace(RESTLESS, point =>
    Array.from({ length: point.length }, (_, at) => `\\u${point.charCodeAt(at).toString(16).padStart(4, '0')}`).join(
      '',
    ),
  );
}

/** What joins the character before it on some terminals: marks, joiners, skin tones, parts of syllables, old marks. */
const LEANING =
  /^(?:[\p{M}\u0e33\u0eb3\u06de\u1160-\u11ff\ud7b0-\ud7ff\uff9e\uff9f]|\u200c|\u200d|\p{Emoji_Modifier})+/u;

/** A text that may stand behind other text: what at its start would join the character before it becomes U+FFFD. */
export function upright(text: string): string {
  return text === '' || text.charCodeAt(0) < 0x300 ? text : text.replace(LEANING, '\ufffd');
}

/** Whether there is anything to see in it. */
export function isVisible(text: string): boolean {
  return VISIBLE.test(text);
}

/** Bytes of the UTF-8 form. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (unit >= 0xd800 && unit < 0xdc00) {
      bytes += 4;
      i += 1;
    } else bytes += 3;
  }
  return bytes;
}

/** What is wrong with the text of a message, or null. */
export function faultOfMessage(text: string): 'text-empty' | 'text-too-long' | null {
  if (!VISIBLE.test(text)) return 'text-empty';
  // A UTF-16 unit is at most three bytes, so that most texts need no counting.
  if (text.length * 3 > MESSAGE_BYTES && utf8Length(text) > MESSAGE_BYTES) return 'text-too-long';
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines > MESSAGE_LINES ? 'text-too-long' : null;
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]*$/u;
const ROOM = /^[\p{L}\p{N}_][\p{L}\p{M}\p{N}_.-]*$/u;

/** Names that would be taken for the server or for a part of the program, and so whatever looks like them. */
const RESERVED = ['server', 'system', 'tchat', 'operator', 'admin', 'root', 'console', 'everyone', 'here'];
let reservedLooks: ReadonlySet<string> | null = null;

function isReserved(name: string): boolean {
  reservedLooks ??= new Set(RESERVED.flatMap(word => [...looksOf(word)]));
  for (const look of looksOf(name)) if (reservedLooks.has(look)) return true;
  return false;
}

/** A name as it is kept (NFC), or null where it cannot be one: 1–32 letters of one script, digits, _ - . */
export function validName(name: string): string | null {
  const normal = name.normalize('NFC');
  if (!NAME.test(normal) || [...normal].length > NAME_LENGTH || cleanLine(normal) !== normal) return null;
  return isOfOneScript(normal) && !isReserved(normal) ? normal : null;
}

/** The form under which a name is looked up: width, case and composition make no difference. */
export function foldName(name: string): string {
  return name.normalize('NFKC').toLowerCase().normalize('NFC');
}

/** Rooms that are already as they are kept: nearly all. */
const PLAIN_ROOM = new RegExp(`^#[a-z0-9_][a-z0-9_.-]{0,${ROOM_LENGTH - 1}}$`);

/** A room's id from what a person wrote (`dev`, `#Dev`), or null where it cannot be one. */
export function validRoom(name: string): ConversationId | null {
  if (PLAIN_ROOM.test(name)) return name;
  const bare = foldName(name.startsWith('#') ? name.slice(1) : name);
  if (!ROOM.test(bare) || [...bare].length > ROOM_LENGTH || cleanLine(bare) !== bare) return null;
  return `#${bare}`;
}
