// The packets: what the two sides may say to each other. Their form in bytes: docs/protocol.md; their gate: codec.ts.
import type {
  AccountId,
  AnyEvent,
  Command,
  ConversationId,
  ConversationSummary,
  InviteId,
  MessageId,
  MessageRef,
  Millis,
  Note,
  OfferSummary,
  PersonSummary,
  Position,
  Role,
  RoomSummary,
} from '../chat/vocabulary.ts';

/** The versions of the protocol that this program speaks. */
export const PROTOCOL = { min: 1, max: 1 } as const;

export interface Versions {
  readonly min: number;
  readonly max: number;
}

export interface ServerNote {
  readonly id: string;
  readonly name: string;
}

export interface Hello {
  readonly type: 'hello';
  readonly protocol: Versions;
  readonly capabilities: readonly string[];
  /** Program and version, for people. */
  readonly client: string;
  /** The account's raw Ed25519 public key, 32 bytes. */
  readonly key: Uint8Array;
  /** The device: 16 random bytes that one installation of a profile keeps. */
  readonly device: Uint8Array;
  /** False for scripts: they read and write, and are not shown as here. */
  readonly presence: boolean;
  /** The last position that the device has stored; null at first. */
  readonly cursor: Position | null;
}

export interface Challenge {
  readonly type: 'challenge';
  readonly protocol: number;
  readonly server: ServerNote;
  readonly nonce: Uint8Array;
  /** What somebody new has to prove: one of these. Absent where the key is known, or the server open to all. */
  readonly entry?: Wanted;
}

export interface Wanted {
  readonly invite: boolean;
  /** 16 bytes to stretch the password with; null where there is none. */
  readonly salt: Uint8Array | null;
}

export interface Login {
  readonly type: 'login';
  readonly name: string;
  readonly signature: Uint8Array;
  /** Which invite the proof is of. */
  readonly invite?: InviteId;
  readonly proof?: Uint8Array;
}

export interface Welcome {
  readonly type: 'welcome';
  readonly protocol: number;
  readonly capabilities: readonly string[];
  readonly limits: { readonly frame: number; readonly message: number };
  readonly role: Role;
  /** The message of the day; absent where there is none. */
  readonly motd?: string;
  readonly server: ServerNote;
  readonly account: AccountId;
  readonly name: string;
  /** Everything above this position will be pushed; what is missing up to it can be asked for. */
  readonly position: Position;
  readonly time: Millis;
}

export interface CommandPacket {
  readonly type: 'command';
  readonly id: MessageId;
  readonly command: Command;
}

/** What a session wants pushed to it, above what its account is a member of. */
export interface Watch {
  readonly type: 'watch';
  readonly id: MessageId;
  /** Rooms by name, or everything that the account may see. */
  readonly rooms: readonly ConversationId[] | 'all';
  /** The account's private talk too. */
  readonly private: boolean;
}

/** How far the person has read a conversation: the account's other sessions hear of it. Not answered. */
export interface Mark {
  readonly type: 'mark';
  readonly conversation: ConversationId;
  readonly position: Position;
}

/** Everything that concerns the account up to here is kept by this device. Not answered. */
export interface Stored {
  readonly type: 'stored';
  readonly position: Position;
}

/** Away with a word (which may be empty), or back: null. Holds as long as a session of the person's lives. Not answered. */
export interface Status {
  readonly type: 'status';
  readonly away: string | null;
}

/**
 * Which events a page is of: one conversation, those the account is in (without some of them), its private talk alone,
 * or all that it may see.
 */
export type Scope =
  | { readonly of: 'conversation'; readonly conversation: ConversationId }
  | { readonly of: 'own'; readonly except?: readonly ConversationId[] }
  | { readonly of: 'private' }
  | { readonly of: 'all' };

export type Query =
  /** Events in rising order: the newest ones before a position, or the oldest ones after a position or a time. */
  | {
      readonly kind: 'history';
      readonly scope: Scope;
      readonly before: Position | null;
      readonly after: Position | null;
      readonly since: Millis | null;
      readonly limit: number;
    }
  /** Messages of rooms that hold the words, of one room or of one person where asked for: as history, in rising order. */
  | {
      readonly kind: 'search';
      readonly text: string;
      readonly conversation: ConversationId | null;
      readonly from: AccountId | null;
      readonly before: Position | null;
      readonly after: Position | null;
      readonly limit: number;
    }
  /** Where one stands in each of one's conversations; `since`: what counts as missed. */
  | { readonly kind: 'conversations'; readonly since: Position | null }
  | { readonly kind: 'rooms' }
  | { readonly kind: 'people' }
  | { readonly kind: 'members'; readonly room: ConversationId }
  /** The offers that stand and are one's own, or for oneself, or in a room that one is in. */
  | { readonly kind: 'offers' }
  | GrantQuery;

/** Asks for a way to the bytes of a file: to give them, or to take them. */
export interface GrantQuery {
  readonly kind: 'grant';
  readonly about: MessageRef;
  readonly side: Side;
  /** As a sender: they may wait at the server. */
  readonly spool: boolean;
  /** As a receiver: bytes of it that are written. */
  readonly have: number | null;
}

/** Which end of a file's way one is. */
export const SIDES = ['send', 'receive'] as const;
export type Side = (typeof SIDES)[number];

/** A way to a file's bytes that may be taken once, by whoever proves its key on the connection. */
export interface Grant {
  /** 16 bytes, said in the clear. */
  readonly grant: Uint8Array;
  /** 32 bytes that only the server and the one who asked know. */
  readonly key: Uint8Array;
  /** Whether the other end is the server's own store. */
  readonly spool: boolean;
  readonly expires: Millis;
}

/** A command or a query of a kind that this version does not know: refused, and the connection goes on. */
export interface UnknownRequest {
  readonly type: 'unknown';
  readonly id: MessageId | null;
  readonly ref: number | null;
  readonly kind: string;
}

export interface QueryPacket {
  readonly type: 'query';
  /** Chosen by the client; comes back with every page of the answer. */
  readonly ref: number;
  readonly query: Query;
}

/** To the part of a server that operators use. What is in it is between programs of one version (protocol/admin.ts). */
export interface AdminCall {
  readonly type: 'admin';
  readonly request: Uint8Array;
}

export interface Ack {
  readonly type: 'ack';
  readonly id: MessageId;
  readonly position: Position;
  readonly time: Millis;
  /** What it says to the one who asked, and to nobody else. */
  readonly notes?: readonly Note[];
}

export interface Refused {
  readonly type: 'refused';
  /** The command, or null where it was a query; both are null where an admin session is refused, or over. */
  readonly id: MessageId | null;
  readonly ref: number | null;
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
}

export interface EventPacket {
  readonly type: 'event';
  readonly event: AnyEvent;
}

export interface Presence {
  readonly type: 'presence';
  readonly account: AccountId;
  readonly name: string;
  readonly here: boolean;
  readonly time: Millis;
  /** What they said on going away; null: not away. */
  readonly away: string | null;
}

/** A session of the same account has read up to here. */
export interface Marked {
  readonly type: 'marked';
  readonly conversation: ConversationId;
  readonly position: Position;
}

/** A device of the other one has stored this private talk up to here. */
export interface Delivered {
  readonly type: 'delivered';
  readonly conversation: ConversationId;
  readonly position: Position;
}

/** Changes of presence were left out for a reader that was behind: ask for the people again. */
export interface Stale {
  readonly type: 'stale';
}

/** A file's other end is ready, or needs this one: now is the time to ask for a grant. */
export interface Called {
  readonly type: 'wanted';
  readonly about: MessageRef;
  readonly side: Side;
}

/** What one may do here has changed. */
export interface RoleChange {
  readonly type: 'role';
  readonly role: Role;
}

/** A piece of what that part of the server says; the last of one saying has `final`. */
export interface AdminWords {
  readonly type: 'admin';
  readonly reply: Uint8Array;
  readonly final: boolean;
}

export type PageItems =
  /** `more`: there are further events beyond the page, on the side where the query was going. */
  | { readonly kind: 'events'; readonly items: readonly AnyEvent[]; readonly more: boolean }
  /** What was found; `reached`: how far it was looked, from where a search that goes on begins. */
  | {
      readonly kind: 'hits';
      readonly items: readonly AnyEvent[];
      readonly more: boolean;
      readonly reached: Position;
    }
  | { readonly kind: 'conversations'; readonly items: readonly ConversationSummary[] }
  | { readonly kind: 'rooms'; readonly items: readonly RoomSummary[] }
  | { readonly kind: 'people' | 'members'; readonly items: readonly PersonSummary[] }
  | { readonly kind: 'offers'; readonly items: readonly OfferSummary[] }
  | { readonly kind: 'grants'; readonly items: readonly Grant[] };

/** One frame of an answer; lists may take several, the last has `final`. */
export type Page = { readonly type: 'page'; readonly ref: number; readonly final: boolean } & PageItems;

/** In the place of a hello: this connection is one end of a file's way. */
export interface Attach {
  readonly type: 'attach';
  readonly grant: Uint8Array;
  /** That the grant's key is known to this end of this connection. */
  readonly proof: Uint8Array;
}

export type ClientPacket =
  | Hello
  | Login
  | CommandPacket
  | Watch
  | QueryPacket
  | Mark
  | Stored
  | Status
  | AdminCall
  | Attach;
/** What the server's gate lets through. */
export type Request = ClientPacket | UnknownRequest;
export type ServerPacket =
  | Challenge
  | Welcome
  | Ack
  | Refused
  | EventPacket
  | Presence
  | Stale
  | RoleChange
  | Called
  | Marked
  | Delivered
  | AdminWords
  | Page;
