// Room on disks that is kept for what is still to come: checked before the first byte, and against all others that were promised
// some.
import { TchatError } from '../errors.ts';
import type { HeldFolder } from './folder.ts';

export interface Claim {
  /** So much of it is on the disk now. */
  taken(bytes: number): void;
  /** The rest is not needed. Idempotent. */
  release(): void;
}

export class DiskRoom {
  /** By disk: what was promised and is not written. */
  readonly #promised = new Map<bigint, number>();

  /** Room for so many bytes, with so many left free beside them. Throws a TchatError `disk-full`, and what the system threw. */
  async claim(folder: HeldFolder, bytes: number, leave: number): Promise<Claim> {
    const { disk, path } = folder;
    const free = await folder.free();
    if (free - this.#of(disk) - bytes < leave) throw new TchatError('disk-full', { folder: path, reason: 'ENOSPC' });
    let left = bytes;
    const give = (count: number) => {
      const given = Math.min(count, left);
      left -= given;
      this.#promised.set(disk, this.#of(disk) - given);
    };
    this.#promised.set(disk, this.#of(disk) + bytes);
    return { taken: give, release: () => give(left) };
  }

  #of(disk: bigint): number {
    return this.#promised.get(disk) ?? 0;
  }
}
