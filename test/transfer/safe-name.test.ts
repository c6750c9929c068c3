// Whatever a peer calls a file, what comes of it is one harmless name that still says what it is.
import test from 'ava';
import { cleanLine, utf8Length } from '../../src/chat/text.ts';
import { formOf, numbered, safeName, safePaths, shortened } from '../../src/transfer/safe-name.ts';
import { HOSTILE_NAMES, hostileName } from '../helpers/hostile-names.ts';
import { cases, random, SEED } from '../helpers/tier.ts';

/** What is wrong with a name, in words of its own: not those of the code. */
function faults(name: string): readonly string[] {
  const found: string[] = [];
  const wrong = (is: boolean, what: string) => is && found.push(what);
  wrong(name === '' || /^\.+$/.test(name), 'no name');
  wrong(/[\0-\x1f\x7f-\x9f]/.test(name), 'a control');
  wrong(/[/\\<>:"|?*]/.test(name), 'not for every file system');
  wrong(
    /[\p{Cf}\p{Co}\p{Cn}\p{Cs}\p{Zl}\p{Zp}]/u.test(name.replace(/(?<=[^\0-\x7f])[\u200c\u200d](?=[^\0-\x7f])/gu, '')),
    'not to be seen',
  );
  wrong(/[\u202a-\u202e\u2066-\u2069]/.test(name), 'bidi');
  wrong(/^[.\-~ ]/.test(name), 'its beginning');
  wrong(/[. ]$/.test(name), 'its end');
  wrong(/\.part$/i.test(name), 'a part');
  wrong(Buffer.byteLength(name) > 255, 'too long');
  wrong(name !== name.normalize('NFC'), 'not composed');
  wrong(name !== cleanLine(name), 'not clean');
  wrong(/^\p{M}/u.test(name), 'leans on what stands before it');
  const base = name.split('.')[0]?.trim().toUpperCase() ?? '';
  wrong(/^(CON|PRN|AUX|NUL|CLOCK\$|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])$/.test(base), 'a device');
  wrong(safeName(name) !== name, 'another name the second time');
  return found;
}

test('hostile names written out become harmless, and stay what they have become', t => {
  t.true(new Set(HOSTILE_NAMES).size >= 250, String(new Set(HOSTILE_NAMES).size));
  for (const name of HOSTILE_NAMES) {
    t.deepEqual(faults(safeName(name)), [], JSON.stringify([name, safeName(name)]));
    t.deepEqual(faults(numbered(safeName(name), 9_999)), [], JSON.stringify([name, numbered(safeName(name), 9_999)]));
  }
});

test('so do generated ones', t => {
  const next = random(SEED);
  const count = cases(20_000, 1_000_000);
  for (let n = 0; n < count; n++) {
    const name = hostileName(next);
    const safe = safeName(name);
    const all = [safe, numbered(safe, 1 + Math.floor(next() * 10_000)), shortened(safe, 140)].flatMap(faults);
    if (all.length > 0) t.deepEqual(all, [], JSON.stringify([name, safe, SEED]));
  }
  t.pass(`${count} names`);
});

test('a name keeps what it says', t => {
  const kept: Readonly<Record<string, string>> = {
    ...{
      'report.pdf': 'report.pdf',
      'Dr. No — 1962.mkv': 'Dr. No — 1962.mkv',
      '中文 名.txt': '中文 名.txt',
      'ملف.txt': 'ملف.txt',
    },
    ...{ 'a  b.c': 'a  b.c', '👨‍👩‍👧.png': '👨‍👩‍👧.png', '(1) [x] {y}.tar.gz': '(1) [x] {y}.tar.gz', क्‍ष: 'क्‍ष' },
    ...{
      '../../etc/passwd': 'passwd',
      'C:\\Users\\x\\y.doc': 'y.doc',
      'a/..': 'a',
      '/': 'unnamed',
      '..': 'unnamed',
      '': 'unnamed',
    },
    ...{ 'e\u0301.txt': 'é.txt', 'photo\u202egpj.exe': 'photo_gpj.exe', 'a\0b': 'a_b', 'x.txt:stream': 'x.txt_stream' },
    ...{ '.bashrc': '_bashrc', '-rf': '_rf', '~x': '_x', '...x': '_x', 'x. .': 'x', ' x ': 'x', 'a\u00a0b': 'a b' },
    ...{ CON: '_CON', 'nul.tar.gz': '_nul.tar.gz', 'console.log': 'console.log', com10: 'com10' },
    ...{ 'a.pdf.part': 'a.pdf_part', 'x.part1.rar': 'x.part1.rar', 'a\u200d.pdf': 'a.pdf', '\u0301x': '_x' },
  };
  t.deepEqual(Object.fromEntries(Object.keys(kept).map(name => [name, safeName(name)])), kept);
});

test('a long name loses what stands before its extension', t => {
  t.is(safeName(`${'a'.repeat(300)}.tar.gz`), `${'a'.repeat(248)}.tar.gz`);
  t.is(safeName(`${'中'.repeat(300)}.pdf`), `${'中'.repeat(83)}.pdf`);
  t.is(numbered(safeName(`${'a'.repeat(300)}.pdf`), 12), `${'a'.repeat(246)} (12).pdf`);
  t.is(utf8Length(shortened(`${'é'.repeat(100)}.x`, 140)), 140);
  t.is(safeName(`a.${'b'.repeat(300)}`), `a.${'b'.repeat(253)}`);
});

test('a number stands before the extension', t => {
  t.is(numbered('a.pdf', 0), 'a.pdf');
  t.is(numbered('a.pdf', 1), 'a (1).pdf');
  t.is(numbered('a.tar.gz', 2), 'a (2).tar.gz');
  t.is(numbered('a', 3), 'a (3)');
  t.is(numbered('a. b', 3), 'a. b (3)');
});

test('names are of one form where some file system takes them for one', t => {
  for (const [one, other] of [
    ['README', 'readme'],
    ['straße', 'STRASSE'],
    ['é', 'e\u0301'],
    ['\uff21', 'a'],
    ['ς', 'Σ'],
    ['ﬁ', 'FI'],
  ]) {
    t.is(formOf(one as string), formOf(other as string), `${one} ${other}`);
  }
  t.not(formOf('a'), formOf('á'));
});

test('paths of a folder stay together, and no two become one', t => {
  const paths = [
    ['a', 'x'],
    ['A', 'x'],
    ['a', 'X'],
    ['a', 'x'],
    ['..', 'x'],
    ['.', 'x'],
    ['..', 'y'],
    ['a'],
    ['e\u0301'],
    ['é'],
    ['x/y', 'z'],
    ['b', ''],
  ];
  t.deepEqual(safePaths(paths), [
    ...[
      ['a', 'x'],
      ['A (1)', 'x'],
      ['a', 'X (1)'],
      ['a', 'x (2)'],
      ['unnamed', 'x'],
      ['unnamed (1)', 'x'],
      ['unnamed', 'y'],
    ],
    ...[['a (2)'], ['é'], ['é (1)'], ['y', 'z'], ['b', 'unnamed']],
  ]);
  const same = safePaths([['x (1)'], ['x'], ['x'], ['X (1)']]).flat();
  t.is(new Set(same.map(formOf)).size, 4, same.join());
});

test('a hundred thousand files of one name are named in no time', t => {
  const paths = Array.from({ length: 100_000 }, () => ['x', 'a.txt']);
  const names = safePaths(paths).map(path => path.join('/'));
  t.is(new Set(names.map(formOf)).size, names.length);
  t.is(names.at(-1), 'x/a (99999).txt');
});
