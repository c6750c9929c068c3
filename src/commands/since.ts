// --since: a position, or how long ago.
import type { Position } from '../chat/vocabulary.ts';
import { TchatError } from '../errors.ts';

/** Above a position, or from so many milliseconds ago on. */
export type Since = { readonly after: Position } | { readonly ago: number };

const UNITS: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Throws `bad-option`. */
export function parseSince(text: string): Since {
  const [, digits, unit] = /^(\d{1,15})([smhd])?$/.exec(text) ?? [];
  if (digits === undefined) {
    const wanted = 'give a position, or a time such as 30s, 10m, 2h or 7d';
    throw new TchatError('bad-option', { option: '--since', value: text, wanted });
  }
  return unit === undefined ? { after: Number(digits) } : { ago: Number(digits) * (UNITS[unit] as number) };
}
