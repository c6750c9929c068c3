// What the chat screen is told (Msg) and what it asks for (Effect): its whole contract with the rest of the program.
// commands/join.ts turns what the client says into messages and performs the effects.
import type {
  AccountId,
  AnyEvent,
  Command,
  ConversationId,
  ConversationSummary,
  MessageId,
  Millis,
  PersonSummary,
  Position,
  Role,
  RoomSummary,
} from '../../chat/vocabulary.ts';
import type { ErrorParams } from '../../errors.ts';
import type { InputEvent } from '../kit/input.ts';
import type { FileEffect, FileMsg } from './messages-files.ts';

/** Where a conversation is meant from the screen: a room (`#dev`), a private talk (`~…`), or, while nobody has told its id yet, the account of the other one. */
export type ConversationRef = ConversationId | AccountId;

/** Names a line of one's own from `send` to its acknowledgement. Unique for the life of the program; made by the screen. */
export type SendRef = number;

/** The connection to the server. */
export type Link =
  /** Nothing asked for yet: the start screen is open. */
  | { readonly state: 'idle' }
  /** The first dial, or one after `waiting`. */
  | { readonly state: 'connecting'; readonly address: string }
  | {
      readonly state: 'online';
      /** Whose log the positions count in: when it is another one than before, what is shown is fetched anew. */
      readonly serverId: string;
      readonly serverName: string;
      /** One's own account, name and role there. */
      readonly account: AccountId;
      readonly name: string;
      readonly role: Role;
      readonly encrypted: boolean;
    }
  /** Lost; the client comes back by itself at `retryAt` (the clock of `tick`). The code has a sentence in words/. */
  | { readonly state: 'waiting'; readonly retryAt: Millis; readonly code: string; readonly params: ErrorParams }
  /** Refused or thrown out for good: nobody tries again. */
  | { readonly state: 'over'; readonly code: string; readonly params: ErrorParams };

/** A line that was on its way when the program ended. */
export interface KeptLine {
  readonly id: MessageId;
  readonly command: Extract<Command, { kind: 'post' }>;
  readonly time: Millis;
  /** Why it is not sent by itself. */
  readonly refusal: { readonly code: string; readonly params: ErrorParams } | null;
}

/** What is kept of a server from before, by room or account where chats are meant. */
export interface Kept {
  readonly serverId: string;
  readonly serverName: string;
  readonly account: AccountId;
  readonly name: string;
  readonly role: Role;
  readonly rooms: readonly RoomSummary[];
  readonly people: readonly PersonSummary[];
  /** The newest of each conversation: all that was unread, and some before it. */
  readonly pages: readonly { readonly conversation: ConversationId; readonly events: readonly AnyEvent[] }[];
  readonly reads: ReadonlyMap<string, Position>;
  readonly drafts: ReadonlyMap<string, string>;
  /** In the order in which they were written. */
  readonly queued: readonly KeptLine[];
  /** The chat that was on the screen. */
  readonly current: string | null;
}

/** Where to. */
export type JumpTo =
  /** The first event at or above a position. */
  | { readonly at: Position }
  /** The first event from a time on. */
  | { readonly since: Millis }
  /** The next message before (-1) or after (1) a position that names somebody and is not theirs; null: from the newest on. */
  | { readonly naming: string; readonly account: AccountId; readonly from: Position | null; readonly step: 1 | -1 };

/** Rooms are searched by the server; `talk` is what is kept here of private talk, `kept` all that is kept here. */
export type SearchSource = 'rooms' | 'talk' | 'kept';

export interface SearchQuery {
  readonly words: string;
  /** Null: everywhere. */
  readonly conversation: ConversationRef | null;
  readonly from: AccountId | null;
}

export type Msg =
  | FileMsg
  | { readonly kind: 'link'; readonly link: Link }
  /** What one may do there has changed. */
  | { readonly kind: 'role'; readonly role: Role }
  /** The last round trip, in milliseconds. */
  | { readonly kind: 'trip'; readonly ms: number }
  /** All public rooms, those that one is in marked so; replaces what was known. */
  | { readonly kind: 'rooms'; readonly rooms: readonly RoomSummary[] }
  /** All people; replaces what was known. */
  | { readonly kind: 'people'; readonly people: readonly PersonSummary[] }
  /** The members of a room, in answer to the effect `members`. */
  | {
      readonly kind: 'members';
      readonly room: ConversationId;
      readonly accounts: readonly { readonly account: AccountId; readonly name: string; readonly here: boolean }[];
    }
  | {
      readonly kind: 'presence';
      readonly account: AccountId;
      readonly name: string;
      readonly here: boolean;
      readonly time: Millis;
      readonly away: string | null;
    }
  /** Live or from a resume. May come twice, may come out of order with pages: it is merged by position and id. */
  | { readonly kind: 'event'; readonly event: AnyEvent }
  /**
   * In answer to `fetch`: a piece of history without gaps. `more`: there is older still (for 'older') or newer (for 'newer').
   * `conversation` is the one asked for, or the `~…` id of the talk that was asked for by account.
   */
  | {
      readonly kind: 'page';
      readonly conversation: ConversationRef;
      readonly events: readonly AnyEvent[];
      readonly more: boolean;
      readonly direction: 'older' | 'newer';
      /** The position that it was asked before or after; left out where it was not asked for. */
      readonly from?: Position | null;
    }
  /** A fetch or a request for members failed: it may be asked again. */
  | { readonly kind: 'page-failed'; readonly conversation: ConversationRef }
  /** The outbox has taken a command of one's own and given it its id. */
  | { readonly kind: 'queued'; readonly ref: SendRef; readonly id: MessageId }
  /** The server has it on disk at that place. */
  | { readonly kind: 'acked'; readonly id: MessageId; readonly position: Position; readonly time: Millis }
  /** By id, or by `ref` when it was refused before it had one. */
  | {
      readonly kind: 'refused';
      readonly id: MessageId | null;
      readonly ref: SendRef | null;
      readonly code: string;
      readonly params: ErrorParams;
    }
  /** Before the first login: what is kept may be told (effects `keep`, `shown`, `forget`), and what there is; null: nothing. */
  | { readonly kind: 'restored'; readonly kept: Kept | null }
  /** Private talk: a device of the other one has stored all up to here. */
  | { readonly kind: 'delivered'; readonly conversation: ConversationId; readonly position: Position }
  /** After each login, before what was missed: where one stands in each of one's conversations. */
  | { readonly kind: 'overview'; readonly conversations: readonly ConversationSummary[] }
  /** Too much of a room was missed: here is its newest page, and between it and what was here is a gap. */
  | {
      readonly kind: 'newest';
      readonly conversation: ConversationId;
      readonly events: readonly AnyEvent[];
      readonly more: boolean;
    }
  /** Another screen of this person has read so far. */
  | { readonly kind: 'marked'; readonly conversation: ConversationId; readonly position: Position }
  /**
   * In answer to `jump`: a piece of history without gaps, and the place in it that was meant; null: there is none.
   * `older`, `newer`: there is more on that side.
   */
  | {
      readonly kind: 'landed';
      readonly ref: number;
      readonly conversation: ConversationRef;
      readonly at: Position | null;
      readonly events: readonly AnyEvent[];
      readonly older: boolean;
      readonly newer: boolean;
    }
  | { readonly kind: 'jump-failed'; readonly ref: number; readonly code: string; readonly params: ErrorParams }
  /** In answer to `search`, from each source: messages that were found; `reached`: all down to there were looked at. */
  | {
      readonly kind: 'found';
      readonly ref: number;
      readonly source: SearchSource;
      readonly hits: readonly AnyEvent[];
      readonly more: boolean;
      readonly reached: Position;
    }
  | {
      readonly kind: 'search-failed';
      readonly ref: number;
      readonly source: SearchSource;
      readonly code: string;
      readonly params: ErrorParams;
    }
  /** The clock, once a second while the effect `clock` is on. */
  | { readonly kind: 'tick'; readonly now: Millis }
  /** A line for the person that is not the server's: what an effect met with (words/ has its sentence). */
  | { readonly kind: 'notice'; readonly code: string; readonly params: ErrorParams; readonly bad: boolean }
  /** Keys, text, mouse, focus; `target` is what the frame had at the mouse's cell. */
  | { readonly kind: 'input'; readonly event: InputEvent; readonly target: unknown }
  | { readonly kind: 'resized'; readonly width: number; readonly height: number };

export type Effect =
  | FileEffect
  /** From the start screen: dial, with this profile name ('' = the last used). Answered by `link`. */
  | { readonly kind: 'connect'; readonly address: string; readonly name: string }
  /** A command for the server. Answered by `queued`, then `acked` or `refused`; its events come as `event` besides. */
  | { readonly kind: 'send'; readonly ref: SendRef; readonly command: Command }
  /** History of a conversation: the newest, or what stands before a position. Answered by `page` with direction 'older'. */
  | {
      readonly kind: 'fetch';
      readonly conversation: ConversationRef;
      readonly before: Position | null;
      readonly limit: number;
    }
  /** What stands behind a position. Answered by `page` with direction 'newer'. */
  | {
      readonly kind: 'fetch-newer';
      readonly conversation: ConversationRef;
      readonly after: Position;
      readonly limit: number;
    }
  /** A place in a conversation with what stands around it. Answered by `landed` or `jump-failed`. */
  | { readonly kind: 'jump'; readonly ref: number; readonly conversation: ConversationRef; readonly to: JumpTo }
  /** The newest messages below a position (null: of all) that hold the words. Answered by `found` or `search-failed`. */
  | {
      readonly kind: 'search';
      readonly ref: number;
      readonly source: SearchSource;
      readonly query: SearchQuery;
      readonly before: Position | null;
      /** Somebody may still be typing: it waits a moment, and the next one takes its place. */
      readonly typing: boolean;
    }
  /** The person has read a conversation up to here. */
  | { readonly kind: 'mark'; readonly conversation: ConversationId; readonly position: Position }
  /** Away with a word, which may be empty; null: back. */
  | { readonly kind: 'away'; readonly text: string | null }
  /** Answered by `members`. */
  | { readonly kind: 'members'; readonly room: ConversationId }
  /** Ask for `rooms` and `people` again: somebody looks at the lists. */
  | { readonly kind: 'lists' }
  /** Of a chat, by room or account: what is being written, how far it was read; null: as before. */
  | {
      readonly kind: 'keep';
      readonly chat: string;
      readonly draft: string | null;
      readonly read: Position | null;
    }
  /** The chat that is on the screen now. */
  | { readonly kind: 'shown'; readonly chat: string }
  /** Refused lines that the person has given up, or sent again as new ones. */
  | { readonly kind: 'forget'; readonly ids: readonly MessageId[] }
  /** To the clipboard (OSC 52). */
  | { readonly kind: 'copy'; readonly text: string }
  | { readonly kind: 'theme'; readonly name: string }
  /** Whether something on screen depends on the clock: while on, `tick` is wanted once a second, the first one at once. */
  | { readonly kind: 'clock'; readonly on: boolean }
  /** Paint every cell anew. */
  | { readonly kind: 'redraw' }
  /** Report the mouse, or leave it to the terminal so that text can be selected there. */
  | { readonly kind: 'mouse'; readonly on: boolean }
  | { readonly kind: 'quit' };
