// What text may be: cleaning by allow-list, and names and rooms.
import test from 'ava';
import fc from 'fast-check';
import {
  cleanLine,
  cleanShort,
  cleanText,
  faultOfMessage,
  utf8Length,
  validName,
  validRoom,
} from '../../src/chat/text.ts';
import { MARKS_PER_CLUSTER, MESSAGE_BYTES, MESSAGE_LINES, NAME_LENGTH, ROOM_LENGTH } from '../../src/limits.ts';
import { anyText } from '../helpers/arbitraries.ts';

const RUNS = { numRuns: 2_000 };

/** Every code point that must not reach a screen, whatever the version of Unicode. */
function harmful(point: number): boolean {
  return (
    (point < 0x20 && point !== 0x0a) ||
    (point >= 0x7f && point <= 0x9f) ||
    point === 0xad ||
    point === 0x61c ||
    point === 0x180e ||
    point === 0x200b ||
    (point >= 0x200e && point <= 0x200f) ||
    (point >= 0x2028 && point <= 0x202e) ||
    (point >= 0x2060 && point <= 0x206f) ||
    point === 0xfeff ||
    (point >= 0xfff9 && point <= 0xfffb) ||
    (point >= 0xd800 && point <= 0xf8ff) ||
    (point >= 0xe0000 && point <= 0xe0fff) ||
    point >= 0xf0000 ||
    (point & 0xfffe) === 0xfffe
  );
}

// Red when cleanText takes the range \u200c-\u200f for the joiners, or forgets C1.
test('no code point that could bite passes, and each that is refused becomes one U+FFFD', t => {
  for (let point = 0; point < 0x110000; point++) {
    if (!harmful(point) || point === 0x09 || point === 0x0d) continue;
    const cleaned = cleanText(`a${String.fromCodePoint(point)}b`);
    if (cleaned !== 'a\ufffdb') return t.fail(`U+${point.toString(16)} became ${JSON.stringify(cleaned)}`);
  }
  t.is(cleanText('a\tb\r\nc\rd'), 'a    b\nc\nd');
  t.is(cleanText('\ud800'), '\ufffd');
  t.is(cleanText('\u0378'), '\ufffd', 'unassigned');
  t.is(cleanText('\u3164\u1160\u2800'), '\ufffd\ufffd\ufffd', 'letters that draw nothing');
});

test('cleaned text holds nothing harmful, wherever it stands', t => {
  t.notThrows(() =>
    fc.assert(
      fc.property(anyText, text => {
        for (const char of cleanText(text)) if (harmful(char.codePointAt(0) as number)) return false;
        return !/[\n\r\t]/.test(cleanLine(text));
      }),
      RUNS,
    ),
  );
});

// Red when the first replacement gives U+FFFD and an escape, or marks are counted before refused characters go.
test('cleaning twice is cleaning once, and text grows at most fourfold', t => {
  t.notThrows(() =>
    fc.assert(
      fc.property(anyText, text => {
        const cleaned = cleanText(text);
        const line = cleanLine(text);
        return cleanText(cleaned) === cleaned && cleanLine(line) === line && cleaned.length <= text.length * 4;
      }),
      RUNS,
    ),
  );
  t.notThrows(() =>
    fc.assert(
      fc.property(anyText, fc.nat(20), (text, limit) => {
        const short = cleanShort(text, limit);
        return [...short].length <= limit && cleanShort(short, limit) === short;
      }),
      RUNS,
    ),
  );
});

test('text of people is unchanged in every script', t => {
  const texts = [
    ...[
      'plain ASCII, with {bold}tags{/bold} and 100 %',
      'Grüße, ça va, łódź, İstanbul, ĳ',
      'e\u0301 and \u00e9',
      'Ελληνικά, Русский',
    ],
    ...['עִבְרִית', 'العَرَبِيَّة', 'می\u200cخواهم', 'हिन्दी क्ष क्\u200dष', 'ภาษาไทย ที่นี่', 'မြန်မာ', 'བོད་ཡིག', 'ខ្មែរ', 'தமிழ்'],
    ...['中文，日本語「かな」ガ゙', '한국어 \u1112\u1161\u11ab', '全角\u3000スペース', 'Tiếng Việt', 'ᠮᠣᠩᠭᠣᠯ', 'አማርኛ'],
    ...['👨‍👩‍👧 👍🏽 ❤️‍🔥 🏳️‍🌈 🇩🇪 1️⃣', '5\u202f000\u00a0€ – „so“ … ½ ² ∑ → █ ┌', 'two\nlines\n'],
  ];
  for (const text of texts) t.is(cleanText(text), text);
});

// Red when joiners between marks begin the count anew.
test('no more marks stay on one character than are allowed, joiners between them or not', t => {
  t.is(cleanText(`a${'\u0301'.repeat(30)}b`), `a${'\u0301'.repeat(MARKS_PER_CLUSTER)}b`);
  t.is(cleanText(`a${'\u0301'.repeat(MARKS_PER_CLUSTER)}b`), `a${'\u0301'.repeat(MARKS_PER_CLUSTER)}b`);
  const woven = cleanText(`a${'\u0301\u0301\u0301\u200d\u200c'.repeat(30)}b`);
  t.is(woven.match(/\p{M}/gu)?.length, MARKS_PER_CLUSTER);
  t.true(woven.endsWith('b'));
});

test('long hostile text is cleaned in time that grows with its length', t => {
  const units = ['\u0301\u200d', '\u200d', 'a\u0301', '\r', '\u202e', '\u0301'.repeat(7) + '\u200d'.repeat(50)];
  for (const unit of units) {
    const text = unit.repeat(200_000 / unit.length);
    const start = performance.now();
    cleanText(text);
    // A fit of backtracking takes minutes here.
    t.true(performance.now() - start < 2_000);
  }
});

test('a message is empty without anything to see, and too long by bytes or by lines', t => {
  for (const empty of ['', '  \n ', '\u00a0\u3000\u202f', '\u200c\u200d']) t.is(faultOfMessage(empty), 'text-empty');
  t.is(faultOfMessage('a'.repeat(MESSAGE_BYTES)), null);
  t.is(faultOfMessage('a'.repeat(MESSAGE_BYTES + 1)), 'text-too-long');
  t.is(faultOfMessage('中'.repeat(Math.floor(MESSAGE_BYTES / 3))), null);
  t.is(faultOfMessage('中'.repeat(Math.floor(MESSAGE_BYTES / 3) + 1)), 'text-too-long');
  t.is(faultOfMessage('a\n'.repeat(MESSAGE_LINES - 1)), null);
  t.is(faultOfMessage('a\n'.repeat(MESSAGE_LINES)), 'text-too-long');
});

test('bytes are counted as UTF-8 has them', t => {
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => utf8Length(text) === Buffer.byteLength(text)),
      RUNS,
    ),
  );
});

test('a name has 1 to 32 letters, digits, _ - or . and is none that the server needs', t => {
  const good = ['alice', 'Bob_2', '李雷', 'Zoë', 'x', '0', 'a.b-c', 'a'.repeat(NAME_LENGTH), '한글', 'محمد', 'ไทย'];
  for (const name of good) t.is(validName(name), name.normalize('NFC'));
  t.is(validName('Zoe\u0308'), 'Zo\u00eb');
  const bad = [
    '',
    ' ',
    'a b',
    '-a',
    '.a',
    '_a',
    '@a',
    '#a',
    'a/b',
    'a\u200db',
    'a\u202eb',
    '\u0301a',
    'a\n',
    '😀',
    '../x',
  ];
  for (const name of [
    ...bad,
    'a'.repeat(NAME_LENGTH + 1),
    'admin',
    'Server',
    'ＴＣＨＡＴ',
    `a${'\u0301'.repeat(10)}`,
  ]) {
    t.is(validName(name), null, name);
  }
});

test('a room is the same however its name is written', t => {
  for (const name of ['dev', '#dev', '#DEV', 'ＤＥＶ']) t.is(validRoom(name), '#dev');
  t.is(validRoom('CAFE\u0301'), '#caf\u00e9');
  t.is(validRoom(`#${'x'.repeat(ROOM_LENGTH)}`), `#${'x'.repeat(ROOM_LENGTH)}`);
  const bad = [
    '',
    '#',
    '##a',
    '# a',
    'a b',
    '#a\u200db',
    '#\u0301a',
    '~a',
    '*',
    '!',
    `#${'x'.repeat(ROOM_LENGTH + 1)}`,
  ];
  for (const name of bad) t.is(validRoom(name), null, name);
});

test('names and rooms that are valid stay as they are', t => {
  t.notThrows(() =>
    fc.assert(
      fc.property(anyText, text => {
        const name = validName(text);
        const room = validRoom(text);
        return (name === null || validName(name) === name) && (room === null || validRoom(room) === room);
      }),
      RUNS,
    ),
  );
});
