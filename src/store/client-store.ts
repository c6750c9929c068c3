// The port of a client's own store, one for each profile and address: lines on their way, what was read, drafts, how far one
// has read. What it holds of conversations belongs to the server that was logged in to, and is seen only there.
import type {
  AccountId,
  AnyEvent,
  Command,
  ConversationId,
  MessageId,
  Millis,
  PersonSummary,
  Position,
  Role,
  RoomSummary,
} from '../chat/vocabulary.ts';
import type { ErrorCode, ErrorParams } from '../errors.ts';
import type { TransferJournal } from './transfer-journal.ts';

/** What is kept until it is answered: something said. Other commands are meant for now. */
export type Said = Extract<Command, { kind: 'post' }>;

export interface Refusal {
  readonly code: ErrorCode;
  readonly params: ErrorParams;
}

/** A line on its way. */
export interface QueuedLine {
  readonly id: MessageId;
  readonly command: Said;
  /** When it was written, by this machine's clock. */
  readonly time: Millis;
  /** The server that it was written for; null: for the first one that answers. */
  readonly server: string | null;
  /** Why it waits for the person instead of the server. */
  readonly refusal: Refusal | null;
}

/** What a screen shows besides lines: as it was when the server was last heard. */
export interface Known {
  readonly serverName: string;
  /** One's own name and role there. */
  readonly name: string;
  readonly role: Role;
  readonly rooms: readonly RoomSummary[];
  readonly people: readonly PersonSummary[];
  /** The chat that was on the screen: a room, or the account of the other one. */
  readonly current: string | null;
}

export interface CachedPage {
  /** In rising order. */
  readonly events: readonly AnyEvent[];
  /** Whether older ones are here too. */
  readonly more: boolean;
}

/** What is looked for in what is kept here. */
export interface KeptSearch {
  /** As a person writes it, see SearchRequest. */
  readonly text: string;
  readonly conversation: ConversationId | null;
  readonly from: AccountId | null;
  readonly before: Position | null;
  readonly limit: number;
}

export interface KeptHits extends CachedPage {
  /** How far was looked: a search that goes on has this as its `before`. */
  readonly reached: Position;
}

/** Only `add` throws. Whatever else cannot be written is fetched or sent once more another time. */
export interface ClientStore {
  /** The server that was logged in to last; null before the first login. */
  readonly server: string | null;
  /**
   * The last position of its log up to which everything that concerns this account was here when the store was opened, or
   * was kept by this process since; null: begin with what is new.
   */
  readonly cursor: Position | null;
  /**
   * Conversations of which something is here that stands beyond the cursor, and its newest position: that was heard while
   * what was missed was still being pulled. Between it and the cursor nothing is to be heard of them any more.
   */
  readonly ahead: ReadonlyMap<ConversationId, Position>;
  /** How far the cursor that this process moves is written. Everything that concerns this account up to there is, too. */
  readonly written: Position | null;
  /** Who is called after each write. */
  whenWritten(call: () => void): void;
  /** What it remembers of files. */
  readonly transfers: TransferJournal;

  /**
   * Keeps a line: on the disk when this returns. One that is there stays as it is. Throws a TchatError `storage-full`
   * or `storage-failed`.
   */
  add(line: QueuedLine): void;
  /** The person decides: it is kept, and not sent by itself. */
  refuse(id: MessageId, refusal: Refusal): void;
  /** It is answered, or given up: whoever wrote it. */
  settle(id: MessageId): void;
  /** The lines of this process, and of those that are no more, in the order in which they were written. */
  queued(): readonly QueuedLine[];

  /** From here on everything is of this server, whose log ends at `head`. Returns the cursor there. */
  enter(server: string, head: Position): Position | null;
  /**
   * Events as they come, without a gap in their conversation, and how far everything is here. The newest CACHED_EVENTS of a
   * room stay, private talk stays whole. An edit, a deletion or a reaction changes the message that it is about, where
   * that is here; of what was taken back no words stay.
   */
  keep(events: readonly AnyEvent[], cursor: Position): void;
  /** Messages that hold the words, the newest of those before a position, in rising order: private talk whole, of rooms what is here. */
  search(request: KeptSearch): KeptHits;
  /** A page of history: what stands before a position, or the newest. Kept where it joins what is here. */
  keepPage(conversation: ConversationId, before: Position | null, events: readonly AnyEvent[]): void;
  /** The newest page of a conversation of which too much was missed: what is here goes, unless the page joins it. */
  keepNewest(conversation: ConversationId, events: readonly AnyEvent[]): void;
  /** One has left, or come back: what is from before a position would have gaps. */
  forget(conversation: ConversationId, before: Position): void;
  /** The newest events of a conversation, before a position where one is given. */
  page(conversation: ConversationId, before: Position | null, limit: number): CachedPage;
  /** Conversations of which something is here. */
  conversations(): readonly ConversationId[];

  /** What was being written, by room or account; '' takes it away. Holds for any server at this address. */
  setDraft(chat: string, text: string): void;
  drafts(): ReadonlyMap<string, string>;
  /** How far a chat was read, by room or account. Never goes back. */
  setRead(chat: string, position: Position): void;
  reads(): ReadonlyMap<string, Position>;
  remember(facts: Partial<Known>): void;
  /** Null until a login was remembered. */
  known(): Known | null;

  /** Writes what waits to be written together. */
  flush(): void;
  close(): void;
}

/** Parts of `Known` as one; null without the login that gives the others a meaning. */
export function knownOf(facts: Partial<Known>): Known | null {
  const { serverName, name, role, rooms = [], people = [], current = null } = facts;
  if (serverName === undefined || name === undefined || role === undefined) return null;
  return { serverName, name, role, rooms, people, current };
}
