// Disks that a test may fill, or take the power from: a small tmpfs, and a file system in a file. Needs root on Linux.
import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { temporaryHome } from './program.ts';

const run = (command: string, ...args: string[]) => execFileSync(command, args, { stdio: 'pipe' }).toString();

/** Why nothing can be mounted here; null where it can. Tries it. */
export function whyNoTmpfs(): string | null {
  return attempt(() => new Tmpfs('1m').close());
}

/** The same for a file system in a file. */
export function whyNoImage(): string | null {
  return attempt(() => new ImageDisk(8).close());
}

/** Why no disk here can be made to find itself damaged; null where one can. */
export function whyNoDamage(): string | null {
  return attempt(() => {
    const disk = new ImageDisk(8);
    try {
      disk.damage();
    } finally {
      disk.close();
    }
  });
}

/** Why a process cannot be made to fail at its system calls; null where it can. */
export function whyNoStrace(): string | null {
  return attempt(() => run('strace', '-f', '-o', '/dev/null', '-e', 'inject=fsync:error=EIO:when=1', 'true'));
}

function attempt(tried: () => void): string | null {
  if (process.platform !== 'linux') return 'not Linux';
  try {
    tried();
    return null;
  } catch (error) {
    return (error as Error).message.replaceAll(/\s+/g, ' ').slice(0, 200);
  }
}

/** A disk of a size (`64m`) in memory, mounted at `path`. */
export class Tmpfs {
  readonly path: string;
  readonly #remove: () => void;

  constructor(size: string) {
    const { home, remove } = temporaryHome();
    this.path = home;
    this.#remove = remove;
    run('mount', '-t', 'tmpfs', '-o', `size=${size}`, 'tchat-test', home);
  }

  close(): void {
    run('umount', '-l', this.path);
    this.#remove();
  }
}

/** Where the file behind an image lives: in memory where there is such a place, so that a copy takes no time. */
const MEMORY = '/dev/shm';

/** An ext4 file system in a file. What is not flushed is in the system's memory only, and `cut` leaves it behind. */
export class ImageDisk {
  readonly path: string;
  readonly #folder: string;
  readonly #remove: () => void;
  #image: string;
  #cuts = 0;

  constructor(mebibytes: number) {
    const { home, remove } = temporaryHome();
    this.path = join(home, 'disk');
    this.#remove = remove;
    mkdirSync(this.path);
    const base = attempt(() => statSync(MEMORY)) === null ? MEMORY : home;
    this.#folder = mkdtempSync(join(base, 'tchat-disk-'));
    this.#image = join(this.#folder, 'image-0');
    run('truncate', '-s', `${mebibytes}M`, this.#image);
    run('mkfs.ext4', '-q', '-E', 'lazy_itable_init=0,lazy_journal_init=0', this.#image);
    this.#mount();
  }

  /**
   * What would be on the disk if the power went now: the file behind the image, as it is, nothing flushed before. Nobody
   * may be writing; a copy into which the system wrote by itself is made again. `plug` it in afterwards.
   */
  cut(): string {
    this.#cuts += 1;
    const copy = join(this.#folder, `image-${this.#cuts}`);
    for (;;) {
      const before = this.#written();
      copyFileSync(this.#image, copy);
      if (this.#written() === before) return copy;
    }
  }

  /** Puts a copy in the place of the disk. Nothing may be open on it. */
  plug(copy: string): void {
    run('umount', this.path);
    rmSync(this.#image);
    this.#image = copy;
    this.#mount();
  }

  /** The file system finds an error in itself, and turns read-only at once, under whoever has files open there. */
  damage(): void {
    run('mount', '-o', 'remount,errors=remount-ro', this.path);
    writeFileSync(`/sys/fs/ext4/${this.#device()}/trigger_fs_error`, 'a test');
  }

  /** Mounted anew, with what is on it. Nothing may be open there. */
  mend(): void {
    run('umount', this.path);
    this.#mount();
  }

  /** Read-only from now on, or not any more. Nothing may be open for writing there. */
  readOnly(on: boolean): void {
    run('mount', '-o', `remount,${on ? 'ro' : 'rw'}`, this.path);
  }

  close(): void {
    run('umount', '-l', this.path);
    rmSync(this.#folder, { recursive: true, force: true });
    this.#remove();
  }

  #mount(): void {
    // The journal's own clock is far away: what is on the disk is what was flushed to it.
    run('mount', '-o', 'loop,commit=600', this.#image, this.path);
  }

  /** The loop device's own figures: reads, writes and what is under way. */
  #written(): string {
    const figures = readFileSync(`/sys/block/${this.#device()}/stat`, 'utf8').trim().split(/\s+/);
    // Writes done, sectors written, requests in flight: see the kernel's documentation of block statistics.
    return [figures[4], figures[6], figures[8]].join(' ');
  }

  #device(): string {
    return run('findmnt', '-no', 'SOURCE', this.path).trim().replace('/dev/', '');
  }
}

/** Stops every thread of a process; returns when none of them is within a system call any more. */
export async function freeze(pid: number): Promise<void> {
  process.kill(pid, 'SIGSTOP');
  const stopped = () =>
    readdirSync(`/proc/${pid}/task`).every(task => {
      const status = readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8');
      return /^[TtXZ]$/.test(status.slice(status.lastIndexOf(')') + 2)[0] ?? '');
    });
  while (!stopped()) await new Promise(resolve => setImmediate(resolve));
}
