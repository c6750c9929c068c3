// A client: one session at a time with a server, kept up by itself. Commands and queries go in, messages come out.
// After a cut it dials again with growing, jittered pauses, sends what has no answer, and pulls what it missed.
import { randomBytes } from 'node:crypto';
import type {
  AnyEvent,
  Command,
  ConversationId,
  ConversationSummary,
  MessageId,
  Millis,
  Note,
  Position,
  Role,
} from '../chat/vocabulary.ts';
import { asTchatError, TchatError } from '../errors.ts';
import type { Profile } from '../identity/profile.ts';
import { DIAL_TIMEOUT, FRAME_CONTROL, LOGIN_TIMEOUT } from '../limits.ts';
import { decodeServerPacket, encodePacket } from '../protocol/codec.ts';
import type { CloseNote } from '../protocol/frame.ts';
import { makeId } from '../protocol/ids.ts';
import type { Challenge, Page, Presence, Query, ServerPacket, Wanted, Watch, Welcome } from '../protocol/packet.ts';
import { type Address, formatAddress } from '../session/address.ts';
import type { Clock } from '../session/clock.ts';
import { Backoff, dial } from '../session/dialer.ts';
import { Heartbeat } from '../session/heartbeat.ts';
import { Session, type SessionOwner } from '../session/session.ts';
import type { ClientStore } from '../store/client-store.ts';
import { answerChallenge, closeError, type EntryProofs, hello, isFinal, keysFor } from './handshake.ts';
import { CommandOutbox } from './outbox.ts';
import { Resume } from './resume.ts';

export interface ClientOptions extends EntryProofs {
  readonly address: Address;
  readonly profile: Profile;
  /** A person's screen (shown as here, gets what its account is a member of) or a script (gets what it watches). */
  readonly presence: boolean;
  /** Program and version, for the server's log. */
  readonly client: string;
  /** Come back after a cut. Without it the first end is the last. */
  readonly reconnect: boolean;
  /** Go on trying also before the first login, unless the server itself says no for good. */
  readonly patient?: boolean;
  /** Where lines on their way and what was heard outlive the process. Whoever opened it closes it, after the client. */
  readonly store?: ClientStore;
  readonly clock: Clock;
  /** Milliseconds for a dial and for a login; the limits' by default. */
  readonly timeout?: number;
  /** From 0 to 1, for the jitter. */
  readonly random?: () => number;
}

export type ClientMessage =
  | { readonly is: 'connecting' }
  /** Logged in. `again`: not for the first time. */
  | { readonly is: 'online'; readonly welcome: Welcome; readonly again: boolean }
  /** The connection is lost; the next dial is at `retryAt`. */
  | { readonly is: 'waiting'; readonly retryAt: Millis; readonly error: TchatError }
  /** It will not come back by itself. The last message. */
  | { readonly is: 'over'; readonly error: TchatError }
  | { readonly is: 'event'; readonly event: AnyEvent }
  | { readonly is: 'presence'; readonly presence: Presence }
  /** Where one stands in each of one's conversations: after each login, before anything that was missed. */
  | { readonly is: 'overview'; readonly conversations: readonly ConversationSummary[] }
  /**
   * The newest page of a room of which too much was missed: what was here before has a gap behind it, and is to be
   * forgotten. `more`: there is something before it.
   */
  | {
      readonly is: 'newest';
      readonly conversation: ConversationId;
      readonly events: readonly AnyEvent[];
      readonly more: boolean;
    }
  /** Another client of this account has read so far. */
  | { readonly is: 'marked'; readonly conversation: ConversationId; readonly position: Position }
  /** A device of the other one has stored this private talk so far. */
  | { readonly is: 'delivered'; readonly conversation: ConversationId; readonly position: Position }
  /** What one may do there has changed. */
  | { readonly is: 'role'; readonly role: Role }
  /** The list of people is out of date: ask for it. */
  | { readonly is: 'stale' }
  | {
      readonly is: 'acked';
      readonly id: MessageId;
      readonly position: Position;
      readonly time: Millis;
      /** What the answer says besides. */
      readonly notes: readonly Note[];
    }
  | { readonly is: 'refused'; readonly id: MessageId; readonly error: TchatError }
  /** The line is on its way as long as this process lives, and no longer: it could not be kept on the disk. */
  | { readonly is: 'unkept'; readonly id: MessageId; readonly error: TchatError }
  | { readonly is: 'trip'; readonly milliseconds: number };

interface Asked {
  readonly query: Query;
  readonly page: (page: Page) => void;
  readonly failed: (error: TchatError) => void;
}

/** Milliseconds until what the server could not give is asked for again. */
const PULL_AGAIN = 1_000;

export class Client implements SessionOwner {
  readonly #options: ClientOptions;
  readonly #listener: (message: ClientMessage) => void;
  readonly #heartbeat: Heartbeat;
  readonly #backoff: Backoff;
  readonly #outbox = new CommandOutbox();
  readonly #resume: Resume;
  readonly #asked = new Map<number, Asked>();
  readonly #where: string;
  #session: Session | null = null;
  #state: 'idle' | 'dialing' | 'login' | 'in' | 'over' = 'idle';
  #watch: Watch | null = null;
  #cancelTimer: () => void = () => {};
  /** How far was read, and not told to the server yet. */
  readonly #marks = new Map<ConversationId, Position>();
  #away: string | null = null;
  #nextRef = 1;
  #wasIn = false;
  #paused = false;
  #closed = false;

  constructor(options: ClientOptions, hear: (message: ClientMessage) => void) {
    this.#options = options;
    this.#listener = hear;
    this.#heartbeat = new Heartbeat(options.clock);
    this.#backoff = new Backoff(options.random ?? Math.random);
    this.#where = formatAddress(options.address);
    this.#resume = new Resume({
      query: query => this.query(query),
      hear: event => this.#hear({ is: 'event', event }),
      later: call => void options.clock.after(PULL_AGAIN, call),
      store: options.store ?? null,
    });
    // Those that were refused wait for the person.
    for (const { id, command, server, refusal } of options.store?.queued() ?? []) {
      if (!refusal) this.#outbox.add(id, command, server);
    }
  }

  /** Commands that the server has not answered yet. */
  get unanswered(): number {
    return this.#outbox.size;
  }

  /** Dials. What becomes of it comes as messages. */
  start(): void {
    if (this.#state === 'idle') void this.#dial();
  }

  /**
   * Takes a command for the server, now or when it is back. Answered by `acked` or `refused` with this id. With a store,
   * something said is on the disk when this returns, or `unkept` was heard.
   */
  send(command: Command): MessageId {
    const id = this.#newId();
    const { server } = this.#resume;
    // What goes to a name is no line on the screen until the server has told whose name it is.
    if (command.kind === 'post' && command.target.to !== 'name') {
      try {
        this.#options.store?.add({ id, command, server, time: this.#options.clock.now(), refusal: null });
      } catch (error) {
        this.#hear({ is: 'unkept', id, error: asTchatError(error) });
      }
    }
    this.#outbox.add(id, command, server);
    this.#release();
    return id;
  }

  /** As `ask`, for whoever does not mind that what came right behind the answer is heard before it. */
  query(query: Query): Promise<readonly Page[]> {
    return new Promise((resolve, reject) => this.ask(query, resolve, reject));
  }

  /**
   * Asks; `answered` gets all pages in the turn in which the last one came, so that what follows them on the wire is
   * heard after them. `failed` gets the refusal, or hears that the connection was lost meanwhile.
   */
  ask(query: Query, answered: (pages: readonly Page[]) => void, failed: (error: TchatError) => void): void {
    const session = this.#session;
    if (this.#state !== 'in' || !session) {
      failed(new TchatError('connection-lost', { address: this.#where }));
      return;
    }
    const pages: Page[] = [];
    const page = (each: Page) => {
      pages.push(each);
      if (each.final) answered(pages);
    };
    const ref = this.#nextRef++;
    this.#asked.set(ref, { query, page, failed });
    session.send(encodePacket({ type: 'query', ref, query }));
  }

  /** What is to be pushed, from now on and after every reconnect. */
  watch(rooms: Watch['rooms'], privately: boolean): void {
    this.#watch = { type: 'watch', id: this.#newId(), rooms, private: privately };
    this.#resume.watch(this.#watch);
    if (this.#state === 'in') this.#session?.send(encodePacket(this.#watch));
  }

  /** This person has read a conversation up to here; told to the server now, or when it is back. */
  mark(conversation: ConversationId, position: Position): void {
    this.#marks.set(conversation, Math.max(position, this.#marks.get(conversation) ?? 0));
    this.#tellMarks();
  }

  /** Away with a word, or back: null. Said again after every login. */
  setAway(away: string | null): void {
    this.#away = away;
    if (this.#state === 'in') this.#session?.send(encodePacket({ type: 'status', away }));
  }

  #tellMarks(): void {
    if (this.#state !== 'in') return;
    for (const [conversation, position] of this.#marks) {
      this.#session?.send(encodePacket({ type: 'mark', conversation, position }));
    }
    this.#marks.clear();
  }

  /** Round trip now, instead of at the next heartbeat. */
  ping(): void {
    if (this.#state === 'in' && this.#session?.pinged === 0) this.#session.ping(this.#options.clock.elapsed());
  }

  /** Stops reading from the server, or goes on: a slow consumer's back-pressure. Holds through a reconnect. */
  pause(): void {
    this.#paused = true;
    if (this.#state === 'in') this.#session?.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#session?.resume();
  }

  /** Says goodbye and stays away. Idempotent; no message follows. */
  close(): void {
    if (this.#closed) return;
    this.#state = 'over';
    this.#closed = true;
    this.#cancelTimer();
    this.#session?.close('closed');
    this.#session = null;
    this.#failQueries();
  }

  // What the session tells

  packet(payload: Buffer): void {
    this.#take(decodeServerPacket(payload));
  }

  drained(): void {}

  roundTrip(milliseconds: number): void {
    this.#hear({ is: 'trip', milliseconds });
  }

  closed(note: CloseNote, by: 'us' | 'peer' | 'network'): void {
    if (this.#state === 'over') return;
    const during = this.#state;
    this.#session = null;
    this.#resume.stop();
    this.#cancelTimer();
    this.#outbox.rewind();
    this.#failQueries();
    this.#lost(this.#reason(note, by, during));
  }

  #reason(note: CloseNote, by: 'us' | 'peer' | 'network', during: string): TchatError {
    const facts = { address: this.#where, name: this.#options.profile.name };
    const wordless = by === 'network' && note.code === 'connection-lost';
    // Before a challenge came, an end without a word may be anything but a tchat server.
    if (during === 'dialing' && wordless) return new TchatError('not-tchat', facts);
    return closeError(note.code, note.detail, facts);
  }

  // Connecting

  async #dial(): Promise<void> {
    this.#state = 'dialing';
    this.#hear({ is: 'connecting' });
    const { address, clock, timeout } = this.#options;
    try {
      const socket = await dial(address, timeout ?? DIAL_TIMEOUT);
      if (this.#over()) {
        socket.destroy();
        return;
      }
      this.#cancelTimer = clock.after(timeout ?? LOGIN_TIMEOUT, () => {
        this.#session?.die('login-timeout');
      });
      this.#session = new Session(socket, this, { clock, heartbeat: this.#heartbeat });
      const { profile, client, presence } = this.#options;
      this.#session.send(encodePacket(hello(profile, { client, presence, cursor: this.#resume.cursor })));
    } catch (error) {
      if (!this.#over()) this.#lost(asTchatError(error));
    }
  }

  #over(): boolean {
    return this.#state === 'over';
  }

  #lost(error: TchatError): void {
    const { clock, reconnect, patient = false } = this.#options;
    // The first time somebody waits for an answer: a server that is not there, or full, is told at once.
    if (!reconnect || isFinal(error.code) || !(this.#wasIn || patient)) {
      this.#state = 'over';
      this.#hear({ is: 'over', error });
      return;
    }
    this.#state = 'idle';
    const pause = this.#backoff.next();
    this.#cancelTimer = clock.after(pause, () => this.start());
    this.#hear({ is: 'waiting', retryAt: clock.now() + pause, error });
  }

  // Talking

  #take(packet: ServerPacket): void {
    if (packet.type === 'challenge' && this.#state === 'dialing') {
      this.#state = 'login';
      this.#session?.allow(FRAME_CONTROL);
      if (packet.entry) void this.#proveEntry(packet, packet.entry);
      else this.#session?.send(encodePacket(answerChallenge(this.#options.profile, packet)));
      return;
    }
    if (packet.type === 'welcome' && this.#state === 'login') {
      this.#enter(packet);
      return;
    }
    if (this.#state !== 'in') throw new TchatError('not-tchat', { address: this.#where });
    this.#hearServer(packet);
  }

  async #proveEntry(challenge: Challenge, wanted: Wanted): Promise<void> {
    const session = this.#session;
    try {
      const keys = await keysFor(wanted, this.#options);
      session?.send(encodePacket(answerChallenge(this.#options.profile, challenge, keys)));
    } catch (error) {
      session?.close(asTchatError(error).code);
    }
  }

  #enter(welcome: Welcome): void {
    this.#cancelTimer();
    this.#state = 'in';
    this.#backoff.reset();
    const again = this.#wasIn;
    this.#wasIn = true;
    if (this.#watch) this.#session?.send(encodePacket(this.#watch));
    const misdirected = this.#outbox.misdirected(welcome.server.id);
    this.#release();
    this.#resume.enter(welcome, { again, listens: this.#listens() });
    if (this.#paused) this.#session?.pause();
    this.#hear({ is: 'online', welcome, again });
    for (const id of misdirected) this.#refused(id, new TchatError('another-server', { name: welcome.server.name }));
    this.#tellMarks();
    if (this.#away !== null) this.setAway(this.#away);
    this.ping();
    this.#resume.start();
  }

  /** It stays in the store: the person decides. */
  #refused(id: MessageId, error: TchatError): void {
    this.#options.store?.refuse(id, { code: error.code, params: error.params });
    this.#hear({ is: 'refused', id, error });
  }

  /** Whether anything is pushed to us at all: to a script only what it watches. */
  #listens(): boolean {
    return this.#options.presence || this.#watch !== null;
  }

  #hearServer(packet: ServerPacket): void {
    switch (packet.type) {
      case 'event':
        this.#resume.live(packet.event);
        return;
      case 'ack':
        if (!this.#outbox.settle(packet.id)) return;
        this.#options.store?.settle(packet.id);
        this.#hear({
          is: 'acked',
          id: packet.id,
          position: packet.position,
          time: packet.time,
          notes: packet.notes ?? [],
        });
        this.#release();
        return;
      case 'refused': {
        const error = new TchatError(packet.code, packet.params);
        if (packet.ref !== null) this.#answer(packet.ref, asked => asked.failed(error));
        if (packet.id === null || !this.#outbox.settle(packet.id)) return;
        this.#refused(packet.id, error);
        this.#release();
        return;
      }
      case 'page':
        this.#asked.get(packet.ref)?.page(packet);
        if (packet.final) this.#asked.delete(packet.ref);
        return;
      case 'presence':
        this.#hear({ is: 'presence', presence: packet });
        return;
      case 'stale':
        this.#hear({ is: 'stale' });
        return;
      case 'role':
        this.#hear({ is: 'role', role: packet.role });
        return;
      case 'marked':
        this.#hear({ is: 'marked', conversation: packet.conversation, position: packet.position });
        return;
      case 'delivered':
        this.#hear({ is: 'delivered', conversation: packet.conversation, position: packet.position });
        return;
      case 'challenge':
      case 'welcome':
        throw new TchatError('bad-packet', { what: `${packet.type} out of turn` });
      default:
        packet satisfies never;
    }
  }

  #answer(ref: number, call: (asked: Asked) => void): void {
    const asked = this.#asked.get(ref);
    this.#asked.delete(ref);
    if (asked) call(asked);
  }

  #failQueries(): void {
    for (const ref of [...this.#asked.keys()]) {
      this.#answer(ref, asked => asked.failed(new TchatError('connection-lost', { address: this.#where })));
    }
  }

  #hear(message: ClientMessage): void {
    if (!this.#closed) this.#listener(message);
  }

  #release(): void {
    if (this.#state === 'in') this.#outbox.release(frame => this.#session?.send(frame));
  }

  #newId(): MessageId {
    return makeId(this.#options.clock.now(), randomBytes(10));
  }
}
