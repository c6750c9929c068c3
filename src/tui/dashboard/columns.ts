// Columns of a table on a screen of any width: which there is room for, and how they share what is left.

export interface ColumnSize<Id extends string> {
  readonly id: Id;
  /** Columns of the screen, the space after it included. */
  readonly least: number;
  /** More than `least` for those that grow. */
  readonly widest?: number;
  /** Of those that grow: the others grow first. */
  readonly last?: true;
}

export interface PlacedColumn<Id extends string> {
  readonly column: Id;
  readonly x: number;
  readonly width: number;
}

/**
 * Those that fit, in the order in which they are given. `ranked`: which stay the longest as it gets narrower; the first
 * one always does.
 */
export function fitColumns<Id extends string>(
  sizes: readonly ColumnSize<Id>[],
  ranked: readonly Id[],
  width: number,
): readonly PlacedColumn<Id>[] {
  const sizeOf = new Map(sizes.map(size => [size.id, size]));
  const chosen = new Set<Id>();
  let left = width;
  for (const [rank, id] of ranked.entries()) {
    const { least } = sizeOf.get(id)!;
    if (least > left && rank > 0) break;
    chosen.add(id);
    left -= least;
  }
  const growing = sizes
    .filter(size => chosen.has(size.id) && size.widest !== undefined)
    .toSorted((one, other) => Number(one.last ?? false) - Number(other.last ?? false));
  const extra = new Map<Id, number>();
  left = Math.max(0, left);
  for (const [index, { id, least, widest = least }] of growing.entries()) {
    const share = Math.min(Math.floor(left / (growing.length - index)), widest - least);
    extra.set(id, share);
    left -= share;
  }
  let x = 0;
  return sizes
    .filter(({ id }) => chosen.has(id))
    .map(({ id, least }) => {
      const placed = { column: id, x, width: Math.min(width, least + (extra.get(id) ?? 0)) };
      x += placed.width;
      return placed;
    });
}
