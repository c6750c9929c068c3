// Programs whose system clock is wrong: libfaketime, loaded before the program's own libraries. Only the time of day is
// moved; what measures how long something takes runs as it does.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import type { Environment } from './program.ts';

export const DAY = 24 * 3600 * 1_000;

/** Null on Linux: there it has to be installed. A test must not fall silent because a machine lacks it. */
export const whyNoFaketime: string | null = process.platform === 'linux' ? null : 'not Linux';

let library: string | null = null;

/** The library for programs with threads, as the `faketime` command finds it. Throws where it is not installed. */
function preload(): string {
  try {
    library ??= execFileSync('faketime', ['-m', '-f', '+0', 'printenv', 'LD_PRELOAD'], { stdio: 'pipe' })
      .toString()
      .trim();
    return library;
  } catch (error) {
    throw new Error('faketime is missing: apt-get install faketime', { cause: error });
  }
}

/** An environment in which the clock is so many milliseconds beside the true time. */
export function clockOff(milliseconds: number): Environment {
  return { ...faked(), FAKETIME: offset(milliseconds) };
}

/** An environment whose clock is set by a file, while the program runs: see `setClock`. */
export function clockIn(file: string): Environment {
  setClock(file, 0);
  return { ...faked(), FAKETIME_TIMESTAMP_FILE: file, FAKETIME_NO_CACHE: '1' };
}

export function setClock(file: string, milliseconds: number): void {
  writeFileSync(file, `${offset(milliseconds)}\n`);
}

function faked(): Environment {
  return { LD_PRELOAD: preload(), FAKETIME_DONT_FAKE_MONOTONIC: '1', DONT_FAKE_MONOTONIC: '1' };
}

/** In seconds, as libfaketime takes it. */
function offset(milliseconds: number): string {
  const seconds = Math.round(milliseconds / 1_000);
  return `${seconds < 0 ? '' : '+'}${seconds}`;
}

/** What a program in this environment takes for the time, beside the true time. */
export function offsetSeen(env: Environment): number {
  const seen = execFileSync(process.execPath, ['-e', 'console.log(Date.now())'], { env: { ...process.env, ...env } });
  return Number(seen) - Date.now();
}
