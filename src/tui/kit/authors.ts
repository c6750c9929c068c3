// The colour of a person: from the name alone, so that it is the same on every screen and every day.
import type { Token } from './tokens.ts';

const AUTHORS = [
  'author-1',
  'author-2',
  'author-3',
  'author-4',
  'author-5',
  'author-6',
  'author-7',
  'author-8',
] as const satisfies readonly Token[];

/** The token of a name (FNV-1a over its lower-case UTF-16 units). */
export function authorToken(name: string): Token {
  let hash = 0x811c9dc5;
  for (const unit of name.toLowerCase()) hash = Math.imul(hash ^ (unit.codePointAt(0) ?? 0), 0x01000193);
  // The lowest bits of FNV alone are poorly mixed for names that differ in the last letter.
  return AUTHORS[((hash ^ (hash >>> 15)) >>> 0) % AUTHORS.length]!;
}
