// Lengths of time as people write them: 30m, 2h, 7d, 90s, 1w.
import type { Millis } from './vocabulary.ts';

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };

/** Milliseconds, or null where it is no length of time. */
export function parseSpan(text: string): Millis | null {
  const [, number, unit] = /^(\d{1,6})([smhdw])$/i.exec(text) ?? [];
  return number === undefined ? null : Number(number) * (UNITS[unit?.toLowerCase() ?? ''] ?? 0) * 1000;
}

/** As parseSpan reads it, in the largest unit up to days that it is a whole number of; parts of a second are left out. */
export function formatSpan(span: Millis): string {
  const seconds = Math.max(1, Math.round(span / 1000));
  const [unit, size] = Object.entries(UNITS).findLast(([name, each]) => name !== 'w' && seconds % each === 0) ?? [
    's',
    1,
  ];
  return `${seconds / size}${unit}`;
}
