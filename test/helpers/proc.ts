// What Linux tells of a process.
import { readdirSync, readFileSync } from 'node:fs';

/** Bytes of its memory that are resident. */
export function residentBytes(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kilobytes) * 1024;
}

/** How many descriptors it has open. */
export function descriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Resolves as soon as a condition holds; rejects with what it says of itself when that takes too long. */
export async function settled(holds: () => string | null, patience: number): Promise<void> {
  const deadline = Date.now() + patience;
  for (;;) {
    const missing = holds();
    if (missing === null) return;
    if (Date.now() > deadline) throw new Error(missing);
    await new Promise(resolve => setTimeout(resolve, 25));
  }
}
