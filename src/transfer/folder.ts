// A folder that is held: opened once, and whatever is opened in it afterwards is opened in that very folder, wherever it has
// been moved and whatever stands in its place. Nothing is followed through a symbolic link, nothing is overwritten.
// Where a platform has no names below a descriptor, the folder and what was opened in it are looked at before and after.
import { type BigIntStats, constants } from 'node:fs';
import {
  type FileHandle,
  link,
  lstat,
  mkdir,
  open,
  readdir,
  realpath,
  rename,
  rmdir,
  statfs,
  unlink,
} from 'node:fs/promises';
import { join } from 'node:path';
import { TchatError } from '../errors.ts';

/** Flags that a platform lacks are 0 there. */
const { O_RDONLY, O_RDWR, O_CREAT, O_EXCL, O_NONBLOCK = 0, O_NOFOLLOW = 0, O_DIRECTORY = 0 } = constants;
/** A process's own descriptors by name: below the one of a folder, a path begins in that folder. */
const DESCRIPTORS = '/proc/self/fd';

export interface HeldOptions {
  /** Makes it, and what it stands in, with these rights where it is missing. */
  readonly make?: number;
  /** Whether names below a descriptor are used where there are any. */
  readonly byDescriptor?: boolean;
}

/** Whatever of it fails throws the system's own error, with its `code`; see diskError. Names are one component each. */
export class HeldFolder {
  /** Where it was when it was opened: to be shown, never opened where there is a better way. */
  readonly path: string;
  readonly #handle: FileHandle | null;
  readonly #dev: bigint;
  readonly #ino: bigint;
  readonly #byDescriptor: boolean;

  private constructor(path: string, handle: FileHandle | null, stats: BigIntStats, byDescriptor: boolean) {
    this.path = path;
    this.#handle = handle;
    this.#dev = stats.dev;
    this.#ino = stats.ino;
    this.#byDescriptor = byDescriptor;
  }

  /** The folder that a person named: links on the way there are theirs. Throws a TchatError `folder-unusable` or `disk-full`. */
  static async open(path: string, { make, byDescriptor = true }: HeldOptions = {}): Promise<HeldFolder> {
    try {
      if (make !== undefined) await mkdir(path, { recursive: true, mode: make });
      const real = await realpath(path);
      return await HeldFolder.#hold(real, real, byDescriptor && process.platform === 'linux');
    } catch (error) {
      throw diskError(error, path);
    }
  }

  static async #hold(place: string, path: string, byDescriptor: boolean): Promise<HeldFolder> {
    // Windows opens no folders.
    const handle = process.platform === 'win32' ? null : await open(place, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    try {
      const stats = await (handle?.stat({ bigint: true }) ?? lstat(place, { bigint: true }));
      if (!stats.isDirectory()) throw failure('ENOTDIR', path);
      const below = byDescriptor && handle !== null && (await leadsHere(`${DESCRIPTORS}/${handle.fd}/.`, stats));
      return new HeldFolder(path, handle, stats, below);
    } catch (error) {
      await handle?.close();
      throw error;
    }
  }

  /** A folder in it. With `make` it may be there already, and is made with these rights where it is not. */
  async folder(name: string, make?: number): Promise<HeldFolder> {
    const place = await this.#at(name);
    if (make !== undefined) {
      await mkdir(place, { mode: make }).catch(error => {
        if (codeOf(error) !== 'EEXIST') throw error;
      });
    }
    const folder = await HeldFolder.#hold(place, join(this.path, name), this.#byDescriptor);
    return this.#sure(folder, folder.#dev, folder.#ino, name);
  }

  /** A new folder, for which nothing else may stand there (EEXIST). */
  async makeFolder(name: string, rights: number): Promise<void> {
    await mkdir(await this.#at(name), { mode: rights });
  }

  /** A new file, for which nothing else may stand there (EEXIST). */
  async create(name: string, rights: number): Promise<FileHandle> {
    return this.#open(name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, rights);
  }

  /** A file that is there: no link (ELOOP), and nothing else that is no file (EINVAL). */
  async open(name: string, write: boolean): Promise<FileHandle> {
    const handle = await this.#open(name, (write ? O_RDWR : O_RDONLY) | O_NOFOLLOW | O_NONBLOCK);
    if ((await handle.stat()).isFile()) return handle;
    await handle.close();
    throw failure('EINVAL', name);
  }

  async #open(name: string, flags: number, rights?: number): Promise<FileHandle> {
    const handle = await open(await this.#at(name), flags, rights);
    if (this.#byDescriptor) return handle;
    try {
      const { dev, ino } = await handle.stat({ bigint: true });
      return await this.#sure(handle, dev, ino, name);
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /** What stands there, a link as such; null where nothing does. */
  async stat(name: string): Promise<BigIntStats | null> {
    try {
      return await lstat(await this.#at(name), { bigint: true });
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    }
  }

  async names(): Promise<string[]> {
    return readdir(await this.#whole());
  }

  /** Another name for a file of this folder, in a folder of the same disk; nothing may stand there (EEXIST). */
  async link(name: string, to: HeldFolder, as: string): Promise<void> {
    await link(await this.#at(name), await to.#at(as));
  }

  /** Moves, for a file to where the caller has put one of its own, which it replaces. */
  async move(name: string, to: HeldFolder, over: string): Promise<void> {
    await rename(await this.#at(name), await to.#at(over));
  }

  /** A file, or a link itself. One that is not there is as good as removed. */
  async remove(name: string): Promise<void> {
    await unlink(await this.#at(name)).catch(unlessGone);
  }

  /** A folder, when nothing is in it. */
  async removeFolder(name: string): Promise<void> {
    await rmdir(await this.#at(name)).catch(unlessGone);
  }

  /** Whatever bears the name, with all that is in it; through no link. */
  async removeAll(name: string): Promise<void> {
    const stats = await this.stat(name);
    if (!stats?.isDirectory()) return this.remove(name);
    const inner = await this.folder(name);
    try {
      for (const each of await inner.names()) await inner.removeAll(each);
    } finally {
      await inner.close();
    }
    await this.removeFolder(name);
  }

  /** Bytes that this process may still write on its disk. */
  async free(): Promise<number> {
    const { bavail, bsize } = await statfs(await this.#whole());
    return bavail * bsize;
  }

  /** Closes it to others. Not every file system knows rights; what belongs to somebody else is refused (EPERM). */
  async makePrivate(): Promise<void> {
    const stats = await this.#handle?.stat();
    if (!stats || typeof process.getuid !== 'function') return;
    if (stats.uid !== process.getuid()) throw failure('EPERM', this.path);
    if ((stats.mode & 0o077) !== 0) await this.#handle?.chmod(0o700);
  }

  /** Names that were given or taken are on the disk when this returns. */
  async sync(): Promise<void> {
    await this.#handle?.sync().catch(error => {
      // Some network disks know no such thing for folders.
      if (codeOf(error) !== 'EINVAL') throw error;
    });
  }

  /** The number of the disk that it is on, as this start of the system counts them. */
  get disk(): bigint {
    return this.#dev;
  }

  get inode(): bigint {
    return this.#ino;
  }

  async close(): Promise<void> {
    await this.#handle?.close();
  }

  async #at(name: string): Promise<string> {
    if (!isComponent(name)) throw failure('EINVAL', name);
    return join(await this.#whole(), name);
  }

  async #whole(): Promise<string> {
    if (this.#byDescriptor && this.#handle !== null) return `${DESCRIPTORS}/${this.#handle.fd}`;
    if (await leadsHere(this.path, { dev: this.#dev, ino: this.#ino })) return this.path;
    throw failure('ENOTDIR', this.path);
  }

  /** Without names below descriptors: that what was opened is what stands in this folder under this name. */
  async #sure<T extends { close(): Promise<void> }>(opened: T, dev: bigint, ino: bigint, name: string): Promise<T> {
    if (this.#byDescriptor || (await leadsHere(await this.#at(name), { dev, ino }))) return opened;
    await opened.close();
    throw failure('ELOOP', name);
  }
}

/** Folders below one, entered step by step; those on the way to the last one stay open. One call at a time. */
export class Steps {
  readonly #root: HeldFolder;
  #taken: { readonly name: string; readonly folder: HeldFolder }[] = [];

  constructor(root: HeldFolder) {
    this.#root = root;
  }

  /** With `make` the folders on the way are made with these rights where they are missing. It is open until the next call. */
  async enter(path: readonly string[], make?: number): Promise<HeldFolder> {
    const other = path.findIndex((name, at) => this.#taken[at]?.name !== name);
    await this.#back(other < 0 ? path.length : other);
    for (const name of path.slice(this.#taken.length)) {
      this.#taken.push({ name, folder: await this.#last.folder(name, make) });
    }
    return this.#last;
  }

  async close(): Promise<void> {
    await this.#back(0);
  }

  get #last(): HeldFolder {
    return this.#taken.at(-1)?.folder ?? this.#root;
  }

  async #back(depth: number): Promise<void> {
    for (const { folder } of this.#taken.splice(depth)) await folder.close();
  }
}

async function leadsHere(path: string, { dev, ino }: { readonly dev: bigint; readonly ino: bigint }): Promise<boolean> {
  const found = await lstat(path, { bigint: true }).catch(() => null);
  return found !== null && found.dev === dev && found.ino === ino;
}

/** Whether a name is one component that leads neither up nor anywhere else. */
function isComponent(name: string): boolean {
  return (
    name !== '' &&
    name !== '.' &&
    name !== '..' &&
    !/[/\0]/.test(name) &&
    (process.platform !== 'win32' || !/[\\:]/.test(name))
  );
}

function failure(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${path}`), { code, path });
}

export function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? '');
}

function unlessGone(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error;
}

const FULL = new Set(['ENOSPC', 'EDQUOT']);

/** What the file system threw about a folder or what is in it, as a TchatError `disk-full` or `folder-unusable`. */
export function diskError(error: unknown, folder: string): TchatError {
  if (error instanceof TchatError) return error;
  const reason = codeOf(error) || (error instanceof Error ? error.message : String(error));
  return new TchatError(FULL.has(reason) ? 'disk-full' : 'folder-unusable', { folder, reason }, error);
}
