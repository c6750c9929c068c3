// The log in memory: the twin of the durable one. Holds the newest MEMORY_EVENTS events.
import { randomUUID } from 'node:crypto';
import type { Reach } from '../chat/access.ts';
import { sizeOf } from '../chat/commands/post.ts';
import { isRoom } from '../chat/conversations.ts';
import { type Change, fold, isChange } from '../chat/fold.ts';
import {
  type AccountId,
  type Body,
  type ChatEvent,
  type ConversationId,
  type Draft,
  FILES,
  type Message,
  type MessageId,
  type Millis,
  type Position,
  TALK,
} from '../chat/vocabulary.ts';
import { MEMORY_EVENTS } from '../limits.ts';
import {
  concerns,
  type EventLog,
  type EventPage,
  type ForgetRequest,
  type Forgotten,
  type Mark,
  type PageRequest,
  type Receipt,
  type ReceiptPlace,
  type ReceiptsRequest,
  type SearchPage,
  type SearchRequest,
  type Talk,
} from './event-log.ts';
import { textMatcher } from './search-text.ts';
import { Within } from './within.ts';

export class MemoryLog implements EventLog {
  readonly id = randomUUID();
  readonly #capacity: number;
  #events: ChatEvent[] = [];
  readonly #receipts = new Map<AccountId, Map<MessageId, Receipt>>();
  readonly #history: ChatEvent[] = [];
  /** What was done about a message, and what it said before. */
  readonly #changes = new Map<Position, { readonly first: Body; readonly all: (ChatEvent & Change)[] }>();
  readonly #talks = new Map<string, Talk>();
  readonly #marks = new Map<string, Mark>();
  readonly #facts = new Map<string, string>();
  /** The latest time up to an event, where that is later than its own: the clock had been set back. */
  readonly #latestAt = new Map<Position, Millis>();
  #head: Position = 0;
  #latest: Millis = 0;

  constructor(capacity: number = MEMORY_EVENTS) {
    this.#capacity = capacity;
  }

  get head(): Position {
    return this.#head;
  }

  get latest(): Millis {
    return this.#latest;
  }

  async append(drafts: readonly Draft[]): Promise<readonly ChatEvent[]> {
    const events: ChatEvent[] = [];
    for (const draft of drafts) {
      this.#head += 1;
      // The position first: added behind the rest it costs four times as much.
      const event = { position: this.#head, ...draft } as ChatEvent;
      events.push(event);
      this.#keep(event);
    }
    // In one go, and seldom: a shift for each event would cost more than the event.
    if (this.#events.length > this.#capacity * 1.25) this.#drop(this.#events.length - this.#capacity);
    return events;
  }

  #keep(event: ChatEvent): void {
    this.#events.push(event);
    if (event.time < this.#latest) this.#latestAt.set(event.position, this.#latest);
    this.#latest = Math.max(this.#latest, event.time);
    if (!TALK.includes(event.kind)) this.#history.push(event);
    if ((event.kind === 'message' || event.kind === 'offered' || event.kind === 'invited') && event.to) {
      const { conversation, account: one, to } = event;
      this.#talks.set(conversation, { conversation, one, other: to.account });
    }
    if (isChange(event)) this.#change(event as ChatEvent & Change);
    if (event.id) this.#receiptsOf(event.account).set(event.id, { position: event.position, time: event.time });
  }

  /** The message as it stands from now on, and what was said in its place before. */
  #change(change: ChatEvent & Change): void {
    const index = this.#indexOf(change.about.account, change.about.id);
    const message = this.#events[index];
    if (message?.kind !== 'message') return;
    const folded = fold(message, change, change.position);
    this.#events[index] = folded;
    const known = this.#changes.get(message.position);
    if (known) known.all.push(change);
    else this.#changes.set(message.position, { first: message.body, all: [change] });
    if (!folded.deleted || change.kind === 'reacted') return;
    const { id, account } = change.about;
    this.#events = this.#events.map(event =>
      event.kind === 'edited' && event.about.id === id && event.about.account === account
        ? { ...event, body: { kind: 'text', text: '' } }
        : event,
    );
  }

  find(account: AccountId, id: MessageId): Receipt | null {
    return this.#receipts.get(account)?.get(id) ?? null;
  }

  message(account: AccountId, id: MessageId): Message | null {
    const event = this.#events[this.#indexOf(account, id)];
    return event?.kind === 'message' ? event : null;
  }

  page(request: PageRequest): EventPage {
    const { limit } = request;
    const forward = request.after !== undefined || request.since !== undefined;
    const within = new Within(request.reaches);
    const { found, more } = this.#walk(this.#start(request), forward, limit, event => within.holds(event));
    const events = found.map(event => this.#seen(event, within));
    return { events: forward ? events : events.reverse(), more };
  }

  search({ text, from, reaches, before, after, limit }: SearchRequest): SearchPage {
    const forward = after !== undefined;
    const within = new Within(reaches);
    const matches = textMatcher(text);
    const edge = forward ? { after } : before === undefined ? {} : { before };
    const { found, more } = this.#walk(this.#start(edge), forward, limit, event => {
      if (event.kind !== 'message' || !isRoom(event.conversation) || !within.holds(event)) return false;
      if (from !== null && event.account !== from) return false;
      const { body } = this.#seen(event, within);
      return body.kind === 'text' && matches(body.text);
    });
    const reached = more ? (found.at(-1)?.position ?? 0) : forward ? this.#head : 0;
    const events = found.map(event => this.#seen(event, within));
    return { events: forward ? events : events.reverse(), more, reached };
  }

  count(reaches: readonly Reach[], after: Position, most: number, notBy?: AccountId): number {
    const within = new Within(reaches);
    const counts = (event: ChatEvent) => notBy === undefined || (event.kind === 'message' && event.account !== notBy);
    return this.#walk(this.#start({ after }), true, most, event => within.holds(event) && counts(event)).found.length;
  }

  weigh(conversation: ConversationId, after: Position, by: AccountId): { messages: number; bytes: number } {
    let messages = 0;
    let bytes = 0;
    for (const event of this.#events) {
      if (event.position <= after || event.conversation !== conversation || event.account !== by) continue;
      if (event.kind === 'deleted') continue;
      messages += 1;
      if (event.kind === 'message' || event.kind === 'edited' || event.kind === 'offered') bytes += sizeOf(event.body);
    }
    return { messages, bytes };
  }

  last(reaches: readonly Reach[]): Position {
    const within = new Within(reaches);
    return this.#walk(this.#events.length - 1, false, 1, event => within.holds(event)).found[0]?.position ?? 0;
  }

  positionBefore(time: Millis): Position {
    return this.#events[this.#start({ since: time }) - 1]?.position ?? 0;
  }

  history(): Iterable<ChatEvent> {
    return this.#history;
  }

  removals(most: number): readonly ChatEvent[] {
    const all = this.#events.filter(event => event.kind === 'deleted' && event.account !== event.about.account);
    return all.slice(Math.max(0, all.length - most));
  }

  files(after: Position): Iterable<ChatEvent> {
    return this.#events.filter(event => event.position > after && FILES.includes(event.kind));
  }

  talks(): readonly Talk[] {
    return [...this.#talks.values()];
  }

  mark(marks: readonly Mark[]): void {
    for (const mark of marks) {
      const key = `${mark.account}\n${mark.conversation}\n${mark.kind}`;
      if ((this.#marks.get(key)?.value ?? -1) < mark.value) this.#marks.set(key, mark);
    }
  }

  marks(of: { account: AccountId } | { kind: Mark['kind'] }): readonly Mark[] {
    return [...this.#marks.values()].filter(mark =>
      'account' in of ? mark.account === of.account : mark.kind === of.kind,
    );
  }

  async forget({ of, before, from, most, answered }: ForgetRequest): Promise<Forgotten<Position>> {
    const looked = this.#events.filter(({ position }) => position >= from && position < before).slice(0, most);
    const going = new Set(looked.filter(event => TALK.includes(event.kind) && concerns(of, event.conversation)));
    this.#events = this.#events.filter(event => !going.has(event));
    for (const { position, time, account, id } of going) {
      this.#latestAt.delete(position);
      this.#changes.delete(position);
      if (id !== null && time < answered) this.#receipts.get(account)?.delete(id);
    }
    const last = looked.at(-1)?.position;
    return { forgotten: going.size, next: looked.length < most || last === undefined ? null : last + 1 };
  }

  async forgetReceipts({ before, from, most }: ReceiptsRequest): Promise<Forgotten<ReceiptPlace>> {
    const all = [...this.#receipts].flatMap(([account, receipts]) =>
      [...receipts].map(([id, { time }]) => ({ time, account, id })),
    );
    const beyond = all.filter(place => place.time < before && (from === null || byPlace(place, from) > 0));
    const looked = beyond.sort(byPlace).slice(0, most);
    const going = looked.filter(({ account, id }) => this.#indexOf(account, id) < 0);
    for (const { account, id } of going) this.#receipts.get(account)?.delete(id);
    return { forgotten: going.length, next: looked.length < most ? null : (looked.at(-1) ?? null) };
  }

  size(): number {
    return 0;
  }

  fact(name: string): string | null {
    return this.#facts.get(name) ?? null;
  }

  async setFact(name: string, value: string): Promise<void> {
    this.#facts.set(name, value);
  }

  async recover(): Promise<void> {}

  async close(): Promise<void> {}

  /** An event for whoever sees no more than this. */
  #seen<E extends ChatEvent>(event: E, within: Within): E {
    const changed = event.kind === 'message' && within.ends(event) ? this.#changes.get(event.position) : undefined;
    return changed ? (within.seen(event as Message, changed.first, changed.all) as ChatEvent as E) : event;
  }

  /** Events that fit, from an index on; `more`: another one does. */
  #walk(start: number, forward: boolean, limit: number, fits: (event: ChatEvent) => boolean) {
    const found: ChatEvent[] = [];
    const step = forward ? 1 : -1;
    for (let i = start; i >= 0 && i < this.#events.length; i += step) {
      const event = this.#events[i] as ChatEvent;
      if (!fits(event)) continue;
      if (found.length === limit) return { found, more: true };
      found.push(event);
    }
    return { found, more: false };
  }

  #start({ after, since, before }: { after?: Position; since?: Millis; before?: Position }): number {
    if (after !== undefined) return this.#first(event => event.position > after);
    if (since !== undefined) {
      return this.#first(({ position, time }) => (this.#latestAt.get(position) ?? time) >= since);
    }
    return before === undefined ? this.#events.length - 1 : this.#first(event => event.position >= before) - 1;
  }

  /** Index of the event with this id, -1 where there is none. */
  #indexOf(account: AccountId, id: MessageId): number {
    const position = this.find(account, id)?.position;
    if (position === undefined) return -1;
    const index = this.#first(event => event.position >= position);
    return this.#events[index]?.position === position ? index : -1;
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
      const { position, account, id } = this.#events[i] as ChatEvent;
      this.#latestAt.delete(position);
      this.#changes.delete(position);
      const receipts = id === null ? undefined : this.#receipts.get(account);
      if (id !== null && receipts?.delete(id) && receipts.size === 0) this.#receipts.delete(account);
    }
    this.#events = this.#events.slice(count);
  }
}

function byPlace(one: ReceiptPlace, other: ReceiptPlace): number {
  if (one.time !== other.time) return one.time - other.time;
  if (one.account !== other.account) return one.account < other.account ? -1 : 1;
  return one.id === other.id ? 0 : one.id < other.id ? -1 : 1;
}
