// tchat serve: a server, with its dashboard or headless. Joins the parts; what they do is theirs.
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanShort } from '../chat/text.ts';
import { type ErrorParams, EXIT, type ExitCode } from '../errors.ts';
import { folders } from '../folders.ts';
import { SERVER_NAME_LENGTH } from '../limits.ts';
import type { AdminNote } from '../server/admin-session.ts';
import { Server } from '../server/server.ts';
import { formatAddress } from '../session/address.ts';
import { defaultAdmission } from '../session/admission.ts';
import { systemClock } from '../session/clock.ts';
import type { EventLog } from '../store/event-log.ts';
import { SqliteLog } from '../store/sqlite/sqlite-log.ts';
import { version } from '../version.ts';
import { sentence } from '../words/sentence.ts';
import { isWordKey, say } from '../words/words.ts';
import { JsonLines } from './json-lines.ts';

export interface ServeArguments {
  readonly host: string;
  readonly port: number;
  readonly data?: string;
  readonly name?: string;
  readonly headless?: boolean;
  readonly ephemeral?: boolean;
  readonly maxUsers?: number;
  readonly maxPerAddress?: number;
  readonly maxMembers?: number;
}

/** The file of the server's log in its folder of data. */
const LOG_FILE = 'chat.db';

/** Runs until a signal or the dashboard ends it. Throws a TchatError where it cannot listen. */
export async function serve(options: ServeArguments): Promise<ExitCode> {
  const log = await openLog(options);
  let server: Server;
  try {
    server = await openServer(options, log);
  } catch (error) {
    await log.close();
    throw error;
  }
  const screen = options.headless !== true && process.stdout.isTTY && process.stdin.isTTY;
  if (!screen) return headless(server);
  const { runDashboard } = await import('./serve-screen.ts');
  return runDashboard(server);
}

/** The server's data: a folder of its own, or one that goes with it. */
async function openLog({ data, ephemeral }: ServeArguments): Promise<EventLog> {
  if (!ephemeral) return SqliteLog.open(join(data ?? join(folders().data, 'server'), LOG_FILE));
  const folder = mkdtempSync(join(tmpdir(), 'tchat-'));
  const log = await SqliteLog.open(join(folder, LOG_FILE));
  const { close } = log;
  const closeAndRemove = () => close.call(log).finally(() => rmSync(folder, { recursive: true, force: true }));
  return Object.assign(log, { close: closeAndRemove });
}

function openServer(options: ServeArguments, log: EventLog): Promise<Server> {
  const limits = defaultAdmission();
  if (options.maxUsers !== undefined) limits.connections = options.maxUsers;
  if (options.maxPerAddress !== undefined) {
    // Given by hand it holds for every address: who tries it on one machine means that machine too.
    limits.perAddress = options.maxPerAddress;
    limits.unauthenticatedPerAddress = Math.min(limits.unauthenticatedPerAddress, options.maxPerAddress);
    limits.exempt = [];
  }
  const name = cleanShort(options.name ?? hostname(), SERVER_NAME_LENGTH) || 'tchat';
  const { host, port } = options;
  return Server.open({
    host,
    port,
    name,
    version: version(),
    admission: limits,
    ...(options.maxMembers === undefined ? {} : { membersPerRoom: options.maxMembers }),
    log,
    clock: systemClock,
  });
}

/** JSON lines on standard output: first where it listens, then what happens; talk itself is `tchat tail`'s. */
async function headless(server: Server): Promise<ExitCode> {
  const lines = new JsonLines(process.stdout);
  const { host, port } = server.facts;
  const link = `tchat://${formatAddress({ host, port })}/`;
  lines.write({ event: 'listening', host, port, fingerprint: null, link });
  const admin = server.admin(note => report(note, lines), false);
  const code = await ended();
  admin.close();
  // A second signal while it drains is an order not to wait.
  await Promise.race([server.close(), ended()]);
  lines.write({ event: 'stopped' });
  return code;
}

function report(note: AdminNote, lines: JsonLines): void {
  if (note.is !== 'log') return;
  for (const entry of note.entries) {
    if (entry.kind === 'message' || entry.kind === 'private') continue;
    const { kind, time, ...rest } = entry;
    const text = kind === 'warning' ? { text: warningText(entry.code ?? '', entry.params) } : {};
    lines.write({ event: kind, time: new Date(time).toISOString(), ...rest, ...text });
  }
}

function warningText(code: string, params: ErrorParams = {}): string {
  const key = `dashboard.warning.${code}`;
  return isWordKey(key) ? say(key, params) : sentence(code, params);
}

function ended(): Promise<ExitCode> {
  return new Promise(resolve => {
    const signals = { SIGTERM: EXIT.done, SIGHUP: EXIT.done, SIGINT: EXIT.interrupted } as const;
    for (const [signal, code] of Object.entries(signals)) process.once(signal, () => resolve(code));
  });
}
