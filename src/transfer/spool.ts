// The server's spool: files that wait for people who are away. Room for all of a file is kept before its first byte; what is
// there counts for the account that sent it until it is released or its time is over.
// For each file: NAME.note (whose it is and how far it has come), NAME.part until it is whole, NAME.file from then on.
import type { AccountId, Millis } from '../chat/vocabulary.ts';
import { TchatError } from '../errors.ts';
import { isThisBoot, thisBoot } from './boot.ts';
import { type Claim, DiskRoom } from './disk-room.ts';
import { diskError, HeldFolder } from './folder.ts';
import { isOurs, PartFile } from './part-file.ts';
import { ReadAhead } from './read-ahead.ts';
import type { SourceStream } from './source.ts';
import { changeNote, createNote, readNotes, type SpoolKey, type SpoolNote, spoolName } from './spool-note.ts';
import { type Kept, SpoolWriter, spoolError } from './spool-writer.ts';

/** What operators allow; asked for each time, since they may change it. Bytes and milliseconds. */
export interface SpoolLimits {
  readonly total: number;
  readonly perAccount: number;
  /** Left free on the disk. */
  readonly leave: number;
  readonly keep: Millis;
}

export interface SpoolEntry extends SpoolKey {
  readonly size: number;
  /** Bytes that are here. */
  readonly written: number;
  /** All of it is here and was checked. */
  readonly whole: boolean;
  /** When room was kept for it first. */
  readonly made: Millis;
}

export interface SpoolOptions {
  readonly limits: () => SpoolLimits;
  readonly now: () => Millis;
  readonly room?: DiskRoom;
}

/** Throws TchatErrors `storage-full` and `storage-failed` besides those named. */
export class Spool {
  readonly #folder: HeldFolder;
  readonly #limits: () => SpoolLimits;
  readonly #now: () => Millis;
  readonly #room: DiskRoom;
  /** By spoolName. */
  readonly #kept = new Map<string, Kept>();
  /** What begins, ends or goes does so one after the other. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(folder: HeldFolder, { limits, now, room = new DiskRoom() }: SpoolOptions) {
    this.#folder = folder;
    this.#limits = limits;
    this.#now = now;
    this.#room = room;
  }

  /** The spool in a folder, which is made where it is missing, with what an earlier process left in it. */
  static async open(path: string, options: SpoolOptions): Promise<Spool> {
    const folder = await HeldFolder.open(path, { make: 0o700 });
    const spool = new Spool(folder, options);
    try {
      await folder.makePrivate();
      await spool.#find();
      return spool;
    } catch (error) {
      await folder.close();
      throw diskError(error, path);
    }
  }

  /**
   * Begins to take a file, or goes on with one of that key and size; whoever was filling it before is cut off. Throws a TchatError
   * `spool-full` or `spool-account-full`, `already-so` when all of it is here.
   */
  async receive(key: SpoolKey, size: number): Promise<SpoolWriter> {
    if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`a file of ${size} bytes`);
    return this.#next(async () => {
      const name = spoolName(key);
      const before = this.#kept.get(name);
      if (before?.note.hash != null && before.note.size === size) throw new TchatError('already-so');
      await before?.writer?.suspend();
      if (before && before.note.size !== size) await this.#remove(name);
      const kept = this.#kept.get(name) ?? this.#blank(key, size);
      this.#allow(kept);
      this.#kept.set(name, kept);
      kept.coming = true;
      try {
        return await this.#open(name, kept);
      } catch (error) {
        if (kept.written === 0) await this.#remove(name);
        throw error;
      } finally {
        kept.coming = false;
      }
    });
  }

  find(key: SpoolKey): SpoolEntry | null {
    const kept = this.#kept.get(spoolName(key));
    return kept ? entryOf(kept) : null;
  }

  /** Everything that is here or comes, the oldest first. */
  entries(): readonly SpoolEntry[] {
    return [...this.#kept.values()].map(entryOf).sort((a, b) => a.made - b.made);
  }

  /** Bytes that are here, or that room is kept for: of all, or of one account. */
  used(account?: AccountId): number {
    let bytes = 0;
    for (const kept of this.#kept.values()) {
      if (account === undefined || kept.note.account === account) bytes += weightOf(kept);
    }
    return bytes;
  }

  /** A file that is whole, from a position on; many may read it, also when it is released meanwhile. Throws a TchatError `no-such-file`. */
  async stream(key: SpoolKey, from: number, held = 1): Promise<SourceStream> {
    const name = spoolName(key);
    const note = this.#kept.get(name)?.note;
    if (note?.hash == null) throw new TchatError('no-such-file', { file: key.id });
    if (!(from >= 0 && from <= note.size)) throw new RangeError(`${from} of ${note.size}`);
    const { size } = note;
    const hash = new Uint8Array(Buffer.from(note.hash, 'hex'));
    try {
      const handle = await this.#folder.open(`${name}.file`, false);
      const ahead = new ReadAhead(
        async (position, buffer) => {
          const wanted = Math.min(buffer.length, size - position);
          let done = 0;
          while (done < wanted) {
            const { bytesRead } = await handle.read(buffer, done, wanted - done, position + done);
            if (bytesRead === 0) throw new TchatError('storage-failed', { reason: 'short' });
            done += bytesRead;
          }
          return wanted;
        },
        { size, from, held },
      );
      return {
        next: () => ahead.next(),
        digest: async () => hash,
        close: async () => {
          await ahead.close();
          await handle.close();
        },
      };
    } catch (error) {
      throw spoolError(error);
    }
  }

  /** Nobody wants it any more, or everybody has it. */
  async release(key: SpoolKey): Promise<void> {
    await this.#next(async () => {
      const name = spoolName(key);
      await this.#kept.get(name)?.writer?.stop(false);
      await this.#remove(name);
    });
  }

  /** What has waited long enough goes. Gives what that was. */
  async expire(): Promise<readonly SpoolEntry[]> {
    const before = this.#now() - this.#limits().keep;
    const over = this.entries().filter(({ made }) => made < before);
    for (const entry of over) await this.release(entry);
    return over;
  }

  /** Whoever fills a file is cut off; what is here stays. */
  async close(): Promise<void> {
    await this.#next(async () => {
      for (const { writer } of this.#kept.values()) await writer?.suspend();
      await this.#folder.close();
    });
  }

  #next<T>(step: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(step).catch(error => {
      throw spoolError(error);
    });
    this.#turn = result.catch(() => {});
    return result;
  }

  #blank({ account, id }: SpoolKey, size: number): Kept {
    const note = { account, id, size, made: this.#now(), inode: '', boot: '', synced: 0, hash: null };
    return { note, written: 0, writer: null, coming: false };
  }

  /** Whether all of it may come. */
  #allow(kept: Kept): void {
    const { account, size } = kept.note;
    const { total, perAccount } = this.#limits();
    const own = this.#kept.has(spoolName(kept.note)) ? weightOf(kept) : 0;
    if (this.used(account) - own + size > perAccount)
      throw new TchatError('spool-account-full', { limit: mebibytes(perAccount) });
    if (this.used() - own + size > total) throw new TchatError('spool-full');
  }

  async #open(name: string, kept: Kept): Promise<SpoolWriter> {
    const { note } = kept;
    const state = { part: `${name}.part`, inode: note.inode, boot: note.boot, synced: note.synced };
    const left = note.inode === '' ? null : await PartFile.resume(this.#folder, state, note.size);
    const length = left?.length ?? 0;
    let claim: Claim;
    try {
      claim = await this.#room.claim(this.#folder, note.size - length, this.#limits().leave);
    } catch (error) {
      await left?.part.close();
      throw error instanceof TchatError ? new TchatError('spool-full', {}, error) : error;
    }
    try {
      const part = left?.part ?? (await this.#begin(name, kept));
      kept.written = length;
      kept.note = { ...kept.note, inode: part.inode, boot: thisBoot() };
      await changeNote(this.#folder, kept.note);
      const writer: SpoolWriter = new SpoolWriter(kept, part, {
        claim,
        note: change => this.#note(kept, change),
        complete: hash => this.#next(() => this.#complete(name, kept, writer, hash)),
        drop: () => this.#next(() => this.#drop(name, writer)),
      });
      kept.writer = writer;
      return writer;
    } catch (error) {
      claim.release();
      await left?.part.close();
      throw error;
    }
  }

  /** A new file, of which the note is there first. */
  async #begin(name: string, kept: Kept): Promise<PartFile> {
    await this.#clear(name);
    kept.note = { ...kept.note, inode: '', boot: '', synced: 0 };
    await createNote(this.#folder, kept.note);
    const part = await PartFile.create(this.#folder, `${name}.part`);
    await this.#folder.sync();
    return part;
  }

  async #note(kept: Kept, change: Partial<SpoolNote>): Promise<void> {
    kept.note = { ...kept.note, ...change };
    await changeNote(this.#folder, kept.note);
  }

  /** It is whole and flushed. The note says so first: a name that was not given any more is given at the next start. */
  async #complete(name: string, kept: Kept, writer: SpoolWriter, hash: Uint8Array): Promise<void> {
    if (kept.writer !== writer) throw new TchatError('transfer-closed');
    await writer.suspend();
    await this.#note(kept, { hash: Buffer.from(hash).toString('hex'), synced: kept.note.size });
    await this.#folder.move(`${name}.part`, this.#folder, `${name}.file`);
    await this.#folder.sync();
  }

  /** Unless somebody else goes on with it. */
  async #drop(name: string, writer: SpoolWriter): Promise<void> {
    const kept = this.#kept.get(name);
    if (!kept || (kept.writer !== null && kept.writer !== writer)) return;
    await writer.stop(false);
    await this.#remove(name);
  }

  async #remove(name: string): Promise<void> {
    this.#kept.delete(name);
    await this.#clear(name);
  }

  /** The note last: what is without one is removed at the next start. */
  async #clear(name: string): Promise<void> {
    for (const end of ['part', 'file', 'note']) await this.#folder.remove(`${name}.${end}`);
  }

  /** What an earlier process left: all of which note and file fit each other; the rest belongs to nobody. */
  async #find(): Promise<void> {
    for (const note of await readNotes(this.#folder)) {
      const written = await this.#left(note);
      if (written !== null) this.#kept.set(spoolName(note), { note, written, writer: null, coming: false });
    }
    for (const name of await this.#folder.names()) {
      const kept = this.#kept.get(name.slice(0, name.indexOf('.')));
      const end = name.slice(name.indexOf('.') + 1);
      const known = kept && (end === 'note' || end === (kept.note.hash === null ? 'part' : 'file'));
      if (!known) await this.#folder.removeAll(name);
    }
  }

  /** Bytes of a file that are certain to be here; null: it is not what was left. */
  async #left(note: SpoolNote): Promise<number | null> {
    const name = spoolName(note);
    // All of it was flushed, and its last name may not have been given.
    const part = await this.#folder.stat(`${name}.part`);
    if (note.hash !== null && part && String(part.ino) === note.inode) {
      await this.#folder.move(`${name}.part`, this.#folder, `${name}.file`);
    }
    const stats = await this.#folder.stat(note.hash === null ? `${name}.part` : `${name}.file`);
    if (!stats?.isFile() || !isOurs(stats) || String(stats.ino) !== note.inode) return null;
    const there = Number(stats.size);
    if (there > note.size || there < note.synced) return null;
    return isThisBoot(note.boot) ? there : note.synced;
  }
}

function entryOf({ note, written }: Kept): SpoolEntry {
  const { account, id, size, made, hash } = note;
  return { account, id, size, made, whole: hash !== null, written: hash === null ? written : size };
}

/** What comes counts with all that may come, what was broken off with what is here. */
function weightOf({ note, written, writer, coming }: Kept): number {
  return note.hash !== null || writer !== null || coming ? note.size : written;
}

function mebibytes(bytes: number): number {
  return Math.floor(bytes / 1024 ** 2);
}
