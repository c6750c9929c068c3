// What the spool remembers of a file, beside it on the disk: one sector, written in place, so that a power cut leaves the one
// before or the new one.
import { createHash } from 'node:crypto';
import type { AccountId, MessageId, Millis } from '../chat/vocabulary.ts';
import type { HeldFolder } from './folder.ts';
import { isOurs, writeAll } from './part-file.ts';

/** By what an offer is known: ids are unique an account. */
export interface SpoolKey {
  readonly account: AccountId;
  readonly id: MessageId;
}

export interface SpoolNote extends SpoolKey {
  readonly size: number;
  /** When room was kept for it. */
  readonly made: Millis;
  /** As in PartState. */
  readonly inode: string;
  readonly boot: string;
  readonly synced: number;
  /** SHA-256 in hexadecimal, as soon as all of it is here. */
  readonly hash: string | null;
}

/** Bytes that a disk writes wholly or not at all. */
const SECTOR = 512;
const NOTE = /^[0-9a-f]{32}\.note$/;

/** Under what a file is kept: the same for the same key, also where case makes no difference. */
export function spoolName({ account, id }: SpoolKey): string {
  return createHash('sha256').update(`${account}/${id}`).digest('hex').slice(0, 32);
}

/** A new one; on the disk when it returns. */
export async function createNote(folder: HeldFolder, note: SpoolNote): Promise<void> {
  const handle = await folder.create(`${spoolName(note)}.note`, 0o600);
  try {
    await writeAll(handle, sector(note), 0);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await folder.sync();
}

/** In the place of what it was; on the disk when it returns. */
export async function changeNote(folder: HeldFolder, note: SpoolNote): Promise<void> {
  const handle = await folder.open(`${spoolName(note)}.note`, true);
  try {
    await writeAll(handle, sector(note), 0);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}

/** All that can be read, of which each stands under its own name. */
export async function readNotes(folder: HeldFolder): Promise<readonly SpoolNote[]> {
  const notes: SpoolNote[] = [];
  for (const name of await folder.names()) {
    const note = NOTE.test(name) ? await readNote(folder, name) : null;
    if (note && `${spoolName(note)}.note` === name) notes.push(note);
  }
  return notes;
}

async function readNote(folder: HeldFolder, name: string): Promise<SpoolNote | null> {
  const handle = await folder.open(name, false).catch(() => null);
  try {
    if (!handle || !isOurs(await handle.stat({ bigint: true }))) return null;
    const buffer = Buffer.alloc(SECTOR);
    const { bytesRead } = await handle.read(buffer, 0, SECTOR, 0);
    return noteOf(JSON.parse(buffer.toString('utf8', 0, bytesRead)));
  } catch {
    return null;
  } finally {
    await handle?.close();
  }
}

function sector(note: SpoolNote): Buffer {
  const { account, id, size, made, inode, boot, synced, hash } = note;
  const text = JSON.stringify({ account, id, size, made, inode, boot, synced, hash });
  const bytes = Buffer.alloc(SECTOR, ' ');
  if (Buffer.byteLength(text) > SECTOR) throw new RangeError(`a note of ${text.length}`);
  bytes.write(text);
  return bytes;
}

function noteOf(value: Partial<Record<keyof SpoolNote, unknown>>): SpoolNote | null {
  const { account, id, size, made, inode, boot, synced, hash } = value;
  const texts = [account, id, inode, boot].every(each => typeof each === 'string');
  const numbers = [size, made, synced].every(each => Number.isSafeInteger(each) && Number(each) >= 0);
  const whole = hash === null || (typeof hash === 'string' && /^[0-9a-f]{64}$/.test(hash));
  return texts && numbers && whole ? (value as SpoolNote) : null;
}
