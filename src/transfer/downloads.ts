// A folder into which files are received.
import { join } from 'node:path';
import { DOWNLOADS_LEAVE } from '../limits.ts';
import type { DiskRoom } from './disk-room.ts';
import { diskError, HeldFolder } from './folder.ts';
import { alreadyPlaced, begin, type Order, type Placed, resume, Sink, type SinkState } from './sink.ts';

/** Parts are in here, within the folder: on the same disk, so that a finished file needs only a name. */
const PARTS = '.tchat-parts';

export interface DownloadsOptions {
  /** Bytes that stay free on the disk. */
  readonly leave?: number;
  /** See HeldOptions. */
  readonly byDescriptor?: boolean;
}

/** A folder into which files are received. One instance for a folder: room on its disk is kept for all that arrives. */
export class Downloads {
  readonly #folder: HeldFolder;
  readonly #parts: HeldFolder;
  readonly #leave: number;
  readonly #room: DiskRoom;

  private constructor(folder: HeldFolder, parts: HeldFolder, room: DiskRoom, leave: number) {
    this.#folder = folder;
    this.#parts = parts;
    this.#room = room;
    this.#leave = leave;
  }

  /** Makes the folder where it is missing. Throws a TchatError `folder-unusable` or `disk-full`. */
  static async open(path: string, room: DiskRoom, options: DownloadsOptions = {}): Promise<Downloads> {
    const { leave = DOWNLOADS_LEAVE, byDescriptor = true } = options;
    const folder = await HeldFolder.open(path, { make: 0o777, byDescriptor });
    try {
      const parts = await folder.folder(PARTS, 0o700);
      try {
        await parts.makePrivate();
        return new Downloads(folder, parts, room, leave);
      } catch (error) {
        await parts.close();
        throw error;
      }
    } catch (error) {
      await folder.close();
      throw diskError(error, join(path, PARTS));
    }
  }

  /** Where it is, whole. */
  get path(): string {
    return this.#folder.path;
  }

  /**
   * Begins to receive something, or goes on with it: with what was kept of it last. Where nothing of that can be trusted it
   * begins anew. Throws a TchatError `disk-full` before anything is written, `folder-unusable`.
   */
  async receive(order: Order, state: SinkState | null): Promise<Receiving> {
    const place = { folder: this.#folder, parts: this.#parts };
    try {
      const placed = state === null ? null : await alreadyPlaced(place, state);
      if (placed !== null) return { placed, sink: null };
      const left = state === null ? null : await resume(this.#parts, order, state);
      if (state !== null && left === null) await this.#parts.removeAll(state.part);
      try {
        const claim = await this.#room.claim(this.#folder, order.size - (left?.length ?? 0), this.#leave);
        try {
          return { placed: null, sink: new Sink(place, order, left ?? (await begin(this.#parts, order)), claim) };
        } catch (error) {
          claim.release();
          throw error;
        }
      } catch (error) {
        await left?.part.close();
        throw error;
      }
    } catch (error) {
      throw diskError(error, this.path);
    }
  }

  /** Takes away what is left of something that nobody wants any more. */
  async discard(state: SinkState): Promise<void> {
    await this.#parts.removeAll(state.part);
  }

  async close(): Promise<void> {
    await this.#parts.close();
    await this.#folder.close();
  }
}

/** Something that is to be received, or that was received already before the restart. */
export type Receiving =
  | { readonly placed: Placed; readonly sink: null }
  | { readonly placed: null; readonly sink: Sink };
