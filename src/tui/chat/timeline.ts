// The lines of one conversation in the order of the log. Mutated in place, so that a line costs the same at a million as at ten;
// a line itself never changes, it is replaced. Whoever changes a timeline makes a new model around it.
import type { Change as LaterChange } from '../../chat/fold.ts';
import type {
  AccountId,
  AnyEvent,
  Command,
  Message,
  MessageId,
  MessageRef,
  Millis,
  Position,
} from '../../chat/vocabulary.ts';
import type { ErrorParams } from '../../errors.ts';
import { CHANGES_HELD } from '../../limits.ts';
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
  /** As it stands after all that was done about it. */
  readonly event: Message;
  readonly id: MessageId | null;
  readonly account: AccountId;
  readonly from: string;
  /** Empty where it was taken back. */
  readonly text: string;
  /** Written with /me. */
  readonly action: boolean;
  /** Names the reader. */
  readonly mention: boolean;
  /** A body that this program cannot open. */
  readonly sealed: boolean;
  /** What was done about it up to here is in it. */
  readonly changed: Position;
}

/** An edit, a deletion, a reaction, as it came. */
export type Later = LaterChange & AnyEvent;

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
  /** An invitation of the reader. */
  readonly toMe: boolean;
}

/** A file that is offered. What becomes of it is no part of the line: see model-files.ts. */
export interface OfferLine extends LineHead {
  readonly is: 'offer';
  readonly event: AnyEvent & { readonly kind: 'offered' };
  readonly account: AccountId;
  readonly from: string;
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

export type LoggedLine = MessageLine | MembershipLine | ServerLine | OfferLine;
export type Line = LoggedLine | PendingLine;

/** Above every position of a log. */
export const PENDING: Position = 2 ** 52;

export interface Timeline {
  /** Rising by position, without overlaps. */
  readonly logged: LoggedLine[];
  readonly pending: PendingLine[];
  /** How far the lines reach where that is beyond the first and the last one: not everything that happens is a line. */
  begin: Position | null;
  end: Position | null;
  /** Where messages stand, by `nameOf`. */
  readonly places: Map<string, Position>;
  /** What was done about messages that are not here, in the order in which it came. */
  readonly held: Map<string, Later[]>;
}

export function createTimeline(): Timeline {
  return { logged: [], pending: [], begin: null, end: null, places: new Map(), held: new Map() };
}

/** One name for a message: ids are unique an account. */
export function nameOf({ account, id }: MessageRef): string {
  return `${account} ${id}`;
}

/** The message that is meant, where it is here. */
export function messageOf(timeline: Timeline, about: MessageRef): MessageLine | undefined {
  const position = timeline.places.get(nameOf(about));
  const line = position === undefined ? undefined : timeline.logged[firstFrom(timeline.logged, position)];
  return line?.is === 'message' && line.position === position ? line : undefined;
}

/** Keeps a change until its message is here; of too many the first ones go: who reads such a message back finds it changed. */
export function hold(timeline: Timeline, change: Later): void {
  const name = nameOf(change.about);
  const held = timeline.held.get(name);
  if (held !== undefined) held.push(change);
  else timeline.held.set(name, [change]);
  const [first] = timeline.held.keys();
  if (first !== undefined && timeline.held.size > CHANGES_HELD) timeline.held.delete(first);
}

function place(timeline: Timeline, line: LoggedLine): void {
  if (line.is !== 'message' || line.id === null) return;
  const name = nameOf({ account: line.account, id: line.id });
  timeline.places.set(name, line.position);
  timeline.held.delete(name);
}

function displace(timeline: Timeline, lines: readonly LoggedLine[]): void {
  for (const line of lines) {
    if (line.is === 'message' && line.id !== null)
      timeline.places.delete(nameOf({ account: line.account, id: line.id }));
  }
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

/** How far back the lines reach, or null. */
export function oldest({ logged, begin }: Timeline): Position | null {
  const first = logged[0]?.position ?? null;
  return begin !== null && (first === null || begin < first) ? begin : first;
}

/** How far on the lines from the log reach, or null. */
export function newest({ logged, end }: Timeline): Position | null {
  const last = logged.at(-1)?.last ?? null;
  return end !== null && (last === null || end > last) ? end : last;
}

/** A piece of the log, rising by position and without a gap, that touches what is here: all that happened in it is known. */
export function covers(timeline: Timeline, events: readonly AnyEvent[]): void {
  const [first, last] = [events[0], events.at(-1)];
  if (first === undefined || last === undefined) return;
  timeline.begin = Math.min(first.position, oldest(timeline) ?? first.position);
  timeline.end = Math.max(last.position, newest(timeline) ?? last.position);
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
    place(timeline, line);
    logged.push(line);
    foldAt(logged, logged.length - 1);
    return true;
  }
  if (has(timeline, line.position)) return false;
  place(timeline, line);
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
    place(timeline, line);
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
  displace(timeline, timeline.logged.splice(0, surplus));
  timeline.begin = null;
  return true;
}

/** Takes out the newest lines, as many as there are beyond half again as many as wanted, and gives them as a timeline. */
export function splitOff(timeline: Timeline, wanted: number): Timeline | null {
  const surplus = timeline.logged.length - wanted;
  if (surplus <= wanted / 2) return null;
  const lines = timeline.logged.splice(wanted);
  displace(timeline, lines);
  const newer: Timeline = { ...createTimeline(), pending: timeline.pending.splice(0), end: timeline.end };
  timeline.end = null;
  insertPage(newer, lines);
  return newer;
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
