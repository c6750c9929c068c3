// Where the dashboard's parts stand for a size of the screen. The view paints into these areas, update scrolls by them.
import type { Rect } from '../kit/canvas.ts';
import type { Model, Pane } from './model.ts';

export interface Areas {
  readonly bar: Rect;
  /** The cards; none where the totals stand in one line. */
  readonly cards: readonly Rect[];
  readonly totals: Rect | null;
  readonly users: Rect | null;
  readonly log: Rect | null;
  /** Files on their way; null where there is no room for them. */
  readonly transfers: Rect | null;
  /** Where the result line has no row of its own, it shares the command line's. */
  readonly result: Rect | null;
  readonly command: Rect;
  readonly keys: Rect;
}

/** Columns from which users and log stand side by side. */
const SIDE_BY_SIDE = 96;
/** Rows of both panes together from which they stand one above the other. */
const STACKED = 12;
/** Columns from which the totals are cards. */
const CARDS = 70;
/** Rows of the screen from which the totals are cards, there is room between the parts, and charts are tall. */
const ROWS_FOR = { cards: 20, gaps: 28, tallCharts: 44 } as const;
/** Columns from which the sixth card has its place. */
const SIX_CARDS = 80;
/** Columns and rows of the screen from which files on their way have their place, and the rows of that. */
const WITH_TRANSFERS = { width: 110, height: 34 } as const;
const TRANSFER_ROWS = 4;
/** Columns of the widest users' table that still reads as one. */
const USERS_WIDEST = 100;
/** Columns in which its first six columns fit. */
const USERS_LEAST = 57;

/** The areas of a screen; `pane` is the one to be seen when there is room for one only. */
export function arrange({ width, height, pane }: Pick<Model, 'width' | 'height' | 'pane'>): Areas {
  const row = (y: number, rows = 1): Rect => ({ x: 0, y, width, height: Math.max(0, Math.min(rows, height - y)) });
  const airy = height >= ROWS_FOR.gaps;
  const asCards = width >= CARDS && height >= ROWS_FOR.cards;
  const chartRows = height >= ROWS_FOR.tallCharts ? 3 : 1;

  const keysY = Math.max(0, height - 1);
  const commandY = keysY - (airy ? 2 : 1);
  const ownResult = height >= ROWS_FOR.cards;
  const bottom = ownResult ? commandY - 1 : commandY;
  const cardsY = airy ? 2 : 1;
  const top = asCards ? cardsY + 2 + chartRows + 1 : height >= 6 ? 2 : 1;
  const withTransfers = width >= WITH_TRANSFERS.width && height >= WITH_TRANSFERS.height;
  const below = withTransfers ? TRANSFER_ROWS + 1 : 0;
  const middle = row(top, Math.max(0, bottom - below - top));
  return {
    bar: row(0, height > 2 ? 1 : 0),
    cards: asCards ? cardRects(width, cardsY, 2 + chartRows) : [],
    totals: !asCards && height >= 6 ? row(1) : null,
    ...panes(middle, pane),
    transfers: withTransfers ? row(bottom - TRANSFER_ROWS, TRANSFER_ROWS) : null,
    result: ownResult ? row(bottom) : null,
    command: row(commandY),
    keys: row(keysY),
  };
}

function cardRects(width: number, y: number, height: number): Rect[] {
  const gap = width >= 100 ? 2 : 1;
  const margin = width >= 100 ? 1 : 0;
  const count = width >= SIX_CARDS ? 6 : 5;
  const step = (width - 2 * margin + gap) / count;
  return Array.from({ length: count }, (_, index) => {
    const x = margin + Math.round(index * step);
    const end = margin + Math.round((index + 1) * step) - gap;
    return { x, y, width: end - x, height };
  });
}

function panes(area: Rect, pane: Pane): Pick<Areas, 'users' | 'log'> {
  if (area.width >= SIDE_BY_SIDE) {
    const left = Math.min(USERS_WIDEST, Math.max(USERS_LEAST, Math.round(area.width * 0.55)));
    const log = { ...area, x: left, width: area.width - left };
    return { users: { ...area, width: left }, log };
  }
  if (area.height >= STACKED) {
    const upper = Math.floor(area.height * 0.47);
    return {
      users: { ...area, height: upper },
      log: { ...area, y: area.y + upper, height: area.height - upper },
    };
  }
  return pane === 'users' ? { users: area, log: null } : { users: null, log: area };
}

/** Rows of the users' pane: its heading, the names of the columns, the people, what is left out, and the hints. */
export interface UserRows {
  readonly columnsY: number;
  readonly firstY: number;
  readonly count: number;
  readonly hints: boolean;
}

export function userRows(area: Rect): UserRows {
  const hints = area.height >= 11;
  const firstY = area.height >= 4 ? 2 : 1;
  const below = hints ? 4 : 0;
  return { columnsY: firstY - 1, firstY, count: Math.max(0, area.height - firstY - below), hints };
}

/** Columns of a time and the space after it, and those of a line below which it takes too much. */
const TIME_WIDTH = 9;
const WITH_TIME = 30;

/** Where the words begin in a line of the log: after the time, where there is room for one. */
export function textStart(width: number): number {
  return width >= WITH_TIME ? TIME_WIDTH : 0;
}

/** The lines of the log pane, below its heading. */
export function logLines(area: Rect): Rect {
  const head = area.height >= 10 ? 2 : 1;
  const margin = area.width >= 40 ? 2 : 1;
  return {
    x: area.x + margin,
    y: area.y + head,
    width: Math.max(0, area.width - margin - 1),
    height: Math.max(0, area.height - head),
  };
}
