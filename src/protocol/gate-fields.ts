// Checks of the fields that both gates share.
import type { FileNote, OfferBody } from '../chat/vocabulary.ts';
import { FILE_NAME_UNITS, NAME_LENGTH, ROOM_LENGTH, SEALED_BYTES } from '../limits.ts';
import { idFromBytes } from './ids.ts';
import { SIDES } from './packet.ts';
import {
  asRecord,
  binary,
  type Check,
  field,
  flag,
  line,
  matching,
  maybe,
  moment,
  oneOf,
  record,
  whole,
  wrong,
} from './schema.ts';

/** UTF-16 units of a name or a room, generously: the rules of names are the chat's, not the wire's. */
const NAME_UNITS = NAME_LENGTH * 4;
const ROOM_UNITS = ROOM_LENGTH * 4;
const ACCOUNT = /^(?:[A-Za-z0-9_-]{22}|\*)$/;
const CONVERSATION = /^(?:#.+|~[A-Za-z0-9_-]{22}|\*)$/su;

export const name = line(NAME_UNITS);
export const room: Check<string> = (value, path) => {
  const text = line(ROOM_UNITS)(value, path);
  if (!text.startsWith('#')) throw wrong(path);
  return text;
};
export const account = matching(ACCOUNT, 22);
export const conversation: Check<string> = (value, path) => {
  const text = line(ROOM_UNITS)(value, path);
  if (!CONVERSATION.test(text)) throw wrong(path);
  return text;
};

export const inviteId = matching(/^[0-9a-f]{12}$/, 12);

export const messageId: Check<string> = (value, path) => {
  if (!(value instanceof Uint8Array) || value.length !== 16) throw wrong(path);
  return idFromBytes(value);
};

/** A message by its author and the id that they gave it. */
export const messageRef = record({ account, id: messageId });

export const serverNote = record({ id: line(64), name: line(256) });

export const side = oneOf(...SIDES);

const fileNote: Check<FileNote> = record({
  name: line(FILE_NAME_UNITS),
  folder: flag,
  files: whole,
  modified: maybe(moment),
  executable: flag,
});
const mayBeFile = maybe(fileNote);
const mayBeSealed = maybe(binary(1, SEALED_BYTES));

/** What is offered, in the clear or sealed. */
export const offerBody: Check<OfferBody> = (value, path) => {
  const fields = asRecord(value, path);
  const bytes = mayBeSealed(field(fields, 'sealed'), `${path}.sealed`);
  if (bytes) return { kind: 'sealed', bytes };
  const file = mayBeFile(field(fields, 'file'), `${path}.file`);
  if (!file) throw wrong(`${path}.file`);
  return { kind: 'file', file };
};
