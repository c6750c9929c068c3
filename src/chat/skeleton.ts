// What a name looks like. Two names that share a look cannot both live on a server, and none may look like a reserved word.
import { CONFUSABLES } from './confusables.ts';

/** Character -> what it looks like; unpacked when the first name is looked at. */
let prototypes: ReadonlyMap<string, string> | null = null;

function unpack(): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  let at = 0;
  for (const word of CONFUSABLES.flatMap(line => line.split(' '))) {
    const [, gap = '', likes = '', run = '', length = '1'] = /^(\w+):([\w.]+)(?:([=+])(\w+))?$/.exec(word) ?? [];
    at += Number.parseInt(gap, 36);
    const points = likes.split('.').map(each => Number.parseInt(each, 36));
    for (let n = 0; n < Number.parseInt(length, 36); n++) {
      if (n > 0) at += 1;
      const shifted = run === '+' ? points.map(point => point + n) : points;
      map.set(String.fromCodePoint(at), String.fromCodePoint(...shifted));
    }
  }
  return map;
}

/**
 * Each character replaced by the one that stands for all that look like it (the skeleton of UTS 39). Twice: what stands
 * for a character may be several, which have their own likes once they are put in order.
 */
function likeness(text: string): string {
  return replaced(replaced(text.normalize('NFD')));
}

function replaced(text: string): string {
  prototypes ??= unpack();
  let result = '';
  for (const character of text) result += prototypes.get(character) ?? character;
  return result.normalize('NFD');
}

/** Upper case on the way: it knows what lower case alone keeps apart (a final sigma, a sharp s). */
function fold(text: string): string {
  const folded = text.normalize('NFKC').toLowerCase().toUpperCase().toLowerCase().normalize('NFKC');
  return folded.replace(/[_.-]+/g, '-');
}

/**
 * The looks of a name: without case and width; as its shapes; as its shapes without width. Separators make no difference,
 * and characters that draw nothing are not there. Of each shape the case goes last: I and l look alike, i and l do not.
 */
export function looksOf(name: string): ReadonlySet<string> {
  const drawn = name.replace(/\p{DI}/gu, '');
  return new Set([fold(drawn), fold(likeness(drawn)), fold(likeness(drawn.normalize('NFKC')))]);
}

/** Whether two names could be taken for each other. */
export function looksAlike(one: string, other: string): boolean {
  const looks = looksOf(other);
  return [...looksOf(one)].some(look => looks.has(look));
}
