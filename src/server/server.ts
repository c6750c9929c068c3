// The server: request -> decide -> commit -> deliver. Between reading the state and changing it there is no await.
import { randomBytes, randomUUID } from 'node:crypto';
import { decide } from '../chat/decide.ts';
import { apply, type ChatState, emptyState } from '../chat/state.ts';
import {
  type Actor,
  type ChatEvent,
  CONSOLE,
  type Command,
  type Draft,
  type MessageId,
  type Position,
} from '../chat/vocabulary.ts';
import { asTchatError, TchatError } from '../errors.ts';
import { talkOf } from '../identity/keys.ts';
import { DRAIN, FRAME_CONTROL, MESSAGE_BYTES, SESSIONS_PER_ACCOUNT } from '../limits.ts';
import { encodePacket } from '../protocol/codec.ts';
import type { CloseNote } from '../protocol/frame.ts';
import { makeId } from '../protocol/ids.ts';
import type { ClientPacket, CommandPacket, Hello, Login, QueryPacket, Watch } from '../protocol/packet.ts';
import { Admission, type AdmissionLimits } from '../session/admission.ts';
import type { Clock } from '../session/clock.ts';
import { Heartbeat } from '../session/heartbeat.ts';
import { type Admitted, Listener } from '../session/listener.ts';
import type { SessionContext } from '../session/session.ts';
import type { EventLog } from '../store/event-log.ts';
import type { AdminNote, AdminSession, CommandResult, ServerFacts } from './admin-session.ts';
import { AudienceIndex } from './audience-index.ts';
import { Census, type Totals } from './census.ts';
import { Committer } from './committer.ts';
import { Connection, type ConnectionOwner } from './connection.ts';
import { Delivery } from './delivery.ts';
import { Feed } from './feed.ts';
import { answerHello, claimName, closeDetail, proveLogin } from './handshake.ts';
import { PresenceList } from './presence-list.ts';
import { answerQuery } from './queries.ts';

export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly version: string;
  readonly admission: AdmissionLimits;
  /** Members of one room; the limits' by default. */
  readonly membersPerRoom?: number;
  readonly log: EventLog;
  readonly clock: Clock;
}

/** A command that is decided and not yet kept: whoever sends it again meanwhile waits for the same answer. */
type Waiter = (result: readonly ChatEvent[] | TchatError) => void;

export class Server implements ConnectionOwner {
  readonly facts: ServerFacts;
  readonly #options: ServerOptions;
  readonly #id = randomUUID();
  readonly #state: ChatState;
  readonly #admission: Admission;
  readonly #context: SessionContext;
  readonly #index: AudienceIndex<Connection>;
  readonly #delivery: Delivery<Connection>;
  readonly #committer: Committer;
  readonly #presence = new PresenceList();
  readonly #feed = new Feed();
  readonly #census = new Census();
  readonly #connections = new Set<Connection>();
  readonly #pending = new Map<string, Waiter[]>();
  readonly #admins = new Set<(note: AdminNote) => void>();
  #listener: Listener | null = null;
  #stopSampling: (() => void) | null = null;
  #messages = 0;
  #bytes = { in: 0, out: 0 };
  #head: Position;
  #closing = false;

  private constructor(options: ServerOptions) {
    const { clock, log } = options;
    this.#options = options;
    this.#state = emptyState(options.admission.connections, options.membersPerRoom);
    this.#admission = new Admission(options.admission);
    this.#context = { clock, heartbeat: new Heartbeat(clock) };
    this.#index = new AudienceIndex(this.#state);
    this.#delivery = new Delivery(this.#index, log);
    this.#committer = new Committer(log, events => this.#committed(events));
    this.#head = log.head;
    const { host, port, name, version } = options;
    this.facts = { name, host, port, startedAt: clock.now(), version, encrypted: false };
  }

  /** Listens; throws what Listener.open throws. */
  static async open(options: ServerOptions): Promise<Server> {
    const server = new Server(options);
    const listener = await Listener.open({
      host: options.host,
      port: options.port,
      admission: server.#admission,
      admitted: connection => server.#admitted(connection),
      refused: (address, code) => server.#note({ kind: 'refused', address, code }),
    });
    server.#listener = listener;
    Object.assign(server.facts, { host: listener.host, port: listener.port });
    return server;
  }

  /** Takes nobody in any more, lets what is queued go out, says goodbye. At most DRAIN milliseconds. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#listener?.close();
    for (const tell of this.#admins) tell({ is: 'closing' });
    await this.#committer.drained();
    await new Promise<void>(resolve => setImmediate(resolve));
    const deadline = this.#options.clock.elapsed() + DRAIN;
    const gone = [...this.#connections].map(connection => connection.leave('server-stopping', deadline));
    await Promise.all(gone);
    this.#stopSampling?.();
    await this.#options.log.close();
  }

  /** An operator's session, in this process. `hear` gets notes from now on. */
  admin(hear: (note: AdminNote) => void): AdminSession {
    const actor: Actor = { account: CONSOLE, name: this.facts.name, role: 'owner' };
    this.#admins.add(hear);
    const stop = this.#feed.listen(entries => hear({ is: 'log', entries }));
    this.#sample();
    return {
      actor,
      snapshot: () => {
        const { connections, unauthenticated, limit, rooms } = this.#totals();
        const now = this.#options.clock.now();
        return { now, server: this.facts, users: this.#users(), rooms, limit, connections, unauthenticated };
      },
      command: command => new Promise(resolve => this.#operate(actor, command, resolve)),
      close: () => {
        stop();
        this.#admins.delete(hear);
        if (this.#admins.size === 0) {
          this.#stopSampling?.();
          this.#stopSampling = null;
          this.#census.stop();
        }
      },
    };
  }

  packet(connection: Connection, packet: ClientPacket): void {
    const { stage } = connection;
    if (packet.type === 'hello' && stage.at === 'hello') {
      answerHello(connection, packet, { id: this.#id, name: this.facts.name });
    } else if (packet.type === 'login' && stage.at === 'login') {
      this.#login(connection, packet);
    } else if (stage.at === 'in' && packet.type !== 'hello' && packet.type !== 'login') {
      this.#request(connection, stage.actor, packet);
    } else {
      throw new TchatError('bad-packet', { what: `${packet.type} out of turn` });
    }
  }

  drained(connection: Connection): void {
    if (connection.stage.at === 'in') this.#delivery.catchUp(connection);
  }

  closed(connection: Connection, note: CloseNote, by: 'us' | 'peer' | 'network'): void {
    this.#connections.delete(connection);
    this.#bytes.in += connection.session.received;
    this.#bytes.out += connection.session.sent;
    const { actor } = connection;
    if (!actor) {
      if (by === 'us') this.#note({ kind: 'refused', address: connection.address, code: note.code });
      return;
    }
    this.#index.remove(connection);
    if (connection.presence) this.#presenceChanged(connection, actor, false);
    this.#note({ kind: 'gone', name: actor.name, code: note.code });
  }

  #admitted({ socket, address, ticket }: Admitted): void {
    const connection = new Connection(socket, address, ticket, this, this.#context);
    this.#connections.add(connection);
  }

  // Login

  #login(connection: Connection, login: Login): void {
    const { stage, session } = connection;
    if (stage.at !== 'login') return;
    const { hello } = stage;
    const stranger = proveLogin(stage, login, this.#id);
    const decision = claimName(this.#state, stranger, hello, this.#options.clock.now());
    if (!decision.ok) {
      session.close(decision.rejection.code, closeDetail(decision.rejection.params));
      return;
    }
    if (this.#index.of(stranger.account).size >= SESSIONS_PER_ACCOUNT) {
      session.close('too-many-sessions', String(SESSIONS_PER_ACCOUNT));
      return;
    }
    for (const event of decision.events) apply(this.#state, event);
    connection.stage = { at: 'claiming', hello };
    const name = this.#state.accounts.get(stranger.account)?.name ?? stranger.name;
    const actor = { ...stranger, name };
    if (decision.events.length === 0) this.#enter(connection, actor, hello);
    else {
      this.#committer.submit(decision.events, result => {
        if (result instanceof TchatError) session.close(result.code);
        else this.#enter(connection, actor, hello);
      });
    }
  }

  #enter(connection: Connection, actor: Actor, hello: Hello): void {
    const { session } = connection;
    if (!session.open) return;
    // Asked again: others with the same key may have come in while the claim was on its way to the log.
    if (this.#index.of(actor.account).size >= SESSIONS_PER_ACCOUNT) {
      session.close('too-many-sessions', String(SESSIONS_PER_ACCOUNT));
      return;
    }
    connection.enter(actor, hello);
    connection.pushed = this.#head;
    this.#index.add(connection);
    const { clock } = this.#options;
    connection.reply({
      type: 'welcome',
      protocol: 1,
      capabilities: [],
      limits: { frame: FRAME_CONTROL, message: MESSAGE_BYTES },
      role: actor.role,
      server: { id: this.#id, name: this.facts.name },
      account: actor.account,
      name: actor.name,
      position: this.#head,
      time: clock.now(),
    });
    this.#note({ kind: 'connected', name: actor.name, address: connection.address });
    if (connection.presence) this.#presenceChanged(connection, actor, true);
  }

  #presenceChanged(connection: Connection, actor: Actor, here: boolean): void {
    const time = this.#options.clock.now();
    if (!this.#presence.change(connection.account, here, time)) return;
    const { account, name } = actor;
    this.#delivery.announce(encodePacket({ type: 'presence', account, name, here, time }));
  }

  // Requests

  #request(connection: Connection, actor: Actor, packet: CommandPacket | Watch | QueryPacket): void {
    if (connection.expelled) return;
    connection.active = this.#options.clock.now();
    switch (packet.type) {
      case 'command':
        this.#command(connection, actor, packet);
        return;
      case 'watch':
        this.#index.watch(connection, packet);
        // What it watches begins here: falling behind later pulls nothing from before.
        if (!connection.lagging) connection.pushed = this.#head;
        connection.reply({ type: 'ack', id: packet.id, position: this.#head, time: connection.active });
        return;
      case 'query':
        this.#query(connection, actor, packet);
        return;
      default:
        packet satisfies never;
    }
  }

  #query(connection: Connection, actor: Actor, { ref, query }: QueryPacket): void {
    const sources = { state: this.#state, log: this.#options.log, presence: this.#presence };
    try {
      for (const page of answerQuery(sources, actor.account, ref, query)) connection.reply(page);
    } catch (error) {
      const { code, params } = asTchatError(error);
      connection.refuse({ ref }, { code, params });
    }
  }

  #command(connection: Connection, actor: Actor, { id, command }: CommandPacket): void {
    const known = this.#options.log.find(actor.account, id);
    if (known) {
      connection.reply({ type: 'ack', id, ...known });
      return;
    }
    connection.began();
    if (command.kind === 'post') connection.posts += 1;
    this.#perform(actor, command, id, result => {
      connection.finished();
      if (result instanceof TchatError) connection.refuse({ id }, result);
      else {
        const answer = result.findLast(event => event.id === id);
        if (answer) connection.reply({ type: 'ack', id, position: answer.position, time: answer.time });
      }
    });
  }

  #operate(actor: Actor, command: Command, tell: (result: CommandResult) => void): void {
    const id = makeId(this.#options.clock.now(), randomBytes(10));
    this.#perform(actor, command, id, result => {
      if (result instanceof TchatError) tell({ ok: false, code: result.code, params: result.params });
      else tell({ ok: true });
    });
  }

  /** Decides, applies and hands to the log; `settle` hears what became of it once, when it is kept or refused. */
  #perform(actor: Actor, command: Command, id: MessageId, settle: Waiter): void {
    const key = `${actor.account} ${id}`;
    const waiters = this.#pending.get(key);
    if (waiters) {
      waiters.push(settle);
      return;
    }
    const decision = decide(command, { state: this.#state, actor, now: this.#options.clock.now(), id, talkOf });
    if (!decision.ok) {
      const { code, params } = decision.rejection;
      settle(new TchatError(code, params));
      return;
    }
    for (const event of decision.events) {
      apply(this.#state, event);
      this.#decided(event);
    }
    const all: Waiter[] = [settle];
    this.#pending.set(key, all);
    this.#committer.submit(decision.events, result => {
      this.#pending.delete(key);
      if (!(result instanceof TchatError)) for (const event of result) this.#kept(event);
      for (const each of all) each(result);
    });
  }

  /** Once decided: nothing more is taken from the target of a kick. */
  #decided(event: Draft): void {
    if (event.kind !== 'kicked') return;
    for (const connection of this.#index.of(event.target)) connection.expelled = true;
  }

  /** Once kept, before anybody is told: what takes effect on connections. */
  #kept(event: ChatEvent): void {
    if (event.kind === 'limited') this.#admission.limits.connections = event.connections;
    if (event.kind === 'message') this.#messages += 1;
    if (event.kind === 'kicked') {
      for (const connection of [...this.#index.of(event.target)]) connection.session.close('kicked', event.reason);
    }
  }

  #committed(events: readonly ChatEvent[]): void {
    this.#head = events.at(-1)?.position ?? this.#head;
    this.#delivery.deliver(events);
    this.#feed.events(events);
  }

  // What operators see

  #note(entry: Omit<Parameters<Feed['add']>[0], 'time'>): void {
    if (this.#feed.listening) this.#feed.add({ ...entry, time: this.#options.clock.now() });
  }

  #sample(): void {
    if (this.#stopSampling) return;
    this.#census.start();
    this.#stopSampling = this.#options.clock.every(1_000, () => {
      const stats = this.#census.sample(this.#options.clock.now(), this.#totals());
      const users = this.#users();
      for (const tell of this.#admins) tell({ is: 'stats', stats, users });
    });
  }

  #users() {
    const inside = [...this.#connections].filter(connection => connection.actor !== null);
    return this.#census.users(inside, account => this.#state.memberships.get(account)?.size ?? 0);
  }

  #totals(): Totals {
    let bytesIn = this.#bytes.in;
    let bytesOut = this.#bytes.out;
    for (const { session } of this.#connections) {
      bytesIn += session.received;
      bytesOut += session.sent;
    }
    return {
      users: this.#presence.count,
      connections: this.#admission.open,
      unauthenticated: this.#admission.unauthenticated,
      limit: this.#admission.limits.connections,
      rooms: this.#state.rooms.size,
      messages: this.#messages,
      deliveries: this.#delivery.delivered,
      bytesIn,
      bytesOut,
    };
  }
}
