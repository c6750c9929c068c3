// People who talk while a server has a bad day: real clients in this process that come back by themselves, in rooms and
// in private, and write down what they sent, what they were told and what they were shown. The checker judges it.
import type { AccountId, AnyEvent, ConversationId, MessageId, Position } from '../../src/chat/vocabulary.ts';
import { Client, type ClientMessage } from '../../src/client/client.ts';
import { accountOf, talkOf } from '../../src/identity/keys.ts';
import type { Profile } from '../../src/identity/profile.ts';
import { PAGE_EVENTS } from '../../src/limits.ts';
import { type Clock, systemClock } from '../../src/session/clock.ts';
import { check, type Evidence, type Line, type Sent, type Stream, summary } from './checker.ts';
import { newProfile, postTo, postToName, TestClient } from './clients.ts';
import { anyKey } from './tls.ts';

export interface TalkersOptions {
  readonly people: number;
  readonly rooms: number;
  /** Messages a second, of all together, as long as they are answered. */
  readonly perSecond: number;
  /** Messages of one person that may wait for an answer. */
  readonly inFlight: number;
  /** The port that a person dials. */
  readonly port: (person: number) => number;
  /** From 0 to 1; the same numbers make the same talk. */
  readonly random: () => number;
  /** The clock of a person's machine. */
  readonly clockOf?: (person: number) => Clock;
  /** Of the pauses between dials: 1 is as the program does it, less is sooner. */
  readonly jitter?: number;
}

/** Soon, and not all at one moment. */
const JITTER = 0.2;

/** Milliseconds between two looks whether somebody should say something. */
const TICK = 20;
/** Of so many messages one is private, and one is long. */
const PRIVATE = 4;
const LONG = 10;
/** People who log in at one time. */
const ABREAST = 100;
/** Milliseconds until a test gives up waiting: only a failure takes that long. */
const PATIENCE = 30_000;

type Note = { -readonly [K in keyof Sent]: Sent[K] };

class Talker {
  readonly profile: Profile;
  readonly account: AccountId;
  readonly client: Client;
  readonly notes = new Map<MessageId, Note>();
  readonly lines: Line[] = [];
  readonly conversations = new Set<ConversationId>();
  online = false;
  over: Error | null = null;
  said = 0;
  readonly #changed: (message: ClientMessage) => void;

  constructor(person: number, options: TalkersOptions, changed: (message: ClientMessage) => void) {
    this.profile = newProfile(`person-${person + 1}`);
    this.account = accountOf(this.profile.key.public);
    this.#changed = changed;
    const { random, jitter = JITTER } = options;
    this.client = new Client(
      {
        address: { host: '127.0.0.1', port: options.port(person) },
        profile: this.profile,
        accept: anyKey,
        presence: true,
        client: 'test',
        reconnect: true,
        clock: options.clockOf?.(person) ?? systemClock,
        random: () => random() * jitter,
      },
      message => this.#hear(message),
    );
  }

  #hear(message: ClientMessage): void {
    if (message.is === 'online') this.online = true;
    if (message.is === 'waiting') this.online = false;
    if (message.is === 'over') this.over = message.error;
    if (message.is === 'event') this.#shown(message.event);
    const note = message.is === 'acked' || message.is === 'refused' ? this.notes.get(message.id) : undefined;
    if (note && message.is === 'acked') note.outcome = { is: 'ok', position: message.position };
    if (note && message.is === 'refused') note.outcome = { is: 'refused', code: message.error.code };
    this.#changed(message);
  }

  #shown(event: AnyEvent): void {
    const line = lineOf(event);
    if (line) this.lines.push(line);
  }
}

export class Talkers {
  readonly people: readonly Talker[];
  readonly rooms: readonly ConversationId[];
  readonly #options: TalkersOptions;
  readonly #waiting = new Set<() => void>();
  #talk: NodeJS.Timeout | null = null;
  #due = 0;
  #turn = 0;
  acked = 0;
  refused = 0;

  private constructor(options: TalkersOptions) {
    this.#options = options;
    this.rooms = Array.from({ length: options.rooms }, (_, n) => `#room-${n + 1}`);
    this.people = Array.from(
      { length: options.people },
      (_, n) => new Talker(n, options, message => this.#heard(message)),
    );
  }

  /** They log in and enter every room; nobody has said a word yet. */
  static async open(options: TalkersOptions): Promise<Talkers> {
    const talkers = new Talkers(options);
    // A server takes in so many strangers at a time.
    for (let at = 0; at < talkers.people.length; at += ABREAST) {
      const some = talkers.people.slice(at, at + ABREAST);
      for (const each of some) each.client.start();
      await talkers.until('all online', () => some.every(each => each.online));
    }
    for (const { client } of talkers.people) for (const room of talkers.rooms) client.send({ kind: 'join', room });
    await talkers.answered();
    for (const { conversations } of talkers.people) for (const room of talkers.rooms) conversations.add(room);
    return talkers;
  }

  /** Talks on until `stop`. */
  start(): void {
    this.#talk ??= setInterval(() => {
      this.#due = Math.min(this.#options.perSecond / 4, this.#due + (this.#options.perSecond * TICK) / 1000);
      for (; this.#due >= 1; this.#due -= 1) this.say();
    }, TICK);
  }

  stop(): void {
    if (this.#talk) clearInterval(this.#talk);
    this.#talk = null;
  }

  /** The next one says something, somewhere, unless too much of theirs is without an answer. */
  say(): void {
    const { people, rooms } = this;
    const { random, inFlight } = this.#options;
    const who = people[this.#turn++ % people.length]!;
    if (who.client.unanswered >= inFlight || who.over) return;
    who.said += 1;
    const text = `${who.profile.name} says ${who.said}${random() < 1 / LONG ? ' and so on'.repeat(200) : ''}`;
    const privately = random() < 1 / PRIVATE;
    const other = people[Math.floor(random() * people.length)]!;
    const room = rooms[Math.floor(random() * rooms.length)]!;
    const conversation = privately ? talkOf(who.account, other.account) : room;
    const id = who.client.send(privately ? postToName(other.profile.name, text) : postTo(room, text));
    who.notes.set(id, { id, account: who.account, conversation, text, outcome: { is: 'unknown' } });
    if (!privately) return;
    who.conversations.add(conversation);
    other.conversations.add(conversation);
  }

  /** Resolves when so many more messages have been acked. */
  acks(more: number): Promise<void> {
    const enough = this.acked + more;
    return this.until(`${more} more acks`, () => this.acked >= enough);
  }

  /** Resolves when all are connected. */
  online(patience = PATIENCE): Promise<void> {
    return this.until('all online again', () => this.people.every(each => each.online), patience);
  }

  /** Resolves when everything is answered. */
  answered(patience = PATIENCE): Promise<void> {
    return this.until('an answer to all', () => this.people.every(each => each.client.unanswered === 0), patience);
  }

  /** Resolves when everything is answered and everybody has seen the last of all that they may see. */
  async settled(patience = PATIENCE): Promise<void> {
    await this.answered(patience);
    const last = new Map<ConversationId, Position>();
    for (const { conversation, outcome } of this.sent()) {
      if (outcome.is === 'ok') last.set(conversation, Math.max(last.get(conversation) ?? 0, outcome.position));
    }
    const all = () =>
      this.people.every(({ conversations, lines }) => {
        const end = Math.max(0, ...[...conversations].map(each => last.get(each) ?? 0));
        return (lines.at(-1)?.position ?? 0) >= end;
      });
    await this.until('everybody up to date', all, patience);
  }

  sent(): Sent[] {
    return this.people.flatMap(each => [...each.notes.values()]);
  }

  /** What fresh clients find in the server's history, and what was noted: by rule, with examples; empty where all is well. */
  async faults(port: number): Promise<string[]> {
    const histories: Line[][] = [];
    for (const { profile } of this.people) histories.push(await history(profile, port));
    return summary(check({ sent: this.sent(), histories, streams: this.streams() } satisfies Evidence));
  }

  streams(): Stream[] {
    // From the first position on: nobody spoke before all had entered.
    return this.people.map(({ profile, conversations, lines }) => ({
      who: profile.name,
      conversations,
      from: 0,
      lines,
    }));
  }

  /** Resolves when a condition holds that can change only when a client hears something. */
  until(what: string, holds: () => boolean, patience = PATIENCE): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => end(() => reject(new Error(`never came: ${what}; ${this.#state()}`))), patience);
      const end = (settle: () => void) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        settle();
      };
      const look = () => {
        const over = this.people.find(each => each.over);
        if (over) end(() => reject(new Error(`${over.profile.name} gave up: ${over.over?.message}`)));
        else if (holds()) end(resolve);
      };
      this.#waiting.add(look);
      look();
    });
  }

  close(): void {
    this.stop();
    for (const { client } of this.people) client.close();
  }

  #heard(message: ClientMessage): void {
    if (message.is === 'acked') {
      this.acked += 1;
    }
    if (message.is === 'refused') this.refused += 1;
    for (const look of [...this.#waiting]) look();
  }

  #state(): string {
    return this.people
      .map(({ profile, online, client, lines }) => {
        const last = lines.at(-1)?.position ?? 0;
        return `${profile.name} ${online ? 'online' : 'away'}, ${client.unanswered} unanswered, at ${last}`;
      })
      .join('; ');
  }
}

/** Everything that a fresh client of a person may see, from the first page to the last. */
export async function history(profile: Profile, port: number): Promise<Line[]> {
  const fresh = new TestClient({
    address: { host: '127.0.0.1', port },
    profile,
    accept: anyKey,
    presence: false,
    client: 'test',
    reconnect: false,
    clock: systemClock,
  });
  fresh.client.start();
  try {
    const first = await fresh.until('login', all => all.find(each => each.is === 'online' || each.is === 'over'));
    if (first.is === 'over') throw first.error;
    const lines: Line[] = [];
    for (let after: Position = 0; ; ) {
      const range = { before: null, after, since: null, limit: PAGE_EVENTS };
      const [page] = await fresh.query({ kind: 'history', scope: { of: 'all' }, ...range });
      if (page?.kind !== 'events') throw new Error('no page of history');
      for (const event of page.items) {
        const line = lineOf(event);
        if (line) lines.push(line);
      }
      const last = page.items.at(-1);
      if (!page.more || !last) return lines;
      after = last.position;
    }
  } finally {
    fresh.client.close();
  }
}

function lineOf(event: AnyEvent): Line | null {
  if (event.kind !== 'message') return null;
  const { position, id, account, conversation, body } = event;
  return { position, id, account, conversation, text: body.kind === 'text' ? body.text : '(sealed)' };
}
