// The port of the server's log: events get their positions here, are kept, and are read back by position.
import type { AccountId, ChatEvent, ConversationId, Draft, MessageId, Millis, Position } from '../chat/vocabulary.ts';

/** Which events, and from where. */
export interface PageRequest {
  readonly conversations: ReadonlySet<ConversationId>;
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
  page(request: PageRequest): EventPage;
  /** The events that the state of the chat follows from (everything but talk), from the first. */
  history(): Iterable<ChatEvent>;
  talks(): readonly Talk[];
  /** After a failed append: opens anew and tries a write. Rejects while the log cannot keep anything. */
  recover(): Promise<void>;
  close(): Promise<void>;
}
