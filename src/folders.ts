// Where tchat keeps its files: all under TCHAT_HOME if that is set, else in the platform's own folders.
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export interface Folders {
  readonly config: string;
  /** Keys of this machine's people. */
  readonly profiles: string;
  readonly data: string;
  readonly downloads: string;
}

export function folders(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): Folders {
  const home = env['TCHAT_HOME'];
  if (home) return under(resolve(home, 'config'), resolve(home, 'data'), resolve(home, 'downloads'));
  const user = homedir();
  const downloads = join(user, 'Downloads');
  if (platform === 'darwin') {
    const support = join(user, 'Library', 'Application Support', 'tchat');
    return under(join(user, 'Library', 'Preferences', 'tchat'), support, downloads);
  }
  if (platform === 'win32') {
    const roaming = env['APPDATA'] ?? join(user, 'AppData', 'Roaming');
    const local = env['LOCALAPPDATA'] ?? join(user, 'AppData', 'Local');
    return under(join(roaming, 'tchat'), join(local, 'tchat'), downloads);
  }
  const config = join(env['XDG_CONFIG_HOME'] || join(user, '.config'), 'tchat');
  return under(config, join(env['XDG_DATA_HOME'] || join(user, '.local', 'share'), 'tchat'), downloads);
}

/** The folder of a server's data unless another one is given. */
export function serverFolder(): string {
  return join(folders().data, 'server');
}

/** The file of the server's log in its folder of data. */
export function logFileIn(folder: string): string {
  return join(folder, 'chat.db');
}

function under(config: string, data: string, downloads: string): Folders {
  return { config, data, downloads, profiles: join(data, 'profiles') };
}
