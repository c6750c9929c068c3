// The server: request -> decide -> commit -> deliver. Between reading the state and changing it there is no await.
import { randomBytes } from 'node:crypto';
import { decide } from '../chat/decide.ts';
import { apply, type ChatState, emptyState, restore } from '../chat/state.ts';
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
import { DRAIN, SESSIONS_PER_ACCOUNT } from '../limits.ts';
import { encodePacket } from '../protocol/codec.ts';
import type { CloseNote } from '../protocol/frame.ts';
import type { CommandPacket, Hello, Login, QueryPacket, Request, UnknownRequest, Watch } from '../protocol/packet.ts';
import { Admission, type AdmissionLimits } from '../session/admission.ts';
import type { Clock } from '../session/clock.ts';
import { Heartbeat } from '../session/heartbeat.ts';
import { type Admitted, Listener } from '../session/listener.ts';
import type { SessionContext } from '../session/session.ts';
import type { EventLog, Receipt } from '../store/event-log.ts';
import type { AdminNote, AdminSession, ServerFacts } from './admin-session.ts';
import { AudienceIndex } from './audience-index.ts';
import { ByCommand } from './by-command.ts';
import type { Totals } from './census.ts';
import { type CommitOwner, Committer } from './committer.ts';
import { Connection, type ConnectionOwner } from './connection.ts';
import { ControlRoom, type Settle } from './control-room.ts';
import { Delivery } from './delivery.ts';
import { Entrance, type EntryRules, OPEN } from './entrance.ts';
import { answerHello, claimName, closeDetail, proveLogin, welcome } from './handshake.ts';
import { PresenceList } from './presence-list.ts';
import { answerQuery } from './queries.ts';

export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly version: string;
  readonly admission: AdmissionLimits;
  /** Open to all without it. */
  readonly entry?: EntryRules;
  /** Members of one room; the limits' by default. */
  readonly membersPerRoom?: number;
  readonly log: EventLog;
  readonly clock: Clock;
}

export class Server implements ConnectionOwner, CommitOwner {
  readonly facts: ServerFacts;
  readonly #options: ServerOptions;
  readonly #state: ChatState;
  readonly #admission: Admission;
  readonly #context: SessionContext;
  readonly #index: AudienceIndex<Connection>;
  readonly #delivery: Delivery<Connection>;
  readonly #committer: Committer;
  readonly #presence = new PresenceList();
  readonly #control: ControlRoom;
  readonly #entrance: Entrance;
  readonly #connections = new Set<Connection>();
  /** Commands that are decided and not yet kept: whoever sends one again meanwhile waits for the same answer. */
  readonly #pending = new ByCommand<Settle[]>();
  #listener: Listener | null = null;
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
    this.#committer = new Committer(log, clock, this);
    this.#head = log.head;
    this.#entrance = new Entrance(options.entry ?? { ...OPEN, secret: randomBytes(32) }, this.#state);
    this.rebuild();
    this.#admission.limits.connections = this.#state.connections;
    const { host, port, name, version } = options;
    this.facts = { name, host, port, startedAt: clock.now(), version, encrypted: false };
    this.#control = new ControlRoom({
      facts: this.facts,
      clock,
      totals: () => this.#totals(),
      connections: () => this.#connections,
      roomsOf: account => this.#state.memberships.get(account)?.size ?? 0,
      perform: (actor, command, id, settle) => this.#perform(actor, command, id, settle),
    });
  }

  /** Listens; throws what Listener.open throws. */
  static async open(options: ServerOptions): Promise<Server> {
    const server = new Server(options);
    const listener = await Listener.open({
      host: options.host,
      port: options.port,
      admission: server.#admission,
      admitted: connection => server.#admitted(connection),
      refused: (address, code) => server.#control.note({ kind: 'refused', address, code }),
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
    this.#control.closing();
    await this.#committer.drained();
    await new Promise<void>(resolve => setImmediate(resolve));
    const deadline = this.#options.clock.elapsed() + DRAIN;
    const gone = [...this.#connections].map(connection => connection.leave('server-stopping', deadline));
    await Promise.all(gone);
    this.#control.close();
    this.#committer.close();
    await this.#options.log.close();
  }

  /** An operator's session, in this process. `hear` gets notes from now on; `numbers`: the stats of each second too. */
  admin(hear: (note: AdminNote) => void, numbers = true): AdminSession {
    const actor: Actor = { account: CONSOLE, name: this.facts.name, role: 'owner' };
    return this.#control.open(actor, hear, numbers);
  }

  packet(connection: Connection, packet: Request): void {
    const { stage } = connection;
    if (packet.type === 'hello' && stage.at === 'hello') {
      const server = { id: this.#options.log.id, name: this.facts.name };
      answerHello(connection, packet, { server, ...this.#entrance.asks(packet.key) });
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
      if (by === 'us') this.#control.note({ kind: 'refused', address: connection.address, code: note.code });
      return;
    }
    this.#index.remove(connection);
    if (connection.presence) this.#presenceChanged(connection, actor, false);
    this.#control.note({ kind: 'gone', name: actor.name, code: note.code });
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
    const { stranger, transcript } = proveLogin(stage, login, this.#options.log.id);
    const invite = this.#entrance.pass(stranger, login, transcript, {
      address: connection.address,
      now: this.#options.clock.elapsed(),
    });
    const decision = claimName(this.#state, stranger, { hello, invite, now: this.#options.clock.now() });
    if (!decision.ok) {
      session.close(decision.rejection.code, closeDetail(decision.rejection.params));
      return;
    }
    if (this.#index.of(stranger.account).size >= SESSIONS_PER_ACCOUNT) {
      session.close('too-many-sessions', String(SESSIONS_PER_ACCOUNT));
      return;
    }
    const { broken } = this.#committer;
    if (broken && decision.events.length > 0) {
      session.close(broken.code);
      return;
    }
    for (const event of decision.events) apply(this.#state, event);
    connection.stage = { at: 'claiming', hello };
    const name = this.#state.accounts.get(stranger.account)?.name ?? stranger.name;
    const actor = { ...stranger, name };
    // Reading goes on while nothing can be kept.
    if (broken) this.#enter(connection, actor, hello);
    else {
      // Also where nothing is new: the claim itself may still be on its way to the log, from another connection.
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
    const server = { id: this.#options.log.id, name: this.facts.name };
    connection.reply(welcome(connection, actor, { server, head: this.#head, now: this.#options.clock.now() }));
    this.#control.note({ kind: 'connected', name: actor.name, address: connection.address });
    if (connection.presence) this.#presenceChanged(connection, actor, true);
  }

  #presenceChanged(connection: Connection, actor: Actor, here: boolean): void {
    const time = this.#options.clock.now();
    if (!this.#presence.change(connection.account, here, time)) return;
    // When all are leaving, nobody is told of each: it would fill the queues that have to run empty.
    if (this.#closing) return;
    const { account, name } = actor;
    this.#delivery.announce(encodePacket({ type: 'presence', account, name, here, time }));
  }

  // Requests

  #request(connection: Connection, actor: Actor, packet: CommandPacket | Watch | QueryPacket | UnknownRequest): void {
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
      case 'unknown': {
        const { id, ref, kind } = packet;
        connection.refuse(
          { ...(id ? { id } : {}), ...(ref === null ? {} : { ref }) },
          { code: 'unknown-kind', params: { kind } },
        );
        return;
      }
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
    let known: Receipt | null;
    try {
      known = this.#options.log.find(actor.account, id);
    } catch {
      // Whether it is a repeat nobody can tell now: neither an ack nor a refusal would be true for certain.
      connection.later(() => this.#command(connection, actor, { type: 'command', id, command }));
      return;
    }
    if (known) {
      connection.reply({ type: 'ack', id, ...known });
      return;
    }
    connection.began();
    if (command.kind === 'post') connection.posts += 1;
    this.#perform(actor, command, id, (result, notes) => {
      connection.finished();
      if (result instanceof TchatError) connection.refuse({ id }, result);
      else {
        const { position, time } = result.findLast(event => event.id === id) ?? {
          position: this.#head,
          time: connection.active,
        };
        connection.reply({ type: 'ack', id, position, time, ...(notes ? { notes } : {}) });
      }
    });
  }

  /** Decides, applies and hands to the log; `settle` hears what became of it once, when it is kept or refused. */
  #perform(actor: Actor, command: Command, id: MessageId, settle: Settle): void {
    const waiters = this.#pending.get(actor.account, id);
    if (waiters) {
      waiters.push(settle);
      return;
    }
    const { broken } = this.#committer;
    if (broken) {
      settle(broken);
      return;
    }
    const { tokenOf: inviteToken } = this.#entrance;
    const now = this.#options.clock.now();
    const decision = decide(command, { state: this.#state, actor, now, id, talkOf, inviteToken });
    if (!decision.ok) {
      const { code, params } = decision.rejection;
      settle(new TchatError(code, params));
      return;
    }
    for (const event of decision.events) {
      apply(this.#state, event);
      this.#decided(event);
    }
    const all: Settle[] = [settle];
    this.#pending.set(actor.account, id, all);
    this.#committer.submit(decision.events, result => {
      this.#pending.delete(actor.account, id);
      if (!(result instanceof TchatError)) for (const event of result) this.#kept(event);
      for (const each of all) each(result, decision.notes);
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

  committed(events: readonly ChatEvent[]): void {
    this.#head = events.at(-1)?.position ?? this.#head;
    this.#delivery.deliver(events);
    this.#control.events(events);
  }

  /** What was decided and not kept never happened. */
  failed(error: TchatError): void {
    for (const connection of this.#connections) connection.expelled = false;
    this.#control.note({ kind: 'warning', code: error.code, params: error.params });
  }

  rebuild(): void {
    const { log } = this.#options;
    // Read to its end first: half of it would be another state.
    restore(this.#state, [...log.history()], log.talks());
  }

  recovered(): void {
    this.#control.note({ kind: 'warning', code: 'storage-recovered' });
  }

  // What operators see

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
