// The journal of files as a table of the client's store.
import type { Millis } from '../../chat/vocabulary.ts';
import { isOver, type TransferJournal, type TransferKey, type TransferRecord } from '../transfer-journal.ts';
import { durably, type Sqlite } from './database.ts';

/** How the store writes what may wait. */
export interface Writes {
  /** With what else comes soon. */
  readonly later: (write: () => void) => void;
  /** All that waits, now. */
  readonly flush: () => void;
  /** What a disk that does not give what it holds is asked for. */
  readonly read: <T>(read: () => T, otherwise: T) => T;
}

export class SqliteTransferJournal implements TransferJournal {
  readonly #db: Sqlite;
  readonly #owner: number;
  readonly #writes: Writes;
  readonly #sql: ReturnType<typeof statements>;
  /** What is to be written soon, by key: what is put meanwhile is newer. */
  readonly #waiting = new Map<string, TransferRecord>();

  /** `owner`: the place of this process, see `queued` in client-schema.ts. */
  constructor(db: Sqlite, owner: number, writes: Writes) {
    this.#db = db;
    this.#owner = owner;
    this.#writes = writes;
    this.#sql = statements(db);
  }

  put(record: TransferRecord): boolean {
    // What waits is older.
    this.#writes.flush();
    this.#waiting.delete(keyOf(record));
    return durably(this.#db, () => this.#sql.put.run(...this.#row(record)).changes > 0);
  }

  note(record: TransferRecord): void {
    const key = keyOf(record);
    const isWaiting = this.#waiting.has(key);
    this.#waiting.set(key, record);
    if (isWaiting) return;
    this.#writes.later(() => {
      const newest = this.#waiting.get(key);
      this.#waiting.delete(key);
      if (newest) this.#sql.note.run(...this.#row(newest));
    });
  }

  list(server: string): readonly TransferRecord[] {
    this.#writes.flush();
    const rows = this.#writes.read(() => this.#sql.list.all(server, this.#owner) as string[], []);
    return rows.map(row => JSON.parse(row) as TransferRecord);
  }

  drop(key: TransferKey): void {
    this.#waiting.delete(keyOf(key));
    this.#writes.later(() => this.#sql.drop.run(key.server, key.account, key.id));
  }

  forget(before: Millis): void {
    this.#writes.later(() => this.#sql.forget.run(before));
  }

  /** What a process that is no more was at becomes this one's. */
  adopt(owner: number): void {
    this.#sql.adopt.run(this.#owner, owner);
  }

  #row(record: TransferRecord) {
    const { server, account, id, time } = record;
    return [Number(isOver(record)), time, JSON.stringify(record), server, account, id, this.#owner];
  }
}

function statements(db: Sqlite) {
  return {
    put: db.prepare(`
      INSERT INTO transfers (over, time, record, server, account, id, owner) VALUES (?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (server, account, id) DO UPDATE
        SET owner = excluded.owner, over = excluded.over, time = excluded.time, record = excluded.record
        WHERE owner = excluded.owner OR over
    `),
    note: db.prepare(`
      UPDATE transfers SET over = ?, time = ?, record = ? WHERE server = ? AND account = ? AND id = ? AND owner = ?
    `),
    list: db.prepare('SELECT record FROM transfers WHERE server = ? AND owner = ? ORDER BY sequence').pluck(),
    drop: db.prepare('DELETE FROM transfers WHERE server = ? AND account = ? AND id = ?'),
    forget: db.prepare('DELETE FROM transfers WHERE over AND time < ?'),
    adopt: db.prepare('UPDATE transfers SET owner = ? WHERE owner = ?'),
  };
}

function keyOf({ server, account, id }: TransferKey): string {
  return `${server}/${account}/${id}`;
}
