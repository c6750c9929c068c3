import test from 'ava';
import fc from 'fast-check';
import { clusters, padEnd, padStart, truncate, widthOf, wrap } from '../../../src/tui/kit/width.ts';

const shown = (text: string) => clusters(text).map(cluster => cluster.text);
/** Text of every kind: scripts, emoji, broken surrogates, controls. */
const anyText = fc.string({
  unit: fc.oneof(
    fc.constantFrom('a', ' ', '中', '\n', '\t', '\u200d', '\u0301', '👍', '🏽', '🇩'),
    fc.integer({ min: 0, max: 0x10ffff }).map(point => String.fromCodePoint(point)),
  ),
});

test('a grapheme is one cluster of one or two columns', t => {
  for (const [text, width] of [
    ['a', 1],
    ['é', 1],
    ['e\u0301', 1],
    ['中', 2],
    ['한', 2],
    ['Ａ', 2],
    ['ｱ', 1],
    ['😀', 2],
    ['❤️', 2],
    ['👍🏽', 2],
    ['👩‍👩‍👧', 2],
    ['🇩🇪', 2],
    ['1️⃣', 2],
    ['नि', 2],
    ['กั', 1],
    ['ש', 1],
  ] as const) {
    t.deepEqual(clusters(text), [{ text, width, length: text.length }], text);
  }
});

test('whatever could speak to the terminal becomes U+FFFD, a cell each', t => {
  const hostile = [
    '\0',
    '\x07',
    '\b',
    '\n',
    '\r',
    '\x1b',
    '\x7f',
    '\x85',
    '\x9b',
    '\u00ad',
    '\u061c',
    '\u200b',
    '\u200e',
    '\u2028',
    '\u2029',
    '\u202a',
    '\u202e',
    '\u2060',
    '\u2066',
    '\u2069',
    '\ufeff',
    '\ufff9',
    '\ue000',
    '\ud800',
    '\udfff',
    '\uffff',
    '\u3164',
    '\u{e0001}',
    '\u{e0041}',
    '\u{f0000}',
    '\u0378',
  ];
  for (const point of hostile)
    t.deepEqual(shown(`a${point}b`), ['a', '\ufffd', 'b'], point.codePointAt(0)!.toString(16));
  t.deepEqual(shown('\x1b[31m'), ['\ufffd', '[', '3', '1', 'm']);
});

test('what has nothing to lean on becomes U+FFFD, for it would join the cell before', t => {
  for (const point of ['\u0301', '\u200d', '\u200c', '\ufe0f', '\u1161', '\u11a8', '\u{1f3fb}', '\u06de', '\uff9e']) {
    t.deepEqual(shown(point), ['\ufffd'], point.codePointAt(0)!.toString(16));
  }
  t.deepEqual(shown('\n\u0301'), ['\ufffd', '\ufffd']);
});

test('more than eight marks on a cluster are dropped, and no cluster grows without bound', t => {
  t.deepEqual(shown(`Z${'\u0300'.repeat(300)}`), [`Z${'\u0300'.repeat(8)}`]);
  for (const { text } of clusters('👩\u200d'.repeat(400))) t.true([...text].length <= 17);
  for (const { text } of clusters('\u1100'.repeat(400))) t.true([...text].length <= 17);
});

test('tabs reach to the next multiple of four', t => {
  t.is(shown('a\tb').join(''), 'a   b');
  t.is(shown('\tb').join(''), '    b');
  t.is(shown('中文\tb').join(''), '中文    b');
});

test('clusters cover the whole source, and cleaned text stays as it is', t => {
  fc.assert(
    fc.property(anyText, text => {
      const found = clusters(text);
      t.is(
        found.reduce((sum, cluster) => sum + cluster.length, 0),
        text.length,
      );
      const clean = shown(text).join('');
      // Parts of a cluster that was too long may join differently the second time, but hold nothing hostile.
      t.notRegex(clean, /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Bidi_Control}\u2028\u2029]/u);
    }),
    { numRuns: 500 },
  );
});

test('text is cut to a width with the ellipsis inside it', t => {
  t.is(truncate('hello', 5), 'hello');
  t.is(truncate('hello!', 5), 'hell…');
  t.is(truncate('中文字', 4), '中…');
  t.is(truncate('中文字', 5), '中文…');
  t.is(truncate('abc', 0), '');
  t.is(truncate('abcdef', 4, '...'), 'a...');
  t.is(padEnd('中', 4), '中  ');
  t.is(padStart('7', 3), '  7');
  t.is(padStart('12345', 3), '12…');
});

test('rows break between words, then between wide characters, then anywhere', t => {
  const rows = (text: string, width: number) => wrap(text, width).map(row => row.text);
  t.deepEqual(rows('the quick brown fox', 10), ['the quick', 'brown fox']);
  t.deepEqual(rows('aaaaaaaaaaaa', 5), ['aaaaa', 'aaaaa', 'aa']);
  t.deepEqual(rows('早上好中文', 4), ['早上', '好中', '文']);
  t.deepEqual(rows('早上。好', 4), ['早', '上。', '好']);
  t.deepEqual(rows('a\n\nb', 9), ['a', '', 'b']);
  t.deepEqual(rows('a\r\nb\n', 9), ['a', 'b', '']);
  t.deepEqual(rows('', 9), ['']);
  t.deepEqual(rows('ab     cd', 3), ['ab', 'cd']);
});

test('wrapped rows fit, and cover the source in order but for newlines', t => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 2, max: 20 }), (text, width) => {
      const rows = wrap(text, width);
      let at = 0;
      for (const row of rows) {
        t.true(widthOf(row.text) <= width, `${JSON.stringify(row.text)} in ${width}`);
        t.regex(text.slice(at, row.start), /^\r?\n?$/);
        at = row.end;
      }
      t.regex(text.slice(at), /^\r?$/);
    }),
    { numRuns: 500 },
  );
});
