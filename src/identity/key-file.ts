// A key on its way from one machine to another: a file of its own, as a rule under a passphrase.
import { TchatError } from '../errors.ts';
import { type AccountKey, readKey, writeKey } from './keys.ts';
import { createPrivate, readPrivate } from './private-file.ts';
import { isSealedKey, type SealedKey } from './sealed-key.ts';

export interface KeyFile {
  /** The profile that it was exported from. */
  readonly name: string;
  readonly key: AccountKey | SealedKey;
}

/** Never writes over a file. Throws `file-exists` or `file-unwritable`. */
export function writeKeyFile(file: string, { name, key }: KeyFile): void {
  const fields = { tchat: 'key', version: 1, name, key: isSealedKey(key) ? key : writeKey(key) };
  let made: boolean;
  try {
    made = createPrivate(file, `${JSON.stringify(fields, null, 2)}\n`);
  } catch (error) {
    throw new TchatError('file-unwritable', { file }, error);
  }
  if (!made) throw new TchatError('file-exists', { file });
}

/** Throws `no-key-file`. */
export function readKeyFile(file: string): KeyFile {
  try {
    const { tchat, version, name, key } = JSON.parse(readPrivate(file) ?? '') as Record<string, unknown>;
    if (tchat !== 'key' || version !== 1 || typeof name !== 'string') throw new TypeError('another file');
    return { name, key: isSealedKey(key) ? key : readKey(key as string) };
  } catch (error) {
    throw new TchatError('no-key-file', { file }, error);
  }
}
