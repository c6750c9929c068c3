import test from 'ava';
import { Frame } from '../../../src/tui/kit/canvas.ts';
import { Painter, profileOf, WIDTH_PROBE } from '../../../src/tui/kit/painter.ts';
import { loadTheme } from '../../../src/tui/kit/theme.ts';

const dark = loadTheme('dark');

function frameOf(...rows: string[]): Frame {
  const frame = new Frame(20, rows.length);
  frame.root.fill('base');
  for (const [y, row] of rows.entries()) frame.root.text(0, y, row);
  return frame;
}

/** What is written between the synchronizing marks, without them and the hiding of the cursor. */
function body(bytes: string): string {
  return bytes.replace(/^\x1b\[\?2026h\x1b\[\?25l/, '').replace(/\x1b\[\?2026l$/, '');
}

test('nothing is written for a frame that looks the same', t => {
  const painter = new Painter(dark, 'truecolor');
  t.not(painter.paint(frameOf('one', 'two')), '');
  t.is(painter.paint(frameOf('one', 'two')), '');
});

test('only what differs is written, with its colours once', t => {
  const painter = new Painter(dark, '256');
  painter.paint(frameOf('one', 'two'));
  t.is(body(painter.paint(frameOf('one', 'twenty'))), '\x1b[2;3H\x1b[0;38;5;254;48;5;234menty');
});

test('a cursor that moves is placed and shown, without painting a cell', t => {
  const painter = new Painter(dark, '256');
  painter.paint(frameOf('one'));
  const frame = frameOf('one');
  frame.root.cursor(2, 0);
  t.is(body(painter.paint(frame)), '\x1b[1;3H\x1b[?25h');
});

test('a new size, a reset and another theme paint everything', t => {
  const painter = new Painter(dark, 'truecolor');
  const whole = painter.paint(frameOf('one'));
  t.is(painter.paint(frameOf('one')), '');
  painter.reset();
  t.is(painter.paint(frameOf('one')), whole);
  painter.setTheme(loadTheme('light'));
  t.regex(painter.paint(frameOf('one')), /48;2;250;251;252/);
  t.regex(painter.paint(new Frame(9, 1)), /\x1b\[2J/);
});

test('without colours no colour is written', t => {
  const frame = new Frame(10, 1);
  frame.root.fill('base');
  frame.root.text(0, 0, 'key', 'key');
  const written = new Painter(dark, 'none').paint(frame);
  t.regex(written, /\x1b\[0;1mkey/);
  t.notRegex(written, /[34]8;|\x1b\[[0-9;]*(3|4|9|10)[0-7]m/);
});

test('a terminal that counts code points gets the first part of a joined emoji', t => {
  const painter = new Painter(dark, 'truecolor');
  t.regex(painter.paint(frameOf('👩‍👩‍👧 👍🏽')), /👩‍👩‍👧.*👍🏽/su);
  painter.setProfile('wcwidth');
  t.notRegex(painter.paint(frameOf('👩‍👩‍👧 👍🏽')), /\u200d|🏽/u);
});

test('the answer to the probe tells how columns are counted; other reports tell nothing', t => {
  t.regex(WIDTH_PROBE, /\x1b\[6n$/);
  t.is(profileOf([3, 3]), 'graphemes');
  t.is(profileOf([3, 7]), 'wcwidth');
  t.is(profileOf([1, 3]), null);
  t.is(profileOf([]), null);
});
