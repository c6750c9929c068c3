// A profile: a key on this machine and the name it goes by, made on first use. One file, for its owner's eyes only; the
// key in it may be under a passphrase.
import { randomBytes } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { validName } from '../chat/text.ts';
import { TchatError } from '../errors.ts';
import { type AccountKey, createKey, readKey, writeKey } from './keys.ts';
import { createPrivate, readPrivate, writePrivate } from './private-file.ts';
import { isSealedKey, type SealedKey, seal, unseal } from './sealed-key.ts';

export interface Profile {
  readonly name: string;
  readonly key: AccountKey;
  /** 16 random bytes: this installation of the profile. */
  readonly device: Buffer;
}

/** A profile whose key is under a passphrase. */
export interface LockedProfile {
  readonly name: string;
  readonly locked: SealedKey;
  readonly device: Buffer;
}

const ENDING = '.profile.json';

function fileOf(folder: string, name: string): string {
  return join(folder, name + ENDING);
}

/** The name in the form in which a profile has it; throws `name-invalid`. */
function checked(wanted: string): string {
  const name = validName(wanted);
  if (!name) throw new TchatError('name-invalid', { name: wanted });
  return name;
}

/** As takeProfile, of one whose key is under no passphrase; throws `profile-locked` where it is. */
export function openProfile(folder: string, wanted: string): Profile {
  const profile = takeProfile(folder, wanted);
  if ('locked' in profile) throw new TchatError('profile-locked', { name: profile.name });
  return profile;
}

/** The profile of a name, made if there is none. Throws `name-invalid`, `profile-broken` or `profile-unwritable`. */
export function takeProfile(folder: string, wanted: string): Profile | LockedProfile {
  const name = checked(wanted);
  return readProfile(folder, name) ?? createProfile(folder, { name, key: createKey(), device: randomBytes(16) });
}

/** As takeProfile, and null where there is none. */
export function findProfile(folder: string, wanted: string): Profile | LockedProfile | null {
  return readProfile(folder, checked(wanted));
}

/** With its key; throws `passphrase-wrong`. */
export async function unlock({ name, locked, device }: LockedProfile, passphrase: string): Promise<Profile> {
  return { name, key: readKey(await unseal(locked, passphrase)), device };
}

/** Puts the key under a passphrase, or under none (null). Throws `profile-unwritable`. */
export async function lock(folder: string, profile: Profile, passphrase: string | null): Promise<void> {
  const key = passphrase === null ? writeKey(profile.key) : await seal(writeKey(profile.key), passphrase);
  write(folder, profile, key, writePrivate);
}

/** Keeps a key that comes from another machine as a profile of this one. Throws `profile-exists` or `profile-unwritable`. */
export function addProfile(folder: string, wanted: string, key: AccountKey | SealedKey): void {
  const name = checked(wanted);
  const text = isSealedKey(key) ? key : writeKey(key);
  if (!write(folder, { name, device: randomBytes(16) }, text, createPrivate)) {
    throw new TchatError('profile-exists', { name });
  }
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

function readProfile(folder: string, name: string): Profile | LockedProfile | null {
  const file = fileOf(folder, name);
  try {
    const text = readPrivate(file);
    if (text === null) return null;
    const { key, device } = JSON.parse(text) as { key: unknown; device: string };
    const bytes = Buffer.from(device, 'base64url');
    if (bytes.length !== 16) throw new TypeError('device');
    return isSealedKey(key)
      ? { name, locked: key, device: bytes }
      : { name, key: readKey(key as string), device: bytes };
  } catch (error) {
    throw new TchatError('profile-broken', { file }, error);
  }
}

/** Of two first uses at one moment the first wins, and the other takes its key. */
function createProfile(folder: string, profile: Profile): Profile | LockedProfile {
  if (write(folder, profile, writeKey(profile.key), createPrivate)) return profile;
  return readProfile(folder, profile.name) ?? profile;
}

type Placing<T> = (file: string, text: string) => T;

function write<T>(
  folder: string,
  { name, device }: Pick<Profile, 'name' | 'device'>,
  key: string | SealedKey,
  place: Placing<T>,
): T {
  const file = fileOf(folder, name);
  const fields = { version: 1, name, key, device: device.toString('base64url') };
  try {
    return place(file, `${JSON.stringify(fields, null, 2)}\n`);
  } catch (error) {
    throw new TchatError('profile-unwritable', { file }, error);
  }
}
