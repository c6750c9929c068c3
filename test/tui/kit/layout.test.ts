import test from 'ava';
import { centred, inset, splitColumns, splitRows } from '../../../src/tui/kit/layout.ts';

const screen = { x: 2, y: 1, width: 20, height: 10 };

test('fixed sizes are kept and shares take the rest', t => {
  t.deepEqual(
    splitColumns(screen, [6, { share: 1 }, { share: 1 }]).map(part => [part.x, part.width]),
    [
      [2, 6],
      [8, 7],
      [15, 7],
    ],
  );
  t.deepEqual(
    splitRows(screen, [1, { share: 1 }, 2]).map(part => [part.y, part.height]),
    [
      [1, 1],
      [2, 7],
      [9, 2],
    ],
  );
});

test('shares of odd rests leave no gap, and a least size is respected', t => {
  const parts = splitColumns(screen, [{ share: 1 }, { share: 1 }, { share: 1 }]);
  t.is(
    parts.reduce((sum, part) => sum + part.width, 0),
    20,
  );
  t.deepEqual(
    splitColumns(screen, [{ share: 1, min: 12 }, { share: 3 }]).map(part => part.width),
    [14, 6],
  );
});

test('what does not fit gets nothing, and nothing is negative', t => {
  t.deepEqual(
    splitRows(screen, [8, 8, 8]).map(part => part.height),
    [8, 2, 0],
  );
  t.deepEqual(inset({ x: 0, y: 0, width: 3, height: 1 }, 2, 1), { x: 2, y: 1, width: 0, height: 0 });
  t.deepEqual(centred(screen, 10, 99), { x: 7, y: 1, width: 10, height: 10 });
});
