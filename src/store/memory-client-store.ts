// The client's store in memory: the twin of the durable one, and what is used where nothing can be written.
import type { AnyEvent, ConversationId, MessageId, Position } from '../chat/vocabulary.ts';
import { CACHED_EVENTS } from '../limits.ts';
import {
  type CachedPage,
  type ClientStore,
  type KeptSearch,
  type Known,
  knownOf,
  type QueuedLine,
  type Refusal,
} from './client-store.ts';

/** What is kept of one server. */
interface Held {
  cursor: Position | null;
  readonly events: Map<ConversationId, AnyEvent[]>;
  readonly reads: Map<string, Position>;
  facts: Partial<Known>;
}

export class MemoryClientStore implements ClientStore {
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
    for (const event of events) this.#merge(event.conversation, [event]);
    this.#held.cursor = Math.max(this.#held.cursor ?? 0, cursor);
  }

  keepPage(conversation: ConversationId, before: Position | null, events: readonly AnyEvent[]): void {
    const oldest = this.#held.events.get(conversation)?.[0]?.position ?? null;
    const joins = oldest === null ? before === null : before !== null && before >= oldest;
    if (joins) this.#merge(conversation, events);
  }

  forget(conversation: ConversationId, before: Position): void {
    const all = this.#held.events.get(conversation) ?? [];
    this.#set(
      conversation,
      all.filter(event => event.position >= before),
    );
  }

  page(conversation: ConversationId, before: Position | null, limit: number): CachedPage {
    const all = this.#held.events.get(conversation) ?? [];
    const found = before === null ? all : all.filter(event => event.position < before);
    return { events: found.slice(Math.max(0, found.length - limit)), more: found.length > limit };
  }

  search(_request: KeptSearch): CachedPage {
    return { events: [], more: false };
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

  #merge(conversation: ConversationId, events: readonly AnyEvent[]): void {
    const all = this.#held.events.get(conversation) ?? [];
    const there = new Set(all.map(event => event.position));
    const merged = [...all, ...events.filter(event => !there.has(event.position))];
    merged.sort((a, b) => a.position - b.position);
    this.#set(conversation, merged.slice(-CACHED_EVENTS));
  }

  #set(conversation: ConversationId, events: AnyEvent[]): void {
    if (events.length === 0) this.#held.events.delete(conversation);
    else this.#held.events.set(conversation, events);
  }
}

function blank(): Held {
  return { cursor: null, events: new Map(), reads: new Map(), facts: {} };
}
