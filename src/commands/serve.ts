// tchat serve: a server, with its dashboard or headless. Joins the parts; what they do is theirs.
import { mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanShort } from '../chat/text.ts';
import { readSettings } from '../config.ts';
import { EXIT, type ExitCode, TchatError } from '../errors.ts';
import { folders } from '../folders.ts';
import { openEntrySecrets, withPassword } from '../identity/entry-secrets.ts';
import { SERVER_NAME_LENGTH } from '../limits.ts';
import type { AdminNote } from '../server/admin-session.ts';
import type { EntryRules } from '../server/entrance.ts';
import { Server } from '../server/server.ts';
import { formatAddress } from '../session/address.ts';
import { systemClock } from '../session/clock.ts';
import type { EventLog } from '../store/event-log.ts';
import { SqliteLog } from '../store/sqlite/sqlite-log.ts';
import { version } from '../version.ts';
import { say } from '../words/words.ts';
import { JsonLines } from './json-lines.ts';
import { limitsWith } from './limits.ts';
import { readSecret } from './secret.ts';

export interface ServeArguments {
  readonly host: string;
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
  readonly maxUsers?: number;
  readonly maxPerAddress?: number;
  readonly maxMembers?: number;
}

/** The file of the server's log in its folder of data. */
const LOG_FILE = 'chat.db';

/** Runs until a signal or the dashboard ends it. Throws a TchatError where it cannot listen. */
export async function serve(options: ServeArguments): Promise<ExitCode> {
  const folder = dataFolder(options);
  // Asked for before anything is taken: a person may think about it for a while.
  const password =
    options.passwordFile === undefined ? null : await readSecret(options.passwordFile, say('ask.new-password'));
  const log = await openLog(folder, options);
  let server: Server;
  try {
    server = await openServer(options, log, await entryOf(folder, options, password));
  } catch (error) {
    await log.close();
    throw error;
  }
  await appoint(server, options.operator ?? []);
  const screen = options.headless !== true && process.stdout.isTTY && process.stdin.isTTY;
  if (!screen) return headless(server);
  const { runDashboard } = await import('./serve-screen.ts');
  return runDashboard(server);
}

/** The server's data: a folder of its own, or one that goes with it. */
function dataFolder({ data, ephemeral }: ServeArguments): string {
  if (ephemeral) return mkdtempSync(join(tmpdir(), 'tchat-'));
  return data ?? join(folders().data, 'server');
}

async function openLog(folder: string, { ephemeral }: ServeArguments): Promise<EventLog> {
  const log = await SqliteLog.open(join(folder, LOG_FILE));
  if (!ephemeral) return log;
  const { close } = log;
  const closeAndRemove = () => close.call(log).finally(() => rmSync(folder, { recursive: true, force: true }));
  return Object.assign(log, { close: closeAndRemove });
}

/** Makes operators of those that are named; closes the server where one is not known. */
async function appoint(server: Server, wanted: readonly string[]): Promise<void> {
  const admin = server.admin(() => {}, false);
  for (const each of wanted) {
    const account = /^[A-Za-z0-9_-]{22}$/.test(each);
    const target = account ? ({ to: 'account', account: each } as const) : ({ to: 'name', name: each } as const);
    const result = await admin.command({ kind: 'role', target, role: 'operator' });
    if (result.ok || result.code === 'role-same') continue;
    await server.close();
    throw new TchatError(result.code, result.params);
  }
  admin.close();
}

/** Who may come in. The log is open by now, so that the folder is this server's alone. */
async function entryOf(folder: string, options: ServeArguments, password: string | null): Promise<EntryRules> {
  let secrets = openEntrySecrets(folder);
  if (password !== null) secrets = await withPassword(folder, secrets, password);
  else if (options.password === false && secrets.password) secrets = await withPassword(folder, secrets, null);
  return { inviteOnly: options.inviteOnly === true, ...secrets };
}

function openServer(options: ServeArguments, log: EventLog, entry: EntryRules): Promise<Server> {
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
    host,
    port,
    name,
    version: version(),
    admission: limits,
    entry,
    rates,
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
    lines.write({ event: kind, time: new Date(time).toISOString(), ...rest });
  }
}

function ended(): Promise<ExitCode> {
  return new Promise(resolve => {
    const signals = { SIGTERM: EXIT.done, SIGHUP: EXIT.done, SIGINT: EXIT.interrupted } as const;
    for (const [signal, code] of Object.entries(signals)) process.once(signal, () => resolve(code));
  });
}
