// How far each account has come: what it has read, what its devices have stored, what waits for it. Of those that were asked
// about or were here since the server began; the rest stands in the log.
import { ENDLESS } from '../chat/access.ts';
import { talksOf } from '../chat/conversations.ts';
import type { ChatState } from '../chat/state.ts';
import type { AccountId, ChatEvent, ConversationId, Message, Position } from '../chat/vocabulary.ts';
import { WAITING_BYTES, WAITING_MESSAGES, WAITING_PER_SENDER } from '../limits.ts';
import type { EventLog, Mark } from '../store/event-log.ts';

interface Account {
  readonly read: Map<ConversationId, Position>;
  stored: Position;
  fetched: Position;
  /** Talks with something that no device of theirs has stored, and its last position. */
  readonly undelivered: Map<ConversationId, Position>;
  /** What came while nobody was there to take it; null: not counted yet. */
  waiting: { messages: number; bytes: number; readonly senders: Map<AccountId, number> } | null;
}

/** A private talk that a device has now stored up to here: its other one is told. */
export interface NowDelivered {
  readonly conversation: ConversationId;
  readonly to: AccountId;
  readonly position: Position;
}

export class Marks {
  readonly #state: ChatState;
  readonly #log: EventLog;
  readonly #accounts = new Map<AccountId, Account>();

  constructor(state: ChatState, log: EventLog) {
    this.#state = state;
    this.#log = log;
  }

  /** How far an account has read a conversation. */
  read(account: AccountId, conversation: ConversationId): Position {
    return this.#of(account).read.get(conversation) ?? 0;
  }

  /** How far a device of the account has stored what came. */
  stored(account: AccountId): Position {
    return this.#of(account).stored;
  }

  /** False where it had been read up to there before. */
  setRead(account: AccountId, conversation: ConversationId, position: Position): boolean {
    const { read } = this.#of(account);
    if (position <= (read.get(conversation) ?? 0)) return false;
    read.set(conversation, position);
    this.#log.mark([{ account, conversation, kind: 'read', value: position }]);
    return true;
  }

  /** A device has stored everything up to here. Returns the talks whose other ones are to be told. */
  setStored(account: AccountId, position: Position): readonly NowDelivered[] {
    const marks = this.#of(account);
    if (position <= marks.stored) return [];
    marks.stored = position;
    this.#log.mark([{ account, conversation: NONE, kind: 'stored', value: position }]);
    this.setFetched(account, position);
    const delivered: NowDelivered[] = [];
    for (const [conversation, last] of marks.undelivered) {
      const to = this.#other(conversation, account);
      if (to !== null && to !== account) delivered.push({ conversation, to, position: Math.min(position, last) });
      if (last <= position) marks.undelivered.delete(conversation);
    }
    return delivered;
  }

  /** A session has got everything private up to here: nothing of it waits any more. */
  setFetched(account: AccountId, position: Position): void {
    const marks = this.#of(account);
    if (position <= marks.fetched) return;
    marks.fetched = position;
    marks.waiting = null;
    this.#log.mark([{ account, conversation: NONE, kind: 'fetched', value: position }]);
  }

  /** A private message was kept. `taken`: a session of the one it is for got it at once. */
  kept(message: Message, taken: boolean): void {
    if (!message.to || message.to.account === message.account) return;
    const marks = this.#of(message.to.account);
    marks.undelivered.set(message.conversation, message.position);
    if (taken || !marks.waiting) return;
    const { waiting } = marks;
    waiting.messages += 1;
    waiting.bytes += bytesOf(message);
    waiting.senders.set(message.account, (waiting.senders.get(message.account) ?? 0) + 1);
  }

  /** Whether so many bytes more of a sender's may wait for an account that nobody is there for. */
  mayWait(from: AccountId, to: AccountId, bytes: number): boolean {
    if (from === to) return true;
    const marks = this.#of(to);
    marks.waiting ??= this.#count(to, marks.fetched);
    const { messages, bytes: held, senders } = marks.waiting;
    if (messages >= WAITING_MESSAGES || held + bytes > WAITING_BYTES) return false;
    return (senders.get(from) ?? 0) < WAITING_PER_SENDER;
  }

  /** Forgets what is only a picture of the log: after a failed write. */
  clear(): void {
    this.#accounts.clear();
  }

  #of(account: AccountId): Account {
    let marks = this.#accounts.get(account);
    if (!marks) {
      marks = { read: new Map(), stored: 0, fetched: 0, undelivered: new Map(), waiting: null };
      for (const mark of this.#log.marks({ account })) take(marks, mark);
      for (const conversation of talksOf(this.#state, account)) {
        const last = this.#log.last([{ conversation, from: marks.stored + 1, to: ENDLESS }]);
        if (last > 0) marks.undelivered.set(conversation, last);
      }
      this.#accounts.set(account, marks);
    }
    return marks;
  }

  #count(account: AccountId, fetched: Position): NonNullable<Account['waiting']> {
    const waiting = { messages: 0, bytes: 0, senders: new Map<AccountId, number>() };
    for (const conversation of talksOf(this.#state, account)) {
      const other = this.#other(conversation, account);
      if (other === null || other === account) continue;
      const { messages, bytes } = this.#log.weigh(conversation, fetched, other);
      waiting.messages += messages;
      waiting.bytes += bytes;
      if (messages > 0) waiting.senders.set(other, messages);
    }
    return waiting;
  }

  #other(conversation: ConversationId, account: AccountId): AccountId | null {
    const pair = this.#state.talks.get(conversation);
    return pair ? (pair[0] === account ? pair[1] : pair[0]) : null;
  }
}

/** What marks about no conversation stand under. */
export const NONE: ConversationId = '*';

function take(marks: Account, { kind, conversation, value }: Mark): void {
  if (kind === 'read') marks.read.set(conversation, value);
  else if (kind === 'stored') marks.stored = value;
  else if (kind === 'fetched') marks.fetched = value;
}

function bytesOf({ body }: ChatEvent & { kind: 'message' }): number {
  return body.kind === 'text' ? Buffer.byteLength(body.text) : body.bytes.length;
}
