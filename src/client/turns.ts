// So many at once and no more; whoever asks first comes first.

export class Turns {
  readonly #most: number;
  #taken = 0;
  #waiting: (() => void)[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Resolves with what gives the turn back, to be called once. */
  async take(): Promise<() => void> {
    if (this.#taken >= this.#most) await new Promise<void>(resolve => this.#waiting.push(resolve));
    this.#taken += 1;
    return () => {
      this.#taken -= 1;
      this.#waiting.shift()?.();
    };
  }
}
