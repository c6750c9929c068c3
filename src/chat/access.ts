// Who may see what of which room, by positions: what was said while a room was open to all, and what was said while one was
// a member. Follows from events with their positions, in the order of the log; so it knows nothing that is not kept.
import { PARTS_KEPT } from '../limits.ts';
import type { AccountId, ChatEvent, ConversationId, Position, Visibility } from './vocabulary.ts';

/** A part of a conversation: positions from `from` to `to`, both included. */
export interface Reach {
  readonly conversation: ConversationId;
  readonly from: Position;
  readonly to: Position;
}

/** The end of a part that goes on. */
export const ENDLESS: Position = Number.MAX_SAFE_INTEGER;

/** Parts of a line: beginnings and ends in turn; with an odd number the last one goes on. */
type Spans = Position[];

interface RoomAccess {
  visibility: Visibility;
  /** While it was open to all. */
  readonly open: Spans;
  /** While each was a member. */
  readonly members: Map<AccountId, Spans>;
}

export class Access {
  readonly #rooms = new Map<ConversationId, RoomAccess>();
  /** The rooms that each is in. */
  readonly #roomsOf = new Map<AccountId, Set<ConversationId>>();

  clear(): void {
    this.#rooms.clear();
    this.#roomsOf.clear();
  }

  /** Takes one kept event. Total: one that does not fit changes nothing. */
  apply({ kind, conversation, account, position, ...rest }: ChatEvent): void {
    switch (kind) {
      case 'created':
        this.#rooms.set(conversation, { visibility: 'public', open: [position], members: new Map() });
        return;
      case 'joined':
        this.#enter(conversation, account, position);
        return;
      case 'left':
        end(this.#rooms.get(conversation)?.members.get(account), position);
        this.#roomsOf.get(account)?.delete(conversation);
        return;
      case 'visibility':
        this.#turn(conversation, (rest as { visibility: Visibility }).visibility, position);
        return;
      default:
        return;
    }
  }

  /** Whether anyone may follow the room now. A room that is not there yet will be open. */
  isOpen(room: ConversationId): boolean {
    const access = this.#rooms.get(room);
    return access === undefined || access.visibility === 'public';
  }

  isMember(room: ConversationId, account: AccountId): boolean {
    return goesOn(this.#rooms.get(room)?.members.get(account));
  }

  /** The rooms that the account is in; the set is this view's own. */
  roomsOf(account: AccountId): ReadonlySet<ConversationId> {
    return this.#roomsOf.get(account) ?? NONE;
  }

  /** Where the account left the room; null where it is in it, or never was. */
  leftAt(room: ConversationId, account: AccountId): Position | null {
    const spans = this.#rooms.get(room)?.members.get(account);
    return spans === undefined || goesOn(spans) ? null : (spans.at(-1) ?? null);
  }

  /** Whether the account may follow what is said in the room from now on. */
  mayFollow(room: ConversationId, account: AccountId): boolean {
    return this.isOpen(room) || this.isMember(room, account);
  }

  visibility(room: ConversationId): Visibility | null {
    return this.#rooms.get(room)?.visibility ?? null;
  }

  /** Whether a list may name the room to the account. */
  isListed(room: ConversationId, account: AccountId): boolean {
    const access = this.#rooms.get(room);
    return access !== undefined && (access.visibility !== 'hidden' || goesOn(access.members.get(account)));
  }

  /**
   * What the account may see of a room: all that was open, as long as it may come in now, and what was said while it
   * was a member. In rising order, without overlaps; empty where it is nothing, or the room is not there.
   */
  reach(room: ConversationId, account: AccountId): readonly Reach[] {
    const access = this.#rooms.get(room);
    if (!access) return [];
    const own = access.members.get(account) ?? [];
    const mayEnter = access.visibility === 'public' || goesOn(own);
    return union(mayEnter ? access.open : [], own).map(([from, to]) => ({ conversation: room, from, to }));
  }

  #enter(room: ConversationId, account: AccountId, position: Position): void {
    const members = this.#rooms.get(room)?.members;
    if (!members) return;
    const spans = members.get(account);
    if (spans) begin(spans, position);
    else members.set(account, [position]);
    const rooms = this.#roomsOf.get(account);
    if (rooms) rooms.add(room);
    else this.#roomsOf.set(account, new Set([room]));
  }

  #turn(room: ConversationId, visibility: Visibility, position: Position): void {
    const access = this.#rooms.get(room);
    if (!access) return;
    access.visibility = visibility;
    // That it closes is still seen by all who could see it before; that it opens is seen by all from then on.
    if (visibility === 'public') begin(access.open, position);
    else end(access.open, position);
  }
}

const NONE: ReadonlySet<never> = new Set<never>();

function goesOn(spans: Spans | undefined): boolean {
  return spans !== undefined && spans.length % 2 === 1;
}

/** Of very many parts the oldest go: each look at the room would pay for all of them. */
function begin(spans: Spans, at: Position): void {
  if (goesOn(spans)) return;
  spans.push(at);
  if (spans.length > PARTS_KEPT * 2) spans.splice(0, 2);
}

function end(spans: Spans | undefined, at: Position): void {
  if (spans && goesOn(spans)) spans.push(at);
}

function union(one: Spans, other: Spans): [Position, Position][] {
  const parts = [...pairs(one), ...pairs(other)].sort((a, b) => a[0] - b[0]);
  const merged: [Position, Position][] = [];
  for (const [from, to] of parts) {
    const last = merged.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}

function pairs(spans: Spans): [Position, Position][] {
  const found: [Position, Position][] = [];
  for (let i = 0; i < spans.length; i += 2) found.push([spans[i] as Position, spans[i + 1] ?? ENDLESS]);
  return found;
}
