// A profile: a key on this machine and the name it goes by, made on first use. One file, for its owner's eyes only.
import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { validName } from '../chat/text.ts';
import { TchatError } from '../errors.ts';
import { type AccountKey, createKey, readKey, writeKey } from './keys.ts';

export interface Profile {
  readonly name: string;
  readonly key: AccountKey;
  /** 16 random bytes: this installation of the profile. */
  readonly device: Buffer;
}

const ENDING = '.profile.json';

/** The profile of a name, made if there is none. Throws `name-invalid`, `profile-broken` or `profile-unwritable`. */
export function openProfile(folder: string, wanted: string): Profile {
  const name = validName(wanted);
  if (!name) throw new TchatError('name-invalid', { name: wanted });
  const file = join(folder, name + ENDING);
  return readProfile(file, name) ?? createProfile(folder, file, name);
}

/** Names of the profiles on this machine, in order. */
export function listProfiles(folder: string): string[] {
  try {
    const files = readdirSync(folder).filter(file => file.endsWith(ENDING));
    return files.map(file => file.slice(0, -ENDING.length)).sort();
  } catch {
    return [];
  }
}

function readProfile(file: string, name: string): Profile | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  } catch (error) {
    // No folder either: making it will say what is in the way.
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw new TchatError('profile-broken', { file }, error);
  }
  try {
    const { key, device } = JSON.parse(text) as { key: string; device: string };
    const bytes = Buffer.from(device, 'base64url');
    if (bytes.length !== 16) throw new TypeError('device');
    return { name, key: readKey(key), device: bytes };
  } catch (error) {
    throw new TchatError('profile-broken', { file }, error);
  }
}

function createProfile(folder: string, file: string, name: string): Profile {
  const profile = { name, key: createKey(), device: randomBytes(16) };
  const fields = { version: 1, name, key: writeKey(profile.key), device: profile.device.toString('base64url') };
  const draft = `${file}.${process.pid}.new`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(draft, `${JSON.stringify(fields, null, 2)}\n`, { mode: 0o600, flag: 'wx', flush: true });
    // A link never replaces: of two first uses at one moment the first wins, and the other takes its key.
    linkSync(draft, file);
    return profile;
  } catch (error) {
    const other = (error as NodeJS.ErrnoException).code === 'EEXIST' ? readProfile(file, name) : null;
    if (other) return other;
    throw new TchatError('profile-unwritable', { file }, error);
  } finally {
    removeDraft(draft);
  }
}

function removeDraft(draft: string): void {
  try {
    rmSync(draft, { force: true });
  } catch {
    // Where the folder itself cannot be used there is no draft either.
  }
}
