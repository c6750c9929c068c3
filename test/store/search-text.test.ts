// How texts become words, in every index and every search.
import test from 'ava';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { indexText, searchQuery, TOKENIZER, textMatcher } from '../../src/store/search-text.ts';

const finds = (written: string, text: string) => textMatcher(written)(text);

// Each row: what is written, what it finds, what it does not find.
const ROWS: readonly (readonly [string, readonly string[], readonly string[]])[] = [
  ['deploy', ['deploy', 'DEPLOYED today', 'we deploy.'], ['redeploy', 'dep loy', 'deplo']],
  ['deploy fail', ['the deploy failed', 'fail to deploy'], ['deploy', 'failed']],
  [
    '"deploy failed"',
    ['Deploy failed!', 'the deploy, failed'],
    ['failed deploy', 'deploy has failed', 'deploy failedly'],
  ],
  ['cafe', ['café', 'CAFÉ', 'cafe\u0301', 'cafeteria'], ['caf']],
  ['Straße', ['strasse', 'STRASSE', 'straße'], ['strase']],
  ['σας', ['ΣΑΣ', 'σας'], ['σα']],
  ['中', ['中文', '在中国', '中'], ['文', 'zhong']],
  ['中文', ['学中文吗'], ['中 国 文', '文中']],
  ['コーヒー', ['コーヒー飲む', 'ｺｰﾋｰ'], ['コヒ']],
  ['が', ['これが', 'か\u3099'], ['か']],
  ['ΟΔΟΣ', ['οδόστρωμα'], ['οδό']],
  ['가나', ['가나다'], ['나가']],
  ['가', ['가나'], ['각', '나']],
  ['สวัส', ['สวัสดี'], ['สวสั']],
  ['हिन', ['हिन्दी में'], ['हन']],
  ['محمد', ['مُحَمَّد'], ['حمد']],
  ['🎉', ['done 🎉', '🎉🎉', 'x🎉y'], ['done', '🎊']],
  ['👍', ['👍🏽', '👍'], ['👎']],
  ['👍🏽', ['👍🏽'], ['👍', '👍🏿']],
  ['done 🎉', ['🎉 all done'], ['done', '🎉']],
  ['c++', ['I like C++', 'c++20'], ['c', 'c+', 'cpp']],
  ['#dev', ['ask in #dev', '#develop'], ['dev', 'dev #']],
  ['@bob', ['@bob: look'], ['bob']],
  ['$5', ['it is $5'], ['5$', '5', '$50']],
  ['$50', ['pay $500'], ['$5 0']],
  ['...', ['well...', '...'], ['..', '. . .']],
  ['... ?', ['what?...'], ['...', '?']],
  ['a', ['a b', 'A.'], ['ab', 'b']],
  ['ab', ['ab', 'abc'], ['a b', 'cab']],
  ['ab go', ['ab going'], ['abc going']],
  ['src/store/log.ts', ['see src/store/log.ts'], ['src store', 'log.ts src/store']],
];

// Red when accents are kept, a script without spaces is one word, signs are dropped, or a phrase is taken for its words.
for (const [written, found, missed] of ROWS) {
  test(`what “${written}” finds`, t => {
    for (const text of found) t.true(finds(written, text), text);
    for (const text of missed) t.false(finds(written, text), text);
  });
}

test('a search without anything to look for finds nothing', t => {
  for (const written of ['', ' ', '""', '" "', '"']) {
    t.is(searchQuery(written), null);
    t.false(finds(written, 'anything "" at all'));
  }
});

// Red when the place of a word in the index is open to what people write.
test('nothing that is written is taken for a word of the index’s own, or for its language', t => {
  for (const text of ['\ue0001f389', '\ue001616c', '\uf8ff']) t.false(/[\ue000-\uf8ff]/.test(indexText(text)));
  for (const written of ['a OR b', 'NEAR(a b)', 'text:x', 'a*b^c', '(a', '-a', "a'b", 'a;b', '{a}', 'a AND NOT b']) {
    t.regex(searchQuery(written) ?? '', /^"[^"]*"\*?( AND "[^"]*"\*?)*$/);
  }
});

// Red when every word may go on: each of them is all words that begin so.
test('of many words only the last few may go on', t => {
  const query = searchQuery('first second third fourth fifth sixth') ?? '';
  t.is(query, '"first" AND "second" AND "third"* AND "fourth"* AND "fifth"* AND "sixth"*');
  t.is(searchQuery('the the the'), '"the" AND "the"*');
});

// Red when SQLite cuts or folds otherwise than the code here does.
test('an index finds exactly what a look at the text finds', t => {
  const db = new Database(':memory:');
  db.exec(`CREATE VIRTUAL TABLE words USING fts5 (text, content='', contentless_delete=1, ${TOKENIZER})`);
  const put = db.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)');
  const find = db.prepare('SELECT rowid FROM words WHERE words MATCH ?').pluck();
  const clear = db.prepare('DELETE FROM words');
  const piece = fc.constantFrom(
    ...['a', 'ab', 'abc', 'Ab', 'é', 'e\u0301', 'É', 'ß', 'SS', 'Σ', 'ς', 'σ', 'İ', 'ı', '中', '文', 'が', 'か\u3099'],
    ...[
      '가',
      '\u1100\u1161',
      'สั',
      'ก',
      'हि',
      'न्',
      'مُ',
      'م',
      'שָׁ',
      '🎉',
      '👍🏽',
      '❤️',
      '👨‍👩‍👧',
      '🇩🇪',
      '1️⃣',
      '①',
      '½',
      'ﬁ',
      'x²',
    ],
    ...[
      ' ',
      ' ',
      ' ',
      '.',
      '-',
      '...',
      '"',
      "'",
      '*',
      '(',
      '#',
      '@',
      '$',
      '+',
      '\n',
      '\u200d',
      '\u0301',
      '\ue001',
      'ₐ',
    ],
  );
  const ascii = fc.string({ unit: 'grapheme-ascii', maxLength: 6 });
  const text = fc.oneof(fc.array(piece, { maxLength: 8 }), fc.array(ascii, { maxLength: 3 })).map(all => all.join(''));
  fc.assert(
    fc.property(fc.array(text, { maxLength: 12 }), fc.array(text, { maxLength: 6 }), (texts, searches) => {
      clear.run();
      for (const [at, each] of texts.entries()) put.run(BigInt(at + 1), indexText(each));
      for (const written of searches) {
        const query = searchQuery(written);
        if (query === null) continue;
        const matches = textMatcher(written);
        t.deepEqual(
          find.all(query),
          texts.flatMap((each, at) => (matches(each) ? [at + 1] : [])),
          written,
        );
      }
    }),
    { numRuns: 400 },
  );
  t.pass();
});
