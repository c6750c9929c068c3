// How far each account has come: what it has read, what its devices have stored, what waits for it. Of those that were asked
// about or were here since the server began; the rest stands in the log.
import { ENDLESS } from '../chat/access.ts';
import { sizeOf } from '../chat/commands/post.ts';
import { talksOf } from '../chat/conversations.ts';
import type { ChatState } from '../chat/state.ts';
import type { AccountId, ChatEvent, ConversationId, Draft, Position } from '../chat/vocabulary.ts';
import { WAITING_BYTES, WAITING_MESSAGES, WAITING_PER_SENDER } from '../limits.ts';
import type { EventLog, Mark } from '../store/event-log.ts';

interface Account {
  readonly read: Map<ConversationId, Position>;
  stored: Position;
  fetched: Position;
  /** Talks with something that no device of theirs has stored, and its last position; null: not looked up yet. */
  undelivered: Map<ConversationId, Position> | null;
  /** What came while nobody was there to take it; null: not counted yet. */
  waiting: Heap | null;
}

/** What may wait for one account that nobody is there for: events, bytes, and events of one sender. */
export interface WaitingLimits {
  readonly messages: number;
  readonly bytes: number;
  readonly perSender: number;
}

const DEFAULTS: WaitingLimits = { messages: WAITING_MESSAGES, bytes: WAITING_BYTES, perSender: WAITING_PER_SENDER };

/** What is private and for one account, together. */
interface Heap {
  messages: number;
  bytes: number;
  readonly senders: Map<AccountId, number>;
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
  readonly #limits: WaitingLimits;
  readonly #accounts = new Map<AccountId, Account>();
  /** For each account, what is on its way to the log: it waits too, if it comes through. */
  readonly #coming = new Map<AccountId, Heap>();

  constructor(state: ChatState, log: EventLog, limits: WaitingLimits = DEFAULTS) {
    this.#state = state;
    this.#log = log;
    this.#limits = limits;
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
    const undelivered = this.#undelivered(account, marks);
    const from = marks.stored + 1;
    const delivered: NowDelivered[] = [];
    for (const [conversation, last] of undelivered) {
      const to = this.#other(conversation, account);
      // Of a talk of which there is more to come, what has been stored just now may be nothing.
      const upTo = last <= position ? last : this.#log.last([{ conversation, from, to: position }]);
      if (to !== null && to !== account && upTo > 0) delivered.push({ conversation, to, position: upTo });
    }
    // Only now: where the log could not be read, the device says it again and is heard.
    marks.stored = position;
    for (const [conversation, last] of undelivered) if (last <= position) undelivered.delete(conversation);
    this.#log.mark([{ account, conversation: NONE, kind: 'stored', value: position }]);
    this.setFetched(account, position);
    return delivered;
  }

  /** A session has got everything private up to here: nothing of it waits any more. Reads nothing, so it never fails. */
  setFetched(account: AccountId, position: Position): void {
    const marks = this.#accounts.get(account);
    if (marks && position <= marks.fetched) return;
    if (marks) Object.assign(marks, { fetched: position, waiting: null });
    this.#log.mark([{ account, conversation: NONE, kind: 'fetched', value: position }]);
  }

  /** Something was decided: if it is for somebody, it is on its way to them until `settled` is called for it. */
  decided(event: Draft): void {
    const to = waitsFor(event);
    if (to === null) return;
    const heap = this.#coming.get(to) ?? emptyHeap();
    this.#coming.set(to, heap);
    add(heap, event, 1);
  }

  /** It was kept, or refused. */
  settled(event: Draft): void {
    const to = waitsFor(event);
    const heap = to !== null && this.#coming.get(to);
    if (!heap) return;
    add(heap, event, -1);
    if (heap.messages === 0) this.#coming.delete(to);
  }

  /**
   * Something was kept. `taken`: whether a session of an account gets what is private at once. Of whom nothing was asked
   * yet, the log tells when something is: what is kept must not fail because a mark cannot be read.
   */
  kept(event: ChatEvent, taken: (account: AccountId) => boolean): void {
    const to = otherOf(event);
    const marks = to === null ? undefined : this.#accounts.get(to);
    if (to === null || !marks) return;
    marks.undelivered?.set(event.conversation, event.position);
    if (marks.waiting && waitsFor(event) !== null && !taken(to)) add(marks.waiting, event, 1);
  }

  /** Whether so many bytes more of a sender's may wait for an account that nobody is there for. */
  mayWait(from: AccountId, to: AccountId, bytes: number): boolean {
    if (from === to) return true;
    const marks = this.#of(to);
    marks.waiting ??= this.#count(to, marks.fetched);
    const { waiting } = marks;
    const coming = this.#coming.get(to);
    const most = this.#limits;
    if (waiting.messages + (coming?.messages ?? 0) >= most.messages) return false;
    if (waiting.bytes + (coming?.bytes ?? 0) + bytes > most.bytes) return false;
    return (waiting.senders.get(from) ?? 0) + (coming?.senders.get(from) ?? 0) < most.perSender;
  }

  /** Forgets what is only a picture of the log: after a failed write. */
  clear(): void {
    this.#accounts.clear();
  }

  #of(account: AccountId): Account {
    let marks = this.#accounts.get(account);
    if (!marks) {
      marks = { read: new Map(), stored: 0, fetched: 0, undelivered: null, waiting: null };
      for (const mark of this.#log.marks({ account })) take(marks, mark);
      this.#accounts.set(account, marks);
    }
    return marks;
  }

  #undelivered(account: AccountId, marks: Account): Map<ConversationId, Position> {
    if (!marks.undelivered) {
      marks.undelivered = new Map();
      for (const conversation of talksOf(this.#state, account)) {
        const last = this.#log.last([{ conversation, from: marks.stored + 1, to: ENDLESS }]);
        if (last > 0) marks.undelivered.set(conversation, last);
      }
    }
    return marks.undelivered;
  }

  #count(account: AccountId, fetched: Position): Heap {
    const waiting = emptyHeap();
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

function emptyHeap(): Heap {
  return { messages: 0, bytes: 0, senders: new Map() };
}

/** One more, or one less. */
function add(heap: Heap, event: Draft, one: 1 | -1): void {
  const { account } = event;
  heap.messages += one;
  if (event.kind === 'message' || event.kind === 'edited' || event.kind === 'offered')
    heap.bytes += one * sizeOf(event.body);
  const theirs = (heap.senders.get(account) ?? 0) + one;
  if (theirs === 0) heap.senders.delete(account);
  else heap.senders.set(account, theirs);
}

/** Whom something private is for, if it is not oneself. */
function otherOf(event: Draft): AccountId | null {
  const to = 'to' in event ? event.to : undefined;
  return to && to.account !== event.account ? to.account : null;
}

/** For whom it waits. That something was taken back is always told, and there is less of it than of what was said. */
function waitsFor(event: Draft): AccountId | null {
  return event.kind === 'deleted' ? null : otherOf(event);
}
