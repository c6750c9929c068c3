// Golden screens: a frame as plain text with a map of its styles, compared with a file in test/golden/.
// UPDATE_GOLDEN=1 writes the files; look at the difference before committing it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { type Canvas, type Colours, Frame } from '../../src/tui/kit/canvas.ts';
import { tokensOf } from '../../src/tui/kit/tokens.ts';

const FOLDER = new URL('../golden/', import.meta.url);
const LETTERS = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/** A frame as text: its rows, a letter for the style of each cell, and what the letters stand for. */
export function describeFrame(frame: Frame): string {
  const rows: string[] = [];
  const styles: string[] = [];
  const letters = new Map<number, string>([[0, '.']]);
  for (let y = 0; y < frame.height; y++) {
    rows.push(`|${frame.rowText(y)}|`);
    let line = '';
    for (let x = 0; x < frame.width; x++) {
      const style = frame.styles[y * frame.width + x]!;
      let letter = letters.get(style);
      if (letter === undefined) {
        // Past the alphabet: CJK numbers would misalign, Greek does not.
        letter = LETTERS[letters.size - 1] ?? String.fromCharCode(0x3b1 + letters.size - 1 - LETTERS.length);
        letters.set(style, letter);
      }
      line += letter;
    }
    styles.push(`|${line}|`);
  }
  const { cursor } = frame;
  const head = `${frame.width}x${frame.height}, cursor ${cursor === null ? 'hidden' : `at ${cursor.x},${cursor.y}`}`;
  const legend = [...letters].slice(1).map(([style, letter]) => `${letter} ${tokensOf(style).join(' ')}`);
  return [head, ...rows, '', ...styles, '', ...legend, ''].join('\n');
}

/** Draws a view on a new frame; like the loop does, on the surface of the whole screen. */
export function drawFrame(width: number, height: number, draw: (canvas: Canvas) => void, colours?: Colours): Frame {
  const frame = new Frame(width, height, colours);
  frame.root.fill('base');
  draw(frame.root);
  return frame;
}

/** Compares a frame with test/golden/NAME.txt. */
export function golden(t: ExecutionContext, name: string, frame: Frame): void {
  const file = new URL(`${name}.txt`, FOLDER);
  const actual = describeFrame(frame);
  if (process.env['UPDATE_GOLDEN'] === '1') {
    mkdirSync(new URL('.', file), { recursive: true });
    writeFileSync(file, actual);
  }
  let expected: string;
  try {
    expected = readFileSync(file, 'utf8');
  } catch {
    t.fail(`test/golden/${name}.txt is missing: look at this screen and write it with UPDATE_GOLDEN=1\n${actual}`);
    return;
  }
  t.is(actual, expected, `the screen differs from test/golden/${name}.txt`);
}
