// What the indexes of words (of the server's log, of a client's store) hold of a message: its words, and as two words more its
// conversation and its author, so that a search for a common word in a quiet room steps over all others within the index.
import type { AccountId, ConversationId } from '../../chat/vocabulary.ts';
import { indexText, searchQuery } from '../search-text.ts';
import type { Migration, Sqlite } from './database.ts';

/** Of the private use area like the marks of signs: no text brings them in. */
const ROOM = '\ue001';
const AUTHOR = '\ue002';

export interface IndexedMessage {
  readonly conversation: ConversationId;
  readonly account: AccountId;
  readonly text: string;
}

export function logWords({ conversation, account, text }: IndexedMessage): string {
  return `${roomWord(conversation)} ${authorWord(account)} ${indexText(text)}`;
}

export interface WordsQuery {
  /** Has words: `searchQuery` gives something for it. */
  readonly text: string;
  /** One of these; none: any. */
  readonly rooms: readonly ConversationId[];
  readonly from: AccountId | null;
}

/** A search as such an index understands it. */
export function logQuery({ text, rooms, from }: WordsQuery): string {
  const places = rooms.length === 0 ? '' : ` AND (${rooms.map(roomWord).join(' OR ')})`;
  return `${searchQuery(text)}${places}${from === null ? '' : ` AND ${authorWord(from)}`}`;
}

function roomWord(room: ConversationId): string {
  return ROOM + hex(room);
}

function authorWord(account: AccountId): string {
  return AUTHOR + hex(account);
}

/** Letter by letter: the index would fold the case of it. */
function hex(text: string): string {
  return Buffer.from(text).toString('hex');
}

/** Messages that are read at once. */
const STEP = 500;

/** All messages of rooms into an empty index. */
export const fillWords: NonNullable<Migration['fill']> = (db: Sqlite) => {
  const find = db.prepare(`SELECT position, conversation, account, text FROM events
    WHERE position > ? AND kind = 'message' AND text <> '' AND conversation >= '#' AND conversation < '$'
    ORDER BY position LIMIT ?`);
  const index = db.prepare('INSERT INTO words (rowid, text) VALUES (?, ?)');
  for (let last = 0, more = true; more; ) {
    const rows = find.all(last, STEP) as (IndexedMessage & { position: number })[];
    for (const row of rows) index.run(row.position, logWords(row));
    last = rows.at(-1)?.position ?? last;
    more = rows.length === STEP;
  }
};
