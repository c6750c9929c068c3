// The totals: cards with the last minutes as bars, or one line where there is no room for them.
import { say, type WordKey } from '../../words/words.ts';
import type { Canvas, Span } from '../kit/canvas.ts';
import { bytesOf, delayOf, formatBytes, formatCount, formatNumber } from '../kit/format.ts';
import type { Token } from '../kit/tokens.ts';
import { widthOf } from '../kit/width.ts';
import { bars } from './charts.ts';
import type { Model, Series, Stats } from './model.ts';

interface Card {
  readonly title: WordKey;
  readonly value: string;
  /** Stands after the value. */
  readonly unit: string;
  /** Stands at the right where there is room. */
  readonly note: string;
  readonly series: Series;
  /** The value of the tallest bar, from the values that are shown. */
  readonly scale: (shown: Series) => number;
  readonly token: Token;
  readonly tone: Token;
}

/** Below these a chart is drawn as if its tallest bar were this: a quiet server does not look like a busy one. */
const QUIET = { users: 4, messages: 5, traffic: 2_000, loop: 10 } as const;
/** Bytes that are free on a disk below which it is soon full. */
const DISK_LOW = 2 ** 30;
/** Milliseconds of the loop's delay from which people notice, and from which something is wrong. */
const LOOP = { slow: 50, stuck: 250 } as const;

export function viewCards(model: Model, canvases: readonly Canvas[]): void {
  const cards = cardsOf(model);
  for (const [index, canvas] of canvases.entries()) viewCard(cards[index]!, canvas);
}

function viewCard(card: Card, canvas: Canvas): void {
  canvas.fill('side');
  const width = canvas.width - 2;
  canvas.text(1, 0, say(card.title), 'heading', { width });
  const spans: Span[] = [
    { text: card.value, tokens: ['strong', card.tone] },
    { text: ` ${card.unit}`, token: 'dim' },
  ];
  // Half a number would be another one.
  const whole = widthOf(card.value) + 1 + widthOf(card.unit) <= width;
  const used = canvas.spans(1, 1, whole ? spans : spans.slice(0, 1), { width });
  if (used + 2 + widthOf(card.note) <= width) canvas.text(1, 1, card.note, 'faint', { width, align: 'right' });
  const rows = canvas.height - 2;
  const shown = card.series.slice(-width);
  canvas.glyphs(1, canvas.height - 1, '▁', width, 'chart-empty');
  for (const [row, text] of bars(shown, card.scale(shown), width, rows).entries()) {
    // Blanks of the bottom row would wipe out the line that stands for nothing.
    const from = row === rows - 1 ? text.length - text.trimStart().length : 0;
    paintBars(canvas, 1 + from, 2 + row, text.slice(from), card.token);
  }
}

/** Bars without the blanks between them. */
function paintBars(canvas: Canvas, x: number, y: number, text: string, token: Token): void {
  for (const { index, 0: run } of text.matchAll(/[^ ]+/g)) canvas.text(x + index, y, run, token);
}

/** `3/1000 users · 38 msg/s · 96 MB · 1.2 ms · 6.1 MB/s · 12 MB disk`, as much of it as fits. */
export function viewTotals(model: Model, canvas: Canvas): void {
  const { stats } = model;
  if (!stats) return;
  const margin = canvas.width >= 60 ? 2 : 1;
  const traffic = bytesOf(stats.bytesInPerSecond + stats.bytesOutPerSecond);
  const delay = delayOf(stats.loopDelayP99);
  const parts: Span[] = [
    { text: say('dashboard.totals.users', { users: stats.users, limit: stats.limit }), token: 'chart-users' },
    {
      text: say('dashboard.totals.messages', { rate: formatNumber(stats.messagesPerSecond) }),
      token: 'chart-messages',
    },
    { text: formatBytes(stats.memory), token: 'chart-memory' },
    { text: `${delay.value} ${delay.unit}`, token: 'chart-loop' },
    { text: `${traffic.value} ${say('dashboard.per-second', { unit: traffic.unit })}`, token: 'chart-traffic' },
    { text: say('dashboard.totals.disk', { used: formatBytes(stats.diskUsed) }), token: 'chart-memory' },
  ];
  let x = margin;
  for (const part of parts) {
    const width = widthOf(part.text);
    if (x + width > canvas.width - margin) break;
    canvas.spans(x, 0, [part]);
    x += width + 3;
  }
}

const NONE: Stats = {
  now: 0,
  users: 0,
  connections: 0,
  unauthenticated: 0,
  limit: 0,
  rooms: 0,
  messagesPerSecond: 0,
  deliveriesPerSecond: 0,
  bytesInPerSecond: 0,
  bytesOutPerSecond: 0,
  memory: 0,
  loopDelayP99: 0,
  diskUsed: 0,
  diskFree: null,
  door: 'open',
  doorBefore: 'open',
};

function cardsOf({ stats: known, charts }: Model): readonly Card[] {
  const stats = known ?? NONE;
  const traffic = bytesOf(stats.bytesInPerSecond + stats.bytesOutPerSecond);
  const memory = bytesOf(stats.memory);
  const delay = delayOf(stats.loopDelayP99);
  const disk = bytesOf(stats.diskUsed);
  const full = stats.connections >= stats.limit && known !== null;
  return [
    {
      title: 'dashboard.card.users',
      value: formatCount(stats.users),
      unit: say('dashboard.of-limit', { limit: formatCount(stats.limit) }),
      note: say('dashboard.card.connections', { connections: stats.connections }),
      series: charts.users,
      scale: shown => Math.max(QUIET.users, ...shown),
      token: 'chart-users',
      tone: full ? 'warn' : 'strong',
    },
    {
      title: 'dashboard.card.messages',
      value: formatNumber(stats.messagesPerSecond),
      unit: say('dashboard.peak', { peak: formatNumber(charts.peak) }),
      note: say('dashboard.card.deliveries', { rate: formatNumber(stats.deliveriesPerSecond) }),
      series: charts.messages,
      scale: shown => Math.max(QUIET.messages, ...shown),
      token: 'chart-messages',
      tone: 'strong',
    },
    {
      title: 'dashboard.card.traffic',
      value: traffic.value,
      unit: say('dashboard.per-second', { unit: traffic.unit }),
      note: say('dashboard.card.directions', {
        in: formatBytes(stats.bytesInPerSecond),
        out: formatBytes(stats.bytesOutPerSecond),
      }),
      series: charts.traffic,
      scale: shown => Math.max(QUIET.traffic, ...shown),
      token: 'chart-traffic',
      tone: 'strong',
    },
    {
      title: 'dashboard.card.memory',
      value: memory.value,
      unit: memory.unit,
      note: say('dashboard.card.rooms', { rooms: stats.rooms }),
      series: charts.memory,
      // Memory is steady: half the height leaves room to see it grow.
      scale: shown => 2 * Math.max(1, ...shown),
      token: 'chart-memory',
      tone: 'strong',
    },
    {
      title: 'dashboard.card.loop',
      value: delay.value,
      unit: delay.unit,
      note: '',
      series: charts.loop,
      scale: shown => Math.max(QUIET.loop, ...shown),
      token: 'chart-loop',
      tone: stats.loopDelayP99 >= LOOP.stuck ? 'error' : stats.loopDelayP99 >= LOOP.slow ? 'warn' : 'strong',
    },
    {
      title: 'dashboard.card.disk',
      value: disk.value,
      unit: disk.unit,
      note: stats.diskFree === null ? '' : say('dashboard.card.disk-free', { free: formatBytes(stats.diskFree) }),
      series: charts.disk,
      scale: shown => 2 * Math.max(1, ...shown),
      token: 'chart-memory',
      tone: stats.diskFree !== null && stats.diskFree < DISK_LOW ? 'warn' : 'strong',
    },
  ];
}
