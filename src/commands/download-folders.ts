// The folders into which a client receives: each is opened once, and they share what is free on their disks.
import { DiskRoom } from '../transfer/disk-room.ts';
import { Downloads } from '../transfer/downloads.ts';

export class DownloadFolders {
  readonly #room = new DiskRoom();
  readonly #open = new Map<string, Promise<Downloads>>();

  /** Makes the folder where it is missing. Throws a TchatError. */
  open(path: string): Promise<Downloads> {
    const known = this.#open.get(path) ?? Downloads.open(path, this.#room);
    this.#open.set(path, known);
    // A folder that could not be used may be usable later.
    known.catch(() => this.#open.delete(path));
    return known;
  }
}
