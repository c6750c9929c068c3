// Somebody who fills a file of the server's spool.
import { timingSafeEqual } from 'node:crypto';
import { TchatError } from '../errors.ts';
import { Arriving } from './arriving.ts';
import type { Claim } from './disk-room.ts';
import { diskError } from './folder.ts';
import type { PartFile } from './part-file.ts';
import type { SpoolNote } from './spool-note.ts';

/** A file of the spool, in memory. */
export interface Kept {
  note: SpoolNote;
  /** Bytes that are here. */
  written: number;
  /** Who fills it. */
  writer: SpoolWriter | null;
  /** Somebody is about to. */
  coming: boolean;
}

/** What the spool does for its writers. */
interface Home {
  readonly claim: Claim;
  readonly note: (change: Partial<SpoolNote>) => Promise<void>;
  readonly complete: (hash: Uint8Array) => Promise<void>;
  readonly drop: () => Promise<void>;
}

/** Throws TchatErrors: `transfer-closed` when somebody else goes on with the file, or nobody may any more; see spoolError. */
export class SpoolWriter {
  readonly size: number;
  readonly #kept: Kept;
  readonly #home: Home;
  readonly #arriving: Arriving;
  #over: Promise<void> | null = null;

  constructor(kept: Kept, part: PartFile, home: Home) {
    const { written, note } = kept;
    this.size = note.size;
    this.#kept = kept;
    this.#home = home;
    const mark = (synced: number | null) => home.note(synced === null ? { boot: '' } : { synced });
    this.#arriving = new Arriving({ part, size: note.size, written, synced: note.synced, mark });
  }

  /** Bytes that are here: it goes on from there. */
  get written(): number {
    return this.#arriving.written;
  }

  /** The next bytes, whose buffer may be used again when it returns. One call at a time. Throws a TchatError `file-too-long`. */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      await this.#arriving.write(bytes);
      this.#kept.written = this.written;
      this.#home.claim.taken(bytes.length);
    } catch (error) {
      throw spoolError(error);
    }
  }

  /**
   * All of it has come, and this is its SHA-256: it is on the disk when this returns, and can be read. Throws a TchatError
   * `file-too-short`, after which it can still go on, or `file-hash`, after which nothing of it is left.
   */
  async complete(hash: Uint8Array): Promise<void> {
    if (this.#over) throw new TchatError('transfer-closed');
    const { size, written } = this;
    if (written < size) throw new TchatError('file-too-short', { size, written });
    try {
      const digest = await this.#arriving.digest();
      if (hash.length !== digest.length || !timingSafeEqual(hash, digest)) {
        await this.abort();
        throw new TchatError('file-hash');
      }
      await this.#arriving.settle();
    } catch (error) {
      throw spoolError(error);
    }
    await this.#home.complete(hash);
  }

  /** Stops, and leaves what is here, flushed; only that counts from now on. Idempotent. */
  suspend(): Promise<void> {
    return this.stop(true);
  }

  /** The same, and with `keep` false nothing of it is wanted any more. */
  stop(keep: boolean): Promise<void> {
    this.#over ??= this.#stop(keep);
    return this.#over;
  }

  /** Stops, and takes away what is here, unless somebody else goes on with it. */
  async abort(): Promise<void> {
    await this.#home.drop();
  }

  async #stop(keep: boolean): Promise<void> {
    this.#home.claim.release();
    await this.#arriving.close(keep);
    if (this.#kept.writer === this) this.#kept.writer = null;
  }
}

/** What the disk threw, without the names of its folders: `storage-full` or `storage-failed`. */
export function spoolError(error: unknown): TchatError {
  if (error instanceof TchatError) return error;
  const { code, params } = diskError(error, '');
  return new TchatError(
    code === 'disk-full' ? 'storage-full' : 'storage-failed',
    { reason: params['reason'] ?? '' },
    error,
  );
}
