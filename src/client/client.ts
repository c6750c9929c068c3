// A client: one session at a time with a server, kept up by itself. Commands and queries go in, messages come out.
// After a cut it dials again with growing, jittered pauses, sends what has no answer, and pulls what it missed.
import { randomBytes } from 'node:crypto';
import type { AccountId, Command, ConversationId, MessageId, Position } from '../chat/vocabulary.ts';
import { asTchatError, TchatError } from '../errors.ts';
import type { LoginBinding } from '../identity/keys.ts';
import { DIAL_TIMEOUT, FRAME_CONTROL, LOGIN_TIMEOUT } from '../limits.ts';
import { decodeServerPacket, encodePacket } from '../protocol/codec.ts';
import type { CloseNote } from '../protocol/frame.ts';
import { makeId } from '../protocol/ids.ts';
import type { Mark, Page, Query, ServerPacket, Stored, Watch, Welcome } from '../protocol/packet.ts';
import { formatAddress } from '../session/address.ts';
import { Backoff, dial } from '../session/dialer.ts';
import { Heartbeat } from '../session/heartbeat.ts';
import { Session, type SessionOwner } from '../session/session.ts';
import type { ClientOptions } from './client-options.ts';
import { closeError, hello, isFinal, login } from './handshake.ts';
import type { ClientMessage } from './message.ts';
import { CommandOutbox } from './outbox.ts';
import { Queries } from './queries.ts';
import { Reads } from './reads.ts';
import { Resume, type ResumeOptions } from './resume.ts';
import { StoredNotes } from './stored.ts';

export type { ClientOptions } from './client-options.ts';
export type { ClientMessage } from './message.ts';

/** Milliseconds until what the server could not give is asked for again. */
const PULL_AGAIN = 1_000;

export class Client implements SessionOwner {
  readonly #options: ClientOptions;
  readonly #listener: (message: ClientMessage) => void;
  readonly #heartbeat: Heartbeat;
  readonly #backoff: Backoff;
  readonly #outbox = new CommandOutbox();
  readonly #resume: Resume;
  readonly #reads: Reads;
  readonly #stored: StoredNotes;
  readonly #queries = new Queries();
  readonly #where: string;
  #session: Session | null = null;
  #binding: LoginBinding | null = null;
  #state: 'idle' | 'dialing' | 'login' | 'in' | 'over' = 'idle';
  #watch: Watch | null = null;
  #cancelTimer: () => void = () => {};
  #account: AccountId = '';
  #away: string | null = null;
  #wasIn = false;
  #paused = false;
  #closed = false;

  constructor(options: ClientOptions, hear: (message: ClientMessage) => void) {
    this.#options = options;
    this.#listener = hear;
    this.#heartbeat = new Heartbeat(options.clock);
    this.#backoff = new Backoff(options.random ?? Math.random);
    this.#where = formatAddress(options.address);
    const { store = null, presence, clock } = options;
    this.#resume = new Resume({
      ask: (query, answered, failed) => this.ask(query, answered, failed),
      hear: message => this.#hearLog(message),
      later: call => void clock.after(PULL_AGAIN, call),
      ...{ store, presence },
    });
    const later = (milliseconds: number, call: () => void) => clock.after(milliseconds, call);
    const tell = (packet: Mark | Stored) => this.#session?.send(encodePacket(packet));
    this.#reads = new Reads({
      ...{ store, later },
      tell: (conversation, position) => tell({ type: 'mark', conversation, position }),
    });
    this.#stored = new StoredNotes({ store, later, tell: position => tell({ type: 'stored', position }) });
    // Those that were refused wait for the person.
    for (const { id, command, server, refusal } of store?.queued() ?? []) {
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
    const ref = this.#queries.add(answered, failed);
    session.send(encodePacket({ type: 'query', ref, query }));
  }

  /** What is to be pushed, from now on and after every reconnect. */
  watch(rooms: Watch['rooms'], privately: boolean): void {
    this.#watch = { type: 'watch', id: this.#newId(), rooms, private: privately };
    this.#resume.watch(this.#watch);
    if (this.#state === 'in') this.#session?.send(encodePacket(this.#watch));
  }

  /** This person has read a conversation up to here; told to the server soon, or when it is back. */
  mark(conversation: ConversationId, position: Position): void {
    this.#reads.mark(conversation, position);
  }

  /** To the part of the server for operators; what comes back is heard as `admin` or `admin-refused`. */
  admin(request: Uint8Array): void {
    if (this.#state === 'in') this.#session?.send(encodePacket({ type: 'admin', request }));
  }

  /** Away with a word, or back: null. Said again after every login. */
  setAway(away: string | null): void {
    this.#away = away;
    if (this.#state === 'in') this.#session?.send(encodePacket({ type: 'status', away }));
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
    this.#resume.stop();
    this.#reads.end();
    this.#stored.leave();
    this.#session?.close('closed');
    this.#session = null;
    this.#queries.fail(new TchatError('connection-lost', { address: this.#where }));
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
    this.#reads.leave();
    this.#stored.leave();
    this.#cancelTimer();
    this.#outbox.rewind();
    this.#queries.fail(new TchatError('connection-lost', { address: this.#where }));
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
    const { address, clock, timeout, accept } = this.#options;
    try {
      const dialed = await dial(address, { timeout: timeout ?? DIAL_TIMEOUT, ...(accept ? { accept } : {}) });
      const { socket } = dialed;
      if (this.#over()) {
        socket.destroy();
        return;
      }
      this.#cancelTimer = clock.after(timeout ?? LOGIN_TIMEOUT, () => {
        this.#session?.die('login-timeout');
      });
      this.#binding = { exporter: dialed.exporter, serverKey: dialed.serverKey };
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
    if (packet.type === 'challenge' && this.#state === 'dialing' && this.#binding) {
      this.#state = 'login';
      this.#session?.allow(FRAME_CONTROL);
      if (this.#session) void login(this.#session, packet, { ...this.#options, binding: this.#binding });
      return;
    }
    if (packet.type === 'welcome' && this.#state === 'login') {
      this.#enter(packet);
      return;
    }
    if (this.#state !== 'in') throw new TchatError('not-tchat', { address: this.#where });
    this.#hearServer(packet);
  }

  #enter(welcome: Welcome): void {
    this.#cancelTimer();
    this.#state = 'in';
    this.#backoff.reset();
    const again = this.#wasIn;
    this.#wasIn = true;
    this.#account = welcome.account;
    if (this.#watch) this.#session?.send(encodePacket(this.#watch));
    const misdirected = this.#outbox.misdirected(welcome.server.id);
    this.#release();
    this.#resume.enter(welcome, { again, listens: this.#listens() });
    if (this.#paused) this.#session?.pause();
    this.#hear({ is: 'online', welcome, again });
    for (const id of misdirected) this.#refused(id, new TchatError('another-server', { name: welcome.server.name }));
    this.#reads.enter(welcome.server.id, welcome.account);
    this.#stored.enter();
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
        this.#hear({ ...packet, is: 'acked', notes: packet.notes ?? [] });
        this.#release();
        return;
      case 'refused': {
        const error = new TchatError(packet.code, packet.params);
        if (packet.id === null && packet.ref === null) this.#hear({ is: 'admin-refused', error });
        if (packet.ref !== null) this.#queries.refused(packet.ref, error);
        if (packet.id === null || !this.#outbox.settle(packet.id)) return;
        this.#refused(packet.id, error);
        this.#release();
        return;
      }
      case 'page':
        this.#queries.page(packet);
        return;
      case 'presence':
        this.#hear({ is: 'presence', presence: packet });
        return;
      case 'admin':
        this.#hear({ is: 'admin', reply: packet.reply, final: packet.final });
        return;
      case 'stale':
        this.#hear({ is: 'stale' });
        return;
      case 'role':
        this.#hear({ is: 'role', role: packet.role });
        return;
      case 'wanted':
        this.#hear({ is: 'wanted', about: packet.about, side: packet.side });
        return;
      case 'marked':
        this.#reads.marked(packet.conversation, packet.position);
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

  /** What the log says: others follow it besides whoever listens. */
  #hearLog(message: Parameters<ResumeOptions['hear']>[0]): void {
    const events = message.is === 'event' ? [message.event] : message.is === 'newest' ? message.events : [];
    for (const event of events) {
      this.#reads.heard(event);
      this.#stored.heard(event, this.#account);
    }
    if (message.is === 'overview') this.#reads.overview(message.conversations);
    this.#hear(message);
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
