// A log whose writes take as long as a test likes, and fail when it likes.
import type { Draft } from '../../src/chat/vocabulary.ts';
import { TchatError } from '../../src/errors.ts';
import { MemoryLog } from '../../src/store/memory-log.ts';

/** A log that keeps nothing until it is told to, and knows how much came at once. */
export class HeldLog extends MemoryLog {
  hold = false;
  /** The next write fails, and what it was given is not kept. */
  fails = false;
  readonly batches: number[] = [];
  #release: (() => void)[] = [];

  override async append(drafts: readonly Draft[]) {
    this.batches.push(drafts.length);
    if (this.hold) await new Promise<void>(resolve => this.#release.push(resolve));
    if (this.fails) {
      this.fails = false;
      throw new TchatError('storage-failed', { reason: 'EIO' });
    }
    return super.append(drafts);
  }

  release(): void {
    this.hold = false;
    for (const each of this.#release.splice(0)) each();
  }
}
