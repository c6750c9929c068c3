// A server's data with a room of a million messages: made once, by the built store itself, and kept until the end of the
// run. Who is known there came in through a server; what they said is handed to the log in batches.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type AccountId, type ConversationId, type Draft, LOBBY, type Millis } from '../../src/chat/vocabulary.ts';
import { accountOf } from '../../src/identity/keys.ts';
import type { Profile } from '../../src/identity/profile.ts';
import { makeId } from '../../src/protocol/ids.ts';
import type * as StoreSource from '../../src/store/sqlite/sqlite-log.ts';
import { enter, newProfile } from '../client.ts';
import { onDisk } from '../disk.ts';
import { startServer } from '../fan-out/servers.ts';
import type { BenchOptions } from '../options.ts';
import { progress } from '../table.ts';
import { speaker } from './vocabulary.ts';

/** Everybody is a member of it from their first login on. */
export const ROOM: ConversationId = LOBBY;
/** Name of the log's file in a server's data. */
const LOG_FILE = 'chat.db';
const AUTHORS = 12;
/** Messages that go to the log at once. */
const BATCH = 2_000;
/** Milliseconds between two messages: a million of them fill some two months. */
const PACE = 5_000;

export interface LongLog {
  /** The server's data. */
  readonly folder: string;
  readonly messages: number;
  readonly authors: readonly Profile[];
}

let made: Promise<LongLog> | null = null;

/** The same for all parts of a run; removed when the process ends. */
export function longLog(options: BenchOptions): Promise<LongLog> {
  made ??= make(options);
  return made;
}

async function make({ program, data, logged }: BenchOptions): Promise<LongLog> {
  const { folder, remove } = onDisk(data);
  process.once('exit', remove);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const authors = Array.from({ length: AUTHORS }, (_, n) => newProfile(`author-${n + 1}`));
  await known(program, folder, authors);
  await say(program, folder, {
    authors,
    messages: logged,
    text: speaker(),
    from: Date.now() - logged * PACE,
    pace: PACE,
  });
  return { folder, messages: logged, authors };
}

/** They log in once: the server knows them, and they are members of the room. */
export async function known(program: string, folder: string, people: readonly Profile[]): Promise<void> {
  const server = await startServer('tchat', { program, members: people.length, profile: null, data: folder });
  try {
    for (const profile of people) (await enter(server.port, profile, { presence: true })).client.close();
  } finally {
    await server.stop();
  }
}

export interface Talk {
  readonly authors: readonly Profile[];
  readonly messages: number;
  readonly text: (message: number) => string;
  /** Time of the first message, and milliseconds to each next one. */
  readonly from: Millis;
  readonly pace: number;
}

/** Puts messages into the log of a server that is not running. */
export async function say(program: string, folder: string, talk: Talk): Promise<void> {
  const store = new URL('store/sqlite/sqlite-log.js', pathToFileURL(program));
  const { SqliteLog } = (await import(store.href)) as typeof StoreSource;
  const log = await SqliteLog.open(join(folder, LOG_FILE));
  try {
    const accounts = talk.authors.map(({ key, name }) => ({ account: accountOf(key.public), name }));
    for (let from = 0; from < talk.messages; from += BATCH) {
      progress(`a log of ${talk.messages} messages: ${from}`);
      const count = Math.min(BATCH, talk.messages - from);
      await log.append(Array.from({ length: count }, (_, n) => draft(talk, accounts, from + n)));
    }
  } finally {
    await log.close();
    progress('');
  }
}

function draft(talk: Talk, accounts: readonly { account: AccountId; name: string }[], message: number): Draft {
  const { account, name } = accounts[message % accounts.length] as (typeof accounts)[number];
  const time = Math.floor(talk.from + message * talk.pace);
  return {
    ...{ kind: 'message', time, conversation: ROOM, account, from: name, id: makeId(time, randomBytes(10)) },
    body: { kind: 'text', text: talk.text(message) },
    action: false,
  };
}
