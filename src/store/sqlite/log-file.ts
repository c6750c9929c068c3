// The file of a server's log, for whoever keeps it: read and copied while the server runs and writes, which notices nothing.
import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Statement } from 'better-sqlite3';
import type { ChatEvent, ConversationId, Millis, Position } from '../../chat/vocabulary.ts';
import { asTchatError, TchatError } from '../../errors.ts';
import { openReader, openWhole, type Prepare, type Sqlite, storageError, versionOf } from './database.ts';
import { markCopy } from './log-copy.ts';
import { lastBefore } from './log-times.ts';
import { EVENT_COLUMNS, type EventRow, eventOf } from './rows.ts';
import { LOG_MIGRATIONS } from './schema.ts';

/** Events that are read at once: no more is held, and nothing is locked between two steps. */
const STEP = 500;

export interface CopyFacts {
  readonly bytes: number;
  readonly events: number;
  /** Of its newest event; 0 where there is none. */
  readonly position: Position;
}

export class LogFile {
  readonly #file: string;
  readonly #db: Sqlite;
  readonly #statements = new Map<string, Statement<unknown[], unknown>>();

  /** Throws a TchatError: `no-server-data` where there is none, `store-newer`, `storage-failed`. */
  constructor(file: string) {
    if (!existsSync(file)) throw new TchatError('no-server-data', { folder: dirname(file) });
    const newest = LOG_MIGRATIONS.at(-1)?.version ?? 0;
    this.#file = file;
    this.#db = openReader(file);
    const version = reading(() => versionOf(this.#db));
    if (version > newest) throw new TchatError('store-newer', { file, version, newest });
    if (version === 0) throw new TchatError('no-server-data', { folder: dirname(file) });
  }

  get head(): Position {
    return reading(
      () => this.#prepared<{ head: Position | null }>('SELECT max(position) AS head FROM events').get()?.head ?? 0,
    );
  }

  positionBefore(time: Millis): Position {
    return reading(() => lastBefore(this.#prepared, time, this.head));
  }

  has(conversation: ConversationId): boolean {
    const find = this.#prepared('SELECT 1 FROM events WHERE conversation = ? LIMIT 1');
    return reading(() => find.get(conversation) !== undefined);
  }

  /** What there is now above a position, in the order of the log, each as it stands when it is read. */
  *events(after: Position): IterableIterator<ChatEvent> {
    const { head } = this;
    const rows = this.#prepared<EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE position > ? AND position <= ? ORDER BY position LIMIT ${STEP}`,
    );
    for (let last: Position | undefined = after; last !== undefined; ) {
      const from: Position = last;
      const some = reading(() => rows.all(from, head));
      for (const row of some) yield eventOf(row);
      last = some.at(-1)?.position;
    }
  }

  /**
   * The log as it is now, as a file of its own that only its owner may read, checked and on the disk. Throws a TchatError:
   * `file-exists` (it never takes the place of another), `file-unwritable`, `no-room`, `backup-broken`.
   */
  copyTo(target: string, now: Millis): CopyFacts {
    if (existsSync(target)) throw new TchatError('file-exists', { file: target });
    const part = `${target}.${process.pid}.part`;
    try {
      rmSync(part, { force: true });
      closeSync(openSync(part, 'wx', 0o600));
      this.#db.prepare('VACUUM INTO ?').run(part);
      const facts = checked(part, this.#file, now);
      flush(part);
      place(part, target);
      flush(dirname(target));
      return { ...facts, bytes: statSync(target).size };
    } catch (error) {
      throw copyError(error, target);
    } finally {
      for (const ending of ['', '-journal', '-wal', '-shm']) rmSync(part + ending, { force: true });
    }
  }

  close(): void {
    this.#db.close();
  }

  readonly #prepared: Prepare = <Row>(sql: string) => {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = reading(() => this.#db.prepare(sql));
      this.#statements.set(sql, statement);
    }
    return statement as Statement<unknown[], Row>;
  };
}

/** Whole, and from now on known as a copy. */
function checked(part: string, file: string, now: Millis): Omit<CopyFacts, 'bytes'> {
  const db = openWhole(part);
  try {
    const faults = db.prepare('SELECT integrity_check FROM pragma_integrity_check LIMIT 1').pluck();
    const fault = faults.get() as string;
    if (fault !== 'ok') throw new TchatError('backup-broken', { file, reason: fault });
    markCopy(db, now);
    const facts = db.prepare('SELECT count(*) AS events, coalesce(max(position), 0) AS position FROM events');
    return facts.get() as Omit<CopyFacts, 'bytes'>;
  } finally {
    db.close();
  }
}

function flush(path: string): void {
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Never over another file; where the file system knows no second names, as nearly so as can be. */
function place(part: string, target: string): void {
  try {
    linkSync(part, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST' || existsSync(target)) throw error;
    renameSync(part, target);
  }
}

function copyError(error: unknown, file: string): TchatError {
  if (error instanceof TchatError) return error;
  const { code = '' } = error as { code?: string };
  if (code === 'EEXIST') return new TchatError('file-exists', { file }, error);
  if (storageError(error).code === 'storage-full') return new TchatError('no-room', { file }, error);
  if (code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB') {
    return new TchatError('backup-broken', { file, reason: code }, error);
  }
  if (/^E[A-Z]|^SQLITE_(CANTOPEN|IOERR|READONLY|PERM)/.test(code))
    return new TchatError('file-unwritable', { file }, error);
  return asTchatError(error);
}

/** A read, with what a disk makes of it as an error of ours. */
function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw storageError(error);
  }
}
