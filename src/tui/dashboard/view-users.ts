// The users' pane: heading, columns, the people in view, and what may be done with the selected one.
import { say } from '../../words/words.ts';
import type { Canvas, Rect, Span } from '../kit/canvas.ts';
import { formatAge, formatBytes, formatCount, formatRate, formatSince } from '../kit/format.ts';
import type { Token } from '../kit/tokens.ts';
import { widthOf, wrap } from '../kit/width.ts';
import { type ColumnSize, fitColumns, type PlacedColumn } from './columns.ts';
import { bindingOf, keyLabels } from './keys.ts';
import { userRows } from './layout.ts';
import type { Column, Model, Place, UserRow } from './model.ts';
import { type HeadingPart, viewField, viewParts } from './view-heading.ts';

/** Messages a second of one person from which the rate is marked: more than talk, and a flood. */
const RATE = { busy: 5, flood: 15 } as const;
/** Milliseconds without a word from which somebody counts as away. */
const AWAY = 10 * 60_000;

export function viewUsers(model: Model, canvas: Canvas, area: Rect): void {
  canvas.fill('side');
  canvas.target({ x: 0, y: 0, width: canvas.width, height: canvas.height }, { on: 'pane', pane: 'users' } as Place);
  const rows = userRows(area);
  const { table } = model;
  const left = marginOf(canvas.width);
  viewHeading(model, canvas, left);
  if (rows.count === 0) return;
  const columns = fitColumns(SIZES, RANKED, canvas.width - left - 1);
  viewColumns(model, canvas, columns, { x: left, y: rows.columnsY });
  const shown = table.shown.slice(table.top, table.top + rows.count);
  for (const [index, row] of shown.entries()) {
    viewRow(model, row, canvas.region({ x: 0, y: rows.firstY + index, width: canvas.width, height: 1 }), columns);
  }
  if (table.shown.length === 0) viewNobody(model, canvas, { x: left, y: rows.firstY });
  if (table.shown.length > rows.count) viewScrollbar(model, canvas, rows);
  if (!rows.hints) return;
  viewLeftOut(model, canvas, { x: left, y: rows.firstY + rows.count }, rows.count);
  viewHints(canvas, { x: left, y: area.height - 2 });
}

function marginOf(width: number): number {
  return width >= 60 ? 2 : 1;
}

function viewHeading(model: Model, canvas: Canvas, left: number): void {
  const { table, field } = model;
  const focused = model.focus === 'users';
  if (focused) canvas.text(0, 0, '▌', 'current-bar');
  const x = left + canvas.text(left, 0, say('dashboard.users'), focused ? 'accent' : 'heading') + 2;
  if (field?.of === 'users-filter') {
    viewField(canvas.region({ x, y: 0, width: canvas.width - x - 1, height: 1 }), '/', field.editor);
    return;
  }
  const parts: HeadingPart[] = [];
  const filter = { on: 'action', action: 'filter', pane: 'users' } as const;
  const count = formatCount(table.rows.length);
  const filtered = table.filter.trim() !== '';
  if (filtered) {
    const counted = say('dashboard.users.count', { shown: formatCount(table.shown.length), all: count });
    parts.push({ text: counted, token: 'dim', place: filter });
    parts.push({ text: say('dashboard.users.filter', { filter: table.filter }), token: 'warn', place: filter });
  } else {
    parts.push({ text: count, token: 'dim', place: { on: 'pane', pane: 'users' } });
    const column = say(`dashboard.column.${table.sort}`);
    const sorted = say(table.reversed ? 'dashboard.users.reversed' : 'dashboard.users.sorted', { column });
    parts.push({ text: sorted, token: 'dim', place: { on: 'action', action: 'sort', pane: 'users' } });
    parts.push({ text: say('dashboard.users.to-filter'), token: 'faint', place: filter });
  }
  viewParts(canvas, x, parts, filtered ? 2 : 1);
}

type Placed = PlacedColumn<Column>;

/** The address grows first: a name is cut less often. */
const SIZES: readonly ColumnSize<Column>[] = [
  { id: 'name', least: 12, widest: 36, last: true },
  { id: 'address', least: 16, widest: 41 },
  { id: 'since', least: 6 },
  { id: 'idle', least: 7 },
  { id: 'rooms', least: 7 },
  { id: 'rate', least: 7 },
  { id: 'in', least: 7 },
  { id: 'out', least: 7 },
  { id: 'lag', least: 7 },
];
/** Which stay the longest as the pane gets narrower. */
const RANKED: readonly Column[] = ['name', 'idle', 'address', 'since', 'rate', 'lag', 'out', 'in', 'rooms'];

function viewColumns(model: Model, canvas: Canvas, columns: readonly Placed[], at: { x: number; y: number }): void {
  for (const { column, x, width } of columns) {
    const sorted = model.table.sort === column;
    const title = say(`dashboard.column.${column}`);
    canvas.text(at.x + x, at.y, title, sorted ? 'dim' : 'faint', { width: width - 1 });
    const after = Math.min(widthOf(title) + 1, width - 1);
    if (sorted) canvas.text(at.x + x + after, at.y, model.table.reversed ? '▴' : '▾', 'accent');
    canvas.target({ x: at.x + x, y: at.y, width, height: 1 }, { on: 'column', column } as Place);
  }
}

function viewRow(model: Model, row: UserRow, canvas: Canvas, columns: readonly Placed[]): void {
  const selected = model.table.selected === row.account;
  if (selected) {
    canvas.fill('selected');
    canvas.text(0, 0, '▌', model.focus === 'users' ? 'current-bar' : 'faint');
  }
  canvas.target({ x: 0, y: 0, width: canvas.width, height: 1 }, { on: 'user', account: row.account } as Place);
  const left = marginOf(canvas.width);
  for (const { column, x, width } of columns) {
    canvas.spans(left + x, 0, cellOf(model, row, column, selected), { width: width - 1 });
  }
}

function cellOf(model: Model, row: UserRow, column: Column, selected: boolean): readonly Span[] {
  switch (column) {
    case 'name':
      return nameCell(row, selected);
    case 'address':
      return [{ text: row.address, token: 'dim' }];
    case 'since':
      return [{ text: formatSince(row.since, model.now, model.offset), token: 'dim' }];
    case 'idle': {
      const idle = model.now - row.lastActive;
      return [{ text: formatAge(idle), token: idle >= AWAY ? 'dim' : 'text' }];
    }
    case 'rooms':
      return [{ text: String(row.rooms), token: 'dim' }];
    case 'rate':
      return [{ text: formatRate(row.messagesPerSecond), token: rateToken(row.messagesPerSecond) }];
    case 'in':
      return [bytesCell(row.bytesInPerSecond)];
    case 'out':
      return [bytesCell(row.bytesOutPerSecond)];
    case 'lag':
      return row.queuedBytes > 0
        ? [{ text: formatBytes(row.queuedBytes), token: 'warn' }]
        : [{ text: '0', token: 'faint' }];
    default:
      return column satisfies never;
  }
}

function nameCell(row: UserRow, selected: boolean): readonly Span[] {
  const spans: Span[] = [{ text: row.name, token: selected ? 'strong' : 'text' }];
  if (row.role === 'owner') spans.push({ text: ' ★', token: 'warn' });
  if (row.role === 'operator') spans.push({ text: ' ☆', token: 'warn' });
  if (row.sessions > 1) spans.push({ text: ` ×${row.sessions}`, token: 'faint' });
  return spans;
}

function bytesCell(perSecond: number): Span {
  // Less than one is a rest of what was.
  return perSecond < 1 ? { text: '–', token: 'faint' } : { text: formatBytes(perSecond), token: 'dim' };
}

function rateToken(rate: number): Token {
  if (rate <= 0) return 'faint';
  return rate >= RATE.flood ? 'error' : rate >= RATE.busy ? 'warn' : 'text';
}

function viewNobody(model: Model, canvas: Canvas, at: { x: number; y: number }): void {
  const width = canvas.width - at.x - 1;
  if (model.table.rows.length > 0) {
    canvas.text(at.x, at.y, say('dashboard.users.no-match', { filter: model.table.filter }), 'dim', { width });
    return;
  }
  if (!model.server) return;
  canvas.text(at.x, at.y, say('dashboard.users.nobody'), 'dim', { width });
  const join = say('dashboard.users.join', { address: model.server.link ?? model.server.address });
  // A link is as long as it is: cut off it would be of no use.
  for (const [index, row] of wrap(join, width).entries())
    canvas.text(at.x, at.y + 1 + index, row.text, 'code', { width });
}

/** How far down the list the window stands, in the last column. */
function viewScrollbar(model: Model, canvas: Canvas, rows: { firstY: number; count: number }): void {
  const { shown, top } = model.table;
  const size = Math.max(1, Math.round((rows.count * rows.count) / shown.length));
  const room = shown.length - rows.count;
  const from = Math.round((Math.min(top, room) / room) * (rows.count - size));
  for (let y = 0; y < size; y++) canvas.text(canvas.width - 1, rows.firstY + from + y, '▐', 'scrollbar');
}

function viewLeftOut(model: Model, canvas: Canvas, at: { x: number; y: number }, count: number): void {
  const { shown, top } = model.table;
  const below = shown.length - top - count;
  const parts: string[] = [];
  if (below > 0) parts.push(say('dashboard.users.more', { count: formatCount(below) }));
  if (top > 0 && shown.length > count) parts.push(say('dashboard.users.above', { count: formatCount(top) }));
  canvas.text(at.x, at.y, parts.join(' · '), 'faint', { width: canvas.width - at.x - 1 });
}

const HINTS = [
  ['kick', 'dashboard.hint.kick'],
  ['ban', 'dashboard.hint.ban'],
  ['mute', 'dashboard.hint.mute'],
  ['details', 'dashboard.hint.details'],
  ['limit', 'dashboard.hint.limit'],
  ['sort', 'dashboard.hint.sort'],
  ['broadcast', 'dashboard.hint.broadcast'],
] as const;

function viewHints(canvas: Canvas, at: { x: number; y: number }): void {
  let x = at.x;
  for (const [action, words] of HINTS) {
    const label = keyLabels(bindingOf(action))[0] ?? '';
    const width = widthOf(label) + 1 + widthOf(say(words));
    if (x + width > canvas.width - 1) return;
    canvas.spans(x, at.y, [
      { text: label, tokens: ['strong', 'key'] },
      { text: ` ${say(words)}`, token: 'dim' },
    ]);
    canvas.target({ x, y: at.y, width, height: 1 }, { on: 'action', action } as Place);
    x += width + 3;
  }
}
