// Events as rows of a table, and back.
import type { Body, ChatEvent, EventDetail, FileNote, MessageId, OfferBody } from '../../chat/vocabulary.ts';

/** A row of `events`, with the id of its command beside it. */
export interface EventRow {
  readonly position: number;
  readonly time: number;
  readonly conversation: string;
  readonly account: string;
  readonly name: string;
  readonly kind: string;
  readonly text: string | null;
  readonly sealed: Uint8Array | null;
  readonly detail: string;
}

/** The columns of `events` that make an event. */
export const EVENT_COLUMNS = 'position, time, conversation, account, name, kind, text, sealed, detail';

/** `id` stands in the detail, so that a page of events needs no second table. */
export function rowOf(event: ChatEvent): EventRow {
  const { position, time, conversation, account, from, id, kind, ...detail } = event as ChatEvent & {
    body?: Body | OfferBody;
    text?: string;
    key?: Uint8Array;
  };
  const fields: Record<string, unknown> = { ...detail };
  delete fields['body'];
  delete fields['text'];
  if (id !== null) fields['id'] = id;
  if (event.kind === 'claimed') fields['key'] = Buffer.from(event.key).toString('base64');
  const body = 'body' in event ? event.body : null;
  const own = 'text' in event ? event.text : null;
  // A file's name is its text: it counts like what is said, and can be taken away like it.
  const file = body?.kind === 'file' ? body.file : null;
  if (file) fields['file'] = { ...file, name: undefined };
  return {
    ...{ position, time, conversation, account, name: from, kind },
    text: body?.kind === 'text' ? body.text : (file?.name ?? own),
    sealed: body?.kind === 'sealed' ? body.bytes : null,
    detail: JSON.stringify(fields),
  };
}

export function eventOf(row: EventRow): ChatEvent {
  const { position, time, conversation, account, name, kind } = row;
  const { id, ...fields } = JSON.parse(row.detail) as Record<string, unknown> & { id?: MessageId };
  const head = { position, time, conversation, account, from: name, id: id ?? null };
  return { ...head, ...detailOf(kind as EventDetail['kind'], row, fields) } as ChatEvent;
}

function detailOf(kind: EventDetail['kind'], row: EventRow, fields: Record<string, unknown>): Record<string, unknown> {
  switch (kind) {
    case 'message':
    case 'edited':
      return { kind, ...fields, body: bodyOf(row) };
    case 'offered': {
      const { file, ...rest } = fields;
      const body = row.sealed ? bodyOf(row) : { kind: 'file', file: { ...(file as FileNote), name: row.text ?? '' } };
      return { kind, ...rest, body };
    }
    case 'topic':
    case 'broadcast':
    case 'motd':
      return { kind, ...fields, text: row.text ?? '' };
    case 'claimed':
      return { kind, ...fields, key: new Uint8Array(Buffer.from(String(fields['key']), 'base64')) };
    default:
      return { kind, ...fields };
  }
}

/** A body from its two columns. */
export function bodyOf({ text, sealed }: Pick<EventRow, 'text' | 'sealed'>): Body {
  return sealed ? { kind: 'sealed', bytes: new Uint8Array(sealed) } : { kind: 'text', text: text ?? '' };
}
