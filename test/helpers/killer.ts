// A server of the built program that is killed and started again on the same port and the same data.
import { temporaryHome } from './program.ts';
import { type ServerLine, type ServerOptions, startServer, type TestServer } from './server.ts';

export class Killable {
  readonly #options: ServerOptions & { readonly home: string };
  readonly #remove: () => void;
  #server: TestServer;
  /** The port of the first start, and of all others. */
  readonly port: number;
  /** Milliseconds from a restart to the line that it listens. */
  readonly starts: number[] = [];
  kills = 0;

  private constructor(options: ServerOptions & { home: string }, server: TestServer, remove: () => void) {
    this.#options = options;
    this.#server = server;
    this.#remove = remove;
    this.port = server.port;
  }

  static async open(options: ServerOptions = {}): Promise<Killable> {
    const { home, remove } = temporaryHome();
    try {
      return new Killable({ ...options, home }, await startServer({ ...options, home }), remove);
    } catch (error) {
      remove();
      throw error;
    }
  }

  get pid(): number {
    return this.#server.child.pid as number;
  }

  get data(): string {
    return this.#server.data;
  }

  /** What the present one has printed. */
  get lines(): readonly ServerLine[] {
    return this.#server.lines;
  }

  get stderr(): string {
    return this.#server.stderr();
  }

  /** Whether the present one has neither ended nor been killed. */
  get alive(): boolean {
    return this.#server.child.exitCode === null && this.#server.child.signalCode === null;
  }

  waitForLine(matches: (line: ServerLine) => boolean, timeout?: number): Promise<ServerLine> {
    return this.#server.waitForLine(matches, timeout);
  }

  /** Ends it, at once unless another signal is given; resolves when the process is gone, with its exit code. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<number | null> {
    this.kills += 1;
    return this.#server.stop(signal);
  }

  /** Starts it on the same port and data; `early`: kills it so many milliseconds after, whatever it is doing. */
  async restart(early?: number): Promise<void> {
    const began = performance.now();
    const { port } = this;
    const timers: NodeJS.Timeout[] = [];
    const born = (pid: number) => {
      if (early !== undefined) timers.push(setTimeout(() => process.kill(pid, 'SIGKILL'), early));
    };
    const started = startServer({ ...this.#options, port, data: this.data, born });
    if (early === undefined) {
      this.#server = await started;
      this.starts.push(performance.now() - began);
      return;
    }
    // It may come to listen before it dies; either way it is gone when this is over.
    const lived = await started.catch(() => null);
    await lived?.stop('SIGKILL');
    for (const timer of timers) clearTimeout(timer);
    this.kills += 1;
  }

  async close(): Promise<void> {
    await this.#server.stop('SIGKILL');
    this.#remove();
  }
}
