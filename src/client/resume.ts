// Where a client stands in the server's log: what was missed is heard after a cut or a restart, each event once and each
// conversation in rising order. A script pulls all of it, page by page, before what comes live. A person's screen hears
// where it stands first, then the newest page of each room of which too much was missed, then the rest of what is its own.
import { isPrivate, isRoom } from '../chat/conversations.ts';
import {
  type AccountId,
  type AnyEvent,
  type ConversationId,
  type ConversationSummary,
  type Position,
  SERVER,
} from '../chat/vocabulary.ts';
import type { TchatError } from '../errors.ts';
import { MISSED_COUNTED, PAGE_EVENTS, ROOMS_PER_ACCOUNT } from '../limits.ts';
import type { Page, Query, Scope, Watch, Welcome } from '../protocol/packet.ts';
import type { ClientStore } from '../store/client-store.ts';
import type { ClientMessage } from './message.ts';

/** Live events that wait for what was missed; more are left to be pulled as well. */
const HELD_EVENTS = 1_000;
/** Refusals of a room's history that stay. */
const CLOSED = new Set(['room-closed', 'no-such-room']);

export interface ResumeOptions {
  /** As `Client.ask`: the answer is heard before anything that follows it on the wire. */
  readonly ask: (query: Query, answered: (pages: readonly Page[]) => void, failed: (error: TchatError) => void) => void;
  readonly hear: (message: Extract<ClientMessage, { is: 'event' | 'overview' | 'newest' }>) => void;
  /** Calls once, a while from now. */
  readonly later: (call: () => void) => void;
  /** Where what is heard is kept; null: nowhere. */
  readonly store: ClientStore | null;
  /** Of a person's screen, not of a script. */
  readonly presence: boolean;
}

/** What was missed and is being fetched. */
interface Missed {
  readonly scope: 'own' | 'private' | 'all';
  /** Where the next page begins. */
  after: Position;
  /** Conversations that are left out: they are heard as they come, once their newest page is here. */
  readonly apart: Set<ConversationId>;
  /** Those of which it is not. */
  readonly awaited: Set<ConversationId>;
  /** What came live and waits. */
  held: AnyEvent[];
}

export class Resume {
  readonly #options: ResumeOptions;
  #cursor: Position | null;
  #server: string | null;
  #account: AccountId = '';
  #watch: Watch | null = null;
  /** How far conversations were heard beyond the cursor. */
  readonly #ahead = new Map<ConversationId, Position>();
  /** Everything of ours up to here was pushed, or stood in the log before this login. */
  #pushed: Position = 0;
  #missed: Missed | null = null;
  /** One for each login: answers to the one before are of no use. */
  #login: object | null = null;

  constructor(options: ResumeOptions) {
    this.#options = options;
    this.#cursor = options.store?.cursor ?? null;
    this.#server = options.store?.server ?? null;
  }

  /** Up to here everything was heard, and kept where there is a store. */
  get cursor(): Position | null {
    return this.#cursor;
  }

  /** The server whose positions the cursor counts. */
  get server(): string | null {
    return this.#server;
  }

  /** Logged in, for the first time in this process or `again`. `listens`: whether anything is pushed to us at all. */
  enter({ server, account, position }: Welcome, facts: { again: boolean; listens: boolean }): void {
    const { store } = this.#options;
    const kept = store?.enter(server.id, position) ?? null;
    const another = this.#server !== server.id;
    if (!facts.again) this.#cursor = kept;
    // Positions of another server, or of one that began anew, say nothing about this one: all of it was missed.
    else if (another) this.#cursor = kept ?? 0;
    if (!facts.again || another) {
      this.#ahead.clear();
      for (const [conversation, reached] of store?.ahead ?? []) this.#ahead.set(conversation, reached);
    }
    // A log that is shorter than what was heard of it was set back.
    for (const [conversation, reached] of this.#ahead) this.#ahead.set(conversation, Math.min(reached, position));
    // A screen that is new here gets its private talk, and of rooms what is new.
    const fresh = this.#cursor === null && this.#hasOverview;
    const from = fresh ? 0 : (this.#cursor ?? position);
    this.#server = server.id;
    this.#account = account;
    this.#cursor = facts.listens ? Math.min(from, position) : position;
    this.#pushed = position;
    this.#login = {};
    store?.keep([], this.#cursor);
    this.#missed = null;
    if (this.#cursor >= position) return;
    const scope = fresh ? 'private' : this.#watch ? 'all' : 'own';
    this.#missed = { scope, after: this.#cursor, apart: new Set(), awaited: new Set(), held: [] };
  }

  /** What is watched from now on; null: what the account is a member of. */
  watch(watch: Watch): void {
    this.#watch = watch;
  }

  /** Begins to ask for what was missed. */
  start(): void {
    if (this.#hasOverview) this.#askOverview();
    else if (this.#missed) this.#pull(this.#missed);
  }

  /** The connection is gone: the next login goes on from the cursor. */
  stop(): void {
    this.#missed = null;
    this.#login = null;
  }

  /** An event that was pushed. */
  live(event: AnyEvent): void {
    this.#pushed = Math.max(this.#pushed, event.position);
    const missed = this.#missed;
    if (!missed) {
      this.#event(event, event.position);
      return;
    }
    const { conversation } = event;
    // What follows on the wire has nothing more of a room that was left.
    if (this.#moves(event, 'left')) this.#release(missed, conversation);
    if (this.#moves(event, 'joined') && this.#hasOverview) setApart(missed, conversation);
    const waits = !isApart(missed, conversation) || missed.awaited.has(conversation);
    if (!waits || this.#moves(event, 'left')) this.#event(event, 0);
    // What is not held is in a page that is still to come.
    else if (missed.held.length < HELD_EVENTS) missed.held.push(event);
  }

  /** Whether it is a person's screen, which begins with what is new. */
  get #hasOverview(): boolean {
    return this.#options.presence && this.#options.store !== null && this.#watch === null;
  }

  /** Asks until it is answered or the connection is gone; `refused` may take an error that would come again. */
  #ask(query: Query, answered: (pages: readonly Page[]) => void, refused: (error: TchatError) => boolean): void {
    const login = this.#login;
    const isOurs = () => login !== null && this.#login === login;
    this.#options.ask(
      query,
      pages => {
        if (isOurs()) answered(pages);
      },
      // What comes live waits on, or there would be a gap before it.
      error => {
        if (!isOurs() || refused(error)) return;
        this.#options.later(() => {
          if (isOurs()) this.#ask(query, answered, refused);
        });
      },
    );
  }

  #askOverview(): void {
    const since = this.#missed?.scope === 'own' ? this.#missed.after : null;
    this.#ask(
      { kind: 'conversations', since },
      pages => this.#overview(pages.flatMap(page => (page.kind === 'conversations' ? page.items : []))),
      ({ code }) => {
        if (code !== 'unknown-kind') return false;
        // An older server: everything as it came.
        if (this.#missed) this.#pull(this.#missed);
        return true;
      },
    );
  }

  #overview(conversations: readonly ConversationSummary[]): void {
    this.#options.hear({ is: 'overview', conversations });
    const missed = this.#missed;
    if (!missed) return;
    for (const { conversation, missed: count } of conversations) {
      if (!isRoom(conversation) || count < MISSED_COUNTED || missed.apart.has(conversation)) continue;
      if (missed.apart.size >= ROOMS_PER_ACCOUNT) break;
      missed.apart.add(conversation);
      missed.awaited.add(conversation);
    }
    for (const room of [...missed.awaited]) this.#askNewest(missed, room);
    if (missed.awaited.size === 0) this.#pull(missed);
  }

  #askNewest(missed: Missed, room: ConversationId): void {
    const range = { before: null, after: null, since: null, limit: PAGE_EVENTS };
    this.#ask(
      { kind: 'history', scope: { of: 'conversation', conversation: room }, ...range },
      ([page]) => {
        if (page?.kind !== 'events' || !missed.awaited.has(room)) return;
        this.#newest(room, page.items, page.more);
        this.#release(missed, room);
      },
      ({ code }) => {
        if (!CLOSED.has(code)) return false;
        this.#release(missed, room);
        return true;
      },
    );
  }

  #newest(conversation: ConversationId, events: readonly AnyEvent[], more: boolean): void {
    const last = events.at(-1)?.position ?? 0;
    this.#options.store?.keepNewest(conversation, events);
    this.#ahead.set(conversation, Math.max(last, this.#ahead.get(conversation) ?? 0));
    this.#options.hear({ is: 'newest', conversation, events, more });
  }

  /**
   * Nothing of a room has to wait any more. With the last one the rest is pulled, and not before: the cursor must not pass a
   * room of which nothing is kept yet.
   */
  #release(missed: Missed, room: ConversationId): void {
    const wasLast = missed.awaited.delete(room) && missed.awaited.size === 0;
    const waited = missed.held.filter(event => event.conversation === room);
    missed.held = missed.held.filter(event => event.conversation !== room);
    for (const event of waited) this.#event(event, 0);
    if (wasLast) this.#pull(missed);
  }

  /** What was missed, page by page; then what came live meanwhile. */
  #pull(missed: Missed): void {
    const range = { before: null, after: missed.after, since: null, limit: PAGE_EVENTS };
    this.#ask(
      { kind: 'history', scope: scopeOf(missed), ...range },
      ([page]) => {
        if (page?.kind !== 'events') return;
        for (const event of page.items) if (this.#wants(event)) this.#event(event, event.position);
        missed.after = page.items.at(-1)?.position ?? missed.after;
        this.#moveTo(missed.after);
        missed.held = missed.held.filter(event => event.position > missed.after);
        if (page.more && page.items.length > 0) this.#pull(missed);
        else this.#caughtUp(missed);
      },
      () => false,
    );
  }

  #caughtUp({ held }: Missed): void {
    this.#missed = null;
    for (const event of held) this.#event(event, event.position);
    this.#moveTo(this.#pushed);
  }

  /** Up to `complete` nothing is missing; what was pushed bounds it: rooms that are left out of a page come only by pushes. */
  #moveTo(complete: Position): void {
    if (!this.#login) return;
    const reached = Math.min(complete, this.#pushed);
    if (reached <= (this.#cursor ?? 0)) return;
    this.#cursor = reached;
    this.#options.store?.keep([], reached);
    for (const [conversation, position] of this.#ahead) if (position <= reached) this.#ahead.delete(conversation);
  }

  #event(event: AnyEvent, complete: Position): void {
    // Whoever heard the one before may have ended it: what nobody hears is not kept either.
    if (!this.#login) return;
    const { conversation, position } = event;
    const cursor = this.#cursor ?? 0;
    const reached = Math.min(complete, this.#pushed);
    if (position > Math.max(cursor, this.#ahead.get(conversation) ?? 0)) {
      if (position > reached) this.#ahead.set(conversation, position);
      this.#cursor = Math.max(cursor, reached);
      this.#keep(event, this.#cursor);
      this.#options.hear({ is: 'event', event });
    } else this.#moveTo(complete);
  }

  #keep(event: AnyEvent, cursor: Position): void {
    const { store } = this.#options;
    const { conversation, position } = event;
    const left = this.#moves(event, 'left');
    // While one is away from a room nothing of it is pushed: what is from before would have a gap behind it.
    if (left || this.#moves(event, 'joined')) store?.forget(conversation, left ? position + 1 : position);
    store?.keep(left ? [] : [event], cursor);
  }

  #moves({ kind, account }: AnyEvent, how: 'joined' | 'left'): boolean {
    return kind === how && account === this.#account;
  }

  /** Whether a script watches what an event is about. */
  #wants({ conversation }: AnyEvent): boolean {
    if (!this.#watch || this.#watch.rooms === 'all') return true;
    return isRoom(conversation)
      ? this.#watch.rooms.includes(conversation)
      : this.#watch.private || conversation === SERVER;
  }
}

/** A room that one has just come into: its past is no part of what was missed. */
function setApart({ scope, apart, held }: Missed, room: ConversationId): void {
  const waits = held.some(event => event.conversation === room);
  if (scope === 'own' && !waits && apart.size < ROOMS_PER_ACCOUNT) apart.add(room);
}

function isApart({ scope, apart }: Missed, conversation: ConversationId): boolean {
  return scope === 'private' ? !isPrivate(conversation) : apart.has(conversation);
}

function scopeOf({ scope, apart }: Missed): Scope {
  return scope === 'own' && apart.size > 0 ? { of: scope, except: [...apart] } : { of: scope };
}
