// tchat admin: what an operator does about a server's data, in the file itself, also while the server runs.
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { validRoom } from '../chat/text.ts';
import type { ChatEvent, ConversationId } from '../chat/vocabulary.ts';
import { EXIT, type ExitCode, TchatError } from '../errors.ts';
import { logFileIn, serverFolder } from '../folders.ts';
import { LogFile } from '../store/sqlite/log-file.ts';
import { sentence } from '../words/sentence.ts';
import { eventJson } from './event-text.ts';
import { printJson, printLine } from './print.ts';
import { parseSince } from './since.ts';

export interface AdminArguments {
  /** The folder of the server's data; the one that `tchat serve` takes by default. */
  readonly data?: string;
  readonly json?: boolean;
}

export interface ExportArguments extends AdminArguments {
  readonly room: readonly string[];
  readonly since?: string;
  readonly private?: boolean;
}

/**
 * One JSON object a line, in the order of the log: what `tail` prints, and all that it leaves out. Rooms and what concerns
 * the whole server; private talk only when asked for. Throws a TchatError.
 */
export async function exportLog(options: ExportArguments): Promise<ExitCode> {
  const rooms = options.room.map(parseRoom);
  const since = options.since === undefined ? { after: 0 } : parseSince(options.since);
  const log = openLog(options);
  try {
    for (const room of rooms) if (!log.has(room)) throw new TchatError('room-not-kept', { room });
    const after = 'after' in since ? since.after : log.positionBefore(Date.now() - since.ago);
    for (const event of log.events(after)) {
      if (!isWanted(event, rooms, options.private === true)) continue;
      // Whoever reads slowly is waited for.
      if (!printJson(exportJson(event))) await once(process.stdout, 'drain');
    }
  } finally {
    log.close();
  }
  return EXIT.done;
}

/** The log as it is now, as one file. Prints what it holds; with --json `{"file","bytes","events","position"}`. */
export function backUp(file: string, options: AdminArguments): ExitCode {
  const log = openLog(options);
  try {
    const target = resolve(file);
    const { bytes, events, position } = log.copyTo(target, Date.now());
    const facts = { file: target, bytes, events, position };
    const size = (bytes / 2 ** 20).toFixed(1);
    if (options.json) printJson(facts);
    else printLine(sentence('backup.done', { ...facts, size }));
  } finally {
    log.close();
  }
  return EXIT.done;
}

function openLog({ data }: AdminArguments): LogFile {
  return new LogFile(logFileIn(data === undefined ? serverFolder() : join(data)));
}

function parseRoom(text: string): ConversationId {
  const room = validRoom(text);
  if (!room) throw new TchatError('room-invalid', { room: text });
  return room;
}

function isWanted({ conversation }: ChatEvent, rooms: readonly ConversationId[], withPrivate: boolean): boolean {
  if (conversation.startsWith('~')) return withPrivate && rooms.length === 0;
  return rooms.length === 0 || rooms.includes(conversation);
}

/** Every field that the log has: bytes as base64. */
function exportJson(event: ChatEvent): Record<string, unknown> {
  const base = eventJson(event);
  switch (event.kind) {
    case 'message':
    case 'edited':
      return {
        ...base,
        ...(event.body.kind === 'sealed' ? { sealed: base64(event.body.bytes) } : {}),
        ...peerOf(event),
      };
    case 'deleted':
    case 'reacted':
    case 'invited':
      return { ...base, ...peerOf(event) };
    case 'kicked':
      return { ...base, targetAccount: event.target };
    case 'claimed':
      return { ...base, name: event.name, key: base64(event.key) };
    case 'limited':
      return { ...base, connections: event.connections };
    default:
      return base;
  }
}

function peerOf({ to }: { readonly to?: { readonly account: string } }): Record<string, unknown> {
  return to ? { toAccount: to.account } : {};
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
