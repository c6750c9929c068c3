// Numbers for operators: who is connected, and how busy the server is. Taken once a second while somebody looks.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { AccountId, Millis, Role } from '../chat/vocabulary.ts';
import type { Connection } from './connection.ts';

/** One account with at least one session. */
export interface UserRow {
  readonly account: AccountId;
  readonly name: string;
  readonly address: string;
  readonly since: Millis;
  readonly lastActive: Millis;
  readonly rooms: number;
  readonly sessions: number;
  readonly messagesPerSecond: number;
  readonly queuedBytes: number;
  readonly role: Role;
  /** Whether it is shown as here: false for one with scripts only. */
  readonly here: boolean;
}

/** Totals; rates are over the time since the last sample. Memory in bytes, delay in milliseconds. */
export interface Stats {
  readonly now: Millis;
  readonly users: number;
  readonly connections: number;
  readonly unauthenticated: number;
  readonly limit: number;
  readonly rooms: number;
  readonly messagesPerSecond: number;
  readonly deliveriesPerSecond: number;
  readonly bytesInPerSecond: number;
  readonly bytesOutPerSecond: number;
  readonly memory: number;
  readonly loopDelayP99: number;
}

/** Rising counters, and what is true now. */
export interface Totals {
  readonly users: number;
  readonly connections: number;
  readonly unauthenticated: number;
  readonly limit: number;
  readonly rooms: number;
  readonly adminSessions: number;
  readonly messages: number;
  readonly deliveries: number;
  readonly bytesIn: number;
  readonly bytesOut: number;
}

/** Weight of the newest second in a user's rate: the rest is what came before, so that it does not flicker. */
const NEWEST = 0.4;

export class Census {
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });
  #last: { at: Millis; totals: Totals } | null = null;
  #rates = new Map<AccountId, { posts: number; rate: number }>();
  #span = 1;

  /** Begins to measure. `sample` from then on; idempotent. */
  start(): void {
    this.#delay.enable();
  }

  stop(): void {
    this.#delay.disable();
    this.#last = null;
  }

  sample(now: Millis, totals: Totals): Stats {
    const last = this.#last ?? { at: now, totals };
    const span = Math.max(0.001, (now - last.at) / 1000);
    this.#span = span;
    const rate = (of: 'messages' | 'deliveries' | 'bytesIn' | 'bytesOut') =>
      Math.max(0, totals[of] - last.totals[of]) / span;
    this.#last = { at: now, totals };
    const loopDelayP99 = this.#delay.percentile(99) / 1e6;
    this.#delay.reset();
    const { users, connections, unauthenticated, limit, rooms } = totals;
    return {
      ...{ now, users, connections, unauthenticated, limit, rooms },
      messagesPerSecond: rate('messages'),
      deliveriesPerSecond: rate('deliveries'),
      bytesInPerSecond: rate('bytesIn'),
      bytesOutPerSecond: rate('bytesOut'),
      memory: process.memoryUsage.rss(),
      // The histogram counts the timer's own period too.
      loopDelayP99: Number.isFinite(loopDelayP99) ? Math.max(0, loopDelayP99 - 10) : 0,
    };
  }

  /** One row an account, in the order of their first session. */
  users(connections: Iterable<Connection>, roomsOf: (account: AccountId) => number): UserRow[] {
    const groups = new Map<AccountId, Connection[]>();
    for (const connection of connections) {
      const group = groups.get(connection.account);
      if (group) group.push(connection);
      else groups.set(connection.account, [connection]);
    }
    const rates = new Map<AccountId, { posts: number; rate: number }>();
    const rows = [...groups].map(([account, group]) => {
      const posts = group.reduce((sum, each) => sum + each.posts, 0);
      const before = this.#rates.get(account) ?? { posts, rate: 0 };
      const rate = before.rate * (1 - NEWEST) + (Math.max(0, posts - before.posts) / this.#span) * NEWEST;
      rates.set(account, { posts, rate: rate < 0.01 ? 0 : rate });
      return rowOf(account, group, rate < 0.01 ? 0 : rate, roomsOf(account));
    });
    this.#rates = rates;
    return rows;
  }
}

function rowOf(account: AccountId, group: readonly Connection[], messagesPerSecond: number, rooms: number): UserRow {
  const newest = group.at(-1) as Connection;
  const actor = newest.actor;
  return {
    account,
    name: actor?.name ?? '',
    address: newest.address,
    since: Math.min(...group.map(each => each.since)),
    lastActive: Math.max(...group.map(each => each.active)),
    rooms,
    sessions: group.length,
    messagesPerSecond,
    queuedBytes: Math.max(...group.map(each => each.session.queued)),
    role: actor?.role ?? 'member',
    here: group.some(each => each.presence),
  };
}
