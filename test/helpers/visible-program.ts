// A random program of a chat: people come and go, open and close rooms, talk, change what they said, kick and fall behind, while
// scripts watch and the disk fails at times. What the log was given is noted, and what everybody was pushed.
import { setImmediate as turn } from 'node:timers/promises';
import type { ExecutionContext } from 'ava';
import {
  type AccountId,
  type ChatEvent,
  type Command,
  type ConversationId,
  LOBBY,
  type MessageId,
  type MessageRef,
  type Position,
  type Target,
  VISIBILITIES,
} from '../../src/chat/vocabulary.ts';
import { TchatError } from '../../src/errors.ts';
import { accountOf } from '../../src/identity/keys.ts';
import type { Server } from '../../src/server/server.ts';
import type { EventLog } from '../../src/store/event-log.ts';
import { newId, newProfile, openServer } from './clients.ts';
import { Peer } from './peer.ts';
import * as slow from './slow-readers.ts';
import { pick, random } from './tier.ts';
import { VisibleModel } from './visible-model.ts';

/** A time in which a session was not pushed to. */
export interface Gap {
  readonly from: Position;
  /** Where it got some of what it had missed; the last time all of it. Empty while it lasts. */
  readonly pulls: Position[];
  over: boolean;
}

/** A session with what has to be known to say what it must have got. */
export interface Observed {
  readonly peer: Peer;
  readonly gaps: Gap[];
  /** Closed by the server, somewhere: what it got may end anywhere. */
  cut: boolean;
  open: boolean;
  /** It was pushed what came up to here, where it closed itself. */
  upTo: Position;
}

export const WORDS = ['apple', 'birch', 'cedar', 'dune'] as const;
export const ROOMS: readonly ConversationId[] = [LOBBY, '#one', '#two'];
const NAMES = ['ann', 'bob', 'cat', 'dan'] as const;
const REACTIONS = ['👍', '🎉'] as const;
/** Of the two strangers one only listens, and one never says a word to anybody. */
const SCRIPTS = ['eve', 'fox'] as const;

export class Program {
  readonly #t: ExecutionContext;
  readonly #next: () => number;
  readonly log: EventLog;
  readonly events: ChatEvent[] = [];
  readonly people = [...NAMES, ...SCRIPTS].map(name => newProfile(name));
  readonly sessions: Observed[] = [];
  /** What was done, for whoever has to find out what went wrong. */
  readonly steps: string[] = [];
  readonly #said: MessageRef[] = [];
  readonly #marked = new Map<string, Position>();
  readonly #stored = new Map<AccountId, Position>();
  #fails = false;
  #count = 0;
  server!: Server;

  constructor(t: ExecutionContext, log: EventLog, seed: number) {
    this.#t = t;
    this.#next = random(seed);
    this.log = log;
    const append = log.append.bind(log);
    log.append = async drafts => {
      if (this.#fails && drafts.length > 0) {
        this.#fails = false;
        throw new TchatError('storage-failed');
      }
      const events = await append(drafts);
      this.events.push(...events);
      return events;
    };
  }

  get head(): Position {
    return this.events.at(-1)?.position ?? 0;
  }

  /** How far an account has said that it read, or stored. */
  read(account: AccountId, conversation: ConversationId): Position {
    return this.#marked.get(`${account} ${conversation}`) ?? 0;
  }

  stored(account: AccountId): Position {
    return this.#stored.get(account) ?? 0;
  }

  async run(rounds: number): Promise<void> {
    this.server = await openServer(this.#t, { log: this.log });
    for (const profile of this.people) await this.#enter(profile.name, NAMES.includes(profile.name as 'ann'));
    for (let n = 0; n < rounds; n++) await this.#round();
    for (const each of this.#open()) if (each.gaps.at(-1)?.over === false) this.#letGo(each);
    await this.#settled();
    for (const each of this.#open()) each.upTo = this.head;
  }

  /** Another server that knows only what the log holds. */
  async restart(): Promise<void> {
    await this.server.close();
    this.server = await openServer(this.#t, { log: this.log });
  }

  /** A fresh session of somebody, that only asks. */
  asker(name: string): Promise<Peer> {
    return Peer.open(this.#t, this.#profile(name), this.server.facts.port, false);
  }

  async #round(): Promise<void> {
    const next = this.#next;
    const chance = next();
    if (chance < 0.08) await this.#enter(pick([...NAMES, ...SCRIPTS], next), next() < 0.5);
    else if (chance < 0.12) await this.#leave(pick(this.#open(), next));
    else if (chance < 0.2) await this.#watch(pick(this.#open(), next));
    else if (chance < 0.28) this.#holdOrLetGo(pick(this.#open(), next));
    else if (chance < 0.33) await this.#operate();
    else if (chance < 0.39) this.#mark(pick(this.#open(), next).peer);
    else await this.#burst(1 + Math.floor(next() * 6));
    await this.#settled();
  }

  #open(): Observed[] {
    return this.sessions.filter(each => each.open);
  }

  #profile(name: string) {
    const profile = this.people.find(each => each.name === name);
    if (!profile) throw new Error(name);
    return profile;
  }

  async #enter(name: string, presence: boolean): Promise<void> {
    if (this.#open().filter(({ peer }) => peer.name === name).length >= 3) return;
    this.steps.push(`${name} comes${presence ? '' : ' as a script'}`);
    const peer = await Peer.open(this.#t, this.#profile(name), this.server.facts.port, presence);
    this.sessions.push({ peer, gaps: [], cut: false, open: true, upTo: 0 });
  }

  async #leave(session: Observed): Promise<void> {
    if (session.gaps.at(-1)?.over === false || this.#open().length < 4) return;
    this.steps.push(`${session.peer.name} goes`);
    await session.peer.settled();
    Object.assign(session, { open: false, upTo: this.head });
    slow.forget(session.peer.device);
    session.peer.raw.socket.destroy();
    await session.peer.raw.ended();
  }

  async #watch({ peer, gaps }: Observed): Promise<void> {
    const next = this.#next;
    // While it is behind, what it watches tells what it pulls: that would be another test.
    if (gaps.at(-1)?.over === false) return;
    const rooms = next() < 0.4 ? 'all' : ROOMS.filter(() => next() < 0.5);
    this.steps.push(`${peer.name} watches ${rooms}`);
    await peer.watch(rooms, next() < 0.5);
  }

  #holdOrLetGo(session: Observed): void {
    const gap = session.gaps.at(-1);
    if (gap?.over === false) {
      if (this.#next() < 0.4) this.#letGo(session, 1 + Math.floor(this.#next() * 3));
      else this.#letGo(session);
      return;
    }
    this.steps.push(`${session.peer.name} reads no more`);
    session.gaps.push({ from: this.head, pulls: [], over: false });
    slow.hold(session.peer.device);
  }

  #letGo(session: Observed, looks?: number): void {
    this.steps.push(`${session.peer.name} reads ${looks ?? 'on'}`);
    const gap = session.gaps.at(-1);
    if (!gap) return;
    gap.pulls.push(this.head);
    gap.over = looks === undefined;
    slow.letGo(session.peer.device, looks);
  }

  async #operate(): Promise<void> {
    const next = this.#next;
    const admin = this.server.admin(() => {}, false);
    const target: Target = { to: 'name', name: pick(NAMES, next) };
    const room = pick(ROOMS.slice(1), next);
    const command = pick<Command>(
      [
        { kind: 'kick', target, reason: 'for a reason' },
        { kind: 'broadcast', text: `to all ${this.#text()}` },
        { kind: 'broadcast', text: `to one ${this.#text()}`, target },
        { kind: 'broadcast', text: `to a room ${this.#text()}`, target: { to: 'room', room } },
        { kind: 'lock', room, on: next() < 0.3 },
        { kind: 'mute', target, room: next() < 0.5 ? room : null, lasts: 1, reason: '' },
        { kind: 'visibility', room, visibility: pick(VISIBILITIES, next) },
      ],
      next,
    );
    this.steps.push(`operator ${JSON.stringify(command)}`);
    const { ok } = await admin.command(command);
    admin.close();
    if (!ok || command.kind !== 'kick') return;
    for (const each of this.#open()) {
      if (each.peer.name !== target.name) continue;
      Object.assign(each, { open: false, cut: true });
      slow.forget(each.peer.device);
      await each.peer.raw.ended();
    }
  }

  #mark(peer: Peer): void {
    const next = this.#next;
    const position = Math.floor(next() * (this.head + 20));
    const upTo = Math.min(position, this.head);
    if (next() < 0.5) {
      this.steps.push(`${peer.name} stored ${position}`);
      peer.raw.send({ type: 'stored', position });
      this.#stored.set(peer.account, Math.max(this.stored(peer.account), upTo));
      return;
    }
    const conversation = pick(ROOMS, next);
    this.steps.push(`${peer.name} read ${conversation} ${position}`);
    peer.raw.send({ type: 'mark', conversation, position });
    if (!new VisibleModel(this.events).looksInto(peer.account, conversation)) return;
    const key = `${peer.account} ${conversation}`;
    this.#marked.set(key, Math.max(this.#marked.get(key) ?? 0, upTo));
  }

  /** Several at once, of several people: they meet on their way to the log. */
  async #burst(size: number): Promise<void> {
    const next = this.#next;
    const answers: Promise<unknown>[] = [];
    if (next() < 0.06) {
      this.steps.push('the next write fails');
      this.#fails = true;
    }
    for (let n = 0; n < size; n++) {
      const { peer } = pick(this.#open(), next);
      const id = newId();
      const command = this.#command(peer, id);
      this.steps.push(`${peer.name} ${JSON.stringify(command)}`);
      answers.push(peer.answered(peer.send(command, id)));
      if (next() < 0.1) peer.send(command, id);
      if (next() < 0.3) await turn();
    }
    await Promise.all(answers);
    this.#fails = false;
  }

  /** Mostly what could be done, now and then anything at all. */
  #command(peer: Peer, id: MessageId): Command {
    const next = this.#next;
    const model = new VisibleModel(this.events);
    const inside = model.rooms.filter(each => model.isMember(each, peer.account));
    const outside = ROOMS.filter(each => !inside.includes(each));
    const owned = inside.filter(each => each !== LOBBY && model.ownerOf(each) === peer.account);
    const sensible = next() < 0.75;
    const among = (rooms: readonly ConversationId[]) => pick(sensible && rooms.length > 0 ? rooms : ROOMS, next);
    const chance = next();
    if (chance < 0.15) return { kind: 'join', room: among(outside) };
    if (chance < 0.2) return { kind: 'leave', room: among(inside) };
    if (chance < 0.29) return { kind: 'visibility', room: among(owned), visibility: pick(VISIBILITIES, next) };
    if (chance < 0.37) return { kind: 'invite', room: among(inside), target: { to: 'name', name: pick(NAMES, next) } };
    if (chance < 0.39) return { kind: 'topic', room: among(inside), text: this.#text() };
    const body = { kind: 'text', text: this.#text() } as const;
    if (chance < 0.68) {
      const room: Target = { to: 'room', room: among(inside) };
      const target: Target = next() < 0.75 ? room : { to: 'name', name: pick([...NAMES, 'eve'], next) };
      const reply = next() < 0.2 && this.#said.length > 0 ? { reply: pick(this.#said, next) } : {};
      this.#said.push({ account: peer.account, id });
      return { kind: 'post', target, body, action: false, ...reply };
    }
    // Of whomever it is: what may not be seen is none.
    const about = pick([...this.#said.slice(-20), { account: peer.account, id }], next);
    const own = this.#said.filter(each => each.account === peer.account);
    const mine = sensible && own.length > 0 ? pick(own, next) : about;
    if (chance < 0.84) return { kind: 'edit', about: mine, body };
    if (chance < 0.88) return { kind: 'delete', about: mine };
    return { kind: 'react', about, reaction: pick(REACTIONS, next), on: next() < 0.7 };
  }

  #text(): string {
    this.#count += 1;
    return `${pick(WORDS, this.#next)} ${pick(WORDS, this.#next)} n${this.#count}`;
  }

  async #settled(): Promise<void> {
    for (const { peer } of this.#open()) await peer.settled();
  }
}

export const accountNamed = (program: Program, name: string): AccountId => {
  const profile = program.people.find(each => each.name === name);
  if (!profile) throw new Error(name);
  return accountOf(profile.key.public);
};
