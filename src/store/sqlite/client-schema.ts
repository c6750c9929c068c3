// The client's store as tables. A migration never changes once it has been released: a change is a new one.
import type { Migration } from './database.ts';

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
];
