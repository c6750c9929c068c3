// What watches a server from outside: its metrics at an address, and its structured log.
import { TchatError } from '../errors.ts';
import type { Metrics } from '../monitor/metrics.ts';
import type { MetricsServer } from '../monitor/metrics-server.ts';
import type { LogLevel, StructuredLog } from '../monitor/structured-log.ts';
import { type Measure, UNMEASURED } from '../server/measure.ts';
import type { Server } from '../server/server.ts';
import { warningText } from './warning-text.ts';

export interface MonitorArguments {
  /** `[HOST:]PORT`: this machine's own address unless one is named. */
  readonly metrics?: string;
  /** A file, or `-`: standard error. */
  readonly log?: string;
  readonly logLevel?: LogLevel;
}

export class Monitoring {
  readonly #metrics: { readonly of: Metrics; readonly at: MetricsServer } | null;
  readonly #log: StructuredLog | null;
  #detach: () => void = () => {};

  private constructor(metrics: { readonly of: Metrics; readonly at: MetricsServer } | null, log: StructuredLog | null) {
    this.#metrics = metrics;
    this.#log = log;
  }

  /** Opens what is asked for, and loads nothing else. `screen`: standard error is under a dashboard. Throws a TchatError. */
  static async open({ metrics, log, logLevel }: MonitorArguments, screen: boolean): Promise<Monitoring> {
    const wanted = log ?? (logLevel === undefined ? null : '-');
    if (wanted === '-' && screen) throw new TchatError('log-needs-file');
    const address = metrics === undefined ? null : addressOf(metrics);
    let opened: StructuredLog | null = null;
    if (wanted !== null) {
      const { StructuredLog } = await import('../monitor/structured-log.ts');
      const file = wanted === '-' ? null : wanted;
      opened = new StructuredLog({ file, level: logLevel ?? 'info', explain: warningText });
    }
    if (!address) return new Monitoring(null, opened);
    const [{ Metrics }, { MetricsServer }] = await Promise.all([
      import('../monitor/metrics.ts'),
      import('../monitor/metrics-server.ts'),
    ]);
    const of = new Metrics();
    return new Monitoring({ of, at: await MetricsServer.open(address, of) }, opened);
  }

  get measure(): Measure {
    return this.#metrics?.of ?? UNMEASURED;
  }

  /** Where the metrics are; null where they are not asked for. */
  get address(): { readonly host: string; readonly port: number } | null {
    return this.#metrics?.at.address ?? null;
  }

  /** Begins to watch a server that listens. */
  watch(server: Server): void {
    const { version, host, port, name, encrypted } = server.facts;
    this.#metrics?.of.watch({ version, totals: () => server.totals(), health: () => server.health });
    const log = this.#log;
    if (!log) return;
    log.say('listening', { host, port, name, version, encrypted });
    const admin = server.admin(note => {
      if (note.is === 'log') log.entries(note.entries);
      if (note.is === 'closing') log.say('stopping');
    }, false);
    this.#detach = () => admin.close();
  }

  /** After the server. */
  async close(): Promise<void> {
    this.#detach();
    this.#metrics?.at.close();
    this.#log?.say('stopped');
    await this.#log?.close();
  }
}

const LOOPBACK = '127.0.0.1';

/** `9420`, `:9420`, `10.0.0.5:9420`, `[::1]:9420`. Throws a TchatError `bad-option`. */
function addressOf(text: string): { host: string; port: number } {
  const [, bracketed, named, digits] = /^(?:(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]*)):)?(\d{1,5})$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) {
    throw new TchatError('bad-option', { option: '--metrics', value: text, wanted: '[HOST:]PORT' });
  }
  return { host: bracketed ?? (named || LOOPBACK), port };
}
