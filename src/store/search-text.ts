// Text as the index takes it: scripts that write no spaces are cut into single characters, in the index and in the
// query alike, so that any run of them is found as a phrase, down to one character.

const SPACELESS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/gu;
const INDEXED = /[\p{L}\p{N}\p{M}]/u;

/** What goes into the index. */
export function indexText(text: string): string {
  return text.normalize('NFKC').replace(SPACELESS, ' $& ');
}

/** One thing to look for: words that stand in a row. */
interface Phrase {
  readonly text: string;
  /** The last word may go on: `deploy` finds `deployed`. */
  readonly open: boolean;
}

/** A search as the index understands it, or null where it has no word that an index could hold (emoji, signs). */
export function searchQuery(written: string): string | null {
  const phrases = phrasesOf(written).flatMap(({ text, open }) => {
    const words = indexText(text).trim();
    if (!INDEXED.test(words)) return [];
    const quoted = `"${words.replaceAll('"', ' ')}"`;
    return [open && !SPACELESS_END.test(words) ? `${quoted}*` : quoted];
  });
  return phrases.length === 0 ? null : phrases.join(' AND ');
}

/** The same search over a text that is in no index. Matches nothing where `searchQuery` gives null. */
export function textMatcher(written: string): (text: string) => boolean {
  const wanted = phrasesOf(written).flatMap(({ text, open }) => {
    const words = plainWords(text);
    if (words === '') return [];
    return [open && !SPACELESS_END.test(indexText(text).trim()) ? ` ${words}` : ` ${words} `];
  });
  if (wanted.length === 0) return () => false;
  return text => {
    const words = ` ${plainWords(text)} `;
    return wanted.every(each => words.includes(each));
  };
}

/** Words as the index folds them, one space between each two. */
function plainWords(text: string): string {
  const folded = indexText(text).normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
  return folded
    .split(/[^\p{L}\p{N}\p{Co}]+/u)
    .filter(Boolean)
    .join(' ');
}

const SPACELESS_END = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]\s*$/u;

/** What is written in quotes is one phrase; every other word stands for itself. */
function phrasesOf(written: string): Phrase[] {
  const found: Phrase[] = [];
  for (const [, quoted, word] of written.matchAll(/"([^"]*)"|([^\s"]+)/g)) {
    if (quoted !== undefined) found.push({ text: quoted, open: false });
    else if (word !== undefined) found.push({ text: word, open: true });
  }
  return found;
}
