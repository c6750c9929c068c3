// A server of the built program as a child process: headless, on any free port, with data of its own.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Environment, environment, MAIN, temporaryHome } from './program.ts';

export { type Run, type RunOptions, runTchat, temporaryHome } from './program.ts';

/** One line of the server's output. */
export type ServerLine = Readonly<Record<string, unknown>>;

export interface TestServer {
  readonly host: string;
  readonly port: number;
  /** As clients are told it: the link with the fingerprint, or without one where nothing is encrypted. */
  readonly address: string;
  readonly home: string;
  readonly data: string;
  readonly child: ChildProcess;
  /** All lines so far. */
  readonly lines: readonly ServerLine[];
  readonly stderr: () => string;
  /** The first line, past or to come, that satisfies the test. */
  waitForLine(matches: (line: ServerLine) => boolean, timeout?: number): Promise<ServerLine>;
  /** SIGTERM, and SIGKILL when it has not ended within 15 s; gives the exit code. To be called in teardown, always. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface ServerOptions {
  /** More arguments for `serve`. */
  readonly args?: readonly string[];
  readonly home?: string;
  readonly env?: Environment;
  /** Any free one without it; a restart on the same port gives it. */
  readonly port?: number;
  /** A restart with the same data gives it. */
  readonly data?: string;
  /** `limits` of the configuration. */
  readonly limits?: Readonly<Record<string, number>>;
  /** Another build of the program. */
  readonly main?: string;
  /** Hears the process's id as soon as there is one, before it listens. */
  readonly born?: (pid: number) => void;
}

/** Starts a server and waits until it listens. */
export async function startServer(options: ServerOptions = {}): Promise<TestServer> {
  const own = options.home === undefined ? temporaryHome() : undefined;
  const home = options.home ?? own?.home ?? '';
  if (options.limits) {
    mkdirSync(join(home, 'config'), { recursive: true, mode: 0o700 });
    writeFileSync(join(home, 'config', 'config.json'), JSON.stringify({ limits: options.limits }), { mode: 0o600 });
  }
  const data = options.data ?? join(home, 'server');
  const port = String(options.port ?? 0);
  const args = [
    options.main ?? MAIN,
    'serve',
    '--headless',
    '--host',
    '127.0.0.1',
    '--port',
    port,
    '--data',
    data,
    ...(options.args ?? []),
  ];
  const child = spawn(process.execPath, args, {
    env: environment(home, options.env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  if (child.pid !== undefined) options.born?.(child.pid);

  const lines: ServerLine[] = [];
  const listeners = new Set<() => void>();
  let stderr = '';
  let ended = false;
  const changed = () => {
    for (const listener of [...listeners]) listener();
  };
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  createInterface({ input: child.stdout }).on('line', line => {
    lines.push(parsed(line));
    changed();
  });
  const closed = new Promise<number | null>(resolve => {
    child.once('error', () => resolve(null));
    child.once('close', code => resolve(code));
  }).then(code => {
    ended = true;
    changed();
    return code;
  });

  const waitForLine: TestServer['waitForLine'] = (matches, timeout = 30_000) =>
    new Promise((resolve, reject) => {
      const fail = (why: string) =>
        finish(() => reject(new Error(`${why}\n${stderr}\n${lines.map(line => JSON.stringify(line)).join('\n')}`)));
      const timer = setTimeout(() => fail(`the server printed no such line within ${timeout} ms`), timeout);
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        listeners.delete(check);
        settle();
      };
      const check = () => {
        const found = lines.find(matches);
        if (found !== undefined) finish(() => resolve(found));
        else if (ended) fail('the server ended');
      };
      listeners.add(check);
      check();
    });

  const stop: TestServer['stop'] = async (signal = 'SIGTERM') => {
    const timer = setTimeout(() => child.kill('SIGKILL'), 15_000);
    if (!ended) child.kill(signal);
    const code = await closed;
    clearTimeout(timer);
    own?.remove();
    return code;
  };

  let listening: ServerLine;
  try {
    listening = await waitForLine(line => line['event'] === 'listening');
  } catch (error) {
    await stop('SIGKILL');
    throw error;
  }
  const host = String(listening['host']);
  const bound = Number(listening['port']);
  return {
    host,
    port: bound,
    address: String(listening['link']),
    home,
    data,
    child,
    lines,
    stderr: () => stderr,
    waitForLine,
    stop,
  };
}

function parsed(line: string): ServerLine {
  try {
    return JSON.parse(line) as ServerLine;
  } catch {
    // Kept, so that a test that waits shows what was printed instead.
    return { event: 'no JSON', line };
  }
}
