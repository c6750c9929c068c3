import test from 'ava';
import fc from 'fast-check';
import { anchorAt, LIST_END, type ListState, reveal, scroll, visibleRows } from '../../../src/tui/kit/list.ts';

/** What the window shows, as item.row for each of its rows. */
function rowsOf(state: ListState, heights: readonly number[], height: number): string[] {
  const shown = visibleRows(state, heights.length, index => heights[index]!, height);
  return shown.flatMap(({ index, row, rows }) => Array.from({ length: rows }, (_, i) => `${index}.${row + i}`));
}

const heights = [1, 3, 2, 1, 4];
const heightOf = (index: number) => heights[index]!;

test('at the end the last row stands at the bottom', t => {
  t.deepEqual(rowsOf(LIST_END, heights, 6), ['2.1', '3.0', '4.0', '4.1', '4.2', '4.3']);
  t.deepEqual(rowsOf(LIST_END, heights, 99), rowsOf(anchorAt(0, 5, heightOf, 99), heights, 99));
});

test('scrolling up holds on to an item, and coming back to the bottom is the end again', t => {
  const up = scroll(LIST_END, -4, 5, heightOf, 4);
  t.deepEqual(rowsOf(up, heights, 4), ['1.2', '2.0', '2.1', '3.0']);
  t.deepEqual(rowsOf(up, [...heights, 7, 7], 4), rowsOf(up, heights, 4));
  t.is(scroll(up, 4, 5, heightOf, 4), LIST_END);
  t.not(scroll(up, 3, 5, heightOf, 4), LIST_END);
});

test('scrolling stops at the first row, and a list that fits does not scroll', t => {
  const top = scroll(LIST_END, -1_000, 5, heightOf, 4);
  t.deepEqual(rowsOf(top, heights, 4), ['0.0', '1.0', '1.1', '1.2']);
  t.is(scroll(LIST_END, -3, 5, heightOf, 11), LIST_END);
  t.is(scroll(LIST_END, -3, 0, heightOf, 11), LIST_END);
});

test('an item is brought into sight with the smallest move', t => {
  const top = anchorAt(0, 5, heightOf, 4);
  t.is(reveal(top, 1, 5, heightOf, 4), top);
  t.deepEqual(rowsOf(reveal(top, 2, 5, heightOf, 4), heights, 4), ['1.1', '1.2', '2.0', '2.1']);
  t.deepEqual(rowsOf(reveal(LIST_END, 1, 5, heightOf, 4), heights, 4), ['1.0', '1.1', '1.2', '2.0']);
  t.is(reveal(top, 4, 5, heightOf, 4), LIST_END);
});

test('among a million items only those near the window are measured', t => {
  let asked = 0;
  const measure = () => {
    asked += 1;
    return 2;
  };
  const count = 1_000_000;
  let state = scroll(LIST_END, -50, count, measure, 40);
  state = scroll(state, 10, count, measure, 40);
  visibleRows(state, count, measure, 40);
  visibleRows(anchorAt(500_000, count, measure, 40), count, measure, 40);
  t.true(asked < 500, `${asked} items were measured`);
});

test('the window is full and in order whatever was scrolled', t => {
  const list = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 30 });
  const moves = fc.array(fc.integer({ min: -40, max: 40 }), { maxLength: 12 });
  fc.assert(
    fc.property(list, moves, fc.integer({ min: 1, max: 20 }), (items, deltas, height) => {
      const all = items.flatMap((rows, index) => Array.from({ length: rows }, (_, row) => `${index}.${row}`));
      let state: ListState = LIST_END;
      let top = Math.max(0, all.length - height);
      for (const delta of deltas) {
        state = scroll(state, delta, items.length, index => items[index]!, height);
        top = Math.max(0, Math.min(top + delta, all.length - height));
        t.deepEqual(rowsOf(state, items, height), all.slice(top, top + height));
      }
    }),
  );
});
