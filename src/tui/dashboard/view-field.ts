// A one-line field being written in: its mark, its text and the cursor.
import type { Canvas } from '../kit/canvas.ts';
import type { Editor } from '../kit/editor.ts';
import { widthOf } from '../kit/width.ts';
import { windowOf } from './line.ts';

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
