// Which start of the system this is. What a process has written and not flushed is still there after its death, and may be gone
// after the system's.
import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

/** Seconds by which two looks at the same start may differ, where only the clocks tell. */
const TOLERANCE = 5;

let known: string | null = null;

/** For `isThisBoot`, of this process or a later one. */
export function thisBoot(): string {
  known ??= lookedUp();
  return known;
}

function lookedUp(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return `@${Math.round(Date.now() / 1000 - uptime())}`;
  }
}

/** Whether the system has been up ever since. Where that cannot be told: no. */
export function isThisBoot(boot: string): boolean {
  const now = thisBoot();
  if (boot === now) return true;
  const both = boot.startsWith('@') && now.startsWith('@');
  return both && Math.abs(Number(boot.slice(1)) - Number(now.slice(1))) <= TOLERANCE;
}
