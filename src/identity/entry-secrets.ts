// What a server needs to tell whether somebody new may come in: a file of its own beside the log, for the server alone.
import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TchatError } from '../errors.ts';

export interface EntrySecrets {
  /** What invites are made from, 32 bytes. */
  readonly secret: Buffer;
}

const FILE = 'entry.json';

/** Reads the file in a server's folder, or makes it. Throws `entry-broken` or `entry-unwritable`. */
export function openEntrySecrets(folder: string): EntrySecrets {
  const file = join(folder, FILE);
  return read(file) ?? create(folder, file);
}

function read(file: string): EntrySecrets | null {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
    if ((statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new TchatError('entry-broken', { file }, error);
  }
  try {
    const fields = JSON.parse(text) as { secret: string };
    return { secret: bytes(fields.secret, 32) };
  } catch (error) {
    throw new TchatError('entry-broken', { file }, error);
  }
}

function bytes(text: unknown, length: number): Buffer {
  const buffer = Buffer.from(String(text), 'base64url');
  if (buffer.length !== length) throw new TypeError('length');
  return buffer;
}

function create(folder: string, file: string): EntrySecrets {
  const secrets = { secret: randomBytes(32) };
  const draft = `${file}.${process.pid}.new`;
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(draft, text(secrets), { mode: 0o600, flag: 'wx', flush: true });
    linkSync(draft, file);
    return secrets;
  } catch (error) {
    const other = (error as NodeJS.ErrnoException).code === 'EEXIST' ? read(file) : null;
    if (other) return other;
    throw new TchatError('entry-unwritable', { file }, error);
  } finally {
    rmSync(draft, { force: true });
  }
}

function text({ secret }: EntrySecrets): string {
  return `${JSON.stringify({ version: 1, secret: secret.toString('base64url') }, null, 2)}\n`;
}
