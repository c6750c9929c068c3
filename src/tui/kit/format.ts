// Numbers as people read them: sizes, rates, durations and clock times. Pure; a time zone comes as minutes east of UTC.
import { say, type WordKey } from '../../words/words.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A number and its unit apart, so that a screen may draw them differently. */
export interface Quantity {
  readonly value: string;
  readonly unit: string;
}

const SIZES = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;

/** Bytes in steps of 1024: `812 B`, `6.1 KB`, `96 MB`. */
export function bytesOf(bytes: number): Quantity {
  let value = Number.isFinite(bytes) ? Math.max(0, bytes) : 0;
  let step = 0;
  // Four digits would take a column more than three: from 1000 on the next unit is taken.
  while (Math.round(value) >= 1000 && step < SIZES.length - 1) {
    value /= 1024;
    step += 1;
  }
  return { value: step === 0 ? String(Math.round(value)) : threeDigits(value), unit: SIZES[step]! };
}

/** `6.1 KB`. */
export function formatBytes(bytes: number): string {
  const { value, unit } = bytesOf(bytes);
  return `${value} ${unit}`;
}

/** A number of things a second: `–` for none, `0.4/s`, `12/s`, `1.2k/s`. */
export function formatRate(perSecond: number): string {
  return perSecond > 0 ? `${formatNumber(perSecond)}/s` : '–';
}

/** At most three digits: `0.4`, `12`, `410`, `1.2k`, `38k`, `2.0M`. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Number.isInteger(value) && Math.abs(value) < 1000) return String(value);
  if (Math.round(value) < 1000) return threeDigits(value);
  const thousands = value / 1000;
  return Math.round(thousands) < 1000 ? `${threeDigits(thousands)}k` : `${threeDigits(thousands / 1000)}M`;
}

/** With commas between thousands: `12,345`. */
export function formatCount(count: number): string {
  return String(Math.round(count)).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Milliseconds of a delay: `0.4 ms`, `12 ms`, `1.2 s`. */
export function delayOf(milliseconds: number): Quantity {
  const seconds = Math.round(milliseconds) >= 1000;
  return { value: threeDigits(seconds ? milliseconds / 1000 : milliseconds), unit: seconds ? 's' : 'ms' };
}

const UNITS: readonly (readonly [number, WordKey])[] = [
  [DAY, 'unit.days'],
  [HOUR, 'unit.hours'],
  [MINUTE, 'unit.minutes'],
  [SECOND, 'unit.seconds'],
];

/** Milliseconds in at most `parts` units that follow each other: `3 d 4 h`, `2 m 5 s`, `41 s`; a zero in between is left out. */
export function formatDuration(milliseconds: number, parts = 2): string {
  let rest = Math.max(0, Math.floor(milliseconds / SECOND) * SECOND);
  const first = UNITS.findIndex(([size]) => rest >= size);
  if (first < 0) return say('unit.seconds', { n: 0 });
  const words: string[] = [];
  for (const [size, key] of UNITS.slice(first, first + parts)) {
    const n = Math.floor(rest / size);
    rest -= n * size;
    if (n > 0) words.push(say(key, { n }));
  }
  return words.join(' ');
}

/** The largest unit alone: `12 m`. */
export function formatAge(milliseconds: number): string {
  return formatDuration(milliseconds, 1);
}

/** `09:49:01`, or `09:49` without seconds; `offset` in minutes east of UTC. */
export function formatClock(time: number, offset = 0, seconds = true): string {
  if (!Number.isFinite(time)) return seconds ? '--:--:--' : '--:--';
  const local = new Date(time + offset * MINUTE);
  const fields = [local.getUTCHours(), local.getUTCMinutes(), local.getUTCSeconds()];
  return fields
    .slice(0, seconds ? 3 : 2)
    .map(field => String(field).padStart(2, '0'))
    .join(':');
}

/** When something began: a clock time within the last day, else how long ago: `09:02`, `3 d`. */
export function formatSince(time: number, now: number, offset = 0): string {
  return now - time < DAY ? formatClock(time, offset, false) : formatAge(now - time);
}

/** When something happened: a clock time within the last day, before that the date too: `09:49:01`, `11-18 09:49`. */
export function formatStamp(time: number, now: number, offset = 0): string {
  if (!Number.isFinite(time) || now - time < DAY) return formatClock(time, offset);
  const day = new Date(time + offset * MINUTE).toISOString().slice(5, 10);
  return `${day} ${formatClock(time, offset, false)}`;
}

/** One decimal below ten, none above. */
function threeDigits(value: number): string {
  return Math.abs(value) < 9.95 ? value.toFixed(1) : String(Math.round(value));
}

const WRITTEN = /^(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?(?:\/s)?$/i;

/** A number of bytes as people write it: `2M`, `500 KB/s`, `1.5GiB`, in steps of 1024; null where it is none. */
export function bytesWritten(text: string): number | null {
  const [, number, unit = ''] = WRITTEN.exec(text.trim()) ?? [];
  if (number === undefined) return null;
  const bytes = Math.round(Number(number) * 1024 ** ' KMGT'.indexOf(unit.toUpperCase() || ' '));
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** Time that is left, as a clock counts down: `0:04`, `12:31`, `1:02:03`; from four days on in days. */
export function formatLeft(milliseconds: number): string {
  const seconds = Math.ceil(Math.max(0, milliseconds) / SECOND);
  if (!Number.isFinite(seconds)) return '–';
  if (seconds >= 4 * 24 * 3600) return formatAge(milliseconds);
  const two = (n: number) => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
