// The server's log as tables. A migration never changes once it has been released: a change is a new one.
import { TOKENIZER } from '../search-text.ts';
import type { Migration } from './database.ts';
import { fillWords } from './log-words.ts';

/** Facts: the highest position and the latest time of what was there when something was forgotten. */
export const HEAD = 'head';
export const LATEST = 'latest';

export const LOG_MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    sql: `
      -- The log. The position is the order of everything. "detail" is JSON without what the other columns hold; the text of
      -- a message has a column of its own, so that it can be replaced by an edit and taken away by a deletion.
      CREATE TABLE events (
        position INTEGER PRIMARY KEY,
        time INTEGER NOT NULL,
        -- The latest time up to here: it rises with the position also when the clock was set back.
        latest INTEGER NOT NULL,
        conversation TEXT NOT NULL,
        account TEXT NOT NULL,
        name TEXT NOT NULL,
        kind TEXT NOT NULL,
        text TEXT,
        sealed BLOB,
        detail TEXT NOT NULL
      ) STRICT;
      CREATE INDEX events_by_conversation ON events (conversation, position);
      -- What the state of the chat follows from: everything but talk.
      CREATE INDEX events_of_state ON events (position) WHERE kind NOT IN ('message', 'edited', 'deleted', 'reacted');

      -- What an id was answered with: it outlives its event, so that a late repeat is still known.
      CREATE TABLE receipts (
        account TEXT NOT NULL,
        id BLOB NOT NULL,
        position INTEGER NOT NULL,
        time INTEGER NOT NULL,
        PRIMARY KEY (account, id)
      ) STRICT, WITHOUT ROWID;
      CREATE INDEX receipts_by_time ON receipts (time);

      -- Private talks, which begin with their first message.
      CREATE TABLE talks (
        conversation TEXT PRIMARY KEY,
        one TEXT NOT NULL,
        other TEXT NOT NULL
      ) STRICT, WITHOUT ROWID;

      -- How far an account has read a conversation, and how far its devices have stored what came.
      CREATE TABLE marks (
        account TEXT NOT NULL,
        conversation TEXT NOT NULL,
        kind TEXT NOT NULL,
        position INTEGER NOT NULL,
        PRIMARY KEY (account, conversation, kind)
      ) STRICT, WITHOUT ROWID;

      -- Small facts: the server's id, when history was last shortened.
      CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

      -- Words of messages in rooms; the row id is the position.
      CREATE VIRTUAL TABLE words USING fts5 (text, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2");
    `,
  },
  {
    version: 2,
    sql: `
      -- The position of the message that an edit, a deletion or a reaction is about: to find what was said before.
      ALTER TABLE events ADD COLUMN about INTEGER;
      CREATE INDEX events_about ON events (about) WHERE about IS NOT NULL;
      CREATE INDEX marks_by_kind ON marks (kind);
    `,
  },
  {
    version: 3,
    sql: `
      -- With the room and the author of each message, and with signs and emoji.
      DROP TABLE words;
      CREATE VIRTUAL TABLE words USING fts5 (text, content='', contentless_delete=1, ${TOKENIZER});
      -- Whole parts of the index written anew because a tenth of them was deleted held the writer for seconds.
      INSERT INTO words (words, rank) VALUES ('deletemerge', 0);
    `,
    fill: fillWords,
  },
  {
    version: 4,
    sql: `
      -- What a message said before its first edit, for whoever has not seen that edit.
      CREATE TABLE firsts (position INTEGER PRIMARY KEY, text TEXT, sealed BLOB) STRICT;
    `,
  },
  {
    version: 5,
    sql: `
      -- What was offered and what became of it: the newest are looked through at each start.
      CREATE INDEX events_of_files ON events (position) WHERE kind IN ('offered', 'received', 'declined', 'withdrawn');
    `,
  },
];
