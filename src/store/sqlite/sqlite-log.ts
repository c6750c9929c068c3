// The durable log: a SQLite file with one writer thread and a reader in this one. When append is fulfilled, the events
// have been flushed to the disk.
import { randomUUID } from 'node:crypto';
import type { Statement } from 'better-sqlite3';
import type { Reach } from '../../chat/access.ts';
import { isChange } from '../../chat/fold.ts';
import type {
  AccountId,
  ChatEvent,
  ConversationId,
  Draft,
  Message,
  MessageId,
  Millis,
  Position,
} from '../../chat/vocabulary.ts';
import type {
  EventLog,
  EventPage,
  ForgetRequest,
  Forgotten,
  Mark,
  PageRequest,
  Receipt,
  ReceiptPlace,
  ReceiptsRequest,
  SearchPage,
  SearchRequest,
  Talk,
} from '../event-log.ts';
import { Within } from '../within.ts';
import { openReader, type Prepare, type Sqlite, storageError } from './database.ts';
import { idBytes, receiptsToForget, talkToForget } from './log-forgetting.ts';
import { searchLog } from './log-search.ts';
import { seenWithin } from './log-seen.ts';
import { lastBefore } from './log-times.ts';
import { PendingMarks } from './pending-marks.ts';
import { EVENT_COLUMNS, type EventRow, eventOf, rowOf } from './rows.ts';
import { HEAD, LATEST } from './schema.ts';
import type { WrittenEvent } from './writer.ts';
import { Writing } from './writing.ts';

const BY_POSITION = `SELECT ${EVENT_COLUMNS} FROM events WHERE position = ?`;
/** Rows of the state's history that are read at once. */
const HISTORY_ROWS = 1_000;
/** As the index of them says it. */
const OF_FILES = "kind IN ('offered', 'received', 'declined', 'withdrawn')";
const NO_FILES = "kind NOT IN ('offered', 'received', 'declined', 'withdrawn')";
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
  readonly #marks: PendingMarks;

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
    this.#latest = Math.max((newest as { latest: Millis } | undefined)?.latest ?? 0, Number(this.fact(LATEST) ?? 0));
    this.#marks = new PendingMarks(marks => this.#writing.ask({ do: 'mark', marks }));
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

  get latest(): Millis {
    return this.#latest;
  }

  async append(drafts: readonly Draft[]): Promise<readonly ChatEvent[]> {
    let position = this.#given;
    const events = drafts.map(draft => ({ ...draft, position: ++position }) as ChatEvent);
    // Taken whatever comes of it: a position whose write failed is never given again, for it may be on the disk.
    this.#given = position;
    const marks = this.#marks.take();
    const written = events.map(event => this.#written(event));
    try {
      await this.#writing.ask({ do: 'append', events: written, marks: marks.all });
      marks.kept();
    } catch (error) {
      marks.again();
      throw error;
    }
    this.#kept = position;
    return events;
  }

  find(account: AccountId, id: MessageId): Receipt | null {
    return reading(() => this.#receipt.get(account, idBytes(id)) ?? null);
  }

  page(request: PageRequest): EventPage {
    return reading(() => this.#page(request));
  }

  message(account: AccountId, id: MessageId): Message | null {
    return reading(() => {
      const found = this.find(account, id);
      const row = found && this.#prepared<EventRow>(BY_POSITION).get(found.position);
      return row?.kind === 'message' && row.account === account ? (eventOf(row) as Message) : null;
    });
  }

  search(request: SearchRequest): SearchPage {
    return reading(() => searchLog({ prepared: this.#prepare, head: this.#kept }, request));
  }

  count(reaches: readonly Reach[], after: Position, most: number, notBy?: AccountId): number {
    const among = notBy === undefined ? '' : "AND kind = 'message' AND account <> ?";
    const find = this.#prepared<{ found: number }>(`SELECT count(*) AS found FROM (SELECT 1 FROM events
      WHERE conversation = ? AND position > ? AND position <= ? ${among} LIMIT ?)`);
    return reading(() => {
      let found = 0;
      for (const { conversation, from, to } of reaches) {
        const range = [conversation, Math.max(after, from - 1), Math.min(to, this.#kept)];
        const args = notBy === undefined ? range : [...range, notBy];
        found += find.get(...args, most - found)?.found ?? 0;
        if (found >= most) break;
      }
      return found;
    });
  }

  weigh(conversation: ConversationId, after: Position, by: AccountId): { messages: number; bytes: number } {
    const find = this.#prepared<{ messages: number; bytes: number }>(`SELECT count(*) AS messages,
      coalesce(sum(octet_length(text)), 0) + coalesce(sum(length(sealed)), 0) AS bytes FROM events
      WHERE conversation = ? AND position > ? AND position <= ? AND account = ? AND kind <> 'deleted'`);
    return reading(() => find.get(conversation, after, this.#kept, by) ?? { messages: 0, bytes: 0 });
  }

  last(reaches: readonly Reach[]): Position {
    const find = this.#prepared<{ last: Position | null }>(
      'SELECT max(position) AS last FROM events WHERE conversation = ? AND position >= ? AND position <= ?',
    );
    return reading(() => {
      let last = 0;
      for (const { conversation, from, to } of reaches) {
        last = Math.max(last, find.get(conversation, from, Math.min(to, this.#kept))?.last ?? 0);
      }
      return last;
    });
  }

  positionBefore(time: Millis): Position {
    return reading(() => lastBefore(this.#prepare, time, this.#kept));
  }

  mark(marks: readonly Mark[]): void {
    if (!this.#closed) this.#marks.add(marks);
  }

  marks(of: { account: AccountId } | { kind: Mark['kind'] }): readonly Mark[] {
    const columns = 'account, conversation, kind, position AS value';
    const [where, value] = 'account' in of ? ['account', of.account] : ['kind', of.kind];
    return reading(() => {
      const rows = this.#prepared<Mark>(`SELECT ${columns} FROM marks WHERE ${where} = ?`).all(value);
      return this.#marks.over(rows, mark => ('account' in of ? mark.account === of.account : mark.kind === of.kind));
    });
  }

  async forget(request: ForgetRequest): Promise<Forgotten<Position>> {
    const { next, ...going } = reading(() => talkToForget(this.#prepare, request, this.#kept));
    const head = { position: this.#kept, latest: this.#latest };
    if (going.positions.length > 0) await this.#writing.ask({ do: 'forget', ...going, head });
    return { forgotten: going.positions.length, next };
  }

  async forgetReceipts(request: ReceiptsRequest): Promise<Forgotten<ReceiptPlace>> {
    const { next, receipts } = reading(() => receiptsToForget(this.#prepare, request));
    const head = { position: this.#kept, latest: this.#latest };
    if (receipts.length > 0) await this.#writing.ask({ do: 'forget', positions: [], receipts, head });
    return { forgotten: receipts.length, next };
  }

  size(): number {
    const find = this.#prepared<{ bytes: number }>(`SELECT (page_count - freelist_count) * page_size AS bytes
      FROM pragma_page_count, pragma_freelist_count, pragma_page_size`);
    return reading(() => find.get()?.bytes ?? 0);
  }

  fact(name: string): string | null {
    return reading(
      () => this.#prepared<{ value: string }>('SELECT value FROM facts WHERE name = ?').get(name)?.value ?? null,
    );
  }

  async setFact(name: string, value: string): Promise<void> {
    await this.#writing.ask({ do: 'fact', name, value });
  }

  #page(request: PageRequest): EventPage {
    const { reaches, before, after, since, limit } = request;
    if (since !== undefined) return this.#page({ reaches, limit, after: lastBefore(this.#prepare, since, this.#kept) });
    const forward = after !== undefined;
    const edge = forward ? after : Math.min(before ?? this.#kept + 1, this.#kept + 1);
    return this.#merged(reaches, { forward, edge, limit });
  }

  history(): Iterable<ChatEvent> {
    return this.#all(`kind NOT IN ('message', 'edited', 'deleted', 'reacted') AND ${NO_FILES}`, 0);
  }

  files(after: Position): Iterable<ChatEvent> {
    return this.#all(OF_FILES, after);
  }

  *#all(which: string, from: Position): IterableIterator<ChatEvent> {
    const rows = this.#prepared<EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE position > ? AND ${which} ORDER BY position LIMIT ${HISTORY_ROWS}`,
    );
    for (let after: Position | undefined = from; after !== undefined; ) {
      const last: Position = after;
      const some = reading(() => rows.all(last));
      for (const row of some) yield eventOf(row);
      after = some.at(-1)?.position;
    }
  }

  removals(most: number): readonly ChatEvent[] {
    // By the index of what is about a message.
    const rows = this.#prepared<EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE about IS NOT NULL AND kind = 'deleted'
        AND json_extract(detail, '$.about.account') <> account AND position <= ? ORDER BY +position DESC LIMIT ?`,
    );
    return reading(() => rows.all(this.#kept, most).map(eventOf).reverse());
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
    await this.#marks.close();
    // Before the writer: whoever closes last folds the write-ahead log into the file, and a reader cannot.
    this.#reader.close();
    await this.#writing.close();
  }

  /**
   * The conversations merged in the order of the log, each read by its own index: what a page costs depends on its
   * length and on how many conversations it is of, not on how far apart their events stand.
   */
  #merged(reaches: readonly Reach[], { forward, edge, limit }: Range): EventPage {
    const order = forward
      ? 'position > ? AND position <= ? ORDER BY position'
      : 'position < ? AND position >= ? ORDER BY position DESC';
    const first = this.#prepared<{ position: Position }>(
      `SELECT position FROM events WHERE conversation = ? AND ${order} LIMIT 1`,
    );
    const some = this.#prepared<EventRow>(
      `SELECT ${EVENT_COLUMNS} FROM events WHERE conversation = ? AND ${order} LIMIT ?`,
    );
    const endOf = ({ from, to }: Reach) => (forward ? Math.min(to, this.#kept) : from);
    // The nearest is last. Of one part only its next position is known at a time.
    const next: { reach: Reach; position: Position }[] = [];
    const put = (reach: Reach, beyond: Position) => {
      const from = forward ? Math.max(beyond, reach.from - 1) : Math.min(beyond, reach.to + 1);
      const found = first.get(reach.conversation, from, endOf(reach));
      if (found) insert(next, { reach, position: found.position }, forward);
    };
    for (const reach of reaches) put(reach, edge);
    const rows: EventRow[] = [];
    while (rows.length <= limit) {
      const nearest = next.pop();
      if (!nearest) break;
      // As far as the next part's next event.
      const { reach } = nearest;
      const other = next.at(-1)?.position ?? endOf(reach);
      const until = forward ? Math.min(other, endOf(reach)) : Math.max(other, endOf(reach));
      const from = nearest.position + (forward ? -1 : 1);
      const run = some.all(reach.conversation, from, until, limit + 1 - rows.length);
      rows.push(...run);
      put(reach, run.at(-1)?.position ?? until);
    }
    const within = new Within(reaches);
    const prepared = <Row>(sql: string) => this.#prepared<Row>(sql);
    const events = rows.slice(0, limit).map(row => seenWithin(prepared, within, eventOf(row)));
    return { events: forward ? events : events.reverse(), more: rows.length > limit };
  }

  #written(event: ChatEvent): WrittenEvent {
    const begins = event.kind === 'message' || event.kind === 'offered' || event.kind === 'invited';
    const other = begins && event.to ? event.to.account : null;
    const about = isChange(event) ? { account: event.about.account, id: idBytes(event.about.id) } : null;
    this.#latest = Math.max(this.#latest, event.time);
    const row = { ...rowOf(event), latest: this.#latest };
    return { row, id: event.id === null ? null : idBytes(event.id), other, about };
  }

  /** For what is asked in other files. */
  readonly #prepare: Prepare = <Row>(sql: string) => this.#prepared<Row>(sql);

  #prepared<Row>(sql: string): Statement<unknown[], Row> {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#reader.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement as Statement<unknown[], Row>;
  }

  #newest(): Position {
    const newest = (table: 'events' | 'receipts') =>
      this.#prepared<{ newest: Position | null }>(`SELECT max(position) AS newest FROM ${table}`).get()?.newest ?? 0;
    // What was forgotten had positions too, that are never given again.
    return Math.max(newest('events'), newest('receipts'), Number(this.fact(HEAD) ?? 0));
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
