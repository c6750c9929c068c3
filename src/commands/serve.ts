// tchat serve: a server, with its dashboard or headless. Joins the parts; what they do is theirs.
import { mkdtempSync, rmSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanShort } from '../chat/text.ts';
import { readSettings } from '../config.ts';
import { asTchatError, EXIT, type ExitCode, TchatError } from '../errors.ts';
import { folders, logFileIn, serverFolder } from '../folders.ts';
import { openServerKey, rotateServerKey, type ServerKey } from '../identity/server-key.ts';
import { SERVER_NAME_LENGTH } from '../limits.ts';
import type { AdminNote } from '../server/admin-session.ts';
import type { EntryRules } from '../server/entrance.ts';
import type { Measure } from '../server/measure.ts';
import { Server } from '../server/server.ts';
import { formatLink } from '../session/address.ts';
import { systemClock } from '../session/clock.ts';
import type { EventLog } from '../store/event-log.ts';
import { SqliteLog } from '../store/sqlite/sqlite-log.ts';
import { version } from '../version.ts';
import { say } from '../words/words.ts';
import { appoint, entryOf } from './entry.ts';
import { JsonLines } from './json-lines.ts';
import { limitsWith } from './limits.ts';
import { type MonitorArguments, Monitoring } from './monitoring.ts';
import { reachableHost, type ServerNotice } from './reachable.ts';
import { readSecret } from './secret.ts';
import { warningText } from './warning-text.ts';

export interface ServeArguments extends MonitorArguments {
  readonly host?: string;
  readonly port: number;
  readonly data?: string;
  readonly name?: string;
  readonly headless?: boolean;
  readonly ephemeral?: boolean;
  readonly inviteOnly?: boolean;
  /** Accounts, or names that are claimed already. */
  readonly operator?: readonly string[];
  readonly passwordFile?: string;
  /** False: the password that the server has is taken away. */
  readonly password?: boolean;
  /** False: nothing is encrypted. */
  readonly tls: boolean;
  readonly rotateKey?: boolean;
  readonly maxUsers?: number;
  readonly maxPerAddress?: number;
  readonly maxMembers?: number;
}

/** Where operators of this machine come in. */
export const ADMIN_SOCKET = 'admin.sock';
/** Where files wait for those who are away. */
const SPOOL = 'spool';

/** Runs until a signal or the dashboard ends it. Throws a TchatError where it cannot listen. */
export async function serve(options: ServeArguments): Promise<ExitCode> {
  if (options.rotateKey && (options.ephemeral || !options.tls)) throw new TchatError('rotates-nothing');
  // Asked for before anything is taken: a person may think about it for a while.
  const { passwordFile } = options;
  const password = passwordFile === undefined ? null : await readSecret(passwordFile, say('ask.new-password'));
  const screen = options.headless !== true && process.stdout.isTTY && process.stdin.isTTY;
  const monitoring = await Monitoring.open(options, screen);
  try {
    return await serveWatched(options, { password, screen, monitoring });
  } finally {
    await monitoring.close();
  }
}

interface Begun {
  readonly password: string | null;
  readonly screen: boolean;
  readonly monitoring: Monitoring;
}

async function serveWatched(options: ServeArguments, { password, screen, monitoring }: Begun): Promise<ExitCode> {
  const { folder, log } = await openData(options);
  let server: Server;
  let key: ServerKey | null = null;
  try {
    // Once the log is ours: nobody else uses this folder then.
    if (options.tls) key = options.rotateKey ? rotateServerKey(folder) : openServerKey(folder);
    const entry = await entryOf(folder, options, password);
    const adminSocket = join(folder, ADMIN_SOCKET);
    // Of a server that was killed: nobody else uses this folder now.
    rmSync(adminSocket, { force: true });
    const measure = monitoring.measure;
    server = await openServer(options, { log, key, entry, adminSocket, folder, measure });
  } catch (error) {
    await log.close();
    throw error;
  }
  await appoint(server, options.operator ?? []);
  const facts = { fingerprint: key?.fingerprint ?? null, link: linkOf(server, key) };
  const fingerprint = key?.fingerprint.toString('base64url');
  Object.assign(server.facts, { link: facts.link, ...(fingerprint === undefined ? {} : { fingerprint }) });
  monitoring.watch(server);
  if (!screen) return headless(server, facts, monitoring.address);
  const { runDashboard, seatOf } = await import('./serve-screen.ts');
  return runDashboard(seatOf(server));
}

/** The server's data: a folder of its own, or one that goes with it. */
async function openData({ data, ephemeral }: ServeArguments): Promise<{ folder: string; log: EventLog }> {
  if (!ephemeral) {
    const folder = data ?? serverFolder();
    return { folder, log: await openLog(folder) };
  }
  const folder = mkdtempSync(join(tmpdir(), 'tchat-'));
  const log = await openLog(folder);
  const { close } = log;
  const closeAndRemove = () => close.call(log).finally(() => rmSync(folder, { recursive: true, force: true }));
  return { folder, log: Object.assign(log, { close: closeAndRemove }) };
}

/** Whoever starts a server is its operator: told what is wrong with the disk, not to ask somebody. */
async function openLog(folder: string): Promise<EventLog> {
  try {
    return await SqliteLog.open(logFileIn(folder));
  } catch (error) {
    const { code, params } = asTchatError(error, 'storage-failed');
    if (!/^storage-/.test(code)) throw error;
    throw new TchatError('data-unusable', { folder, reason: params['reason'] ?? code }, error);
  }
}

interface Parts {
  readonly log: EventLog;
  readonly key: ServerKey | null;
  readonly entry: EntryRules;
  readonly adminSocket: string;
  readonly folder: string;
  readonly measure: Measure;
}

/** Bytes that are free beside a folder, for whoever is no administrator; null where the system does not say. */
async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch {
    return null;
  }
}

function openServer(
  options: ServeArguments,
  { log, key, entry, adminSocket, folder, measure }: Parts,
): Promise<Server> {
  const { admission: limits, rates } = limitsWith(readSettings(folders().config).limits);
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
    host: host ?? null,
    port,
    ...(key === null ? {} : { tls: key }),
    name,
    version: version(),
    admission: limits,
    entry,
    rates,
    ...(options.maxMembers === undefined ? {} : { membersPerRoom: options.maxMembers }),
    log,
    spool: join(folder, SPOOL),
    clock: systemClock,
    measure,
    diskFree: () => freeBytes(folder),
    // Such sockets have another shape there.
    ...(process.platform === 'win32' ? {} : { adminSocket }),
  });
}

function linkOf({ facts: { host, port } }: Server, key: ServerKey | null): string {
  const plain = key === null ? ({ plain: true } as const) : {};
  return formatLink({
    address: { host: reachableHost(host), port, ...plain },
    fingerprint: key?.fingerprint ?? null,
    invite: null,
  });
}

/** JSON lines on standard output: first where it listens, then what happens; talk itself is `tchat tail`'s. */
async function headless(
  server: Server,
  { fingerprint, link }: ServerNotice,
  metrics: Monitoring['address'],
): Promise<ExitCode> {
  // Before anybody knows that there is a server to be stopped.
  const end = ended();
  const lines = new JsonLines(process.stdout);
  const { host, port } = server.facts;
  lines.write({ event: 'listening', host, port, fingerprint: fingerprint?.toString('base64url') ?? null, link });
  if (metrics) lines.write({ event: 'metrics', ...metrics });
  const admin = server.admin(note => report(note, lines), false);
  const code = await end;
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

function ended(): Promise<ExitCode> {
  return new Promise(resolve => {
    const signals = { SIGTERM: EXIT.done, SIGHUP: EXIT.done, SIGINT: EXIT.interrupted } as const;
    for (const [signal, code] of Object.entries(signals)) process.once(signal, () => resolve(code));
  });
}
