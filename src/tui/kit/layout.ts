// Rectangles cut into rows and columns. Sizes are cells, or shares of what the fixed ones leave.
import type { Rect } from './canvas.ts';

/** A number of cells, or a share of the rest (1 like `{share: 1}`), never below `min`. */
export type Size = number | { readonly share: number; readonly min?: number };

/** Cuts a rectangle into columns, from the left; what does not fit gets no width. One rectangle for each size. */
export function splitColumns(rect: Rect, sizes: readonly Size[]): readonly Rect[] {
  let x = rect.x;
  return divide(rect.width, sizes).map(width => {
    const part = { x, y: rect.y, width, height: rect.height };
    x += width;
    return part;
  });
}

/** Cuts a rectangle into rows, from the top; what does not fit gets no height. One rectangle for each size. */
export function splitRows(rect: Rect, sizes: readonly Size[]): readonly Rect[] {
  let y = rect.y;
  return divide(rect.height, sizes).map(height => {
    const part = { x: rect.x, y, width: rect.width, height };
    y += height;
    return part;
  });
}

/** The rectangle without a margin on each side; never smaller than nothing. */
export function inset(rect: Rect, columns: number, rows = 0): Rect {
  return {
    x: rect.x + columns,
    y: rect.y + rows,
    width: Math.max(0, rect.width - 2 * columns),
    height: Math.max(0, rect.height - 2 * rows),
  };
}

/** A rectangle of at most this size in the middle of another. */
export function centred(rect: Rect, width: number, height: number): Rect {
  const w = Math.min(width, rect.width);
  const h = Math.min(height, rect.height);
  return { x: rect.x + ((rect.width - w) >> 1), y: rect.y + ((rect.height - h) >> 1), width: w, height: h };
}

/** Lengths for the sizes, adding up to `total` at most, and to `total` exactly when there is a share. */
function divide(total: number, sizes: readonly Size[]): readonly number[] {
  const least = (size: Size) => (typeof size === 'number' ? size : (size.min ?? 0));
  let shares = sizes.reduce<number>((sum, size) => sum + (typeof size === 'number' ? 0 : size.share), 0);
  let spare = Math.max(
    0,
    sizes.reduce<number>((left, size) => left - least(size), total),
  );
  let left = Math.max(0, total);
  return sizes.map(size => {
    let length = least(size);
    if (typeof size !== 'number' && size.share > 0) {
      const extra = Math.round((spare * size.share) / shares);
      spare -= extra;
      shares -= size.share;
      length += extra;
    }
    length = Math.min(length, left);
    left -= length;
    return length;
  });
}
