// What of the log may go, looked for beside the writer, which only hears the places of what is to go.

import {
  type AccountId,
  type EventKind,
  type MessageId,
  type Millis,
  type Position,
  TALK,
} from '../../chat/vocabulary.ts';
import { concerns, type ForgetRequest, type ReceiptPlace, type ReceiptsRequest } from '../event-log.ts';
import type { Prepare } from './database.ts';

/** An id of an account, 16 bytes. */
export interface ReceiptKey {
  readonly account: AccountId;
  readonly id: Uint8Array;
}

export interface Going {
  readonly positions: readonly Position[];
  readonly receipts: readonly ReceiptKey[];
}

interface Row {
  readonly position: Position;
  readonly conversation: string;
  readonly account: AccountId;
  readonly kind: EventKind;
  readonly time: Millis;
  readonly id: MessageId | null;
}

/** One step; `head`: readers see no further. */
export function talkToForget(
  prepared: Prepare,
  { of, before, from, most, answered }: ForgetRequest,
  head: Position,
): Going & { readonly next: Position | null } {
  const [where, values] = typeof of === 'object' && 'room' in of ? ['conversation = ? AND', [of.room]] : ['', []];
  const rows = prepared<Row>(
    `SELECT position, conversation, account, kind, time, detail ->> '$.id' AS id FROM events
      WHERE ${where} position >= ? AND position < ? ORDER BY position LIMIT ?`,
  ).all(...values, from, Math.min(before, head + 1), most);
  const going = rows.filter(({ conversation, kind }) => TALK.includes(kind) && concerns(of, conversation));
  const last = rows.at(-1)?.position;
  return {
    positions: going.map(({ position }) => position),
    receipts: going.flatMap(({ account, id, time }) =>
      id !== null && time < answered ? [{ account, id: idBytes(id) }] : [],
    ),
    next: rows.length < most || last === undefined ? null : last + 1,
  };
}

/** Receipts of events that are kept no more, in the order of their times. */
export function receiptsToForget(
  prepared: Prepare,
  { before, from, most }: ReceiptsRequest,
): { readonly receipts: readonly ReceiptKey[]; readonly next: ReceiptPlace | null } {
  const rows = prepared<ReceiptKey & { time: Millis; kept: number }>(
    `SELECT account, id, time, EXISTS (SELECT 1 FROM events WHERE events.position = receipts.position) AS kept
      FROM receipts WHERE (time, account, id) > (?, ?, ?) AND time < ? ORDER BY time, account, id LIMIT ?`,
  ).all(from?.time ?? Number.MIN_SAFE_INTEGER, from?.account ?? '', idBytes(from?.id ?? ''), before, most);
  const last = rows.at(-1);
  const next = last && { time: last.time, account: last.account, id: Buffer.from(last.id).toString('hex') };
  return { receipts: rows.filter(({ kept }) => !kept), next: rows.length < most ? null : (next ?? null) };
}

export function idBytes(id: MessageId): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex');
}
