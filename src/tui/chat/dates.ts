// What a person writes for a point in time, by the clock of this machine.
import type { Millis } from '../../chat/vocabulary.ts';

/**
 * `today`, `yesterday`, `14:30` (the last time that it was so late), `2026-11-01`, `11-01` (the last one), `2026-11-01 14:30`,
 * `yesterday 9:00`; null: none of them, or no such day.
 */
export function timeWritten(text: string, now: Millis): Millis | null {
  const found = /^(?:(today|yesterday)|(?:(\d{4})-)?(\d{1,2})-(\d{1,2}))?(?:(?:^|[ T])(\d{1,2}):(\d{2}))?$/i.exec(
    text.trim(),
  );
  if (found === null || found[0] === '') return null;
  const [, word, year, month, day, hour, minute] = found;
  const clock = hour === undefined ? [0, 0] : [Number(hour), Number(minute)];
  if (clock[0]! > 23 || clock[1]! > 59) return null;
  const today = new Date(now);
  if (month !== undefined) {
    const given = year === undefined ? today.getFullYear() : Number(year);
    const time = exact(given, Number(month), Number(day), clock);
    return time !== null && year === undefined && time > now
      ? exact(given - 1, Number(month), Number(day), clock)
      : time;
  }
  const back = word?.toLowerCase() === 'yesterday' ? 1 : 0;
  const at = (days: number) =>
    new Date(today.getFullYear(), today.getMonth(), today.getDate() - days, clock[0]!, clock[1]!).getTime();
  return word === undefined && at(0) > now ? at(1) : at(back);
}

/** Null where there is no such day. */
function exact(year: number, month: number, day: number, [hour, minute]: readonly number[]): Millis | null {
  const date = new Date(year, month - 1, day, hour, minute);
  return date.getMonth() === month - 1 && date.getDate() === day ? date.getTime() : null;
}
