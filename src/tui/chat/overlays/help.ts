// F1: every key and every command.
import type { Canvas } from '../../kit/canvas.ts';
import type { Model, Overlay } from '../model.ts';
import { paintBox, paintScrollbar } from './box.ts';
import { type Entry, helpRows } from './help-rows.ts';

export function paintHelp(canvas: Canvas, model: Model, overlay: Extract<Overlay, { is: 'help' }>): void {
  const content = paintBox(canvas, model, overlay);
  const rows = helpRows(model, content.width);
  for (let y = 0; y < content.height; y++) {
    const row = rows[overlay.top + y];
    if (row === undefined) break;
    const gap = row.length === 1 ? 1 : 3;
    const width = Math.floor((content.width - gap * row.length) / row.length);
    for (const [column, entry] of row.entries()) paintEntry(content, column * (width + gap), y, width, entry);
  }
  paintScrollbar(content, overlay.top, rows.length);
}

function paintEntry(canvas: Canvas, x: number, y: number, width: number, entry: Entry): void {
  if (entry.is === 'heading') canvas.text(x, y, entry.text, 'heading', { width });
  if (entry.is !== 'entry') return;
  const names = Math.min(26, Math.floor(width / 2));
  canvas.text(x, y, entry.name, 'key', { width: names });
  canvas.text(x + names + 1, y, entry.help, 'text', { width: width - names - 1 });
}
