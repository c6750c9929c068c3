// The editor's text as a person sees it: clusters, lines, and what fits into the limit. Offsets are UTF-16 units.
import { clusters } from './width.ts';

export interface EditorLimits {
  /** UTF-8 bytes of the whole text. */
  readonly bytes: number;
  readonly lines: number;
}

/** Start of the line that `at` is in. */
export function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

/** End of the line that `at` is in, before its newline. */
export function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end < 0 ? text.length : end;
}

/** The cluster boundary before `at`; 0 at the start. */
export function boundaryBefore(text: string, at: number): number {
  const start = lineStart(text, at);
  if (at <= start) return Math.max(0, at - 1);
  return boundary(text, at, (next, found) => (next < at ? next : found));
}

/** The cluster boundary after `at`; the end at the end. */
export function boundaryAfter(text: string, at: number): number {
  if (at >= text.length) return text.length;
  if (text[at] === '\n') return at + 1;
  return boundary(text, at, (next, found) => (found > at ? found : next));
}

/** `at`, or the end of the cluster that it is inside of. */
export function boundaryFrom(text: string, at: number): number {
  const inside = Math.max(0, Math.min(at, text.length));
  return boundary(text, inside, (next, found) => (found >= inside ? found : next));
}

/** Walks the boundaries of the line of `at`, from its start on. */
function boundary(text: string, at: number, choose: (next: number, found: number) => number): number {
  const start = lineStart(text, at);
  let found = start;
  let next = start;
  for (const cluster of clusters(text.slice(start, lineEnd(text, at)))) {
    next += cluster.length;
    found = choose(next, found);
    if (next > at) break;
  }
  return found;
}

/** Text as it may stand in the editor: line ends are \n, controls other than \t and halves of pairs are U+FFFD. */
export function insertable(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '\ufffd')
    .replace(/\p{Surrogate}/gu, '\ufffd');
}

export function fits(text: string, limits: EditorLimits): boolean {
  return bytesOf(text) <= limits.bytes && linesOf(text) <= limits.lines;
}

/** As much of `added`, in whole clusters, as fits beside a text. */
export function fitting(added: string, beside: string, limits: EditorLimits): string {
  let bytes = limits.bytes - bytesOf(beside);
  let lines = limits.lines - linesOf(beside);
  let end = 0;
  // What is longer in UTF-16 units than the limit in bytes never fits: a huge paste is not looked at whole.
  const candidate = added.slice(0, limits.bytes + 1);
  for (const line of candidate.split('\n')) {
    for (const cluster of clusters(line)) {
      bytes -= bytesOf(candidate.slice(end, end + cluster.length));
      if (bytes < 0) return candidate.slice(0, end);
      end += cluster.length;
    }
    if (end === candidate.length) break;
    bytes -= 1;
    lines -= 1;
    if (bytes < 0 || lines < 0) return candidate.slice(0, end);
    end += 1;
  }
  return candidate;
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}

function linesOf(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
