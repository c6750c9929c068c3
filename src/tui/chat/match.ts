// Where a text holds what was searched for: by words as the indexes fold them, without case, marks and width.
import { clusters } from '../kit/clusters.ts';

export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Where a text holds the words of a search, in rising order, without overlaps; whole clusters, so that none is cut in two. */
export function rangesOf(text: string, words: string): readonly Range[] {
  const found = foundIn(text, words);
  if (found.length === 0 || ASCII.test(text)) return joined(found);
  const edges = edgesOf(text);
  return joined(found.map(({ start, end }) => ({ start: edgeBefore(edges, start), end: edgeAfter(edges, end) })));
}

/** Ranges that overlap are one. */
function joined(found: readonly Range[]): readonly Range[] {
  const ranges: Range[] = [];
  for (const range of [...found].sort((a, b) => a.start - b.start)) {
    const last = ranges.at(-1);
    if (last === undefined || range.start >= last.end) ranges.push(range);
    else ranges[ranges.length - 1] = { start: last.start, end: Math.max(last.end, range.end) };
  }
  return ranges;
}

const ASCII = /^[\x00-\x7f]*$/;

/** The offset, or the start of the cluster that it is inside of. */
export function clusterStart(text: string, offset: number): number {
  return ASCII.test(text) ? offset : edgeBefore(edgesOf(text), offset);
}

/** Where clusters begin, and the end. */
function edgesOf(text: string): readonly number[] {
  const edges = [0];
  for (const cluster of clusters(text)) edges.push(edges.at(-1)! + cluster.length);
  return edges;
}

function edgeBefore(edges: readonly number[], offset: number): number {
  return edges[firstFrom(edges, offset + 1) - 1] ?? 0;
}

function edgeAfter(edges: readonly number[], offset: number): number {
  return edges[firstFrom(edges, offset)] ?? offset;
}

/** Index of the first edge at or behind an offset. */
function firstFrom(edges: readonly number[], offset: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (edges[middle]! < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

function foundIn(text: string, words: string): readonly Range[] {
  const folded = foldText(text);
  const found: Range[] = [];
  for (const pattern of patternsOf(words)) {
    for (const match of folded.text.matchAll(pattern)) {
      const end = match.index + match[0].length;
      if (end > match.index) found.push({ start: folded.at[match.index]!, end: folded.at[end]! });
    }
  }
  return found;
}

/** Without marks, width and case, as the index folds it; `at`: where each unit of it stands in the source. */
function foldText(text: string): { readonly text: string; readonly at: readonly number[] } {
  if (ASCII.test(text)) return { text: text.toLowerCase(), at: Array.from({ length: text.length + 1 }, (_, n) => n) };
  let folded = '';
  const at: number[] = [];
  let index = 0;
  for (const character of text) {
    const plain = character.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
    for (let unit = 0; unit < plain.length; unit++) at.push(index);
    folded += plain;
    index += character.length;
  }
  at.push(index);
  return { text: folded, at };
}

const SPACELESS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/u;

/** One pattern for each word (which may go on) and each phrase. Linear: what stands between words cannot be part of one. */
function patternsOf(words: string): readonly RegExp[] {
  const patterns: RegExp[] = [];
  for (const [, quoted, word] of words.matchAll(/"([^"]*)"?|([^\s"]+)/g)) {
    const folded = foldText(quoted ?? word ?? '').text;
    const parts = folded.match(/[\p{L}\p{N}]+/gu);
    const literal = (part: string) => part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
    if (parts === null) {
      if (folded.trim() !== '') patterns.push(new RegExp(literal(folded.trim()), 'gu'));
      continue;
    }
    const start = SPACELESS.test(parts[0]![0]!) ? '' : '(?<![\\p{L}\\p{N}])';
    const last = parts.at(-1)!;
    const closed = quoted !== undefined && !SPACELESS.test(last.at(-1)!) ? '(?![\\p{L}\\p{N}])' : '';
    patterns.push(new RegExp(`${start}${parts.map(literal).join('[^\\p{L}\\p{N}]+')}${closed}`, 'gu'));
  }
  return patterns;
}
