// Files on the disk: reading with the hash, as a sender does, and writing with the hash until all is flushed under its name, as a
// receiver does, beside what Node's own streams take for the same. No wire in between.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { open, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import type * as room from '../../src/transfer/disk-room.ts';
import type * as inbox from '../../src/transfer/downloads.ts';
import type { SinkState } from '../../src/transfer/sink.ts';
import type * as outbox from '../../src/transfer/source.ts';
import { onDisk } from '../disk.ts';
import type { BenchOptions } from '../options.ts';
import { median } from '../statistics.ts';
import { fixed, printTable, progress } from '../table.ts';

const MIB = 1024 ** 2;
/** MiB of the file: it stays in memory, so that reading does not measure the disk. */
const FILE = 1_024;
/** Files of the folder, and bytes of each: each is flushed before the folder has its name. */
const FILES = 2_000;
const EACH = 4_096;

/** MB/s and seconds of one thread (user and system), an entry a run. */
export interface DiskCell {
  readonly what: string;
  readonly rates: number[];
  readonly cpu: number[];
}

export interface DiskResults {
  readonly file: readonly DiskCell[];
  /** Files a second. */
  readonly folder: readonly DiskCell[];
}

type Engine = typeof outbox & typeof inbox & typeof room;

export async function filesOnDisk({ runs, program, data }: BenchOptions): Promise<DiskResults> {
  const load = (name: string) => import(pathToFileURL(join(dirname(program), 'transfer', name)).href);
  const engine: Engine = {
    ...(await load('source.js')),
    ...(await load('downloads.js')),
    ...(await load('disk-room.js')),
  };
  const { folder, remove } = onDisk(data);
  try {
    const big = join(folder, 'big');
    const piece = createHash('sha512').update('tchat').digest();
    writeFileSync(big, Buffer.alloc(FILE * MIB, piece));
    const digest = hashed();
    const small = join(folder, 'small');
    mkdirSync(small);
    for (let n = 0; n < FILES; n++) writeFileSync(join(small, String(n)), Buffer.alloc(EACH, piece));
    const kept: { state: SinkState | null } = { state: null };
    const file = await measured(runs, (FILE * MIB) / 1e6, {
      'sha256 alone': async () => hashed(),
      'read and sha256: tchat': () => read(engine, big),
      'read and sha256: a stream of 1 MiB pieces': () => streamRead(big),
      'read again after a restart: tchat': async () => {
        kept.state ??= await half(engine, big, folder);
        await resumed(engine, big, folder, kept.state);
      },
      'sha256, write, flush: tchat': () => receive(engine, join(folder, 'in'), digest),
      'sha256, write, flush: a stream': () => streamWrite(join(folder, 'copy')),
      'write, flush: nothing else': () => bareWrite(join(folder, 'copy')),
    });
    const many = await measured(runs, FILES, {
      'a folder: tchat': () => copy(engine, small, folder),
      'written and flushed one by one': () => oneByOne(small, join(folder, 'copy')),
    });
    report(file, `a file of ${FILE} MiB, in memory: MB/s, median of ${runs}`, 'MB/s');
    report(many, `${FILES} files of ${EACH} bytes: files/s, median of ${runs}`, 'files/s');
    return { file, folder: many };
  } finally {
    remove();
  }
}

async function measured(
  runs: number,
  amount: number,
  work: Readonly<Record<string, () => Promise<unknown>>>,
): Promise<DiskCell[]> {
  const cells = Object.keys(work).map(what => ({ what, rates: [] as number[], cpu: [] as number[] }));
  // The first of each is not counted.
  for (let run = 0; run <= runs; run++) {
    for (const [at, [what, call]] of Object.entries(work).entries()) {
      progress(`run ${run} of ${runs}: ${what}`);
      const [begin, before] = [performance.now(), process.cpuUsage()];
      await call();
      const { user, system } = process.cpuUsage(before);
      if (run === 0) continue;
      cells[at]?.rates.push(amount / ((performance.now() - begin) / 1000));
      cells[at]?.cpu.push((user + system) / 1e6);
    }
  }
  progress('');
  return cells;
}

function report(cells: readonly DiskCell[], title: string, unit: string): void {
  const rows = cells.map(({ what, rates, cpu }) => [what, fixed(median(rates), 0), fixed(median(cpu), 2)]);
  printTable(title, ['', unit, 'CPU s'], rows);
}

/** What is written, again and again. */
const PIECE = Buffer.alloc(MIB, 'x');

function hashed(): Uint8Array {
  const hash = createHash('sha256');
  for (let n = 0; n < FILE; n++) hash.update(PIECE);
  return hash.digest();
}

async function read({ openSource }: Engine, path: string): Promise<void> {
  const stream = (await openSource(path)).stream(0);
  while (await stream.next());
  await stream.digest();
  await stream.close();
}

async function streamRead(path: string): Promise<void> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path, { highWaterMark: MIB })) hash.update(piece as Buffer);
  hash.digest();
}

async function copy({ openSource, Downloads, DiskRoom }: Engine, path: string, folder: string): Promise<void> {
  const source = await openSource(path);
  const downloads = await Downloads.open(join(folder, 'in'), new DiskRoom());
  const { sink } = await downloads.receive({ ...source, keep: () => {} }, null);
  const stream = source.stream(0);
  for (let piece = await stream.next(); piece; piece = await stream.next()) await sink?.write(piece);
  const placed = await sink?.finish(await stream.digest());
  await stream.close();
  await downloads.close();
  rmSync(placed?.path ?? '', { recursive: true });
}

async function receive({ Downloads, DiskRoom }: Engine, folder: string, digest: Uint8Array): Promise<void> {
  const downloads = await Downloads.open(folder, new DiskRoom());
  const order = { name: 'file', folder: false, size: FILE * MIB, modified: null, executable: false, keep: () => {} };
  const { sink } = await downloads.receive(order, null);
  for (let n = 0; n < FILE; n++) await sink?.write(PIECE);
  const placed = await sink?.finish(digest);
  await downloads.close();
  rmSync(placed?.path ?? '');
}

/** All of a file but its last piece, and what was kept of it. */
async function half({ openSource, Downloads, DiskRoom }: Engine, path: string, folder: string): Promise<SinkState> {
  const source = await openSource(path);
  const downloads = await Downloads.open(join(folder, 'in'), new DiskRoom());
  let kept: SinkState | null = null;
  const keep = (state: SinkState) => {
    kept = state;
  };
  const { sink } = await downloads.receive({ ...source, keep }, null);
  const stream = source.stream(0);
  for (let n = 1; n < FILE; n++) await sink?.write((await stream.next()) ?? Buffer.alloc(0));
  await stream.close();
  await sink?.suspend();
  await downloads.close();
  if (!kept) throw new Error('nothing was kept');
  return kept;
}

async function resumed(
  { openSource, Downloads, DiskRoom }: Engine,
  path: string,
  folder: string,
  state: SinkState,
): Promise<void> {
  const source = await openSource(path);
  const downloads = await Downloads.open(join(folder, 'in'), new DiskRoom());
  const { sink } = await downloads.receive({ ...source, keep: () => {} }, state);
  if (sink?.written !== (FILE - 1) * MIB) throw new Error(`went on at ${sink?.written}`);
  const stream = source.stream(sink.written);
  await stream.next();
  // The hash of what both have already.
  await stream.digest();
  await stream.close();
  await sink.suspend();
  await downloads.close();
}

async function streamWrite(to: string): Promise<void> {
  const hash = createHash('sha256');
  async function* pieces() {
    for (let n = 0; n < FILE; n++) {
      hash.update(PIECE);
      yield PIECE;
    }
  }
  await pipeline(pieces, createWriteStream(to, { highWaterMark: MIB, flush: true }));
  hash.digest();
  rmSync(to);
}

async function bareWrite(to: string): Promise<void> {
  const handle = await open(to, 'w');
  for (let n = 0; n < FILE; n++) await handle.write(PIECE);
  await handle.sync();
  await handle.close();
  rmSync(to);
}

async function oneByOne(from: string, to: string): Promise<void> {
  mkdirSync(to);
  for (let n = 0; n < FILES; n++)
    await writeFile(join(to, String(n)), readFileSync(join(from, String(n))), { flush: true });
  rmSync(to, { recursive: true });
}
