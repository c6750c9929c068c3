// What Prometheus reads of a server: numbers alone. Labels are versions and codes of the program; no name, no address, no room.
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Totals } from '../server/census.ts';
import type { Health, Measure } from '../server/measure.ts';

/** What is looked at when somebody asks. */
export interface MetricsSource {
  readonly version: string;
  totals(): Totals;
  health(): Health;
}

/** Seconds: from a fast disk to one that has trouble. */
const WRITE_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** Totals that rise, and their names. */
const RISING = {
  tchat_messages_total: ['messages', 'Messages kept since the start.'],
  tchat_deliveries_total: ['deliveries', 'Events handed to connections since the start.'],
  tchat_received_bytes_total: ['bytesIn', 'Bytes received from clients, without TLS.'],
  tchat_sent_bytes_total: ['bytesOut', 'Bytes sent to clients, without TLS.'],
} as const satisfies Readonly<Record<string, readonly [keyof Totals, string]>>;

/** Totals that are as they are. */
const PRESENT = {
  tchat_users: ['users', 'People who are here.'],
  tchat_connections: ['connections', 'Open connections.'],
  tchat_connections_unauthenticated: ['unauthenticated', 'Open connections that have not logged in.'],
  tchat_connections_limit: ['limit', 'Connections that the server takes at once.'],
  tchat_rooms: ['rooms', 'Rooms.'],
  tchat_log_bytes: ['diskUsed', 'Bytes that the log takes on the disk.'],
  tchat_admin_sessions: [
    'adminSessions',
    'Sessions of operators that are attached from outside the server’s own process.',
  ],
} as const satisfies Readonly<Record<string, readonly [keyof Totals, string]>>;

export class Metrics implements Measure {
  readonly #registry = new Registry();
  readonly #logins: Counter;
  readonly #refusals: Counter<'code'>;
  readonly #warnings: Counter<'code'>;
  readonly #events: Counter;
  readonly #writes: Histogram;
  #source: MetricsSource | null = null;
  /** As of the last time that somebody asked. */
  #totals: Totals | null = null;

  constructor() {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#logins = new Counter({ name: 'tchat_logins_total', help: 'Logins since the start.', registers });
    this.#refusals = new Counter({
      ...{ name: 'tchat_refused_connections_total', help: 'Connections turned away, by the reason.', registers },
      labelNames: ['code'],
    });
    this.#warnings = new Counter({
      ...{ name: 'tchat_warnings_total', help: 'Warnings to operators, by what they are about.', registers },
      labelNames: ['code'],
    });
    this.#events = new Counter({ name: 'tchat_log_events_total', help: 'Events written to the log.', registers });
    this.#writes = new Histogram({
      ...{ name: 'tchat_log_write_duration_seconds', help: 'From a batch of events to its flush.', registers },
      buckets: WRITE_BUCKETS,
    });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** Begins to look at a server. Once. */
  watch(source: MetricsSource): void {
    this.#source = source;
    const registers = [this.#registry];
    const info = new Gauge({
      ...{ name: 'tchat_info', help: 'The version that runs.', registers },
      labelNames: ['version'],
    });
    info.set({ version: source.version }, 1);
    for (const [name, [of, help]] of Object.entries(RISING)) {
      const counter: Counter = new Counter({
        ...{ name, help, registers },
        collect: () => {
          counter.reset();
          counter.inc(this.#totals?.[of] ?? 0);
        },
      });
    }
    for (const [name, [of, help]] of Object.entries(PRESENT)) {
      const gauge: Gauge = new Gauge({ name, help, registers, collect: () => gauge.set(this.#totals?.[of] ?? 0) });
    }
    const storage: Gauge = new Gauge({
      ...{ name: 'tchat_storage_up', help: '1 while the log keeps what it is given, else 0.', registers },
      collect: () => storage.set(source.health() === 'storage-failed' ? 0 : 1),
    });
  }

  /** How it is; null before there is a server. */
  get health(): Health | null {
    return this.#source?.health() ?? null;
  }

  text(): Promise<string> {
    this.#totals = this.#source?.totals() ?? null;
    return this.#registry.metrics();
  }

  loggedIn(): void {
    this.#logins.inc();
  }

  refused(code: string): void {
    this.#refusals.inc({ code });
  }

  warned(code: string): void {
    this.#warnings.inc({ code });
  }

  written(events: number, milliseconds: number): void {
    this.#events.inc(events);
    this.#writes.observe(milliseconds / 1_000);
  }
}
