// Makes src/chat/confusables.ts from Unicode's table of characters that look alike (UTS 39, confusables.txt):
//   npx tsx docs/confusables.ts confusables.txt > src/chat/confusables.ts
// Only characters that a name may hold, and that stand for themselves (NFD), are of use: the others never get that far.
import { readFileSync } from 'node:fs';

const ROW = /^\s*([0-9A-F]+)\s*;\s*([0-9A-F ]+?)\s*;/;
const IN_NAMES = /^[\p{L}\p{M}\p{N}_.-]$/u;
const WIDTH = 116;

interface Entry {
  readonly from: number;
  readonly to: readonly number[];
}

function read(file: string): Entry[] {
  const rows = readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  const entries = rows.split('\n').flatMap(row => {
    const [, from = '', to = ''] = ROW.exec(row) ?? [];
    const character = String.fromCodePoint(Number.parseInt(from || '0', 16));
    if (from === '' || !IN_NAMES.test(character) || character.normalize('NFD') !== character) return [];
    return [{ from: Number.parseInt(from, 16), to: to.split(/ +/).map(each => Number.parseInt(each, 16)) }];
  });
  return entries.sort((a, b) => a.from - b.from);
}

/** Runs of neighbours with the same prototype (=) or with prototypes that are neighbours too (+). */
function pack(entries: readonly Entry[]): string[] {
  const words: string[] = [];
  let last = 0;
  for (let i = 0; i < entries.length; ) {
    const { from, to } = entries[i] as Entry;
    const [same, rising] = [run(entries, i, 0), run(entries, i, 1)] as const;
    const length = Math.max(same, rising);
    const tail = length === 1 ? '' : (rising > same ? '+' : '=') + length.toString(36);
    words.push(`${(from - last).toString(36)}:${to.map(each => each.toString(36)).join('.')}${tail}`);
    last = from + length - 1;
    i += length;
  }
  return words;
}

function run(entries: readonly Entry[], start: number, step: 0 | 1): number {
  const { from, to } = entries[start] as Entry;
  let length = 1;
  if (to.length > 1) return length;
  for (;;) {
    const next = entries[start + length];
    const fits =
      next?.from === from + length && next.to.length === 1 && next.to[0] === (to[0] as number) + step * length;
    if (!fits) return length;
    length += 1;
  }
}

function lines(words: readonly string[]): string[] {
  const all: string[] = [];
  for (const word of words) {
    const last = all.at(-1);
    if (last !== undefined && last.length + word.length < WIDTH) all[all.length - 1] = `${last} ${word}`;
    else all.push(word);
  }
  return all;
}

const [file] = process.argv.slice(2);
if (!file) throw new Error('which confusables.txt?');
process.stdout.write(`// Characters that look like others: Unicode's confusables (UTS 39, Unicode 15.0), as docs/confusables.ts packs them.
// Each word: how far the character stands behind the last one, a colon, what it looks like (code points with dots
// between), and for a run of characters its length, after = where all look like the same, after + where their likes
// rise too. All numbers in base 36. The data: © Unicode, Inc., under the Unicode License, https://www.unicode.org/license.txt
export const CONFUSABLES: readonly string[] = [
${lines(pack(read(file)))
  .map(line => `  '${line}',`)
  .join('\n')}
];
`);
