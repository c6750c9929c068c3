// How an operator's screen talks to a server: a snapshot, a feed, and command rows. What passes through is plain data, so
// that it is the same in process, over the socket of the machine and over TLS.
import type { Ban } from '../chat/moderation.ts';
import type {
  ChatEvent,
  Command,
  ConversationId,
  Door,
  Millis,
  Mute,
  Note,
  Rejection,
  SettingName,
  Visibility,
} from '../chat/vocabulary.ts';
import type { AdminQuery } from '../protocol/admin.ts';
import type { Stats, UserRow } from './census.ts';
import type { LogEntry } from './feed.ts';

export interface ServerFacts {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly startedAt: Millis;
  readonly version: string;
  readonly encrypted: boolean;
  /** What others join by, and the key that they compare; as far as whoever runs the server said so. */
  readonly link?: string;
  readonly fingerprint?: string;
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

/** A room as operators see it. */
export interface RoomRow {
  readonly room: ConversationId;
  readonly topic: string;
  readonly visibility: Visibility;
  readonly members: number;
  /** Members that are here now. */
  readonly here: number;
  readonly slow: number;
  readonly announceOnly: boolean;
  readonly locked: boolean;
}

/** A file as operators see it. */
export interface FileRow {
  /** ACCOUNT/ID, as `stop-file` takes it. */
  readonly file: string;
  readonly from: string;
  /** The room, or the one it is for. */
  readonly to: string;
  /** Sealed: ''. */
  readonly name: string;
  readonly size: number;
  readonly since: Millis;
  /** Nobody has taken it; from one to the other; into the store; in it. */
  readonly state: 'offered' | 'relayed' | 'coming' | 'waiting';
  /** Bytes that have gone through, or wait. */
  readonly done: number;
  /** How many have it. */
  readonly received: number;
}

/** What operators may look at, by the kind of the query. */
export interface AdminAnswers {
  readonly snapshot: Snapshot;
  /** Those that hold now. */
  readonly bans: { readonly bans: readonly Omit<Ban, 'looks'>[]; readonly mutes: readonly Mute[] };
  /** Acts of operators, oldest first. */
  readonly audit: { readonly acts: readonly ChatEvent[] };
  readonly settings: {
    readonly connections: number;
    readonly settings: Readonly<Record<SettingName, number>>;
    readonly door: Door;
    readonly motd: string;
    readonly exempt: readonly string[];
  };
  readonly rooms: { readonly rooms: readonly RoomRow[] };
  readonly files: { readonly files: readonly FileRow[] };
}

export interface AdminSession {
  snapshot(): Snapshot;
  ask<K extends keyof AdminAnswers>(query: AdminQuery & { readonly kind: K }): AdminAnswers[K];
  /** Fulfilled when the command is kept and in effect, or refused. Never rejects. */
  command(command: Command): Promise<CommandResult>;
  /** Idempotent. */
  close(): void;
}
