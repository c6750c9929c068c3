// What can be said: commands go in, events come out. One word for one idea, the same on the wire and on screen.

import type { OfferBody, WithdrawnWhy } from './file-note.ts';
import type { AccountId, ConversationId, InviteId, MessageId, Millis, Position } from './ids.ts';
import type { BanTarget, Door, Retention, RoomRules, SettingName } from './order.ts';

export * from './file-note.ts';
export * from './ids.ts';
export * from './order.ts';

/** A guest reads and comes into rooms, and says nothing. */
export type Role = 'owner' | 'operator' | 'member' | 'guest';
/** Who may give a command: a role, or what one is in the room that it is about. */
export type Needs = Role | 'moderator' | 'room-owner';
/** What a role may be made. */
export type Given = Exclude<Role, 'owner'>;
export const GIVEN: readonly Given[] = ['guest', 'member', 'operator'];
/** From the least to the most. */
export const ROLES: readonly Role[] = ['guest', 'member', 'operator', 'owner'];

export function isOperator(role: Role): boolean {
  return role === 'operator' || role === 'owner';
}

/** Whom or what a command is for. */
export type Target =
  | { readonly to: 'room'; readonly room: ConversationId }
  | { readonly to: 'account'; readonly account: AccountId }
  | { readonly to: 'name'; readonly name: string };

/** What a message says: text, or bytes that only its readers can open. */
export type Body =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'sealed'; readonly bytes: Uint8Array };

/** A message, as the one who wrote it called it: ids are unique an account. */
export interface MessageRef {
  readonly account: AccountId;
  readonly id: MessageId;
}

/**
 * Who may see a room and come in. public: anyone; invite: listed, its members and who was invited; hidden: the same, and
 * listed for nobody else.
 */
export type Visibility = 'public' | 'invite' | 'hidden';
export const VISIBILITIES: readonly Visibility[] = ['public', 'invite', 'hidden'];

export type Command =
  | {
      readonly kind: 'post';
      readonly target: Target;
      readonly body: Body;
      readonly action: boolean;
      /** The message that it answers, in the same conversation. */
      readonly reply?: MessageRef;
    }
  /** Other words in place of one's own. */
  | { readonly kind: 'edit'; readonly about: MessageRef; readonly body: Body }
  | { readonly kind: 'delete'; readonly about: MessageRef }
  | { readonly kind: 'react'; readonly about: MessageRef; readonly reaction: string; readonly on: boolean }
  /** A file or a folder: so many bytes as they travel. What it is known by from then on is the command's own id. */
  | { readonly kind: 'offer'; readonly target: Target; readonly size: number; readonly body: OfferBody }
  /** It is here, whole and checked. */
  | { readonly kind: 'receive'; readonly about: MessageRef }
  | { readonly kind: 'decline'; readonly about: MessageRef }
  | { readonly kind: 'withdraw'; readonly about: MessageRef }
  /** Of whomever: an operator ends it. */
  | { readonly kind: 'stop-file'; readonly about: MessageRef }
  | { readonly kind: 'join'; readonly room: ConversationId }
  | { readonly kind: 'invite'; readonly room: ConversationId; readonly target: Target }
  | { readonly kind: 'visibility'; readonly room: ConversationId; readonly visibility: Visibility }
  | { readonly kind: 'leave'; readonly room: ConversationId }
  | { readonly kind: 'topic'; readonly room: ConversationId; readonly text: string }
  /** To everyone, or into one room, or to one person. */
  | { readonly kind: 'broadcast'; readonly text: string; readonly target?: Target }
  | { readonly kind: 'kick'; readonly target: Target; readonly reason: string }
  /** `network`: an address or CIDR instead of a person. `name`: the name itself, whoever asks for it. */
  | {
      readonly kind: 'ban';
      readonly who: BanWho;
      /** Milliseconds; null: for good. */
      readonly lasts: Millis | null;
      readonly reason: string;
    }
  | { readonly kind: 'unban'; readonly who: BanWho }
  | {
      readonly kind: 'mute';
      readonly target: Target;
      readonly room: ConversationId | null;
      readonly lasts: Millis | null;
      readonly reason: string;
    }
  | { readonly kind: 'unmute'; readonly target: Target; readonly room: ConversationId | null }
  | { readonly kind: 'slow'; readonly room: ConversationId; readonly seconds: number }
  | { readonly kind: 'announce-only'; readonly room: ConversationId; readonly on: boolean }
  | { readonly kind: 'lock'; readonly room: ConversationId; readonly on: boolean }
  | { readonly kind: 'moderator'; readonly room: ConversationId; readonly target: Target; readonly on: boolean }
  | { readonly kind: 'door'; readonly door: Door; readonly reason: string }
  | { readonly kind: 'motd'; readonly text: string }
  | { readonly kind: 'set'; readonly name: SettingName; readonly value: number }
  | { readonly kind: 'limit'; readonly connections: number }
  | { readonly kind: 'make-invite'; readonly uses: number; readonly hours: number; readonly note: string }
  | { readonly kind: 'list-invites' }
  | { readonly kind: 'revoke-invite'; readonly invite: InviteId }
  /** One's own name. */
  | { readonly kind: 'rename'; readonly name: string }
  /** Somebody's name is free again; who had it has to claim another. */
  | { readonly kind: 'release'; readonly name: string }
  | { readonly kind: 'role'; readonly target: Target; readonly role: Given }
  /** Limits of an address do not hold for a network, or hold again. */
  | { readonly kind: 'exempt'; readonly network: string; readonly on: boolean }
  | { readonly kind: 'retain'; readonly room: ConversationId | null; readonly keep: Retention }
  /** The server's clock has jumped and is right: what expires may go on expiring. */
  | { readonly kind: 'confirm-clock' };
export type CommandKind = Command['kind'];

/** What people think of a message, in the order in which they said so. */
export interface Reaction {
  readonly reaction: string;
  readonly accounts: readonly AccountId[];
}

/** The other one of a private talk. */
export interface Peer {
  readonly account: AccountId;
  readonly name: string;
}

/** As an operator names whom to ban: a person, a name that nobody may bear, an address or network. */
export type BanWho =
  | { readonly by: 'account'; readonly target: Target }
  | { readonly by: 'name'; readonly name: string }
  | { readonly by: 'network'; readonly network: string };

/** What every event carries. */
export interface EventHead {
  readonly position: Position;
  readonly time: Millis;
  readonly conversation: ConversationId;
  /** Who did it. */
  readonly account: AccountId;
  /** Their name at that time. */
  readonly from: string;
  /** The command that this event answers; null where a command had a side effect (a room came into being). */
  readonly id: MessageId | null;
}

export type EventDetail =
  | {
      readonly kind: 'message';
      readonly body: Body;
      readonly action: boolean;
      /** In private talk the other one; absent in rooms. */
      readonly to?: Peer;
      readonly reply?: MessageRef;
      /** What became of it later: a message read back is as it stands now. The position of the last edit. */
      readonly edited?: Position;
      /** Taken back: its body is empty. */
      readonly deleted?: true;
      readonly reactions?: readonly Reaction[];
    }
  /** The message `about` says this now. */
  | { readonly kind: 'edited'; readonly about: MessageRef; readonly body: Body; readonly to?: Peer }
  | { readonly kind: 'deleted'; readonly about: MessageRef; readonly to?: Peer }
  | {
      readonly kind: 'reacted';
      readonly about: MessageRef;
      readonly reaction: string;
      readonly on: boolean;
      readonly to?: Peer;
    }
  /** Its bytes are asked for by its account and id. */
  | { readonly kind: 'offered'; readonly size: number; readonly body: OfferBody; readonly to?: Peer }
  /** The actor has it now. */
  | { readonly kind: 'received'; readonly about: MessageRef; readonly to?: Peer }
  | { readonly kind: 'declined'; readonly about: MessageRef; readonly to?: Peer }
  | { readonly kind: 'withdrawn'; readonly about: MessageRef; readonly why: WithdrawnWhy; readonly to?: Peer }
  /** In the private talk of the two: the way into a room that is not open to all. */
  | { readonly kind: 'invited'; readonly room: ConversationId; readonly to: Peer }
  | { readonly kind: 'visibility'; readonly visibility: Visibility }
  | { readonly kind: 'created' }
  | { readonly kind: 'joined' }
  | { readonly kind: 'left' }
  | { readonly kind: 'topic'; readonly text: string }
  /** In a room, in the server's own conversation, or (`to`) among the notes of the one it is for. */
  | { readonly kind: 'broadcast'; readonly text: string; readonly to?: Peer }
  | { readonly kind: 'kicked'; readonly target: AccountId; readonly name: string; readonly reason: string }
  | { readonly kind: 'banned'; readonly of: BanTarget; readonly until: Millis | null; readonly reason: string }
  | { readonly kind: 'unbanned'; readonly of: BanTarget }
  | {
      readonly kind: 'muted';
      readonly target: AccountId;
      readonly name: string;
      readonly room: ConversationId | null;
      readonly until: Millis | null;
      readonly reason: string;
    }
  | {
      readonly kind: 'unmuted';
      readonly target: AccountId;
      readonly name: string;
      readonly room: ConversationId | null;
    }
  /** What holds in a room from now on. */
  | { readonly kind: 'ruled'; readonly rules: RoomRules }
  | { readonly kind: 'door'; readonly door: Door; readonly reason: string }
  | { readonly kind: 'motd'; readonly text: string }
  | { readonly kind: 'set'; readonly name: SettingName; readonly value: number }
  | { readonly kind: 'limited'; readonly connections: number }
  | {
      readonly kind: 'invite-made';
      readonly invite: InviteId;
      readonly expires: Millis;
      readonly uses: number;
      readonly note: string;
    }
  | { readonly kind: 'invite-used'; readonly invite: InviteId }
  | { readonly kind: 'invite-revoked'; readonly invite: InviteId }
  /** From is the name of before. */
  | { readonly kind: 'renamed'; readonly name: string }
  | { readonly kind: 'released'; readonly target: AccountId; readonly name: string }
  | { readonly kind: 'role'; readonly target: AccountId; readonly name: string; readonly role: Given }
  | { readonly kind: 'exempted'; readonly network: string; readonly on: boolean }
  | { readonly kind: 'retained'; readonly room: ConversationId | null; readonly keep: Retention }
  | { readonly kind: 'clock-confirmed' }
  | { readonly kind: 'claimed'; readonly name: string; readonly key: Uint8Array };
export type EventKind = EventDetail['kind'];
/** After these nothing more is heard of somebody, everywhere or in one room. */
export const SANCTIONS: readonly EventKind[] = ['kicked', 'banned', 'muted'];
/** Talk: what the state of the chat does not follow from, and what may be forgotten in time. */
export const TALK: readonly EventKind[] = [
  ...(['message', 'edited', 'deleted', 'reacted'] as const),
  ...(['offered', 'received', 'declined', 'withdrawn'] as const),
];
/** What became of files: the state follows from the newest of them alone. */
export const FILES: readonly EventKind[] = ['offered', 'received', 'declined', 'withdrawn'];
/** A message that has an id, as all have that people wrote. */
export type Message = ChatEvent & { readonly kind: 'message' };

/** What happened, and where in the log it stands. */
export type ChatEvent = EventHead & EventDetail;
/** An event of a kind that this version does not know: kept, and shown as unsupported. */
export interface UnknownEvent extends EventHead {
  readonly kind: 'unknown';
  readonly name: string;
}
export type AnyEvent = ChatEvent | UnknownEvent;
/** An event before the log gave it a position. */
export type Draft = Omit<EventHead, 'position'> & EventDetail;

/** Who acts: from the session, never from a packet. */
export interface Actor {
  readonly account: AccountId;
  readonly name: string;
  readonly role: Role;
}

/** Why a command was refused: a code and its parameters, a sentence only on the screen. */
export interface Rejection {
  readonly code: RejectionCode;
  readonly params: Readonly<Record<string, string | number>>;
}
export type RejectionCode =
  | 'name-taken'
  | 'name-invalid'
  | 'no-such-name'
  | 'no-such-room'
  | 'room-invalid'
  | 'not-member'
  | 'already-member'
  | 'too-many-rooms'
  | 'room-full'
  | 'text-empty'
  | 'text-too-long'
  | 'limit-invalid'
  | 'invite-limit'
  | 'invite-unknown'
  | 'name-same'
  | 'role-same'
  | 'network-invalid'
  | 'too-many-networks'
  | 'not-allowed'
  | 'room-closed'
  | 'already-invited'
  | 'no-such-message'
  | 'not-yours'
  | 'reaction-invalid'
  | 'too-many-reactions'
  | 'queue-full'
  | 'visibility-invalid'
  | 'retention-invalid'
  | 'muted'
  | 'muted-for'
  | 'slow'
  | 'announce-only'
  | 'room-locked'
  | 'network-invalid'
  | 'exempt-network'
  | 'not-banned'
  | 'not-muted'
  | 'setting-invalid'
  | 'slow-invalid'
  | 'too-many-moderators'
  | 'not-moderator'
  | 'not-room-owner'
  | 'already-so'
  | 'above-you'
  | 'not-yourself'
  | 'name-banned'
  | 'file-name-invalid'
  | 'file-too-large'
  | 'too-many-offers'
  | 'no-such-offer';

/** Something to tell the one who asked: a code and its parameters, a sentence only on the screen. */
export interface Note {
  readonly code: string;
  readonly params: Readonly<Record<string, string | number>>;
}

export type Decision =
  /** `notes`: what the answer says, to nobody else and kept nowhere. */
  | { readonly ok: true; readonly events: readonly Draft[]; readonly notes?: readonly Note[] }
  | { readonly ok: false; readonly rejection: Rejection };

/** A refusal as a value. */
export function reject(code: RejectionCode, params: Rejection['params'] = {}): Decision {
  return { ok: false, rejection: { code, params } };
}

/** A room as a list shows it. */
export interface RoomSummary {
  readonly room: ConversationId;
  readonly topic: string;
  readonly members: number;
  /** Whether the one who asked is a member. */
  readonly joined: boolean;
  readonly visibility: Visibility;
}

/** A conversation as its reader finds it on coming back. */
export interface ConversationSummary {
  readonly conversation: ConversationId;
  /** In private talk the other one (oneself in notes). */
  readonly peer: Peer | null;
  /** Its newest event that the reader may see; 0 where there is none. */
  readonly last: Position;
  /** How far one's own clients have shown it. */
  readonly read: Position;
  /** Messages of others above `read`, at most UNREAD_COUNTED. */
  readonly unread: number;
  /** Events above the position that was asked about, at most MISSED_COUNTED. */
  readonly missed: number;
  /** In private talk: how far a device of the other one has stored it. */
  readonly delivered: Position;
}

/** A person as a list shows them. */
export interface PersonSummary {
  readonly account: AccountId;
  readonly name: string;
  /** Has a session now. */
  readonly here: boolean;
  /** When their presence last changed: of somebody who is not here, when they were last seen; 0: never. */
  readonly since: Millis;
  /** What they said on going away; null: not away. */
  readonly away: string | null;
}

/** An offer that stands, as those who may have it find it. */
export interface OfferSummary {
  readonly account: AccountId;
  readonly id: MessageId;
  readonly from: string;
  readonly conversation: ConversationId;
  /** In private talk the one it is for. */
  readonly to: Peer | null;
  readonly size: number;
  readonly body: OfferBody;
  readonly time: Millis;
  /** Whether the one who asked has it, and how many others do. */
  readonly have: boolean;
  readonly received: number;
  /** All of it waits at the server. */
  readonly waits: boolean;
}
