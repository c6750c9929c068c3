// The log in memory: the twin of the durable one. Holds the newest MEMORY_EVENTS events.
import { randomUUID } from 'node:crypto';
import type { AccountId, ChatEvent, Draft, MessageId, Position } from '../chat/vocabulary.ts';
import { MEMORY_EVENTS } from '../limits.ts';
import type { EventLog, EventPage, PageRequest, Receipt, Talk } from './event-log.ts';

export class MemoryLog implements EventLog {
  readonly id = randomUUID();
  readonly #capacity: number;
  #events: ChatEvent[] = [];
  readonly #receipts = new Map<AccountId, Map<MessageId, Receipt>>();
  readonly #history: ChatEvent[] = [];
  readonly #talks = new Map<string, Talk>();
  #head: Position = 0;

  constructor(capacity: number = MEMORY_EVENTS) {
    this.#capacity = capacity;
  }

  get head(): Position {
    return this.#head;
  }

  async append(drafts: readonly Draft[]): Promise<readonly ChatEvent[]> {
    const events: ChatEvent[] = [];
    for (const draft of drafts) {
      this.#head += 1;
      // The position first: added behind the rest it costs four times as much.
      const event = { position: this.#head, ...draft } as ChatEvent;
      events.push(event);
      this.#events.push(event);
      if (event.kind !== 'message') this.#history.push(event);
      else if (event.to) {
        this.#talks.set(event.conversation, {
          conversation: event.conversation,
          one: event.account,
          other: event.to.account,
        });
      }
      if (event.id) this.#receiptsOf(event.account).set(event.id, { position: event.position, time: event.time });
    }
    // In one go, and seldom: a shift for each event would cost more than the event.
    if (this.#events.length > this.#capacity * 1.25) this.#drop(this.#events.length - this.#capacity);
    return events;
  }

  find(account: AccountId, id: MessageId): Receipt | null {
    return this.#receipts.get(account)?.get(id) ?? null;
  }

  page(request: PageRequest): EventPage {
    const { conversations, limit } = request;
    const events: ChatEvent[] = [];
    const forward = request.after !== undefined || request.since !== undefined;
    const step = forward ? 1 : -1;
    const page = (more: boolean): EventPage => ({ events: forward ? events : events.reverse(), more });
    for (let i = this.#start(request); i >= 0 && i < this.#events.length; i += step) {
      const event = this.#events[i] as ChatEvent;
      if (!conversations.has(event.conversation)) continue;
      if (events.length === limit) return page(true);
      events.push(event);
    }
    return page(false);
  }

  history(): Iterable<ChatEvent> {
    return this.#history;
  }

  talks(): readonly Talk[] {
    return [...this.#talks.values()];
  }

  async recover(): Promise<void> {}

  async close(): Promise<void> {}

  #start({ after, since, before }: PageRequest): number {
    if (after !== undefined) return this.#first(event => event.position > after);
    if (since !== undefined) {
      // Times follow a clock that may have been set back: only positions rise for certain.
      const first = this.#events.findIndex(event => event.time >= since);
      return first < 0 ? this.#events.length : first;
    }
    return before === undefined ? this.#events.length - 1 : this.#first(event => event.position >= before) - 1;
  }

  /** Index of the first event that fits, in an order where all behind it fit too. */
  #first(fits: (event: ChatEvent) => boolean): number {
    let low = 0;
    let high = this.#events.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (fits(this.#events[middle] as ChatEvent)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  #receiptsOf(account: AccountId): Map<MessageId, Receipt> {
    let receipts = this.#receipts.get(account);
    if (!receipts) {
      receipts = new Map();
      this.#receipts.set(account, receipts);
    }
    return receipts;
  }

  #drop(count: number): void {
    for (let i = 0; i < count; i++) {
      const { account, id } = this.#events[i] as ChatEvent;
      const receipts = id === null ? undefined : this.#receipts.get(account);
      if (id !== null && receipts?.delete(id) && receipts.size === 0) this.#receipts.delete(account);
    }
    this.#events = this.#events.slice(count);
  }
}
