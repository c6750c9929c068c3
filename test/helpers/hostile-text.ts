// Strings that mean harm to whatever shows them: they speak to the terminal, move the cursor, hide, reorder, pile up, or
// pass for something else. Also cut up, so that careless cleaning would put them together again.
import { pick } from './tier.ts';

type Next = () => number;

const upTo = (limit: number, next: Next) => Math.floor(next() * limit);
const between = (from: number, to: number, next: Next) => String.fromCodePoint(from + upTo(to - from + 1, next));
const times = (count: number, make: () => string) => Array.from({ length: count }, make).join('');

const ESCAPES = ['\u001b', '\u001b', '\u001b', '\u009b', '\u0090', '\u009d', '\u0098', '\u009e', '\u009f'];
const ENDS = ['\u0007', '\u001b\\', '\u009c', '', '\u0018', '\u001a'];
/** What a terminal answers, or does at once. */
const ORDERS = [
  ...['[6n', '[5n', '[c', '[>c', '[=c', '[0q', '[>q', '[?6n', '[18t', '[21t', '[14t', '[?2026$p', '[x', 'Z', '[?u'],
  ...[
    '[2J',
    '[H',
    '[?1049h',
    '[?1049l',
    '[?1000h',
    '[?1004h',
    '[?25l',
    '[?2004l',
    '[1;5r',
    '[4h',
    '[20h',
    '[?7h',
    '[?5h',
  ],
  ...[
    'c',
    '[!p',
    '7',
    '8',
    'D',
    'M',
    'E',
    '(0',
    ')0',
    '#8',
    '=',
    '>',
    '[5 q',
    '[>4;2m',
    '[>1u',
    '[3J',
    '[1;1H',
    '[999B',
  ],
  ...[
    '[31m',
    '[7m',
    '[8m',
    '[0m',
    '[10@',
    '[10P',
    '[10L',
    '[10M',
    '[10X',
    '[10S',
    '[10T',
    '[3b',
    '[?69h',
    '[2"q',
    '[i',
  ],
];
const STRINGS = [
  ...[
    ']0;title',
    ']2;title',
    ']1;icon',
    ']52;c;aGk=',
    ']52;c;?',
    ']4;1;?',
    ']10;?',
    ']11;?',
    ']8;;http://x/',
    ']777;notify;a;b',
  ],
  ...[
    ']1337;File=:aGk=',
    ']9;note',
    ']104',
    ']7;file:///',
    ']133;A',
    'P$qm',
    'P+q544e',
    'Pq#0;2;0;0;0',
    'P1$r0m',
    '_Gi=1,a=q;',
    '^pm',
    'Xsos',
    'k title',
  ],
];
const TAGS = [
  '{bold}',
  '{/bold}',
  '{/}',
  '{red-fg}',
  '{#ff0000-bg}',
  '{center}',
  '{|}',
  '{open}',
  '{close}',
  '{escape}',
  '{blink}',
  '{invisible}',
];
const BIDI = '\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c';
const NOTHING =
  '\u200b\u200c\u200d\u2060\u2061\u2063\u2064\ufeff\u00ad\u034f\u115f\u1160\u3164\uffa0\u2800\u180e\u17b4';
const BREAKS = ['\r', '\n', '\r\n', '\u0085', '\u2028', '\u2029', '\v', '\f', '\t', '\b', '\u007f'];
const CLUSTERS = [
  '👩‍👩‍👧',
  '👍🏽',
  '🏳️‍🌈',
  '🇩🇪',
  '🇩',
  '❤️',
  '1️⃣',
  'क्षि',
  'กำ',
  'ခ္မ',
  '\u1112\u1161\u11ab',
  'ﷺ',
  '꧅',
  '𒐫',
  '⸻',
  'ﾊﾟ',
  'ൎക',
  '\u06de',
  '🧑🏿‍🤝‍🧑🏻',
  '\u{e0001}',
];
const WORDS = [
  'שלום',
  'مرحبا',
  'ܫܠܡܐ',
  '中文',
  '한국어',
  'Ａ',
  'plain',
  'é',
  ' server ',
  '→ bob joined',
  '✓✓',
  '│',
  '▌',
  '● ',
  '@alice',
  '`code`',
  'http://x/',
];

const PIECES: readonly ((next: Next) => string)[] = [
  next => between(0, 0x1f, next),
  next => between(0x7f, 0x9f, next),
  next => pick(ESCAPES, next) + pick(ORDERS, next),
  next => `\u001b${pick(ORDERS, next)}`,
  next => `\u009b${pick(ORDERS, next).slice(1)}`,
  next =>
    `\u001b[${times(upTo(4, next), () => pick(['?', '>', '1', '25', ';', ':', '0', '99999', ' ', '$', '"'], next))}${between(0x40, 0x7e, next)}`,
  next => `\u001b${pick(STRINGS, next)}${pick(ENDS, next)}`,
  next => `${pick(ESCAPES, next)}${pick(STRINGS, next).slice(1)}${pick(ENDS, next)}`,
  next => cutUp(`\u001b${pick([...ORDERS, ...STRINGS], next)}${pick(ENDS, next)}`, next),
  next => pick(TAGS, next),
  next => pick([...BIDI], next) + pick(WORDS, next) + pick([...BIDI, ''], next),
  next => pick([...NOTHING], next),
  next => pick(BREAKS, next),
  next => pick(CLUSTERS, next),
  next => pick(WORDS, next),
  next =>
    pick(['a', ' ', '😀', '中', '👩', '\u200d', 'क'], next) +
    times(1 + upTo(40, next), () => between(0x300, 0x36f, next)),
  next => times(1 + upTo(30, next), () => `${pick(['👩', '👨', '😀', 'a', 'क'], next)}\u200d`),
  next => times(1 + upTo(8, next), () => between(0xfe00, 0xfe0f, next)),
  next => times(1 + upTo(12, next), () => between(0xe0020, 0xe007f, next)),
  next => times(1 + upTo(4, next), () => between(0x1100, 0x11ff, next)),
  next => String.fromCharCode(0xd800 + upTo(0x800, next)),
  next => between(0xe000, 0xf8ff, next),
  next => between(0xfdd0, 0xfdef, next),
  next => between(0x900, 0xdff, next),
  next => between(0x590, 0x8ff, next),
  next => String.fromCodePoint(upTo(0x110000, next)),
  next => String.fromCodePoint(upTo(0x3000, next)),
];

/** A hostile string of one to a dozen pieces, now and then a very long one. */
export function hostileText(next: Next): string {
  const count = next() < 0.03 ? 40 + upTo(80, next) : 1 + upTo(10, next);
  const text = times(count, () => pick(PIECES, next)(next));
  return next() < 0.1 ? cutUp(text, next) : text;
}

/** Between the parts stands what cleaning might take out. */
function cutUp(text: string, next: Next): string {
  const dirt = () =>
    pick([...NOTHING, ...BIDI, '\u0000', '\ud83d', '\udc00', '{bold}', '\u0301', '\ufffd', '\r', '\u0018'], next);
  return [...text].map(point => (next() < 0.4 ? point + dirt() : point)).join('');
}
