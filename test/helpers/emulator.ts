// Terminal emulators that count columns in three ways, and what is on their screens compared with a frame.
import { createRequire } from 'node:module';
import type { Terminal as HeadlessTerminal } from '@xterm/headless';
import type { Frame } from '../../src/tui/kit/canvas.ts';
import { certain } from '../../src/tui/kit/clusters.ts';

const require = createRequire(import.meta.url);
const { Terminal } = require('@xterm/headless') as typeof import('@xterm/headless');
const { UnicodeGraphemesAddon } = require('@xterm/addon-unicode-graphemes');

/** By old tables, by new ones, and by graphemes. */
export const WIDTH_VERSIONS = ['6', '15', '15-graphemes'] as const;

export function emulator(version: string, columns: number, rows: number): HeadlessTerminal {
  const terminal = new Terminal({ cols: columns, rows, allowProposedApi: true });
  terminal.loadAddon(new UnicodeGraphemesAddon());
  terminal.unicode.activeVersion = version;
  return terminal;
}

/** Resolves when the emulator has taken it all. */
export function write(terminal: HeadlessTerminal, data: string): Promise<void> {
  return new Promise(resolve => terminal.write(data, resolve));
}

/** The first cell that is not as the frame has it; null when all are. */
export function fault(terminal: HeadlessTerminal, frame: Frame): string | null {
  const { width, height } = frame;
  const probe = terminal.buffer.active.getNullCell();
  for (let y = 0; y < height; y++) {
    const row = terminal.buffer.active.getLine(y)!;
    for (let x = 0; x < width; ) {
      const glyph = frame.glyphs[y * width + x]!;
      const cells = x + 1 < width && frame.glyphs[y * width + x + 1] === '' ? 2 : 1;
      for (let i = 0; i < cells; i++) {
        const shown = row.getCell(x + i, probe)!;
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

/** Each cell of the screen with its colours and attributes, row by row. */
export function cellsOf(terminal: HeadlessTerminal): string[] {
  const cells: string[] = [];
  const probe = terminal.buffer.active.getNullCell();
  for (let y = 0; y < terminal.rows; y++) {
    const row = terminal.buffer.active.getLine(terminal.buffer.active.baseY + y)!;
    for (let x = 0; x < terminal.cols; x++) {
      const cell = row.getCell(x, probe)!;
      const looks = `${cell.getFgColor()}/${cell.getBgColor()}/${cell.isBold()}${cell.isInverse()}${cell.isUnderline()}`;
      cells.push(`${cell.getChars() || ' '}/${cell.getWidth()}/${looks}`);
    }
  }
  return cells;
}
