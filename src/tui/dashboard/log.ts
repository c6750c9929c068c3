// The live log: taking in, filtering, standing still, scrolling and searching. Pure.
// An append costs a copy of at most LOG_LINES references and a look at what is new, however much is held.
import type { MessageRef } from '../../chat/vocabulary.ts';
import { LOG_LINES } from '../../limits.ts';
import { reveal, scroll, visibleRows } from '../kit/list.ts';
import type { LogEntry, LogKind } from './entry.ts';
import type { Log, LogGroup } from './model.ts';

export const EMPTY_LOG: Log = {
  entries: [],
  shown: [],
  waiting: [],
  missed: 0,
  state: 'following',
  list: { anchor: 'end' },
  group: 'all',
  filter: '',
  search: '',
  picked: -1,
  wrapped: false,
};

export const GROUPS: readonly LogGroup[] = ['all', 'talk', 'people', 'alerts'];

const GROUP_OF: { readonly [K in LogKind]: LogGroup } = {
  message: 'talk',
  private: 'talk',
  joined: 'people',
  left: 'people',
  created: 'people',
  topic: 'talk',
  edited: 'talk',
  deleted: 'talk',
  reacted: 'talk',
  file: 'talk',
  visibility: 'talk',
  retained: 'alerts',
  banned: 'alerts',
  unbanned: 'alerts',
  muted: 'alerts',
  unmuted: 'alerts',
  ruled: 'alerts',
  door: 'alerts',
  motd: 'alerts',
  set: 'alerts',
  'clock-confirmed': 'alerts',
  claimed: 'people',
  connected: 'people',
  gone: 'people',
  refused: 'alerts',
  broadcast: 'alerts',
  kicked: 'alerts',
  limited: 'alerts',
  operated: 'alerts',
  warning: 'alerts',
};

/** Rows that a line takes, and rows that there are. */
export interface LogView {
  readonly heightOf: (index: number) => number;
  readonly height: number;
}

/** The log with what came. */
export function appended(before: Log, entries: readonly LogEntry[]): Log {
  if (entries.length === 0) return before;
  const log = withoutDeleted(before, entries);
  if (log.state !== 'following') {
    return { ...log, waiting: held(log.waiting, entries), missed: log.missed + entries.length };
  }
  const all = held(log.entries, entries);
  if (log.shown === log.entries) return { ...log, entries: all, shown: all, picked: -1 };
  const test = tester(log);
  const lost = log.entries.slice(0, log.entries.length + entries.length - all.length);
  const gone = lost.reduce((count, entry) => (test(entry) ? count + 1 : count), 0);
  const fresh = entries.length > LOG_LINES ? all : entries;
  return { ...log, entries: all, shown: [...log.shown.slice(gone), ...fresh.filter(test)], picked: -1 };
}

/** A message that was taken away says nothing here any more either. */
function withoutDeleted(log: Log, entries: readonly LogEntry[]): Log {
  const taken = new Set(entries.flatMap(({ kind, ref }) => (kind === 'deleted' && ref ? [refKey(ref)] : [])));
  if (taken.size === 0) return log;
  const emptied = (entry: LogEntry): LogEntry =>
    entry.ref && 'text' in entry && taken.has(refKey(entry.ref)) ? { ...entry, text: '', gone: true } : entry;
  const all = log.entries.map(emptied);
  const shown = log.shown === log.entries ? all : log.shown.map(emptied);
  return { ...log, entries: all, shown, waiting: log.waiting.map(emptied) };
}

function refKey({ account, id }: MessageRef): string {
  return `${account} ${id}`;
}

/** Follows again: what waited comes in. */
export function following(log: Log): Log {
  if (log.state === 'following') return log;
  const entries = held(log.entries, log.waiting);
  const caughtUp = { ...log, entries, waiting: [], missed: 0, state: 'following' as const, list: EMPTY_LOG.list };
  return refiltered(caughtUp);
}

/** Stands still, or follows again. */
export function pauseToggled(log: Log): Log {
  return log.state === 'following' ? { ...log, state: 'paused' } : following(log);
}

/** Scrolls by rows. Upwards it stops following; at the end it follows again, unless it was paused by hand. */
export function logScrolled(log: Log, rows: number, view: LogView): Log {
  const list = scroll(log.list, rows, log.shown.length, view.heightOf, view.height);
  if (list.anchor === 'end') return log.state === 'scrolled' ? following(log) : { ...log, list };
  return { ...log, list, state: log.state === 'following' ? 'scrolled' : log.state };
}

export function logFiltered(log: Log, filter: string): Log {
  return refiltered({ ...log, filter });
}

export function logGrouped(log: Log, group: LogGroup): Log {
  return refiltered({ ...log, group });
}

/** Goes to the next line that holds what is searched for: older ones first, round at the end. */
export function searched(log: Log, direction: 'older' | 'newer', view: LogView): Log {
  const count = log.shown.length;
  if (log.search === '' || count === 0) return { ...log, picked: -1 };
  const words = log.search.toLowerCase();
  const step = direction === 'older' ? count - 1 : 1;
  let at = log.picked >= 0 ? log.picked : direction === 'older' ? 0 : count - 1;
  for (let tried = 0; tried < count; tried++) {
    at = (at + step) % count;
    if (haystack(log.shown[at]!).includes(words)) return shownAt(log, at, view);
  }
  return { ...log, picked: -1 };
}

/** Chooses the next line up or down, at first the lowest in sight; below the last one it follows again. */
export function pickMoved(log: Log, delta: 1 | -1, view: LogView): Log {
  const count = log.shown.length;
  if (count === 0) return log;
  const lowest = visibleRows(log.list, count, view.heightOf, view.height).at(-1)?.index ?? count - 1;
  const wanted = log.picked < 0 ? lowest : Math.max(0, log.picked + delta);
  return wanted >= count ? following(log) : pickedAt(log, wanted, view);
}

/** Chooses a line; the log stands still, and the line is in sight. */
export function pickedAt(log: Log, index: number, view: LogView): Log {
  const list = reveal(log.list, index, log.shown.length, view.heightOf, view.height);
  return { ...log, picked: index, list, state: log.state === 'following' ? 'scrolled' : log.state };
}

function shownAt(log: Log, picked: number, view: LogView): Log {
  const top = Math.max(0, picked - Math.floor(view.height / 2));
  const list = scroll({ anchor: { index: top, row: 0 } }, 0, log.shown.length, view.heightOf, view.height);
  return { ...log, picked, list, state: log.state === 'following' ? 'scrolled' : log.state };
}

function refiltered(log: Log): Log {
  const all = log.group === 'all' && log.filter.trim() === '';
  const shown = all ? log.entries : log.entries.filter(tester(log));
  return { ...log, shown, list: EMPTY_LOG.list, picked: -1 };
}

/** At most LOG_LINES, the oldest go. */
function held(entries: readonly LogEntry[], more: readonly LogEntry[]): readonly LogEntry[] {
  const kept = Math.max(0, LOG_LINES - more.length);
  const before = entries.length > kept ? entries.slice(entries.length - kept) : entries;
  return [...before, ...(more.length > LOG_LINES ? more.slice(-LOG_LINES) : more)];
}

/** Whether a line is to be shown: `#room`, `@name` and words that it holds, all of them. */
function tester(log: Log): (entry: LogEntry) => boolean {
  const words = log.filter.toLowerCase().split(/\s+/).filter(Boolean);
  return entry =>
    (log.group === 'all' || GROUP_OF[entry.kind] === log.group) && words.every(word => holds(entry, word));
}

function holds(entry: LogEntry, word: string): boolean {
  if (word.startsWith('#')) return entry.room?.toLowerCase().startsWith(word) ?? false;
  if (word.startsWith('@')) {
    const name = word.slice(1);
    return [entry.name, entry.other].some(one => one?.toLowerCase().startsWith(name));
  }
  return haystack(entry).includes(word);
}

function haystack({ kind, room = '', name = '', other = '', address = '', text = '', code = '' }: LogEntry): string {
  return `${kind} ${room} ${name} ${other} ${address} ${text} ${code}`.toLowerCase();
}
