// Searches of the chat screen: rooms by the server, private talk in what is kept here, and all of that while there is no server.
// Somebody who is typing is waited for.
import type { ConversationId, Position } from '../chat/vocabulary.ts';
import type { Client } from '../client/client.ts';
import { SEARCH_PAUSE } from '../limits.ts';
import type { Clock } from '../session/clock.ts';
import type { ClientStore } from '../store/client-store.ts';
import type { Effect, Msg } from '../tui/chat/chat.ts';

/** Hits of one answer, and pages of what is kept that are looked through for it. */
const HITS = 50;
const PAGES = 20;

export interface SearchingOptions {
  readonly client: Pick<Client, 'ask'>;
  readonly store: ClientStore;
  readonly clock: Clock;
  /** A private talk may be called by the account of the other one. */
  readonly conversationOf: (ref: string) => ConversationId;
  readonly tell: (msg: Msg) => void;
}

type Wanted = Extract<Effect, { kind: 'search' }>;

export class Searching {
  readonly #options: SearchingOptions;
  /** By source: what waits until nobody types any more. */
  readonly #waiting = new Map<string, () => void>();

  constructor(options: SearchingOptions) {
    this.#options = options;
  }

  search(wanted: Wanted): void {
    this.#waiting.get(wanted.source)?.();
    this.#waiting.delete(wanted.source);
    if (!wanted.typing) this.#look(wanted);
    else
      this.#waiting.set(
        wanted.source,
        this.#options.clock.after(SEARCH_PAUSE, () => this.#look(wanted)),
      );
  }

  close(): void {
    for (const cancel of this.#waiting.values()) cancel();
    this.#waiting.clear();
  }

  #look({ ref, source, query, before }: Wanted): void {
    const { client, conversationOf, tell } = this.#options;
    const conversation = query.conversation === null ? null : conversationOf(query.conversation);
    const asked = { text: query.words, conversation, from: query.from, before };
    if (source !== 'rooms') {
      tell({ kind: 'found', ref, source, ...this.#kept(asked, source === 'talk') });
      return;
    }
    client.ask(
      { kind: 'search', ...asked, after: null, limit: HITS },
      ([page]) => {
        if (page?.kind !== 'hits') return;
        tell({ kind: 'found', ref, source, hits: page.items, more: page.more, reached: page.reached });
      },
      ({ code, params }) => tell({ kind: 'search-failed', ref, source, code, params }),
    );
  }

  #kept(asked: Omit<Parameters<ClientStore['search']>[0], 'limit'>, privateOnly: boolean) {
    const hits: ReturnType<ClientStore['search']>['events'][number][] = [];
    let reached: Position | null = asked.before;
    for (let turn = 0; turn < PAGES && hits.length < HITS; turn++) {
      const page = this.#options.store.search({ ...asked, before: reached, limit: HITS });
      hits.push(...page.events.filter(event => !privateOnly || event.conversation.startsWith('~')));
      reached = page.reached;
      if (!page.more) return { hits, more: false, reached };
    }
    return { hits, more: true, reached: reached ?? 0 };
  }
}
