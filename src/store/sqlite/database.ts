// Opening a database file of ours: settings that make a commit durable, and migrations with a copy before each.
import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { TchatError } from '../../errors.ts';

export type Sqlite = Database.Database;
/** Gives the one statement of a database for this text. */
export type Prepare = <Row>(sql: string) => Database.Statement<unknown[], Row>;

/** One step of a schema: what brings a database from `version - 1` to `version`. */
export interface Migration {
  readonly version: number;
  readonly sql: string;
  /** What SQL alone cannot bring over, in the same transaction. */
  readonly fill?: (db: Sqlite) => void;
}

/** Milliseconds that a statement waits for another process that writes. */
const BUSY = 5_000;
/** Pages after which the write-ahead log is folded into the file: some 4 MiB. */
const CHECKPOINT_PAGES = 1_000;

/** See `held`. */
const HELD: unknown[] = [];

/**
 * Keeps a database and all its statements for the life of the process. From Node 24.19 on the process aborts when an
 * object of better-sqlite3 12 is collected as garbage (13 does not, and needs Node 22), so none may ever be: whoever uses
 * a database prepares a statement once, iterates over none, and says `exec` where `pragma` would prepare one unseen.
 */
function held(db: Sqlite): Sqlite {
  const { prepare } = db;
  HELD.push(db);
  db.prepare = ((source: string) => {
    const statement = prepare.call(db, source);
    HELD.push(statement);
    return statement;
  }) as Sqlite['prepare'];
  return db;
}

/**
 * Opens for writing; makes the file and its folder, for its owner only, where they are missing, and brings the schema up
 * to date. Throws a TchatError `store-newer` for a file of a later version, `storage-failed` for anything else.
 */
export function openWriter(file: string, migrations: readonly Migration[]): Sqlite {
  try {
    create(file);
    const db = held(new Database(file, { timeout: BUSY }));
    db.exec('PRAGMA journal_mode = WAL');
    // By hand and after WAL: better-sqlite3 runs NORMAL in WAL whatever was set before, and a power cut loses commits.
    db.exec('PRAGMA synchronous = FULL');
    db.exec('PRAGMA foreign_keys = ON');
    db.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    migrate(db, file, migrations);
    return db;
  } catch (error) {
    throw storageError(error);
  }
}

/**
 * Keeps every other process from writing to the same file, until it is closed. A lock of the system's, on a file beside:
 * readers are not disturbed, and nothing is left behind by a process that was killed. Throws `data-in-use`.
 */
export function lock(file: string): Sqlite {
  const beside = `${file}.lock`;
  try {
    create(beside);
    const db = held(new Database(beside, { timeout: 0 }));
    try {
      db.exec('PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE');
    } catch (error) {
      db.close();
      throw error;
    }
    return db;
  } catch (error) {
    if ((error as { code?: unknown }).code === 'SQLITE_BUSY') throw new TchatError('data-in-use', { file }, error);
    throw storageError(error);
  }
}

/**
 * Makes a file with its owner's rights only; those that SQLite puts beside it take them over. One that is there is not
 * touched: closing any descriptor of a file gives up all locks that this process holds on it.
 */
function create(file: string): void {
  if (existsSync(file)) return;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
}

/** Opens for reading beside the writer. */
export function openReader(file: string): Sqlite {
  try {
    return held(new Database(file, { readonly: true, fileMustExist: true, timeout: BUSY }));
  } catch (error) {
    throw storageError(error);
  }
}

/** Opens for reading and writing as it is: no migration, no journal of its own beside it once it is closed. */
export function openWhole(file: string): Sqlite {
  try {
    return held(new Database(file, { fileMustExist: true, timeout: BUSY }));
  } catch (error) {
    throw storageError(error);
  }
}

/** The version of the schema in a file. */
export function versionOf(db: Sqlite): number {
  return db.prepare('SELECT user_version FROM pragma_user_version').pluck().get() as number;
}

function migrate(db: Sqlite, file: string, migrations: readonly Migration[]): void {
  const newest = migrations.at(-1)?.version ?? 0;
  const version = versionOf(db);
  if (version > newest) throw new TchatError('store-newer', { file, version, newest });
  // A new file becomes the newest in one step: no other process finds it half made, and there is nothing to copy.
  if (version === 0) {
    step(db, migrations);
    return;
  }
  for (const migration of migrations) {
    if (migration.version <= version) continue;
    keepCopy(db, file, migration.version - 1);
    step(db, [migration]);
  }
}

function step(db: Sqlite, migrations: readonly Migration[]): void {
  db.transaction(() => {
    for (const { version, sql, fill } of migrations) {
      // Another process may have been faster.
      if (versionOf(db) >= version) continue;
      db.exec(sql);
      fill?.(db);
      db.exec(`PRAGMA user_version = ${version}`);
    }
  }).immediate();
}

/** The file as it was, beside it: `chat.db.v1`. An older copy of that version stays. */
function keepCopy(db: Sqlite, file: string, version: number): void {
  const copy = `${file}.v${version}`;
  if (existsSync(copy) || versionOf(db) !== version) return;
  // By SQLite itself, which keeps the locks that it holds on the file; whole or under another name.
  const part = `${copy}.${process.pid}.part`;
  rmSync(part, { force: true });
  closeSync(openSync(part, 'ax', 0o600));
  db.prepare('VACUUM INTO ?').run(part);
  // Another process may have changed it meanwhile: then that one has the copy.
  if (versionOf(db) === version) renameSync(part, copy);
  else rmSync(part);
}

/** A write that is on the disk when this returns, in a database whose others may wait. Throws what storageError gives. */
export function durably<T>(db: Sqlite, write: () => T): T {
  try {
    db.exec('PRAGMA synchronous = FULL');
    return write();
  } catch (error) {
    throw storageError(error);
  } finally {
    db.exec('PRAGMA synchronous = NORMAL');
  }
}

const FULL = new Set(['SQLITE_FULL', 'ENOSPC', 'EDQUOT']);

/** What SQLite or the file system threw as a code that a client understands. */
export function storageError(error: unknown): TchatError {
  if (error instanceof TchatError) return error;
  const code = String((error as { code?: unknown } | null)?.code ?? '');
  const reason = code || (error instanceof Error ? error.message : String(error));
  return new TchatError(FULL.has(code) ? 'storage-full' : 'storage-failed', { reason }, error);
}
