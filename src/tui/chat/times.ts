// Days and times of day as the reader's clock has them.
import type { Millis } from '../../chat/vocabulary.ts';

/** A number for each local day, for telling days apart: 20261120. */
export function dayOf(time: Millis): number {
  if (time >= cached.from && time < cached.until) return cached.day;
  const date = new Date(time);
  const from = new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  const until = new Date(date.getFullYear(), date.getMonth(), date.getDate() + 1).getTime();
  cached = { from, until, day: date.getFullYear() * 10_000 + (date.getMonth() + 1) * 100 + date.getDate() };
  return cached.day;
}

/** Neighbouring lines are mostly of one day, and a Date is the costly part. */
let cached = { from: 0, until: 0, day: 0 };

/** '09:41' */
export function timeOfDay(time: Millis): string {
  const date = new Date(time);
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}

/** The parts that a sentence with a date in it needs; weekday (0 is Sunday) and month (0–11) are for lists of words. */
export function dateParts(time: Millis): { weekday: number; day: number; month: number; year: number } {
  const date = new Date(time);
  return { weekday: date.getDay(), day: date.getDate(), month: date.getMonth(), year: date.getFullYear() };
}

/** Minutes east of UTC at a time, as formatting wants them. */
export function offsetOf(time: Millis): number {
  return -new Date(time).getTimezoneOffset();
}
