// Files on their way from one folder to another, without a wire: what tests of the disk side have in common.
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { DiskRoom } from '../../src/transfer/disk-room.ts';
import { Downloads, type DownloadsOptions } from '../../src/transfer/downloads.ts';
import type { Order, Placed, Sink, SinkState } from '../../src/transfer/sink.ts';
import { openSource, type Source } from '../../src/transfer/source.ts';
import { temporaryHome } from './program.ts';

export const KIB = 1024;
export const MIB = KIB * KIB;

export const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest());

/** What a journal holds of one thing that is received: `state` is what was kept last. */
export interface Kept {
  state: SinkState | null;
  readonly all: SinkState[];
}

export function kept(): Kept {
  return { state: null, all: [] };
}

export function orderOf(note: Partial<Order>, journal: Kept): Order {
  const keep = (state: SinkState) => {
    journal.state = state;
    journal.all.push(state);
  };
  return { name: 'file', folder: false, size: 0, modified: null, executable: false, keep, ...note };
}

/** A home with a download folder, both gone after the test. */
export async function downloadsIn(t: ExecutionContext, options: DownloadsOptions = {}) {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  const open = async () => {
    const downloads = await Downloads.open(join(home, 'downloads'), new DiskRoom(), { leave: 0, ...options });
    t.teardown(() => downloads.close());
    return downloads;
  };
  return { home, folder: join(home, 'downloads'), downloads: await open(), open };
}

/** Goes on with what is received; it must not be there already. */
export async function begun(downloads: Downloads, order: Order, journal: Kept): Promise<Sink> {
  const { sink, placed } = await downloads.receive(order, journal.state);
  if (!sink) throw new Error(`there already: ${placed.path}`);
  return sink;
}

/** Sends what a sink lacks, and finishes it. */
export async function pump(source: Source, sink: Sink): Promise<Placed> {
  const stream = source.stream(sink.written);
  try {
    for (let piece = await stream.next(); piece; piece = await stream.next()) await sink.write(piece);
    return await sink.finish(await stream.digest());
  } finally {
    await stream.close();
  }
}

/** All of it, from a file or folder to the downloads. */
export async function transfer(path: string, downloads: Downloads, note: Partial<Order> = {}): Promise<Placed> {
  const source = await openSource(path);
  const { name, folder, size, modified, executable } = source;
  const journal = kept();
  return pump(
    source,
    await begun(downloads, orderOf({ name, folder, size, modified, executable, ...note }, journal), journal),
  );
}

/** A file's content, or null for an empty folder, by its path within a folder. */
export type Tree = Readonly<Record<string, Uint8Array | string | null>>;

export function plant(folder: string, tree: Tree): void {
  mkdirSync(folder, { recursive: true });
  for (const [path, content] of Object.entries(tree)) {
    const place = join(folder, path);
    mkdirSync(content === null ? place : dirname(place), { recursive: true });
    if (content !== null) writeFileSync(place, content);
    if (path.endsWith('.sh')) chmodSync(place, 0o755);
    if (content !== null) utimesSync(place, 1_000_000, 1_000_000 + path.length);
  }
}

/** What is in a folder: of files hash, rights and time, of links where they lead. */
export function picture(folder: string): Readonly<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const path of readdirSync(folder, { recursive: true }) as string[]) {
    const place = join(folder, path);
    const stats = lstatSync(place);
    if (stats.isDirectory()) found[path] = 'folder';
    else if (stats.isSymbolicLink()) found[path] = `-> ${readlinkSync(place)}`;
    else {
      const hash = createHash('sha256').update(readFileSync(place)).digest('hex').slice(0, 16);
      found[path] = `${stats.size} ${hash} ${(stats.mode & 0o777).toString(8)} ${stats.mtimeMs}`;
    }
  }
  return found;
}

export const some = (bytes: number) => randomBytes(bytes);
