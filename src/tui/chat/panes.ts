// Where everything stands for a size of the screen: panes fold away one by one as it gets smaller.
import type { Rect } from '../kit/canvas.ts';
import { layout } from '../kit/editor.ts';
import { currentChat, type Model } from './model.ts';
import { noticeLines } from './notices.ts';

/** Columns from which the side pane stands beside the chat. */
const SIDE_FROM = 80;
/** Rows that the composer grows to. */
const COMPOSER_ROWS = 6;
/** Rows that a sentence above the composer may take. */
const NOTICE_ROWS = 3;
/** Columns of text beyond which the eye loses the line. */
const TEXT_WIDEST = 140;

export interface Panes {
  /** Server, link; on low screens the chat's title too. */
  readonly bar: Rect;
  readonly side: Rect | null;
  /** Title of the chat, and the rule below it. */
  readonly header: Rect | null;
  readonly log: Rect;
  /** For a sentence to the person, or how much stands below; on low screens it lies over the end of the log. */
  readonly notice: Rect;
  /** Low: nothing has a margin, and what can lie on the log does. */
  readonly low: boolean;
  readonly composer: Rect;
  /** The surface on which the composer stands, its mark included. */
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
  // The composer's surface begins a column in, where there is room, and its text behind its mark.
  const edge = low ? 0 : 1;
  const indent = edge + 2 + edge;
  const writable = Math.max(1, across - indent - 1);
  const rows = composerRows(model, writable, height);
  const margin = low ? 0 : 1;
  const bottom = height - hintRows;
  // A row of the composer's surface stays free below what is written, where there is room: a place to look at.
  const y = bottom - rows - margin;
  const composerRoom = { x: x + edge, y, width: across - edge, height: rows };
  const composer = { x: x + indent, y, width: writable, height: rows };
  const headerRows = low ? 0 : 2;
  const noticeRows = Math.max(1, Math.min(NOTICE_ROWS, noticeLines(model, across).length));
  const top = 1 + headerRows;
  const logRows = Math.max(0, composerRoom.y - margin - (low ? 0 : noticeRows) - top);
  return {
    bar: { x: 0, y: 0, width, height: 1 },
    side: sideWidth === 0 ? null : { x: 0, y: 1, width: sideWidth, height: height - 1 - hintRows },
    header: headerRows === 0 ? null : { x, y: 1, width: across, height: headerRows },
    log: { x, y: top, width: across, height: logRows },
    notice: {
      x,
      y: low ? Math.max(top, top + logRows - noticeRows) : top + logRows,
      width: across,
      height: noticeRows,
    },
    low,
    composer,
    composerRoom,
    hints: hintRows === 0 ? null : { x: 0, y: height - 1, width, height: 1 },
  };
}

function composerRows(model: Model, width: number, height: number): number {
  const chat = currentChat(model);
  const most = Math.max(1, Math.min(COMPOSER_ROWS, Math.floor(height / 4)));
  const rows = chat === null ? 1 : layout(chat.draft, width, most).rows.length;
  // Where the screen is high enough the composer has two rows from the start, so that the first line break moves nothing.
  return Math.min(most, Math.max(rows, height >= 24 ? 2 : 1));
}

/** The columns of the log: a bar for marks, the time, the author, the text, what became of it. */
export interface Columns {
  readonly bar: number;
  readonly time: { readonly x: number; readonly width: number } | null;
  readonly name: { readonly x: number; readonly width: number };
  readonly text: { readonly x: number; readonly width: number };
  /** Columns right of the text that ✓ and its like take. */
  readonly status: number;
}

export function columnsOf(width: number): Columns {
  const roomy = width >= 56;
  const bar = roomy ? 1 : 0;
  const time = width >= 46 ? { x: bar + 1, width: 5 } : null;
  const name = { x: bar + (time === null ? 1 : 7), width: width >= 120 ? 14 : width >= 68 ? 10 : roomy ? 8 : 7 };
  const x = name.x + name.width + (width >= 68 ? 2 : 1);
  const status = width >= 46 ? 3 : 2;
  const margin = roomy ? 2 : 1;
  return {
    bar,
    time,
    name,
    text: { x, width: Math.max(1, Math.min(TEXT_WIDEST, width - x - status - margin)) },
    status,
  };
}
