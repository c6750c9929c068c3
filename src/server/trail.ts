// The audit trail: what operators and moderators did, when, to whom and why. It is the log's own events, of which the
// newest are held; so it is as durable as they are, and there is nothing beside them that could say otherwise.
import { subjectOf } from '../chat/undo.ts';
import type { AccountId, ChatEvent, EventKind, Position } from '../chat/vocabulary.ts';
import { ACTS_BYTES, ACTS_HELD } from '../limits.ts';
import { bytesAtMost } from './page-bytes.ts';

const ACTS: ReadonlySet<EventKind> = new Set<EventKind>([
  ...(['broadcast', 'kicked', 'banned', 'unbanned', 'muted', 'unmuted', 'ruled', 'visibility'] as const),
  ...(['door', 'motd', 'set', 'limited', 'retained', 'clock-confirmed'] as const),
  ...(['role', 'exempted', 'released', 'invite-made', 'invite-revoked'] as const),
]);

/** An act with what stood there before. */
export interface TrailAct {
  readonly event: ChatEvent;
  /** The act of the same subject before it, as far as it is held. */
  readonly before: ChatEvent | null;
  /** Whether no later act has the same subject. */
  readonly newest: boolean;
}

/** A message or a file is taken away by its author or by somebody who may: the second is an act. */
function isAct(event: ChatEvent): boolean {
  if (event.kind === 'deleted') return event.account !== event.about.account;
  return event.kind === 'withdrawn' ? event.why === 'stopped' : ACTS.has(event.kind);
}

export class Trail {
  readonly #acts: ChatEvent[] = [];

  /** Makes it what the log holds; events in any order. */
  restore(events: readonly ChatEvent[]): void {
    this.#acts.length = 0;
    const acts = events.filter(isAct).toSorted((one, other) => one.position - other.position);
    this.#acts.push(...acts.slice(-ACTS_HELD));
  }

  /** Takes one kept event, in the order of the log. */
  add(event: ChatEvent): void {
    if (!isAct(event)) return;
    this.#acts.push(event);
    // In halves, so that it costs nothing for each.
    if (this.#acts.length >= ACTS_HELD * 2) this.#acts.splice(0, ACTS_HELD);
  }

  /** The newest before a position (null: of all), oldest first. */
  page(before: Position | null, limit: number): readonly TrailAct[] {
    const last = new Map<string, ChatEvent>();
    const all = this.#acts.map(event => {
      const subject = subjectOf(event);
      const earlier = subject === null ? null : (last.get(subject) ?? null);
      if (subject !== null) last.set(subject, event);
      return { event, before: earlier, subject };
    });
    const until = before === null ? all : all.filter(({ event }) => event.position < before);
    const newest = until.slice(-Math.max(1, Math.min(limit, ACTS_HELD)));
    return newest.slice(fitting(newest)).map(({ event, before: earlier, subject }) => ({
      event,
      before: earlier,
      newest: subject !== null && last.get(subject) === event,
    }));
  }

  /** What was done about an account, by its key or one of its names; the newest first. */
  about(account: AccountId, names: readonly string[], most: number): readonly ChatEvent[] {
    return this.#acts
      .filter(act => concerns(act, account, names))
      .slice(-most)
      .reverse();
  }

  /** The newest act that fits. */
  last(fits: (act: ChatEvent) => boolean): ChatEvent | undefined {
    return this.#acts.findLast(fits);
  }
}

function concerns(act: ChatEvent, account: AccountId, names: readonly string[]): boolean {
  switch (act.kind) {
    case 'kicked':
    case 'muted':
    case 'unmuted':
    case 'role':
    case 'released':
      return act.target === account;
    case 'banned':
    case 'unbanned':
      if (act.of.by === 'account') return act.of.account === account;
      return act.of.by === 'name' && names.includes(act.of.name);
    case 'deleted':
      return act.about.account === account;
    case 'broadcast':
      return act.to?.account === account;
    default:
      return false;
  }
}

/** Where those begin, of the last ones, that fit into one answer; at least one does. */
function fitting(acts: readonly { readonly event: ChatEvent }[]): number {
  let left = ACTS_BYTES;
  for (let at = acts.length - 1; at > 0; at--) {
    left -= bytesAtMost((acts[at] as { readonly event: ChatEvent }).event);
    if (left < 0) return Math.min(at + 1, acts.length - 1);
  }
  return 0;
}
