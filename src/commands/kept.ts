// What the client keeps on this machine of one server, for one profile: opened after the first screen, given to the screen in its
// own form, and written as the screen changes.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isChange } from '../chat/fold.ts';
import type { AccountId, AnyEvent, ConversationId, Position } from '../chat/vocabulary.ts';
import { asTchatError, TchatError } from '../errors.ts';
import { folders } from '../folders.ts';
import { accountOf } from '../identity/keys.ts';
import type { Profile } from '../identity/profile.ts';
import { LINES_HELD, PAGE_EVENTS } from '../limits.ts';
import { systemClock } from '../session/clock.ts';
import type { ClientStore } from '../store/client-store.ts';
import { MemoryClientStore } from '../store/memory-client-store.ts';
import type { Effect, Kept } from '../tui/chat/chat.ts';

/** Milliseconds between two writes of what is being written. */
const DRAFTS = 1_000;
/** Lines of a conversation shown before those that are unread. */
const CONTEXT = 50;

/** Where it is: another key of the same name is another account, and finds nothing of the first one's. */
function fileOf(address: string, { name, key }: Profile): string {
  const hash = createHash('sha256').update(`${address}\n${accountOf(key.public)}`);
  return join(folders().data, 'clients', name, `${hash.digest('hex').slice(0, 24)}.db`);
}

export interface Opened {
  readonly store: ClientStore;
  /** What the screen shows before the server is heard; null where nothing is known of a server. */
  readonly kept: Kept | null;
  /** Why what was kept is not there, or nothing outlives this process. */
  readonly problem: TchatError | null;
}

/** Loads SQLite, opens the store and reads it; where that cannot be, the store is one in memory. */
export async function openKept(address: string, profile: Profile): Promise<Opened> {
  try {
    const { SqliteClientStore } = await import('../store/sqlite/client-store.ts');
    const store = SqliteClientStore.open(fileOf(address, profile));
    const kept = keptOf(store, accountOf(profile.key.public));
    return {
      store,
      kept,
      problem: store.broken === null ? null : new TchatError('kept-broken', { file: store.broken }),
    };
  } catch (error) {
    const { code, params } = asTchatError(error, 'storage-failed');
    return {
      store: new MemoryClientStore(),
      kept: null,
      problem: new TchatError('unkept', { reason: code, ...params }),
    };
  }
}

/** What a screen begins with; null where nothing is known of a server. */
export function keptOf(store: ClientStore, account: AccountId): Kept | null {
  const known = store.known();
  if (store.server === null || known === null) return null;
  const reads = store.reads();
  const pages = store.conversations().flatMap(conversation => {
    const events = newest(store, conversation, account, reads);
    return events.length === 0 ? [] : [{ conversation, events }];
  });
  const rest = { drafts: store.drafts(), queued: store.queued() };
  return { ...known, ...rest, serverId: store.server, account, pages, reads };
}

/** A private talk is called by its other account. */
function chatOf(conversation: ConversationId, events: readonly AnyEvent[], account: AccountId): string {
  for (const event of events) {
    if ('to' in event && event.to) return event.account === account ? event.to.account : event.account;
  }
  return conversation;
}

/**
 * What was not read, as far as a screen holds it, and some lines before it. Messages are as they stand now: what was done to
 * them later is no line of its own, and done a second time it might be undone.
 */
function newest(
  store: ClientStore,
  conversation: ConversationId,
  account: AccountId,
  reads: ReadonlyMap<string, Position>,
): readonly AnyEvent[] {
  let { events, more } = store.page(conversation, null, CONTEXT);
  const read = reads.get(chatOf(conversation, events, account)) ?? 0;
  let lines = events.filter(event => !isChange(event));
  while (more && lines.length < LINES_HELD && (lines.length < CONTEXT || (events[0]?.position ?? 0) > read)) {
    ({ events, more } = store.page(conversation, events[0]?.position ?? null, PAGE_EVENTS));
    lines = [...events.filter(event => !isChange(event)), ...lines];
  }
  return lines.slice(-LINES_HELD);
}

/** Writes drafts and what was read, at most once a second, and at once when a chat is left or a line was sent. */
export class Keeping {
  readonly #store: ClientStore;
  readonly #drafts = new Map<string, string>();
  #stop: (() => void) | null = null;

  constructor(store: ClientStore) {
    this.#store = store;
  }

  perform(effect: Extract<Effect, { kind: 'keep' | 'shown' | 'forget' }>): void {
    switch (effect.kind) {
      case 'keep':
        if (effect.read !== null) this.#store.setRead(effect.chat, effect.read);
        if (effect.draft !== null) this.#draft(effect.chat, effect.draft);
        return;
      case 'shown':
        this.#store.remember({ current: effect.chat });
        this.write();
        return;
      case 'forget':
        for (const id of effect.ids) this.#store.settle(id);
        return;
      default:
        effect satisfies never;
    }
  }

  /** Writes what waits. */
  write(): void {
    this.#stop?.();
    this.#stop = null;
    for (const [chat, text] of this.#drafts) this.#store.setDraft(chat, text);
    this.#drafts.clear();
    this.#store.flush();
  }

  #draft(chat: string, text: string): void {
    this.#drafts.set(chat, text);
    // What was sent must not stand in the composer again, whatever happens to this process now.
    if (text === '') this.write();
    else this.#stop ??= systemClock.after(DRAFTS, () => this.write());
  }
}
