// A list above the screen: its heading, its columns, the rows in sight, and what may be done with the selected one.
import { say } from '../../../words/words.ts';
import type { Canvas } from '../../kit/canvas.ts';
import { formatCount } from '../../kit/format.ts';
import { fitColumns } from '../columns.ts';
import type { ListRow } from '../lists/list.ts';
import { LISTS, listRect, listRows, selectedIndex, shownRows, topOf } from '../lists/shown.ts';
import type { ListOverlay, Model, Place } from '../model.ts';
import { viewField } from '../view-heading.ts';
import { viewNotice } from '../view-notice.ts';
import { type Button, insideOf, openBox, viewButtons } from './box.ts';

export function viewList(model: Model, overlay: ListOverlay, canvas: Canvas): void {
  const rect = listRect(canvas);
  const box = openBox(canvas, rect);
  const spec = LISTS[overlay.of];
  const rows = shownRows(model, overlay);
  viewHeading(model, overlay, box, rows);
  const { first, count, below } = listRows(box, overlay.of);
  viewButtons(box, box.height - 1, buttonsOf(model, overlay, rows), below);
  if (rows === null) {
    box.text(0, first, say('dashboard.list.loading'), 'dim');
    return;
  }
  const columns = fitColumns(spec.columns, spec.ranked, box.width);
  for (const { column, x, width } of columns) {
    box.text(x, first - 1, say(spec.titles[column]!), 'faint', { width: Math.max(0, width - 1) });
  }
  if (rows.length === 0) {
    const { filter } = overlay;
    const none = filter === '' && !overlay.field ? say(spec.none) : say('dashboard.list.no-match', { filter });
    box.text(0, first, none, 'dim', { width: box.width });
    return;
  }
  const at = selectedIndex(rows, overlay);
  const top = topOf(overlay, at, rows.length, count);
  // The selection reaches to the edges of the box, beside its margin.
  const inside = insideOf(rect, canvas);
  const left = inside.x - rect.x;
  const outer = canvas.region({ ...rect, y: inside.y, height: inside.height });
  for (const [index, row] of rows.slice(top, top + count).entries()) {
    const line = outer.region({ x: 0, y: first + index, width: outer.width, height: 1 });
    const framed = canvas.colours === 'none' ? 1 : 0;
    const surface = { x: framed, y: 0, width: line.width - 2 * framed, height: 1 };
    if (top + index === at) {
      line.fill('selected', surface);
      line.text(framed, 0, '▌', 'current-bar');
    }
    line.target(surface, { on: 'row', key: row.key } as Place);
    for (const { column, x, width } of columns) {
      line.spans(left + x, 0, row.cell(column), { width: Math.max(0, width - 1) });
    }
  }
  if (rows.length > count) viewScrollbar(outer, { first, count, top, all: rows.length });
}

function viewHeading(model: Model, overlay: ListOverlay, box: Canvas, rows: readonly ListRow[] | null): void {
  const spec = LISTS[overlay.of];
  const x = box.text(0, 0, say(spec.title), 'accent', { width: box.width }) + 2;
  const rest = box.region({ x, y: 0, width: box.width - x, height: 1 });
  if (overlay.field) {
    viewField(rest, '/', overlay.field);
    return;
  }
  const all = spec.all?.(model) ?? rows?.length ?? 0;
  const parts = [
    rows === null
      ? ''
      : rows.length < all
        ? say('dashboard.users.count', { shown: formatCount(rows.length), all: formatCount(all) })
        : formatCount(all),
    overlay.filter === '' ? '' : say('dashboard.users.filter', { filter: overlay.filter }),
  ];
  const used = rest.text(0, 0, parts.filter(Boolean).join(' · '), overlay.filter === '' ? 'dim' : 'warn', {
    width: rest.width,
  });
  // The line below may be hidden: what became of an act is said here.
  if (model.notice)
    viewNotice(model.notice, rest.region({ x: used + 2, y: 0, width: rest.width - used - 2, height: 1 }));
}

/** What makes sense for the selected row, and what always does. */
function buttonsOf(model: Model, overlay: ListOverlay, rows: readonly ListRow[] | null): readonly Button[] {
  const row = rows?.[selectedIndex(rows, overlay)];
  const own = LISTS[overlay.of].actions.flatMap((action): Button[] =>
    row && action.run(model, overlay, row.key)
      ? [[action.letter, action.words, { on: 'do', letter: action.letter }]]
      : [],
  );
  return [...own, ['/', 'dashboard.list.filter', { on: 'do', letter: '/' }], ['Esc', 'dashboard.close', { on: 'no' }]];
}

interface Scrolled {
  readonly first: number;
  readonly count: number;
  readonly top: number;
  readonly all: number;
}

function viewScrollbar(canvas: Canvas, { first, count, top, all }: Scrolled): void {
  const size = Math.max(1, Math.round((count * count) / all));
  const from = Math.round((Math.min(top, all - count) / (all - count)) * (count - size));
  const x = canvas.width - (canvas.colours === 'none' ? 2 : 1);
  for (let y = 0; y < size; y++) canvas.text(x, first + from + y, '▐', 'scrollbar');
}
