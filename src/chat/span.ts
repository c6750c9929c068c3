// Lengths of time as people write them: 30m, 2h, 7d, 90s, 1w.
import type { Millis } from './vocabulary.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Milliseconds, or null where it is no length of time. */
export function parseSpan(text: string): Millis | null {
  const [, number, unit] = /^(\d{1,6})([smhdw])$/i.exec(text) ?? [];
  return number === undefined ? null : Number(number) * (UNITS[unit?.toLowerCase() ?? ''] ?? 0) * 1000;
}
