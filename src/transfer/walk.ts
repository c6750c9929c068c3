// All that is in a folder which is to be sent: its files and the folders that are empty, in one order. No link is followed.
import { type BigIntStats, constants } from 'node:fs';
import { access, lstat, open, readdir } from 'node:fs/promises';
import { TchatError } from '../errors.ts';
import { FOLDER_DEPTH, MANIFEST_ENTRIES } from '../limits.ts';
import type { ManifestEntry } from '../protocol/manifest.ts';
import { codeOf } from './folder.ts';

/** A file as it was seen: when one of these differs, it is another file, or has other bytes. */
export interface Seen {
  readonly size: number;
  readonly inode: bigint;
  /** Nanoseconds. */
  readonly changed: bigint;
  readonly executable: boolean;
}

export interface WalkedFile extends Seen {
  /** A path; as bytes, since a name need not be text. */
  readonly place: string | Buffer;
}

/** What is not sent: a link, something that is no file (a socket, a pipe, a device), or what may not be read. */
export interface LeftOut {
  readonly path: string;
  readonly why: 'link' | 'special' | 'unreadable';
}

export interface Walked {
  readonly entries: readonly ManifestEntry[];
  /** Those of the entries that are files, in the same order. */
  readonly files: readonly WalkedFile[];
  readonly left: readonly LeftOut[];
}

/** Files of a folder that are looked at side by side. */
const AT_ONCE = 32;
const SLASH = Buffer.from('/');
const FOLDER = constants.O_RDONLY | (constants.O_DIRECTORY ?? 0) | (constants.O_NOFOLLOW ?? 0);
/** A process's own descriptors by name, where there are such names. */
const BELOW = process.platform === 'linux' ? '/proc/self/fd' : null;

export function seenOf(stats: BigIntStats): Seen {
  const { size, ino, mtimeNs, mode } = stats;
  return { size: Number(size), inode: ino, changed: mtimeNs, executable: (mode & 0o111n) !== 0n };
}

/** Throws a TchatError `folder-too-large` for more files, or folders within folders, than are sent; what the system threw of the folder itself. */
export async function walk(folder: string): Promise<Walked> {
  const entries: ManifestEntry[] = [];
  const files: WalkedFile[] = [];
  const left: LeftOut[] = [];
  const whole = Buffer.from(folder);
  await step(whole, whole, []);
  return { entries, files, left };

  /** `place`: where it is; `from`: the same, but below the descriptor of the folder that it is in. */
  async function step(place: Buffer, from: Buffer, path: readonly string[]): Promise<void> {
    if (path.length > FOLDER_DEPTH - 1) throw new TchatError('folder-too-deep', { limit: FOLDER_DEPTH });
    // Windows opens no folders. Elsewhere a link that has taken its place meanwhile is not followed.
    if (process.platform === 'win32') return list(place, from, path);
    const handle = await open(from, FOLDER);
    try {
      await list(place, BELOW === null ? from : Buffer.from(`${BELOW}/${handle.fd}`), path);
    } finally {
      await handle.close();
    }
  }

  async function list(place: Buffer, here: Buffer, path: readonly string[]): Promise<void> {
    const names = (await readdir(here, { encoding: 'buffer' })).sort(Buffer.compare);
    if (names.length === 0 && path.length > 0) add({ path, size: null, modified: null, executable: false });
    for (let at = 0; at < names.length; at += AT_ONCE) {
      const some = names.slice(at, at + AT_ONCE).map(async name => {
        const from = Buffer.concat([here, SLASH, name]);
        const inner = { place: Buffer.concat([place, SLASH, name]), path: [...path, name.toString()] };
        return { from, ...inner, ...(await look(from)) };
      });
      for (const { from, place: inner, path: below, stats, why } of await Promise.all(some)) {
        if (why === 'gone') continue;
        if (why !== null) left.push({ path: below.join('/'), why });
        else if (stats.isDirectory()) await step(inner, from, below);
        else file(inner, below, stats);
      }
    }
  }

  function file(place: Buffer, path: readonly string[], stats: BigIntStats): void {
    const seen = seenOf(stats);
    add({
      path,
      size: seen.size,
      modified: Math.max(0, Math.floor(Number(stats.mtimeMs))),
      executable: seen.executable,
    });
    files.push({ ...seen, place });
  }

  function add(entry: ManifestEntry): void {
    if (entries.length >= MANIFEST_ENTRIES) throw new TchatError('folder-too-large', { limit: MANIFEST_ENTRIES });
    entries.push(entry);
  }
}

type Look =
  | { readonly stats: BigIntStats; readonly why: null }
  | { readonly stats: null; readonly why: LeftOut['why'] | 'gone' };

async function look(place: Buffer): Promise<Look> {
  try {
    const stats = await lstat(place, { bigint: true });
    if (stats.isSymbolicLink()) return { stats: null, why: 'link' };
    if (!stats.isFile() && !stats.isDirectory()) return { stats: null, why: 'special' };
    // A folder is read and passed through.
    await access(place, stats.isDirectory() ? constants.R_OK | constants.X_OK : constants.R_OK);
    return { stats, why: null };
  } catch (error) {
    return { stats: null, why: codeOf(error) === 'ENOENT' ? 'gone' : 'unreadable' };
  }
}
