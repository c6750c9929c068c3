// Files at a glance: in the side pane a section below the people, in the top bar one line where there is no side pane, and the
// pieces of which these, the cards in the log and the list are made.
import { upright } from '../../chat/text.ts';
import { say } from '../../words/words.ts';
import type { Canvas, Span } from '../kit/canvas.ts';
import { formatBytes } from '../kit/format.ts';
import { progressSpans } from '../kit/progress.ts';
import { widthOf } from '../kit/width.ts';
import {
  fileName,
  fractionOf,
  leftText,
  markOf,
  percentText,
  rateText,
  routeText,
  sizeText,
  stateToken,
  stateWord,
  summaryOf,
} from './files.ts';
import { FILE_KEYS, type FileAction } from './keys.ts';
import type { Model } from './model.ts';
import { isOver, type Transfer, wantsAnswer } from './model-files.ts';
import type { Target } from './targets.ts';

export function paintProgress(canvas: Canvas, transfer: Transfer, x: number, y: number, width: number): void {
  const token = transfer.state === 'paused' ? 'warn' : transfer.side === 'send' ? 'bar-fill' : 'bar-done';
  canvas.spans(x, y, progressSpans(fractionOf(transfer), width, token));
}

/** What matters most stays where there is no room for all. */
const RANKS: readonly FileAction[] = [
  ...(['accept', 'decline', 'pause', 'resume', 'cancel', 'open', 'details', 'always', 'folder', 'clear'] as const),
];

/** What one can do about a file, each with its key and a place to press; as much of it as there is room for. Gives the columns used. */
export function paintActions(
  canvas: Canvas,
  transfer: Transfer,
  actions: readonly FileAction[],
  place: { readonly x: number; readonly y: number; readonly width: number; readonly align?: 'right' },
): number {
  const all = actions.map(action => {
    const key = FILE_KEYS.find(row => row.action === action)?.keys[0] ?? '';
    const text = say(`chat.file.do.${action}`);
    return { action, key, text, width: widthOf(key) + 1 + widthOf(text) };
  });
  const fitting = new Set<FileAction>();
  let used = 0;
  for (const each of [...all].sort((a, b) => RANKS.indexOf(a.action) - RANKS.indexOf(b.action))) {
    const more = each.width + (used === 0 ? 0 : GAP);
    if (used + more > place.width) break;
    used += more;
    fitting.add(each.action);
  }
  let x = place.align === 'right' ? place.x + place.width - used : place.x;
  for (const { action, key, text, width } of all.filter(each => fitting.has(each.action))) {
    canvas.spans(x, place.y, [
      { text: key, token: 'key' },
      { text: ` ${text}`, token: 'dim' },
    ]);
    const target: Target = { on: 'file', transfer: transfer.key, do: action };
    canvas.target({ x, y: place.y, width, height: 1 }, target);
    x += width + GAP;
  }
  return used;
}

/** Columns between two actions. */
const GAP = 2;

/** Where it comes from or goes to. */
export function peerSpans({ side, who }: Transfer): readonly Span[] {
  return [
    { text: side === 'send' ? '→ ' : '← ', token: 'faint' },
    { text: upright(who), token: 'dim' },
  ];
}

type Rows = 1 | 2 | 3;

/** Rows of one file in the side pane when there is room for so many each: what is over takes one in any case. */
function rowsOf(transfer: Transfer, most: Rows): Rows {
  if (isOver(transfer) || most === 1) return 1;
  return wantsAnswer(transfer) || transfer.state === 'offered' || transfer.state === 'kept' ? 2 : most;
}

function rowsOfAll(transfers: readonly Transfer[], most: Rows): number {
  return transfers.reduce((sum, transfer) => sum + rowsOf(transfer, most), 0);
}

/** What the side pane shows: what is on its way, and what has ended meanwhile. */
function glanced({ files }: Model): readonly Transfer[] {
  return files.transfers.filter(transfer => files.live.has(transfer.key));
}

/** Rows of the section below its heading: what it wants, and what it insists on beside lists that want `others` of `rows`. */
export function fileRows(model: Model, rows: number, others: number): number {
  const transfers = glanced(model);
  if (transfers.length === 0) return 0;
  const spare = Math.max(rows - others, Math.floor(rows * 0.4), 1);
  return Math.min(rowsOfAll(transfers, 3), spare);
}

/** The section of the side pane, its heading in the first row. */
export function paintFiles(canvas: Canvas, model: Model): void {
  const { width, height } = canvas;
  const transfers = glanced(model);
  const summary = summaryOf(model);
  canvas.text(2, 0, say('chat.files'), 'heading', { width: width - 3 });
  if (summary !== null) {
    const { asking, up, down } = summary;
    const note =
      asking > 0 ? say('chat.files.asking', { count: asking }) : say('chat.files.moving', { count: up + down });
    const room = width - 4 - widthOf(say('chat.files')) - 1;
    const shown = widthOf(note) <= room ? note : String(asking > 0 ? asking : up + down);
    canvas.text(2, 0, shown, asking > 0 ? 'warn' : 'faint', { width: width - 4, align: 'right' });
  }
  canvas.target({ x: 0, y: 0, width, height: 1 }, { on: 'action', action: 'files' });
  const most = ([3, 2] as const).find(rows => rowsOfAll(transfers, rows) <= height - 1) ?? (height > 6 ? 2 : 1);
  let y = 1;
  for (const [index, transfer] of transfers.entries()) {
    const rows = rowsOf(transfer, most);
    const last = index === transfers.length - 1;
    if (y + rows > height - (last ? 0 : 1)) {
      canvas.text(2, y, say('chat.more', { count: transfers.length - index }), 'faint', { width: width - 3 });
      canvas.target({ x: 0, y, width, height: 1 }, { on: 'action', action: 'files' });
      return;
    }
    paintFile(canvas.region({ x: 2, y, width: width - 4, height: rows }), transfer);
    canvas.target({ x: 0, y, width, height: rows }, { on: 'files', transfer: transfer.key });
    y += rows;
  }
}

function paintFile(canvas: Canvas, transfer: Transfer): void {
  const { width, height } = canvas;
  const mark = markOf(transfer);
  canvas.text(0, 0, mark.text, mark.token);
  const over = isOver(transfer);
  // One row: how it stands behind the name. More: to whom, and how it stands below.
  const state = transfer.state === 'done' ? sizeText(transfer) : stateWord(transfer);
  const note = height > 1 ? '' : state;
  const room = width - 2 - (note === '' ? 0 : widthOf(note) + 1);
  const name: Span = { text: upright(fileName(transfer)), token: over ? 'dim' : 'text' };
  const peer = peerSpans(transfer);
  const withPeer =
    height > 1 && widthOf(name.text) + 1 + peer.reduce((sum, { text }) => sum + widthOf(text), 0) <= room;
  const used = canvas.spans(2, 0, withPeer ? [name, { text: ' ' }, ...peer] : [name], { width: room });
  if (note !== '')
    canvas.text(2 + used + 1, 0, note, stateToken(transfer), {
      width: width - used - 3,
      align: over ? 'left' : 'right',
    });
  if (height === 1) return;
  if (height === 2 && (wantsAnswer(transfer) || transfer.state === 'offered' || transfer.state === 'kept')) {
    const state = stateWord(transfer);
    const texts = [`${sizeText(transfer)} · ${state}`, `${formatBytes(transfer.size)} · ${state}`];
    canvas.text(0, 1, texts.find(text => widthOf(text) <= width) ?? state, stateToken(transfer), { width });
    return;
  }
  if (height === 2) {
    const words = stateWord(transfer);
    paintProgress(canvas, transfer, 0, 1, width - widthOf(words) - 1);
    canvas.text(0, 1, words, stateToken(transfer), { width, align: 'right' });
    return;
  }
  paintProgress(canvas, transfer, 0, 1, width);
  canvas.text(0, 2, figuresWithin(transfer, width), transfer.state === 'paused' ? 'warn' : 'faint', { width });
}

/** How far, how fast, how long, which way: as much of it as there is room for. */
export function figuresWithin(transfer: Transfer, width: number): string {
  const state = transfer.state === 'running' ? '' : stateWord(transfer);
  const parts = [percentText(transfer), state, rateText(transfer), leftText(transfer), routeText(transfer)];
  let text = '';
  for (const part of parts.filter(each => each !== '')) {
    const longer = text === '' ? part : `${text}  ${part}`;
    if (widthOf(longer) > width) break;
    text = longer;
  }
  return text;
}

/** One line for all files, where there is no room for more: what waits for an answer, what goes each way, how far. */
export function summarySpans(model: Model): readonly Span[] {
  const summary = summaryOf(model);
  if (summary === null) return [];
  const { asking, up, down, percent } = summary;
  const spans: Span[] = [];
  if (asking > 0) spans.push({ text: `▤ ${asking}`, token: 'warn' });
  if (up > 0) spans.push({ text: `↑ ${up}`, token: 'accent' });
  if (down > 0) spans.push({ text: `↓ ${down}`, token: 'ok' });
  const parted = spans.flatMap((span, index) => (index === 0 ? [span] : [{ text: ' ' }, span]));
  return up + down === 0 ? parted : [...parted, { text: ` · ${say('chat.file.percent', { percent })}`, token: 'dim' }];
}
