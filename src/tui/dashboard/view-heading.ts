// What stands in a pane's heading: parts that may be clicked, or the one-line field that is being written in.
import type { Canvas } from '../kit/canvas.ts';
import type { Editor } from '../kit/editor.ts';
import type { Token } from '../kit/tokens.ts';
import { widthOf } from '../kit/width.ts';
import { windowOf } from './line.ts';
import type { Place } from './model.ts';

export interface HeadingPart {
  readonly text: string;
  readonly token: Token;
  readonly place: Place;
}

const BETWEEN = ' · ';
/** Columns below which a cut part says nothing. */
const PART_LEAST = 6;

/** As many parts as fit in whole; of the first `cuttable` ones, as much as there is room for. */
export function viewParts(canvas: Canvas, from: number, parts: readonly HeadingPart[], cuttable: number): void {
  let x = from;
  for (const [index, { text, token, place }] of parts.entries()) {
    const room = canvas.width - 1 - x - (index > 0 ? widthOf(BETWEEN) : 0);
    if (widthOf(text) > room && (index >= cuttable || room < PART_LEAST)) return;
    if (index > 0) x += canvas.text(x, 0, BETWEEN, 'faint');
    const width = canvas.text(x, 0, text, token, { width: room });
    canvas.target({ x, y: 0, width, height: 1 }, place);
    x += width;
  }
}

/** Fills the canvas's first row; the real cursor stands in it. */
export function viewField(canvas: Canvas, mark: string, editor: Editor): void {
  canvas.fill('input');
  canvas.text(1, 0, mark, 'accent');
  const x = 1 + widthOf(mark) + 1;
  viewText(canvas.region({ x, y: 0, width: canvas.width - x, height: 1 }), editor);
}

/** The text alone, with the cursor. */
export function viewText(canvas: Canvas, editor: Editor): void {
  if (canvas.width <= 0) return;
  const { text, x } = windowOf(editor, canvas.width);
  canvas.text(0, 0, text, 'text');
  canvas.cursor(x, 0);
}
