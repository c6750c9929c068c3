// What each action does to the model: the same whether a key, a command or the mouse asked for it.
import type { Command } from '../../chat/vocabulary.ts';
import { focused } from './focus.ts';
import type { Action } from './keys.ts';
import { arrange, logLines, textStart, userRows } from './layout.ts';
import { newLine } from './line.ts';
import {
  following,
  GROUPS,
  type LogView,
  logGrouped,
  logScrolled,
  pauseToggled,
  pickedAt,
  pickMoved,
  searched,
} from './log.ts';
import { rowsOf } from './log-line.ts';
import type { Field, Focus, Log, Model, Notice, Pane } from './model.ts';
import { changeForm, openDetails, openList } from './open.ts';
import { type Somebody, sanctionForm } from './sanction.ts';
import { refused, type Step, still, withNotice } from './send.ts';
import { steer } from './steer.ts';
import { columnAfter, filteredBy, moved, reveal, scrolled, selectedAt, selectedRow, sortedBy } from './table.ts';

export function act(model: Model, action: Action): Step {
  switch (action) {
    case 'help':
      return still({ ...model, overlay: { is: 'help', top: 0 } });
    case 'users':
    case 'log':
    case 'command':
      return still(focused({ ...model, overlay: null }, action));
    case 'rooms':
    case 'transfers':
    case 'bans':
    case 'audit':
    case 'settings':
      return openList(model, action);
    case 'door':
      return steer({ ...model, overlay: null }, doorCommand(model));
    case 'next':
      return still(focused(model, neighbour(model.focus, 1)));
    case 'previous':
      return still(focused(model, neighbour(model.focus, -1)));
    case 'broadcast':
      return still({ ...focused(model, 'command'), command: newLine('broadcast ', model.command) });
    case 'kick':
    case 'ban':
    case 'mute':
      return still(sanctioned(model, action));
    case 'details':
      return detailsOfSelected(model);
    case 'delete':
      return still(deletePicked(model));
    case 'limit':
      return still({ ...model, overlay: changeForm('limit', 'connections', String(model.stats?.limit ?? '')) });
    case 'sort':
      return still(withTable(model, (table, height) => sortedBy(table, columnAfter(table.sort), height)));
    case 'reverse':
      return still(withTable(model, (table, height) => sortedBy(table, table.sort, height)));
    case 'filter':
      return still(openField(model, model.pane === 'users' ? 'users-filter' : 'log-filter'));
    case 'search':
      return still(openField(focused(model, 'log'), 'log-search'));
    case 'older':
    case 'newer':
      return still(search(model, action));
    case 'pause':
      return still({ ...model, log: pauseToggled(model.log) });
    case 'group':
      return still({
        ...model,
        log: logGrouped(model.log, GROUPS[(GROUPS.indexOf(model.log.group) + 1) % GROUPS.length]!),
      });
    case 'wrap':
      return still({ ...model, log: { ...model.log, wrapped: !model.log.wrapped } });
    case 'up':
    case 'down':
      return still(
        model.pane === 'users' ? step(model, action === 'up' ? -1 : 1) : pick(model, action === 'up' ? -1 : 1),
      );
    case 'page-up':
    case 'page-down':
      return still(page(model, action === 'page-up' ? -1 : 1));
    case 'first':
    case 'last':
      return still(toEnd(model, action));
    case 'leave':
      return still(leave(model));
    case 'share':
      return still(model.server ? { ...model, overlay: { is: 'share' } } : model);
    case 'copy':
      return copy(model);
    case 'theme':
      return [model, [{ type: 'theme' }]];
    case 'redraw':
      return [model, [{ type: 'redraw' }]];
    case 'quit':
      // The server goes on without this screen: there is nothing to ask.
      if (model.server?.attached) return [model, [{ type: 'quit', now: true }]];
      return still({ ...model, overlay: { is: 'quit' } });
    default:
      return action satisfies never;
  }
}

/** Changes the table, with the number of rows that are to be seen of it. */
export function withTable(model: Model, change: (table: Model['table'], height: number) => Model['table']): Model {
  return { ...model, table: change(model.table, tableHeight(model)) };
}

/** Rows of people on the screen, or as many as there would be. */
export function tableHeight(model: Model): number {
  const { users } = arrange({ ...model, pane: 'users' });
  return users ? userRows(users).count : 1;
}

/** How the log's lines lie on the screen. */
export function logView(model: Model): LogView {
  const { log } = arrange({ ...model, pane: 'log' });
  const lines = log ? logLines(log) : { width: 1, height: 1 };
  return { height: lines.height, heightOf: heightsOf(model.log, lines.width) };
}

/** Rows of each line in so many columns: one, or as many as its text needs beside the time. */
export function heightsOf(log: Log, columns: number): (index: number) => number {
  if (!log.wrapped) return () => 1;
  const width = columns - textStart(columns);
  return index => {
    const entry = log.shown[index];
    return entry ? rowsOf(entry, width).length : 1;
  };
}

/** Moves the log by rows. */
export function scrollLog(model: Model, rows: number): Model {
  return { ...model, log: logScrolled(model.log, rows, logView(model)) };
}

export function scrollTable(model: Model, rows: number): Model {
  return withTable(model, (table, height) => scrolled(table, rows, height));
}

export function search(model: Model, direction: 'older' | 'newer'): Model {
  const log = searched(model.log, direction, logView(model));
  const found = log.picked >= 0 || log.search === '';
  const notice: Notice = { tone: 'error', code: 'dashboard.notice.not-found', params: { search: log.search } };
  return { ...focused(model, 'log'), log, notice: found ? null : notice };
}

/** After the size or the layout changed: nothing scrolled beyond its end. */
export function settled(model: Model): Model {
  return withTable(model, reveal);
}

function neighbour(focus: Focus, step: 1 | -1): Focus {
  const ring: readonly Focus[] = ['users', 'log', 'command'];
  return ring[(ring.indexOf(focus) + step + ring.length) % ring.length]!;
}

/** Whom keys are about: in the log the one whose line is chosen, else the one selected in the table. */
function somebody(model: Model): Somebody | null {
  const line = model.pane === 'log' ? model.log.shown[model.log.picked] : undefined;
  if (line?.name) {
    const row = model.table.rows.find(each => each.name === line.name);
    return { account: line.ref?.account ?? null, name: line.name, ...(row ? { address: row.address } : {}) };
  }
  return selectedRow(model) ?? null;
}

function nobody(model: Model): Model {
  return refused(model, 'dashboard.notice.nobody-selected');
}

function sanctioned(model: Model, act: 'kick' | 'ban' | 'mute'): Model {
  const whom = somebody(model);
  return whom ? { ...model, overlay: sanctionForm(act, whom, null) } : nobody(focused(model, 'users'));
}

function detailsOfSelected(model: Model): Step {
  const whom = somebody(model);
  if (!whom) return still(nobody(focused(model, 'users')));
  return openDetails(model, whom.account ?? `@${whom.name}`, null);
}

/** A message of a room; everything else in the log is no text that anybody could take away. */
function deletePicked(model: Model): Model {
  const line = model.log.shown[model.log.picked];
  if (line?.kind !== 'message' || !line.ref || line.gone) {
    return refused(focused(model, 'log'), 'dashboard.notice.no-message-picked');
  }
  return { ...model, overlay: { is: 'ask', command: { kind: 'delete', about: line.ref }, about: line, back: null } };
}

/** Closes the door, or opens it as it was before. */
function doorCommand({ stats }: Model): Command {
  const door = stats?.door === 'closed' ? stats.doorBefore : 'closed';
  return { kind: 'door', door, reason: '' };
}

/** Chooses a line of the log by its index. */
export function pickLine(model: Model, index: number): Model {
  return { ...model, log: pickedAt(model.log, index, logView(model)) };
}

function pick(model: Model, delta: 1 | -1): Model {
  return { ...model, log: pickMoved(model.log, delta, logView(model)) };
}

function openField(model: Model, of: Field['of']): Model {
  const pane: Pane = of === 'users-filter' ? 'users' : 'log';
  const before = fieldText(model, of);
  return { ...focused(model, pane), field: { of, editor: newLine(before), before } };
}

/** What a field holds already. */
function fieldText(model: Model, of: Field['of']): string {
  if (of === 'users-filter') return model.table.filter;
  return of === 'log-filter' ? model.log.filter : model.log.search;
}

function step(model: Model, delta: number): Model {
  return withTable(model, (table, height) => moved(table, delta, height));
}

function page(model: Model, direction: 1 | -1): Model {
  if (model.pane === 'users') return step(model, direction * Math.max(1, tableHeight(model) - 1));
  return scrollLog(model, direction * Math.max(1, logView(model).height - 1));
}

function toEnd(model: Model, end: 'first' | 'last'): Model {
  if (model.pane === 'users') {
    const index = end === 'first' ? 0 : model.table.shown.length - 1;
    return withTable(model, (table, height) => selectedAt(table, index, height));
  }
  if (end === 'last') return { ...model, log: following(model.log) };
  return scrollLog(model, -Number.MAX_SAFE_INTEGER);
}

/** Esc: out of the command line; in a pane, one step back to showing everything. */
function leave(model: Model): Model {
  if (model.focus === 'command') return { ...focused(model, model.pane), notice: null };
  if (model.notice) return withNotice(model, null);
  if (model.pane === 'users') {
    const { filter } = model.table;
    if (filter !== '') return withTable(model, (table, height) => filteredBy(table, '', height));
    return { ...model, table: { ...model.table, selected: null } };
  }
  const { log } = model;
  if (log.picked >= 0 && log.search === '') return { ...model, log: { ...log, picked: -1 } };
  if (log.search !== '') return { ...model, log: { ...log, search: '', picked: -1 } };
  if (log.filter !== '' || log.group !== 'all') return { ...model, log: logGrouped({ ...log, filter: '' }, 'all') };
  return { ...model, log: following(log) };
}

function copy(model: Model): Step {
  const { server } = model;
  // What was just made is what one wants to give away.
  const made = model.notice?.code === 'answer.invite' ? String(model.notice.params.link) : undefined;
  const text = made ?? server?.link ?? server?.address;
  if (text === undefined) {
    return still(withNotice(model, { tone: 'error', code: 'dashboard.notice.nothing-to-copy', params: {} }));
  }
  return [
    withNotice(model, { tone: 'ok', code: 'dashboard.notice.copied', params: { text } }),
    [{ type: 'copy', text }],
  ];
}
