// A server's own key, made on its first start: one file in its folder of data, with what its earlier keys signed.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { TchatError } from '../errors.ts';
import { ROTATIONS_KEPT } from '../limits.ts';
import {
  type Fingerprint,
  fingerprintOf,
  makeCertificate,
  type Rotation,
  rawKeyOf,
  readServerKey,
  signRotation,
} from './certificate.ts';
import { createPrivate, readPrivate, writePrivate } from './private-file.ts';

export interface ServerKey {
  /** PEM, as TLS takes them. */
  readonly key: string;
  readonly certificate: string;
  readonly fingerprint: Fingerprint;
}

const FILE = 'server-key.json';

/** The key of a folder of data, made if there is none. Throws `server-key-broken` or `server-key-unwritable`. */
export function openServerKey(folder: string): ServerKey {
  const file = join(folder, FILE);
  const kept = read(file) ?? create(file);
  return shown(kept);
}

/** Puts a new key in the place of the one there was, which signs for it. Throws as `openServerKey`. */
export function rotateServerKey(folder: string): ServerKey {
  const file = join(folder, FILE);
  const old = read(file) ?? create(file);
  const { privateKey } = generateKeyPairSync('ed25519');
  const rotations = [...old.rotations, signRotation(old.key, rawKeyOf(privateKey))].slice(-ROTATIONS_KEPT);
  const next = { key: privateKey, rotations };
  try {
    writePrivate(file, written(next));
  } catch (error) {
    throw new TchatError('server-key-unwritable', { file }, error);
  }
  return shown(next);
}

interface Kept {
  readonly key: KeyObject;
  /** The oldest first. */
  readonly rotations: readonly Rotation[];
}

function read(file: string): Kept | null {
  try {
    const text = readPrivate(file);
    if (text === null) return null;
    const { key, rotations } = JSON.parse(text) as { key: string; rotations: readonly string[] };
    return { key: readServerKey(key), rotations: rotations.map(each => Buffer.from(each, 'base64url')) };
  } catch (error) {
    throw new TchatError('server-key-broken', { file }, error);
  }
}

function create(file: string): Kept {
  const made: Kept = { key: generateKeyPairSync('ed25519').privateKey, rotations: [] };
  try {
    if (createPrivate(file, written(made))) return made;
  } catch (error) {
    throw new TchatError('server-key-unwritable', { file }, error);
  }
  // Of two first starts at one moment the other was faster.
  return read(file) ?? made;
}

function pemOf(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function written({ key, rotations }: Kept): string {
  const fields = { version: 1, key: pemOf(key), rotations: rotations.map(each => each.toString('base64url')) };
  return `${JSON.stringify(fields, null, 2)}\n`;
}

function shown({ key, rotations }: Kept): ServerKey {
  const fingerprint = fingerprintOf(rawKeyOf(key));
  return { key: pemOf(key), certificate: makeCertificate(key, rotations), fingerprint };
}
