// Times in the log: found by position, for only positions rise for certain.
import type { Millis, Position } from '../../chat/vocabulary.ts';
import type { Prepare } from './database.ts';

/** The position of the last event before a time, by the latest time up to each event; 0 where there is none. */
export function lastBefore(prepared: Prepare, time: Millis, head: Position): Position {
  const find = prepared<{ latest: Millis }>('SELECT latest FROM events WHERE position >= ? ORDER BY position LIMIT 1');
  let low = 1;
  let high = head + 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const row = find.get(middle);
    if (!row || row.latest >= time) high = middle;
    else low = middle + 1;
  }
  return low - 1;
}
