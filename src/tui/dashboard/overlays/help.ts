// Help: printed from the tables that run the dashboard, so that it cannot say what is not so.
import { isWordKey, say } from '../../../words/words.ts';
import type { Canvas, Span } from '../../kit/canvas.ts';
import { EDITOR_KEYS } from '../../kit/editor.ts';
import { centred } from '../../kit/layout.ts';
import { widthOf, wrap } from '../../kit/width.ts';
import { ADMIN_FORMS, LOCAL_COMMANDS } from '../commands.ts';
import { BINDINGS, keyLabels } from '../keys.ts';
import type { Model, Overlay } from '../model.ts';
import { openBox, viewButtons } from './box.ts';

type HelpRow = { readonly heading: string } | { readonly keys: string; readonly does: string } | null;

/** Columns of the screen that the widest help takes, and that one column of it needs. */
const WIDEST = 176;
const COLUMN = 48;
/** Columns between two columns of help. */
const GUTTER = 3;
/** Between the keys of one action. */
const APART = '  ';
/** Rows inside of the box from which its parts stand apart. */
const ROOMY = 12;

type Size = Pick<Model, 'width' | 'height'>;

export function viewHelp(overlay: Extract<Overlay, { is: 'help' }>, canvas: Canvas): void {
  const { rect, columns, columnWidth, rows, first, count } = measure(canvas);
  const box = openBox(canvas, rect);
  const title = say('dashboard.help');
  box.text(0, 0, title, 'accent');
  const letters = say('dashboard.help.letters');
  if (widthOf(title) + widthOf(letters) + 2 <= box.width) {
    box.text(0, 0, letters, 'faint', { width: box.width, align: 'right' });
  }
  const top = Math.max(0, Math.min(overlay.top, rows - count));
  for (const [index, column] of columns.entries()) {
    const part = box.region({ x: index * (columnWidth + GUTTER), y: first, width: columnWidth, height: count });
    const keys = keysWidth(column, columnWidth);
    for (const [y, row] of column.slice(top, top + count).entries()) viewRow(part, y, row, keys);
  }
  viewButtons(box, box.height - 1, [
    ['Esc', 'dashboard.close', { on: 'no' }],
    ...(rows > count ? ([['Up Down', 'dashboard.help.scroll', { on: 'overlay' }]] as const) : []),
  ]);
}

/** Rows that PageDown moves. */
export function helpPage(size: Size): number {
  return Math.max(1, measure(size).count - 1);
}

/** The first row to be seen, neither before the first nor leaving room empty. */
export function helpTop(size: Size, wanted: number): number {
  const { rows, count } = measure(size);
  return Math.max(0, Math.min(wanted, rows - count));
}

/** The box on a screen, what stands in it, and which of its inner rows (`first`, `count`) the text takes. */
function measure({ width, height }: Size) {
  const screen = { x: 0, y: 0, width, height };
  // Narrow margins would show the ends of what lies below: either none or wide ones.
  const boxWidth = width > WIDEST + 12 ? WIDEST : width;
  const inner = boxWidth - (boxWidth >= 30 ? 6 : 2);
  const parts = columnsOf(inner);
  const columnWidth = Math.floor((inner - GUTTER * (parts.length - 1)) / parts.length);
  const columns = parts.map(rows => folded(rows, columnWidth));
  const rows = Math.max(...columns.map(column => column.length));
  const rect = centred(screen, boxWidth, Math.min(rows + 6, height - (height >= 20 ? 2 : 0)));
  const inside = rect.height - 2;
  const first = inside >= ROOMY ? 2 : 1;
  return { rect, columns, columnWidth, rows, first, count: Math.max(1, inside - 2 * first) };
}

/** Columns of the keys in a column of help: as many as they need, at most two fifths. */
function keysWidth(rows: readonly HelpRow[], width: number): number {
  const longest = Math.max(0, ...rows.map(row => (row && 'keys' in row ? widthOf(row.keys) : 0)));
  return Math.min(longest + 2, Math.floor(width * 0.4));
}

/** The rows with those that are too long for a column folded into several. */
function folded(rows: readonly HelpRow[], width: number): readonly HelpRow[] {
  const keys = keysWidth(rows, width);
  return rows.flatMap((row): readonly HelpRow[] => {
    if (!row || !('keys' in row)) return [row];
    const left = widthOf(row.keys) < keys ? [row.keys] : row.keys.split(APART);
    const right = wrap(row.does, Math.max(1, width - keys));
    return Array.from({ length: Math.max(left.length, right.length) }, (_, index) => ({
      keys: left[index] ?? '',
      does: right[index]?.text ?? '',
    }));
  });
}

function columnsOf(width: number): readonly (readonly HelpRow[])[] {
  const keys = keyRows();
  const commands = [...commandRows(), null, ...filterRows()];
  const editing = editorRows();
  if (width >= 3 * COLUMN + 2 * GUTTER && editing.length > 0) return [keys, commands, editing];
  if (width >= 2 * COLUMN + GUTTER) return [keys, [...commands, null, ...editing]];
  return [[...keys, null, ...commands, null, ...editing]];
}

function keyRows(): HelpRow[] {
  const rows = BINDINGS.map(binding => ({ keys: keyLabels(binding).join(APART), does: say(binding.help) }));
  return [{ heading: say('dashboard.help.keys') }, ...rows];
}

function commandRows(): HelpRow[] {
  const rows = [...ADMIN_FORMS, ...LOCAL_COMMANDS].map(({ name, args, help }) => ({
    keys: `${name} ${args}`.trim(),
    does: isWordKey(help) ? say(help) : help,
  }));
  return [{ heading: say('dashboard.help.commands') }, ...rows];
}

function filterRows(): HelpRow[] {
  return [
    { heading: say('dashboard.help.filters') },
    { keys: '#dev', does: say('dashboard.help.filter-room') },
    { keys: '@alice', does: say('dashboard.help.filter-person') },
    { keys: 'kicked', does: say('dashboard.help.filter-kind') },
  ];
}

function editorRows(): HelpRow[] {
  const rows = EDITOR_KEYS.flatMap(({ key, action, help }): HelpRow[] =>
    // The dashboard's texts are of one line.
    isWordKey(help) && action !== 'new-line' ? [{ keys: [key].flat().join(APART), does: say(help) }] : [],
  );
  return rows.length === 0 ? [] : [{ heading: say('dashboard.help.editing') }, ...rows];
}

function viewRow(canvas: Canvas, y: number, row: HelpRow, keys: number): void {
  if (row === null) return;
  if ('heading' in row) {
    canvas.text(0, y, row.heading, 'heading');
    return;
  }
  const spans: Span[] = [{ text: row.keys, token: 'key' }];
  canvas.spans(0, y, spans, { width: Math.max(0, keys - 1) });
  canvas.text(keys, y, row.does, 'text', { width: Math.max(0, canvas.width - keys) });
}
