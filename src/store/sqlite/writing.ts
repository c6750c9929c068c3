// The main thread's side of the writer: requests in order, each answered once.
import { Worker } from 'node:worker_threads';
import { TchatError } from '../../errors.ts';
import { storageError } from './database.ts';
import type { WriteAnswer, WriteRequest } from './writer.ts';

interface Waiting {
  readonly resolve: (count: number) => void;
  readonly reject: (error: TchatError) => void;
}

/** The built file: a thread has no loader for sources, so whoever tests this takes it from dist/. */
const WRITER = new URL('./writer.js', import.meta.url);

export class Writing {
  readonly #worker: Worker;
  readonly #waiting: Waiting[] = [];
  #dead: TchatError | null = null;

  private constructor(file: string) {
    this.#worker = new Worker(WRITER, { workerData: { file } });
    this.#worker.on('message', (answer: WriteAnswer) => this.#answered(answer));
    this.#worker.on('error', error => this.#died(storageError(error)));
    this.#worker.on('exit', () => this.#died(new TchatError('storage-failed', { reason: 'the writer has ended' })));
  }

  /** Starts the thread and opens the file there; rejects with what opening said. */
  static async open(file: string): Promise<Writing> {
    const writing = new Writing(file);
    await writing.#answer();
    return writing;
  }

  /** Whether the thread has ended. */
  get dead(): boolean {
    return this.#dead !== null;
  }

  /** How many rows it was about; rejects with `storage-full` or `storage-failed`. */
  ask(request: WriteRequest): Promise<number> {
    if (this.#dead) return Promise.reject(this.#dead);
    const answer = this.#answer();
    this.#worker.postMessage(request);
    return answer;
  }

  /** Writes what was asked before, then ends. */
  async close(): Promise<void> {
    if (this.#dead) return;
    await this.ask({ do: 'close' }).catch(() => {});
    await this.#worker.terminate();
  }

  #answer(): Promise<number> {
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
  }

  #answered(answer: WriteAnswer): void {
    const waiting = this.#waiting.shift();
    if (answer.ok) waiting?.resolve(answer.count);
    else waiting?.reject(new TchatError(answer.code, answer.params));
  }

  #died(error: TchatError): void {
    this.#dead ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#dead);
  }
}
