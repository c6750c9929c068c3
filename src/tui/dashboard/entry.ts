// A line of the live log, and of the audit trail.
import type { MessageRef, Millis } from '../../chat/vocabulary.ts';
import type { ErrorParams } from '../../errors.ts';

export type LogKind =
  | 'message' // room, name, text; action for /me
  | 'private' // name, other: who with whom, never what
  | 'joined' // room, name
  | 'left' // room, name
  | 'created' // room, name
  | 'topic' // room, name, text
  | 'claimed' // name: the first login under it
  | 'connected' // name, address
  | 'gone' // name; code: why
  | 'refused' // code, params: the sentence in words/en/errors.ts; name or address: whom
  | 'broadcast' // text; name: by whom
  | 'edited' // room, name, text
  | 'deleted' // room, name; other: whose, where it is known
  | 'reacted' // room, name, text
  | 'visibility' // room, name, text: what it is now
  | 'banned' // name: whom or what; other: by whom; text: the reason
  | 'unbanned' // name, other
  | 'muted' // name, other, room or none
  | 'unmuted' // name, other, room or none
  | 'ruled' // room, name, text
  | 'door' // name, text; params.door: what it is now
  | 'motd' // name, text
  | 'set' // name, text
  | 'retained' // name, room or none, text: how long
  | 'file' // code: what became of it; room, name, text: what it is called
  | 'clock-confirmed' // name
  | 'kicked' // name: whom; other: by whom; text: the reason
  | 'limited' // params.connections; name: by whom
  | 'operated' // code: what was done; params; name: by whom: a sentence `dashboard.operated.CODE`
  | 'file' // code: what became of it; room, name, text: what it is called
  | 'warning'; // code, params: a sentence `dashboard.warning.CODE`; name: whom it is about

/** One line of the live log. Texts may come from peers: they are cleaned when they are painted. */
export interface LogEntry {
  readonly time: Millis;
  readonly kind: LogKind;
  readonly room?: string;
  readonly name?: string;
  readonly other?: string;
  readonly address?: string;
  readonly text?: string;
  readonly action?: boolean;
  readonly code?: string;
  readonly params?: ErrorParams;
  /** Of a message in a room, and of what was done about it. */
  readonly ref?: MessageRef;
  /** A message that was taken away meanwhile: its text is gone. */
  readonly gone?: true;
}
