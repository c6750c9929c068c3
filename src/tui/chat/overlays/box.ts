// The box that an overlay stands in: in the middle of the screen, on a surface of its own, with a title and a hint.
import { say, type WordKey } from '../../../words/words.ts';
import type { Canvas, Rect } from '../../kit/canvas.ts';
import { type Editor, layout } from '../../kit/editor.ts';
import { formatBytes } from '../../kit/format.ts';
import { centred } from '../../kit/layout.ts';
import { shortName } from '../files.ts';
import { choicesOf } from '../go-to.ts';
import { currentChat, type Model, type Overlay, titleOf } from '../model.ts';
import type { Picker } from '../model-files.ts';
import { pickerChoices } from '../picker.ts';
import { type ReactionChoice, reactionChoices } from '../reactions.ts';
import { hitRows, shownHits } from '../search.ts';
import { messageOf } from '../timeline.ts';
import { helpRows } from './help-rows.ts';
import { whoRows } from './who-rows.ts';

/** Rows of a box besides its content: title, a free row, a free row, hint; on low screens title and hint. */
function frameRows(model: Model): number {
  return model.height < 16 ? 2 : 4;
}

const WIDTHS = {
  help: 78,
  'go-to': 56,
  who: 56,
  search: 110,
  react: 34,
  files: 110,
  'send-file': 76,
} as const satisfies Record<Overlay['is'], number>;
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
  const wanted = ROWS[overlay.is] ?? overlayContent(model, overlay);
  const most = height - (height < 16 ? 1 : 4);
  return centred({ x: 0, y: 0, width, height }, across, Math.max(3, Math.min(most, wanted + frameRows(model))));
}

const ROWS: Partial<Record<Overlay['is'], number>> = { 'go-to': 16, search: 40, react: 11, files: 14, 'send-file': 20 };

/** Rows, or choices, of the content in sight. */
export function overlayRows(model: Model): number {
  const { overlay } = model;
  if (overlay === null) return 0;
  const besides = overlay.is === 'send-file' || overlay.is === 'files' ? 2 : ROWS[overlay.is] === undefined ? 0 : 1;
  const rows = boxOf(model, overlay).height - frameRows(model) - besides;
  const each = overlay.is === 'search' ? hitRows(innerWidth(model, overlay)) : 1;
  return Math.max(1, Math.floor(rows / each));
}

/** What the overlay for reactions offers. */
export function reactionsFor(model: Model, overlay: Extract<Overlay, { is: 'react' }>): readonly ReactionChoice[] {
  const chat = currentChat(model);
  const line = chat === null ? undefined : messageOf(chat.timeline, overlay.about);
  return reactionChoices(line, model.me?.account ?? '', overlay.filter.text);
}

/** Rows, or choices, of the whole content. */
export function overlayContent(model: Model, overlay: Overlay): number {
  switch (overlay.is) {
    case 'help':
      return helpRows(model, innerWidth(model, overlay)).length;
    case 'who':
      return Math.max(1, whoRows(model, overlay.room).length);
    case 'go-to':
      return choicesOf(model, overlay.filter.text).length;
    case 'react':
      return reactionsFor(model, overlay).length;
    case 'search':
      return model.search === null ? 0 : shownHits(model.search).length;
    case 'files':
      return model.files.transfers.length;
    case 'send-file':
      return pickerChoices(overlay).length;
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
  box.text(2, rect.height - 1, ` ${say(hintOf(overlay))} `, 'dim', { width: rect.width - 4 });
  const free = (frameRows(model) - 2) / 2;
  return box.region({ x: 2, y: 1 + free, width: rect.width - 4, height: rect.height - 2 - 2 * free });
}

/** What the keys do that every list has, and the way out. */
function hintOf(overlay: Overlay): WordKey {
  if (overlay.is === 'files' && overlay.details) return 'chat.files.hint-details';
  if (overlay.is === 'send-file' && overlay.purpose.for === 'save') return 'chat.picker.hint-save';
  return HINTS[overlay.is];
}

const HINTS = {
  help: 'chat.help.scroll',
  who: 'chat.help.scroll',
  'go-to': 'chat.go-to.hint',
  search: 'chat.search.hint',
  react: 'chat.react.hint',
  files: 'chat.files.hint',
  'send-file': 'chat.picker.hint',
} as const satisfies Record<Overlay['is'], WordKey>;

function heading(model: Model, overlay: Overlay): string {
  if (overlay.is === 'help') return say('chat.help.title');
  if (overlay.is === 'go-to') return say('chat.go-to.title');
  if (overlay.is === 'search') return say('chat.search.title');
  if (overlay.is === 'react') return say('chat.react.title');
  if (overlay.is === 'files') return filesTitle(model);
  if (overlay.is === 'send-file') return pickerTitle(model, overlay);
  return overlay.room === null
    ? say('chat.who.everyone')
    : say('chat.who.title', { room: titleOf(model, overlay.room) });
}

function filesTitle({ files: { cap } }: Model): string {
  const title = say('chat.files.title');
  return cap === null ? title : `${title} · ${say('chat.files.cap', { rate: formatBytes(cap) })}`;
}

function pickerTitle(model: Model, { purpose }: Picker): string {
  if (purpose.for === 'send') return say('chat.picker.title', { name: titleOf(model, purpose.chat) });
  const transfer = model.files.transfers.find(each => each.key === purpose.transfer);
  return say('chat.picker.title-save', { file: transfer === undefined ? '' : shortName(transfer) });
}

/** The field above a list of choices, with the real cursor in it. */
export function paintField(canvas: Canvas, field: Editor, mark: string, placeholder: string): void {
  canvas.fill('input');
  canvas.text(0, 0, mark, 'accent');
  const { rows, cursor } = layout(field, canvas.width - 2, 1);
  if (field.text === '') canvas.text(2, 0, placeholder, 'faint', { width: canvas.width - 2 });
  else canvas.text(2, 0, rows[0] ?? '', 'text');
  canvas.cursor(2 + cursor.x, 0);
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
