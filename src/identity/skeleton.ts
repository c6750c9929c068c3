// What a name looks like: two names with the same skeleton cannot both live on a server.
import { foldName } from '../chat/text.ts';

/** The skeleton of a valid name: width, case, composition and separators make no difference. */
export function skeletonOf(name: string): string {
  return foldName(name).replace(/[_.-]+/g, '-');
}
