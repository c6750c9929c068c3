// Where a client stands in the server's log: events are heard in rising order, each once, and after a cut or a restart what
// was missed is pulled page by page before what comes live.
import { isRoom } from '../chat/conversations.ts';
import { type AccountId, type AnyEvent, type Position, SERVER } from '../chat/vocabulary.ts';
import { PAGE_EVENTS } from '../limits.ts';
import type { Page, Query, Watch, Welcome } from '../protocol/packet.ts';
import type { ClientStore } from '../store/client-store.ts';

/** Live events that wait for what was missed; more are left to be pulled as well. */
const HELD_EVENTS = 1_000;

export interface ResumeOptions {
  readonly query: (query: Query) => Promise<readonly Page[]>;
  readonly hear: (event: AnyEvent) => void;
  /** Calls once, a while from now. */
  readonly later: (call: () => void) => void;
  /** Where what is heard is kept; null: nowhere. */
  readonly store: ClientStore | null;
}

export class Resume {
  readonly #options: ResumeOptions;
  #cursor: Position | null;
  #server: string | null;
  #account: AccountId = '';
  #watch: Watch | null = null;
  /** While what was missed is being pulled: the live events that come meanwhile and wait for it. */
  #held: AnyEvent[] | null = null;

  constructor(options: ResumeOptions) {
    this.#options = options;
    this.#cursor = options.store?.cursor ?? null;
    this.#server = options.store?.server ?? null;
  }

  /** The last position that was heard, and kept where there is a store. */
  get cursor(): Position | null {
    return this.#cursor;
  }

  /** The server whose positions the cursor counts. */
  get server(): string | null {
    return this.#server;
  }

  /** Logged in, for the first time in this process or `again`. `listens`: whether anything is pushed to us at all. */
  enter({ server, account, position }: Welcome, facts: { again: boolean; listens: boolean }): void {
    const kept = this.#options.store?.enter(server.id, position) ?? null;
    if (!facts.again) this.#cursor = kept;
    // Positions of another server, or of one that began anew, say nothing about this one: all of it was missed.
    else if (this.#server !== server.id) this.#cursor = kept ?? 0;
    this.#server = server.id;
    this.#account = account;
    // A log that is shorter than what was heard of it was set back.
    this.#cursor = facts.listens ? Math.min(this.#cursor ?? position, position) : position;
    this.#options.store?.keep([], this.#cursor);
    this.#held = this.#cursor < position ? [] : null;
  }

  /** What is watched from now on; null: what the account is a member of. */
  watch(watch: Watch): void {
    this.#watch = watch;
  }

  /** Begins to pull when something was missed. */
  start(): void {
    if (this.#held) this.#pull();
  }

  /** The connection is gone: the next login goes on from the cursor. */
  stop(): void {
    this.#held = null;
  }

  /** An event that was pushed. */
  live(event: AnyEvent): void {
    if (!this.#held) this.#event(event);
    else if (this.#held.length < HELD_EVENTS) this.#held.push(event);
  }

  /** What was missed, page by page; then the events that came live meanwhile, in order and each once. */
  #pull(): void {
    const scope = { of: this.#watch ? 'all' : 'own' } as const;
    const range = { before: null, after: this.#cursor, since: null, limit: PAGE_EVENTS };
    const held = this.#held;
    this.#options.query({ kind: 'history', scope, ...range }).then(
      ([page]) => {
        if (page?.kind !== 'events' || !this.#held) return;
        for (const event of page.items) {
          if (this.#wants(event)) this.#event(event);
          this.#cursor = Math.max(this.#cursor ?? 0, event.position);
        }
        const overflowed = this.#held.length >= HELD_EVENTS;
        // What is not held any more is among what the next page brings.
        if (page.more && page.items.length > 0) this.#held = [];
        else this.#letGo();
        if (this.#held) this.#pull();
        else if (overflowed) {
          this.#held = [];
          this.#pull();
        }
      },
      // Refused: what comes live waits on, or there would be a gap before it. Or the connection is gone again, and the
      // next login pulls from where this came to.
      () => {
        this.#options.later(() => {
          if (held && this.#held === held) this.#pull();
        });
      },
    );
  }

  #letGo(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const event of held) this.#event(event);
  }

  #event(event: AnyEvent): void {
    if (event.position <= (this.#cursor ?? 0)) return;
    this.#cursor = event.position;
    this.#keep(event);
    this.#options.hear(event);
  }

  #keep(event: AnyEvent): void {
    const { store } = this.#options;
    const { kind, account, conversation, position } = event;
    const moved = account === this.#account && (kind === 'joined' || kind === 'left');
    // While one is away from a room nothing of it is pushed: what is from before would have a gap behind it.
    if (moved) store?.forget(conversation, kind === 'left' ? position + 1 : position);
    store?.keep(moved && kind === 'left' ? [] : [event], position);
  }

  /** Whether a script watches what an event is about. */
  #wants({ conversation }: AnyEvent): boolean {
    if (!this.#watch || this.#watch.rooms === 'all') return true;
    return isRoom(conversation)
      ? this.#watch.rooms.includes(conversation)
      : this.#watch.private || conversation === SERVER;
  }
}
