// What the screen wants to know of this machine's files: what is in a folder, what pasted paths stand for, what a path may
// become; and the folder of a file, shown by the desktop.
import { spawn } from 'node:child_process';
import { opendir, realpath, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { FOLDER_ENTRIES, PATH_CHOICES } from '../limits.ts';
import type { Effect, FolderEntry, Msg } from '../tui/chat/chat.ts';

type Wanted<K extends Effect['kind']> = Extract<Effect, { kind: K }>;
type Told<K extends Msg['kind']> = Extract<Msg, { kind: K }>;

/** A path as a person writes it, whole; `~` is their own folder. */
export function wholePath(written: string, from = process.cwd()): string {
  return resolve(
    from,
    written.replace(/^~(?=$|\/)/, () => homedir()),
  );
}

export class LocalFiles {
  /** Where one was last. */
  #folder = process.cwd();

  /** What is in a folder; where that cannot be read, what is in the one where one is, and why. */
  async list({ ref, folder, into }: Wanted<'list-folder'>): Promise<Told<'listing'>> {
    const from = folder === '' ? this.#folder : folder;
    const target = into === null ? from : wholePath(into, from);
    const listed = await read(target).catch((error: unknown) => problemOf(error, target));
    if (!('code' in listed)) {
      this.#folder = target;
      return { kind: 'listing', ref, folder: target, above: aboveOf(target), ...listed, problem: null };
    }
    const here = target === from ? NOTHING : await read(from).catch(() => NOTHING);
    return { kind: 'listing', ref, folder: from, above: aboveOf(from), ...here, problem: listed };
  }

  async lookAt({ ref, readings }: Wanted<'look-at'>): Promise<Told<'looked-at'>> {
    for (const reading of readings) {
      const files = await Promise.all(reading.map(path => entryOf(wholePath(path))));
      const there = files.filter(file => file !== null);
      if (there.length === reading.length) return { kind: 'looked-at', ref, files: there };
    }
    return { kind: 'looked-at', ref, files: null };
  }

  async complete({ ref, path }: Wanted<'complete-path'>): Promise<Told<'completed-path'>> {
    if (path === '~') return { kind: 'completed-path', ref, choices: ['~/'] };
    const cut = path.lastIndexOf('/') + 1;
    const [head, tail] = [path.slice(0, cut), path.slice(cut)];
    const { entries } = await read(wholePath(head === '' ? '.' : head)).catch(() => NOTHING);
    const choices = entries
      .filter(({ name }) => name.startsWith(tail) && (tail.startsWith('.') || !name.startsWith('.')))
      .slice(0, PATH_CHOICES)
      .map(({ name, folder }) => `${head}${name}${folder ? '/' : ''}`);
    return { kind: 'completed-path', ref, choices };
  }
}

const NOTHING = { entries: [], more: false } as const;

function aboveOf(folder: string): string | null {
  const above = dirname(folder);
  return above === folder ? null : above;
}

function problemOf(error: unknown, folder: string) {
  const { code } = error as NodeJS.ErrnoException;
  return { code: 'folder-unusable', params: { folder, reason: code ?? '' } };
}

/** Files and folders, folders first; what is neither, or is gone meanwhile, is left out. */
async function read(folder: string): Promise<{ readonly entries: readonly FolderEntry[]; readonly more: boolean }> {
  const names: string[] = [];
  let more = false;
  for await (const { name } of await opendir(folder)) {
    more = names.length === FOLDER_ENTRIES;
    if (more) break;
    names.push(name);
  }
  const found = await Promise.all(names.map(name => entryOf(join(folder, name))));
  const entries = found.filter(entry => entry !== null);
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  entries.sort((a, b) => Number(b.folder) - Number(a.folder) || compare(a.name, b.name));
  return { entries, more };
}

/** A file or a folder; null: neither, or nothing that can be looked at. */
async function entryOf(path: string): Promise<FolderEntry | null> {
  try {
    const stats = await stat(path);
    const folder = stats.isDirectory();
    if (!folder && !stats.isFile()) return null;
    const size = folder ? 0 : stats.size;
    return { name: basename(path) || path, path, folder, size, modified: Math.max(0, stats.mtimeMs) };
  } catch {
    return null;
  }
}

/** What shows a folder on this desktop; null: there is none. */
function opener(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string | null {
  if (platform === 'darwin') return 'open';
  if (platform === 'win32') return 'explorer';
  return env['DISPLAY'] || env['WAYLAND_DISPLAY'] ? 'xdg-open' : null;
}

/** Shows the folder that a file is in; false: nothing here can, and the person has to be told where it is. */
export async function showFolderOf(path: string): Promise<boolean> {
  const program = opener(process.env, process.platform);
  if (program === null) return false;
  const folder = await realpath(dirname(path)).catch(() => null);
  if (folder === null) return false;
  return new Promise(shown => {
    const child = spawn(program, [folder], { stdio: 'ignore', detached: true });
    child.once('error', () => shown(false));
    child.once('spawn', () => shown(true));
    child.unref();
  });
}
