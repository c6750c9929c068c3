// The live log: what happens on the server, as lines for operators. Costs nothing while nobody listens.
// Private talk shows who with whom, never what.
import { isRoom } from '../chat/conversations.ts';
import { type ChatEvent, type MessageRef, type Millis, TALK } from '../chat/vocabulary.ts';
import type { ErrorParams } from '../errors.ts';
import { ADMIN_TEXT, FEED_LINES, FEED_PAUSE } from '../limits.ts';
import type { Clock } from '../session/clock.ts';

/** What operators do to who may come in: one kind of line, told apart by its code. */
export type Operated = 'invite-made' | 'invite-used' | 'invite-revoked' | 'renamed' | 'released' | 'role' | 'exempted';
/** What becomes of files: one kind of line, told apart by its code. */
export type Filed = 'offered' | 'received' | 'declined' | 'withdrawn';
export type LogKind =
  | Exclude<ChatEvent['kind'], 'invited' | Operated | Filed>
  | 'private'
  | 'file'
  | 'connected'
  | 'gone'
  | 'refused'
  | 'warning'
  | 'operated';

/** One line. Which fields a kind has: see entryOf and the calls of `Feed.add`. */
export interface LogEntry {
  readonly time: Millis;
  readonly kind: LogKind;
  readonly room?: string;
  readonly name?: string;
  readonly other?: string;
  readonly address?: string;
  readonly text?: string;
  readonly action?: boolean;
  readonly code?: string;
  readonly params?: ErrorParams;
  /** Of a message in a room, and of what was done about it. */
  readonly ref?: MessageRef;
}

const MISSED = 'lines-missed';

/** The line that stands in the place of so many that were left out. */
export function missedLine(count: number, time: Millis): LogEntry {
  return { time, kind: 'warning', code: MISSED, params: { count } };
}

/** How many lines a line stands for. */
export function missedIn({ code, params }: LogEntry): number {
  return code === MISSED ? Number(params?.['count']) : 1;
}

export type FeedListener = (entries: readonly LogEntry[]) => void;

/** What has happened since the last lines went out. */
type Happened = { readonly line: LogEntry } | { readonly event: ChatEvent };

export class Feed {
  readonly #clock: Clock;
  readonly #listeners = new Set<FeedListener>();
  #pending: Happened[] = [];
  /** Of them talk, which is what there may be too much of. */
  #talk = 0;
  /** A flush is on its way. */
  #due = false;
  /** When the last one was, and how much talk may be shown by then: milliseconds of the clock, and lines. */
  #flushed = Number.NEGATIVE_INFINITY;
  #credit = FEED_LINES;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get listening(): boolean {
    return this.#listeners.size > 0;
  }

  /**
   * Calls with batches of lines: at once after some quiet, else FEED_PAUSE after the last; the answer stops it. Of talk
   * there are FEED_LINES a second at most, the newest, and a line that says how many are left out.
   */
  listen(listener: FeedListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  add(line: LogEntry): void {
    if (this.listening) this.#take({ line });
  }

  events(events: readonly ChatEvent[]): void {
    if (!this.listening) return;
    for (const event of events) this.#take({ event });
  }

  #take(happened: Happened): void {
    this.#pending.push(happened);
    if (isTalk(happened)) this.#talk += 1;
    if (this.#due) return;
    this.#due = true;
    const wait = this.#flushed + FEED_PAUSE - this.#clock.elapsed();
    if (wait <= 0) setImmediate(() => this.#flush());
    else this.#clock.after(wait, () => this.#flush());
  }

  /** Lines are made here and not before: of what is left out there are none. */
  #flush(): void {
    const now = this.#clock.elapsed();
    this.#credit = Math.min(FEED_LINES, this.#credit + ((now - this.#flushed) * FEED_LINES) / 1000);
    this.#flushed = now;
    this.#due = false;
    const pending = this.#pending;
    const leftOut = Math.max(0, this.#talk - Math.floor(this.#credit));
    this.#credit -= this.#talk - leftOut;
    this.#pending = [];
    this.#talk = 0;
    const entries: LogEntry[] = [];
    let skip = leftOut;
    for (const each of pending) {
      if (skip > 0 && isTalk(each)) skip -= 1;
      else entries.push('line' in each ? each.line : entryOf(each.event));
    }
    if (leftOut > 0) {
      entries.unshift(missedLine(leftOut, this.#clock.now()));
    }
    for (const listener of this.#listeners) listener(entries);
  }
}

function isTalk(happened: Happened): boolean {
  return 'event' in happened && TALK.includes(happened.event.kind);
}

/** A line as it goes to screens: the rest of a long text says nothing about a server. */
export function shortened(entry: LogEntry): LogEntry {
  const { text } = entry;
  if (text === undefined || text.length <= ADMIN_TEXT) return entry;
  // Not through the middle of a character.
  return { ...entry, text: `${text.slice(0, ADMIN_TEXT).replace(/[\uD800-\uDBFF]$/, '')}…` };
}

/** An event as a line of the log. */
export function entryOf(event: ChatEvent): LogEntry {
  const { time, conversation: room, from: name } = event;
  switch (event.kind) {
    case 'message': {
      if (event.to) return { time, kind: 'private', name, other: event.to.name };
      const text = event.body.kind === 'text' ? event.body.text : '';
      const ref = event.id === null ? {} : { ref: { account: event.account, id: event.id } };
      return { time, kind: event.kind, room, name, text, action: event.action, ...ref };
    }
    case 'edited':
    case 'deleted':
    case 'reacted':
      if (event.to) return { time, kind: 'private', name, other: event.to.name };
      return { time, kind: event.kind, room, name, text: textOf(event), ref: event.about };
    case 'offered':
    case 'received':
    case 'declined':
    case 'withdrawn': {
      if (event.kind === 'withdrawn' && event.why === 'stopped') {
        return { time, kind: 'operated', code: `file-${event.why}`, name, params: { target: event.to?.name ?? room } };
      }
      if (event.to) return { time, kind: 'private', name, other: event.to.name };
      const text = event.kind === 'offered' && event.body.kind === 'file' ? event.body.file.name : '';
      return { time, kind: 'file', code: event.kind, room, name, text };
    }
    case 'invited':
      return { time, kind: 'private', name, other: event.to.name };
    case 'visibility':
      return { time, kind: event.kind, room, name, text: event.visibility };
    case 'retained': {
      const { days, bytes } = event.keep;
      const text = [event.room ?? '*', days === null ? 'all' : `${days}d`, bytes ?? ''].join(' ').trim();
      return { time, kind: event.kind, name, text };
    }
    case 'banned':
    case 'unbanned': {
      const { of } = event;
      const text = event.kind === 'banned' ? event.reason : '';
      const whom = of.by === 'network' ? of.network : of.name;
      return { time, kind: event.kind, name: whom, other: name, text, ...lasting(event) };
    }
    case 'muted':
    case 'unmuted': {
      const where = event.room === null ? {} : { room: event.room };
      const text = event.kind === 'muted' ? event.reason : '';
      return { time, kind: event.kind, name: event.name, other: name, text, ...where, ...lasting(event) };
    }
    case 'ruled': {
      const { slow, announceOnly, locked, moderators } = event.rules;
      const led = moderators.length > 0 && `${moderators.length} moderators`;
      const text = [slow > 0 && `slow ${slow} s`, announceOnly && 'announce-only', locked && 'locked', led];
      return { time, kind: event.kind, room, name, text: text.filter(Boolean).join(', ') || '-' };
    }
    case 'door':
      return {
        ...{ time, kind: event.kind, name, params: { door: event.door } },
        text: `${event.door} ${event.reason}`.trim(),
      };
    case 'motd':
      return { time, kind: event.kind, name, text: event.text };
    case 'set':
      return { time, kind: event.kind, name, text: `${event.name} ${event.value}` };
    case 'clock-confirmed':
      return { time, kind: event.kind, name };
    case 'topic':
      return { time, kind: event.kind, room, name, text: event.text };
    case 'broadcast': {
      const to = event.to ? { other: event.to.name } : isRoom(room) ? { room } : {};
      return { time, kind: event.kind, name, text: event.text, ...to };
    }
    case 'kicked':
      return { time, kind: event.kind, name: event.name, other: name, text: event.reason };
    case 'limited':
      return { time, kind: event.kind, name, params: { connections: event.connections } };
    case 'claimed':
      return { time, kind: event.kind, name };
    case 'invite-made':
      return { time, kind: 'operated', code: event.kind, name, params: { invite: event.invite, uses: event.uses } };
    case 'renamed':
      return { time, kind: 'operated', code: event.kind, name, params: { name: event.name, before: name } };
    case 'released':
      return { time, kind: 'operated', code: event.kind, name, params: { target: event.name } };
    case 'role':
      return {
        ...{ time, kind: 'operated', code: `${event.kind}-${event.role}`, name },
        params: { target: event.name || event.target },
      };
    case 'exempted': {
      const code = event.on ? 'exempted' : 'unexempted';
      return { time, kind: 'operated', code, name, params: { network: event.network } };
    }
    case 'invite-used':
    case 'invite-revoked':
      return { time, kind: 'operated', code: event.kind, name, params: { invite: event.invite } };
    case 'created':
    case 'joined':
    case 'left':
      return { time, kind: event.kind, room, name };
    default:
      return event satisfies never;
  }
}

/** For how long a sanction holds, in milliseconds; nothing where it does for good. */
function lasting(event: ChatEvent): Pick<LogEntry, 'params'> {
  return 'until' in event && event.until !== null ? { params: { lasts: event.until - event.time } } : {};
}

function textOf(event: ChatEvent): string {
  if (event.kind === 'edited') return event.body.kind === 'text' ? event.body.text : '';
  return event.kind === 'reacted' ? event.reaction : '';
}
