// Numbers for operators: who is connected, and how busy the server is. Taken once a second while somebody looks.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { AccountId, Door, Millis, Role } from '../chat/vocabulary.ts';
import type { Connection } from './connection.ts';

/** One connection of an account. Bytes a second are as of the last second in which somebody looked at the numbers. */
export interface SessionRow {
  readonly address: string;
  readonly since: Millis;
  readonly lastActive: Millis;
  /** The program, as it says itself. */
  readonly client: string;
  /** In hexadecimal. */
  readonly device: string;
  /** Whether it is shown as here. */
  readonly here: boolean;
  readonly bytesInPerSecond: number;
  readonly bytesOutPerSecond: number;
  readonly queuedBytes: number;
}

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
  readonly bytesInPerSecond: number;
  readonly bytesOutPerSecond: number;
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
  /** Bytes that the log takes, and that are free beside it; null where nobody can tell. */
  readonly diskUsed: number;
  readonly diskFree: number | null;
  readonly door: Door;
  /** What the door was before it was closed. */
  readonly doorBefore: Door;
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
  readonly diskUsed: number;
  readonly door: Door;
  readonly doorBefore: Door;
}

/** Bytes a second of one connection, as of the last sample. */
export interface Rates {
  readonly bytesInPerSecond: number;
  readonly bytesOutPerSecond: number;
}

const NO_RATES: Rates = { bytesInPerSecond: 0, bytesOutPerSecond: 0 };

interface Measured {
  readonly received: number;
  readonly sent: number;
  readonly rates: Rates;
}

/** Weight of the newest second in a user's rate: the rest is what came before, so that it does not flicker. */
const NEWEST = 0.4;

export class Census {
  readonly #delay = monitorEventLoopDelay({ resolution: 10 });
  #last: { at: Millis; totals: Totals } | null = null;
  #rates = new Map<AccountId, { posts: number; rate: number }>();
  #measured = new Map<Connection, Measured>();
  #span = 1;

  /** Begins to measure. `sample` from then on; idempotent. */
  start(): void {
    this.#delay.enable();
  }

  stop(): void {
    this.#delay.disable();
    this.#last = null;
    this.#measured.clear();
  }

  sample(now: Millis, totals: Totals, diskFree: number | null): Stats {
    const last = this.#last ?? { at: now, totals };
    const span = Math.max(0.001, (now - last.at) / 1000);
    this.#span = span;
    const rate = (of: 'messages' | 'deliveries' | 'bytesIn' | 'bytesOut') =>
      Math.max(0, totals[of] - last.totals[of]) / span;
    this.#last = { at: now, totals };
    const loopDelayP99 = this.#delay.percentile(99) / 1e6;
    this.#delay.reset();
    const { users, connections, unauthenticated, limit, rooms, diskUsed, door, doorBefore } = totals;
    return {
      ...{ now, users, connections, unauthenticated, limit, rooms, diskUsed, diskFree, door, doorBefore },
      messagesPerSecond: rate('messages'),
      deliveriesPerSecond: rate('deliveries'),
      bytesInPerSecond: rate('bytesIn'),
      bytesOutPerSecond: rate('bytesOut'),
      memory: process.memoryUsage.rss(),
      // The histogram counts the timer's own period too.
      loopDelayP99: Number.isFinite(loopDelayP99) ? Math.max(0, loopDelayP99 - 10) : 0,
    };
  }

  /** Bytes a second of a connection, by the last two calls of `measure`. */
  ratesOf(connection: Connection): Rates {
    return this.#measured.get(connection)?.rates ?? NO_RATES;
  }

  /** Looks at what each connection has sent and got since the last sample. */
  measure(connections: Iterable<Connection>): void {
    const measured = new Map<Connection, Measured>();
    for (const connection of connections) {
      const { received, sent } = connection.session;
      const before = this.#measured.get(connection);
      const rates = before
        ? {
            bytesInPerSecond: (received - before.received) / this.#span,
            bytesOutPerSecond: (sent - before.sent) / this.#span,
          }
        : NO_RATES;
      measured.set(connection, { received, sent, rates });
    }
    this.#measured = measured;
  }

  /** The sessions of an account, the oldest first. */
  sessions(connections: Iterable<Connection>, account: AccountId): SessionRow[] {
    return [...connections].flatMap(connection => {
      if (connection.actor?.account !== account) return [];
      const { address, since, active: lastActive, client, device, presence: here, session } = connection;
      const { queued: queuedBytes } = session;
      return [{ address, since, lastActive, client, device, here, queuedBytes, ...this.ratesOf(connection) }];
    });
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
      const sum = (of: keyof Rates) => group.reduce((total, each) => total + this.ratesOf(each)[of], 0);
      const bytes = { bytesInPerSecond: sum('bytesInPerSecond'), bytesOutPerSecond: sum('bytesOutPerSecond') };
      const messagesPerSecond = rate < 0.01 ? 0 : rate;
      return { ...rowOf(account, group, roomsOf(account)), messagesPerSecond, ...bytes };
    });
    this.#rates = rates;
    return rows;
  }
}

type Still = Omit<UserRow, 'messagesPerSecond' | keyof Rates>;

function rowOf(account: AccountId, group: readonly Connection[], rooms: number): Still {
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
    queuedBytes: Math.max(...group.map(each => each.session.queued)),
    role: actor?.role ?? 'member',
    here: group.some(each => each.presence),
  };
}
