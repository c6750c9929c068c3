// What in a message is more than plain text: the reader's name, links, `code`, rooms. Ranges of the source, so that wrapping keeps them.
import type { Token } from '../kit/tokens.ts';

export interface Mark {
  readonly start: number;
  readonly end: number;
  readonly token: Token;
}

// Each alternative is linear: no repeated group inside a repeated group.
const PIECES =
  /```[\s\S]*?```|`[^`\n]+`|https?:\/\/[^\s<>"'`]+|(?<![\p{L}\p{N}_])[@#][\p{L}\p{N}_](?:[\p{L}\p{M}\p{N}_.-]*[\p{L}\p{M}\p{N}_])?/gu;
/** Joins the character before it. */
const LEANING = /(?:[\p{M}\p{Emoji_Modifier}\uff9e\uff9f]|\u200c|\u200d)*/uy;
/** What ends the sentence around a link, not the link. */
const TRAILING = new Set('.,;:!?)]}\'"。，、！？）】');

/** The marked ranges of a text, in order, without overlaps. `name` is the reader's. */
export function marksOf(text: string, name: string): readonly Mark[] {
  const marks: Mark[] = [];
  for (const found of text.matchAll(PIECES)) {
    const start = found.index;
    const whole = withLeaning(text, start, found[0]);
    if (whole.startsWith('`')) marks.push({ start, end: start + whole.length, token: 'code' });
    else if (whole.startsWith('@')) {
      const mine = whole.slice(1).toLowerCase() === name.toLowerCase();
      marks.push({ start, end: start + whole.length, token: mine ? 'warn' : 'accent' });
    } else if (whole.startsWith('#')) marks.push({ start, end: start + whole.length, token: 'link' });
    else marks.push({ start, end: start + linkLength(whole), token: 'link' });
  }
  return marks;
}

/** What was found, with the marks behind it that belong to its last character: a cluster is never cut in two. */
function withLeaning(text: string, start: number, whole: string): string {
  LEANING.lastIndex = start + whole.length;
  return text.slice(start, start + whole.length + LEANING.exec(text)![0].length);
}

/** A loop and no pattern: one anchored at the end begins anew at each character of the kind, in time squared. */
function linkLength(whole: string): number {
  let length = whole.length;
  while (length > 0 && TRAILING.has(whole[length - 1]!)) length -= 1;
  return length;
}

/** Tells whether a text names somebody: `@alice`, or `alice` as a word of its own. */
export function mentionOf(name: string): (text: string) => boolean {
  if (name === '') return () => false;
  const literal = name.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  // Where a script writes no spaces, a name needs an @ to be one.
  const spaceless = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u.test(name);
  const edge = '[\\p{L}\\p{M}\\p{N}_]';
  const at = `(?<!${edge})@${literal}(?!${edge})`;
  const word = spaceless ? `@${literal}` : `(?<!${edge})${literal}(?!${edge})`;
  const pattern = new RegExp(`${at}|${word}`, 'iu');
  // Most texts do not hold the name at all, and that is quickly seen.
  const folded = name.toLowerCase();
  return text => text.toLowerCase().includes(folded) && pattern.test(text);
}

/** The part of a text from `start` to `end` in pieces of one token each. */
export function pieces(
  text: string,
  start: number,
  end: number,
  marks: readonly Mark[],
  plain: Token,
): { text: string; token: Token }[] {
  const found: { text: string; token: Token }[] = [];
  let at = start;
  for (let index = firstBehind(marks, start); index < marks.length; index++) {
    const mark = marks[index]!;
    if (mark.start >= end) break;
    const from = Math.max(mark.start, at);
    const until = Math.min(mark.end, end);
    if (from > at) found.push({ text: text.slice(at, from), token: plain });
    found.push({ text: text.slice(from, until), token: mark.token });
    at = until;
  }
  if (at < end) found.push({ text: text.slice(at, end), token: plain });
  return found;
}

/** Index of the first mark that ends behind an offset. */
function firstBehind(marks: readonly Mark[], offset: number): number {
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (marks[middle]!.end <= offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
