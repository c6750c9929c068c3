// The lines of one conversation in the order of the log. Mutated in place, so that a line costs the same at a million as at ten;
// a line itself never changes, it is replaced. Whoever changes a timeline makes a new model around it.
import type { AccountId, AnyEvent, Command, MessageId, Millis, Position } from '../../chat/vocabulary.ts';
import type { ErrorParams } from '../../errors.ts';
import type { SendRef } from './messages.ts';
import { dayOf } from './times.ts';

interface LineHead {
  /** Where the line begins; lines of one's own without a place yet stand behind all others, from PENDING on. */
  readonly position: Position;
  /** Where it ends: more than `position` only for folded membership. */
  readonly last: Position;
  readonly time: Millis;
}

export interface MessageLine extends LineHead {
  readonly is: 'message';
  readonly id: MessageId | null;
  readonly account: AccountId;
  readonly from: string;
  readonly text: string;
  /** Written with /me. */
  readonly action: boolean;
  /** Names the reader. */
  readonly mention: boolean;
  /** A body that this program cannot open. */
  readonly sealed: boolean;
  /** Sent from this screen: what became of it. */
  readonly state: 'sent' | 'delivered' | null;
}

export interface Change {
  readonly position: Position;
  readonly what: 'joined' | 'left' | 'created';
  readonly account: AccountId;
  readonly name: string;
  readonly time: Millis;
}

/** Comings and goings in a row, folded into one line. */
export interface MembershipLine extends LineHead {
  readonly is: 'membership';
  readonly changes: readonly Change[];
}

/** What the server says, and what no text can imitate: announcements, kicks, topics, kinds not known here. */
export interface ServerLine extends LineHead {
  readonly is: 'server';
  readonly event: AnyEvent;
}

/** A line of one's own on its way. */
export interface PendingLine extends LineHead {
  readonly is: 'pending';
  readonly ref: SendRef;
  readonly id: MessageId | null;
  /** One's own account and name. */
  readonly account: AccountId;
  readonly from: string;
  readonly text: string;
  readonly action: boolean;
  readonly command: Command;
  readonly refusal: { readonly code: string; readonly params: ErrorParams } | null;
}

export type LoggedLine = MessageLine | MembershipLine | ServerLine;
export type Line = LoggedLine | PendingLine;

/** Above every position of a log. */
export const PENDING: Position = 2 ** 52;

export interface Timeline {
  /** Rising by position, without overlaps. */
  readonly logged: LoggedLine[];
  readonly pending: PendingLine[];
  /** Lines sent from here and not yet known as delivered: where they stand. */
  readonly sent: Map<MessageId, Position>;
}

export function createTimeline(): Timeline {
  return { logged: [], pending: [], sent: new Map() };
}

export function lineCount(timeline: Timeline): number {
  return timeline.logged.length + timeline.pending.length;
}

export function lineAt(timeline: Timeline, index: number): Line | undefined {
  const { logged, pending } = timeline;
  return index < logged.length ? logged[index] : pending[index - logged.length];
}

/** Index of the line that holds a position, else of the first one behind it; the count when there is none. */
export function indexOf(timeline: Timeline, position: Position): number {
  const { logged, pending } = timeline;
  const found = firstFrom(logged, position);
  return found < logged.length ? found : found + firstFrom(pending, position);
}

/** Position of the oldest line from the log, or null. */
export function oldest(timeline: Timeline): Position | null {
  return timeline.logged[0]?.position ?? null;
}

/** Whether the line at this position is there already. */
export function has(timeline: Timeline, position: Position): boolean {
  const line = timeline.logged[firstFrom(timeline.logged, position)];
  if (line === undefined || position < line.position) return false;
  return line.is !== 'membership' || line.changes.some(change => change.position === position);
}

/** Puts a line at its place; false when its position was there already. The usual place, the end, costs O(1). */
export function insert(timeline: Timeline, line: LoggedLine): boolean {
  const { logged } = timeline;
  const end = logged.at(-1);
  if (end === undefined || line.position > end.last) {
    logged.push(line);
    foldAt(logged, logged.length - 1);
    return true;
  }
  if (has(timeline, line.position)) return false;
  const index = firstFrom(logged, line.position);
  const at = logged[index];
  if (at?.is === 'membership' && at.position < line.position) split(logged, index, at, line);
  else logged.splice(index, 0, line);
  foldAround(logged, line.position);
  return true;
}

/** Puts a page of lines, rising by position, in front of what is there, or merges it. Returns how many were new. */
export function insertPage(timeline: Timeline, lines: readonly LoggedLine[]): number {
  const { logged } = timeline;
  const first = logged[0];
  const last = lines.at(-1);
  if (last === undefined) return 0;
  if (first !== undefined && last.last >= first.position) {
    let added = 0;
    for (const line of lines) if (insert(timeline, line)) added += 1;
    return added;
  }
  const newer = logged.splice(0);
  for (const line of lines) {
    logged.push(line);
    foldAt(logged, logged.length - 1);
  }
  const seam = logged.length;
  for (const line of newer) logged.push(line);
  foldAt(logged, seam);
  return lines.length;
}

/** Forgets the oldest lines when there are more than half again as many as wanted. Returns whether it did. */
export function trim(timeline: Timeline, wanted: number): boolean {
  const surplus = timeline.logged.length - wanted;
  if (surplus <= wanted / 2) return false;
  timeline.logged.splice(0, surplus);
  return true;
}

/** A line of one's own, as the last. */
export function addPending(timeline: Timeline, line: Omit<PendingLine, 'is' | 'position' | 'last'>): PendingLine {
  const position = PENDING + line.ref;
  const pending: PendingLine = { is: 'pending', position, last: position, ...line };
  timeline.pending.push(pending);
  return pending;
}

/** Changes a line on its way; null takes it out. Returns what stood there. */
export function changePending(
  timeline: Timeline,
  found: (line: PendingLine) => boolean,
  change: (line: PendingLine) => PendingLine | null,
): PendingLine | undefined {
  const index = timeline.pending.findIndex(found);
  const line = timeline.pending[index];
  if (line === undefined) return undefined;
  const next = change(line);
  timeline.pending.splice(index, 1, ...(next ? [next] : []));
  return line;
}

/** Replaces a message from the log; false when there is none at that place. */
export function replaceMessage(
  timeline: Timeline,
  position: Position,
  change: (line: MessageLine) => MessageLine,
): boolean {
  const index = firstFrom(timeline.logged, position);
  const line = timeline.logged[index];
  if (line?.is !== 'message' || line.position !== position) return false;
  timeline.logged[index] = change(line);
  return true;
}

/** Binary search: the first line that does not end before the position. */
function firstFrom(lines: readonly LineHead[], position: Position): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (lines[middle]!.last < position) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A line that belongs between two changes of a fold: the fold becomes two. */
function split(logged: LoggedLine[], index: number, fold: MembershipLine, line: LoggedLine): void {
  const before = fold.changes.filter(change => change.position < line.position);
  const after = fold.changes.filter(change => change.position > line.position);
  logged.splice(index, 1, foldOf(before), line, foldOf(after));
}

function foldAround(logged: LoggedLine[], position: Position): void {
  const index = firstFrom(logged, position);
  foldAt(logged, index + 1);
  foldAt(logged, index);
}

/** Joins the line at an index to the one before it when both are membership of one day. */
function foldAt(logged: LoggedLine[], index: number): void {
  const before = logged[index - 1];
  const line = logged[index];
  if (before?.is !== 'membership' || line?.is !== 'membership' || dayOf(before.time) !== dayOf(line.time)) return;
  logged.splice(index - 1, 2, foldOf([...before.changes, ...line.changes]));
}

/** One line of several changes, which are in order and at least one. */
export function foldOf(changes: readonly Change[]): MembershipLine {
  const first = changes[0]!;
  return { is: 'membership', position: first.position, last: changes.at(-1)!.position, time: first.time, changes };
}
