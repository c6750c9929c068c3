// Giving what has arrived its name: never that of something that is there, and all of it at once or not at all. What is about to
// be done is kept before it is done, so that a restart finds out how far it came.

import { TchatError } from '../errors.ts';
import { NAMES_TRIED } from '../limits.ts';
import { codeOf, type HeldFolder } from './folder.ts';
import type { PartTree } from './part-tree.ts';
import { formOf, numbered, safeName, shortened } from './safe-name.ts';

/** Where something is being put, for a journal. */
export interface Placing {
  readonly name: string;
  /** Inode of what stands there: of the finished file itself, or of what only holds its place. */
  readonly inode: string;
}

export interface PlaceOrder {
  readonly folder: HeldFolder;
  /** As its sender calls it. */
  readonly name: string;
  /** On the disk when it returns. */
  readonly keep: (placing: Placing) => void | Promise<void>;
}

/** File systems that know no second name for a file say one of these. */
const NO_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK', 'EINVAL', 'EACCES']);
const TAKEN = new Set(['EEXIST', 'ENOTEMPTY', 'EISDIR', 'ENOTDIR']);
/** Bytes of a name on file systems that encrypt names. */
const SHORT = 140;

/** The file that bears a name among the parts gets one in the folder. Gives that name. */
export async function placeFile(order: PlaceOrder, parts: HeldFolder, part: string, inode: string): Promise<string> {
  return firstFree(order, async name => {
    await order.keep({ name, inode });
    try {
      await parts.link(part, order.folder, name);
    } catch (error) {
      if (!NO_LINKS.has(codeOf(error))) throw error;
      // An empty file of our own holds the name until the whole one takes its place.
      const holder = await order.folder.create(name, 0o600);
      const { ino } = await holder.stat({ bigint: true });
      await holder.close();
      await order.keep({ name, inode: String(ino) });
      await parts.move(part, order.folder, name);
    }
    await surely(order.folder, name, inode);
    await order.folder.sync();
    await parts.remove(part);
  });
}

/** The folder of a part gets its name, with all that is in it. A rename takes the place of an empty folder at most. */
export async function placeTree(order: PlaceOrder, part: PartTree): Promise<string> {
  return firstFree(order, async name => {
    if (await order.folder.stat(name)) throw taken(name);
    await order.keep({ name, inode: part.inode });
    await part.moveTo(order.folder, name);
    await surely(order.folder, name, part.inode);
    await order.folder.sync();
  });
}

function taken(name: string): NodeJS.ErrnoException {
  return Object.assign(new Error(name), { code: 'EEXIST' });
}

async function firstFree({ folder, name }: PlaceOrder, take: (name: string) => Promise<void>): Promise<string> {
  const borne = new Set((await folder.names()).map(formOf));
  let base = safeName(name);
  for (let number = 0; number < NAMES_TRIED; number++) {
    const candidate = numbered(base, number);
    if (borne.has(formOf(candidate))) continue;
    try {
      await take(candidate);
      return candidate;
    } catch (error) {
      if (codeOf(error) === 'ENAMETOOLONG' && base !== shortened(base, SHORT)) base = shortened(base, SHORT);
      else if (!TAKEN.has(codeOf(error))) throw error;
    }
  }
  throw new TchatError('file-exists', { file: base });
}

/** What stands there now is what was put there; something else goes again. */
async function surely(folder: HeldFolder, name: string, inode: string): Promise<void> {
  const found = await folder.stat(name);
  if (found && String(found.ino) === inode) return;
  if (found && !found.isDirectory()) await folder.remove(name);
  throw new TchatError('part-disturbed', { folder: folder.path });
}
