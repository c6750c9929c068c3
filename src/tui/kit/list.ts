// A list of items of different heights seen through a window of rows. Only items in the window, or passed on the way
// to it, are measured: a million of them cost nothing until they are looked at.

/** What stands at the top: rows of an item scrolled off (`row`), or the end of the list at the bottom. */
export interface ListState {
  readonly anchor: 'end' | { readonly index: number; readonly row: number };
}

/** Part of an item: its rows `row` to `row + rows`, painted from the window's row `y`. */
export interface VisibleRows {
  readonly index: number;
  readonly row: number;
  readonly y: number;
  readonly rows: number;
}

export type HeightOf = (index: number) => number;

export const LIST_END: ListState = { anchor: 'end' };

interface Place {
  readonly index: number;
  readonly row: number;
}

/** What to paint in `height` rows, from the top down. A list shorter than the window lies at its top. */
export function visibleRows(
  state: ListState,
  count: number,
  heightOf: HeightOf,
  height: number,
): readonly VisibleRows[] {
  if (count <= 0 || height <= 0) return [];
  const shown: VisibleRows[] = [];
  let { index, row } = topOf(state, count, heightOf, height);
  for (let y = 0; y < height && index < count; index++) {
    const rows = Math.min(heightOf(index) - row, height - y);
    if (rows > 0) shown.push({ index, row, y, rows });
    y += Math.max(0, rows);
    row = 0;
  }
  return shown;
}

/** Moves the window by `delta` rows (down is positive). Stops at the top; reaching the bottom gives 'end'. */
export function scroll(state: ListState, delta: number, count: number, heightOf: HeightOf, height: number): ListState {
  if (count <= 0 || height <= 0) return LIST_END;
  if (state.anchor === 'end' && delta >= 0) return LIST_END;
  const top = topOf(state, count, heightOf, height);
  if (delta < 0) {
    const moved = up(top, -delta, heightOf);
    // A list that fits into the window has nothing above: it stays at its end.
    return isBefore(moved, lastTop(count, heightOf, height)) ? { anchor: moved } : LIST_END;
  }
  const last = lastTop(count, heightOf, height);
  const moved = down(top, delta, last, heightOf);
  return isBefore(moved, last) ? { anchor: moved } : LIST_END;
}

/** The window with an item's first row at its top, or as near as the end allows. */
export function anchorAt(index: number, count: number, heightOf: HeightOf, height: number): ListState {
  if (count <= 0 || height <= 0) return LIST_END;
  const place = { index: Math.max(0, Math.min(index, count - 1)), row: 0 };
  return isBefore(place, lastTop(count, heightOf, height)) ? { anchor: place } : LIST_END;
}

/** The window moved as little as needed to show the whole of an item (its first rows if it is taller). */
export function reveal(state: ListState, index: number, count: number, heightOf: HeightOf, height: number): ListState {
  if (index < 0 || index >= count || height <= 0) return state;
  const top = topOf(state, count, heightOf, height);
  const start = { index, row: 0 };
  if (isBefore(start, top)) return anchorAt(index, count, heightOf, height);
  const lowest = up({ index, row: 0 }, Math.max(0, height - heightOf(index)), heightOf);
  if (!isBefore(top, lowest)) return state;
  return isBefore(lowest, lastTop(count, heightOf, height)) ? { anchor: lowest } : LIST_END;
}

/** The first row in the window; an anchor that shows beyond the end gives way to the end. */
function topOf(state: ListState, count: number, heightOf: HeightOf, height: number): Place {
  if (state.anchor === 'end' || state.anchor.index >= count) return lastTop(count, heightOf, height);
  const index = Math.max(0, state.anchor.index);
  // After a resize the anchored item may have fewer rows than were scrolled off.
  const row = Math.max(0, Math.min(state.anchor.row, heightOf(index) - 1));
  if (fills({ index, row }, count, heightOf, height)) return { index, row };
  return lastTop(count, heightOf, height);
}

/** Whether the rows from here to the end are enough for the window. */
function fills(place: Place, count: number, heightOf: HeightOf, height: number): boolean {
  let rows = -place.row;
  for (let index = place.index; index < count && rows < height; index++) rows += heightOf(index);
  return rows >= height;
}

/** The top when the last row stands at the bottom. */
function lastTop(count: number, heightOf: HeightOf, height: number): Place {
  return up({ index: count, row: 0 }, height, heightOf);
}

function up(from: Place, rows: number, heightOf: HeightOf): Place {
  let { index, row } = from;
  let left = rows;
  while (left > row && index > 0) {
    left -= row;
    index -= 1;
    row = heightOf(index);
  }
  return { index, row: Math.max(0, row - left) };
}

/** Goes down, but no farther than the item of `last`. */
function down(from: Place, rows: number, last: Place, heightOf: HeightOf): Place {
  let { index } = from;
  let row = from.row + rows;
  while (index < last.index && row >= heightOf(index)) {
    row -= heightOf(index);
    index += 1;
  }
  return { index, row };
}

function isBefore(a: Place, b: Place): boolean {
  return a.index < b.index || (a.index === b.index && a.row < b.row);
}
