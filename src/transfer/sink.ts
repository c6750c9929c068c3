// Receiving one file, or one folder: until all of it is here and its hash is right it is a part, in a folder that nobody else
// can look into; then it gets its name.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { TchatError } from '../errors.ts';
import { Arriving } from './arriving.ts';
import { thisBoot } from './boot.ts';
import type { Claim } from './disk-room.ts';
import { diskError, type HeldFolder } from './folder.ts';
import type { PartState } from './part.ts';
import { PartFile } from './part-file.ts';
import { PartTree } from './part-tree.ts';
import { type Placing, placeFile, placeTree } from './placing.ts';

/** What a journal keeps of what is being received; plain JSON. */
export interface SinkState extends PartState {
  readonly placing: Placing | null;
}

export interface Order {
  /** As its sender calls it. */
  readonly name: string;
  readonly folder: boolean;
  /** Bytes of the stream: more are refused. */
  readonly size: number;
  /** Of a file: its time, where it is to keep it. Milliseconds since 1970. */
  readonly modified: number | null;
  /** Whether it may be executable: a file then is, of a folder those files are that are so for their owner. */
  readonly executable: boolean;
  /** Remembers how far it is. `urgent`: on the disk when it returns; else soon. */
  readonly keep: (state: SinkState, urgent: boolean) => void | Promise<void>;
}

/** What was received, and is whole. */
export interface Placed {
  readonly name: string;
  readonly path: string;
}

/** Where it arrives: on one disk. */
export interface Place {
  readonly folder: HeldFolder;
  readonly parts: HeldFolder;
}

/** A part and how much of it is there. */
export interface Begun {
  readonly part: PartFile | PartTree;
  readonly length: number;
  readonly state: SinkState;
}

/** Rights of a new file, of which the umask is taken off here: the part itself is for its owner alone. */
const UMASK = process.umask();

export class Sink {
  readonly size: number;
  readonly #place: Place;
  readonly #order: Order;
  readonly #part: PartFile | PartTree;
  readonly #claim: Claim;
  readonly #arriving: Arriving;
  #state: SinkState;
  #over: Promise<void> | null = null;

  constructor(place: Place, order: Order, { part, length, state }: Begun, claim: Claim) {
    this.size = order.size;
    this.#place = place;
    this.#order = order;
    this.#part = part;
    this.#claim = claim;
    this.#state = state;
    const mark = (synced: number | null) => this.#keep(synced === null ? { boot: '' } : { synced }, synced === null);
    this.#arriving = new Arriving({ part, size: order.size, written: length, synced: state.synced, mark });
  }

  /** Bytes that are here: the stream goes on from there. */
  get written(): number {
    return this.#arriving.written;
  }

  /**
   * The next bytes; the caller may use their buffer again when it returns. One call at a time. Throws a TchatError
   * `file-too-long`, `folder-broken`, `disk-full`, `folder-unusable`.
   */
  async write(bytes: Uint8Array): Promise<void> {
    try {
      await this.#arriving.write(bytes);
      this.#claim.taken(bytes.length);
    } catch (error) {
      throw diskError(error, this.#place.folder.path);
    }
  }

  /**
   * All of it has come, and this is its SHA-256: it gets its name. Throws a TchatError `file-too-short`, after which it can
   * still go on; `file-hash`, after which nothing of it is left; `part-disturbed`, `disk-full`, `folder-unusable`.
   */
  async finish(hash: Uint8Array): Promise<Placed> {
    if (this.written < this.size) throw new TchatError('file-too-short', { size: this.size, written: this.written });
    try {
      const digest = await this.#arriving.digest();
      if (hash.length !== digest.length || !timingSafeEqual(hash, digest)) {
        await this.abort();
        throw new TchatError('file-hash');
      }
      await this.#arriving.settle();
      const name = await this.#settled();
      await this.suspend();
      return placedAt(this.#place.folder, name);
    } catch (error) {
      throw diskError(error, this.#place.folder.path);
    }
  }

  /** Stops, and leaves what is here, flushed, for going on later. Idempotent. */
  suspend(): Promise<void> {
    return this.#stop(true);
  }

  /** Stops, and takes away what is here. */
  async abort(): Promise<void> {
    await this.#stop(false);
    await this.#part.remove();
  }

  #stop(keep: boolean): Promise<void> {
    this.#claim.release();
    this.#over ??= this.#arriving.close(keep);
    return this.#over;
  }

  async #settled(): Promise<string> {
    const { folder, parts } = this.#place;
    const { name, modified, executable } = this.#order;
    const placing = { folder, name, keep: (placing: Placing) => this.#keep({ placing }, true) };
    if (this.#part instanceof PartTree) {
      await this.#part.seal();
      const placed = await placeTree(placing, this.#part);
      await this.#part.remove();
      return placed;
    }
    await this.#part.seal((executable ? 0o777 : 0o666) & ~UMASK, modified);
    return placeFile(placing, parts, this.#state.part, this.#part.inode);
  }

  #keep(change: Partial<SinkState>, urgent: boolean): void | Promise<void> {
    this.#state = { ...this.#state, ...change };
    return this.#order.keep(this.#state, urgent);
  }
}

/** A new part, of which the journal knows before there is anything of it. */
export async function begin(parts: HeldFolder, order: Order): Promise<Begun> {
  const name = `${randomBytes(16).toString('hex')}.part`;
  const state = { part: name, inode: '', boot: thisBoot(), synced: 0, placing: null };
  await order.keep(state, true);
  const part = order.folder ? await PartTree.create(parts, name, order) : await PartFile.create(parts, name);
  try {
    await parts.sync();
    const begun = { ...state, inode: part.inode };
    await order.keep(begun, true);
    return { part, length: 0, state: begun };
  } catch (error) {
    await part.remove().catch(() => {});
    throw error;
  }
}

/** What was left of it, as far as it can be trusted; else null. */
export async function resume(parts: HeldFolder, order: Order, left: SinkState): Promise<Begun | null> {
  const found = order.folder
    ? await PartTree.resume(parts, left, order)
    : await PartFile.resume(parts, left, order.size);
  if (!found) return null;
  const state = { ...left, boot: thisBoot(), placing: null };
  await order.keep(state, true);
  return { ...found, state };
}

/** What a process had finished that could not say so any more. */
export async function alreadyPlaced({ folder, parts }: Place, state: SinkState): Promise<Placed | null> {
  const { placing, part, inode } = state;
  if (placing === null || inode === '') return null;
  const there = await folder.stat(placing.name);
  if (!there) return null;
  if (String(there.ino) === inode) {
    await parts.removeAll(part);
    return placedAt(folder, placing.name);
  }
  // What only held the place: nothing has come there.
  if (String(there.ino) !== placing.inode) return null;
  if (there.isFile() && there.size === 0n) await folder.remove(placing.name);
  return null;
}

function placedAt(folder: HeldFolder, name: string): Placed {
  return { name, path: join(folder.path, name) };
}
