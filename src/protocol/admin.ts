// What a server and an operator's screen say to each other: requests, answers, and notes that come by themselves. On the
// same machine each is a frame, elsewhere it lies in `admin` packets. Not a part of docs/protocol.md: both ends are of one
// version, and the server reads it for operators alone.
import { Packr } from 'msgpackr';
import { cleanText } from '../chat/text.ts';
import { TchatError } from '../errors.ts';
import { FRAME_HEADER } from '../limits.ts';
import { decodeClientPacket, encodePacket } from './codec.ts';
import type { CommandPacket } from './packet.ts';
import { scanValue } from './scan.ts';
import { type Check, flag, maybe, oneOf, raw, record, whole, wrong } from './schema.ts';

const packr = new Packr({ useRecords: false, int64AsType: 'number', mapsAsObjects: true });

/** What a screen may look at. */
export const ADMIN_QUERIES = ['snapshot', 'bans', 'audit', 'settings', 'rooms', 'files', 'person'] as const;
export type AdminQueryKind = (typeof ADMIN_QUERIES)[number];

export interface AdminQuery {
  readonly kind: AdminQueryKind;
  /** Of the audit trail: acts before this position, null: the newest; and how many. */
  readonly before: number | null;
  readonly limit: number;
  /** Of a person: the account, or `@name`; null for all else. */
  readonly whom: string | null;
}

export type AdminRequest =
  /** First of all: which notes are wanted. */
  | { readonly type: 'attach'; readonly version: string; readonly log: boolean; readonly numbers: boolean }
  | ({ readonly type: 'ask'; readonly ref: number } & AdminQuery)
  | CommandPacket;

/** Plain values, whose shape is that of server/admin-session.ts. */
export type AdminReply =
  | { readonly type: 'note'; readonly note: unknown }
  | { readonly type: 'answer'; readonly ref: number; readonly value: unknown }
  | { readonly type: 'done'; readonly id: Uint8Array; readonly result: unknown };

const requestType = record({ type: oneOf('attach', 'ask', 'command') });
const attach = record({ version: raw(64), log: flag, numbers: flag });
const ask = record({
  ref: whole,
  kind: oneOf(...ADMIN_QUERIES),
  before: maybe(whole),
  limit: whole,
  whom: maybe(raw(80)),
});
const reply = record({ type: oneOf('note', 'answer', 'done') });

/** Strings cleaned, all else as it is: nothing else can be in it. */
function cleaned(value: unknown, path: string): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null || value === undefined) return value;
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (Array.isArray(value)) return value.map(each => cleaned(each, path));
  if (typeof value !== 'object') throw wrong(path);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, cleaned(each, `${path}.${key}`)]));
}

const answerFields = record({ ref: whole, value: cleaned as Check<unknown> });
const noteFields = record({ note: cleaned as Check<unknown> });
const doneFields = record({
  id: ((value, path) => asId(value, path)) as Check<Uint8Array>,
  result: cleaned as Check<unknown>,
});

function asId(value: unknown, path: string): Uint8Array {
  if (!(value instanceof Uint8Array) || value.length !== 16) throw wrong(path);
  return Uint8Array.from(value);
}

/** One payload. */
export function encodeAdmin(value: AdminReply | AdminRequest): Uint8Array {
  return value.type === 'command' ? encodePacket(value).subarray(FRAME_HEADER) : packr.pack(value);
}

/** What a server reads; throws a TchatError `bad-packet`. */
export function decodeAdminRequest(payload: Uint8Array): AdminRequest {
  const value = decoded(payload);
  const { type } = requestType(value, '');
  if (type === 'attach') return { type, ...attach(value, '') };
  if (type === 'ask') return { type, ...ask(value, '') };
  const packet = decodeClientPacket(payload);
  if (packet.type !== 'command') throw wrong('.kind');
  return packet;
}

/** What a screen reads; throws a TchatError `bad-packet`. */
export function decodeAdminReply(payload: Uint8Array): AdminReply {
  const value = decoded(payload);
  const { type } = reply(value, '');
  if (type === 'note') return { type, ...noteFields(value, '') };
  return type === 'answer' ? { type, ...answerFields(value, '') } : { type, ...doneFields(value, '') };
}

function decoded(payload: Uint8Array): unknown {
  scanValue(payload);
  try {
    return packr.unpack(payload);
  } catch (error) {
    throw new TchatError('bad-packet', { what: 'value' }, error);
  }
}
