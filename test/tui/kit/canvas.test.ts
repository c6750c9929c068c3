import test from 'ava';
import fc from 'fast-check';
import { type Canvas, Frame } from '../../../src/tui/kit/canvas.ts';
import { tokensOf } from '../../../src/tui/kit/tokens.ts';
import { describeFrame, drawFrame, golden } from '../../helpers/golden.ts';

const rows = (frame: Frame) => Array.from({ length: frame.height }, (_, y) => frame.rowText(y));
const styleAt = (frame: Frame, x: number, y: number) => tokensOf(frame.styles[y * frame.width + x]!).join(' ');

test('text is clipped at the edges of its region, and cut with an ellipsis where a width is given', t => {
  const frame = new Frame(10, 3);
  const region = frame.root.region({ x: 2, y: 1, width: 5, height: 1 });
  t.is(region.text(0, 0, 'abcdefgh'), 8);
  t.is(region.text(0, 1, 'below'), 5);
  t.deepEqual(rows(frame), ['          ', '  abcde   ', '          ']);
  t.is(region.text(0, 0, 'abcdefgh', 'text', { width: 4 }), 4);
  t.is(frame.rowText(1), '  abc…e   ');
  region.text(-2, 0, 'abcd');
  t.is(frame.rowText(1), '  cdc…e   ');
});

test('text stands left, right or in the middle of its width', t => {
  const frame = new Frame(9, 3);
  frame.root.text(0, 0, 'ab', 'text', { width: 9, align: 'right' });
  frame.root.text(1, 1, 'ab', 'text', { width: 6, align: 'center' });
  frame.root.spans(
    0,
    2,
    [
      { text: 'a', token: 'ok' },
      { text: '中文', token: 'warn' },
    ],
    { align: 'right' },
  );
  t.deepEqual(rows(frame), ['       ab', '   ab    ', '    a中文']);
});

test('a wide character cut by an edge is a space, and one that is half overwritten too', t => {
  const frame = new Frame(8, 1);
  const region = frame.root.region({ x: 1, y: 0, width: 5, height: 1 });
  region.text(-1, 0, '中中中中');
  t.is(frame.rowText(0), '  中中  ');
  frame.root.text(3, 0, 'x');
  t.is(frame.rowText(0), '   x中  ');
  frame.root.text(3, 0, '文');
  t.is(frame.rowText(0), '   文   ');
});

test('surfaces lie on each other, and text on them', t => {
  const frame = new Frame(6, 2);
  frame.root.fill('base');
  frame.root.region({ x: 2, y: 0, width: 4, height: 2 }).fill('side');
  frame.root.fill('selected', { x: 1, y: 1, width: 4, height: 1 });
  frame.root.spans(0, 1, [{ text: 'abc', tokens: ['strong', 'match'] }]);
  frame.root.text(2, 1, 'd', 'ok');
  t.is(styleAt(frame, 0, 1), 'base strong match');
  t.is(styleAt(frame, 1, 1), 'base selected strong match');
  t.is(styleAt(frame, 2, 1), 'base side selected ok');
  t.is(styleAt(frame, 5, 1), 'base side');
});

test('the topmost target answers, inside its region only', t => {
  const frame = new Frame(10, 4);
  frame.root.target({ x: 0, y: 0, width: 10, height: 4 }, 'all');
  frame.root.region({ x: 5, y: 1, width: 2, height: 2 }).target({ x: -3, y: 0, width: 9, height: 9 }, 'small');
  t.is(frame.targetAt(4, 1), 'all');
  t.is(frame.targetAt(5, 1), 'small');
  t.is(frame.targetAt(7, 1), 'all');
  t.is(frame.targetAt(5, 3), 'all');
  t.is(frame.targetAt(10, 0), undefined);
});

test('the cursor is where the view put it, and nowhere when that is outside', t => {
  const frame = new Frame(10, 4);
  const region = frame.root.region({ x: 2, y: 1, width: 3, height: 1 });
  region.cursor(3, 0);
  t.is(frame.cursor, null);
  region.cursor(1, 0);
  t.deepEqual(frame.cursor, { x: 3, y: 1 });
});

test('nothing outside a region is ever changed, whatever is painted in it', t => {
  const text = fc.string({ unit: fc.constantFrom('a', '中', '👩‍👩‍👧', 'e\u0301', '\x1b', '\t', '🇩', ' ', '\u202e') });
  const step = fc.record({
    x: fc.integer({ min: -9, max: 25 }),
    y: fc.integer({ min: -3, max: 8 }),
    text,
    wide: fc.boolean(),
  });
  const place = fc.record({
    x: fc.integer({ min: -3, max: 19 }),
    y: fc.integer({ min: -2, max: 5 }),
    width: fc.integer({ min: 0, max: 20 }),
    height: fc.integer({ min: 0, max: 6 }),
  });
  fc.assert(
    fc.property(place, fc.array(step, { maxLength: 12 }), (rect, steps) => {
      const frame = new Frame(20, 6);
      for (let y = 0; y < 6; y++) frame.root.glyphs(0, y, '.', 20, 'faint');
      const inside = frame.root.region(rect);
      for (const { x, y, text: words, wide } of steps) {
        if (wide) inside.rule(y, 'rule', { x, label: words });
        else inside.text(x, y, words, 'text', x > 3 ? { width: 7, align: 'right' } : {});
      }
      for (let y = 0; y < 6; y++) {
        for (let x = 0; x < 20; x++) {
          const within = x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height;
          if (!within) t.is(frame.glyphs[y * 20 + x], '.', `${x},${y}`);
        }
      }
    }),
  );
});

function card(canvas: Canvas): void {
  canvas.rule(0, 'rule', { label: 'today' });
  canvas.fill('side', { x: 0, y: 1, width: 8, height: 2 });
  canvas.spans(1, 1, [
    { text: '● ', token: 'ok' },
    { text: '李雷', token: 'author-3' },
  ]);
  canvas.text(0, 2, 'a longer line than fits', 'dim', { width: 8 });
  canvas.cursor(9, 2);
}

test('a golden screen shows text, styles and the cursor', t => {
  golden(t, 'kit-card', drawFrame(16, 3, card));
  t.regex(describeFrame(drawFrame(16, 3, card)), /^16x3, cursor at 9,2\n/);
});
