// How an operator's screen talks to a server: a snapshot, a feed, and command rows. In process now; what passes
// through is plain data, so that it can come over a socket as well.
import type { Actor, Command, Millis, Note, Rejection } from '../chat/vocabulary.ts';
import type { Stats, UserRow } from './census.ts';
import type { LogEntry } from './feed.ts';

export interface ServerFacts {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly startedAt: Millis;
  readonly version: string;
  readonly encrypted: boolean;
}

export interface Snapshot {
  readonly now: Millis;
  readonly server: ServerFacts;
  readonly users: readonly UserRow[];
  readonly rooms: number;
  readonly limit: number;
  readonly connections: number;
  readonly unauthenticated: number;
}

/** What comes by itself: lines as they happen, numbers once a second. */
export type AdminNote =
  | { readonly is: 'log'; readonly entries: readonly LogEntry[] }
  | { readonly is: 'stats'; readonly stats: Stats; readonly users: readonly UserRow[] }
  | { readonly is: 'closing' };

export type CommandResult =
  | { readonly ok: true; readonly notes?: readonly Note[] }
  | ({ readonly ok: false } & Pick<Rejection, 'params'> & { readonly code: string });

export interface AdminSession {
  snapshot(): Snapshot;
  /** Who acts through this session. */
  readonly actor: Actor;
  /** Fulfilled when the command is kept and in effect, or refused. Never rejects. */
  command(command: Command): Promise<CommandResult>;
  /** Idempotent. */
  close(): void;
}
