// The thread that writes: one transaction a request, answered when it is on the disk. A failed write is never tried
// again on the same connection: the database is opened anew, and what it holds then is the truth.
import { parentPort, workerData } from 'node:worker_threads';
import type { Statement } from 'better-sqlite3';
import { isRoom } from '../../chat/conversations.ts';
import { fold, isChange } from '../../chat/fold.ts';
import type { ChatEvent, Message } from '../../chat/vocabulary.ts';
import type { Mark } from '../event-log.ts';
import { lock, openWriter, type Sqlite, storageError } from './database.ts';
import { takeUpCopy } from './log-copy.ts';
import type { Going } from './log-forgetting.ts';
import { logWords } from './log-words.ts';
import { EVENT_COLUMNS, type EventRow, eventOf, rowOf } from './rows.ts';
import { HEAD, LATEST, LOG_MIGRATIONS } from './schema.ts';

/** A row with what belongs to it in other tables. */
export interface WrittenEvent {
  readonly row: EventRow & { readonly latest: number };
  /** The command's id, 16 bytes. */
  readonly id: Uint8Array | null;
  /** The other account of a private talk. */
  readonly other: string | null;
  /** Of an edit, a deletion or a reaction: whose message it is about, and the id that they gave it, 16 bytes. */
  readonly about: { readonly account: string; readonly id: Uint8Array } | null;
}

export type WriteRequest =
  | { readonly do: 'append'; readonly events: readonly WrittenEvent[]; readonly marks: readonly Mark[] }
  | { readonly do: 'mark'; readonly marks: readonly Mark[] }
  | (Going & { readonly do: 'forget'; readonly head: { readonly position: number; readonly latest: number } })
  | { readonly do: 'fact' | 'first-fact'; readonly name: string; readonly value: string }
  | { readonly do: 'probe' }
  | { readonly do: 'close' };

export type WriteAnswer =
  | { readonly ok: true; readonly count: number }
  | { readonly ok: false; readonly code: string; readonly params: Readonly<Record<string, string | number>> };

type Statements = ReturnType<typeof prepare>;

class Writer {
  readonly #file: string;
  #db: Sqlite | null = null;
  #statements: Statements | null = null;
  /** Held until the end; the system gives it back after any death. */
  readonly #lock: Sqlite;

  constructor(file: string) {
    this.#file = file;
    this.#lock = lock(file);
    this.#open();
  }

  answer(request: WriteRequest): WriteAnswer {
    try {
      if (request.do === 'close') {
        this.#close();
        this.#lock.close();
        return { ok: true, count: 0 };
      }
      const db = this.#db ?? this.#open();
      let count = 0;
      db.transaction(() => {
        count = this.#perform(request, this.#statements as Statements);
      }).immediate();
      return { ok: true, count };
    } catch (error) {
      const { code, params } = storageError(error);
      // Full is told before anything was written, and the next try may fit; after anything else nothing is certain.
      if (code !== 'storage-full') this.#close();
      return { ok: false, code, params };
    }
  }

  #perform(request: Exclude<WriteRequest, { do: 'close' }>, statements: Statements): number {
    switch (request.do) {
      case 'append':
        for (const event of request.events) write(statements, event);
        for (const mark of request.marks) statements.mark.run(mark);
        return request.events.length;
      case 'mark':
        for (const mark of request.marks) statements.mark.run(mark);
        return request.marks.length;
      case 'forget':
        statements.fact.run(HEAD, String(request.head.position));
        statements.fact.run(LATEST, String(request.head.latest));
        return forget(statements, request);
      case 'fact':
        return statements.fact.run(request.name, request.value).changes;
      case 'first-fact':
        return statements.firstFact.run(request.name, request.value).changes;
      case 'probe':
        // Room is what a full disk has to have again, so the probe takes some.
        statements.fact.run('probe', 'x'.repeat(PROBE_BYTES));
        return statements.fact.run('probe', String(Date.now())).changes;
      default:
        return request satisfies never;
    }
  }

  #open(): Sqlite {
    const db = openWriter(this.#file, LOG_MIGRATIONS);
    takeUpCopy(db, Date.now());
    this.#statements = prepare(db);
    this.#db = db;
    return db;
  }

  #close(): void {
    try {
      this.#db?.close();
    } catch {
      // It is given up either way.
    }
    this.#db = null;
    this.#statements = null;
  }
}

/** Parts of the index of words that are merged into one: what FTS5 does by itself. */
const MERGED_AT = 4;
/** Bytes that a probe writes: more than a page, so that a disk without room says so. */
const PROBE_BYTES = 64 * 1024;

function prepare(db: Sqlite) {
  return {
    event:
      db.prepare(`INSERT INTO events (position, time, latest, conversation, account, name, kind, text, sealed, detail)
      VALUES (@position, @time, @latest, @conversation, @account, @name, @kind, @text, @sealed, @detail)`),
    // An edit, a deletion, a reaction, and what it changes.
    original: db.prepare(`SELECT ${EVENT_COLUMNS} FROM events WHERE kind = 'message' AND position =
      (SELECT position FROM receipts WHERE account = ? AND id = ?)`) as Statement<[string, Uint8Array], EventRow>,
    about: db.prepare('UPDATE events SET about = ? WHERE position = ?'),
    change: db.prepare('UPDATE events SET text = @text, sealed = @sealed, detail = @detail WHERE position = @position'),
    first: db.prepare('INSERT OR IGNORE INTO firsts (position, text, sealed) VALUES (?, ?, ?)'),
    forgetFirst: db.prepare('DELETE FROM firsts WHERE position = ?'),
    scrub: db.prepare("UPDATE events SET text = NULL, sealed = NULL WHERE about = ? AND kind = 'edited'"),
    receipt: db.prepare('INSERT INTO receipts (account, id, position, time) VALUES (?, ?, ?, ?)'),
    words: db.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)'),
    talk: db.prepare('INSERT OR IGNORE INTO talks (conversation, one, other) VALUES (?, ?, ?)'),
    mark: db.prepare(`INSERT INTO marks (account, conversation, kind, position)
      VALUES (@account, @conversation, @kind, @value)
      ON CONFLICT DO UPDATE SET position = max(position, excluded.position)`),
    fact: db.prepare('INSERT INTO facts (name, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value'),
    firstFact: db.prepare('INSERT OR IGNORE INTO facts (name, value) VALUES (?, ?)'),
    forgetEvent: db.prepare('DELETE FROM events WHERE position = ?'),
    forgetWords: db.prepare('DELETE FROM words WHERE rowid = ?'),
    mergeWords: db.prepare("INSERT INTO words (words, rank) VALUES ('automerge', CAST(? AS INTEGER))"),
    forgetReceipt: db.prepare('DELETE FROM receipts WHERE account = ? AND id = ?'),
  };
}

function write(statements: Statements, { row, id, other, about }: WrittenEvent): void {
  statements.event.run(row);
  if (id) statements.receipt.run(row.account, id, row.position, row.time);
  if (other !== null) statements.talk.run(row.conversation, row.account, other);
  if (about) changeOriginal(statements, row, about);
  if (row.kind === 'message') index(statements, row);
}

/** Private talk is searched by its own people: the server may not be able to read it. */
function index(statements: Statements, { position, conversation, account, text }: EventRow): void {
  if (text && isRoom(conversation)) statements.words.run(position, logWords({ conversation, account, text }));
}

/** The message as it stands from now on. One that is kept no longer stays so. */
function changeOriginal(statements: Statements, row: EventRow, about: NonNullable<WrittenEvent['about']>): void {
  const before = statements.original.get(about.account, about.id);
  const change = eventOf(row) as ChatEvent;
  if (!before || !isChange(change)) return;
  statements.about.run(before.position, row.position);
  const message = eventOf(before) as Message;
  // Of what was taken back nothing that was said in its place stays either.
  if (message.deleted) statements.scrub.run(before.position);
  const after = fold(message, change, row.position);
  if (after === message) return;
  const changed = rowOf(after);
  const { text, sealed, detail, position } = changed;
  statements.change.run({ text, sealed, detail, position });
  if (row.kind === 'reacted') return;
  statements.forgetWords.run(position);
  if (after.deleted) {
    statements.scrub.run(position);
    statements.forgetFirst.run(position);
    return;
  }
  statements.first.run(position, before.text, before.sealed);
  index(statements, changed);
}

function forget(statements: Statements, { positions, receipts }: Going): number {
  // A deletion counts as much as a page that was written, and pays for as much merging: a step would take ten times as long.
  statements.mergeWords.run(0);
  for (const position of positions) {
    statements.forgetEvent.run(position);
    statements.forgetWords.run(position);
    statements.forgetFirst.run(position);
  }
  statements.mergeWords.run(MERGED_AT);
  for (const { account, id } of receipts) statements.forgetReceipt.run(account, id);
  return positions.length;
}

const port = parentPort;
if (port) {
  const { file } = workerData as { file: string };
  try {
    const writer = new Writer(file);
    port.on('message', (request: WriteRequest) => {
      port.postMessage(writer.answer(request));
      if (request.do === 'close') port.close();
    });
    port.postMessage({ ok: true, count: 0 } satisfies WriteAnswer);
  } catch (error) {
    const { code, params } = storageError(error);
    port.postMessage({ ok: false, code, params } satisfies WriteAnswer);
    port.close();
  }
}
