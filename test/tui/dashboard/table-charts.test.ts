// The users' table and the charts: sorting, selecting, and the last minutes as bars.
import test from 'ava';
import { bars, CHART_STEP, EMPTY_CHARTS, record } from '../../../src/tui/dashboard/charts.ts';
import { edited, newLine, offsetUnder, windowOf } from '../../../src/tui/dashboard/line.ts';
import {
  EMPTY_TABLE,
  filteredBy,
  moved,
  scrolled,
  selectedAt,
  sortedBy,
  withRows,
} from '../../../src/tui/dashboard/table.ts';
import { widthOf } from '../../../src/tui/kit/width.ts';
import { CROWD, NOW, PEOPLE, STATS } from './sample.ts';

const table = withRows(EMPTY_TABLE, PEOPLE, 5);
const names = (of: typeof table) => of.shown.map(row => row.name);

test('what interests most stands first in each column, and the same column again turns it round', t => {
  t.deepEqual(names(table).slice(0, 3), ['ci-bot', 'guest~7', 'alice']);
  const rate = sortedBy(table, 'rate', 5);
  t.deepEqual(names(rate).slice(0, 2), ['guest~7', 'ci-bot']);
  t.is(names(sortedBy(rate, 'rate', 5)).at(-1), 'guest~7');
  t.is(names(sortedBy(table, 'lag', 5))[0], 'frida');
  t.is(names(sortedBy(table, 'since', 5)).at(-1), 'ci-bot');
  t.is(names(sortedBy(table, 'name', 5))[0], 'alice');
  t.deepEqual(names(sortedBy(table, 'address', 5)).slice(0, 1), ['李雷']);
});

test('moving the selection keeps it in view', t => {
  let crowd = withRows(EMPTY_TABLE, CROWD, 5);
  for (let n = 0; n < 20; n++) crowd = moved(crowd, 1, 5);
  t.is(crowd.selected, crowd.shown[19]?.account ?? '');
  t.is(crowd.top, 15);
  t.is(selectedAt(crowd, 0, 5).top, 0);
  t.is(moved(crowd, 10_000, 5).top, CROWD.length - 5);
});

test('scrolling stops at both ends', t => {
  const crowd = withRows(EMPTY_TABLE, CROWD, 5);
  t.is(scrolled(crowd, -3, 5).top, 0);
  t.is(scrolled(crowd, 10_000, 5).top, CROWD.length - 5);
});

test('a filter looks at name, address and role', t => {
  t.deepEqual(names(filteredBy(table, 'owner', 5)), ['alice']);
  t.deepEqual(names(filteredBy(table, '@CAR', 5)), ['carol']);
  t.deepEqual(names(filteredBy(table, '10.0', 5)), ['李雷']);
});

test('a bar stands for a step of time, and keeps its highest value', t => {
  const at = (seconds: number, messagesPerSecond: number) => ({
    ...STATS,
    now: NOW + seconds * 1000,
    messagesPerSecond,
  });
  let charts = EMPTY_CHARTS;
  for (const [seconds, rate] of [
    [0, 3],
    [1, 9],
    [2, 4],
    [CHART_STEP / 1000, 1],
    [CHART_STEP / 1000 + 1, 2],
  ] as const) {
    charts = record(charts, at(seconds, rate));
  }
  t.deepEqual(charts.messages, [9, 2]);
  t.is(charts.peak, 9);
});

test('the charts keep a bounded past, and survive a clock that is set back', t => {
  let charts = EMPTY_CHARTS;
  for (let n = 0; n < 1000; n++) charts = record(charts, { ...STATS, now: NOW + n * CHART_STEP });
  t.is(charts.users.length, 120);
  t.is(record(charts, { ...STATS, now: 0 }).stepBegan, 0);
});

test('bars grow by eighths, the newest at the right, and the smallest value can be seen', t => {
  t.deepEqual(bars([0, 1, 4, 8], 8, 6), ['   ▁▄█']);
  t.deepEqual(bars([0.001, 100], 100, 2), ['▁█']);
  t.deepEqual(bars([8, 12, 16], 16, 3, 2), [' ▄█', '███']);
  t.deepEqual(bars([1, 2, 3], 3, 2), ['▅█']);
  t.deepEqual(bars([Number.NaN, -1], 1, 2), ['  ']);
});

test('a long line is shown around its cursor, and a click finds the offset', t => {
  const editor = newLine('一二三四五六七八九十 and more');
  const { text, x } = windowOf(editor, 10);
  t.is(text, ' and more');
  t.is(x, 9);
  t.is(offsetUnder(editor, 10, 1), editor.text.indexOf('and'));
  const start = edited(editor, { type: 'key', key: 'Home' })!;
  t.is(windowOf(start, 10).x, 0);
  t.true(widthOf(windowOf(start, 10).text) >= 10);
  t.is(offsetUnder(start, 10, 3), 1);
});

test('a pasted text of several lines becomes one line', t => {
  t.is(edited(newLine(''), { type: 'paste', text: 'one\n  two\r\nthree' })?.text, 'one two three');
  t.is(edited(newLine(''), { type: 'key', key: 'Alt-Enter' }), null);
});
