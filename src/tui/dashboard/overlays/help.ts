// Help: printed from the tables that run the dashboard, so that it cannot say what is not so.
import { isWordKey, say } from '../../../words/words.ts';
import type { Canvas, Span } from '../../kit/canvas.ts';
import { EDITOR_KEYS } from '../../kit/editor.ts';
import { centred } from '../../kit/layout.ts';
import { widthOf } from '../../kit/width.ts';
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
/** Rows inside of the box from which its parts stand apart. */
const ROOMY = 12;

type Size = Pick<Model, 'width' | 'height'>;

export function viewHelp(overlay: Extract<Overlay, { is: 'help' }>, canvas: Canvas): void {
  const { rect, columns, rows, first, count } = measure(canvas);
  const box = openBox(canvas, rect);
  const title = say('dashboard.help');
  box.text(0, 0, title, 'accent');
  const letters = say('dashboard.help.letters');
  if (widthOf(title) + widthOf(letters) + 2 <= box.width) {
    box.text(0, 0, letters, 'faint', { width: box.width, align: 'right' });
  }
  const top = Math.max(0, Math.min(overlay.top, rows - count));
  const width = Math.floor((box.width - GUTTER * (columns.length - 1)) / columns.length);
  for (const [index, column] of columns.entries()) {
    const part = box.region({ x: index * (width + GUTTER), y: first, width, height: count });
    const longest = Math.max(...column.map(row => (row && 'keys' in row ? widthOf(row.keys) : 0))) + 2;
    const keys = Math.min(longest, width >> 1);
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
  const columns = columnsOf(boxWidth - 6);
  const rows = Math.max(...columns.map(column => column.length));
  const rect = centred(screen, boxWidth, Math.min(rows + 6, height - (height >= 20 ? 2 : 0)));
  const inside = rect.height - 2;
  const first = inside >= ROOMY ? 2 : 1;
  return { rect, columns, rows, first, count: Math.max(1, inside - 2 * first) };
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
  const rows = BINDINGS.map(binding => ({ keys: keyLabels(binding).join('  '), does: say(binding.help) }));
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
  const rows = EDITOR_KEYS.flatMap(({ key, help }): HelpRow[] =>
    isWordKey(help) ? [{ keys: [key].flat().join('  '), does: say(help) }] : [],
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
