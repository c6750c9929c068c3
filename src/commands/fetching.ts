// What the chat screen asks for while it runs: lists, members, pages of history, places to jump to. From the server; what is
// kept of it has to do while there is none, and comes first where it is known to be whole.
import type { AccountId, AnyEvent, ConversationId, Position } from '../chat/vocabulary.ts';
import type { Client } from '../client/client.ts';
import { asTchatError } from '../errors.ts';
import { talkOf } from '../identity/keys.ts';
import { PAGE_EVENTS } from '../limits.ts';
import type { Query } from '../protocol/packet.ts';
import type { ClientStore } from '../store/client-store.ts';
import type { Effect, JumpTo, Msg } from '../tui/chat/chat.ts';
import { mentionOf } from '../tui/chat/markup.ts';

/** Events on each side of a place that is jumped to. */
const AROUND = PAGE_EVENTS / 2;
/** Hits in one page of a search for a name, and pages of it before one gives up. */
const NAMED = 50;
const NAMED_PAGES = 40;

export interface FetchingOptions {
  readonly client: Pick<Client, 'ask' | 'query'>;
  readonly store: ClientStore;
  readonly account: AccountId;
  readonly tell: (msg: Msg) => void;
}

type Wanted<K extends Effect['kind']> = Extract<Effect, { kind: K }>;
type Naming = Extract<JumpTo, { naming: string }>;

/** A piece of history; `more`: beyond it, on the side where it was going. */
interface Piece {
  readonly events: readonly AnyEvent[];
  readonly more: boolean;
}

export class Fetching {
  readonly #options: FetchingOptions;

  constructor(options: FetchingOptions) {
    this.#options = options;
  }

  /** A private talk may be called by the account of the other one. */
  conversationOf(ref: string): ConversationId {
    return /^[#~*]/.test(ref) ? ref : talkOf(this.#options.account, ref);
  }

  lists(): void {
    const { client, store, tell } = this.#options;
    const ignore = () => {};
    client.ask(
      { kind: 'rooms' },
      pages => {
        const rooms = pages.flatMap(page => (page.kind === 'rooms' ? page.items : []));
        store.remember({ rooms });
        tell({ kind: 'rooms', rooms });
      },
      ignore,
    );
    client.ask(
      { kind: 'people' },
      pages => {
        const people = pages.flatMap(page => (page.kind === 'people' ? page.items : []));
        store.remember({ people });
        tell({ kind: 'people', people });
      },
      ignore,
    );
  }

  members(room: ConversationId): void {
    const { client, tell } = this.#options;
    client.ask(
      { kind: 'members', room },
      pages => {
        const accounts = pages.flatMap(page => (page.kind === 'members' ? page.items : []));
        tell({ kind: 'members', room, accounts });
      },
      () => tell({ kind: 'page-failed', conversation: room }),
    );
  }

  fetch({ conversation: ref, before, limit }: Wanted<'fetch'>): void {
    const { client, store, tell } = this.#options;
    const conversation = this.conversationOf(ref);
    const page = { kind: 'page', conversation, direction: 'older', from: before } as const;
    const cached = store.page(conversation, before, limit).events;
    if (cached.length > 0) {
      tell({ ...page, events: cached, more: true });
      return;
    }
    client.ask(
      history(conversation, { before, limit }),
      ([answer]) => {
        if (answer?.kind !== 'events') return;
        store.keepPage(conversation, before, answer.items);
        tell({ ...page, events: answer.items, more: answer.more });
      },
      () => tell({ kind: 'page-failed', conversation: ref }),
    );
  }

  fetchNewer({ conversation: ref, after, limit }: Wanted<'fetch-newer'>): void {
    const { client, store, tell } = this.#options;
    const conversation = this.conversationOf(ref);
    const page = { kind: 'page', conversation, direction: 'newer', from: after } as const;
    client.ask(
      history(conversation, { after, limit }),
      ([answer]) => {
        if (answer?.kind === 'events') tell({ ...page, events: answer.items, more: answer.more });
      },
      () => tell({ ...page, ...keptAfter(store, conversation, after, limit) }),
    );
  }

  async jump({ ref, conversation: asked, to }: Wanted<'jump'>): Promise<void> {
    const { tell } = this.#options;
    const conversation = this.conversationOf(asked);
    try {
      const at = await this.#place(conversation, to);
      const nowhere = { events: [], older: false, newer: false };
      const around = at === null ? nowhere : await this.#around(conversation, at);
      tell({ kind: 'landed', ref, conversation, at, ...around });
    } catch (error) {
      const { code, params } = asTchatError(error);
      tell({ kind: 'jump-failed', ref, code, params });
    }
  }

  /** The position that is meant; null: there is none. */
  async #place(conversation: ConversationId, to: JumpTo): Promise<Position | null> {
    if ('at' in to) return to.at;
    if ('naming' in to) return this.#named(conversation, to);
    const { since } = to;
    return this.#online(
      async () => {
        const { events } = await this.#page(history(conversation, { since, limit: 1 }));
        return events[0]?.position ?? null;
      },
      () => keptSince(this.#options.store, conversation, since),
    );
  }

  async #around(conversation: ConversationId, at: Position) {
    const { store } = this.#options;
    const after = Math.max(0, at - 1);
    const [older, newer] = await this.#online(
      () =>
        Promise.all([
          this.#page(history(conversation, { before: at, limit: AROUND })),
          this.#page(history(conversation, { after, limit: AROUND })),
        ]),
      () => [store.page(conversation, at, AROUND), keptAfter(store, conversation, after, AROUND)] as const,
    );
    return { events: [...older.events, ...newer.events], older: older.more, newer: newer.more };
  }

  async #page(query: Query): Promise<Piece> {
    const [page] = await this.#options.client.query(query);
    return page?.kind === 'events' ? { events: page.items, more: page.more } : { events: [], more: false };
  }

  /** The server's answer, or where there is no connection what is kept. */
  async #online<T>(ask: () => Promise<T>, kept: () => T): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (asTchatError(error).code !== 'connection-lost') throw error;
      return kept();
    }
  }

  #named(conversation: ConversationId, to: Naming): Promise<Position | null> {
    const isNamed = mentionOf(to.naming);
    const fits = (event: AnyEvent): boolean =>
      event.kind === 'message' &&
      event.account !== to.account &&
      event.body.kind === 'text' &&
      isNamed(event.body.text);
    return this.#online(
      () => this.#namedThere(conversation, to, fits),
      () => keptNamed(this.#options.store, conversation, to, fits),
    );
  }

  async #namedThere(
    conversation: ConversationId,
    { naming, from, step }: Naming,
    fits: (event: AnyEvent) => boolean,
  ): Promise<Position | null> {
    const words = { kind: 'search', text: `"${naming}"`, conversation, from: null, limit: NAMED } as const;
    let edge = from;
    for (let turn = 0; turn < NAMED_PAGES; turn++) {
      const side = step > 0 ? { before: null, after: edge } : { before: edge, after: null };
      const [page] = await this.#options.client.query({ ...words, ...side });
      if (page?.kind !== 'hits') return null;
      const hit = step > 0 ? page.items.find(fits) : page.items.findLast(fits);
      if (hit !== undefined) return hit.position;
      if (!page.more) return null;
      edge = page.reached;
    }
    return null;
  }
}

/** A query for a page: what stands before a position (null: the newest), after one, or from a time on. */
function history(
  conversation: ConversationId,
  {
    before = null,
    after = null,
    since = null,
    limit,
  }: {
    readonly before?: Position | null;
    readonly after?: Position | null;
    readonly since?: number | null;
    readonly limit: number;
  },
): Query {
  return { kind: 'history', scope: { of: 'conversation', conversation }, before, after, since, limit };
}

/** Pages of what is kept, from the newest back, as long as `go` wants another one. */
function walkBack(
  store: ClientStore,
  conversation: ConversationId,
  go: (events: readonly AnyEvent[]) => boolean,
): void {
  let before: Position | null = null;
  for (;;) {
    const page = store.page(conversation, before, PAGE_EVENTS);
    const first: AnyEvent | undefined = page.events[0];
    if (first === undefined || !go(page.events) || !page.more) return;
    before = first.position;
  }
}

/** The oldest events above a position of those that are kept. */
export function keptAfter(store: ClientStore, conversation: ConversationId, after: Position, limit: number): Piece {
  let events: readonly AnyEvent[] = [];
  let more = false;
  walkBack(store, conversation, page => {
    const all = [...page.filter(event => event.position > after), ...events];
    more ||= all.length > limit;
    events = all.slice(0, limit);
    return page[0]!.position > after;
  });
  return { events, more };
}

function keptSince(store: ClientStore, conversation: ConversationId, since: number): Position | null {
  let found: Position | null = null;
  walkBack(store, conversation, page => {
    found = page.find(event => event.time >= since)?.position ?? found;
    return page[0]!.time >= since;
  });
  return found;
}

function keptNamed(
  store: ClientStore,
  conversation: ConversationId,
  { naming, from, step }: Naming,
  fits: (event: AnyEvent) => boolean,
): Position | null {
  const words = { text: `"${naming}"`, conversation, from: null, limit: NAMED } as const;
  let before = step < 0 ? from : null;
  let found: Position | null = null;
  for (;;) {
    const page = store.search({ ...words, before });
    const hits = page.events.filter(event => fits(event) && (step < 0 || event.position > (from ?? 0)));
    if (step < 0 && hits.length > 0) return hits.at(-1)!.position;
    found = hits[0]?.position ?? found;
    if (!page.more || (step > 0 && page.reached <= (from ?? 0))) return found;
    before = page.reached;
  }
}
