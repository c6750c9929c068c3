// Boundaries told from tables are those of Unicode's own segmenter, and it is asked only where tables cannot tell.
import test from 'ava';
import fc from 'fast-check';
import { clusters, widthOf, wrap } from '../../../src/tui/kit/width.ts';

const segmenter = new Intl.Segmenter();

/** What joins and what does not, so that wrong tables meet their counterexample soon. */
const POINTS = [
  ...['a', ' ', '1', '#', '\u00a9', '\u00e9', '\u05e9', '\u0645', '\u10d0', '\u0e01', '\u0e33', '\u4e2d', '\uac00'],
  ...['\u0301', '\u05b8', '\u064e', '\u0e31', '\u200c', '\u200d', '\ufe0f', '\u20e3', '\u302a', '\u0483'],
  ...['\u1100', '\u1161', '\u11a8', '\uac01', '\u0915', '\u094d', '\u093f', '\u0d4e', '\u0600', '\u06dd'],
  ...[
    '\u{1f1e9}',
    '\u{1f469}',
    '\u2764',
    '\u{1f3fb}',
    '\u{1d49c}',
    '\u{20000}',
    '\u{13000}',
    '\u{e0041}',
    '\x07',
    '\x7f',
  ],
];
const texts = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom(...POINTS) },
    { weight: 1, arbitrary: fc.integer({ min: 0x0e, max: 0x3ffff }).map(point => String.fromCodePoint(point)) },
  ),
  { maxLength: 12 },
);

/** The clusters that the segmenter's own boundaries give; none where a segment is split that should not be. */
function expectedOf(text: string): readonly string[] {
  const found: string[] = [];
  for (const { segment } of segmenter.segment(text)) {
    const parts = clusters(segment);
    if (parts.length > 1 && !mayBeSplit(segment)) return [];
    found.push(...parts.map(part => part.text));
  }
  return found;
}

/** Hostile characters stand alone, and so does what follows one or leans on nothing; a cluster has its bounds. */
function mayBeSplit(segment: string): boolean {
  return (
    /[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.test(segment.replace(/\u200c|\u200d|\ufe0f/g, '')) ||
    clusters(segment)[0]?.text === '\ufffd' ||
    segment.length > 8
  );
}

// Broken once by 0x1f1e6 to 0x1f1ff (halves of flags) within APART_BEYOND, and by 0x3165 to 0x4e00 within MARK_RANGES.
test('a text has the clusters of its segments, one after the other', t => {
  fc.assert(
    fc.property(texts, parts => {
      const text = parts.join('');
      t.deepEqual(
        clusters(text).map(part => part.text),
        expectedOf(text),
        JSON.stringify(text),
      );
    }),
    { numRuns: 3_000 },
  );
});

// Broken once by 0xe33 (leans on what is before it) within APART_RANGES, and by the halves of flags again.
test('characters of the tables keep apart from their like, and join what they should, each of them', t => {
  const every = Array.from({ length: 0x32400 }, (_, point) => point).filter(
    point => point > 0x20 && (point < 0xd800 || point > 0xdfff),
  );
  const wrong = every.filter(point => {
    const text = String.fromCodePoint(point, point, 0x61, point);
    return (
      clusters(text)
        .map(part => part.text)
        .join('|') !== expectedOf(text).join('|')
    );
  });
  t.deepEqual(
    wrong.slice(0, 9).map(point => point.toString(16)),
    [],
  );
});

// Broken once by a scan that gives whatever is not ASCII to the segmenter, and once without rememberRow.
test('marks, letters and emoji of common scripts are cut without the segmenter, the rest once for all their rows', t => {
  const common = ['e\u0301', 'ש\u05b8', 'م\u064e', 'ที่', 'ა', '𠀀', '😀', '1️⃣', 'a\u200d', '한', '\u{1d49c}'];
  for (const unit of common) {
    const text = unit.repeat(300);
    t.is(
      segmented(() => paintedRows(text)),
      0,
      unit,
    );
  }
  for (const unit of ['क्षि', '👩‍👩‍👧', '🇩🇪', 'กำ']) {
    const text = unit.repeat(300);
    t.true(segmented(() => paintedRows(text)) <= text.length, unit);
  }
});

/** Wraps a text and measures each of its rows, as painting does. */
function paintedRows(text: string): void {
  for (const row of wrap(text, 40)) widthOf(text.slice(row.start, row.end).trimEnd());
}

/** UTF-16 units that the segmenter was given meanwhile. */
function segmented(work: () => void): number {
  const { segment } = Intl.Segmenter.prototype;
  let units = 0;
  Intl.Segmenter.prototype.segment = function (text: string) {
    units += text.length;
    return segment.call(this, text);
  };
  try {
    work();
  } finally {
    Intl.Segmenter.prototype.segment = segment;
  }
  return units;
}

// Broken once by rows that were kept with the tabs of the text around them.
test('a text has the same columns whatever was wrapped before', t => {
  const rows = wrap('aaaaaa აა\tbb', 8);
  t.deepEqual(
    rows.map(row => row.text.length),
    [6, 7],
  );
  t.is(widthOf('აა\tbb'), 6);
});
