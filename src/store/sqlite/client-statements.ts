// The statements of the client's store, prepared once; those of what was read: client-events.ts.
import type { Sqlite } from './database.ts';

export function clientStatements(db: Sqlite) {
  return {
    add: db.prepare(
      'INSERT OR IGNORE INTO queued (id, owner, server, time, command, refusal) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    refuse: db.prepare('UPDATE queued SET refusal = ? WHERE id = ?'),
    settle: db.prepare('DELETE FROM queued WHERE id = ?'),
    queued: db.prepare('SELECT id, server, time, command, refusal FROM queued WHERE owner = ? ORDER BY sequence'),
    owners: db
      .prepare('SELECT owner FROM queued WHERE owner <> ? UNION SELECT owner FROM transfers WHERE owner <> ?')
      .pluck(),
    adopt: db.prepare('UPDATE queued SET owner = ? WHERE owner = ?'),

    last: db.prepare('SELECT number, id FROM servers ORDER BY used DESC LIMIT 1'),
    enter: db.prepare(`
      INSERT INTO servers (id, used) VALUES (?, (SELECT coalesce(max(used), 0) + 1 FROM servers))
      ON CONFLICT (id) DO UPDATE SET used = excluded.used RETURNING number
    `),
    others: db.prepare(
      'DELETE FROM servers WHERE number NOT IN (SELECT number FROM servers ORDER BY used DESC LIMIT ?)',
    ),
    cursor: db.prepare('SELECT cursor FROM servers WHERE number = ?').pluck(),
    moveCursor: db.prepare('UPDATE servers SET cursor = max(coalesce(cursor, 0), ?) WHERE number = ?'),
    cutCursor: db.prepare('UPDATE servers SET cursor = min(cursor, ?) WHERE number = ?'),
    setDraft: db.prepare('INSERT OR REPLACE INTO drafts (chat, text) VALUES (?, ?)'),
    dropDraft: db.prepare('DELETE FROM drafts WHERE chat = ?'),
    drafts: db.prepare('SELECT chat, text FROM drafts').raw(),
    setRead: db.prepare(`
      INSERT INTO reads (server, chat, position) VALUES (?, ?, ?)
      ON CONFLICT (server, chat) DO UPDATE SET position = max(position, excluded.position)
    `),
    reads: db.prepare('SELECT chat, position FROM reads WHERE server = ?').raw(),
    remember: db.prepare('INSERT OR REPLACE INTO facts (server, name, value) VALUES (?, ?, ?)'),
    facts: db.prepare('SELECT name, value FROM facts WHERE server = ?').raw(),
  };
}
