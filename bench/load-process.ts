// The side of the benchmark that tells a load generator, a process of its own, what to do: one order at a time.
import { type ChildProcess, fork } from 'node:child_process';

export class LoadProcess<Order extends object> {
  readonly #child: ChildProcess;

  /** `file`: a module that calls `obeying`. */
  constructor(file: string) {
    this.#child = fork(file, { execArgv: ['--import=tsx'] });
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What the generator made of the order; rejects with what it threw, or when it has ended. */
  do(order: Order): Promise<unknown> {
    const child = this.#child;
    return new Promise((resolve, reject) => {
      const settle = (answer: { result?: unknown; error?: string }) => {
        child.off('message', settle).off('exit', ended);
        if (answer.error === undefined) resolve(answer.result);
        else reject(new Error(answer.error));
      };
      const ended = () => settle({ error: 'the load generator ended' });
      child.on('message', settle).on('exit', ended);
      child.send(order);
    });
  }

  end(): void {
    if (this.#child.connected) this.#child.disconnect();
  }
}

/** The generator's side: obeys until nobody is there any more. */
export function obeying<Order>(obey: (order: Order) => Promise<unknown>): void {
  process.on('message', (order: Order) => {
    obey(order).then(
      result => process.send?.({ result: result ?? null }),
      error => process.send?.({ error: error instanceof Error ? error.message : String(error) }),
    );
  });
  process.on('disconnect', () => process.exit(0));
}
