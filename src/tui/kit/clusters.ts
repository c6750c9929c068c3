// Text as graphemes with their columns, cleaned of everything that may not reach a terminal.
// Terminals disagree on some clusters; the widths here are what our cells reserve, the painter copes with the rest.
import { eastAsianWidth } from 'get-east-asian-width';
import { MARKS_PER_CLUSTER } from '../../limits.ts';
import { APART, joiningOf, MARK } from './joins.ts';
import { classOf } from './simple.ts';

/** One grapheme as it is painted. `length` is what it took of the source, in UTF-16 units (a tab: one, then zeros). */
export interface Cluster {
  readonly text: string;
  readonly width: 0 | 1 | 2;
  readonly length: number;
}

export const REPLACEMENT = '\ufffd';
/** Columns between tab stops, counted from the start of the text. */
const TAB = 4;
/** Code points in one cluster; the longest emoji sequences in use have ten. The rest starts a cluster of its own. */
const POINTS_PER_CLUSTER = 16;

const JOINER = 0x200d;
const NON_JOINER = 0x200c;
const EMOJI_SELECTOR = '\ufe0f';
/** Controls, format characters, surrogates, private, unassigned, separators, and whatever is drawn as nothing. */
const HOSTILE = /^[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u;
const VARIATION = /^\p{Variation_Selector}/u;
const COMBINING = /^\p{M}/u;
const SPACING_MARK = /^\p{Mc}/u;
const EMOJI = /^\p{Emoji_Presentation}/u;
/**
 * Takes no columns in some terminals and would join the cell before, were it the first of a cluster: medial and final
 * jamo, halfwidth voicing marks, skin tones, letters that are prefixes, and one sign that old tables call a mark.
 */
const LEANING =
  /^(?:[\u1160-\u11ff\ud7b0-\ud7ff\uff9e\uff9f\u06de\u0d4e]|\p{Emoji_Modifier}|[\u{111c2}\u{111c3}\u{1193f}\u{11941}\u{11a3a}]|[\u{11a84}-\u{11a89}]|\u{11d46})/u;

const ASCII = Array.from({ length: 128 }, (_, code): Cluster => {
  const shown = code >= 0x20 && code < 0x7f;
  return { text: shown ? String.fromCharCode(code) : REPLACEMENT, width: 1, length: 1 };
});
const TAB_FIRST: Cluster = { text: ' ', width: 1, length: 1 };
const TAB_REST: Cluster = { text: ' ', width: 1, length: 0 };

let segmenter: Intl.Segmenter | undefined;

/** Clusters of recent texts that are not ASCII: two generations, so that what is on the screen stays. */
let young = new Map<string, readonly Cluster[]>();
let old = new Map<string, readonly Cluster[]>();
let youngSize = 0;
/** UTF-16 units held by one generation. */
const GENERATION = 128 * 1024;

/**
 * The graphemes of `text`, cleaned: each code point that could move a terminal's cursor or change its state becomes
 * U+FFFD, marks beyond MARKS_PER_CLUSTER are dropped, tabs become spaces. The texts joined are safe to write.
 */
export function clusters(text: string): readonly Cluster[] {
  const known = young.get(text) ?? old.get(text);
  if (known !== undefined) return known;
  const found: Cluster[] = [];
  const simple = scan(text, found);
  if (!simple) remember(text, found);
  return found;
}

/** Text of every kind that needs more than a table. */
const SAMPLE = 'e\u0301 กำ क्षि 👩‍👩‍👧 🇩🇪 👍🏽 1\ufe0f\u20e3 \u1161 \ue000 שָׁ';

/** Does once what the first unusual text would wait for: the segmenter and the patterns take some 20 ms to set up. */
export function prepareClusters(): void {
  for (const { text } of clusters(SAMPLE)) reach(text);
}

/** Whether every terminal draws the cluster with the width reserved here, and joins it with no neighbour. */
export function certain(cluster: string): boolean {
  return cluster.length <= 1 && classOf(cluster.charCodeAt(0)) !== 0;
}

/** Columns that a terminal which knows nothing of the cluster could take for it, at most. */
export function reach(cluster: string): number {
  let columns = 0;
  for (const point of cluster) {
    // Some emulators give the emoji selector cells of its own, two of them.
    const wide = point === EMOJI_SELECTOR || EMOJI.test(point) || isWide(point.codePointAt(0)!);
    columns += wide ? 2 : 1;
  }
  return columns;
}

/** Fills `found`; true when nothing but simple characters was met, so that the result is not worth keeping. */
function scan(text: string, found: Cluster[]): boolean {
  let simple = true;
  let column = 0;
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 9) {
      for (let n = 0; n === 0 || column % TAB !== 0; n++, column++) found.push(n === 0 ? TAB_FIRST : TAB_REST);
      at += 1;
      continue;
    }
    const next = apartEnd(text, at);
    const known = next > at && (next >= text.length || apartEnd(text, next) > next);
    if (known && code < 128 && next === at + 1) {
      found.push(ASCII[code]!);
      column += 1;
      at = next;
      continue;
    }
    simple &&= known && next === at + 1 && classOf(code) !== 0;
    const end = known ? next : segmentedEnd(text, at);
    if (known) column += add(text.slice(at, end), found);
    else for (const { segment } of segmentsOf(text.slice(at, end))) column += add(segment, found);
    at = end;
  }
  return simple;
}

function segmentsOf(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter();
  return segmenter.segment(text);
}

/** End of the character at an offset and of the marks that follow it; the offset itself when it is not one of APART. */
function apartEnd(text: string, at: number): number {
  const point = text.codePointAt(at)!;
  if (joiningOf(point) !== APART) return at;
  let end = point > 0xffff ? at + 2 : at + 1;
  // A control takes no marks, they stand alone.
  const control = point < 0x20 || (point >= 0x7f && point < 0xa0);
  if (!control) while (end < text.length && leans(text.charCodeAt(end), point)) end += 1;
  return end;
}

/** Whether a unit belongs to the character before it. A joiner does too, but after a picture it may join the next one. */
function leans(unit: number, base: number): boolean {
  return joiningOf(unit) === MARK || (unit === JOINER && !mayBePicture(base));
}

/** Whether a code point could be one of Unicode's Extended_Pictographic. */
function mayBePicture(point: number): boolean {
  return point === 0xa9 || point === 0xae || (point >= 0x203c && point <= 0x3299) || point >= 0x1f000;
}

/** End of the stretch from an offset that only the segmenter can cut: behind the first APART whose end is certain. */
function segmentedEnd(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length) {
    if (text.charCodeAt(end) < 0x20) return end;
    const next = apartEnd(text, end);
    if (next > end && (next >= text.length || apartEnd(text, next) > next)) return next;
    end = Math.max(next, end + 1);
  }
  return end;
}

/** Clusters of single segments met lately: most texts use few different ones. */
const singles = new Map<string, Cluster>();
const SINGLES_KEPT = 4096;
/** UTF-16 units of the segments that are kept. */
const SINGLE_LENGTH = 12;

/** Adds the clusters of one segment; gives the columns they take. */
function add(segment: string, found: Cluster[]): number {
  const known = singles.get(segment);
  if (known !== undefined) {
    found.push(known);
    return known.width;
  }
  const before = found.length;
  const columns = compose(segment, found);
  if (found.length === before + 1 && segment.length <= SINGLE_LENGTH) {
    if (singles.size >= SINGLES_KEPT) singles.clear();
    singles.set(segment, found[before]!);
  }
  return columns;
}

/** Cleans one segment into clusters (mostly one); gives the columns they take. */
function compose(segment: string, found: Cluster[]): number {
  let columns = 0;
  let text = '';
  let length = 0;
  let points = 0;
  let marks = 0;
  const flush = () => {
    if (length === 0) return;
    const width = text === REPLACEMENT ? 1 : clusterWidth(text);
    found.push({ text, width, length });
    columns += width;
    text = '';
    length = points = marks = 0;
  };
  for (const point of segment) {
    const kind = kindOf(point);
    if (kind === 'mark' && points > 0) {
      length += point.length;
      if (marks < MARKS_PER_CLUSTER && text !== REPLACEMENT) {
        text += point;
        marks += 1;
        points += 1;
      }
      continue;
    }
    const joins = points > 0 && points < POINTS_PER_CLUSTER && marks < MARKS_PER_CLUSTER;
    if (kind === 'hostile' || kind === 'mark' || !joins || text === REPLACEMENT) flush();
    text += kind === 'base' && !(points === 0 && LEANING.test(point)) ? point : REPLACEMENT;
    length += point.length;
    points += 1;
  }
  flush();
  return columns;
}

type Kind = 'base' | 'mark' | 'hostile';

/** Kinds of the code points met lately: the property tests below are ten times slower than a lookup. */
const kinds = new Map<string, Kind>();
const KINDS_KEPT = 4096;

function kindOf(point: string): Kind {
  let kind = kinds.get(point);
  if (kind === undefined) {
    kind = findKind(point);
    if (kinds.size >= KINDS_KEPT) kinds.clear();
    kinds.set(point, kind);
  }
  return kind;
}

function findKind(point: string): Kind {
  const code = point.codePointAt(0)!;
  if (code < 0x20 || code === 0x7f) return 'hostile';
  if (code < 0x80 || (code < 0x10000 && classOf(code) !== 0)) return 'base';
  if (code === JOINER || code === NON_JOINER || VARIATION.test(point)) return 'mark';
  if (HOSTILE.test(point)) return 'hostile';
  return COMBINING.test(point) ? 'mark' : 'base';
}

function isJoiningJamo(point: string): boolean {
  const code = point.codePointAt(0)!;
  return (code >= 0x1160 && code <= 0x11ff) || (code >= 0xd7b0 && code <= 0xd7ff);
}

function isWide(code: number): boolean {
  return code >= 0x1100 && eastAsianWidth(code) === 2;
}

/** Columns to reserve: rather one too many than one too few, for a gap is ugly and an overlap is lost text. */
function clusterWidth(text: string): 1 | 2 {
  if (text.includes(EMOJI_SELECTOR) || EMOJI.test(text)) return 2;
  let columns = 0;
  for (const point of text) {
    const code = point.codePointAt(0)!;
    if (isWide(code)) return 2;
    const takes = kindOf(point) === 'mark' ? SPACING_MARK.test(point) : !isJoiningJamo(point);
    if (takes) columns += 1;
  }
  return columns > 1 ? 2 : 1;
}

/** Keeps a row of a text whose clusters are kept, that is its units `start` to `end` and its clusters `from` to `to`. */
export function rememberRow(text: string, start: number, end: number, from: number, to: number): void {
  const found = young.get(text);
  if (found === undefined || (from === 0 && to === found.length)) return;
  const row = text.slice(start, end);
  // How far a tab reaches depends on where it stands: alone the row may be another one.
  if (!young.has(row) && !row.includes('\t')) remember(row, found.slice(from, to));
}

function remember(text: string, found: readonly Cluster[]): void {
  if (youngSize > GENERATION) {
    old = young;
    young = new Map();
    youngSize = 0;
  }
  young.set(text, found);
  youngSize += text.length;
}
