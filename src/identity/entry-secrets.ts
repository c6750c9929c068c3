// What a server needs to tell whether somebody new may come in: a file of its own beside the log, for the server alone.
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { join } from 'node:path';
import { TchatError } from '../errors.ts';
import { SALT_BYTES, STRETCHED_BYTES, stretch } from './password.ts';
import { createPrivate, readPrivate, writePrivate } from './private-file.ts';

export interface EntrySecrets {
  /** What invites are made from, 32 bytes. */
  readonly secret: Buffer;
  /** The password as it is stretched with its salt; null: the server has none. */
  readonly password: { readonly salt: Buffer; readonly key: Buffer } | null;
}

const FILE = 'entry.json';

/** Reads the file in a server's folder, or makes it. Throws `entry-broken` or `entry-unwritable`. */
export function openEntrySecrets(folder: string): EntrySecrets {
  const file = join(folder, FILE);
  const known = read(file);
  if (known) return known;
  const secrets = { secret: randomBytes(32), password: null };
  const made = writing(file, () => createPrivate(file, textOf(secrets)));
  return made ? secrets : (read(file) ?? secrets);
}

function read(file: string): EntrySecrets | null {
  try {
    const text = readPrivate(file);
    if (text === null) return null;
    const { secret, password } = JSON.parse(text) as { secret: string; password?: { salt: string; key: string } };
    const stretched = password && {
      salt: bytes(password.salt, SALT_BYTES),
      key: bytes(password.key, STRETCHED_BYTES),
    };
    return { secret: bytes(secret, 32), password: stretched ?? null };
  } catch (error) {
    throw new TchatError('entry-broken', { file }, error);
  }
}

function writing<T>(file: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw new TchatError('entry-unwritable', { file }, error);
  }
}

function bytes(text: unknown, length: number): Buffer {
  const buffer = Buffer.from(String(text), 'base64url');
  if (buffer.length !== length) throw new TypeError('length');
  return buffer;
}

/** Sets the password, or takes it away with null; gives the secrets as they are kept now. Throws `entry-unwritable`. */
export async function withPassword(
  folder: string,
  secrets: EntrySecrets,
  password: string | null,
): Promise<EntrySecrets> {
  const changed = { ...secrets, password: password === null ? null : await stretched(password, secrets.password) };
  const file = join(folder, FILE);
  writing(file, () => writePrivate(file, textOf(changed)));
  return changed;
}

/** With the salt of before where it is the same password, so that what clients have worked out stays right. */
async function stretched(password: string, before: EntrySecrets['password']): Promise<EntrySecrets['password']> {
  if (before && timingSafeEqual(await stretch(password, before.salt), before.key)) return before;
  const salt = randomBytes(SALT_BYTES);
  return { salt, key: await stretch(password, salt) };
}

function textOf({ secret, password }: EntrySecrets): string {
  const written = password && { salt: password.salt.toString('base64url'), key: password.key.toString('base64url') };
  const fields = { version: 1, secret: secret.toString('base64url'), ...(written ? { password: written } : {}) };
  return `${JSON.stringify(fields, null, 2)}\n`;
}
