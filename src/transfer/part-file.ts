// A stream that becomes one file: its part is that file, under another name.
import type { BigIntStats } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { isThisBoot } from './boot.ts';
import type { HeldFolder } from './folder.ts';
import type { Part, PartState, Resumed } from './part.ts';

export class PartFile implements Part {
  readonly inode: string;
  readonly #folder: HeldFolder;
  readonly #name: string;
  readonly #handle: FileHandle;
  #closed = false;

  private constructor(folder: HeldFolder, name: string, handle: FileHandle, inode: string) {
    this.#folder = folder;
    this.#name = name;
    this.#handle = handle;
    this.inode = inode;
  }

  /** An empty one. Throws what the system threw. */
  static async create(folder: HeldFolder, name: string): Promise<PartFile> {
    const handle = await folder.create(name, 0o600);
    const { ino } = await handle.stat({ bigint: true });
    return new PartFile(folder, name, handle, String(ino));
  }

  /**
   * The one that was left behind, cut to what is certain to be there; null where it is gone, or something else bears its name:
   * a link, a file that has a second name, is not ours, is longer than it may be or shorter than it was.
   */
  static async resume(folder: HeldFolder, state: PartState, size: number): Promise<Resumed<PartFile> | null> {
    const handle = await folder.open(state.part, true).catch(() => null);
    if (!handle) return null;
    try {
      const stats = await handle.stat({ bigint: true });
      const there = Number(stats.size);
      if (String(stats.ino) === state.inode && isOurs(stats) && there <= size && there >= state.synced) {
        const length = isThisBoot(state.boot) ? there : state.synced;
        await handle.truncate(length);
        return { part: new PartFile(folder, state.part, handle, state.inode), length };
      }
    } catch {
      // A disk that does not let it be read or cut holds nothing to go on with.
    }
    await handle.close();
    return null;
  }

  async append(position: number, bytes: Uint8Array): Promise<void> {
    await writeAll(this.#handle, bytes, position);
  }

  async read(position: number, buffer: Uint8Array): Promise<number> {
    return (await this.#handle.read(buffer, 0, buffer.length, position)).bytesRead;
  }

  async sync(): Promise<void> {
    await this.#handle.datasync();
  }

  /** Rights and time of the finished file, which is on the disk with them when this returns. */
  async seal(rights: number, modified: number | null): Promise<void> {
    await this.#handle.chmod(rights);
    if (modified !== null) await this.#handle.utimes(modified / 1000, modified / 1000);
    await this.#handle.sync();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#handle.close();
  }

  async remove(): Promise<void> {
    await this.close();
    await this.#folder.remove(this.#name);
  }
}

/** A file that has no second name and no other owner. */
export function isOurs({ nlink, uid }: BigIntStats): boolean {
  return nlink === 1n && (typeof process.getuid !== 'function' || Number(uid) === process.getuid());
}

/** A call may write less than it was given. */
export async function writeAll(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
