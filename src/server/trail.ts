// The audit trail: what operators and moderators did, when, to whom and why. It is the log's own events, of which the
// newest are held; so it is as durable as they are, and there is nothing beside them that could say otherwise.
import type { ChatEvent, EventKind, Position } from '../chat/vocabulary.ts';
import { ACTS_HELD } from '../limits.ts';

const ACTS: ReadonlySet<EventKind> = new Set<EventKind>([
  ...(['broadcast', 'kicked', 'banned', 'unbanned', 'muted', 'unmuted', 'ruled', 'visibility'] as const),
  ...(['door', 'motd', 'set', 'limited', 'retained', 'clock-confirmed'] as const),
  ...(['role', 'exempted', 'released', 'invite-made', 'invite-revoked'] as const),
]);

export class Trail {
  readonly #acts: ChatEvent[] = [];

  clear(): void {
    this.#acts.length = 0;
  }

  /** Takes one kept event, in the order of the log. */
  add(event: ChatEvent): void {
    if (!isAct(event)) return;
    this.#acts.push(event);
    // In halves, so that it costs nothing for each.
    if (this.#acts.length >= ACTS_HELD * 2) this.#acts.splice(0, ACTS_HELD);
  }

  /** The newest before a position (null: of all), oldest first. */
  page(before: Position | null, limit: number): readonly ChatEvent[] {
    const acts = before === null ? this.#acts : this.#acts.filter(act => act.position < before);
    return acts.slice(-Math.max(1, Math.min(limit, ACTS_HELD)));
  }
}

/** Also that an operator has stopped a file: whoever takes their own back does nothing out of the common. */
export function isAct(event: ChatEvent): boolean {
  return ACTS.has(event.kind) || (event.kind === 'withdrawn' && event.why === 'stopped');
}
