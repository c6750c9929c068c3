// What the dashboard asks the server for while a list of it is open, and what it is answered. Whoever runs the dashboard
// maps the server's own types to these.
import type {
  AccountId,
  BanTarget,
  Command,
  ConversationId,
  Door,
  Millis,
  Mute,
  Position,
  Retention,
  Role,
  Sanction,
  SettingName,
  Visibility,
} from '../../chat/vocabulary.ts';
import type { LogEntry } from './entry.ts';

export type Query =
  | { readonly of: 'bans' | 'settings' | 'rooms' | 'transfers' }
  /** The newest acts, or those before a position. */
  | { readonly of: 'audit'; readonly before: Position | null }
  /** By account, or `@name`. */
  | { readonly of: 'person'; readonly whom: string };

export type Ban = Sanction & { readonly of: BanTarget };

export interface Bans {
  readonly bans: readonly Ban[];
  readonly mutes: readonly Mute[];
}

export interface Act {
  readonly position: Position;
  readonly entry: LogEntry;
  /** What takes it back; null where nothing does. */
  readonly undo: Command | null;
}

export interface Settings {
  readonly connections: number;
  readonly settings: Readonly<Record<SettingName, number>>;
  readonly retention: Retention;
  readonly door: Door;
  readonly motd: string;
  readonly exempt: readonly string[];
  /** Milliseconds by which the clock has jumped, and nobody has confirmed it; null: it is not in doubt. */
  readonly clockOff: Millis | null;
}

export interface RoomRow {
  readonly room: ConversationId;
  readonly topic: string;
  readonly visibility: Visibility;
  readonly members: number;
  readonly here: number;
  readonly slow: number;
  readonly announceOnly: boolean;
  readonly locked: boolean;
  /** Their names; '' for one who has none any more. */
  readonly moderators: readonly string[];
  readonly messagesPerSecond: number;
}

/** A file that is offered, and what it does at present. */
export interface TransferRow {
  /** ACCOUNT/ID. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** '' where this screen may not know. */
  readonly name: string;
  readonly size: number;
  readonly since: Millis;
  /** As the server has it: `offered` and nothing moves; whole in the store: `waiting`; from there to others: `taken`. */
  readonly state: 'offered' | 'relayed' | 'direct' | 'coming' | 'waiting' | 'taken';
  /** Bytes of the whole; of a `direct` one only those that went through the server before. */
  readonly done: number;
  /** Bytes a second through the server. */
  readonly rate: number;
  /** How many take it from the store now, and how many have it. */
  readonly takers: number;
  readonly received: number;
}

/** Those that move first. `all`, and `moving` with so many bytes a second: also of those that are not listed. */
export interface Transfers {
  readonly files: readonly TransferRow[];
  readonly all: number;
  readonly moving: number;
  readonly rate: number;
}

export interface SessionRow {
  readonly address: string;
  readonly since: Millis;
  readonly lastActive: Millis;
  readonly client: string;
  readonly device: string;
  readonly here: boolean;
  readonly bytesInPerSecond: number;
  readonly bytesOutPerSecond: number;
  readonly queuedBytes: number;
}

export interface Person {
  readonly account: AccountId;
  readonly name: string;
  readonly held: readonly string[];
  readonly role: Role;
  readonly claimed: Millis | null;
  readonly seen: Millis | null;
  readonly rooms: readonly ConversationId[];
  readonly banned: Ban | null;
  readonly mutes: readonly Mute[];
  readonly sessions: readonly SessionRow[];
  /** The newest first. */
  readonly acts: readonly LogEntry[];
}

export type Answer =
  | ({ readonly of: 'bans' } & Bans)
  /** `before`: as asked; oldest first. */
  | { readonly of: 'audit'; readonly before: Position | null; readonly acts: readonly Act[] }
  | { readonly of: 'settings'; readonly settings: Settings }
  | { readonly of: 'rooms'; readonly rooms: readonly RoomRow[]; readonly all: number }
  | ({ readonly of: 'transfers' } & Transfers)
  /** `whom`: as asked. Null: nobody. */
  | { readonly of: 'person'; readonly whom: string; readonly person: Person | null };

/** What was answered last; null: nothing yet. */
export interface Known {
  readonly bans: Bans | null;
  /** The newest first, without a gap; `whole`: there are no older ones. */
  readonly audit: { readonly acts: readonly Act[]; readonly whole: boolean } | null;
  readonly settings: Settings | null;
  readonly rooms: { readonly rooms: readonly RoomRow[]; readonly all: number } | null;
  readonly transfers: Transfers | null;
  readonly person: { readonly whom: string; readonly person: Person | null } | null;
}

export const NOTHING_KNOWN: Known = {
  ...{ bans: null, audit: null, settings: null, rooms: null, transfers: null, person: null },
};

/** Acts that are asked for at once. */
export const ACTS_ASKED = 200;

/** What is known with an answer more. */
export function learnt(known: Known, answer: Answer): Known {
  switch (answer.of) {
    case 'bans':
      return { ...known, bans: { bans: answer.bans, mutes: answer.mutes } };
    case 'audit':
      return { ...known, audit: withActs(known.audit, answer) };
    case 'settings':
      return { ...known, settings: answer.settings };
    case 'rooms':
      return { ...known, rooms: { rooms: answer.rooms, all: answer.all } };
    case 'transfers': {
      const { of: _of, ...transfers } = answer;
      return { ...known, transfers };
    }
    case 'person':
      return { ...known, person: { whom: answer.whom, person: answer.person } };
    default:
      return answer satisfies never;
  }
}

function withActs(audit: Known['audit'], { before, acts }: Extract<Answer, { of: 'audit' }>): Known['audit'] {
  const page = acts.toReversed();
  const short = acts.length < ACTS_ASKED;
  if (before !== null) {
    // Only where it joins what is there: the list may have begun anew meanwhile.
    if (audit?.acts.at(-1)?.position !== before) return audit;
    return { acts: [...audit.acts, ...page], whole: short };
  }
  const oldest = page.at(-1)?.position;
  const joins = oldest !== undefined && (audit?.acts.some(act => act.position === oldest) ?? false);
  const older = joins ? (audit?.acts.filter(act => act.position < oldest) ?? []) : [];
  return { acts: [...page, ...older], whole: short || (joins && audit?.whole === true) };
}
