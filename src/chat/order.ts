// What operators lay down: sanctions, rules of rooms, the door, settings, how long talk is kept.
import type { AccountId, ConversationId, Millis } from './ids.ts';

/** Whom a ban keeps out. A name as it looks, an account by its key, an address or a network as CIDR. */
export type BanTarget =
  | { readonly by: 'account'; readonly account: AccountId; readonly name: string }
  | { readonly by: 'name'; readonly name: string }
  | { readonly by: 'network'; readonly network: string };

/** What holds until a time (null: until it is lifted), by whom, and why. */
export interface Sanction {
  readonly until: Millis | null;
  readonly reason: string;
  readonly since: Millis;
  readonly by: string;
}

/** Nothing said, in one room or (null) anywhere. */
export interface Mute extends Sanction {
  readonly account: AccountId;
  readonly name: string;
  readonly room: ConversationId | null;
}

export interface RoomRules {
  /** Seconds between two messages of one person; 0: none. */
  readonly slow: number;
  /** Only moderators and operators say something. */
  readonly announceOnly: boolean;
  /** Nobody says anything, nobody comes in. */
  readonly locked: boolean;
  readonly moderators: readonly AccountId[];
}

/** Who may come in besides those who are known: anyone, anyone as a guest, those who are invited, nobody. */
export type Door = 'open' | 'guests' | 'invited' | 'closed';
export const DOORS: readonly Door[] = ['open', 'guests', 'invited', 'closed'];

/** Of these what files are allowed: sizes in MiB. */
export const FILE_SETTINGS = [
  ...(['file-mib', 'offers-per-account', 'files-at-once'] as const),
  ...(['spool-mib', 'spool-mib-per-account', 'spool-days'] as const),
] as const;
export type FileSetting = (typeof FILE_SETTINGS)[number];

/** Numbers that operators may change while the server runs; their defaults and bounds: limits.ts. */
export const SETTINGS = [
  ...(['connections-per-address', 'unauthenticated-per-address', 'new-per-minute', 'members-per-room'] as const),
  ...(['commands-per-second', 'commands-at-once'] as const),
  ...FILE_SETTINGS,
] as const;
export type SettingName = (typeof SETTINGS)[number];

/** How long talk is kept; null: as long as there is room, and of a room: as for all others. */
export interface Retention {
  readonly days: number | null;
  /** Of the whole log only; null for a room. */
  readonly bytes: number | null;
}
