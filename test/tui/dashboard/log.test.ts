// The live log: a ring that stands still while it is read.
import test from 'ava';
import { LOG_LINES } from '../../../src/limits.ts';
import type { LogEntry } from '../../../src/tui/dashboard/entry.ts';
import {
  appended,
  EMPTY_LOG,
  following,
  logFiltered,
  logGrouped,
  logScrolled,
  pauseToggled,
  searched,
} from '../../../src/tui/dashboard/log.ts';
import { rowsOf, spansOf } from '../../../src/tui/dashboard/log-line.ts';
import type { Log } from '../../../src/tui/dashboard/model.ts';
import { widthOf } from '../../../src/tui/kit/width.ts';
import { LOG } from './sample.ts';

const VIEW = { height: 10, heightOf: () => 1 };

const line = (n: number, room = n % 2 === 0 ? '#even' : '#odd'): LogEntry => ({
  time: n,
  kind: 'message',
  room,
  name: `user${n % 5}`,
  text: `line ${n}`,
});
const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => line(from + index));
const times = (log: Log) => log.shown.map(entry => entry.time);

test('the log holds LOG_LINES lines, the newest, however they come', t => {
  const once = appended(EMPTY_LOG, lines(0, LOG_LINES + 500));
  t.is(once.entries.length, LOG_LINES);
  t.is(once.entries[0]?.time, 500);
  let log = EMPTY_LOG;
  for (let at = 0; at < LOG_LINES + 500; at += 66) log = appended(log, lines(at, Math.min(at + 66, LOG_LINES + 500)));
  t.deepEqual(times(log), times(once));
});

test('a filtered log loses the same lines as the whole one', t => {
  let log = logFiltered(EMPTY_LOG, '#even');
  for (let at = 0; at < 3 * LOG_LINES; at += 70) log = appended(log, lines(at, at + 70));
  t.deepEqual(
    log.shown,
    log.entries.filter(entry => entry.room === '#even'),
  );
  t.is(log.shown.length, LOG_LINES / 2);
});

test('while it is paused nothing moves, and what came is there afterwards', t => {
  const paused = pauseToggled(appended(EMPTY_LOG, lines(0, 50)));
  const later = appended(paused, lines(50, 80));
  t.is(later.shown, paused.shown);
  t.is(later.missed, 30);
  const again = pauseToggled(later);
  t.deepEqual(times(again), [...lines(0, 80).keys()]);
  t.like(again, { state: 'following', missed: 0, waiting: [] });
});

test('a paused log keeps at most LOG_LINES more, and still counts the rest', t => {
  const paused = pauseToggled(appended(EMPTY_LOG, lines(0, 10)));
  let log = paused;
  for (let at = 0; at < 2 * LOG_LINES; at += 500) log = appended(log, lines(at, at + 500));
  t.is(log.waiting.length, LOG_LINES);
  t.is(log.missed, 2 * LOG_LINES);
  t.is(following(log).entries.length, LOG_LINES);
});

test('scrolling up stops following, back at the end it follows', t => {
  const log = appended(EMPTY_LOG, lines(0, 100));
  const up = logScrolled(log, -5, VIEW);
  t.is(up.state, 'scrolled');
  t.is(logScrolled(up, 5, VIEW).state, 'following');
  t.is(logScrolled(appended(up, lines(100, 120)), 5, VIEW).entries.length, 120);
});

test('a log paused by hand stays paused at its end', t => {
  const log = pauseToggled(appended(EMPTY_LOG, lines(0, 100)));
  t.is(logScrolled(logScrolled(log, -5, VIEW), 50, VIEW).state, 'paused');
});

test('a filter names rooms, people, kinds and words, all of which must hold', t => {
  const log = appended(EMPTY_LOG, LOG);
  const kinds = (filter: string) => logFiltered(log, filter).shown.map(entry => entry.kind);
  t.deepEqual(kinds('#ci'), ['created', 'message']);
  t.deepEqual(kinds('@alice'), ['message', 'private']);
  t.deepEqual(kinds('kicked'), ['kicked']);
  t.deepEqual(kinds('#lobby buy'), ['message', 'message']);
  t.deepEqual(kinds('#lobby nothing'), []);
  t.is(kinds(' ').length, LOG.length);
});

test('the groups part the log without a rest', t => {
  const log = appended(EMPTY_LOG, LOG);
  const sizes = (['talk', 'people', 'alerts'] as const).map(group => logGrouped(log, group).shown.length);
  t.is(
    sizes.reduce((sum, size) => sum + size),
    LOG.length,
  );
  t.true(logGrouped(log, 'alerts').shown.every(entry => !entry.room));
});

test('a search goes to older lines, round at the top, and back', t => {
  let log: Log = { ...appended(EMPTY_LOG, lines(0, 100)), search: 'LINE 3' };
  const found: number[] = [];
  for (let n = 0; n < 12; n++) {
    log = searched(log, 'older', VIEW);
    found.push(log.picked);
  }
  t.deepEqual(found, [39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 3, 39]);
  t.is(searched(log, 'newer', VIEW).picked, 3);
  t.is(searched({ ...log, search: 'nowhere' }, 'older', VIEW).picked, -1);
});

test('appending costs the same with a full log as with an empty one', t => {
  // Counted, not timed: an append may look at what is new and what falls off, never at what stays.
  let log = logFiltered(appended(EMPTY_LOG, lines(0, LOG_LINES)), 'line');
  let looks = 0;
  const counted = (entry: LogEntry): LogEntry =>
    Object.defineProperty({ ...entry }, 'text', {
      get: () => {
        looks += 1;
        return entry.text;
      },
    });
  log = appended(log, lines(0, LOG_LINES).map(counted));
  looks = 0;
  log = appended(log, lines(0, 66).map(counted));
  t.true(looks <= 2 * 66, String(looks));
});

test('private talk shows who with whom, never what', t => {
  const entry: LogEntry = { time: 0, kind: 'private', name: 'bob', other: 'alice', text: 'secret', room: 'secret' };
  const text = spansOf(entry, 80)
    .map(span => span.text)
    .join('');
  t.is(text, '@ bob ⇄ alice private');
});

test('a line of the server begins with a mark that no message can begin with', t => {
  for (const entry of LOG) {
    const [first = ''] = spansOf(entry, 80)
      .map(span => span.text)
      .join('');
    t.is(first === '#', entry.kind === 'message', entry.kind);
  }
});

test('a code without words of its own is shown as it is, never a sentence with holes', t => {
  const words = (entry: Partial<LogEntry>) =>
    spansOf({ time: 0, kind: 'refused', ...entry }, 200)
      .map(span => span.text)
      .join('');
  t.is(
    words({ code: 'name-taken', params: { name: 'alice' } }),
    '✗ refused: the name belongs to somebody else (alice)',
  );
  t.is(words({ code: 'unreachable' }), '✗ refused: unreachable');
  t.is(words({ code: 'from-the-future', address: '10.0.0.1' }), '✗ refused 10.0.0.1: from-the-future');
  t.is(words({ kind: 'gone', name: 'eve', code: 'peer-dead' }), '← eve went (no sign of life)');
});

test('the longest message is cut before it is measured, and its rows are bounded', t => {
  const entry: LogEntry = { time: 0, kind: 'message', room: '#x', name: 'a', text: '李\n'.repeat(4096) };
  t.true(spansOf(entry, 60).reduce((sum, span) => sum + span.text.length, 0) < 2000);
  const rows = rowsOf(entry, 60);
  t.is(rows.length, 12);
  for (const row of rows) t.true(row.reduce((sum, span) => sum + widthOf(span.text.trimEnd()), 0) <= 60);
});
