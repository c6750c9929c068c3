// Marks on their way to the disk: put together, written with the next append or a little later, seen by readers meanwhile.
import type { Mark } from '../event-log.ts';

/** Milliseconds within which marks are written together. */
const SOON = 200;

export interface Batch {
  readonly all: readonly Mark[];
  /** They are on the disk. */
  kept(): void;
  /** They are not. */
  again(): void;
}

export class PendingMarks {
  readonly #write: (marks: readonly Mark[]) => Promise<unknown>;
  readonly #waiting = new Map<string, Mark>();
  readonly #underway = new Set<readonly Mark[]>();
  #timer: NodeJS.Timeout | null = null;

  constructor(write: (marks: readonly Mark[]) => Promise<unknown>) {
    this.#write = write;
  }

  add(marks: readonly Mark[]): void {
    for (const mark of marks) {
      const key = keyOf(mark);
      const before = this.#waiting.get(key);
      if (!before || before.value < mark.value) this.#waiting.set(key, mark);
    }
    if (marks.length > 0) this.#timer ??= setTimeout(() => void this.#flush(), SOON).unref();
  }

  /** All that wait, for a write that is about to be made. */
  take(): Batch {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#underway.add(all);
    return {
      all,
      kept: () => this.#underway.delete(all),
      again: () => {
        this.#underway.delete(all);
        this.add(all);
      },
    };
  }

  /** Rows as they were read, and what is not written yet. */
  over(rows: readonly Mark[], concerns: (mark: Mark) => boolean): readonly Mark[] {
    const merged = new Map(rows.map(row => [keyOf(row), row] as const));
    for (const marks of [...this.#underway, [...this.#waiting.values()]]) {
      for (const mark of marks) {
        if (!concerns(mark)) continue;
        const before = merged.get(keyOf(mark));
        if (!before || before.value < mark.value) merged.set(keyOf(mark), mark);
      }
    }
    return [...merged.values()];
  }

  /** Writes what waits; what cannot be written now is given up. */
  async close(): Promise<void> {
    const batch = this.take();
    if (batch.all.length > 0) await this.#write(batch.all).catch(() => {});
  }

  async #flush(): Promise<void> {
    const batch = this.take();
    try {
      await this.#write(batch.all);
      batch.kept();
    } catch {
      batch.again();
    }
  }
}

function keyOf({ account, conversation, kind }: Mark): string {
  return `${account}\n${conversation}\n${kind}`;
}
