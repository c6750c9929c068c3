// How an operator's screen talks to a server: a snapshot, a feed, and command rows. What passes through is plain data, so
// that it is the same in process, over the socket of the machine and over TLS.
import type { Ban } from '../chat/moderation.ts';
import type {
  AccountId,
  ChatEvent,
  Command,
  ConversationId,
  Door,
  Millis,
  Mute,
  Note,
  Rejection,
  Retention,
  Role,
  SettingName,
  Visibility,
} from '../chat/vocabulary.ts';
import type { AdminQuery } from '../protocol/admin.ts';
import type { SessionRow, Stats, UserRow } from './census.ts';
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
  readonly door: Door;
  readonly doorBefore: Door;
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
  /** Their names; '' for one who has none any more. */
  readonly moderators: readonly string[];
  /** Messages a second over the last ten seconds. */
  readonly messagesPerSecond: number;
}

/** One account, also of somebody who is not here. */
export interface PersonFacts {
  readonly account: AccountId;
  /** '' where it has none, or not any more. */
  readonly name: string;
  readonly held: readonly string[];
  readonly role: Role;
  readonly claimed: Millis | null;
  /** When they last came or went. */
  readonly seen: Millis | null;
  readonly rooms: readonly ConversationId[];
  /** What keeps them out now, by their key or their name. */
  readonly banned: Omit<Ban, 'looks'> | null;
  readonly mutes: readonly Mute[];
  readonly sessions: readonly SessionRow[];
  /** What was done about them as lines of the live log, the newest first. */
  readonly acts: readonly LogEntry[];
}

/** An act of the audit trail. */
export interface Act {
  readonly event: ChatEvent;
  /** The same as a line of the live log; of a message that was taken away, `other` is its author. */
  readonly entry: LogEntry;
  /** What takes it back; null where nothing does. */
  readonly undo: Command | null;
}

/** A file as operators see it. */
export interface FileRow {
  /** ACCOUNT/ID, as `stop-file` takes it. */
  readonly file: string;
  readonly from: string;
  /** The room, or the one it is for. */
  readonly to: string;
  /** It is for one person, and no room's. */
  readonly private: boolean;
  /** '' where it is sealed, or not for whoever asks to know. */
  readonly name: string;
  readonly size: number;
  readonly since: Millis;
  /**
   * Nobody takes it; through the server from one to the other; without it; into the store; whole in it; out of it, to those
   * who take it.
   */
  readonly state: 'offered' | 'relayed' | 'direct' | 'coming' | 'waiting' | 'taken';
  /**
   * Bytes of the whole that have gone through, or are in the store; of a `direct` one, those that went through before: of
   * the others the server knows nothing. Of several who take it, what the furthest has.
   */
  readonly done: number;
  /** Bytes a second through the server, of late. */
  readonly rate: number;
  /** How many take it from the store at present. */
  readonly takers: number;
  /** How many have it. */
  readonly received: number;
}

/** What operators may look at, by the kind of the query. */
export interface AdminAnswers {
  readonly snapshot: Snapshot;
  /** Those that hold now. */
  readonly bans: { readonly bans: readonly Omit<Ban, 'looks'>[]; readonly mutes: readonly Mute[] };
  /** Acts of operators, oldest first. */
  readonly audit: { readonly acts: readonly Act[] };
  readonly settings: {
    readonly connections: number;
    readonly settings: Readonly<Record<SettingName, number>>;
    /** How long talk is kept, of all rooms that have nothing of their own. */
    readonly retention: Retention;
    readonly door: Door;
    readonly motd: string;
    readonly exempt: readonly string[];
    /** Milliseconds by which the clock has jumped, so that nothing expires until it is confirmed; null: it has not. */
    readonly clockOff: Millis | null;
  };
  /** The busiest first, `all` of which so many are listed. */
  readonly rooms: { readonly rooms: readonly RoomRow[]; readonly all: number };
  readonly person: { readonly person: PersonFacts | null };
  /** What moves first, then the oldest; `all` of which so many are listed, and how many bytes a second of all `moving`. */
  readonly files: {
    readonly files: readonly FileRow[];
    readonly all: number;
    readonly moving: number;
    readonly rate: number;
  };
}

export interface AdminSession {
  snapshot(): Snapshot;
  ask<K extends keyof AdminAnswers>(query: AdminQuery & { readonly kind: K }): AdminAnswers[K];
  /** Fulfilled when the command is kept and in effect, or refused. Never rejects. */
  command(command: Command): Promise<CommandResult>;
  /** Idempotent. */
  close(): void;
}
