import test from 'ava';
import fc from 'fast-check';
import {
  bytesOf,
  delayOf,
  formatAge,
  formatBytes,
  formatClock,
  formatCount,
  formatDuration,
  formatNumber,
  formatRate,
  formatSince,
} from '../../../src/tui/kit/format.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test('bytes are shown with the unit that leaves at most three digits', t => {
  const shown = [0, 1, 812, 999, 1000, 6_246, 96 * 1024 * 1024, 999.6 * 1024, 1.5 * 1024 ** 3].map(formatBytes);
  t.deepEqual(shown, ['0 B', '1 B', '812 B', '999 B', '1.0 KB', '6.1 KB', '96 MB', '1.0 MB', '1.5 GB']);
});

test('what is no size is shown as none', t => {
  t.is(formatBytes(-5), '0 B');
  t.is(formatBytes(Number.NaN), '0 B');
});

test('any size takes at most six columns', t => {
  fc.assert(fc.property(fc.double({ min: 0, max: 2 ** 55, noNaN: true }), bytes => formatBytes(bytes).length <= 6));
  t.deepEqual(bytesOf(2048), { value: '2.0', unit: 'KB' });
});

test('a rate of nothing is a dash, small ones have a decimal, large ones are in thousands', t => {
  const shown = [0, 0.02, 0.4, 1, 1.25, 9.96, 12, 410, 1_234, 38_000, 2_000_000].map(formatRate);
  t.deepEqual(shown, ['–', '0.0/s', '0.4/s', '1/s', '1.3/s', '10/s', '12/s', '410/s', '1.2k/s', '38k/s', '2.0M/s']);
});

test('a number that is none is a dash', t => {
  t.is(formatNumber(Number.NaN), '–');
});

test('counts have commas between thousands', t => {
  t.deepEqual([0, 999, 1000, 12345, 1234567].map(formatCount), ['0', '999', '1,000', '12,345', '1,234,567']);
});

test('a delay is in milliseconds below a second', t => {
  t.deepEqual([0.44, 12.4, 999.6, 1_240].map(delayOf), [
    { value: '0.4', unit: 'ms' },
    { value: '12', unit: 'ms' },
    { value: '1.0', unit: 's' },
    { value: '1.2', unit: 's' },
  ]);
});

test('a duration is its two largest units, without those that are zero', t => {
  const shown = [0, 999, 41 * SECOND, 2 * MINUTE + 5 * SECOND, 3 * HOUR, 3 * DAY + 4 * HOUR + 59 * MINUTE];
  t.deepEqual(
    shown.map(value => formatDuration(value)),
    ['0 s', '0 s', '41 s', '2 m 5 s', '3 h', '3 d 4 h'],
  );
  t.is(formatDuration(DAY + 5 * MINUTE), '1 d');
  t.is(formatDuration(-3 * DAY), '0 s');
});

test('an age is one unit', t => {
  t.deepEqual([12 * MINUTE + 40 * SECOND, 3 * DAY + HOUR].map(formatAge), ['12 m', '3 d']);
});

test('a clock time is of the zone that is given, whatever the machine has', t => {
  const time = Date.UTC(2026, 10, 20, 23, 5, 9);
  t.is(formatClock(time), '23:05:09');
  t.is(formatClock(time, 60), '00:05:09');
  t.is(formatClock(time, -330, false), '17:35');
  t.is(formatClock(Number.NaN), '--:--:--');
});

test('since when: a clock time within a day, days after that', t => {
  const now = Date.UTC(2026, 10, 20, 9, 0, 0);
  t.is(formatSince(now - 23 * HOUR, now), '10:00');
  t.is(formatSince(now - 3 * DAY, now), '3 d');
});
