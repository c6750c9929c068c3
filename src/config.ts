// Settings of this machine: schema, defaults, reading and writing. The only importer of conf, and it loads conf only to
// write: reading a small file needs no library, and every start would pay for it.
import { existsSync, readFileSync, renameSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';

export interface KnownServer {
  readonly address: string;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly used: number;
}

export interface Settings {
  /** The profile that is used when no --name is given. */
  readonly profile: string;
  readonly theme: string;
  /** Where files are put; '': the usual folder. */
  readonly downloads: string;
  /** Servers that were joined, the latest first. */
  readonly servers: readonly KnownServer[];
  /** An administrator's own limits of a server, by their names in `commands/limits.ts`. */
  readonly limits: Readonly<Record<string, number>>;
  /** Whether files may come and go by direct ways, so that the other one learns this machine's addresses. */
  readonly direct: boolean;
  /** Key bindings that differ from the built-in ones: action -> key. */
  readonly keys: Readonly<Record<string, string>>;
}

const DEFAULTS: Settings = {
  ...{ profile: '', theme: 'dark', downloads: '', servers: [], limits: {}, direct: false, keys: {} },
};
const MOST_SERVERS = 50;

function fileOf(folder: string): string {
  return join(folder, 'config.json');
}

/** The settings; what is missing or of a wrong form in the file is as by default. */
export function readSettings(folder: string): Settings {
  let stored: Partial<Record<keyof Settings, unknown>> = {};
  try {
    const parsed: unknown = JSON.parse(readFileSync(fileOf(folder), 'utf8'));
    if (typeof parsed === 'object' && parsed !== null) stored = parsed;
  } catch {
    // No file yet, or a broken one: kept aside when something is written.
  }
  const { profile, theme, downloads, servers, limits, direct, keys } = stored;
  return {
    profile: typeof profile === 'string' ? profile : DEFAULTS.profile,
    theme: typeof theme === 'string' ? theme : DEFAULTS.theme,
    downloads: typeof downloads === 'string' ? downloads : DEFAULTS.downloads,
    servers: Array.isArray(servers) ? servers.filter(isKnownServer) : DEFAULTS.servers,
    limits: isNumberMap(limits) ? limits : DEFAULTS.limits,
    direct: direct === true,
    keys: isStringMap(keys) ? keys : DEFAULTS.keys,
  };
}

/** Changes some settings; a broken file is kept as `config.json.bak` first. */
export async function writeSettings(folder: string, change: Partial<Settings>): Promise<void> {
  const { default: Conf } = await loadConf();
  const open = () =>
    new Conf<Settings>({
      ...{ cwd: folder, configName: 'config', configFileMode: 0o600, projectName: 'tchat', projectSuffix: '' },
    });
  const file = fileOf(folder);
  let conf: ReturnType<typeof open>;
  try {
    conf = open();
  } catch {
    if (existsSync(file)) renameSync(file, `${file}.bak`);
    conf = open();
  }
  conf.set({ ...readSettings(folder), ...change });
}

/**
 * Loads conf without the signal handlers of a library below it (when-exit): they end the process by the same signal
 * before a screen is restored or a server has drained. What they are for, removing a half-written file, happens at
 * the process's exit all the same.
 */
async function loadConf(): Promise<typeof import('conf')> {
  const signals = Object.keys(constants.signals) as NodeJS.Signals[];
  const before = new Map(signals.map(signal => [signal, new Set(process.rawListeners(signal))]));
  const loaded = await import('conf');
  for (const [signal, known] of before) {
    for (const added of process.rawListeners(signal)) {
      if (!known.has(added)) process.removeListener(signal, added as () => void);
    }
  }
  return loaded;
}

/** The list with this server first. */
export function withServer(servers: readonly KnownServer[], server: KnownServer): readonly KnownServer[] {
  return [server, ...servers.filter(each => each.address !== server.address)].slice(0, MOST_SERVERS);
}

function isKnownServer(value: unknown): value is KnownServer {
  if (typeof value !== 'object' || value === null) return false;
  const { address, name, used } = value as Record<string, unknown>;
  return typeof address === 'string' && typeof name === 'string' && typeof used === 'number';
}

function isStringMap(value: unknown): value is Record<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every(each => typeof each === 'string');
}

function isNumberMap(value: unknown): value is Record<string, number> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every(each => typeof each === 'number');
}
