// The editor as rows on the screen: wrapped by columns, with the cursor among them.
import { lineEnd, lineStart } from './editor-text.ts';
import { clusters, wrap } from './width.ts';

/** One row: the part of the text that it shows (UTF-16, end exclusive), and what to paint. */
export interface EditorRow {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface EditorLayout {
  readonly rows: readonly string[];
  /** Column and row among `rows`. */
  readonly cursor: { readonly x: number; readonly y: number };
  /** Rows of the whole text, and how many of them lie above the first that is shown. */
  readonly total: number;
  readonly above: number;
}

/**
 * The rows that are to be drawn in `width` columns, at most `maxRows` of them, the cursor's among them.
 * The last column holds no text: the cursor stands there after a full row.
 */
export function layout(editor: { text: string; cursor: number }, width: number, maxRows: number): EditorLayout {
  const rows = rowsOf(editor.text, width);
  const row = rowAt(rows, editor.cursor);
  const above = rowsAbove(rows.length, row, maxRows);
  const x = Math.min(columnIn(editor.text, rows[row]!, editor.cursor), Math.max(0, width - 1));
  return {
    rows: rows.slice(above, above + Math.max(1, maxRows)).map(shown => shown.text),
    cursor: { x, y: row - above },
    total: rows.length,
    above,
  };
}

/** The offset in the text under a cell of what `layout` gives with the same width and rows: where a click puts the cursor. */
export function offsetAt(
  editor: { text: string; cursor: number },
  width: number,
  maxRows: number,
  cell: { x: number; y: number },
): number {
  const rows = rowsOf(editor.text, width);
  const above = rowsAbove(rows.length, rowAt(rows, editor.cursor), maxRows);
  const row = rows[Math.max(0, Math.min(above + cell.y, rows.length - 1))]!;
  return offsetIn(editor.text, row, cell.x);
}

/** All rows; always at least one. Without a width only newlines part them. */
export function rowsOf(text: string, width = Number.POSITIVE_INFINITY): readonly EditorRow[] {
  return wrap(text, Math.max(1, width - 1));
}

/** The index of the row in which the cursor stands: at a break within a line, the row after it. */
export function rowAt(rows: readonly EditorRow[], cursor: number): number {
  let at = 0;
  while (at + 1 < rows.length && rows[at + 1]!.start <= cursor) at += 1;
  return at;
}

/** Columns from the start of a row to an offset in it. */
export function columnIn(text: string, row: EditorRow, offset: number): number {
  let column = 0;
  for (const { start, width } of cells(text, row)) {
    if (start >= offset) break;
    column += width;
  }
  return column;
}

/** The offset in a row whose cluster covers a column; the row's end beyond it. */
export function offsetIn(text: string, row: EditorRow, column: number): number {
  let reached = 0;
  let last = row.start;
  for (const { start, width } of cells(text, row)) {
    last = start;
    reached += width;
    if (reached > column) return start;
  }
  // At a break within a line the row's end is the next row's start: the cursor would not stand in this row.
  return row.end < lineEnd(text, row.start) ? last : row.end;
}

/** The clusters of a row. They are those of its line, for a tab's columns count from the line's start. */
function* cells(text: string, row: EditorRow): Generator<{ start: number; width: number }> {
  let start = lineStart(text, row.start);
  let open: { start: number; width: number } | undefined;
  for (const cluster of clusters(text.slice(start, lineEnd(text, start)))) {
    // A tab is a cluster with a length and then spaces without one.
    if (cluster.length === 0 && open !== undefined) open.width += cluster.width;
    else {
      if (open !== undefined) yield open;
      open = start >= row.start && start < row.end ? { start, width: cluster.width } : undefined;
      if (start >= row.end) return;
    }
    start += cluster.length;
  }
  if (open !== undefined) yield open;
}

/** The cursor's row stays in the middle, as far as the text's ends allow. */
function rowsAbove(total: number, row: number, maxRows: number): number {
  const shown = Math.max(1, maxRows);
  return Math.max(0, Math.min(row - Math.floor(shown / 2), total - shown));
}
