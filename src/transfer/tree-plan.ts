// Where the files of a folder stand in its stream, and under which names they come to be here. Pure.
import { TchatError } from '../errors.ts';
import { decodeManifest, type ManifestEntry } from '../protocol/manifest.ts';
import { safePaths } from './safe-name.ts';

/** A file of a folder, or a folder in it that is empty. */
export interface Planned {
  /** From the folder down, without its own name: safe names. */
  readonly folder: readonly string[];
  readonly name: string;
  /** Where its bytes begin in the stream, and end. */
  readonly start: number;
  readonly end: number;
  readonly isFolder: boolean;
  /** Milliseconds since 1970. */
  readonly modified: number | null;
  readonly executable: boolean;
}

/**
 * From the list as it came, without its length, in a stream of so many bytes of which the first `head` are the list. Throws a
 * TchatError `folder-broken` unless it is one, and the stream as long as it says.
 */
export function planOf(list: Uint8Array, head: number, size: number): readonly Planned[] {
  const entries = decoded(list);
  const paths = safePaths(entries.map(({ path }) => path));
  let start = head;
  const plan = entries.map(({ size: bytes, modified, executable }, at) => {
    const path = paths[at] ?? [];
    const planned = { folder: path.slice(0, -1), name: path.at(-1) ?? '', start, end: start + (bytes ?? 0) };
    start = planned.end;
    return { ...planned, isFolder: bytes === null, modified, executable };
  });
  if (start !== size) throw broken(`${start} bytes`);
  return plan;
}

function decoded(list: Uint8Array): readonly ManifestEntry[] {
  try {
    return decodeManifest(list);
  } catch (error) {
    throw broken('list', error);
  }
}

export function broken(what: string, cause?: unknown): TchatError {
  return new TchatError('folder-broken', { what }, cause);
}

/** The last entry that begins at a position or before it, among those that have bytes. */
export function plannedAt(plan: readonly Planned[], position: number): number {
  let low = 0;
  let high = plan.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((plan[middle] as Planned).end > position) high = middle;
    else low = middle + 1;
  }
  return low;
}
