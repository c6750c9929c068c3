// Words, as the editor's keys move over them: letters and digits; where a script has no spaces, what a dictionary calls a word.

const WORD = /[\p{L}\p{N}\p{M}_]/u;
/** Scripts that are written without spaces between words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]/u;

let segmenter: Intl.Segmenter | undefined;

/** End of the word at or after `at`. */
export function wordEnd(text: string, at: number): number {
  const from = skipForward(text, at, char => !WORD.test(char));
  if (from >= text.length) return text.length;
  const start = skipBack(text, from, isWord);
  const end = skipForward(text, from, isWord);
  const part = wordWithin(text.slice(start, end), from - start);
  return part === undefined ? end : start + part.end;
}

/** Start of the word at or before `at`. */
export function wordStart(text: string, at: number): number {
  const to = skipBack(text, at, char => !WORD.test(char));
  if (to <= 0) return 0;
  const start = skipBack(text, to, isWord);
  const end = skipForward(text, to, isWord);
  const part = wordWithin(text.slice(start, end), to - start - 1);
  return part === undefined ? start : start + part.start;
}

/** Start of what stands before `at` up to a space; a word of a script without spaces counts alone. */
export function blankStart(text: string, at: number): number {
  const to = skipBack(text, at, isBlank);
  if (UNSPACED.test(charBefore(text, to))) return wordStart(text, to);
  return skipBack(text, to, char => !isBlank(char) && !UNSPACED.test(char));
}

/** The word of the dictionary around `at` in a run of letters; undefined where spaces part the words. */
function wordWithin(run: string, at: number): { start: number; end: number } | undefined {
  if (!UNSPACED.test(run)) return undefined;
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' });
  const part = segmenter.segment(run).containing(at);
  return part === undefined ? undefined : { start: part.index, end: part.index + part.segment.length };
}

function isWord(char: string): boolean {
  return WORD.test(char);
}

function isBlank(char: string): boolean {
  return /\s/u.test(char);
}

function skipForward(text: string, at: number, passes: (char: string) => boolean): number {
  let end = at;
  while (end < text.length) {
    const char = String.fromCodePoint(text.codePointAt(end)!);
    if (!passes(char)) break;
    end += char.length;
  }
  return end;
}

function skipBack(text: string, at: number, passes: (char: string) => boolean): number {
  let start = at;
  while (start > 0) {
    const char = charBefore(text, start);
    if (!passes(char)) break;
    start -= char.length;
  }
  return start;
}

function charBefore(text: string, at: number): string {
  const pair = at > 1 ? text.codePointAt(at - 2)! : 0;
  return pair > 0xffff ? text.slice(at - 2, at) : text.slice(Math.max(0, at - 1), at);
}
