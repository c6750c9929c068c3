// Files that are offered and on their way: from whom, to whom, how far, how fast and by which way. Stopped here.
import { upright } from '../../../chat/text.ts';
import { say } from '../../../words/words.ts';
import type { Span } from '../../kit/canvas.ts';
import { formatAge, formatBytes } from '../../kit/format.ts';
import { progressSpans } from '../../kit/progress.ts';
import type { Token } from '../../kit/tokens.ts';
import { widthOf } from '../../kit/width.ts';
import type { TransferRow } from '../facts.ts';
import { steer } from '../steer.ts';
import type { ListSpec } from './list.ts';

/** Columns of the bar in the list. */
const BAR = 6;

export const TRANSFERS: ListSpec = {
  title: 'dashboard.transfers',
  none: 'dashboard.transfers.none',
  columns: [
    { id: 'file', least: 12, widest: 40 },
    { id: 'from', least: 9, widest: 20 },
    { id: 'to', least: 9, widest: 20 },
    { id: 'size', least: 8 },
    { id: 'done', least: BAR + 7 },
    { id: 'rate', least: 9 },
    { id: 'route', least: 15, widest: 24 },
    { id: 'left', least: 6 },
    { id: 'age', least: 6 },
  ],
  titles: {
    file: 'dashboard.transfers.file',
    from: 'dashboard.transfers.from',
    to: 'dashboard.transfers.to',
    size: 'dashboard.transfers.size',
    done: 'dashboard.transfers.done',
    rate: 'dashboard.transfers.rate',
    route: 'dashboard.transfers.route',
    left: 'dashboard.transfers.left',
    age: 'dashboard.transfers.age',
  },
  ranked: ['file', 'done', 'rate', 'to', 'from', 'route', 'left', 'size', 'age'],
  all: ({ known }) => known.transfers?.all ?? 0,
  rows: ({ known, now }) =>
    known.transfers?.files.map(row => ({
      key: row.file,
      text: () => `${nameOf(row)} ${row.from} ${row.to} ${routeOf(row)}`,
      cell: (column: string) => (column === 'done' ? doneOf(row, BAR, 'faint') : [cellOf(row, column, now)]),
    })) ?? null,
  actions: [
    {
      letter: 'x',
      key: 'Delete',
      words: 'dashboard.transfers.stop',
      run: (model, overlay, key) => {
        const [account, id] = key.split('/');
        if (account === undefined || id === undefined) return null;
        return steer(model, { kind: 'stop-file', about: { account, id } }, overlay);
      },
    },
  ],
};

/** Whether bytes of it are on their way. */
export function isMoving({ state }: TransferRow): boolean {
  return state !== 'offered' && state !== 'waiting';
}

/** As it is called, or that one may not know. */
export function nameOf({ name }: TransferRow): string {
  return name === '' ? say('dashboard.transfers.unnamed') : name;
}

export function routeOf({ state, received, takers }: TransferRow): string {
  if (state === 'waiting' && received === 0) return say('dashboard.transfers.state.waiting-yet');
  return say(`dashboard.transfers.state.${state}`, { received, takers });
}

export function rateOf({ rate }: TransferRow): string {
  return rate > 0 ? say('dashboard.per-second', { unit: formatBytes(rate) }) : '–';
}

/** A bar and a percentage; of what goes past the server nobody here knows how far it is. */
export function doneOf(row: TransferRow, width: number, rest: Token): readonly Span[] {
  const { state, done, size } = row;
  if (state === 'direct') return [{ text: say('dashboard.transfers.unseen'), token: 'faint' }];
  const fraction = size === 0 ? 1 : Math.min(1, done / size);
  const token = state === 'waiting' ? 'bar-done' : isMoving(row) ? 'bar-fill' : 'dim';
  const percent = say('dashboard.transfers.percent', { percent: Math.floor(fraction * 100) });
  const gap = ' '.repeat(Math.max(1, 6 - widthOf(percent)));
  return [
    ...progressSpans(fraction, width, token, rest),
    { text: `${gap}${percent}`, token: isMoving(row) ? 'text' : 'dim' },
  ];
}

/** How long it takes still, as fast as it goes; '–' where nobody can tell. */
export function leftOf({ size, done, rate, state }: TransferRow): string {
  return rate > 0 && state !== 'waiting' ? formatAge(Math.ceil((size - done) / rate) * 1000) : '–';
}

function cellOf(row: TransferRow, column: string, now: number): Span {
  switch (column) {
    case 'file':
      return { text: nameOf(row), token: row.name === '' ? 'dim' : 'text' };
    case 'from':
      return { text: row.from, token: 'text' };
    case 'to':
      return { text: row.to, token: 'text' };
    case 'size':
      return { text: formatBytes(row.size), token: 'dim' };
    case 'rate':
      return { text: rateOf(row), token: row.rate > 0 ? 'text' : 'faint' };
    case 'route':
      return { text: upright(routeOf(row)), token: isMoving(row) ? 'accent' : 'dim' };
    case 'left':
      return { text: leftOf(row), token: 'dim' };
    default:
      return { text: formatAge(now - row.since), token: 'faint' };
  }
}
