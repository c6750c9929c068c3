// The box that an overlay stands in: in the middle of the screen, on a surface of its own, with a title and a hint.
import { say, type WordKey } from '../../../words/words.ts';
import type { Canvas, Rect } from '../../kit/canvas.ts';
import { centred } from '../../kit/layout.ts';
import { choicesOf } from '../go-to.ts';
import { type Model, type Overlay, titleOf } from '../model.ts';
import { helpRows } from './help-rows.ts';
import { whoRows } from './who-rows.ts';

/** Rows of a box besides its content: title, a free row, a free row, hint; on low screens title and hint. */
function frameRows(model: Model): number {
  return model.height < 16 ? 2 : 4;
}

const WIDTHS = { help: 78, 'go-to': 56, who: 48 } as const satisfies Record<Overlay['is'], number>;
/** Of the help with keys and commands side by side. */
const HELP_WIDE = 140;

function widthOf(model: Model, overlay: Overlay): number {
  const most = model.width - (model.width < 60 ? 0 : 4);
  const wide = overlay.is === 'help' && most >= HELP_WIDE;
  return Math.min(wide ? HELP_WIDE : WIDTHS[overlay.is], most);
}

/** Where the overlay that is open stands. Its content is as high as it needs to be, if there is room. */
function boxOf(model: Model, overlay: Overlay): Rect {
  const { width, height } = model;
  const across = widthOf(model, overlay);
  // A list that shrinks while one types must not make its box jump.
  const wanted = overlay.is === 'go-to' ? GO_TO_ROWS : overlayContent(model, overlay);
  const most = height - (height < 16 ? 1 : 4);
  return centred({ x: 0, y: 0, width, height }, across, Math.max(3, Math.min(most, wanted + frameRows(model))));
}

const GO_TO_ROWS = 16;

/** Rows of the content in sight. */
export function overlayRows(model: Model): number {
  const { overlay } = model;
  if (overlay === null) return 0;
  return Math.max(1, boxOf(model, overlay).height - frameRows(model) - (overlay.is === 'go-to' ? 1 : 0));
}

/** Rows of the whole content. */
export function overlayContent(model: Model, overlay: Overlay): number {
  switch (overlay.is) {
    case 'help':
      return helpRows(model, innerWidth(model, overlay)).length;
    case 'who':
      return Math.max(1, whoRows(model, overlay.room).length);
    case 'go-to':
      return choicesOf(model, overlay.filter.text).length;
    default:
      return overlay satisfies never;
  }
}

function innerWidth(model: Model, overlay: Overlay): number {
  return widthOf(model, overlay) - 4;
}

/** Paints the box, and gives the canvas for its content. */
export function paintBox(canvas: Canvas, model: Model, overlay: Overlay): Canvas {
  const rect = boxOf(model, overlay);
  canvas.target({ x: 0, y: 0, width: canvas.width, height: canvas.height }, { on: 'outside' });
  canvas.target(rect, { on: 'overlay' });
  const box = canvas.region(rect);
  box.fill('raised');
  if (canvas.colours === 'none') frame(box);
  box.text(2, 0, ` ${heading(model, overlay)} `, 'strong', { width: rect.width - 4 });
  box.text(2, rect.height - 1, ` ${say(HINTS[overlay.is])} `, 'dim', { width: rect.width - 4 });
  const free = (frameRows(model) - 2) / 2;
  return box.region({ x: 2, y: 1 + free, width: rect.width - 4, height: rect.height - 2 - 2 * free });
}

const HINTS = {
  help: 'chat.help.scroll',
  who: 'chat.help.scroll',
  'go-to': 'chat.go-to.hint',
} as const satisfies Record<Overlay['is'], WordKey>;

function heading(model: Model, overlay: Overlay): string {
  if (overlay.is === 'help') return say('chat.help.title');
  if (overlay.is === 'go-to') return say('chat.go-to.title');
  return overlay.room === null
    ? say('chat.who.everyone')
    : say('chat.who.title', { room: titleOf(model, overlay.room) });
}

/** Where surfaces have no colours, lines part the box from what lies below. */
function frame(box: Canvas): void {
  const { width, height } = box;
  box.rule(0, 'rule');
  box.rule(height - 1, 'rule');
  for (let y = 0; y < height; y++) {
    const corners = y === 0 ? '┌┐' : y === height - 1 ? '└┘' : '││';
    box.text(0, y, corners[0]!, 'rule');
    box.text(width - 1, y, corners[1]!, 'rule');
  }
}

/** A thin bar at the right that shows which part of a content is in sight. */
export function paintScrollbar(canvas: Canvas, top: number, total: number): void {
  const { width, height } = canvas;
  if (total <= height) return;
  const size = Math.max(1, Math.round((height * height) / total));
  const at = Math.round(((height - size) * top) / (total - height));
  for (let y = 0; y < size; y++) canvas.text(width - 1, at + y, '▐', 'scrollbar');
}
