// Where operators sit: their sessions, the live log, the numbers once a second, and commands in their name.
import { randomBytes } from 'node:crypto';
import type { AccountId, Actor, ChatEvent, Command, MessageId, Note } from '../chat/vocabulary.ts';
import { TchatError } from '../errors.ts';
import type { AdminQuery } from '../protocol/admin.ts';
import { makeId } from '../protocol/ids.ts';
import type { Clock } from '../session/clock.ts';
import type { AdminAnswers, AdminNote, AdminSession, CommandResult, ServerFacts, Snapshot } from './admin-session.ts';
import { Census, type Totals, type UserRow } from './census.ts';
import type { Connection } from './connection.ts';
import { Feed, type LogEntry } from './feed.ts';

/** A command's answer: its kept events, or why there are none. */
export type Settle = (result: readonly ChatEvent[] | TchatError, notes?: readonly Note[]) => void;

/** What operators see and use of the server. */
export interface ControlSources {
  readonly facts: ServerFacts;
  readonly clock: Clock;
  totals(): Totals;
  connections(): Iterable<Connection>;
  /** How many rooms an account is a member of. */
  roomsOf(account: AccountId): number;
  /** A person’s sessions are left out: who is connected is known here. */
  ask(query: AdminQuery): AdminAnswers[keyof AdminAnswers];
  /** Bytes that are free where the log stands; null: nobody can tell. */
  diskFree(): Promise<number | null>;
  perform(actor: Actor, command: Command, id: MessageId, settle: Settle): void;
}

/** Milliseconds between two samples of the numbers. */
const SAMPLE = 1_000;

export class ControlRoom {
  readonly #sources: ControlSources;
  readonly #feed = new Feed();
  readonly #census = new Census();
  /** Who hears notes, and whether the numbers too. */
  readonly #hearers = new Map<(note: AdminNote) => void, boolean>();
  #stopSampling: (() => void) | null = null;
  /** As it was a second ago: asking takes its time. */
  #diskFree: number | null = null;

  constructor(sources: ControlSources) {
    this.#sources = sources;
  }

  /**
   * A session of somebody who acts, each time, as whom `who` gives; `hear` gets notes from now on. Nobody is counted and no
   * delay is measured while nobody wants the numbers of each second.
   */
  open(who: () => Actor, hear: (note: AdminNote) => void, numbers: boolean): AdminSession {
    this.#hearers.set(hear, numbers);
    const stop = this.#feed.listen(entries => hear({ is: 'log', entries }));
    if (numbers) this.#sample();
    return {
      snapshot: () => this.#snapshot(),
      ask: <K extends keyof AdminAnswers>(query: AdminQuery & { readonly kind: K }) =>
        this.#answer(query) as AdminAnswers[K],
      command: command => new Promise(resolve => this.#operate(who(), command, resolve)),
      close: () => {
        stop();
        this.#hearers.delete(hear);
        if (![...this.#hearers.values()].includes(true)) this.close();
      },
    };
  }

  #answer(query: AdminQuery): AdminAnswers[keyof AdminAnswers] {
    if (query.kind === 'snapshot') return this.#snapshot();
    const answer = this.#sources.ask(query);
    if (!('person' in answer) || answer.person === null) return answer;
    const { person } = answer;
    return { person: { ...person, sessions: this.#census.sessions(this.#sources.connections(), person.account) } };
  }

  #snapshot(): Snapshot {
    const { facts, clock, totals } = this.#sources;
    const { connections, unauthenticated, limit, rooms, door, doorBefore } = totals();
    const counts = { rooms, limit, connections, unauthenticated, door, doorBefore };
    return { now: clock.now(), server: facts, users: this.#users(), ...counts };
  }

  /** A line of the live log. */
  note(entry: Omit<LogEntry, 'time'>): void {
    if (this.#feed.listening) this.#feed.add({ ...entry, time: this.#sources.clock.now() });
  }

  events(events: readonly ChatEvent[]): void {
    this.#feed.events(events);
  }

  /** Tells operators that the server drains. */
  closing(): void {
    for (const tell of this.#hearers.keys()) tell({ is: 'closing' });
  }

  /** Measures nothing more. Idempotent. */
  close(): void {
    this.#stopSampling?.();
    this.#stopSampling = null;
    this.#census.stop();
  }

  #operate(actor: Actor, command: Command, tell: (result: CommandResult) => void): void {
    const id = makeId(this.#sources.clock.now(), randomBytes(10));
    this.#sources.perform(actor, command, id, (result, notes) => {
      if (result instanceof TchatError) tell({ ok: false, code: result.code, params: result.params });
      else tell({ ok: true, ...(notes ? { notes } : {}) });
    });
  }

  #sample(): void {
    if (this.#stopSampling) return;
    this.#census.start();
    const { clock, totals } = this.#sources;
    this.#stopSampling = clock.every(SAMPLE, () => {
      const stats = this.#census.sample(clock.now(), totals(), this.#diskFree);
      this.#census.measure(this.#inside());
      void this.#sources.diskFree().then(free => {
        this.#diskFree = free;
      });
      const users = this.#users();
      for (const [tell, numbers] of this.#hearers) if (numbers) tell({ is: 'stats', stats, users });
    });
  }

  #inside(): readonly Connection[] {
    return [...this.#sources.connections()].filter(connection => connection.actor !== null);
  }

  #users(): UserRow[] {
    return this.#census.users(this.#inside(), account => this.#sources.roomsOf(account));
  }
}
