// The terminal as an oracle: fuzzed frames of mixed scripts on an emulator that counts columns in three ways. What is
// on its screen is compared with the frame, cell by cell.
import { createRequire } from 'node:module';
import type { Terminal as HeadlessTerminal } from '@xterm/headless';
import test from 'ava';
import { type Canvas, Frame } from '../../../src/tui/kit/canvas.ts';
import { certain } from '../../../src/tui/kit/clusters.ts';
import { Painter, profileOf, WIDTH_PROBE } from '../../../src/tui/kit/painter.ts';
import { loadTheme } from '../../../src/tui/kit/theme.ts';

const require = createRequire(import.meta.url);
const { Terminal } = require('@xterm/headless') as typeof import('@xterm/headless');
const { UnicodeGraphemesAddon } = require('@xterm/addon-unicode-graphemes');

const WIDTH = 50;
const HEIGHT = 10;
/** Frames in all; each of three profiles gets a third, half of them after the terminal was asked how it counts. */
const FRAMES = 300;
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_121);

/** mulberry32: small and good enough to pick text. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const SAMPLES = [
  'plain words ',
  '中文字符',
  '日本語テスト',
  '한국어',
  'éàü',
  'e\u0301\u0302',
  'ﾊﾟ',
  'Ａ',
  '😀',
  '❤️',
  '❤',
  '👍🏽',
  '👩‍👩‍👧',
  '🏳️‍🌈',
  '🇩🇪',
  '🇩',
  '1️⃣',
  '☀️',
  '✈',
  'क्षि',
  'नमस्ते',
  'தமிழ்',
  'กำลัง',
  'ကျွန်',
  'ខ្មែរ',
  'שלום',
  'مرحبا',
  'ᄒ',
  '\u1161',
  '각',
  '한',
  '\u202e',
  '\u200b',
  '\u200d',
  '\ufe0f',
  '\u0301',
  '\x1b[2J',
  '\x9b',
  '\x07',
  '\ud83d',
  '\u{e0041}',
  '\ue000',
  '\u{1f3fb}',
  '\u06de',
  'ൎക',
  'ｶﾞ',
  '€',
  '─',
  '█',
  '⠿',
  '\t',
  '①',
  '㉈',
  '🧑🏿‍🤝‍🧑🏻',
  '🏴󠁧󠁢󠁥󠁮󠁧󠁿',
  `Z${'\u0300'.repeat(30)}`,
  '👨'.repeat(3),
  'a\u200d👩',
  '🀄',
  '⌚',
];

function pick<T>(from: readonly T[], next: () => number): T {
  return from[Math.floor(next() * from.length)]!;
}

function line(next: () => number): string {
  let text = '';
  for (let parts = Math.floor(next() * 14); parts > 0; parts--) {
    text += next() < 0.1 ? String.fromCodePoint(Math.floor(next() * 0x30000)) : pick(SAMPLES, next);
  }
  return text;
}

interface Pane {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A pattern, and on it a bordered pane of text with things to its left and right. */
function draw(canvas: Canvas, pane: Pane, rows: readonly string[]): void {
  canvas.fill('base');
  for (let y = 0; y < HEIGHT; y++) canvas.glyphs(0, y, '.', WIDTH, 'faint');
  canvas.region(pane).fill('raised');
  for (let y = 0; y < pane.height; y++) {
    canvas.text(pane.x - 1, pane.y + y, '│', 'rule');
    canvas.text(pane.x + pane.width, pane.y + y, '│', 'rule');
    canvas.region(pane).text(y % 3 === 2 ? -1 : 0, y, rows[y] ?? '', y % 2 === 0 ? 'text' : 'mention');
  }
}

function terminalOf(version: string): HeadlessTerminal {
  const terminal = new Terminal({ cols: WIDTH, rows: HEIGHT, allowProposedApi: true });
  terminal.loadAddon(new UnicodeGraphemesAddon());
  terminal.unicode.activeVersion = version;
  return terminal;
}

function write(terminal: HeadlessTerminal, data: string): Promise<void> {
  return new Promise(resolve => terminal.write(data, resolve));
}

/** The first cell that is not as the frame has it; null when all are. */
function fault(terminal: HeadlessTerminal, frame: Frame): string | null {
  for (let y = 0; y < HEIGHT; y++) {
    const row = terminal.buffer.active.getLine(y)!;
    for (let x = 0; x < WIDTH; ) {
      const glyph = frame.glyphs[y * WIDTH + x]!;
      const cells = x + 1 < WIDTH && frame.glyphs[y * WIDTH + x + 1] === '' ? 2 : 1;
      for (let i = 0; i < cells; i++) {
        const shown = row.getCell(x + i)!;
        const chars = shown.getChars();
        const expected = i === 0 ? glyph : '';
        // In the cells of a doubtful cluster there may be parts of it or nothing, but nothing else.
        const right = certain(glyph)
          ? (chars || (shown.getWidth() === 0 ? '' : ' ')) === expected
          : [...chars].every(point => point === ' ' || glyph.includes(point)) && x + i + shown.getWidth() <= x + cells;
        if (!right) return `row ${y}, column ${x + i}: ${JSON.stringify(chars)} instead of ${JSON.stringify(glyph)}`;
      }
      x += cells;
    }
  }
  return null;
}

/** Everything on a terminal, colours included. */
function contents(terminal: HeadlessTerminal): string[] {
  return Array.from({ length: HEIGHT }, (_, y) => {
    const row = terminal.buffer.active.getLine(y)!;
    return Array.from({ length: WIDTH }, (_, x) => {
      const cell = row.getCell(x)!;
      return `${cell.getChars() || ' '}/${cell.getWidth()}/${cell.getFgColor()}/${cell.getBgColor()}`;
    }).join('|');
  });
}

const theme = loadTheme('dark');

for (const version of ['6', '15', '15-graphemes']) {
  test(`no border breaks and no foreign cell changes where columns are counted by Unicode ${version} (seed ${SEED})`, async t => {
    const next = random(SEED + version.length);
    for (let run = 0; run < FRAMES / 3 / 10; run++) {
      const terminal = terminalOf(version);
      t.teardown(() => terminal.dispose());
      const painter = new Painter(theme, 'truecolor');
      const answers: string[] = [];
      terminal.onData(data => answers.push(data));
      await write(terminal, `\x1b[?7l${WIDTH_PROBE}`);
      const [, row, column] = /^\x1b\[(\d+);(\d+)R$/.exec(answers.pop() ?? '') ?? [];
      const profile = profileOf([Number(row), Number(column)]);
      t.is(profile, version === '15-graphemes' ? 'graphemes' : 'wcwidth');
      if (run % 2 === 1 && profile !== null) painter.setProfile(profile);
      const width = 6 + Math.floor(next() * 30);
      const pane = { x: 1 + Math.floor(next() * (WIDTH - width - 1)), y: 1, width, height: 8 };
      const rows = Array.from({ length: pane.height }, () => line(next));
      for (let n = 0; n < 10; n++) {
        const frame = new Frame(WIDTH, HEIGHT);
        if (n % 5 === 4) for (let i = 0; i < pane.height; i++) rows[i] = line(next);
        rows[Math.floor(next() * pane.height)] = line(next);
        draw(frame.root, pane, rows);
        await write(terminal, painter.paint(frame));
        t.is(fault(terminal, frame), null, `seed ${SEED}, run ${run}, frame ${n}: ${JSON.stringify(rows)}`);
        const fresh = terminalOf(version);
        const whole = new Painter(theme, 'truecolor');
        whole.setProfile(painter.profile);
        await write(fresh, `\x1b[?7l${whole.paint(frame)}`);
        t.deepEqual(contents(terminal), contents(fresh), `seed ${SEED}, run ${run}, frame ${n}: stale cells`);
        fresh.dispose();
      }
    }
  });
}

test('text that means to speak to the terminal gets no answer, rings no bell and moves nothing', async t => {
  const next = random(SEED);
  const terminal = terminalOf('15-graphemes');
  t.teardown(() => terminal.dispose());
  const heard: string[] = [];
  terminal.onData(data => heard.push(data));
  terminal.onBell(() => heard.push('bell'));
  terminal.onTitleChange(title => heard.push(title));
  await write(terminal, '\x1b[?7l');
  const painter = new Painter(theme, 'truecolor');
  const attacks = [
    '\x1b[6n',
    '\x1b]0;title\x07',
    '\x1b]52;c;AAAA\x07',
    '\x1bP$qm\x1b\\',
    '\x9b6n',
    '\x1b[c',
    '\x1bc',
    '\x1b[?1049h',
    '\r\n',
    '\b',
    '\x0e',
    '\x05',
  ];
  for (let n = 0; n < 60; n++) {
    const frame = new Frame(WIDTH, HEIGHT);
    const rows = Array.from({ length: 8 }, () => pick(attacks, next) + line(next) + pick(attacks, next));
    draw(frame.root, { x: 4, y: 1, width: 40, height: 8 }, rows);
    await write(terminal, painter.paint(frame));
    t.is(fault(terminal, frame), null, `seed ${SEED}: ${JSON.stringify(rows)}`);
  }
  t.deepEqual(heard, []);
  t.is(terminal.buffer.active.type, 'normal');
});
