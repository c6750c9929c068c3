// The log of a server for machines: one JSON object a line, with a level. Who came and went and what operators did; never
// what was said, and nothing in it can speak to a terminal.
import { openSync } from 'node:fs';
import { type Logger, pino, stdTimeFunctions } from 'pino';
import { jsonCalmed } from '../chat/text.ts';
import { TchatError } from '../errors.ts';
import { MONITOR_TIMEOUT, STRUCTURED_LOG_WAITING } from '../limits.ts';
import type { LogEntry, LogKind } from '../server/feed.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export interface StructuredLogOptions {
  /** Null: standard error. */
  readonly file: string | null;
  /** What is below it is left out. */
  readonly level: LogLevel;
  /** The sentence of a warning's code. */
  readonly explain: (code: string, params: LogEntry['params']) => string;
}

/** What people do all day. */
const TALK: ReadonlySet<LogKind> = new Set<LogKind>([
  ...(['message', 'private', 'edited', 'deleted', 'reacted', 'created', 'joined', 'left', 'topic'] as const),
]);
/** Of these the text is a reason or a value that an operator has set; of all others it is somebody's words. */
const REASONS: ReadonlySet<LogKind> = new Set<LogKind>([
  ...(['kicked', 'banned', 'unbanned', 'ruled', 'door', 'set', 'retained', 'visibility'] as const),
]);

export class StructuredLog {
  readonly #out: ReturnType<typeof pino.destination>;
  readonly #log: Logger;
  readonly #explain: StructuredLogOptions['explain'];
  #dropped = 0;
  #alone = false;

  /** Throws a TchatError `file-unwritable`. */
  constructor({ file, level, explain }: StructuredLogOptions) {
    const dest = file === null ? STANDARD_ERROR : opened(file);
    this.#explain = explain;
    this.#out = pino.destination({ dest, sync: false, maxLength: STRUCTURED_LOG_WAITING });
    this.#out.on('drop', () => {
      this.#dropped += 1;
    });
    // A full disk ends no server: the next line tries again. Behind a pipe that is gone there is nobody.
    this.#out.on('error', (error: NodeJS.ErrnoException) => {
      this.#alone ||= error.code === 'EPIPE';
    });
    const formatters = { level: (name: string) => ({ level: name }) };
    const options = { level, formatters, base: { pid: process.pid }, timestamp: stdTimeFunctions.isoTime };
    this.#log = pino(options, { write: line => this.#write(line) });
  }

  /** Lines of the live log. */
  entries(entries: readonly LogEntry[]): void {
    for (const { time: _time, kind, text, ...rest } of entries) {
      const fields = { event: kind, ...rest, ...(text !== undefined && REASONS.has(kind) ? { text } : {}) };
      if (kind === 'warning') this.#warn(fields, rest);
      else if (TALK.has(kind)) this.#log.debug(fields);
      else this.#log.info(fields);
    }
  }

  /** What the server does itself. */
  say(event: string, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#log.info({ event, ...fields });
  }

  /** Resolves when all is written, or cannot be, or nobody takes it for a while. */
  close(): Promise<void> {
    return new Promise(resolve => {
      const ended = () => {
        clearTimeout(late);
        // What could not be written would be tried again at the process's end, and throw there.
        this.#out.destroy();
        resolve();
      };
      const late = setTimeout(ended, MONITOR_TIMEOUT);
      this.#out.once('close', ended).once('error', ended);
      if (this.#alone) ended();
      else this.#out.end();
    });
  }

  #warn(fields: object, { code = '', params }: Pick<LogEntry, 'code' | 'params'>): void {
    const broken = code === 'storage-failed' || code === 'storage-full';
    this.#log[broken ? 'error' : 'warn'](fields, '%s', this.#explain(code, params));
  }

  #write(line: string): void {
    if (this.#dropped > 0) {
      const lines = this.#dropped;
      this.#dropped = 0;
      this.#log.warn({ event: 'dropped', lines });
    }
    this.#out.write(`${jsonCalmed(line.trimEnd())}\n`);
  }
}

const STANDARD_ERROR = 2;

function opened(file: string): number {
  try {
    return openSync(file, 'a', 0o600);
  } catch (error) {
    throw new TchatError('file-unwritable', { file }, error);
  }
}
