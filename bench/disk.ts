// The disk under what is measured: folders that really lie on one, and how long it takes to flush.
import { closeSync, fdatasyncSync, openSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { type Scratch, scratch } from './processes.ts';
import { spread } from './statistics.ts';

/** What statfs says of file systems that are memory (tmpfs, ramfs): a flush there costs nothing. */
const IN_MEMORY: readonly number[] = [0x0102_1994, 0x8584_58f6];

/** Flushes of a look at the disk, and bytes that each writes: a page of SQLite's. */
const FLUSHES = 200;
const PAGE = 4_096;

/** A folder for data in `under`; throws where that is no disk. */
export function onDisk(under: string): Scratch {
  if (IN_MEMORY.includes(statfsSync(under).type)) {
    throw new Error(`${under} is in memory, where nothing is flushed: give a folder on a disk with --data`);
  }
  return scratch(under);
}

/** Milliseconds. */
export interface Flush {
  readonly p50: number;
  readonly p99: number;
}

/** What one write with its flush takes here, with nothing else to do. */
export function flushOf(folder: string): Flush {
  const file = openSync(join(folder, 'flush'), 'w');
  const page = Buffer.alloc(PAGE, 1);
  const times: number[] = [];
  for (let flush = 0; flush < FLUSHES; flush++) {
    const begin = performance.now();
    writeSync(file, page);
    fdatasyncSync(file);
    times.push(performance.now() - begin);
  }
  closeSync(file);
  const { p50, p99 } = spread(times);
  return { p50, p99 };
}
