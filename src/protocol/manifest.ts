// The list that goes ahead of the files of a folder: a length of four bytes, and one MessagePack value. See docs/protocol.md.
import { Packr } from 'msgpackr';
import { TchatError } from '../errors.ts';
import { FILE_NAME_BYTES, FOLDER_DEPTH, MANIFEST_BYTES, MANIFEST_ENTRIES } from '../limits.ts';
import { scanValue } from './scan.ts';
import { type Check, flag, list, maybe, moment, raw, whole, wrong } from './schema.ts';

/** Bytes of the length in front of it. */
export const MANIFEST_HEADER = 4;

/** A file of the folder, or a folder in it that is empty. */
export interface ManifestEntry {
  /** From the folder down, as its owner calls it: whoever receives it makes safe names of it. */
  readonly path: readonly string[];
  /** Bytes of the file; null: an empty folder. */
  readonly size: number | null;
  /** Milliseconds since 1970. */
  readonly modified: number | null;
  readonly executable: boolean;
}

const packr = new Packr({ useRecords: false, int64AsType: 'number', mapsAsObjects: true });

/** With its length. Throws a TchatError `folder-too-large`. */
export function encodeManifest(entries: readonly ManifestEntry[]): Buffer {
  const value = packr.pack(entries.map(({ path, size, modified, executable }) => [path, size, modified, executable]));
  if (entries.length > MANIFEST_ENTRIES || value.length > MANIFEST_BYTES) {
    throw new TchatError('folder-too-large', { limit: MANIFEST_ENTRIES });
  }
  const header = Buffer.alloc(MANIFEST_HEADER);
  header.writeUInt32BE(value.length);
  return Buffer.concat([header, value]);
}

/** Bytes that follow the header. */
export function manifestLength(header: Buffer): number {
  return header.readUInt32BE();
}

/** Without its length, which is MANIFEST_BYTES at most. Throws a TchatError `bad-packet`. */
export function decodeManifest(value: Uint8Array): readonly ManifestEntry[] {
  scanValue(value);
  return list(entry, MANIFEST_ENTRIES)(packr.unpack(value), 'manifest');
}

const path = list(raw(FILE_NAME_BYTES), FOLDER_DEPTH);

const entry: Check<ManifestEntry> = (value, place) => {
  if (!Array.isArray(value) || value.length < 4) throw wrong(place);
  const components = path(value[0], place);
  if (components.length === 0) throw wrong(place);
  return {
    path: components,
    size: maybe(whole)(value[1], place),
    modified: maybe(moment)(value[2], place),
    executable: flag(value[3], place),
  };
};
