// Tells the server how far was read: at once, and then now and again while one reads on.
import type { ConversationId, Position } from '../chat/vocabulary.ts';
import { MARK_INTERVAL } from '../limits.ts';
import type { Clock } from '../session/clock.ts';

export class Marking {
  readonly #clock: Clock;
  readonly #mark: (conversation: ConversationId, position: Position) => void;
  readonly #waiting = new Map<ConversationId, Position>();
  #stop: (() => void) | null = null;

  constructor(clock: Clock, mark: (conversation: ConversationId, position: Position) => void) {
    this.#clock = clock;
    this.#mark = mark;
  }

  mark(conversation: ConversationId, position: Position): void {
    this.#waiting.set(conversation, Math.max(position, this.#waiting.get(conversation) ?? 0));
    if (this.#stop === null) this.#tell();
  }

  /** Tells what waits. */
  close(): void {
    this.#stop?.();
    this.#stop = null;
    this.#flush();
  }

  #tell(): void {
    this.#stop = null;
    if (this.#waiting.size === 0) return;
    this.#flush();
    this.#stop = this.#clock.after(MARK_INTERVAL, () => this.#tell());
  }

  #flush(): void {
    for (const [conversation, position] of this.#waiting) this.#mark(conversation, position);
    this.#waiting.clear();
  }
}
