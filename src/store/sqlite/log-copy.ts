// A copy of the log that is put back in its place: it goes on under the same id, but with positions that were never given,
// for those who were connected have come further than the copy knows. What they ask for "from here on" is then all that is new.
import type { Millis, Position } from '../../chat/vocabulary.ts';
import type { Sqlite } from './database.ts';
import { HEAD } from './schema.ts';

/** The fact of a copy: when it was made, in milliseconds. The log itself has none. */
export const COPIED = 'copied';

/** Positions that are left out at least, and for each second since the copy was made: more than a server gives. */
const LEFT_OUT = 1_000_000;
const LEFT_OUT_A_SECOND = 1_000;

/** Marks a copy as one. */
export function markCopy(db: Sqlite, now: Millis): void {
  db.prepare('INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)').run(COPIED, String(now));
}

/** Where the file is a copy, it is the log from now on. */
export function takeUpCopy(db: Sqlite, now: Millis): void {
  const fact = db.prepare('SELECT value FROM facts WHERE name = ?').pluck();
  const copied = fact.get(COPIED) as string | undefined;
  if (copied === undefined) return;
  const newest = db.prepare('SELECT max(coalesce((SELECT max(position) FROM events), 0), coalesce(?, 0))').pluck();
  const head = newest.get(Number(fact.get(HEAD) ?? 0)) as Position;
  const seconds = Math.max(0, Math.ceil((now - Number(copied)) / 1_000));
  const set = db.prepare('INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)');
  const unset = db.prepare('DELETE FROM facts WHERE name = ?');
  db.transaction(() => {
    set.run(HEAD, String(head + LEFT_OUT + seconds * LEFT_OUT_A_SECOND));
    unset.run(COPIED);
  }).immediate();
}
