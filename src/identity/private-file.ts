// Files for their owner's eyes only: written whole or not at all, and on the disk when the call returns.
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';

/** The file's text, or null where there is none. A file that others could read is closed to them. */
export function readPrivate(file: string): string | null {
  try {
    const text = readFileSync(file, 'utf8');
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
    return text;
  } catch (error) {
    // No folder either: making it will say what is in the way.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

/** Takes the place of what was there. */
export function writePrivate(file: string, text: string): void {
  place(file, text, renameSync);
}

/** Never takes the place of another: false where the file is there already. */
export function createPrivate(file: string, text: string): boolean {
  try {
    place(file, text, linkSync);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function place(file: string, text: string, move: (draft: string, file: string) => void): void {
  const draft = `${file}.${process.pid}.new`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // A draft of an earlier process with this number, which died.
    rmSync(draft, { force: true });
    writeFileSync(draft, text, { mode: 0o600, flag: 'wx', flush: true });
    move(draft, file);
    flushFolder(dirname(file));
  } finally {
    removeDraft(draft);
  }
}

/** Without it a power cut may bring back what stood there before. Not every platform can. */
function flushFolder(folder: string): void {
  try {
    const handle = openSync(folder, 'r');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  } catch {
    // Windows opens no folders; there a rename is on the disk by itself.
  }
}

function removeDraft(draft: string): void {
  try {
    rmSync(draft, { force: true });
  } catch {
    // Where the folder itself cannot be used there is no draft either.
  }
}
