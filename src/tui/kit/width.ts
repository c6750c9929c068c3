// Measuring, cutting, wrapping and padding text by the columns it takes on the screen.
import { type Cluster, clusters, rememberRow } from './clusters.ts';

export { type Cluster, clusters } from './clusters.ts';

/** One row of wrapped text: what to paint, and the part of the source that it covers (UTF-16, end exclusive). */
export interface WrappedLine {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const PRINTABLE = /^[ -~]*$/;

/** Whether a text is ASCII without controls, which needs no measuring: each character is a cluster of one column. */
export function isPrintable(text: string): boolean {
  return PRINTABLE.test(text);
}

/** Columns that `text` takes when painted. */
export function widthOf(text: string): number {
  if (isPrintable(text)) return text.length;
  let width = 0;
  for (const cluster of clusters(text)) width += cluster.width;
  return width;
}

/** `text` cleaned, and cut to `width` columns with the ellipsis inside them when it is longer. */
export function truncate(text: string, width: number, ellipsis = '…'): string {
  if (text.length <= width && isPrintable(text)) return text;
  const parts = clusters(text);
  const room = width - widthOf(ellipsis);
  let used = 0;
  let fitting = '';
  let cut = '';
  for (const part of parts) {
    used += part.width;
    if (used > width) return room >= 0 ? cut + ellipsis : fitting;
    fitting += part.text;
    if (used <= room) cut = fitting;
  }
  return fitting;
}

/** `text` cut or filled with spaces on the right to exactly `width` columns. */
export function padEnd(text: string, width: number): string {
  const cut = truncate(text, width);
  return cut + ' '.repeat(Math.max(0, width - widthOf(cut)));
}

/** `text` cut or filled with spaces on the left to exactly `width` columns. */
export function padStart(text: string, width: number): string {
  const cut = truncate(text, width);
  return ' '.repeat(Math.max(0, width - widthOf(cut))) + cut;
}

/**
 * Breaks `text` into rows of at most `width` columns: at newlines, then between words or wide characters, then between
 * graphemes. Spaces at a break stay with the row before and are not painted. Always at least one row.
 */
export function wrap(text: string, width: number): WrappedLine[] {
  const lines: WrappedLine[] = [];
  let start = 0;
  for (;;) {
    const newline = text.indexOf('\n', start);
    const end = newline < 0 ? text.length : newline;
    const shown = end > start && newline >= 0 && text[end - 1] === '\r' ? end - 1 : end;
    wrapParagraph(text.slice(start, shown), start, Math.max(1, width), lines);
    if (newline < 0) return lines;
    start = newline + 1;
  }
}

function wrapParagraph(text: string, offset: number, width: number, lines: WrappedLine[]): void {
  const parts = clusters(text);
  let first = 0;
  let start = offset;
  while (first < parts.length) {
    const next = rowEnd(parts, first, width);
    let end = start;
    let columns = 0;
    for (let i = first; i < next; i++) {
      end += parts[i]!.length;
      columns += parts[i]!.width;
    }
    let shown = next;
    let painted = end;
    const hangs = next < parts.length || columns > width;
    while (hangs && shown > first && parts[shown - 1]!.text === ' ') {
      shown -= 1;
      painted -= parts[shown]!.length;
    }
    lines.push({ text: join(parts, first, shown), start, end });
    // Painting asks for the clusters of each row.
    rememberRow(text, start - offset, painted - offset, first, shown);
    start = end;
    first = next;
  }
  if (parts.length === 0) lines.push({ text: '', start: offset, end: offset });
}

/** The index after the last cluster of the row that begins at `first`. */
function rowEnd(parts: readonly Cluster[], first: number, width: number): number {
  let used = 0;
  let at = first;
  while (at < parts.length && used + parts[at]!.width <= width) {
    used += parts[at]!.width;
    at += 1;
  }
  if (at === parts.length) return at;
  // What does not fit is a space: it and its like end this row, invisible.
  let after = at;
  while (after < parts.length && parts[after]!.text === ' ') after += 1;
  if (after > at) return after;
  for (let cut = at; cut > first; cut--) {
    if (mayBreak(parts[cut - 1]!, parts[cut]!)) return cut;
  }
  return Math.max(at, first + 1);
}

/** Marks that end a phrase: a row never begins with one. */
const CLOSING = /^[、。，．：；！？）】」』》〉〕…—～·,.:;!?)\]}%]/u;
/** Marks that open one: a row never ends with one. */
const OPENING = /^[（【「『《〈〔([{]/u;

function mayBreak(before: Cluster, after: Cluster): boolean {
  if (before.text === ' ') return after.text !== ' ';
  if (after.text === ' ') return false;
  if (before.width < 2 && after.width < 2) return before.text === '-' && !CLOSING.test(after.text);
  return !CLOSING.test(after.text) && !OPENING.test(before.text);
}

function join(parts: readonly Cluster[], from: number, to: number): string {
  let text = '';
  for (let i = from; i < to; i++) text += parts[i]!.text;
  return text;
}
