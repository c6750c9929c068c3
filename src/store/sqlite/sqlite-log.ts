// The durable log: a SQLite file with one writer thread and a reader in this one. When append is fulfilled, the events
// have been flushed to the disk.
import { randomUUID } from 'node:crypto';
import type { Statement } from 'better-sqlite3';
import type {
  AccountId,
  ChatEvent,
  ConversationId,
  Draft,
  MessageId,
  Millis,
  Position,
} from '../../chat/vocabulary.ts';
import type { EventLog, EventPage, PageRequest, Receipt, Talk } from '../event-log.ts';
import { openReader, type Sqlite, storageError } from './database.ts';
import { type EventRow, eventOf, rowOf } from './rows.ts';
import type { WrittenEvent } from './writer.ts';
import { Writing } from './writing.ts';

/** Rows of the state's history that are read at once. */
const HISTORY_ROWS = 1_000;
const COLUMNS = 'position, time, conversation, account, name, kind, text, sealed, detail';
export class SqliteLog implements EventLog {
  readonly id: string;
  readonly #file: string;
  #writing: Writing;
  readonly #reader: Sqlite;
  readonly #statements = new Map<string, Statement<unknown[], unknown>>();
  readonly #receipt: Statement<[string, Buffer], Receipt>;
  /** The highest position that was given, and the highest whose write is known to be kept: readers see no further. */
  #given: Position;
  #kept: Position;
  #latest: Millis;
  #closed = false;

  private constructor(file: string, writing: Writing) {
    this.#file = file;
    this.#writing = writing;
    this.#reader = openReader(file);
    this.#receipt = this.#reader.prepare('SELECT position, time FROM receipts WHERE account = ? AND id = ?');
    const id = this.#reader.prepare('SELECT value FROM facts WHERE name = ?').get('id') as { value: string };
    this.id = id.value;
    this.#kept = this.#newest();
    this.#given = this.#kept;
    const newest = this.#reader.prepare('SELECT latest FROM events ORDER BY position DESC LIMIT 1').get();
    this.#latest = (newest as { latest: Millis } | undefined)?.latest ?? 0;
  }

  /** Opens or makes the file. Rejects with `storage-failed`, `storage-full` or `store-newer`. */
  static async open(file: string): Promise<SqliteLog> {
    const writing = await Writing.open(file);
    // Only the first of these is ever kept.
    await writing.ask({ do: 'first-fact', name: 'id', value: randomUUID() });
    return new SqliteLog(file, writing);
  }

  get head(): Position {
    return this.#kept;
  }

  async append(drafts: readonly Draft[]): Promise<readonly ChatEvent[]> {
    let position = this.#given;
    const events = drafts.map(draft => ({ ...draft, position: ++position }) as ChatEvent);
    // Taken whatever comes of it: a position whose write failed is never given again, for it may be on the disk.
    this.#given = position;
    await this.#writing.ask({ do: 'append', events: events.map(event => this.#written(event)), marks: [] });
    this.#kept = position;
    return events;
  }

  find(account: AccountId, id: MessageId): Receipt | null {
    return reading(() => this.#receipt.get(account, idBytes(id)) ?? null);
  }

  page(request: PageRequest): EventPage {
    return reading(() => this.#page(request));
  }

  #page(request: PageRequest): EventPage {
    const { conversations, before, after, since, limit } = request;
    if (since !== undefined) return this.#page({ conversations, limit, after: this.#before(since) });
    const forward = after !== undefined;
    const edge = forward ? after : Math.min(before ?? this.#kept + 1, this.#kept + 1);
    return this.#merged([...conversations], { forward, edge, limit });
  }

  *history(): IterableIterator<ChatEvent> {
    const rows = this.#prepared<EventRow>(
      `SELECT ${COLUMNS} FROM events WHERE position > ? AND kind NOT IN ('message', 'edited', 'deleted', 'reacted')
        ORDER BY position LIMIT ${HISTORY_ROWS}`,
    );
    for (let after: Position | undefined = 0; after !== undefined; ) {
      const from: Position = after;
      const some = reading(() => rows.all(from));
      for (const row of some) yield eventOf(row);
      after = some.at(-1)?.position;
    }
  }

  talks(): readonly Talk[] {
    return reading(() => this.#prepared<Talk>('SELECT conversation, one, other FROM talks').all());
  }

  async recover(): Promise<void> {
    // A thread that has died is replaced; one that lives opens the file anew itself.
    if (this.#writing.dead) this.#writing = await Writing.open(this.#file);
    if (this.#closed) await this.#writing.close();
    await this.#writing.ask({ do: 'probe' });
    this.#kept = reading(() => this.#newest());
    this.#given = Math.max(this.#given, this.#kept);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#writing.close();
    this.#reader.close();
  }

  /**
   * The conversations merged in the order of the log, each read by its own index: what a page costs depends on its
   * length and on how many conversations it is of, not on how far apart their events stand.
   */
  #merged(names: readonly ConversationId[], { forward, edge, limit }: Range): EventPage {
    const order = forward
      ? 'position > ? AND position <= ? ORDER BY position'
      : 'position < ? AND position >= ? ORDER BY position DESC';
    const first = this.#prepared<{ position: Position }>(
      `SELECT position FROM events WHERE conversation = ? AND ${order} LIMIT 1`,
    );
    const some = this.#prepared<EventRow>(`SELECT ${COLUMNS} FROM events WHERE conversation = ? AND ${order} LIMIT ?`);
    const end = forward ? this.#kept : 0;
    // The nearest is last. Of one conversation only its next position is known at a time.
    const next: { name: ConversationId; position: Position }[] = [];
    const put = (name: ConversationId, from: Position) => {
      const found = first.get(name, from, end);
      if (found) insert(next, { name, position: found.position }, forward);
    };
    for (const name of names) put(name, edge);
    const rows: EventRow[] = [];
    while (rows.length <= limit) {
      const nearest = next.pop();
      if (!nearest) break;
      // As far as the next conversation's next event.
      const until = next.at(-1)?.position ?? end;
      const from = nearest.position + (forward ? -1 : 1);
      const run = some.all(nearest.name, from, until, limit + 1 - rows.length);
      rows.push(...run);
      put(nearest.name, run.at(-1)?.position ?? until);
    }
    const events = rows.slice(0, limit).map(eventOf);
    return { events: forward ? events : events.reverse(), more: rows.length > limit };
  }

  #written(event: ChatEvent): WrittenEvent {
    const other = event.kind === 'message' && event.to ? event.to.account : null;
    this.#latest = Math.max(this.#latest, event.time);
    const row = { ...rowOf(event), latest: this.#latest };
    return { row, id: event.id === null ? null : idBytes(event.id), other };
  }

  #prepared<Row>(sql: string): Statement<unknown[], Row> {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#reader.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement as Statement<unknown[], Row>;
  }

  /** The position below the first event that is not earlier than a time. */
  #before(time: Millis): Position {
    const find = this.#prepared<{ latest: Millis }>(
      'SELECT latest FROM events WHERE position >= ? ORDER BY position LIMIT 1',
    );
    let low = 0;
    let high = this.#kept + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const row = find.get(middle);
      if (!row || row.latest >= time) high = middle;
      else low = middle + 1;
    }
    return low - 1;
  }

  #newest(): Position {
    const newest = (table: 'events' | 'receipts') =>
      this.#prepared<{ newest: Position | null }>(`SELECT max(position) AS newest FROM ${table}`).get()?.newest ?? 0;
    return Math.max(newest('events'), newest('receipts'));
  }
}

/** A read, with what a disk makes of it as an error of ours. */
function reading<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw storageError(error);
  }
}

interface Range {
  readonly forward: boolean;
  readonly edge: Position;
  readonly limit: number;
}

/** Keeps the list ordered so that the nearest is last. */
function insert<T extends { readonly position: Position }>(list: T[], item: T, forward: boolean): void {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const beyond = (list[middle] as T).position > item.position === forward;
    if (beyond) low = middle + 1;
    else high = middle;
  }
  list.splice(low, 0, item);
}

function idBytes(id: MessageId): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}
