// Hostile text in every field that a peer controls, painted by the real painter on emulators that count columns in
// three ways, or printed as lines on one: the terminal does nothing but show it, and it stays in its place (T1, T2).
//
// In `npm test` 80 strings a screen, in `npm run test:fuzz` 8,000; TCHAT_SEED repeats a run.
import test, { type ExecutionContext } from 'ava';
import { upright } from '../../src/chat/text.ts';
import type { Frame } from '../../src/tui/kit/canvas.ts';
import { type Cluster, clusters } from '../../src/tui/kit/clusters.ts';
import { Painter, type WidthProfile } from '../../src/tui/kit/painter.ts';
import { loadTheme } from '../../src/tui/kit/theme.ts';
import { emulator, fault, WIDTH_VERSIONS, write } from '../helpers/emulator.ts';
import {
  type Drawn,
  drawLine,
  type Fill,
  LINE_KINDS,
  type LineScreen,
  SCREENS,
  type Screen,
  type Size,
} from '../helpers/hostile-screens.ts';
import { hostileText } from '../helpers/hostile-text.ts';
import { watch } from '../helpers/oracle.ts';
import { cases, pick, random, SEED } from '../helpers/tier.ts';

const STRINGS = cases(80, 8_000);
const SIZES: readonly Size[] = [
  { width: 100, height: 30 },
  { width: 80, height: 24 },
  { width: 40, height: 10 },
  { width: 200, height: 60 },
];
const theme = loadTheme('dark');

/** A terminal with a painter that keeps painting on it, as a program does. */
class Painted {
  readonly terminal;
  readonly oracle;
  readonly #painter = new Painter(theme, 'truecolor');

  constructor(version: string, size: Size, profile: WidthProfile) {
    this.terminal = emulator(version, size.width, size.height);
    this.oracle = watch(this.terminal);
    this.#painter.setProfile(profile);
  }

  async show(frame: Frame): Promise<void> {
    // As terminal.ts has it: no automatic wrapping.
    await write(this.terminal, `\x1b[?7l${this.#painter.paint(frame)}`);
  }

  /** What went wrong, or null. */
  fault(frame: Frame): string | null {
    const incident = this.oracle.incidents.find(each => each.kind !== 'mode' || each.mode !== '?7');
    if (incident !== undefined) return `the terminal did something: ${JSON.stringify(incident)}`;
    const { cursorX, cursorY, type } = this.terminal.buffer.active;
    if (type !== 'normal') return 'another screen';
    const { cursor } = frame;
    if (cursor !== null && (cursor.x !== cursorX || cursor.y !== cursorY)) return `the cursor at ${cursorX},${cursorY}`;
    return fault(this.terminal, frame);
  }
}

/** Which version of the tables, which size and which profile a case gets: all of them come by turns. */
function setting(n: number) {
  const version = WIDTH_VERSIONS[n % WIDTH_VERSIONS.length]!;
  const size = SIZES[Math.floor(n / WIDTH_VERSIONS.length) % SIZES.length]!;
  const asked = Math.floor(n / (WIDTH_VERSIONS.length * SIZES.length)) % 2 === 1;
  const profile: WidthProfile = !asked ? 'unknown' : version === '15-graphemes' ? 'graphemes' : 'wcwidth';
  return { version, size, profile, name: `${version} ${size.width}x${size.height} ${profile}` };
}

/** Samples of harmless text of which a skeleton is made. */
const SAMPLES = 48;

/** Words, long words, wide characters, several lines: from nothing to more than any field shows. */
function harmlessText(next: () => number): string {
  const length = Math.floor(next() ** 2 * pick([20, 80, 500], next));
  const unit = pick(['x', 'some words ', '漢字', 'long', 'a\n', 'line\n', 'word '], next);
  return unit.repeat(Math.ceil(length / unit.length)).slice(0, length);
}

/** The cells that are the same whatever harmless text the fields hold: borders, bars, gutters, marks, other rows. */
function skeletonOf(screen: Screen, fields: readonly string[], size: Size): readonly (string | null)[] {
  const next = random(1);
  let common: (string | null)[] | null = null;
  for (let sample = 0; sample < SAMPLES; sample++) {
    // By turns the fields hold the same text and each its own.
    const same = sample % 3 === 0 ? harmlessText(next) : null;
    const cells = shownCells(
      screen.draw(field => (fields.includes(field) ? (same ?? harmlessText(next)) : 'plain'), size),
    );
    common = common === null ? cells : common.map((cell, at) => (cell === cells[at] ? cell : null));
  }
  return common!;
}

function shownCells({ frame, moving }: Drawn): string[] {
  return frame.glyphs.map((glyph, at) => {
    const column = at % frame.width;
    const row = Math.floor(at / frame.width);
    const moves = moving.some(
      ({ x, y, width, height }) => column >= x && column < x + width && row >= y && row < y + height,
    );
    return moves ? '' : `${glyph} ${frame.styles[at]}`;
  });
}

/** Fields that hold the string, and those that hold its other half: what one ends with, the next one could go on with. */
function fillWith(text: string, fields: readonly string[], halves: boolean): Fill {
  const middle = text.length >> 1;
  return field => {
    const index = fields.indexOf(field);
    if (index < 0) return 'plain';
    if (!halves) return text;
    return index % 2 === 0 ? text.slice(0, middle) : text.slice(middle);
  };
}

// Broken once by clusters without HOSTILE (tags took the cells of others) and by controls let through (bell); by a painter
// that trusts a doubtful cluster's width; by sentences that do not set their parameters upright.

// Each screen has all its fields filled at once …
for (const screen of SCREENS) {
  test.serial(`hostile text stays in its fields: ${screen.name} (seed ${SEED}, ${STRINGS} strings)`, async t => {
    const skeletons = new Map<number, readonly (string | null)[]>();
    await paintEach(t, (text, size, n) => {
      const drawn = screen.draw(fillWith(text, screen.fields, n % 5 === 4), size);
      const skeleton = skeletons.get(size.width) ?? skeletonOf(screen, screen.fields, size);
      skeletons.set(size.width, skeleton);
      const cells = shownCells(drawn);
      const foreign = skeleton.findIndex((cell, at) => cell !== null && cell !== cells[at]);
      return [drawn.frame, foreign < 0 ? null : `${skeleton[foreign]} is ${cells[foreign]} now, ${at(foreign, size)}`];
    });
  });
}

// … and one after the other: then the screen is that of a plain text as wide, but for the text's own cells.
for (const screen of SCREENS.filter(each => /the log$|users and log/.test(each.name))) {
  test.serial(`hostile text in one field changes no other: ${screen.name} (seed ${SEED}, ${STRINGS} strings)`, t =>
    paintEach(t, (text, size, n) => {
      const field = screen.fields[n % screen.fields.length]!;
      const drawn = screen.draw(each => (each === field ? text : 'plain'), size);
      const cells = shownCells(drawn);
      // Behind other words what leans is one replacement, at the start of a row each is one.
      const twins = [
        text,
        upright(text),
        text
          .split(/([\r\n])/)
          .map(upright)
          .join(''),
      ].map(each => shownCells(screen.draw(of => (of === field ? plainAs(each) : 'plain'), size)));
      const isOwn = (cell: string) => /^[ax漢…\ufffd]? /u.test(cell);
      const foreign = cells.findIndex((cell, index) =>
        twins.every(twin => twin[index] !== cell && !isOwn(twin[index]!)),
      );
      return [drawn.frame, foreign < 0 ? null : `${cells[foreign]}, ${field}, ${at(foreign, size)}`];
    }),
  );
}

/** A plain text that takes the same columns, and has the same place among names. */
function plainAs(text: string): string {
  const order = text.localeCompare('plain');
  // Which of two equal names comes first is nobody's business.
  if (order === 0) return text;
  const letter = order < 0 ? 'a' : 'x';
  const plain = ({ text: cluster, width }: Cluster, index: number) => {
    if (cluster === ' ') return ' ';
    return width === 2 && index > 0 ? '漢' : letter.repeat(width);
  };
  // How far a tab reaches depends on what stands before the text, and some fields have rows.
  return text
    .split(/([\t\r\n])/)
    .map((part, index) => (index % 2 === 1 ? part : clusters(part).map(plain).join('')))
    .join('');
}

function at(index: number, { width }: Size): string {
  return `row ${Math.floor(index / width)}, column ${index % width}`;
}

/** Paints what `draw` gives for each string, on terminals of each kind by turns; `draw` tells what is wrong besides. */
async function paintEach(
  t: ExecutionContext,
  draw: (text: string, size: Size, n: number) => readonly [Frame, string | null],
): Promise<void> {
  const next = random(SEED);
  const terminals = new Map<string, Painted>();
  for (let n = 0; n < STRINGS; n++) {
    const text = hostileText(next);
    const { version, size, profile, name } = setting(n);
    const painted = terminals.get(name) ?? new Painted(version, size, profile);
    terminals.set(name, painted);
    const [frame, foreign] = draw(text, size, n);
    await painted.show(frame);
    const wrong = painted.fault(frame) ?? foreign;
    if (wrong !== null) return t.fail(`${wrong}\nseed ${SEED}, string ${n}, ${name}: ${JSON.stringify(text)}`);
  }
  t.pass();
}

// Broken once by a body that begins a column early. Marks that ended within a grapheme were found by it, and a body that
// was not clipped.
test.serial(`a line changes nothing but the columns of its text (seed ${SEED}, ${STRINGS} strings)`, t =>
  paintEach(t, (text, size, n) => {
    const kind = LINE_KINDS[n % LINE_KINDS.length]!;
    const shown = drawLine(kind, text, size);
    const rowsAbove = kind === 'answered' ? 1 : 0;
    const wrong = besideText(shown, drawLine(kind, 'x', size), {
      inName: kind === 'author' || kind === 'offerer',
      rows: kind === 'offerer' ? 2 : 1,
      rowsAbove,
    });
    return [shown.frame, wrong === null ? null : `${kind}: ${wrong}`];
  }),
);

/**
 * Compares with the same line saying 'x': outside the log nothing differs, the lines above are only moved up by the
 * rows that the text takes, and beside the text (or the name) stands what stood there, once. `rows`: those of a line
 * in whose name the text stands; `rowsAbove`: that stand above
 * the line's first row and hold the text too.
 */
function besideText(
  { frame, log, columns }: LineScreen,
  plain: LineScreen,
  { inName, rows, rowsAbove }: { readonly inName: boolean; readonly rows: number; readonly rowsAbove: number },
): string | null {
  const { text, name } = columns;
  const bottom = log.height - 1;
  const cells = (of: Frame, y: number, from: number, to: number) =>
    of.glyphs.slice((log.y + y) * of.width + log.x + from, (log.y + y) * of.width + log.x + to).join('|');
  const blank = (row: string) => row.replaceAll('|', '').trim() === '';
  for (let at = 0; at < frame.glyphs.length; at++) {
    const x = (at % frame.width) - log.x;
    const y = Math.floor(at / frame.width) - log.y;
    const inside = x >= 0 && x < log.width && y >= 0 && y < log.height;
    if (!inside && frame.glyphs[at] !== plain.frame.glyphs[at]) return `a cell outside the log: ${at}`;
  }
  const firstRow = (of: Frame) => {
    let row = bottom;
    while (row >= 0 && blank(cells(of, row, 0, text.x))) row -= 1;
    return row;
  };
  const first = inName ? bottom - rows + 1 : firstRow(frame);
  const plainFirst = inName ? first : firstRow(plain.frame);
  const beside: readonly (readonly [number, number])[] = inName
    ? [
        [0, name.x],
        [name.x + name.width, log.width],
      ]
    : [[0, text.x]];
  for (const [from, to] of beside) {
    const changed = cells(frame, first, from, to) !== cells(plain.frame, plainFirst, from, to);
    // A text that is higher than the log has its first row above it.
    if (first >= 0 && changed) return 'the gutter';
  }
  for (let y = Math.max(0, first); y <= bottom && !inName; y++)
    if (!blank(cells(frame, y, text.x + text.width, log.width))) return `right of row ${y}`;
  for (let y = first + 1; y <= bottom && inName; y++)
    if (cells(frame, y, 0, log.width) !== cells(plain.frame, y, 0, log.width)) return `row ${y} below`;
  const parts = (y: number): readonly (readonly [number, number])[] =>
    y < first - rowsAbove
      ? [[0, log.width]]
      : [
          [0, text.x],
          [text.x + text.width, log.width],
        ];
  for (let y = 0; y < first; y++) {
    for (const [from, to] of parts(y)) {
      if (cells(frame, y, from, to) !== cells(plain.frame, y + plainFirst - first, from, to)) return `row ${y} above`;
    }
  }
  return null;
}
