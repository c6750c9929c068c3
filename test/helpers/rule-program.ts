// Runs a program of steps against a server and against the plain model of who may do what, and compares them after each: what
// everybody is answered, who is let in, whose sessions end, and at last everything that can be asked.
import type { ExecutionContext } from 'ava';
import type { ChatEvent, Command, Door, MessageId, MessageRef, Role, Target } from '../../src/chat/vocabulary.ts';
import { TchatError } from '../../src/errors.ts';
import { accountOf, talkOf } from '../../src/identity/keys.ts';
import type { Profile } from '../../src/identity/profile.ts';
import type { AdminSession } from '../../src/server/admin-session.ts';
import type { Server } from '../../src/server/server.ts';
import { systemClock } from '../../src/session/clock.ts';
import type { EventLog } from '../../src/store/event-log.ts';
import { newId, newProfile, openServer } from './clients.ts';
import { Peer } from './peer.ts';
import { type Act, type BanOf, CLASSROOM, OWNER, PEOPLE, RuleModel, type Said } from './rule-model.ts';

export type Step =
  | { readonly step: 'enter'; readonly who: number; readonly address: string }
  | { readonly step: 'go'; readonly who: number }
  /**
   * By one of those who are in, or at the console. `able`: by somebody who may, where there is one; `fails`: the disk does not
   * take it.
   */
  | { readonly step: 'act'; readonly who: number; readonly act: Act; readonly able: boolean; readonly fails: boolean }
  | { readonly step: 'flood'; readonly who: number; readonly flood: Flood }
  | { readonly step: 'wait'; readonly seconds: number }
  | { readonly step: 'restart' | 'look' };

/** Somebody says as much as they can on all their sessions while a sanction is on its way. */
export interface Flood {
  readonly by: number;
  readonly how: 'kick' | 'ban' | 'ban-name' | 'mute' | 'mute-room';
  readonly lasts: number | null;
  /** Whether what is decided piles up in front of the disk meanwhile. */
  readonly held: boolean;
  /** Another session of theirs logs in meanwhile. */
  readonly late: boolean;
}

export interface Open {
  readonly name: string;
  readonly address: string;
  readonly peer: Peer;
}

export const ROOMS = ['#lobby', '#one', '#two'] as const;
/** Somebody is in with so many sessions at most. */
const SESSIONS = 3;

const EVERYTHING = { before: null, limit: 1_000, whom: null } as const;
const named = (name: string): Target => ({ to: 'name', name });
const text = (words: string) => ({ kind: 'text', text: words }) as const;
export const pickAt = <T>(from: readonly T[], at: number): T => from[at % from.length] as T;

export class RuleProgram {
  readonly #t: ExecutionContext;
  readonly #openLog: () => Promise<EventLog>;
  #log: EventLog | null = null;
  readonly model: RuleModel<Open>;
  readonly events: ChatEvent[] = [];
  readonly #profiles: ReadonlyMap<string, Profile> = new Map(PEOPLE.map(name => [name, newProfile(name)]));
  #time = 1_800_000_000_000;
  #fails = false;
  #held: (() => void)[] | null = null;
  #count = 0;
  server!: Server;
  admin!: AdminSession;

  /** `open`: the log as whoever starts a server on it finds it. */
  constructor(t: ExecutionContext, open: () => Promise<EventLog>) {
    this.#t = t;
    this.#openLog = open;
    this.model = new RuleModel<Open>(() => this.#time);
  }

  /** Everybody but two is known; two operate, and one is a guest. */
  async begin(): Promise<void> {
    await this.#open();
    for (const name of PEOPLE.slice(0, -2)) await this.enter(name, '127.0.2.1');
    await this.act(OWNER, { do: 'role', whom: 'olga', role: 'operator' });
    await this.act(OWNER, { do: 'role', whom: 'oscar', role: 'operator' });
    await this.act(OWNER, { do: 'role', whom: 'gil', role: 'guest' });
  }

  async #open(): Promise<void> {
    const log = await this.#openLog();
    if (log !== this.#log) this.#watch(log);
    this.#log = log;
    const free = { perAddress: 100, unauthenticatedPerAddress: 100, perMinute: 1e6 };
    this.server = await openServer(this.#t, {
      log,
      clock: { ...systemClock, now: () => this.#time },
      admission: { connections: 1_000, unauthenticated: 256, ...free, exempt: [CLASSROOM] },
      rates: { commands: { burst: 1e6, perSecond: 1e6 }, queries: { burst: 1e6, perSecond: 1e6 } },
    });
    this.admin = this.server.admin(() => {}, false);
  }

  #watch(log: EventLog): void {
    const append = log.append.bind(log);
    log.append = async drafts => {
      if (this.#held) await new Promise<void>(resolve => this.#held?.push(resolve));
      if (this.#fails && drafts.length > 0) {
        this.#fails = false;
        throw new TchatError('storage-failed');
      }
      const events = await append(drafts);
      this.events.push(...events);
      return events;
    };
  }

  async close(): Promise<void> {
    for (const { peer } of this.model.sessions) peer.raw.socket.destroy();
    await this.server.close();
  }

  account(name: string): string {
    return name === OWNER ? '*' : accountOf(this.#profile(name).key.public);
  }

  /** Who is in, and at last the console. */
  whoAt(at: number): Open | null {
    return pickAt([...this.model.sessions, null], at);
  }

  /** One of those who may do it; where there is none, or nothing is to be done, whoever it is. */
  whoMay(act: Act | null, at: number): Open | null {
    const all = [...this.model.sessions, null];
    const able = act ? all.filter(each => this.model.judge(each?.name ?? OWNER, act) === null) : [];
    return pickAt(able.length > 0 ? able : all, at);
  }

  async run(step: Step): Promise<void> {
    if (step.step === 'enter') await this.enter(pickAt(PEOPLE, step.who), step.address);
    else if (step.step === 'go') await this.#go(this.whoAt(step.who));
    else if (step.step === 'act') {
      const act = this.#sensible(step.act, step.who);
      const who = this.#nextWho(act, step.who) ?? this.whoMay(step.able ? act : null, step.who) ?? OWNER;
      await this.act(who, act, step.fails);
    } else if (step.step === 'wait') this.#time += step.seconds * 1000;
    else if (step.step === 'restart') await this.#restart();
  }

  async enter(name: string, address: string): Promise<void> {
    if (this.model.sessions.filter(each => each.name === name).length >= SESSIONS) return;
    const found = await this.login(name, address);
    const wanted = this.model.keptOut({ name, address });
    this.same(`${name} comes from ${address}`, typeof found === 'string' ? found : null, wanted);
    if (typeof found !== 'string') this.model.enters(found);
  }

  /** Whoever is let in, or the code of the refusal. */
  async login(name: string, address: string): Promise<Open | string> {
    const peer = await Peer.come(this.#t, this.#profile(name), { port: this.server.facts.port, localAddress: address });
    return peer instanceof Peer ? { name, address, peer } : peer.code;
  }

  async #go(session: Open | null): Promise<void> {
    if (!session) return;
    await session.peer.leave();
    this.model.sessions = this.model.sessions.filter(each => each !== session);
    // The server has heard of it once it counts one session less.
    while (this.admin.snapshot().connections > this.model.sessions.length) await new Promise(setImmediate);
  }

  async #restart(): Promise<void> {
    this.admin.close();
    await this.server.close();
    const { sessions } = this.model;
    for (const { peer } of sessions) await peer.raw.ended();
    this.model.sessions = [];
    await this.#open();
    for (const { name, address } of sessions) await this.enter(name, address);
  }

  /** Does something by somebody, and looks whether server and model agree on what comes of it. */
  async act(who: Open | typeof OWNER, act: Act, fails = false): Promise<void> {
    const { model } = this;
    const name = who === OWNER ? OWNER : who.name;
    // At the console nobody talks.
    if (who === OWNER && ['join', 'leave', 'post', 'edit', 'react'].includes(act.do)) return;
    const id = newId();
    const command = this.command(act);
    const refusal = model.judge(name, act);
    this.#fails = fails;
    const found = who === OWNER ? await this.#atConsole(command) : await who.peer.answered(who.peer.send(command, id));
    this.#fails = false;
    const code = typeof found === 'string' ? found : null;
    this.same(`${name} does ${JSON.stringify(act)}`, code, refusal ?? (fails ? 'storage-failed' : null));
    if (code === null) await this.happened(name, act, id);
  }

  /** Something is in effect: whose sessions it ends is told so. */
  async happened(name: string, act: Act, id: MessageId): Promise<void> {
    this.model.take(name, act, id);
    for (const { peer } of this.model.ended(act)) {
      const { code } = await peer.raw.closed();
      this.same(
        `a session of ${peer.name} ends by ${JSON.stringify(act)}`,
        code,
        act.do === 'kick' ? 'kicked' : 'banned',
      );
    }
  }

  async #atConsole(command: Command): Promise<number | string> {
    const result = await this.admin.command(command);
    return result.ok ? 0 : result.code;
  }

  /** Now and then whom a rule is about: who has just said something there, or wants their own mute lifted. */
  #nextWho(act: Act, at: number): Open | undefined {
    const name = act.do === 'unmute' ? act.whom : this.model.said.at(-1)?.author;
    const asks = act.do === 'unmute' || (act.do === 'post' && act.to === this.model.said.at(-1)?.where);
    return asks && at % 2 === 0 ? this.model.sessions.find(each => each.name === name) : undefined;
  }

  /** About a message that there is, and lifting what was laid down, where there is any. */
  #sensible(act: Act, at: number): Act {
    const { said, bans, mutes } = this.model;
    if ('about' in act && said.length > 0) return { ...act, about: act.about % said.length };
    const last = said.at(-1)?.where;
    if (act.do === 'post' && at % 3 === 2 && last?.startsWith('#')) return { ...act, to: last };
    if (at % 3 === 0) return act;
    if (act.do === 'unban' && bans.size > 0) return { ...act, of: banOf(pickAt([...bans.keys()], at)) };
    if (act.do !== 'unmute' || mutes.size === 0) return act;
    const [whom = '', room = ''] = pickAt([...mutes.keys()], at).split(' ');
    return { ...act, whom, room: room === '' ? null : room };
  }

  newText(): string {
    this.#count += 1;
    return `n${this.#count}`;
  }

  command(act: Act): Command {
    const lasting = 'lasts' in act ? { lasts: act.lasts, reason: 'for a reason' } : { lasts: null, reason: '' };
    switch (act.do) {
      case 'join':
      case 'leave':
        return { kind: act.do, room: act.room };
      case 'post': {
        const target: Target = act.to.startsWith('#') ? { to: 'room', room: act.to } : named(act.to);
        return { kind: 'post', target, body: text(act.text), action: false };
      }
      case 'edit':
        return { kind: 'edit', about: this.#ref(act.about), body: text(act.text) };
      case 'delete':
        return { kind: 'delete', about: this.#ref(act.about) };
      case 'react':
        return { kind: 'react', about: this.#ref(act.about), reaction: '👍', on: true };
      case 'kick':
        return { kind: 'kick', target: named(act.whom), reason: 'for a reason' };
      case 'ban':
        return { kind: 'ban', who: who(act.of), ...lasting };
      case 'unban':
        return { kind: 'unban', who: who(act.of) };
      case 'mute':
        return { kind: 'mute', target: named(act.whom), room: act.room, ...lasting };
      case 'unmute':
        return { kind: 'unmute', target: named(act.whom), room: act.room };
      case 'slow':
        return { kind: 'slow', room: act.room, seconds: act.seconds };
      case 'announce-only':
      case 'lock':
        return { kind: act.do, room: act.room, on: act.on };
      case 'moderator':
        return { kind: 'moderator', room: act.room, target: named(act.whom), on: act.on };
      case 'role':
        return { kind: 'role', target: named(act.whom), role: act.role };
      case 'door':
        return { kind: 'door', door: act.door, reason: '' };
      case 'crowd':
        return { kind: 'set', name: 'members-per-room', value: act.limit };
    }
  }

  #ref(about: number): MessageRef {
    const { author, id } = this.model.said[about] ?? { author: 'ann', id: newId() };
    return { account: this.account(author), id };
  }

  /** What is decided from here on waits in front of the disk. */
  hold(): void {
    this.#held = [];
  }

  /** What waits in front of the disk goes there, and what is decided from here on waits. */
  letGo(): void {
    for (const each of this.#held?.splice(0) ?? []) each();
  }

  release(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const each of held) each();
  }

  /** Everything that can be asked agrees with the model. */
  async look(): Promise<void> {
    const { model, admin } = this;
    const { bans, mutes } = admin.ask({ kind: 'bans', ...EVERYTHING });
    this.same(
      'bans',
      bans.map(({ of, until }) => [`${of.by} ${of.by === 'network' ? of.network : of.name}`, until]).toSorted(),
      model
        .holding('bans')
        .map(each => [...each])
        .toSorted(),
    );
    const muted = mutes.map(({ name, room, until }) => [`${name} ${room ?? ''}`, until]).toSorted();
    this.same(
      'mutes',
      muted,
      model
        .holding('mutes')
        .map(each => [...each])
        .toSorted(),
    );
    const { door, settings } = admin.ask({ kind: 'settings', ...EVERYTHING });
    this.same('settings', [door, settings['members-per-room']], [model.door, model.crowd] satisfies [Door, number]);
    const acts = admin.ask({ kind: 'audit', ...EVERYTHING }).acts.map(({ event }) => event.kind);
    this.same('acts', acts, model.acts);
    const here = (name: string) => model.sessions.some(each => each.name === name);
    const rooms = admin
      .ask({ kind: 'rooms', ...EVERYTHING })
      .rooms.map(each => [...[each.room, each.members, each.here, each.slow, each.announceOnly, each.locked]]);
    const wanted = [...model.rooms].map(([room, { members, slow, announceOnly, locked }]) => [
      ...[room, members.size, [...members].filter(here).length, slow, announceOnly, locked],
    ]);
    this.same('rooms', rooms.toSorted(), wanted.toSorted());
    const users = admin.snapshot().users.map(({ name, sessions, role }) => [name, sessions, role]);
    const counts = new Map<string, number>();
    for (const { name } of model.sessions) counts.set(name, (counts.get(name) ?? 0) + 1);
    const rows = [...counts].map(([name, count]): [string, number, Role] => [name, count, model.roleOf(name)]);
    this.same('users', users.toSorted(), rows.toSorted());
    const [asker] = model.sessions;
    if (asker) await this.#lookAs(asker, here);
  }

  async #lookAs({ name, peer }: Open, here: (name: string) => boolean): Promise<void> {
    const { model } = this;
    const people = await this.#asked(peer, { kind: 'people' });
    this.same('people', people, [...model.known].map(each => [each, here(each)]).toSorted());
    for (const [room, { members }] of model.rooms) {
      const found = await this.#asked(peer, { kind: 'members', room });
      this.same(`members of ${room}`, found, [...members].map(each => [each, here(each)]).toSorted());
    }
    const texts = (said: readonly Said[]) => said.map(({ author, text, deleted }) => [author, deleted ? '' : text]);
    const talks = PEOPLE.map(other => [name, other].toSorted().join('+'));
    for (const where of [...model.rooms.keys(), ...new Set(talks)]) {
      const said = model.said.filter(each => each.where === where);
      if (said.length === 0) continue;
      const [one = '', other = ''] = where.split('+').map(each => (where.startsWith('#') ? each : this.account(each)));
      const conversation = where.startsWith('#') ? where : talkOf(one, other);
      const found = await newest(peer, conversation);
      const wanted = texts(said);
      this.same(`what was said in ${where}`, found.texts, found.more ? wanted.slice(-found.texts.length) : wanted);
    }
  }

  async #asked(peer: Peer, query: Parameters<Peer['ask']>[0]): Promise<readonly unknown[]> {
    const { pages } = await peer.ask(query);
    const items = (pages ?? []).flatMap(page => (page.kind === 'people' || page.kind === 'members' ? page.items : []));
    return items.map(({ name, here }) => [name, here]).toSorted();
  }

  same(what: string, found: unknown, wanted: unknown): void {
    const [one, other] = [JSON.stringify(found ?? null), JSON.stringify(wanted ?? null)];
    if (one !== other) throw new Error(`${what}\n  the server says ${one}\n  the model says  ${other}`);
  }

  #profile(name: string): Profile {
    const profile = this.#profiles.get(name);
    if (!profile) throw new Error(name);
    return profile;
  }
}

/** The newest page of a conversation: who said what. */
async function newest(peer: Peer, conversation: string) {
  const range = { before: null, after: null, since: null, limit: 200 };
  const { pages } = await peer.ask({ kind: 'history', scope: { of: 'conversation', conversation }, ...range });
  const [page] = pages ?? [];
  const texts = (page?.kind === 'events' ? page.items : []).flatMap(each =>
    each.kind === 'message' && each.body.kind === 'text' ? [[each.from, each.body.text]] : [],
  );
  return { texts, more: page?.kind === 'events' && page.more };
}

function banOf(key: string): BanOf {
  const [by, of = ''] = key.split(' ');
  if (by === 'network') return { by, network: of };
  return { by: by === 'name' ? 'name' : 'account', name: of };
}

function who(of: BanOf): Extract<Command, { kind: 'ban' }>['who'] {
  return of.by === 'account' ? { by: 'account', target: named(of.name) } : of;
}
