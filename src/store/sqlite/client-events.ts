// What a client's store keeps of conversations, as rows: kept as they come, folded, found again by place and by their words.
// Nothing here waits or catches; the store does both.
import type { AnyEvent, ChatEvent, ConversationId, Message, Position } from '../../chat/vocabulary.ts';
import { CACHED_EVENTS } from '../../limits.ts';
import type { CachedPage, KeptHits, KeptSearch } from '../client-store.ts';
import { changeOf, concerns, folded, type KeptChange, mostKept } from '../folding.ts';
import { searchQuery, textMatcher } from '../search-text.ts';
import type { Sqlite } from './database.ts';
import { logQuery, logWords } from './log-words.ts';
import { EVENT_COLUMNS, type EventRow, eventOf, rowOf } from './rows.ts';

/** Events added to a conversation after which it is cut back to CACHED_EVENTS. */
const SLACK = CACHED_EVENTS / 4;
/** Messages that one search looks at, and in one step of it: it runs on the thread of the screen. */
const MOST = 5_000;
const STEP = 500;

/** See the table: server and position in one number, made in SQL, where it has 64 bits. */
const placeOf = (position: string) => `(CAST(@server AS INTEGER) * 1099511627776 + CAST(${position} AS INTEGER))`;
const AT = 'server = @server AND conversation = @conversation';
const COLUMNS = `server, ${EVENT_COLUMNS}`;
const COPIED = '@server, @position, @time, @conversation, @account, @name, @kind, @text, @sealed, @detail';

interface Candidate {
  readonly position: Position;
  readonly conversation: ConversationId;
  readonly account: string;
  /** Where the texts themselves are looked at. */
  readonly text: string | null;
}

function statements(db: Sqlite) {
  const insert = `INSERT OR IGNORE INTO kept (place, ${COLUMNS}, id, about)
    SELECT ${placeOf('@position')}, ${COPIED}, @own, @about`;
  const candidates = `SELECT position, conversation, account`;
  return {
    // What is newer is here already, and everything between: another process has heard it.
    append: db.prepare(`${insert} WHERE NOT EXISTS (SELECT 1 FROM kept WHERE ${AT} AND position >= @position)`),
    insert: db.prepare(insert),
    update: db.prepare(`
      UPDATE kept SET text = @text, sealed = @sealed, detail = @detail WHERE ${AT} AND position = @position
    `),
    scrub: db.prepare(`
      UPDATE kept SET text = '', sealed = NULL
      WHERE about = @about AND server = @server AND conversation = @conversation AND account = @account AND kind = 'edited'
    `),
    index: db.prepare(`INSERT INTO words (rowid, text) VALUES (${placeOf('@position')}, @words)`),
    unindex: db.prepare(`DELETE FROM words WHERE rowid = ${placeOf('@position')}`),

    message: db.prepare(`
      SELECT ${EVENT_COLUMNS} FROM kept
      WHERE id = @id AND server = @server AND conversation = @conversation AND account = @account
    `),
    at: db.prepare(`SELECT ${EVENT_COLUMNS} FROM kept WHERE place = ${placeOf('@position')}`),
    changes: db.prepare(`
      SELECT ${EVENT_COLUMNS} FROM kept
      WHERE about = @id AND server = @server AND conversation = @conversation ORDER BY position
    `),
    page: db.prepare(`
      SELECT ${EVENT_COLUMNS} FROM kept WHERE ${AT} AND position < @before ORDER BY position DESC LIMIT @limit
    `),
    oldest: db.prepare(`SELECT min(position) FROM kept WHERE ${AT}`).pluck(),
    newest: db.prepare(`SELECT max(position) FROM kept WHERE ${AT}`).pluck(),
    count: db.prepare(`SELECT count(*) FROM kept WHERE ${AT}`).pluck(),
    // From name to name by the index, instead of through all rows.
    conversations: db
      .prepare(`
        WITH RECURSIVE found (reached) AS (
          SELECT min(conversation) FROM kept WHERE server = @server
          UNION ALL
          SELECT (SELECT min(conversation) FROM kept WHERE server = @server AND conversation > reached)
          FROM found WHERE reached IS NOT NULL
        )
        SELECT reached FROM found WHERE reached IS NOT NULL
      `)
      .pluck(),
    ahead: db
      .prepare(`
        SELECT conversation, max(position) FROM kept
        WHERE place > ${placeOf('@cursor')} AND place < ${placeOf('0')} + 1099511627776 GROUP BY conversation
      `)
      .raw(),

    cut: db.prepare(`
      DELETE FROM kept WHERE place > ${placeOf('@position')} AND place < ${placeOf('0')} + 1099511627776
    `),
    forget: db.prepare(`DELETE FROM kept WHERE ${AT} AND position < @before`),
    // Up to the n-th newest, counted from 0.
    trim: db.prepare(`
      DELETE FROM kept WHERE ${AT} AND position < (
        SELECT position FROM kept WHERE ${AT} ORDER BY position DESC LIMIT 1 OFFSET @last
      )
    `),

    byWords: db.prepare(`
      ${candidates}, NULL AS text FROM words JOIN kept ON kept.place = words.rowid
      WHERE words MATCH @query AND words.rowid >= ${placeOf('0')} AND words.rowid < ${placeOf('@before')}
      ORDER BY words.rowid DESC LIMIT @most
    `),
    byLook: db.prepare(`
      ${candidates}, CASE kind WHEN 'message' THEN text END AS text FROM kept
      WHERE place >= ${placeOf('0')} AND place < ${placeOf('@before')} ORDER BY place DESC LIMIT @most
    `),
  };
}

export class ClientEvents {
  readonly #sql: ReturnType<typeof statements>;
  /** Events of each conversation since it was cut back. */
  readonly #added = new Map<string, number>();

  constructor(db: Sqlite) {
    this.#sql = statements(db);
  }

  /** An event as it comes. */
  append(server: number, event: AnyEvent): void {
    const { changes } = this.#sql.append.run(parametersOf(server, event));
    if (changes === 0) return;
    this.#indexed(server, event);
    const change = changeOf(event);
    const message = change && this.#about(server, change);
    if (message) this.#replace(server, message, folded(message, change));
    if (change?.kind === 'deleted') this.#scrub(server, change);
    this.#grown(server, event.conversation, 1);
  }

  /** A page of history that joins what is here: its messages are as the server has them now. */
  insert(server: number, events: readonly AnyEvent[]): void {
    const added = new Set<AnyEvent>();
    for (const event of events) {
      const { changes } = this.#sql.insert.run(parametersOf(server, event));
      if (changes === 0) continue;
      this.#indexed(server, event);
      added.add(event);
    }
    // What is here of later changes may be newer, and what the page has of them may be about messages that it has not.
    for (const event of events) {
      const change = changeOf(event);
      const message = event.kind === 'message' ? event : change && this.#about(server, change);
      if (message) this.#renew(server, message, added.has(message));
      if (change?.kind === 'deleted') this.#scrub(server, change);
    }
    const conversation = events[0]?.conversation;
    if (conversation !== undefined) this.#grown(server, conversation, added.size);
  }

  page(server: number, conversation: ConversationId, before: Position | null, limit: number): CachedPage {
    const range = { before: before ?? Number.MAX_SAFE_INTEGER, limit: limit + 1 };
    const rows = this.#sql.page.all({ server, conversation, ...range }) as EventRow[];
    return { events: rows.slice(0, limit).map(eventOf).reverse(), more: rows.length > limit };
  }

  oldest(server: number, conversation: ConversationId): Position | null {
    return this.#sql.oldest.get({ server, conversation }) as Position | null;
  }

  newest(server: number, conversation: ConversationId): Position | null {
    return this.#sql.newest.get({ server, conversation }) as Position | null;
  }

  /** Whether it takes no older events any more. */
  isFull(server: number, conversation: ConversationId): boolean {
    const most = mostKept(conversation);
    return Number.isFinite(most) && (this.#sql.count.get({ server, conversation }) as number) >= most;
  }

  conversations(server: number): readonly ConversationId[] {
    return this.#sql.conversations.all({ server }) as string[];
  }

  ahead(server: number, cursor: Position): ReadonlyMap<ConversationId, Position> {
    return new Map(this.#sql.ahead.all({ server, cursor }) as [string, number][]);
  }

  /** Takes away what stands above a position. */
  cut(server: number, position: Position): void {
    this.#sql.cut.run({ server, position });
  }

  forget(server: number, conversation: ConversationId, before: Position): void {
    this.#sql.forget.run({ server, conversation, before });
  }

  search(server: number, request: KeptSearch): KeptHits {
    const { text, conversation, from, before, limit } = request;
    const found: Position[] = [];
    let reached = before ?? MAX_POSITION;
    let looked = 0;
    let more = text.trim() !== '';
    const byWords = searchQuery(text) !== null;
    const matches = textMatcher(text);
    const look = this.#looking(server, request);
    while (more && looked < MOST) {
      const some = look(reached);
      for (const each of some) {
        const hit = byWords || (each.text !== null && matches(each.text));
        if (
          hit &&
          (from === null || each.account === from) &&
          (conversation === null || each.conversation === conversation)
        ) {
          if (found.length === limit) return this.#hits(server, found, { more, reached });
          found.push(each.position);
        }
        reached = each.position;
      }
      looked += some.length;
      more = some.length === STEP;
    }
    return this.#hits(server, found, { more, reached: more ? reached : 0 });
  }

  #hits(server: number, found: readonly Position[], rest: { more: boolean; reached: Position }): KeptHits {
    const rows = found.map(position => this.#sql.at.get({ server, position }) as EventRow);
    return { events: rows.map(eventOf).reverse(), ...rest };
  }

  /** What may be a hit below a position, newest first. */
  #looking(server: number, { text, conversation, from }: KeptSearch): (before: Position) => readonly Candidate[] {
    if (searchQuery(text) === null) {
      return before => this.#sql.byLook.all({ server, before, most: STEP }) as Candidate[];
    }
    const query = logQuery({ text, rooms: conversation === null ? [] : [conversation], from });
    return before => this.#sql.byWords.all({ server, query, before, most: STEP }) as Candidate[];
  }

  #indexed(server: number, event: AnyEvent): void {
    if (event.kind !== 'message' || event.body.kind !== 'text' || event.body.text === '') return;
    const { conversation, account, position, body } = event;
    this.#sql.index.run({ server, position, words: logWords({ conversation, account, text: body.text }) });
  }

  #about(server: number, { about, conversation }: KeptChange): Message | null {
    const row = this.#sql.message.get({ server, conversation, ...about }) as EventRow | undefined;
    return row ? (eventOf(row) as Message) : null;
  }

  #scrub(server: number, { about: { id, account }, conversation }: KeptChange): void {
    this.#sql.scrub.run({ server, conversation, about: id, account });
  }

  /** The message as it was brought, with all that is here of its changes; `added`: it stands here as it was brought. */
  #renew(server: number, message: Message, added: boolean): void {
    const { id, conversation, position } = message;
    if (id === null) return;
    const rows = this.#sql.changes.all({ server, conversation, id }) as EventRow[];
    const changes = rows.flatMap(each => changeOf(eventOf(each)) ?? []).filter(each => concerns(each, message));
    const after = changes.reduce(folded, message);
    if (added) {
      this.#replace(server, message, after);
      return;
    }
    const row = this.#sql.at.get({ server, position }) as EventRow | undefined;
    if (row?.conversation === conversation) this.#replace(server, eventOf(row) as Message, after);
  }

  #replace(server: number, before: Message, after: Message): void {
    if (after === before) return;
    const { position } = after;
    this.#sql.update.run(parametersOf(server, after));
    if (textOf(before) === textOf(after)) return;
    this.#sql.unindex.run({ server, position });
    this.#indexed(server, after);
  }

  #grown(server: number, conversation: ConversationId, by: number): void {
    const most = mostKept(conversation);
    const added = (this.#added.get(conversation) ?? 0) + by;
    const full = Number.isFinite(most) && added >= SLACK;
    if (full) this.#sql.trim.run({ server, conversation, last: most - 1 });
    this.#added.set(conversation, full ? 0 : added);
  }
}

/** No log reaches it: the places of one server end there. */
const MAX_POSITION: Position = 2 ** 40 - 1;

function parametersOf(server: number, event: AnyEvent) {
  // An unknown event has columns like any other.
  const row = rowOf(event as ChatEvent);
  return { server, ...row, own: event.kind === 'message' ? event.id : null, about: changeOf(event)?.about.id ?? null };
}

function textOf({ body }: Message): string {
  return body.kind === 'text' ? body.text : '';
}
