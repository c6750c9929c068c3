// The chat screen as it looks: golden screens of each scene, and what must hold at every size.
import test from 'ava';
import fc from 'fast-check';
import { panesOf } from '../../../src/tui/chat/panes.ts';
import type { Frame, Rect } from '../../../src/tui/kit/canvas.ts';
import { tokensOf } from '../../../src/tui/kit/tokens.ts';
import { widthOf } from '../../../src/tui/kit/width.ts';
import { golden } from '../../helpers/golden.ts';
import { FILE_SCENES } from './file-scenes.ts';
import { busy, SCENES as CHAT_SCENES, type Driver, entered, message, NOW } from './scenes.ts';

const SCENES = { ...CHAT_SCENES, ...FILE_SCENES };

const SIZES = [
  [100, 30],
  [80, 24],
  [40, 10],
  [200, 60],
] as const;

for (const [name, scene] of Object.entries(SCENES)) {
  for (const [width, height] of SIZES) {
    test(`${name} at ${width}×${height} looks as it should`, t => {
      golden(t, `chat-${name}-${width}x${height}`, scene({ width, height }).draw());
    });
  }
}

for (const name of ['busy', 'changed', 'search', 'talk', 'past', 'files', 'file-list', 'picker'] as const) {
  test(`${name}: without colours, marks and lines take over`, t => {
    golden(t, `chat-${name}-80x24-mono`, SCENES[name]({ width: 80, height: 24 }).draw('none'));
  });
}

const sizes = fc.record({ width: fc.integer({ min: 1, max: 210 }), height: fc.integer({ min: 1, max: 64 }) });
const scenes = fc.constantFrom(...Object.values(SCENES));

/** A scene at a size that it reached by resizing. */
function resized(scene: (options: object) => Driver, width: number, height: number): Driver {
  const driver = scene({});
  driver.send({ kind: 'resized', width, height });
  return driver;
}

test('every row of every screen is exactly as wide as the screen', t => {
  fc.assert(
    fc.property(scenes, sizes, fc.constantFrom('truecolor', 'none'), (scene, { width, height }, colours) => {
      const driver = resized(scene, width, height);
      const frame = driver.draw(colours as 'truecolor' | 'none');
      for (let y = 0; y < frame.height; y++) if (widthOf(frame.rowText(y)) !== width) return false;
      return true;
    }),
    { numRuns: 60 },
  );
  t.pass();
});

test('panes lie within the screen and never on each other', t => {
  fc.assert(
    fc.property(fc.constantFrom(SCENES.busy, SCENES.waiting, SCENES.talk), sizes, (scene, { width, height }) => {
      fc.pre(width >= 20 && height >= 6);
      const { model } = resized(scene, width, height);
      const panes = panesOf(model);
      const rects = [panes.bar, panes.side, panes.header, panes.log, panes.composerRoom, panes.hints];
      if (!panes.low) rects.push(panes.notice);
      const seen = new Set<number>();
      for (const rect of rects) {
        if (rect === null) continue;
        for (const cell of cellsOf(rect)) {
          const at = cell.y * width + cell.x;
          if (cell.x < 0 || cell.x >= width || cell.y < 0 || cell.y >= height || seen.has(at)) return false;
          seen.add(at);
        }
      }
      return panes.composer.width > 0 && panes.log.height > 0;
    }),
    { numRuns: 150 },
  );
  t.pass();
});

test('each pane keeps its own surface, whatever is written', t => {
  fc.assert(
    fc.property(sizes, fc.string({ unit: 'grapheme', maxLength: 300 }), ({ width, height }, text) => {
      fc.pre(width >= 20 && height >= 8);
      const driver = resized(SCENES.busy, width, height);
      driver.send({ kind: 'event', event: message('#dev', 'bob', text, NOW) });
      const frame = driver.draw();
      const panes = panesOf(driver.model);
      const isOn = (rect: Rect | null, token: string) =>
        rect === null || [...cellsOf(rect)].every(({ x, y }) => surfaceOf(frame, x, y).includes(token));
      const logIsClean = [...cellsOf(panes.log)].every(({ x, y }) => {
        const surface = surfaceOf(frame, x, y);
        return !surface.includes('side') && !surface.includes('input') && !surface.includes('bar');
      });
      return (
        isOn(panes.side, 'side') &&
        isOn(panes.composerRoom, 'input') &&
        isOn(panes.bar, 'bar') &&
        isOn(panes.hints, 'bar') &&
        logIsClean
      );
    }),
    { numRuns: 60 },
  );
  t.pass();
});

test('no text reaches the gutter, so that nobody can write as somebody else or as the server', t => {
  const plain = gutter('x');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.string({ unit: 'grapheme', maxLength: 60 }),
        fc.constantFrom('→ bob joined', ' server  hello', '\u001b[H server ', '\u202e→', '\tx', '\r→ bob'),
      ),
      text => gutter(text.replace(/\n/g, ' ')) === plain,
    ),
    { numRuns: 200 },
  );
  t.pass();
});

/** Everything left of the text on the row of a message with this text. */
function gutter(text: string): string {
  const driver = entered();
  driver.send({ kind: 'event', event: message('#lobby', 'bob', text, NOW) });
  const frame = driver.draw();
  const { log } = panesOf(driver.model);
  const from = (log.y + 1) * frame.width + log.x;
  return frame.glyphs.slice(from, from + 19).join('');
}

test('the cursor stands in the composer while one writes, and nowhere in message mode', t => {
  const driver = busy();
  driver.type('漢字');
  const { composer } = panesOf(driver.model);
  t.deepEqual(driver.draw().cursor, { x: composer.x + 4, y: composer.y });
  driver.key('Alt-M');
  t.is(driver.draw().cursor, null);
});

test('the composer grows with what is written, to six rows at most, and the log gives way', t => {
  const driver = entered();
  const before = panesOf(driver.model);
  driver.send({ kind: 'input', event: { type: 'paste', text: 'a\n'.repeat(12) }, target: undefined });
  const after = panesOf(driver.model);
  t.is(after.composer.height, 6);
  t.is(before.log.height - after.log.height, 6 - before.composer.height);
});

function* cellsOf(rect: Rect): Generator<{ x: number; y: number }> {
  for (let y = rect.y; y < rect.y + rect.height; y++) {
    for (let x = rect.x; x < rect.x + rect.width; x++) yield { x, y };
  }
}

function surfaceOf(frame: Frame, x: number, y: number): readonly string[] {
  return tokensOf(frame.surfaces[y * frame.width + x]!);
}
