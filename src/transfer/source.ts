// What is sent: a file, or a folder as one stream (docs/protocol.md): the list of its files, and then all their bytes, one file
// after the other. Whoever carries it sees only the stream.
import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { TchatError } from '../errors.ts';
import { encodeManifest } from '../protocol/manifest.ts';
import { codeOf } from './folder.ts';
import { ReadAhead } from './read-ahead.ts';
import { StreamHash } from './stream-hash.ts';
import { type LeftOut, type Seen, seenOf, type WalkedFile, walk } from './walk.ts';

export interface Source {
  /** The whole path that was opened. */
  readonly path: string;
  /** Its own name, as it is; whoever receives it makes a safe one of it. */
  readonly name: string;
  readonly folder: boolean;
  /** How many files there are; 1 where it is no folder. */
  readonly files: number;
  /** Bytes of the stream. */
  readonly size: number;
  /** Of a file: milliseconds since 1970. */
  readonly modified: number | null;
  readonly executable: boolean;
  /** What of a folder is not sent. */
  readonly left: readonly LeftOut[];
  /** Two sources of one print have the same stream: for whoever goes on after a restart. */
  readonly print: string;
  /**
   * The stream from a position on. What was handed out stays as it is for `held` calls of `next`: that many pieces may be on
   * their way at once.
   */
  stream(from: number, held?: number): SourceStream;
}

export interface SourceStream {
  /**
   * The next piece, of PIECE bytes (limits.ts) unless it is the last; null at the end. Throws a TchatError `file-changed` as soon as it is
   * seen that a file is no more what it was, `file-unreadable`.
   */
  next(): Promise<Uint8Array | null>;
  /** SHA-256 of the whole stream from its beginning; when `next` has given null. Throws as `next` does. */
  digest(): Promise<Uint8Array>;
  close(): Promise<void>;
}

/**
 * Looks at what is there, and for a folder at all that is in it. Holds nothing open. Throws a TchatError `no-such-file`,
 * `not-a-file`, `file-unreadable`, `folder-too-large`.
 */
export async function openSource(given: string): Promise<Source> {
  const path = resolve(given);
  try {
    // A link that a person names is theirs; those within a folder are not followed.
    const real = await realpath(path);
    const handle = await open(real, READING);
    try {
      const stats = await handle.stat({ bigint: true });
      const name = basename(path) || 'files';
      if (stats.isDirectory()) return await folderSource(path, name, real);
      if (!stats.isFile()) throw new TchatError('not-a-file', { file: given });
      const seen = seenOf(stats);
      const modified = Math.max(0, Math.floor(Number(stats.mtimeMs)));
      const common = { path, name, folder: false, files: 1, modified, executable: seen.executable, left: [] };
      return new Stored(common, Buffer.alloc(0), [{ ...seen, place: real }]);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw readingError(error, given);
  }
}

/** A fifo that nobody writes to would hold an open for ever. */
const READING = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

async function folderSource(path: string, name: string, real: string): Promise<Source> {
  const { entries, files, left } = await walk(real);
  const manifest = encodeManifest(entries);
  const common = { path, name, folder: true, files: files.length, modified: null, executable: false, left };
  return new Stored(common, manifest, files);
}

type Told = Pick<Source, 'path' | 'name' | 'folder' | 'files' | 'modified' | 'executable' | 'left'>;

/** Where a file of the stream begins in it. */
interface Stretch extends WalkedFile {
  readonly start: number;
}

class Stored implements Source {
  readonly path: string;
  readonly name: string;
  readonly folder: boolean;
  readonly files: number;
  readonly modified: number | null;
  readonly executable: boolean;
  readonly left: readonly LeftOut[];
  readonly size: number;
  readonly print: string;
  readonly #head: Buffer;
  readonly #stretches: readonly Stretch[];

  constructor(told: Told, head: Buffer, files: readonly WalkedFile[]) {
    this.path = told.path;
    this.name = told.name;
    this.folder = told.folder;
    this.files = told.files;
    this.modified = told.modified;
    this.executable = told.executable;
    this.left = told.left;
    this.#head = head;
    const print = createHash('sha256').update(head);
    const stretches: Stretch[] = [];
    let start = head.length;
    for (const file of files) {
      print.update(`${file.size} ${file.inode} ${file.changed}\n`);
      stretches.push({ ...file, start });
      start += file.size;
    }
    this.#stretches = stretches;
    this.size = start;
    this.print = print.digest('hex');
  }

  stream(from: number, held = 1): SourceStream {
    if (!(from >= 0 && from <= this.size)) throw new RangeError(`${from} of ${this.size}`);
    const reader = () => new Reader(this.#head, this.#stretches, this.size);
    return new Reading(reader, this.size, from, held);
  }
}

/** Reads a stream at rising positions; the file that it stands in is open. */
class Reader {
  readonly #head: Buffer;
  readonly #stretches: readonly Stretch[];
  readonly #size: number;
  #index = 0;
  #open: FileHandle | null = null;

  constructor(head: Buffer, stretches: readonly Stretch[], size: number) {
    this.#head = head;
    this.#stretches = stretches;
    this.#size = size;
  }

  /** Fills the buffer, or as much of it as there is until the end of the stream. */
  async fill(position: number, buffer: Uint8Array): Promise<number> {
    const wanted = Math.min(buffer.length, this.#size - position);
    for (let done = 0; done < wanted; ) done += await this.#some(position + done, buffer.subarray(done, wanted));
    // Files of no bytes at the end, and the last one, have been looked at once more when all is read.
    if (position + wanted === this.#size) await this.#advance(Number.POSITIVE_INFINITY);
    return wanted;
  }

  async close(): Promise<void> {
    const handle = this.#open;
    this.#open = null;
    await handle?.close();
  }

  async #some(position: number, buffer: Uint8Array): Promise<number> {
    if (position < this.#head.length) return this.#head.copy(buffer, 0, position);
    await this.#advance(position);
    const stretch = this.#stretches[this.#index] as Stretch;
    const handle = this.#open ?? (await this.#enter(stretch));
    const within = position - stretch.start;
    const length = Math.min(buffer.length, stretch.size - within);
    const { bytesRead } = await handle.read(buffer, 0, length, within).catch(error => {
      throw readingError(error, String(stretch.place));
    });
    if (bytesRead === 0) throw changed(stretch);
    return bytesRead;
  }

  /** Leaves all files that end at or before a position, each with a last look at it. */
  async #advance(position: number): Promise<void> {
    for (;;) {
      const stretch = this.#stretches[this.#index];
      if (!stretch || stretch.start + stretch.size > position) return;
      const handle = this.#open;
      if (handle) {
        await check(handle, stretch);
        await this.close();
      }
      this.#index += 1;
    }
  }

  async #enter(stretch: Stretch): Promise<FileHandle> {
    const handle = await open(stretch.place, READING).catch(error => {
      if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes(codeOf(error))) throw changed(stretch);
      throw readingError(error, String(stretch.place));
    });
    this.#open = handle;
    await check(handle, stretch);
    return handle;
  }
}

async function check(handle: FileHandle, stretch: Stretch): Promise<void> {
  const stats = await handle.stat({ bigint: true });
  const now: Seen = seenOf(stats);
  const same = now.size === stretch.size && now.inode === stretch.inode && now.changed === stretch.changed;
  if (!same || !stats.isFile()) throw changed(stretch);
}

/** One pass over a source: what is handed out is hashed while the next piece is read. */
class Reading implements SourceStream {
  readonly #reader: Reader;
  readonly #again: Reader;
  readonly #hash: StreamHash;
  readonly #ahead: ReadAhead;

  constructor(reader: () => Reader, size: number, from: number, held: number) {
    this.#reader = reader();
    this.#again = reader();
    this.#ahead = new ReadAhead((position, buffer) => this.#reader.fill(position, buffer), { size, from, held });
    this.#hash = new StreamHash((position, buffer) => this.#again.fill(position, buffer), from);
  }

  async next(): Promise<Uint8Array | null> {
    const piece = await this.#ahead.next();
    if (piece) this.#hash.pass(piece);
    return piece;
  }

  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }

  async close(): Promise<void> {
    await this.#ahead.close();
    await this.#hash.close();
    await this.#reader.close();
    await this.#again.close();
  }
}

function changed({ place }: Stretch): TchatError {
  return new TchatError('file-changed', { file: String(place) });
}

function readingError(error: unknown, file: string): TchatError {
  if (error instanceof TchatError) return error;
  const reason = codeOf(error) || String(error);
  if (reason === 'ENOENT' || reason === 'ENOTDIR') return new TchatError('no-such-file', { file }, error);
  return new TchatError('file-unreadable', { file, reason }, error);
}
