// The client's store in SQLite, on the thread of the screen: a line is on the disk before the screen calls it queued, and that
// takes less time than painting does. Everything else is written together, a little later, without waiting for the disk.
// Several processes of one profile share the file.
import { renameSync, rmSync } from 'node:fs';
import type { AnyEvent, ConversationId, MessageId, Position } from '../../chat/vocabulary.ts';
import { TchatError } from '../../errors.ts';
import {
  type CachedPage,
  type ClientStore,
  type KeptHits,
  type KeptSearch,
  type Known,
  knownOf,
  type QueuedLine,
  type Refusal,
  type Said,
} from '../client-store.ts';
import { joining } from '../folding.ts';
import { ClientEvents } from './client-events.ts';
import { CLIENT_MIGRATIONS } from './client-schema.ts';
import { clientStatements } from './client-statements.ts';
import { durably, lock, openWriter, type Sqlite, storageError } from './database.ts';
import { SqliteTransferJournal } from './transfer-journal.ts';

/** Milliseconds within which writes are put together. */
const SOON = 50;
/** Writes that wait while the disk takes none; more, and nothing is kept until the next start. */
const WAITING = 10_000;
const BROKEN = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB']);
/** Places for processes of one profile at one address. */
const PLACES = 64;
/** Servers at one address whose conversations are kept: a test server that is made anew every day leaves no heap behind. */
const SERVERS = 3;

interface QueuedRow {
  readonly id: string;
  readonly server: string | null;
  readonly time: number;
  readonly command: string;
  readonly refusal: string | null;
}

export class SqliteClientStore implements ClientStore {
  readonly transfers: SqliteTransferJournal;
  readonly #db: Sqlite;
  /** Held for as long as this process lives. */
  readonly #place: Sqlite;
  readonly #owner: number;
  readonly #sql: ReturnType<typeof clientStatements>;
  readonly #events: ClientEvents;
  readonly #soon: (() => void)[] = [];
  #timer: NodeJS.Timeout | null = null;
  #server: { readonly number: number; readonly id: string } | null;
  /** Where this process stands: others move the one in the file on, past what is shown here. */
  #cursor: Position | null;
  #ahead: ReadonlyMap<ConversationId, Position>;
  #written: Position | null;
  /** What `written` will be when the transaction is. */
  #writing: Position = 0;
  #whenWritten: () => void = () => {};
  #full = false;
  #closed = false;
  #broken: string | null = null;

  private constructor(file: string, db: Sqlite, place: Sqlite, owner: number) {
    this.#db = db;
    this.#place = place;
    this.#owner = owner;
    this.#sql = clientStatements(db);
    this.#server = (this.#sql.last.get() as { number: number; id: string } | undefined) ?? null;
    this.#events = new ClientEvents(db);
    this.transfers = new SqliteTransferJournal(db, owner, {
      later: write => this.#later(write),
      flush: () => this.flush(),
      read: (read, otherwise) => this.#read(read, otherwise),
    });
    [this.#cursor, this.#ahead] = this.#stored();
    this.#written = this.#cursor;
    this.#adopt(file);
    db.exec('PRAGMA synchronous = NORMAL');
  }

  /**
   * Opens the file, or makes it; one that is no database any more is put aside as FILE.broken, and a new one begun. Lines of
   * processes that are no more become this one's. Throws a TchatError `store-newer`, `storage-full` or `storage-failed`.
   */
  static open(file: string): SqliteClientStore {
    try {
      return SqliteClientStore.#open(file);
    } catch (error) {
      if (!BROKEN.has(String((error as TchatError).params['reason']))) throw error;
      for (const part of ['-wal', '-shm']) rmSync(file + part, { force: true });
      renameSync(file, `${file}.broken`);
      const store = SqliteClientStore.#open(file);
      store.#broken = `${file}.broken`;
      return store;
    }
  }

  /** Where the file is that could not be read, if there was one. */
  get broken(): string | null {
    return this.#broken;
  }

  static #open(file: string): SqliteClientStore {
    const db = openWriter(file, CLIENT_MIGRATIONS);
    try {
      const [owner, place] = takePlace(file);
      return new SqliteClientStore(file, db, place, owner);
    } catch (error) {
      db.close();
      throw storageError(error);
    }
  }

  get server(): string | null {
    return this.#server?.id ?? null;
  }

  get cursor(): Position | null {
    return this.#cursor;
  }

  get ahead(): ReadonlyMap<ConversationId, Position> {
    return this.#ahead;
  }

  get written(): Position | null {
    return this.#written;
  }

  whenWritten(call: () => void): void {
    this.#whenWritten = call;
  }

  // Lines on their way

  add({ id, command, time, server, refusal }: QueuedLine): void {
    const values = [id, this.#owner, server, time, commandText(command), refusal && JSON.stringify(refusal)];
    durably(this.#db, () => this.#sql.add.run(...values));
  }

  refuse(id: MessageId, refusal: Refusal): void {
    this.#later(() => this.#sql.refuse.run(JSON.stringify(refusal), id));
  }

  settle(id: MessageId): void {
    this.#later(() => this.#sql.settle.run(id));
  }

  queued(): readonly QueuedLine[] {
    this.flush();
    const rows = this.#read(() => this.#sql.queued.all(this.#owner) as QueuedRow[], []);
    return rows.map(({ id, server, time, command, refusal }) => ({
      ...{ id, server, time, command: commandOf(command) },
      refusal: refusal === null ? null : (JSON.parse(refusal) as Refusal),
    }));
  }

  // What was read

  enter(server: string, head: Position): Position | null {
    this.flush();
    const before = this.server;
    try {
      this.#db.transaction(() => {
        const { number } = this.#sql.enter.get(server) as { number: number };
        this.#server = { number, id: server };
        this.#sql.others.run(SERVERS);
        this.#sql.cutCursor.run(head, number);
        this.#events.cut(number, head);
      })();
    } catch {
      // What cannot be written for this server must not be taken from the one before.
      this.#server = { number: 0, id: server };
      this.#full = true;
    }
    if (before !== server) {
      [this.#cursor, this.#ahead] = this.#stored();
      this.#written = this.#cursor;
    }
    if (this.#cursor !== null) this.#cursor = Math.min(this.#cursor, head);
    if (this.#written !== null) this.#written = Math.min(this.#written, head);
    return this.#cursor;
  }

  keep(events: readonly AnyEvent[], cursor: Position): void {
    this.#cursor = Math.max(this.#cursor ?? 0, cursor);
    this.#here(number => {
      for (const event of events) this.#events.append(number, event);
      this.#sql.moveCursor.run(cursor, number);
      if (number === this.#number) this.#writing = Math.max(this.#writing, cursor);
    });
  }

  keepPage(conversation: ConversationId, before: Position | null, events: readonly AnyEvent[]): void {
    const cursor = this.#cursor;
    this.#here(number => {
      const oldest = this.#events.oldest(number, conversation);
      const fitting = joining({ conversation, oldest, before, events, cursor });
      if (!this.#events.isFull(number, conversation)) this.#events.insert(number, fitting);
    });
  }

  keepNewest(conversation: ConversationId, events: readonly AnyEvent[]): void {
    const first = events[0]?.position;
    if (first === undefined) return;
    this.#here(number => {
      const newest = this.#events.newest(number, conversation) ?? 0;
      if (newest < first) this.#events.forget(number, conversation, first);
      this.#events.insert(number, events);
    });
  }

  forget(conversation: ConversationId, before: Position): void {
    this.#here(number => this.#events.forget(number, conversation, before));
  }

  page(conversation: ConversationId, before: Position | null, limit: number): CachedPage {
    this.flush();
    const find = () => this.#events.page(this.#number, conversation, before, limit);
    return this.#read(find, { events: [], more: false });
  }

  search(request: KeptSearch): KeptHits {
    this.flush();
    return this.#read(() => this.#events.search(this.#number, request), { events: [], more: false, reached: 0 });
  }

  conversations(): readonly ConversationId[] {
    this.flush();
    return this.#read(() => this.#events.conversations(this.#number), []);
  }

  // Drafts, what was read, facts

  setDraft(chat: string, text: string): void {
    this.#later(() => (text === '' ? this.#sql.dropDraft.run(chat) : this.#sql.setDraft.run(chat, text)));
  }

  drafts(): ReadonlyMap<string, string> {
    this.flush();
    return new Map(this.#read(() => this.#sql.drafts.all() as [string, string][], []));
  }

  setRead(chat: string, position: Position): void {
    this.#here(number => this.#sql.setRead.run(number, chat, position));
  }

  reads(): ReadonlyMap<string, Position> {
    this.flush();
    return new Map(this.#read(() => this.#sql.reads.all(this.#number) as [string, number][], []));
  }

  remember(facts: Partial<Known>): void {
    this.#here(number => {
      for (const [name, value] of Object.entries(facts)) this.#sql.remember.run(number, name, JSON.stringify(value));
    });
  }

  known(): Known | null {
    this.flush();
    const rows = this.#read(() => this.#sql.facts.all(this.#number) as [string, string][], []);
    return knownOf(Object.fromEntries(rows.map(([name, value]) => [name, JSON.parse(value)])) as Partial<Known>);
  }

  flush(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    if (this.#soon.length === 0 || this.#closed) return;
    this.#writing = this.#written ?? 0;
    try {
      this.#db
        .transaction(() => {
          for (const write of this.#soon) write();
        })
        .immediate();
      this.#soon.length = 0;
    } catch {
      // Tried again with the next write. A cursor must never be ahead of its events: they are kept or given up together.
      if (this.#soon.length < WAITING) return;
      this.#full = true;
      this.#soon.length = 0;
      return;
    }
    if (this.#writing === (this.#written ?? 0)) return;
    this.#written = this.#writing;
    this.#whenWritten();
  }

  close(): void {
    this.flush();
    if (this.#closed) return;
    this.#closed = true;
    this.#db.close();
    this.#place.close();
  }

  /** No server has number 0. */
  get #number(): number {
    return this.#server?.number ?? 0;
  }

  /** The cursor in the file and what stands beyond it, as they were at one moment: other processes write too. */
  #stored(): readonly [Position | null, ReadonlyMap<ConversationId, Position>] {
    const find = this.#db.transaction(() => {
      const cursor = (this.#sql.cursor.get(this.#number) as Position | null | undefined) ?? null;
      return [cursor, this.#events.ahead(this.#number, cursor ?? 0)] as const;
    });
    return this.#read(find, [null, new Map()]);
  }

  /** A disk that does not give what it holds: the server has it too, and nothing is written behind a gap. */
  #read<T>(read: () => T, otherwise: T): T {
    try {
      return read();
    } catch {
      this.#full = true;
      return otherwise;
    }
  }

  /** Written with what else comes soon. */
  #later(write: () => void): void {
    if (this.#full || this.#closed) return;
    this.#soon.push(write);
    this.#timer ??= setTimeout(() => this.flush(), SOON).unref();
  }

  /** … for the server that is logged in to now. */
  #here(write: (server: number) => void): void {
    const number = this.#number;
    if (number !== 0) this.#later(() => write(number));
  }

  /** Lines of places that nobody holds any more become this one's. */
  #adopt(file: string): void {
    for (const owner of this.#sql.owners.all(this.#owner, this.#owner) as number[]) {
      const place = tryPlace(file, owner);
      if (!place) continue;
      this.#sql.adopt.run(this.#owner, owner);
      this.transfers.adopt(owner);
      place.close();
    }
  }
}

/** The first place that no living process holds. */
function takePlace(file: string): readonly [number, Sqlite] {
  for (let owner = 1; owner <= PLACES; owner++) {
    const place = tryPlace(file, owner);
    if (place) return [owner, place];
  }
  throw new TchatError('storage-failed', { reason: `more than ${PLACES} clients` });
}

function tryPlace(file: string, owner: number): Sqlite | null {
  try {
    return lock(`${file}.${owner}`);
  } catch (error) {
    if (error instanceof TchatError && error.code === 'data-in-use') return null;
    throw error;
  }
}

function commandText({ body, ...rest }: Said): string {
  const sealed = body.kind === 'sealed' ? Buffer.from(body.bytes).toString('base64') : null;
  return JSON.stringify(sealed === null ? { ...rest, body } : { ...rest, body: { kind: 'sealed', sealed } });
}

function commandOf(text: string): Said {
  const { body, ...rest } = JSON.parse(text) as Said & { body: { sealed?: string } };
  if (body.kind === 'text') return { ...rest, body };
  return { ...rest, body: { kind: 'sealed', bytes: new Uint8Array(Buffer.from(body.sealed ?? '', 'base64')) } };
}
