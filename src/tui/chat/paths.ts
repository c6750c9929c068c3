// Paths as people and terminals write them in a line: in quotes, with backslashes, as file:// URIs.
import { PASTED_PATHS, PASTED_PATHS_BYTES } from '../../limits.ts';

export interface Word {
  readonly text: string;
  /** Where it begins and ends in the line. */
  readonly start: number;
  readonly end: number;
  /** Written in quotes or with a backslash: it is never a name with a mark. */
  readonly quoted: boolean;
}

/** The words of a line as a shell reads them; a quote that is left open closes at the end. */
export function shellWords(line: string): readonly Word[] {
  const words: Word[] = [];
  let at = 0;
  for (;;) {
    while (/\s/.test(line[at] ?? '')) at += 1;
    if (at >= line.length) return words;
    const start = at;
    let text = '';
    let quote = '';
    let quoted = false;
    for (; at < line.length; at++) {
      const letter = line[at]!;
      if (quote === '' && /\s/.test(letter)) break;
      if (letter === quote) quote = '';
      else if (quote === '' && (letter === '"' || letter === "'")) {
        quote = letter;
        quoted = true;
      } else if (letter === '\\' && quote !== "'" && at + 1 < line.length) {
        at += 1;
        // Between double quotes a backslash stands for itself, but for what it keeps from ending them.
        if (quote === '"' && !/["\\$`]/.test(line[at]!)) text += '\\';
        text += line[at]!;
        quoted = true;
      } else text += letter;
    }
    words.push({ text, start, end: at, quoted });
  }
}

/** A path as one word of a line. */
export function asWord(path: string): string {
  return path.replace(/[\s"'\\$`&|;<>()*?![\]{}]/g, letter => `\\${letter}`);
}

/**
 * How a paste may be read as nothing but paths: word by word, or line by line for terminals that quote nothing. Empty: it is
 * text. Only whole paths count, as terminals paste them when a file is dropped.
 */
export function pastedPaths(text: string): readonly (readonly string[])[] {
  if (text.length > PASTED_PATHS_BYTES || !/^[\s'"]*(?:\/|~\/|file:\/\/)/.test(text)) return [];
  const lines = text.split('\n').flatMap(line => line.trim() || []);
  const readings = [shellWords(text).map(word => word.text), lines].map(reading => reading.map(pathOf));
  const whole = readings.filter(
    (reading): reading is string[] => reading.length <= PASTED_PATHS && !reading.includes(null),
  );
  return whole.length === 2 && whole[0]!.join('\n') === whole[1]!.join('\n') ? [whole[0]!] : whole;
}

/** A path, of a file:// URI too; null: it is none, or not a whole one. */
function pathOf(written: string): string | null {
  const [, local] = /^file:\/\/(?:localhost)?(\/.*)$/i.exec(written) ?? [];
  if (local === undefined) return /^(?:\/|~\/)./.test(written) ? written : null;
  try {
    const path = decodeURIComponent(local);
    return path.includes('\0') ? null : path;
  } catch {
    return null;
  }
}
