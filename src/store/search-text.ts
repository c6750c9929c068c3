// Words as every index and every search takes them: folded here, so that a text in an index and a text that is only looked at
// give the same hits. Scripts that write no spaces are cut into single characters, and so are signs and emoji: any run of
// them is found as a phrase, down to one character.
import { SEARCH_OPEN_WORDS } from '../limits.ts';

/** How an index has to be made, so that it cuts where `indexText` put spaces and nowhere else. */
export const TOKENIZER = `tokenize="unicode61 remove_diacritics 0 categories 'L* M* N* Co'"`;

/** Before the code point of a sign: of the private use area, which no text brings into an index. */
const SIGN = '\ue000';

const SPACELESS = String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]`;
const SIGNS = String.raw`[\p{S}#@]`;
const WORDS = new RegExp(String.raw`${SPACELESS}|${SIGNS}|(?:(?!${SPACELESS})[\p{L}\p{N}]\p{M}*)+`, 'gu');
const SINGLE = new RegExp(`^(?:${SPACELESS}|${SIGN}.*)$`, 'u');
const ONLY_SIGN = new RegExp(`^${SIGNS}$`, 'u');
/** Marks that people leave out: accents, the vowel points of Hebrew and Arabic. */
const POINTS = /[\u0300-\u036f\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u064b-\u065f\u0670]/g;

const ASCII = /^[\0-\x7f]*$/;
/** ASCII without the signs that are words. */
const PLAIN = /^[\0-"%-*,-;?A-\]_a-{}\x7f]*$/;
const ASCII_WORDS = /[a-z0-9]+|[$+<=>^`|~#@]/g;

/** The words of a text, folded. */
function wordsOf(text: string): readonly string[] {
  if (ASCII.test(text)) return (text.toLowerCase().match(ASCII_WORDS) ?? []).map(signed);
  const folded = text.normalize('NFKC').toUpperCase().toLowerCase().replaceAll('ς', 'σ');
  return (folded.match(WORDS) ?? []).map(word => signed(ASCII.test(word) ? word : pointless(word)));
}

/** Composed again, for what is no accent belongs to its letter. */
function pointless(word: string): string {
  const bare = word.normalize('NFD').replace(POINTS, '');
  return bare.normalize('NFC') || word;
}

function signed(word: string): string {
  return ONLY_SIGN.test(word) ? SIGN + (word.codePointAt(0) ?? 0).toString(16) : word;
}

/** What goes into an index. */
export function indexText(text: string): string {
  // Nothing but letters, digits and what separates them: the index does the rest, and most texts are so.
  return PLAIN.test(text) ? text : wordsOf(text).join(' ');
}

/** One thing to look for: words that stand in a row. */
interface Phrase {
  readonly words: readonly string[];
  /** The last word may go on: `deploy` finds `deployed`. */
  readonly open: boolean;
}

/** A search as an index understands it, or null where it has no word that an index could hold (dots, dashes). */
export function searchQuery(written: string): string | null {
  const phrases = new Set(phrasesOf(written).map(({ words, open }) => `"${words.join(' ')}"${open ? '*' : ''}`));
  return phrases.size === 0 ? null : [...phrases].join(' AND ');
}

/** The same search over a text that is in no index; where there are no words, for what is written letter by letter. */
export function textMatcher(written: string): (text: string) => boolean {
  const phrases = phrasesOf(written).map(({ words, open }) => ` ${words.join(' ')}${open ? '' : ' '}`);
  if (phrases.length > 0) {
    return text => {
      const words = ` ${wordsOf(text).join(' ')} `;
      return phrases.every(each => words.includes(each));
    };
  }
  const pieces = piecesOf(written).map(({ text }) => text);
  return text => pieces.length > 0 && pieces.every(piece => text.includes(piece));
}

function phrasesOf(written: string): readonly Phrase[] {
  const pieces = piecesOf(written).flatMap(({ text, quoted }) => {
    const words = wordsOf(text);
    return words.length === 0 ? [] : [{ words, quoted }];
  });
  return pieces.map(({ words, quoted }, at) => {
    const behind = pieces.length - 1 - at;
    return { words, open: !quoted && behind < SEARCH_OPEN_WORDS && mayGoOn(words.at(-1) as string, behind === 0) };
  });
}

/** What a letter alone begins with is a tenth of all words; few letters are taken for a beginning where the writing ends. */
function mayGoOn(word: string, last: boolean): boolean {
  return !SINGLE.test(word) && word.length >= (last ? 2 : 4);
}

/** What is written in quotes is one piece; every other word stands for itself. */
function piecesOf(written: string): readonly { readonly text: string; readonly quoted: boolean }[] {
  return [...written.matchAll(/"([^"]*)"|([^\s"]+)/g)]
    .map(([, quoted, word]) => ({ text: (quoted ?? word ?? '').trim(), quoted: quoted !== undefined }))
    .filter(({ text }) => text !== '');
}
