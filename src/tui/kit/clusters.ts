// Text as graphemes with their columns, cleaned of everything that may not reach a terminal.
// Terminals disagree on some clusters; the widths here are what our cells reserve, the painter copes with the rest.
import { eastAsianWidth } from 'get-east-asian-width';
import { MARKS_PER_CLUSTER } from '../../limits.ts';
import { classOf, NARROW } from './simple.ts';

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
const MARK = /^\p{M}/u;
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
    const end = complexEnd(text, at);
    if (end > at) {
      simple = false;
      for (const { segment } of segments(text.slice(at, end))) {
        column += compose(segment, found);
      }
      at = end;
    } else {
      const width = code < 128 || classOf(code) === NARROW ? 1 : 2;
      found.push(code < 128 ? ASCII[code]! : { text: text[at]!, width, length: 1 });
      column += width;
      at += 1;
    }
  }
  return simple;
}

function segments(text: string): Intl.Segments {
  segmenter ??= new Intl.Segmenter();
  return segmenter.segment(text);
}

/** End of the stretch from `at` that needs segmenting; `at` itself when a simple character stands there alone. */
function complexEnd(text: string, at: number): number {
  let end = at;
  // Between two simple characters there is always a boundary: a stretch ends before the second of such a pair.
  while (end < text.length) {
    const here = plain(text, end);
    if (here && (end + 1 >= text.length || plain(text, end + 1))) return end === at ? at : end + 1;
    if (end > at && text.charCodeAt(end) < 0x20) return end;
    end += 1;
  }
  return end;
}

/** ASCII, controls included (each is a cluster of its own), or a character of a simple script. */
function plain(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 0x80 || classOf(code) !== 0;
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
  return MARK.test(point) ? 'mark' : 'base';
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

function remember(text: string, found: readonly Cluster[]): void {
  if (youngSize > GENERATION) {
    old = young;
    young = new Map();
    youngSize = 0;
  }
  young.set(text, found);
  youngSize += text.length;
}
