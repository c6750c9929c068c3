// The dashboard's reducer: a message and a model give the next model and what is to be done. Pure.
import { DOORS, type Note } from '../../chat/vocabulary.ts';
import { withLink } from '../../words/link.ts';
import { settled, tableHeight } from './act.ts';
import { EMPTY_CHARTS, record } from './charts.ts';
import type { LogEntry, LogKind } from './entry.ts';
import { type Answer, learnt, NOTHING_KNOWN } from './facts.ts';
import { onInput } from './input.ts';
import { newLine } from './line.ts';
import { undoNewest } from './lists/audit.ts';
import { withSelection } from './lists/shown.ts';
import { appended, EMPTY_LOG } from './log.ts';
import type { Model, Msg, Notice, Stats } from './model.ts';
import { asked, refreshed } from './open.ts';
import { refused, type Step, still, withNotice } from './send.ts';
import { EMPTY_TABLE, withRows } from './table.ts';

/** Minutes east of UTC at a time: the machine's own zone, unless a test says otherwise. */
export type OffsetAt = (time: number) => number;

export function initialModel(width: number, height: number): Model {
  return {
    width,
    height,
    now: 0,
    offset: 0,
    phase: 'starting',
    server: null,
    stats: null,
    charts: EMPTY_CHARTS,
    table: EMPTY_TABLE,
    log: EMPTY_LOG,
    focus: 'users',
    pane: 'users',
    command: newLine(''),
    field: null,
    overlay: null,
    known: NOTHING_KNOWN,
    outdated: false,
    notice: null,
    pending: [],
    nextRef: 1,
  };
}

export function update(model: Model, msg: Msg, offsetAt: OffsetAt): Step {
  switch (msg.type) {
    case 'snapshot':
      return still(withSnapshot(at(model, msg.now, offsetAt), msg));
    case 'stats':
      return refreshed({
        ...at(model, msg.stats.now, offsetAt),
        stats: msg.stats,
        charts: record(model.charts, msg.stats),
      });
    case 'users':
      return still({ ...model, table: withRows(model.table, msg.rows, tableHeight(model)) });
    case 'log': {
      const log = appended(model.log, msg.entries);
      const outdated = model.outdated || msg.entries.some(({ kind }) => ACTS.has(kind));
      return still(
        log === model.log ? model : { ...model, log, outdated, stats: statsAfter(model.stats, msg.entries) },
      );
    }
    case 'result':
      // What was done is to be seen at once in what is open.
      return asked(answered(model, msg));
    case 'answer':
      return told(model, msg.answer);
    case 'closing':
      return still(
        withNotice(
          { ...model, phase: 'closing', overlay: null },
          { tone: 'quiet', code: 'dashboard.notice.closing', params: {} },
        ),
      );
    case 'input':
      return onInput(model, msg.event, msg.target);
    case 'resized':
      if (msg.width === model.width && msg.height === model.height) return still(model);
      return still(settled({ ...model, width: msg.width, height: msg.height }));
    case 'tick':
      return still(at(model, msg.now, offsetAt));
    default:
      return msg satisfies never;
  }
}

function at(model: Model, now: number, offsetAt: OffsetAt): Model {
  return now === model.now ? model : { ...model, now, offset: offsetAt(now) };
}

function withSnapshot(model: Model, msg: Extract<Msg, { type: 'snapshot' }>): Model {
  const stats: Stats = {
    now: msg.now,
    users: msg.users.length,
    connections: msg.connections,
    unauthenticated: msg.unauthenticated,
    limit: msg.limit,
    rooms: msg.rooms,
    messagesPerSecond: 0,
    deliveriesPerSecond: 0,
    bytesInPerSecond: 0,
    bytesOutPerSecond: 0,
    memory: 0,
    loopDelayP99: 0,
    diskUsed: 0,
    diskFree: null,
    ...(model.stats ? ratesOf(model.stats) : {}),
    door: msg.door,
    doorBefore: msg.doorBefore,
  };
  const table = withRows(model.table, msg.users, tableHeight(model));
  // Commands of an earlier connection to the server will never be answered.
  return { ...model, phase: 'open', server: msg.server, stats, table, pending: [] };
}

/** What is measured, and not said by a snapshot. */
function ratesOf({ messagesPerSecond, deliveriesPerSecond, bytesInPerSecond, bytesOutPerSecond, ...rest }: Stats) {
  const { memory, loopDelayP99, diskUsed, diskFree } = rest;
  const rates = { messagesPerSecond, deliveriesPerSecond, bytesInPerSecond, bytesOutPerSecond };
  return { ...rates, memory, loopDelayP99, diskUsed, diskFree };
}

/** What operators do, besides talking: lists of it are old after that. */
const ACTS: ReadonlySet<LogKind> = new Set<LogKind>([
  ...(['banned', 'unbanned', 'muted', 'unmuted', 'kicked', 'ruled', 'door', 'motd', 'set', 'limited'] as const),
  ...(['retained', 'broadcast', 'operated', 'visibility', 'deleted', 'clock-confirmed'] as const),
]);

/** The door and the limit are what the log says, and not only after the next second. */
function statsAfter(stats: Stats | null, entries: readonly LogEntry[]): Stats | null {
  let now = stats;
  for (const { kind, params = {} } of entries) {
    if (now === null) return null;
    const { connections } = params;
    if (kind === 'limited' && typeof connections === 'number') now = { ...now, limit: connections };
    const door = kind === 'door' ? DOORS.find(each => each === params['door']) : undefined;
    if (door === undefined || door === now.door) continue;
    now = { ...now, door, doorBefore: door === 'closed' ? now.door : door };
  }
  return now;
}

function told(model: Model, answer: Answer): Step {
  const learned = { ...model, known: learnt(model.known, answer) };
  if (learned.overlay?.is !== 'list') return still(learned);
  const overlay = withSelection(model, learned, learned.overlay);
  const next = { ...learned, overlay };
  if (answer.of !== 'audit' || !overlay.undoes) return still(next);
  const undone = undoNewest(next, overlay);
  if (undone) return undone;
  const { undoes: _undoes, ...list } = overlay;
  return still(refused({ ...next, overlay: list }, 'dashboard.notice.nothing-to-undo'));
}

/** An answer of one sentence stands below; a list goes to the log, where it can be scrolled. */
function noted(model: Model, notes: readonly Note[]): Model {
  const [first] = notes;
  if (first && notes.length === 1) {
    return withNotice(model, { tone: 'ok', code: first.code, params: withLink(first.params, model.server?.link) });
  }
  const entries = notes.map(({ code, params }) => ({ time: model.now, kind: 'operated' as const, code, params }));
  const notice: Notice = { tone: 'ok', code: 'dashboard.notice.listed', params: { count: notes.length } };
  return withNotice({ ...model, log: appended(model.log, entries) }, notice);
}

function answered(model: Model, msg: Extract<Msg, { type: 'result' }>): Model {
  const pending = model.pending.find(({ ref }) => ref === msg.ref);
  if (!pending) return model;
  const rest = { ...model, pending: model.pending.filter(each => each !== pending) };
  if (msg.ok && msg.notes && msg.notes.length > 0) return noted(rest, msg.notes);
  const notice: Notice = msg.ok
    ? { tone: 'ok', code: `dashboard.done.${pending.command.kind}`, params: pending.params }
    : { tone: 'error', code: msg.code, params: msg.params };
  return withNotice(rest, notice);
}
