// The last minutes of each total, and how a row of bars is made of them.
import type { Charts, Series, Stats } from './model.ts';

/** Milliseconds that one bar stands for: 24 of them, a card's width, are the last two minutes. */
export const CHART_STEP = 5_000;
/** Bars that are kept: ten minutes, more than the widest card shows. */
const CHART_LENGTH = 120;

export const EMPTY_CHARTS: Charts = {
  users: [],
  messages: [],
  traffic: [],
  memory: [],
  loop: [],
  disk: [],
  stepBegan: 0,
  peak: 0,
};

/** The charts with one second more. Within a step the largest value stays, so that a short peak is seen. */
export function record(charts: Charts, stats: Stats): Charts {
  const passed = stats.now - charts.stepBegan;
  const fresh = charts.users.length === 0 || passed >= CHART_STEP || passed < 0;
  const add = (series: Series, value: number): Series =>
    fresh
      ? [...series.slice(1 - CHART_LENGTH), value]
      : [...series.slice(0, -1), Math.max(value, series[series.length - 1] ?? 0)];
  return {
    users: add(charts.users, stats.users),
    messages: add(charts.messages, stats.messagesPerSecond),
    traffic: add(charts.traffic, stats.bytesInPerSecond + stats.bytesOutPerSecond),
    memory: add(charts.memory, stats.memory),
    loop: add(charts.loop, stats.loopDelayP99),
    disk: add(charts.disk, stats.diskUsed),
    stepBegan: fresh ? stats.now : charts.stepBegan,
    peak: Math.max(charts.peak, stats.messagesPerSecond),
  };
}

const EIGHTHS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/**
 * Bars in `columns` columns and `rows` rows, the newest at the right, each row as one string from the top down.
 * `full` is the value of the tallest bar. A value above zero is at least an eighth high; columns without a value are blank.
 */
export function bars(series: Series, full: number, columns: number, rows = 1): readonly string[] {
  const shown = series.slice(-Math.max(columns, 0) || series.length);
  const heights = shown.map(value => {
    if (!(value > 0)) return 0;
    return Math.min(rows * 8, Math.max(1, Math.round((value / full) * rows * 8)));
  });
  const blank = ' '.repeat(Math.max(0, columns - shown.length));
  return Array.from({ length: rows }, (_, row) => {
    const below = (rows - 1 - row) * 8;
    return blank + heights.map(height => EIGHTHS[Math.min(8, Math.max(0, height - below))]).join('');
  });
}
