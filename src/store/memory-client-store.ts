// The client's store in memory: the twin of the durable one, and what is used where nothing can be written.
import type { AnyEvent, ConversationId, Message, MessageId, Position } from '../chat/vocabulary.ts';
import {
  type CachedPage,
  type ClientStore,
  type KeptHits,
  type KeptSearch,
  type Known,
  knownOf,
  type QueuedLine,
  type Refusal,
} from './client-store.ts';
import { changeOf, concerns, folded, joining, type KeptChange, mostKept } from './folding.ts';
import { MemoryTransferJournal } from './memory-transfer-journal.ts';
import { textMatcher } from './search-text.ts';

/** What is kept of one server. */
interface Held {
  cursor: Position | null;
  readonly events: Map<ConversationId, AnyEvent[]>;
  readonly reads: Map<string, Position>;
  facts: Partial<Known>;
}

export class MemoryClientStore implements ClientStore {
  readonly transfers = new MemoryTransferJournal();
  #whenWritten: () => void = () => {};
  readonly #lines = new Map<MessageId, QueuedLine>();
  readonly #drafts = new Map<string, string>();
  readonly #servers = new Map<string, Held>();
  #server: string | null = null;
  #held: Held = blank();

  get server(): string | null {
    return this.#server;
  }

  get cursor(): Position | null {
    return this.#held.cursor;
  }

  get ahead(): ReadonlyMap<ConversationId, Position> {
    const { cursor, events } = this.#held;
    const newest = [...events].map(([conversation, all]) => [conversation, all.at(-1)?.position ?? 0] as const);
    return new Map(newest.filter(([, position]) => position > (cursor ?? 0)));
  }

  get written(): Position | null {
    return this.cursor;
  }

  whenWritten(call: () => void): void {
    this.#whenWritten = call;
  }

  add(line: QueuedLine): void {
    if (!this.#lines.has(line.id)) this.#lines.set(line.id, line);
  }

  refuse(id: MessageId, refusal: Refusal): void {
    const line = this.#lines.get(id);
    if (line) this.#lines.set(id, { ...line, refusal });
  }

  settle(id: MessageId): void {
    this.#lines.delete(id);
  }

  queued(): readonly QueuedLine[] {
    return [...this.#lines.values()];
  }

  enter(server: string, head: Position): Position | null {
    this.#server = server;
    this.#held = this.#servers.get(server) ?? blank();
    this.#servers.set(server, this.#held);
    const { cursor, events } = this.#held;
    this.#held.cursor = cursor === null ? null : Math.min(cursor, head);
    for (const [conversation, all] of events) {
      this.#set(
        conversation,
        all.filter(event => event.position <= head),
      );
    }
    return this.#held.cursor;
  }

  keep(events: readonly AnyEvent[], cursor: Position): void {
    for (const event of events) this.#append(event);
    const { cursor: before } = this.#held;
    this.#held.cursor = Math.max(before ?? 0, cursor);
    if (this.#held.cursor > (before ?? 0)) this.#whenWritten();
  }

  keepPage(conversation: ConversationId, before: Position | null, events: readonly AnyEvent[]): void {
    const all = this.#of(conversation);
    const oldest = all[0]?.position ?? null;
    const fitting = joining({ conversation, oldest, before, events, cursor: this.cursor });
    if (all.length < mostKept(conversation)) this.#insert(conversation, fitting);
  }

  keepNewest(conversation: ConversationId, events: readonly AnyEvent[]): void {
    const first = events[0]?.position;
    if (first === undefined) return;
    if ((this.#of(conversation).at(-1)?.position ?? 0) < first) this.#set(conversation, []);
    this.#insert(conversation, events);
  }

  forget(conversation: ConversationId, before: Position): void {
    const kept = this.#of(conversation).filter(event => event.position >= before);
    this.#set(conversation, kept);
  }

  page(conversation: ConversationId, before: Position | null, limit: number): CachedPage {
    const all = this.#of(conversation);
    const found = before === null ? all : all.filter(event => event.position < before);
    return { events: found.slice(Math.max(0, found.length - limit)), more: found.length > limit };
  }

  search({ text, conversation, from, before, limit }: KeptSearch): KeptHits {
    const matches = textMatcher(text);
    const all = conversation === null ? [...this.#held.events.values()].flat() : this.#of(conversation);
    const found = all
      .filter(event => before === null || event.position < before)
      .filter(event => event.kind === 'message' && event.body.kind === 'text' && matches(event.body.text))
      .filter(event => from === null || event.account === from)
      .sort((a, b) => a.position - b.position);
    const events = found.slice(-limit);
    const more = found.length > limit;
    return { events, more, reached: more ? (events[0]?.position ?? 0) : 0 };
  }

  conversations(): readonly ConversationId[] {
    return [...this.#held.events.keys()].sort();
  }

  setDraft(chat: string, text: string): void {
    if (text === '') this.#drafts.delete(chat);
    else this.#drafts.set(chat, text);
  }

  drafts(): ReadonlyMap<string, string> {
    return new Map(this.#drafts);
  }

  setRead(chat: string, position: Position): void {
    const { reads } = this.#held;
    reads.set(chat, Math.max(reads.get(chat) ?? 0, position));
  }

  reads(): ReadonlyMap<string, Position> {
    return new Map(this.#held.reads);
  }

  remember(facts: Partial<Known>): void {
    this.#held.facts = { ...this.#held.facts, ...facts };
  }

  known(): Known | null {
    return knownOf(this.#held.facts);
  }

  flush(): void {}

  close(): void {}

  #of(conversation: ConversationId): AnyEvent[] {
    return this.#held.events.get(conversation) ?? [];
  }

  #append(event: AnyEvent): void {
    const { conversation } = event;
    const all = this.#of(conversation);
    if ((all.at(-1)?.position ?? 0) >= event.position) return;
    all.push(event);
    const most = mostKept(conversation);
    this.#set(conversation, all.length > most ? all.slice(-most) : all);
    const change = changeOf(event);
    if (change) this.#change(change);
  }

  #insert(conversation: ConversationId, events: readonly AnyEvent[]): void {
    const brought = new Map(events.map(event => [event.position, event]));
    const merged = [...this.#of(conversation).filter(event => !brought.has(event.position)), ...events];
    merged.sort((a, b) => a.position - b.position);
    this.#set(conversation, merged.slice(-mostKept(conversation)));
    for (const change of merged.flatMap(event => changeOf(event) ?? [])) this.#change(change);
  }

  #change(change: KeptChange): void {
    const { about, conversation, kind } = change;
    const all = this.#of(conversation);
    for (const [at, event] of all.entries()) {
      if (event.kind === 'message' && concerns(change, event as Message)) all[at] = folded(event as Message, change);
      const scrubbed = kind === 'deleted' && event.kind === 'edited' && event.about.id === about.id;
      if (scrubbed && event.account === about.account) all[at] = { ...event, body: { kind: 'text', text: '' } };
    }
  }

  #set(conversation: ConversationId, events: AnyEvent[]): void {
    if (events.length === 0) this.#held.events.delete(conversation);
    else this.#held.events.set(conversation, events);
  }
}

function blank(): Held {
  return { cursor: null, events: new Map(), reads: new Map(), facts: {} };
}
