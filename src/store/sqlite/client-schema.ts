// The client's store as tables. A migration never changes once it has been released: a change is a new one.
import { TOKENIZER } from '../search-text.ts';
import type { Migration, Sqlite } from './database.ts';
import { type IndexedMessage, logWords } from './log-words.ts';

export const CLIENT_MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    sql: `
      -- Lines without an answer, in the order in which they were written. "owner" is the place that the process which
      -- wrote it holds by a lock: a place that can be taken tells that its process is no more.
      CREATE TABLE queued (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        owner INTEGER NOT NULL,
        server TEXT,
        time INTEGER NOT NULL,
        command TEXT NOT NULL,
        -- JSON of code and parameters.
        refusal TEXT
      ) STRICT;
      CREATE INDEX queued_by_owner ON queued (owner);

      -- Servers that were logged in to at this address. "used" rises with each login: the highest is the last one.
      CREATE TABLE servers (
        number INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        used INTEGER NOT NULL,
        cursor INTEGER
      ) STRICT;

      -- What was read: per conversation the newest of its log, without gaps. Columns as in the server's log.
      CREATE TABLE events (
        server INTEGER NOT NULL REFERENCES servers ON DELETE CASCADE,
        conversation TEXT NOT NULL,
        position INTEGER NOT NULL,
        time INTEGER NOT NULL,
        account TEXT NOT NULL,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        text TEXT,
        sealed BLOB,
        detail TEXT NOT NULL,
        PRIMARY KEY (server, conversation, position)
      ) STRICT, WITHOUT ROWID;

      -- How far a chat was read, by room or account.
      CREATE TABLE reads (
        server INTEGER NOT NULL REFERENCES servers ON DELETE CASCADE,
        chat TEXT NOT NULL,
        position INTEGER NOT NULL,
        PRIMARY KEY (server, chat)
      ) STRICT, WITHOUT ROWID;

      -- Name, role, rooms, people as JSON, as they were when the server was last heard.
      CREATE TABLE facts (
        server INTEGER NOT NULL REFERENCES servers ON DELETE CASCADE,
        name TEXT NOT NULL,
        value TEXT NOT NULL,
        PRIMARY KEY (server, name)
      ) STRICT, WITHOUT ROWID;

      CREATE TABLE drafts (chat TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
    `,
  },
  {
    version: 2,
    sql: `
      -- What was read, as the events of version 1, under another name: a program of that version which still runs must not
      -- write here. "place" is the server's number times 2^40 plus the position: one order for all, and the row of "words".
      CREATE TABLE kept (
        place INTEGER PRIMARY KEY,
        server INTEGER NOT NULL REFERENCES servers ON DELETE CASCADE,
        conversation TEXT NOT NULL,
        position INTEGER NOT NULL,
        time INTEGER NOT NULL,
        account TEXT NOT NULL,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        text TEXT,
        sealed BLOB,
        detail TEXT NOT NULL,
        -- Of a message its own id; of an edit, a deletion or a reaction the one of the message that it is about.
        id TEXT,
        about TEXT
      ) STRICT;
      INSERT OR IGNORE INTO kept
        SELECT server * 1099511627776 + position, server, conversation, position, time, account, name, kind, text, sealed,
          detail, CASE kind WHEN 'message' THEN detail ->> '$.id' END, NULL
        FROM events;
      DROP TABLE events;
      CREATE UNIQUE INDEX kept_by_conversation ON kept (server, conversation, position);
      CREATE INDEX kept_by_id ON kept (id, server) WHERE id IS NOT NULL;
      CREATE INDEX kept_about ON kept (about, server) WHERE about IS NOT NULL;

      -- Words of messages.
      CREATE VIRTUAL TABLE words USING fts5 (text, content='', contentless_delete=1, ${TOKENIZER});
      CREATE TRIGGER kept_gone AFTER DELETE ON kept WHEN old.kind = 'message' BEGIN
        DELETE FROM words WHERE rowid = old.place;
      END;
    `,
  },
  {
    version: 3,
    sql: `
      -- With the conversation and the author of each message, cut as the server's index is.
      DROP TABLE words;
      CREATE VIRTUAL TABLE words USING fts5 (text, content='', contentless_delete=1, ${TOKENIZER});
    `,
    fill: indexKept,
  },
  {
    version: 4,
    sql: `
      -- Files that were offered, by this account or to it. "owner" as in "queued": who is at it; "record" is JSON.
      CREATE TABLE transfers (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        server TEXT NOT NULL,
        account TEXT NOT NULL,
        id TEXT NOT NULL,
        owner INTEGER NOT NULL,
        over INTEGER NOT NULL,
        time INTEGER NOT NULL,
        record TEXT NOT NULL,
        UNIQUE (server, account, id)
      ) STRICT;
      CREATE INDEX transfers_by_owner ON transfers (owner, server);
    `,
  },
];

/** Rows that are read at once. */
const STEP = 500;

function indexKept(db: Sqlite): void {
  const find = db.prepare(`SELECT place, conversation, account, text FROM kept
    WHERE kind = 'message' AND text <> '' AND place > ? ORDER BY place LIMIT ?`);
  const index = db.prepare('INSERT INTO words (rowid, text) VALUES (CAST(? AS INTEGER), ?)');
  for (let last = 0, more = true; more; ) {
    const rows = find.all(last, STEP) as (IndexedMessage & { place: number })[];
    for (const row of rows) index.run(row.place, logWords(row));
    last = rows.at(-1)?.place ?? last;
    more = rows.length === STEP;
  }
}
