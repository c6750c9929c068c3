// Timelines: any order of arrival gives the same lines.
import test from 'ava';
import fc from 'fast-check';
import { lineOf } from '../../../src/tui/chat/lines.ts';
import {
  addPending,
  createTimeline,
  foldOf,
  has,
  indexOf,
  insert,
  insertPage,
  type LoggedLine,
  lineAt,
  lineCount,
  PENDING,
  trim,
} from '../../../src/tui/chat/timeline.ts';
import { message } from './scenes.ts';

function said(position: number): LoggedLine {
  return lineOf(message('#lobby', 'bob', `${position}`, position, position), null)!;
}

function joined(position: number): LoggedLine {
  return foldOf([{ position, what: 'joined', account: `a${position}`, name: 'a', time: position }]);
}

/** Every third thing that happens is a join. */
function at(position: number): LoggedLine {
  return position % 3 === 0 || position % 7 === 0 ? joined(position) : said(position);
}

function shape(lines: readonly LoggedLine[]): readonly unknown[] {
  return lines.map(line => (line.is === 'membership' ? line.changes.map(change => change.position) : line.position));
}

test('lines that come out of order, twice, alone or in pages stand in the order of the log', t => {
  const positions = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 40 });
  const cuts = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 5 });
  fc.assert(
    fc.property(positions, fc.infiniteStream(fc.nat()), cuts, (unordered, random, pageCuts) => {
      const timeline = createTimeline();
      for (const position of unordered) {
        insert(timeline, at(position));
        if (random.next().value % 4 === 0) insert(timeline, at(position));
      }
      for (const cut of pageCuts) {
        const page = unordered.slice(cut, cut + 10).sort((a, b) => a - b);
        insertPage(timeline, page.map(at));
      }
      const straight = createTimeline();
      for (const position of [...unordered].sort((a, b) => a - b)) insert(straight, at(position));
      return JSON.stringify(shape(timeline.logged)) === JSON.stringify(shape(straight.logged));
    }),
    { numRuns: 500 },
  );
  t.pass();
});

test('a page in front gives the same as its lines one by one', t => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 30 }), fc.integer({ min: 1, max: 20 }), (first, length) => {
      const one = createTimeline();
      const other = createTimeline();
      for (let position = first; position < first + length; position++) {
        insert(one, at(position));
        insert(other, at(position));
      }
      const page = Array.from({ length: first - 1 }, (_, index) => at(index + 1));
      insertPage(one, page);
      for (const line of page.toReversed()) insert(other, line);
      return JSON.stringify(shape(one.logged)) === JSON.stringify(shape(other.logged));
    }),
  );
  t.pass();
});

test('comings and goings in a row are one line, and a message that turns up between them parts it', t => {
  const timeline = createTimeline();
  for (const position of [10, 20, 30]) insert(timeline, joined(position));
  t.deepEqual(shape(timeline.logged), [[10, 20, 30]]);
  t.true(insert(timeline, said(15)));
  t.deepEqual(shape(timeline.logged), [[10], 15, [20, 30]]);
  t.false(insert(timeline, joined(30)));
});

test('comings and goings of two days are two lines', t => {
  const timeline = createTimeline();
  const day = 24 * 60 * 60_000;
  insert(timeline, { ...joined(1), time: 0 });
  insert(timeline, foldOf([{ position: 2, what: 'left', account: 'a', name: 'a', time: 3 * day }]));
  t.is(timeline.logged.length, 2);
});

test('a position finds its line, also inside a fold and among lines on their way', t => {
  const timeline = createTimeline();
  for (const line of [said(10), joined(20), joined(30), said(40)]) insert(timeline, line);
  const command = { kind: 'join', room: '#x' } as const;
  addPending(timeline, {
    ref: 7,
    id: null,
    time: 0,
    account: 'a',
    from: 'a',
    text: 'x',
    action: false,
    command,
    refusal: null,
  });
  t.is(lineCount(timeline), 4);
  t.deepEqual(
    [5, 10, 25, 31, PENDING + 7].map(position => indexOf(timeline, position)),
    [0, 0, 1, 2, 3],
  );
  t.is(lineAt(timeline, 3)?.is, 'pending');
  t.true(has(timeline, 30));
  t.false(has(timeline, 25));
});

test('old lines are forgotten only when there are many more than wanted', t => {
  const timeline = createTimeline();
  for (let position = 1; position <= 15; position++) insert(timeline, said(position));
  t.false(trim(timeline, 10));
  insert(timeline, said(16));
  t.true(trim(timeline, 10));
  t.is(timeline.logged.length, 10);
  t.is(timeline.logged[0]?.position, 7);
});
