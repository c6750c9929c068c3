// The live log's pane: what is shown of it, and its lines in view.
import { say } from '../../words/words.ts';
import type { Canvas, Rect, Span } from '../kit/canvas.ts';
import { formatCount } from '../kit/format.ts';
import { visibleRows } from '../kit/list.ts';
import { widthOf } from '../kit/width.ts';
import { heightsOf } from './act.ts';
import type { LogEntry } from './entry.ts';
import { logLines, textStart } from './layout.ts';
import { rowsOf, spansOf, timeOf } from './log-line.ts';
import type { Model, Place } from './model.ts';
import { type HeadingPart, viewField, viewParts } from './view-heading.ts';

export function viewLog(model: Model, canvas: Canvas, area: Rect): void {
  canvas.target({ x: 0, y: 0, width: canvas.width, height: canvas.height }, { on: 'pane', pane: 'log' } as Place);
  const lines = logLines(area);
  const left = lines.x - area.x;
  viewHeading(model, canvas, left);
  const { log } = model;
  const inner = canvas.region({ ...lines, x: left, y: lines.y - area.y });
  if (log.shown.length === 0) {
    const empty = log.entries.length === 0 ? 'dashboard.log.empty' : 'dashboard.log.no-match';
    if (model.phase !== 'starting') inner.text(0, 0, say(empty), 'dim', { width: inner.width });
    return;
  }
  const height = heightsOf(log, lines.width);
  for (const { index, row, y, rows } of visibleRows(log.list, log.shown.length, height, lines.height)) {
    const entry = log.shown[index]!;
    const line = inner.region({ x: 0, y, width: inner.width, height: rows });
    if (index === log.picked) {
      canvas.fill('selected', { x: 0, y: lines.y - area.y + y, width: canvas.width, height: rows });
      canvas.text(0, lines.y - area.y + y, '▌', model.focus === 'log' ? 'current-bar' : 'faint');
    }
    line.target({ x: 0, y: 0, width: inner.width, height: rows }, { on: 'line', index } as Place);
    viewLine(model, entry, line, row);
  }
}

function viewLine(model: Model, entry: LogEntry, canvas: Canvas, firstRow: number): void {
  const { log } = model;
  const start = textStart(canvas.width);
  if (start > 0 && firstRow === 0) canvas.text(0, 0, timeOf(entry, model.offset), 'faint');
  const text = canvas.region({ x: start, y: 0, width: canvas.width - start, height: canvas.height });
  if (!log.wrapped) {
    text.spans(0, 0, marked(spansOf(entry, text.width), log.search), { width: text.width });
    return;
  }
  for (const [index, spans] of rowsOf(entry, text.width)
    .slice(firstRow, firstRow + canvas.height)
    .entries()) {
    text.spans(0, index, marked(spans, log.search));
  }
}

/** The spans with what is searched for marked in them. */
export function marked(spans: readonly Span[], search: string): readonly Span[] {
  if (search === '') return spans;
  const wanted = search.toLowerCase();
  return spans.flatMap(span => {
    const low = span.text.toLowerCase();
    // Letters whose lower case is longer would shift what follows: such a text stays unmarked.
    if (low.length !== span.text.length) return [span];
    const parts: Span[] = [];
    let from = 0;
    for (let at = low.indexOf(wanted); at >= 0; at = low.indexOf(wanted, from)) {
      if (at > from) parts.push({ ...span, text: span.text.slice(from, at) });
      parts.push({ text: span.text.slice(at, at + wanted.length), token: 'match' });
      from = at + wanted.length;
    }
    return [...parts, { ...span, text: span.text.slice(from) }];
  });
}

function viewHeading(model: Model, canvas: Canvas, left: number): void {
  const { field } = model;
  const focused = model.focus === 'log';
  if (focused) canvas.text(0, 0, '▌', 'current-bar');
  const title = say('dashboard.log');
  canvas.text(left, 0, title, focused ? 'accent' : 'heading');
  const x = left + widthOf(title) + 2;
  if (field && field.of !== 'users-filter') {
    const mark = field.of === 'log-filter' ? '/' : say('dashboard.log.find');
    viewField(canvas.region({ x, y: 0, width: canvas.width - x - 1, height: 1 }), mark, field.editor);
    return;
  }
  viewParts(canvas, x, headingParts(model), 2);
}

/** The state comes first: whether it moves is what must not be cut off. */
function headingParts(model: Model): readonly HeadingPart[] {
  const { log } = model;
  const pause: Place = { on: 'action', action: 'pause', pane: 'log' };
  const filter: Place = { on: 'action', action: 'filter', pane: 'log' };
  const missed = log.missed > 0 ? `, ${say('dashboard.log.missed', { count: formatCount(log.missed) })}` : '';
  const state = say(`dashboard.log.${log.state}`);
  const parts: HeadingPart[] = [
    { text: `${state}${missed}`, token: log.state === 'following' ? 'ok' : 'warn', place: pause },
  ];
  const picked = log.shown[log.picked];
  if (picked?.kind === 'message' && picked.ref && !picked.gone) {
    const place: Place = { on: 'action', action: 'delete', pane: 'log' };
    parts.push({ text: say('dashboard.log.delete'), token: 'key', place });
  }
  if (log.filter.trim() !== '') {
    parts.push({ text: say('dashboard.log.filter', { filter: log.filter }), token: 'warn', place: filter });
  }
  const group = say(`dashboard.log.group.${log.group}`);
  const groupPlace: Place = { on: 'action', action: 'group', pane: 'log' };
  parts.push({ text: group, token: log.group === 'all' ? 'dim' : 'warn', place: groupPlace });
  if (log.search !== '') {
    const searchPlace: Place = { on: 'action', action: 'older', pane: 'log' };
    parts.push({ text: say('dashboard.log.search', { search: log.search }), token: 'dim', place: searchPlace });
  }
  const pauses = log.state === 'following' ? 'dashboard.log.space-pauses' : 'dashboard.log.space-follows';
  parts.push({ text: say(pauses), token: 'faint', place: pause });
  return parts;
}
