// A log whose writes take as long as a test likes.
import type { Draft } from '../../src/chat/vocabulary.ts';
import { MemoryLog } from '../../src/store/memory-log.ts';

/** A log that keeps nothing until it is told to, and knows how much came at once. */
export class HeldLog extends MemoryLog {
  hold = false;
  readonly batches: number[] = [];
  #release: (() => void)[] = [];

  override async append(drafts: readonly Draft[]) {
    this.batches.push(drafts.length);
    if (this.hold) await new Promise<void>(resolve => this.#release.push(resolve));
    return super.append(drafts);
  }

  release(): void {
    this.hold = false;
    for (const each of this.#release.splice(0)) each();
  }
}
