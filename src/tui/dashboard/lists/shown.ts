// Which rows of an open list are shown, which one is selected, and where they stand on a screen.
import type { Rect } from '../../kit/canvas.ts';
import { centred } from '../../kit/layout.ts';
import type { ListKind, ListOverlay, Model } from '../model.ts';
import { widthOfButtons } from '../overlays/box.ts';
import { AUDIT } from './audit.ts';
import { BANS } from './bans.ts';
import type { ListRow, ListSpec } from './list.ts';
import { ROOMS } from './rooms.ts';
import { SETTINGS_LIST } from './settings.ts';
import { TRANSFERS } from './transfers.ts';

export const LISTS: { readonly [K in ListKind]: ListSpec } = {
  rooms: ROOMS,
  transfers: TRANSFERS,
  bans: BANS,
  audit: AUDIT,
  settings: SETTINGS_LIST,
};

/** The rows that match the filter; null: not answered yet. */
export function shownRows(model: Model, { of, filter, field }: ListOverlay): readonly ListRow[] | null {
  const rows = LISTS[of].rows(model);
  const words = (field?.text ?? filter).toLowerCase().split(/\s+/).filter(Boolean);
  if (rows === null || words.length === 0) return rows;
  return rows.filter(row => {
    const text = row.text().toLowerCase();
    return words.every(word => text.includes(word));
  });
}

/** Index of the selected row: the first one where it is gone or none is. */
export function selectedIndex(rows: readonly ListRow[], { selected }: ListOverlay): number {
  return Math.max(
    0,
    rows.findIndex(({ key }) => key === selected),
  );
}

/**
 * The list with a row selected by its key, so that what comes meanwhile moves no other one under it: the same as before, or
 * where that is gone the one in its place.
 */
export function withSelection(before: Model, after: Model, overlay: ListOverlay): ListOverlay {
  const rows = shownRows(after, overlay);
  if (!rows || rows.length === 0 || rows.some(({ key }) => key === overlay.selected)) return overlay;
  const old = shownRows(before, overlay) ?? [];
  const at = old.length === 0 ? 0 : selectedIndex(old, overlay);
  return { ...overlay, selected: rows[Math.min(at, rows.length - 1)]?.key ?? null };
}

/** Columns of the widest list. */
const WIDEST = 150;
/** Rows of a screen on which a list leaves the bars in sight. */
const ROOMY = 20;

export function listRect({ width, height }: Pick<Model, 'width' | 'height'>): Rect {
  const screen = { x: 0, y: 0, width, height };
  return centred(screen, width > WIDEST + 12 ? WIDEST : width, height - (height >= ROOMY ? 2 : 0));
}

/** Inside of the box: where the rows begin, and how many there are. */
export function listRows(inside: { readonly width: number; readonly height: number }, of: ListKind): ListRows {
  const airy = inside.height >= 12;
  const first = airy ? 3 : 2;
  const buttons = LISTS[of].actions.map(({ letter, words }) => [letter, words] as const);
  const always = [['/', 'dashboard.list.filter'] as const, ['Esc', 'dashboard.close'] as const];
  // Always as many as all of them need, so that no row moves with the selection.
  const below = airy && widthOfButtons([...buttons, ...always]) > inside.width ? 2 : 1;
  return { first, count: Math.max(1, inside.height - first - below - (airy ? 1 : 0)), below };
}

export interface ListRows {
  readonly first: number;
  readonly count: number;
  /** Rows of the buttons. */
  readonly below: number;
}

/** The first visible row, so that the selected one is in sight. */
export function topOf(overlay: ListOverlay, at: number, all: number, count: number): number {
  const top = Math.min(Math.max(overlay.top, at - count + 1), at);
  return Math.max(0, Math.min(top, all - count));
}
