// What a name looks like: two names with the same skeleton cannot both live on a server.
import { foldName } from '../chat/text.ts';

/**
 * The skeleton of a valid name: width, case, composition and separators make no difference. Upper case first: it knows
 * what lower case alone keeps apart (a final sigma, a sharp s).
 */
export function skeletonOf(name: string): string {
  return foldName(foldName(name).toUpperCase()).replace(/[_.-]+/g, '-');
}
