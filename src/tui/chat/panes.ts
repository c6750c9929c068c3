// Where everything stands for a size of the screen: panes fold away one by one as it gets smaller.
import type { Rect } from '../kit/canvas.ts';
import { layout } from '../kit/editor.ts';
import { currentChat, type Model } from './model.ts';

/** Columns from which the side pane stands beside the chat. */
export const SIDE_FROM = 80;
/** Rows that the composer grows to. */
export const COMPOSER_ROWS = 6;
/** Columns before the composer's text: its margin and its mark. */
export const COMPOSER_INDENT = 3;
/** Columns of text beyond which the eye loses the line. */
const TEXT_WIDEST = 140;

export interface Panes {
  /** Server, link; on low screens the chat's title too. */
  readonly bar: Rect;
  readonly side: Rect | null;
  /** Title of the chat, and the rule below it. */
  readonly header: Rect | null;
  readonly log: Rect;
  /** One row for sentences to the person; null: they lie over the last row of the log. */
  readonly notice: Rect | null;
  readonly composer: Rect;
  /** A surface around the composer's rows. */
  readonly composerRoom: Rect;
  readonly hints: Rect | null;
}

export function panesOf(model: Model): Panes {
  const { width, height } = model;
  const low = height < 16;
  const sideWidth = model.plain || width < SIDE_FROM ? 0 : width >= 160 ? 30 : width >= 96 ? 24 : 20;
  const hintRows = height >= 8 ? 1 : 0;
  const x = sideWidth;
  const across = width - sideWidth;
  const rows = composerRows(model, across, height);
  const margin = low ? 0 : 1;
  const bottom = height - hintRows;
  // A row of the composer's surface stays free below what is written, where there is room: a place to look at.
  const composerRoom = { x, y: bottom - rows - margin, width: across, height: rows };
  const composer = inner(composerRoom);
  const headerRows = low ? 0 : 2;
  const noticeRows = low ? 0 : 1;
  const top = 1 + headerRows;
  const logRows = Math.max(0, composerRoom.y - margin - noticeRows - top);
  return {
    bar: { x: 0, y: 0, width, height: 1 },
    side: sideWidth === 0 ? null : { x: 0, y: 1, width: sideWidth, height: height - 1 - hintRows },
    header: headerRows === 0 ? null : { x, y: 1, width: across, height: headerRows },
    log: { x, y: top, width: across, height: logRows },
    notice: noticeRows === 0 ? null : { x, y: top + logRows, width: across, height: 1 },
    composer,
    composerRoom,
    hints: hintRows === 0 ? null : { x: 0, y: height - 1, width, height: 1 },
  };
}

function composerRows(model: Model, across: number, height: number): number {
  const chat = currentChat(model);
  const most = Math.max(1, Math.min(COMPOSER_ROWS, Math.floor(height / 4)));
  const rows = chat === null ? 1 : layout(chat.draft, writable(across), most).rows.length;
  // Where the screen is high enough the composer has two rows from the start, so that the first line break moves nothing.
  return Math.min(most, Math.max(rows, height >= 24 ? 2 : 1));
}

function inner(room: Rect): Rect {
  return { ...room, x: room.x + COMPOSER_INDENT, width: writable(room.width) };
}

function writable(across: number): number {
  return Math.max(1, across - COMPOSER_INDENT - 1);
}

/** The columns of the log: a bar for marks, the time, the author, the text, what became of it. */
export interface Columns {
  readonly time: { readonly x: number; readonly width: number } | null;
  readonly name: { readonly x: number; readonly width: number };
  readonly text: { readonly x: number; readonly width: number };
  /** Columns right of the text that ✓ and its like take. */
  readonly status: number;
}

export function columnsOf(width: number): Columns {
  const timed = width >= 46;
  const nameWidth = width >= 120 ? 14 : width >= 64 ? 10 : 7;
  const left = width >= 64 ? 2 : 1;
  const time = timed ? { x: left, width: 5 } : null;
  const name = { x: time ? left + 6 : left, width: nameWidth };
  const x = name.x + name.width + (width >= 64 ? 2 : 1);
  const status = width >= 46 ? 3 : 2;
  return { time, name, text: { x, width: Math.max(1, Math.min(TEXT_WIDEST, width - x - status - 1)) }, status };
}
