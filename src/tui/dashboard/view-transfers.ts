// Files on their way at a glance, below the panes of a large screen: those that move first. The list (F5) has all of them.
import { upright } from '../../chat/text.ts';
import { say } from '../../words/words.ts';
import type { Canvas, Span } from '../kit/canvas.ts';
import { formatBytes, formatCount } from '../kit/format.ts';
import { type ColumnSize, fitColumns } from './columns.ts';
import type { TransferRow, Transfers } from './facts.ts';
import { doneOf, isMoving, leftOf, nameOf, rateOf, routeOf } from './lists/transfers.ts';
import type { Model, Place } from './model.ts';

type TransferColumn = 'who' | 'file' | 'done' | 'rate' | 'route' | 'left';

/** Columns of the bar. */
const BAR = 24;
const SIZES: readonly ColumnSize<TransferColumn>[] = [
  { id: 'who', least: 20, widest: 40 },
  { id: 'file', least: 16, widest: 48 },
  { id: 'done', least: BAR + 8 },
  { id: 'rate', least: 10 },
  { id: 'route', least: 16, widest: 24 },
  { id: 'left', least: 6 },
];
const RANKED: readonly TransferColumn[] = ['file', 'done', 'who', 'rate', 'route', 'left'];

export function viewTransfers({ known: { transfers } }: Model, canvas: Canvas): void {
  const surface = { x: 0, y: 0, width: canvas.width, height: canvas.height };
  canvas.target(surface, { on: 'action', action: 'transfers' } as Place);
  const box = canvas.region({ x: 2, y: 0, width: canvas.width - 4, height: canvas.height });
  const title = say('dashboard.transfers');
  const used = box.text(0, 0, title, 'heading');
  if (!transfers) return;
  box.text(used + 2, 0, summaryOf(transfers), transfers.moving > 0 ? 'dim' : 'faint', { width: box.width - used - 2 });
  const columns = fitColumns(SIZES, RANKED, box.width);
  for (const [index, row] of transfers.files.slice(0, canvas.height - 1).entries()) {
    for (const { column, x, width } of columns) {
      box.spans(x, 1 + index, cellOf(row, column), { width: Math.max(0, width - 1) });
    }
  }
}

/** How many move and how fast, and how many there are besides. */
function summaryOf({ moving, rate, all }: Transfers): string {
  const parts = [
    moving === 0 ? say('dashboard.transfers.nothing-moves') : '',
    moving === 1 ? say('dashboard.transfers.moving-one') : '',
    moving > 1 ? say('dashboard.transfers.moving', { count: formatCount(moving) }) : '',
    rate > 0 ? say('dashboard.per-second', { unit: formatBytes(rate) }) : '',
    all > moving ? say('dashboard.transfers.offered', { count: formatCount(all - moving) }) : '',
  ];
  return parts.filter(Boolean).join(' · ');
}

function cellOf(row: TransferRow, column: TransferColumn): readonly Span[] {
  switch (column) {
    case 'who':
      return [
        { text: row.from, token: 'text' },
        { text: ' → ', token: 'faint' },
        { text: upright(row.to), token: 'text' },
      ];
    case 'file':
      return [{ text: nameOf(row), token: 'dim' }];
    case 'done':
      return doneOf(row, BAR, 'bar-empty');
    case 'rate':
      return [{ text: rateOf(row), token: row.rate > 0 ? 'text' : 'faint' }];
    case 'route':
      return [{ text: routeOf(row), token: isMoving(row) ? 'accent' : 'dim' }];
    case 'left':
      return [{ text: leftOf(row), token: 'faint' }];
    default:
      return column satisfies never;
  }
}
