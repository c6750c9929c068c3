// What has come so far, and a way to wait for what must come.

/** Milliseconds until a test gives up waiting: only a failure takes that long. */
const PATIENCE = 30_000;

/** Collects what comes and wakes who waits for it. */
export class Inbox<M> {
  readonly all: M[] = [];
  readonly #waiting = new Set<() => void>();

  add(message: M): void {
    this.all.push(message);
    for (const look of [...this.#waiting]) look();
  }

  /** Resolves with the first thing, past or to come, of which `pick` makes something; looks at each once. */
  first<T>(what: string, pick: (message: M) => T | undefined | false | null): Promise<T> {
    let seen = 0;
    return this.until(what, all => {
      for (; seen < all.length; seen++) {
        const found = pick(all[seen] as M);
        if (found !== undefined && found !== false && found !== null) return found;
      }
      return null;
    });
  }

  /** Resolves with what `find` gives as soon as it gives something; rejects when that takes far too long. */
  until<T>(what: string, find: (all: readonly M[]) => T | undefined | false | null): Promise<T> {
    return new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      const look = () => {
        const found = find(this.all);
        if (found === undefined || found === false || found === null) return;
        done();
        resolve(found);
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`never came: ${what}\nlast: ${this.all.slice(-8).map(show).join('\n      ')}`));
      }, PATIENCE);
      // Who lost a race against this waits no longer, and keeps no process alive.
      timer.unref();
      this.#waiting.add(look);
      look();
    });
  }
}

const show = (value: unknown) => JSON.stringify(value, (_, each) => (each instanceof Error ? each.message : each));
