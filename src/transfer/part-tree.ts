// A stream that becomes a folder: the list of its files, and then their bytes. Its part is a folder that holds the list as it
// came (`list`), and what becomes the folder itself (`tree`), where all names are safe ones.
import type { FileHandle } from 'node:fs/promises';
import { MANIFEST_BYTES } from '../limits.ts';
import { MANIFEST_HEADER, manifestLength } from '../protocol/manifest.ts';
import { isThisBoot } from './boot.ts';
import { codeOf, type HeldFolder, Steps } from './folder.ts';
import type { Part, PartState, Resumed } from './part.ts';
import { isOurs, writeAll } from './part-file.ts';
import { broken, type Planned, plannedAt, planOf } from './tree-plan.ts';

const LIST = 'list';
const TREE = 'tree';
/** Files that are flushed side by side: the disk puts them together. */
const FLUSHED_AT_ONCE = 8;
/** The system takes the umask off. Until it is finished nobody else comes as far. */
const FOLDER_RIGHTS = 0o777;

export interface PartTreeOptions {
  /** Bytes of the whole stream. */
  readonly size: number;
  /** Whether those files become executable that are so for their owner. */
  readonly executable: boolean;
}

interface Held {
  readonly parts: HeldFolder;
  /** The part's own folder. */
  readonly own: HeldFolder;
  readonly tree: HeldFolder;
  readonly list: FileHandle;
}

export class PartTree implements Part {
  readonly inode: string;
  readonly #name: string;
  readonly #held: Held;
  readonly #options: PartTreeOptions;
  readonly #writing: Steps;
  readonly #reading: Steps;
  readonly #syncing: Steps;
  /** Where the list ends in the stream, as soon as its length is here, and what it says, when all of it is. */
  #head: number | null = null;
  #plan: readonly Planned[] | null = null;
  /** The entry that comes next, or the one that is being written. */
  #index = 0;
  #current: FileHandle | null = null;
  #read: { readonly index: number; readonly handle: FileHandle } | null = null;
  /** What is finished and not flushed. */
  #unsynced: Planned[] = [];
  /** Folders with names that are not flushed. */
  #renamed = new Map<string, readonly string[]>();
  #closed = false;

  private constructor(name: string, held: Held, options: PartTreeOptions) {
    this.inode = String(held.tree.inode);
    this.#name = name;
    this.#held = held;
    this.#options = options;
    this.#writing = new Steps(held.tree);
    this.#reading = new Steps(held.tree);
    this.#syncing = new Steps(held.tree);
  }

  /** An empty one. Throws what the system threw. */
  static async create(parts: HeldFolder, name: string, options: PartTreeOptions): Promise<PartTree> {
    await parts.makeFolder(name, 0o700);
    const own = await parts.folder(name);
    await own.makeFolder(TREE, FOLDER_RIGHTS);
    const tree = await own.folder(TREE);
    const list = await own.create(LIST, 0o600);
    await own.sync();
    return new PartTree(name, { parts, own, tree, list }, options);
  }

  /** The one that was left behind, cut to what is certain to be there; null where it is gone, or not what was left. */
  static async resume(
    parts: HeldFolder,
    state: PartState,
    options: PartTreeOptions,
  ): Promise<Resumed<PartTree> | null> {
    const held = await hold(parts, state.part);
    if (!held) return null;
    const part = new PartTree(state.part, held, options);
    try {
      const certain = isThisBoot(state.boot) ? options.size : state.synced;
      const length = part.inode === state.inode ? await part.#find(certain, state.synced) : null;
      if (length !== null && length >= state.synced) return { part, length };
    } catch {
      // What cannot be read or cut holds nothing to go on with.
    }
    await part.close();
    return null;
  }

  async append(position: number, bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const at = position + done;
      const rest = bytes.subarray(done);
      done += this.#plan === null ? await this.#appendList(at, rest) : await this.#appendFile(at, rest, this.#plan);
    }
  }

  async read(position: number, buffer: Uint8Array): Promise<number> {
    if (this.#plan === null || position < (this.#head ?? 0)) {
      return (await this.#held.list.read(buffer, 0, buffer.length, position)).bytesRead;
    }
    const index = plannedAt(this.#plan, position);
    const planned = this.#plan[index];
    if (!planned) return 0;
    if (this.#read?.index !== index) {
      await this.#read?.handle.close();
      this.#read = null;
      const folder = await this.#reading.enter(planned.folder);
      this.#read = { index, handle: await folder.open(planned.name, false) };
    }
    return (await this.#read.handle.read(buffer, 0, buffer.length, position - planned.start)).bytesRead;
  }

  async sync(): Promise<void> {
    const finished = this.#unsynced.splice(0);
    const folders = this.#renamed;
    this.#renamed = new Map();
    // Begun before anything else happens: the file may be finished, and closed, while the others are flushed.
    const current = Promise.all([this.#current?.datasync(), this.#held.list.datasync()]);
    current.catch(() => {});
    for (let at = 0; at < finished.length; at += FLUSHED_AT_ONCE) {
      const opened: FileHandle[] = [];
      for (const { folder, name } of finished.slice(at, at + FLUSHED_AT_ONCE)) {
        opened.push(await (await this.#syncing.enter(folder)).open(name, true));
      }
      await Promise.all(opened.map(handle => handle.datasync().finally(() => handle.close())));
    }
    await current;
    for (const folder of folders.values()) await (await this.#syncing.enter(folder)).sync();
  }

  /** All names of it are on the disk when this returns. Throws a TchatError `folder-broken` unless all of it is here. */
  async seal(): Promise<void> {
    const plan = this.#plan;
    if (plan === null || this.#index < plan.length) throw broken('end');
    await this.sync();
    await this.#held.own.sync();
  }

  /** Moves the folder to where nothing is that has anything in it (ENOTEMPTY, EEXIST, ENOTDIR). */
  async moveTo(to: HeldFolder, name: string): Promise<void> {
    await this.#held.own.move(TREE, to, name);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const handle of [this.#current, this.#read?.handle, this.#held.list]) await handle?.close();
    for (const steps of [this.#writing, this.#reading, this.#syncing]) await steps.close();
    await this.#held.tree.close();
    await this.#held.own.close();
  }

  async remove(): Promise<void> {
    await this.close();
    await this.#held.parts.removeAll(this.#name);
  }

  /** Takes of the list what is there of it, its length first. Gives how much it took. */
  async #appendList(position: number, bytes: Uint8Array): Promise<number> {
    const end = this.#head ?? MANIFEST_HEADER;
    const some = bytes.subarray(0, end - position);
    await writeAll(this.#held.list, some, position);
    if (position + some.length < end) return some.length;
    if (this.#head === null) await this.#readHeader();
    if (position + some.length === this.#head) await this.#pass(await this.#readPlan(this.#head));
    return some.length;
  }

  async #readHeader(): Promise<void> {
    const header = Buffer.alloc(MANIFEST_HEADER);
    await this.#held.list.read(header, 0, header.length, 0);
    const length = manifestLength(header);
    const head = MANIFEST_HEADER + length;
    if (length > MANIFEST_BYTES || head > this.#options.size) throw broken('length');
    this.#head = head;
  }

  async #readPlan(head: number): Promise<readonly Planned[]> {
    const list = Buffer.alloc(head - MANIFEST_HEADER);
    await this.#held.list.read(list, 0, list.length, MANIFEST_HEADER);
    this.#plan = planOf(list, head, this.#options.size);
    return this.#plan;
  }

  async #appendFile(position: number, bytes: Uint8Array, plan: readonly Planned[]): Promise<number> {
    const planned = plan[this.#index];
    if (!planned) throw broken('end');
    this.#current ??= await this.#create(planned);
    const some = bytes.subarray(0, planned.end - position);
    await writeAll(this.#current, some, position - planned.start);
    if (position + some.length === planned.end) {
      await this.#finish(planned, this.#current);
      await this.#pass(plan);
    }
    return some.length;
  }

  /** Makes what has no bytes, up to the next file that has some. */
  async #pass(plan: readonly Planned[]): Promise<void> {
    for (let next = plan[this.#index]; next && next.start === next.end; next = plan[this.#index]) {
      if (next.isFolder) await this.#makeFolder(next);
      else await this.#finish(next, await this.#create(next));
    }
  }

  async #makeFolder({ folder, name }: Planned): Promise<void> {
    await this.#writing.enter([...folder, name], FOLDER_RIGHTS);
    this.#names([...folder, name]);
    this.#index += 1;
  }

  /** A folder has a new name in it, and those on the way there may be new. */
  #names(folder: readonly string[]): void {
    for (let path = folder; !this.#renamed.has(path.join('/')); path = path.slice(0, -1)) {
      this.#renamed.set(path.join('/'), path);
    }
  }

  async #create({ folder, name, executable }: Planned): Promise<FileHandle> {
    const where = await this.#writing.enter(folder, FOLDER_RIGHTS);
    this.#names(folder);
    return where.create(name, executable && this.#options.executable ? 0o777 : 0o666);
  }

  async #finish(planned: Planned, handle: FileHandle): Promise<void> {
    const { modified } = planned;
    this.#current = null;
    this.#index += 1;
    try {
      if (modified !== null) await handle.utimes(modified / 1000, modified / 1000);
    } finally {
      await handle.close();
    }
    this.#unsynced.push(planned);
  }

  /** How much of the stream is there, up to what is certain; what is beyond is taken away. Null: it is not what was left. */
  async #find(certain: number, synced: number): Promise<number | null> {
    const { list } = this.#held;
    const listed = Math.min(Number((await list.stat()).size), certain);
    await list.truncate(listed);
    if (listed >= MANIFEST_HEADER) await this.#readHeader();
    if (this.#head === null || listed < this.#head) {
      for (const name of await this.#held.tree.names()) await this.#held.tree.removeAll(name);
      return listed;
    }
    if (listed > this.#head) return null;
    const plan = await this.#readPlan(this.#head);
    let length = listed;
    for (let next = plan[this.#index]; next; next = plan[this.#index]) {
      if (next.isFolder) {
        await this.#makeFolder(next);
        continue;
      }
      const handle = await this.#left(next);
      if (!handle) break;
      this.#current = handle;
      const there = Number((await handle.stat()).size);
      if (there > next.end - next.start) return null;
      length = Math.min(next.start + there, certain);
      await handle.truncate(length - next.start);
      if (length < next.end) break;
      await this.#finish(next, handle);
    }
    if (certain < this.#options.size) await this.#clear(plan.slice(this.#index + (this.#current ? 1 : 0)));
    this.#unsynced = this.#unsynced.filter(({ end }) => end >= synced);
    if (!this.#current) await this.#pass(plan);
    return length;
  }

  /** A file as it was left, or null. */
  async #left({ folder, name }: Planned): Promise<FileHandle | null> {
    try {
      const handle = await (await this.#writing.enter(folder)).open(name, true);
      if (isOurs(await handle.stat({ bigint: true }))) return handle;
      await handle.close();
      throw broken('file');
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null;
      throw error;
    }
  }

  /** After a power cut files may be there of which those before are not. */
  async #clear(plan: readonly Planned[]): Promise<void> {
    for (const { folder, name, isFolder } of plan) {
      if (isFolder) continue;
      const where = await this.#writing.enter(folder).catch(() => null);
      await where?.remove(name);
    }
  }
}

async function hold(parts: HeldFolder, name: string): Promise<Held | null> {
  const opened: { close(): Promise<void> }[] = [];
  try {
    const own = await parts.folder(name);
    opened.push(own);
    const tree = await own.folder(TREE);
    opened.push(tree);
    const list = await own.open(LIST, true);
    opened.push(list);
    if (isOurs(await list.stat({ bigint: true }))) return { parts, own, tree, list };
  } catch {
    // Not all of it is there.
  }
  for (const each of opened) await each.close();
  return null;
}
