// The port of the server's log: events get their positions here, are kept, and are read back by position.
import type { Reach } from '../chat/access.ts';
import { isRoom } from '../chat/conversations.ts';
import type {
  AccountId,
  ChatEvent,
  ConversationId,
  Draft,
  Message,
  MessageId,
  Millis,
  Position,
} from '../chat/vocabulary.ts';

/** Which events, and from where. */
export interface PageRequest {
  /** The parts of conversations that they are of; no two overlap. */
  readonly reaches: readonly Reach[];
  /** The newest ones below this position. Not together with `after` or `since`. */
  readonly before?: Position;
  /** The oldest ones above this position. */
  readonly after?: Position;
  /** The oldest ones from this time on. */
  readonly since?: Millis;
  /** Events at most. */
  readonly limit: number;
}

export interface EventPage {
  /** In rising order. */
  readonly events: readonly ChatEvent[];
  /** Whether there are more beyond, on the side where the page was going. */
  readonly more: boolean;
}

/** Which messages, by their words: of rooms alone, private talk is searched by its own people. */
export interface SearchRequest {
  /** As a person writes it: words (the last letters may be missing), phrases in quotes. Every one has to be there. */
  readonly text: string;
  readonly reaches: readonly Reach[];
  /** Of one author; null: of anybody. */
  readonly from: AccountId | null;
  /** The newest ones below this position, or the oldest ones above; without both the newest. */
  readonly before?: Position;
  readonly after?: Position;
  readonly limit: number;
}

export interface SearchPage extends EventPage {
  /**
   * How far was looked: a search that goes on begins there. With `more` it may come before anything was found. It does not
   * tell where something stands that matches and is not within the parts.
   */
  readonly reached: Position;
}

/** What an account did apart from talking. Values only rise. */
export interface Mark {
  readonly account: AccountId;
  /** '*' where it is about none. */
  readonly conversation: ConversationId;
  /**
   * read: a position up to which it was shown; stored: a position up to which a device of theirs keeps everything;
   * fetched: a position up to which everything private was handed to a session; seen: milliseconds, when last there.
   */
  readonly kind: 'read' | 'stored' | 'fetched' | 'seen';
  readonly value: number;
}

/** Talk that is to be forgotten, in one step: messages and what was done about them, never the state's history. */
export interface ForgetRequest {
  /** Of all rooms but some, of all private talks, or of one room. */
  readonly of:
    | { readonly rooms: 'all'; readonly except: readonly ConversationId[] }
    | { readonly room: ConversationId }
    | 'private';
  readonly before: Position;
  /** Where the step begins: 0, or where the last one ended. */
  readonly from: Position;
  /** Events that are looked at, at most. */
  readonly most: number;
  /** With what goes also the id that was answered before this time. */
  readonly answered: Millis;
}

/** Whether talk of a conversation is meant. */
export function concerns(of: ForgetRequest['of'], conversation: ConversationId): boolean {
  if (of === 'private') return conversation.startsWith('~');
  if ('room' in of) return conversation === of.room;
  return isRoom(conversation) && !of.except.includes(conversation);
}

/** Ids that were answered before a time, where the event is kept no more: one step of forgetting them. */
export interface ReceiptsRequest {
  readonly before: Millis;
  /** Where the step begins: null, or where the last one ended. */
  readonly from: ReceiptPlace | null;
  /** Ids that are looked at, at most. */
  readonly most: number;
}

/** A place in the order in which ids were answered. */
export interface ReceiptPlace {
  readonly time: Millis;
  readonly account: AccountId;
  readonly id: MessageId;
}

/** What one step forgot, and where the next one begins; null when this was the last. */
export interface Forgotten<Place> {
  readonly forgotten: number;
  readonly next: Place | null;
}

/** A private talk and its two accounts (the same one twice: notes). */
export interface Talk {
  readonly conversation: ConversationId;
  readonly one: AccountId;
  readonly other: AccountId;
}

/** What an id was answered with. */
export interface Receipt {
  readonly position: Position;
  readonly time: Millis;
}

/** What reads throw where the disk does not give what it holds: a TchatError `storage-failed`. */
export interface EventLog {
  /** Names this log, and so its server: made once, 36 characters. */
  readonly id: string;
  /** The highest position that is kept; 0 in an empty log. */
  readonly head: Position;
  /**
   * Gives positions and keeps the events, all or none. When the promise is fulfilled they are as safe as this log
   * makes them. Calls do not overlap: the caller waits for one before the next. Rejects with a TchatError
   * `storage-full` or `storage-failed`.
   */
  append(drafts: readonly Draft[]): Promise<readonly ChatEvent[]>;
  /** What an account's message id was answered with, as long as the event is kept. */
  find(account: AccountId, id: MessageId): Receipt | null;
  /**
   * Messages as they stand now: edited, deleted, with their reactions. What was done about one outside of the parts that
   * are asked for is left out, for whoever sees these parts alone; except that it was taken back.
   */
  page(request: PageRequest): EventPage;
  /** A message as it stands now, by its author and id; null where it is not kept (any more), or is none. */
  message(account: AccountId, id: MessageId): Message | null;
  /** In the same form, and found by the words of that form; by earlier words than today's perhaps not. */
  search(request: SearchRequest): SearchPage;
  /** How many events there are above a position, at most `most`. `by`: only messages, and none of this account's. */
  count(reaches: readonly Reach[], after: Position, most: number, notBy?: AccountId): number;
  /** What one account said and did in a conversation above a position, all but taking back; and the bytes of its bodies. */
  weigh(
    conversation: ConversationId,
    after: Position,
    by: AccountId,
  ): { readonly messages: number; readonly bytes: number };
  /** The newest position within these parts; 0 where there is none. */
  last(reaches: readonly Reach[]): Position;
  /** The position of the last event before a time, by the latest time up to each event; 0 where there is none. */
  positionBefore(time: Millis): Position;
  /** The latest time of any event; 0 in an empty log. */
  readonly latest: Millis;
  /** The events that the state of the chat follows from (everything but talk), from the first. */
  history(): Iterable<ChatEvent>;
  /** Messages that somebody else than their author took away, as far as that is kept: the newest, in rising order. */
  removals(most: number): readonly ChatEvent[];
  /** What was offered above a position, and what became of it; in order. */
  files(after: Position): Iterable<ChatEvent>;
  talks(): readonly Talk[];
  /** Kept with the next append, or a little later; a value below the one that is there changes nothing. */
  mark(marks: readonly Mark[]): void;
  /** The marks of an account, or of all accounts of one kind. */
  marks(of: { readonly account: AccountId } | { readonly kind: Mark['kind'] }): readonly Mark[];
  /** Takes one step. */
  forget(request: ForgetRequest): Promise<Forgotten<Position>>;
  /** Takes one step. */
  forgetReceipts(request: ReceiptsRequest): Promise<Forgotten<ReceiptPlace>>;
  /** Bytes that the log takes, without what is free in it. */
  size(): number;
  /** Small facts of the server's own. */
  fact(name: string): string | null;
  setFact(name: string, value: string): Promise<void>;
  /** After a failed append: opens anew and tries a write. Rejects while the log cannot keep anything. */
  recover(): Promise<void>;
  close(): Promise<void>;
}
