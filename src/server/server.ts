// The server: request -> decide -> commit -> deliver. Between reading the state and changing it there is no await.
import { randomBytes } from 'node:crypto';
import { actorNow, emptyState } from '../chat/state.ts';
import { type AccountId, type Actor, type ChatEvent, CONSOLE, type Draft } from '../chat/vocabulary.ts';
import { asTchatError, TchatError } from '../errors.ts';
import { DRAIN } from '../limits.ts';
import { encodePacket } from '../protocol/codec.ts';
import type { CloseNote } from '../protocol/frame.ts';
import type { Request } from '../protocol/packet.ts';
import { Admission } from '../session/admission.ts';
import { Heartbeat } from '../session/heartbeat.ts';
import { type Admitted, Listener } from '../session/listener.ts';
import { NO_EXPORTER } from '../session/tls.ts';
import { AdminDesk } from './admin-desk.ts';
import { AdminDoor } from './admin-door.ts';
import type { AdminNote, AdminSession, ServerFacts } from './admin-session.ts';
import { readsPrivate } from './audience-index.ts';
import type { Totals } from './census.ts';
import { type CommitOwner, Committer } from './committer.ts';
import { Connection, type ConnectionContext, type ConnectionOwner } from './connection.ts';
import { ControlRoom } from './control-room.ts';
import { DEFAULT_RATES, Desk } from './desk.ts';
import { Door } from './door.ts';
import { Entrance, OPEN } from './entrance.ts';
import { Expiry } from './expiry.ts';
import { Figures } from './figures.ts';
import { FILE_DEFAULTS, Files } from './files.ts';
import { Hall } from './hall.ts';
import { Marks, NONE } from './marks.ts';
import { type Health, type Measure, UNMEASURED } from './measure.ts';
import { overview } from './overview.ts';
import { PresenceNews } from './presence-news.ts';
import type { ServerOptions } from './server-options.ts';
import { Warden } from './warden.ts';

export type { ServerOptions } from './server-options.ts';

export class Server implements ConnectionOwner, CommitOwner {
  readonly facts: ServerFacts;
  readonly #hall: Hall;
  readonly #marks: Marks;
  readonly #admission: Admission;
  readonly #context: ConnectionContext;
  readonly #committer: Committer;
  readonly #control: ControlRoom;
  readonly #door: Door;
  readonly #warden: Warden;
  readonly #desk: Desk;
  readonly #files: Files;
  readonly #adminDesk: AdminDesk;
  readonly #expiry: Expiry;
  readonly #news: PresenceNews;
  readonly #measure: Measure;
  readonly #figures: Figures;
  readonly #connections = new Set<Connection>();
  #listener: Listener | null = null;
  #adminDoor: AdminDoor | null = null;
  #closing = false;

  private constructor(options: ServerOptions) {
    const { clock, log, host, port, name, version, admission } = options;
    const encrypted = options.tls !== undefined;
    this.#measure = options.measure ?? UNMEASURED;
    this.facts = { name, host: host ?? '', port, startedAt: clock.now(), version, encrypted };
    const state = emptyState(admission.connections, options.membersPerRoom);
    this.#hall = new Hall(this.facts, log, clock, state);
    this.#marks = new Marks(state, log, options.waiting);
    this.#admission = new Admission(admission, clock);
    this.#context = { clock, heartbeat: new Heartbeat(clock), serverKey: options.tls?.fingerprint ?? NO_EXPORTER };
    this.#committer = new Committer(log, clock, this);
    this.#news = new PresenceNews(this.#hall);
    const rates = { ...DEFAULT_RATES, ...options.rates };
    const entrance = new Entrance(options.entry ?? { ...OPEN, secret: randomBytes(32) }, state);
    this.#door = new Door({
      hall: this.#hall,
      entrance,
      committer: this.#committer,
      banned: (actor, address) => this.#warden.of(actor, address),
      expel: (connection, ban) => this.#warden.expel(connection, ban),
      entered: (connection, actor) => this.#entered(connection, actor),
    });
    this.#files = new Files({
      hall: this.#hall,
      maySee: (actor, about) => this.#desk.maySee(actor, about),
      commit: events => this.#desk.keep(events),
      clockInDoubt: () => this.#expiry.paused,
    });
    this.#desk = new Desk({
      files: this.#files,
      hall: this.#hall,
      marks: this.#marks,
      inviteToken: entrance.tokenOf,
      committer: this.#committer,
      decided: event => this.#decided(event),
      kept: event => this.#kept(event),
      exempt: () => this.#admission.limits.exempt,
      within: network => this.#warden.within(network),
      rates,
      statusChanged: actor => this.#news.changed(actor),
    });
    this.#warden = new Warden({
      hall: this.#hall,
      admission: this.#admission,
      connections: () => this.#connections,
      rates,
      files: FILE_DEFAULTS,
      paced: now => this.#desk.pace(now),
    });
    this.#figures = new Figures({
      hall: this.#hall,
      admission: this.#admission,
      connections: () => this.#connections,
      adminSessions: () => (this.#adminDoor?.size ?? 0) + this.#adminDesk.size,
    });
    this.#control = new ControlRoom({
      facts: this.facts,
      clock,
      totals: () => this.totals(),
      connections: () => this.#connections,
      roomsOf: account => state.memberships.get(account)?.size ?? 0,
      ask: query => {
        const { traffic } = this.#figures;
        const overseen = { warden: this.#warden, traffic, files: this.#files, clockOff: this.#expiry.off };
        return overview(this.#hall, overseen, query);
      },
      diskFree: options.diskFree ?? (() => Promise.resolve(null)),
      perform: (actor, command, id, settle) => this.#desk.operate(actor, command, id, settle),
    });
    this.#adminDesk = new AdminDesk({
      hall: this.#hall,
      open: (who, hear, numbers) => this.#attend(who, hear, numbers),
      inTime: (connection, actor, again) => this.#desk.mayAsk(connection, actor, again),
    });
    this.#expiry = new Expiry({ state, log, clock, note: (code, params) => this.#warn(code, params) });
  }

  /** Listens; throws what Listener.open throws. */
  static async open(options: ServerOptions): Promise<Server> {
    const server = new Server(options);
    if (options.spool !== undefined) await server.#orWarn(server.#files.open(options.spool));
    const listener = await Listener.open({
      host: options.host,
      port: options.port,
      tls: options.tls ?? null,
      clock: options.clock,
      admission: server.#admission,
      admitted: connection => server.#admitted(connection),
      refused: (address, code) => server.#refused(address, code),
    });
    server.#listener = listener;
    server.#expiry.start();
    const { adminSocket: path } = options;
    if (path !== undefined) await server.#orWarn(server.#letOperatorsIn(path));
    Object.assign(server.facts, { host: listener.host, port: listener.port });
    return server;
  }

  async #letOperatorsIn(path: string): Promise<void> {
    const { clock, heartbeat } = this.#context;
    const { version } = this.facts;
    const open = (hear: (note: AdminNote) => void, numbers: boolean) => this.admin(hear, numbers);
    this.#adminDoor = await AdminDoor.open({ path, version, context: { clock, heartbeat }, open });
  }

  /** Without operators' socket, or a place for files, a server serves all the same: operators are told. */
  async #orWarn(opening: Promise<void>): Promise<void> {
    try {
      await opening;
    } catch (error) {
      const { code, params } = asTchatError(error);
      this.#warn(code, params);
    }
  }

  /** Takes nobody in any more, lets what is queued go out, says goodbye. At most DRAIN milliseconds. */
  async close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    this.#listener?.close();
    this.#control.closing();
    await this.#committer.drained();
    await new Promise<void>(resolve => setImmediate(resolve));
    const deadline = this.#hall.clock.elapsed() + DRAIN;
    const gone = [...this.#connections].map(connection => connection.leave('server-stopping', deadline));
    await Promise.all(gone);
    this.#adminDoor?.close();
    this.#control.close();
    this.#committer.close();
    this.#expiry.close();
    this.#news.close();
    await this.#files.close();
    await this.#hall.log.close();
  }

  /** An operator's session, in this process. `hear` gets notes from now on; `numbers`: the stats of each second too. */
  admin(hear: (note: AdminNote) => void, numbers = true): AdminSession {
    const actor: Actor = { account: CONSOLE, name: this.facts.name, role: 'owner' };
    return this.#attend(() => actor, hear, numbers);
  }

  #attend(who: () => Actor, hear: (note: AdminNote) => void, numbers: boolean): AdminSession {
    const session = this.#control.open(who, hear, numbers);
    this.#expiry.remind();
    return session;
  }

  packet(connection: Connection, packet: Request): void {
    const { stage } = connection;
    if (packet.type === 'hello' && stage.at === 'hello') this.#door.hello(connection, packet);
    else if (packet.type === 'attach' && stage.at === 'hello') this.#files.attach(connection, packet);
    else if (packet.type === 'login' && stage.at === 'login') this.#door.login(connection, packet);
    else if (packet.type === 'admin' && stage.at === 'in') this.#adminDesk.request(connection, stage.actor, packet);
    else if (stage.at === 'in' && packet.type !== 'hello' && packet.type !== 'login' && packet.type !== 'admin') {
      this.#desk.request(connection, stage.actor, packet);
    } else {
      throw new TchatError('bad-packet', { what: `${packet.type} out of turn` });
    }
  }

  drained(connection: Connection): void {
    this.#adminDesk.drained(connection);
    if (connection.stage.at !== 'in' || !connection.lagging) return;
    this.#hall.delivery.catchUp(connection);
    if (!connection.lagging && readsPrivate(connection)) this.#marks.setFetched(connection.account, this.#hall.head);
  }

  closed(connection: Connection, note: CloseNote, by: 'us' | 'peer' | 'network'): void {
    this.#connections.delete(connection);
    this.#adminDesk.closed(connection);
    this.#figures.gone(connection);
    const { actor } = connection;
    if (!actor) this.#files.gone(connection, null);
    if (connection.carrier) return;
    if (!actor) {
      if (by === 'us') this.#refused(connection.address, note.code);
      return;
    }
    this.#hall.index.remove(connection);
    this.#files.gone(connection, actor.account);
    if (readsPrivate(connection) && !connection.lagging) this.#marks.setFetched(actor.account, this.#hall.head);
    if (connection.presence) this.#presenceChanged(actor, false);
    this.#control.note({ kind: 'gone', name: actor.name, code: note.code });
  }

  #admitted(admitted: Admitted): void {
    const connection = new Connection(admitted, this, this.#context);
    connection.exempt = this.#admission.isExempt(admitted.address);
    this.#connections.add(connection);
    const ban = this.#warden.ofAddress(admitted.address);
    if (ban) this.#warden.expel(connection, ban);
  }

  #refused(address: string, code: string): void {
    this.#measure.refused(code);
    this.#control.note({ kind: 'refused', address, code });
  }

  #entered(connection: Connection, actor: Actor): void {
    this.#measure.loggedIn();
    this.#control.note({ kind: 'connected', name: actor.name, address: connection.address });
    if (connection.presence) this.#presenceChanged(actor, true);
  }

  #presenceChanged(actor: Actor, here: boolean): void {
    const { clock, presence, log } = this.#hall;
    const time = clock.now();
    if (!presence.change(actor.account, here, time)) return;
    log.mark([{ account: actor.account, conversation: NONE, kind: 'seen', value: time }]);
    // When all are leaving, nobody is told of each: it would fill the queues that have to run empty.
    if (!this.#closing) this.#news.changed(actor);
  }

  /** Once decided: nothing more is taken from the target of a kick, and from who has no name any more. */
  #decided(event: Draft): void {
    this.#warden.decided(event);
    if (event.kind === 'role') this.#adminDesk.settle();
    if (event.kind !== 'kicked' && event.kind !== 'released') return;
    if (event.kind === 'released' && this.#hall.state.accounts.has(event.target)) return;
    for (const connection of this.#sessionsOf(event.target)) connection.expelled = true;
  }

  /** All connections of an account, those too that are on their way in. */
  #sessionsOf(account: AccountId): Connection[] {
    return [...this.#connections].filter(connection => connection.isOf(account));
  }

  /** Once kept, before anybody is told: what takes effect on connections. */
  #kept(event: ChatEvent): void {
    const { index } = this.#hall;
    this.#warden.kept(event);
    this.#files.kept(event);
    if (event.kind === 'clock-confirmed') this.#expiry.confirm();
    if (event.kind === 'retained') this.#expiry.again();
    this.#figures.kept(event);
    this.#marks.kept(event, account => [...index.of(account)].some(takes));
    if (event.kind === 'renamed') this.#became(event.account);
    if (event.kind === 'role') this.#became(event.target);
    if (event.kind === 'released' && !this.#hall.state.accounts.has(event.target)) {
      for (const connection of this.#sessionsOf(event.target)) connection.session.close('name-released', event.name);
      this.#hall.delivery.announce(encodePacket({ type: 'stale' }));
    }
    if (event.kind === 'kicked') {
      for (const connection of this.#sessionsOf(event.target)) connection.session.close('kicked', event.reason);
    }
  }

  /** An account has another name or role: its sessions are shown so, and know it. */
  #became(account: AccountId): void {
    const { index, state } = this.#hall;
    for (const connection of index.of(account)) {
      const { actor } = connection;
      if (!actor) continue;
      const now = actorNow(state, actor);
      connection.became(now);
      if (now.role !== actor.role) connection.reply({ type: 'role', role: now.role });
    }
  }

  written(count: number, took: number): void {
    this.#measure.written(count, took);
  }

  committed(events: readonly ChatEvent[]): void {
    this.#hall.head = events.at(-1)?.position ?? this.#hall.head;
    for (const event of events) this.#hall.trail.add(event);
    this.#hall.delivery.deliver(events);
    this.#control.events(events);
  }

  /** What was decided and not kept never happened. */
  failed(error: TchatError): void {
    for (const connection of [...this.#connections]) {
      // Who was not let in for what never happened has to come again.
      if (connection.expelled && connection.stage.at === 'claiming') connection.session.close(error.code);
      connection.expelled = false;
    }
    this.#warn(error.code, error.params);
  }

  rebuild(): void {
    this.#hall.rebuild();
    this.#marks.clear();
    this.#warden.settle();
    this.#adminDesk.settle();
  }

  recovered(): void {
    this.#warn('storage-recovered');
  }

  #warn(code: string, params: TchatError['params'] = {}): void {
    this.#measure.warned(code);
    this.#control.note({ kind: 'warning', code, params });
  }

  // What operators see

  get health(): Health {
    if (this.#closing) return 'stopping';
    return this.#committer.broken ? 'storage-failed' : 'ok';
  }

  totals(): Totals {
    return this.#figures.totals();
  }
}

/** Whether what is private reaches the session at once. */
function takes(connection: Connection): boolean {
  return readsPrivate(connection) && !connection.lagging && !connection.full;
}
