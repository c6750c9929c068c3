// The log of a chat as rows: how high each line is, what stands above it, and moving the window over them.
// Update (scrolling) and view (painting) ask the same functions, so that they never disagree.
import type { Position } from '../../chat/vocabulary.ts';
import { anchorAt, type ListState, reveal, scroll, visibleRows } from '../kit/list.ts';
import { type WrappedLine, wrap } from '../kit/width.ts';
import type { Anchor, Chat, Model } from './model.ts';
import { type Columns, columnsOf, panesOf } from './panes.ts';
import { refusalText, serverText, textOf } from './sentences.ts';
import { indexOf, type Line, lineAt, lineCount, type MessageLine, type PendingLine } from './timeline.ts';
import { dayOf } from './times.ts';

/** What may stand above a line. */
export type Lead = 'gap' | 'day' | 'new';

/** A line as it is shown: rows above it, and its text in rows. */
export interface Block {
  readonly line: Line;
  readonly lead: readonly Lead[];
  readonly rows: readonly WrappedLine[];
  /** Above the text stands one row with what it answers. */
  readonly reply: boolean;
  /** Below the text stands one row with what people think of it. */
  readonly reactions: boolean;
  /** Rows below the text: why a line was refused. */
  readonly after: readonly WrappedLine[];
  /** Continues what the same author said just before: no name. */
  readonly continued: boolean;
  /** … within the same minute: no time either. */
  readonly sameMinute: boolean;
}

/** The window over a chat's lines. */
export interface Window {
  readonly chat: Chat;
  readonly columns: Columns;
  readonly height: number;
  readonly state: ListState;
  readonly count: number;
  readonly heightOf: (index: number) => number;
}

/** Milliseconds within which a line of the same author goes on without the name. */
const CONTINUES = 5 * 60_000;

export function windowOf(model: Model, chat: Chat): Window {
  const { log } = panesOf(model);
  const columns = columnsOf(log.width);
  const heightOf = (index: number): number => {
    const block = blockOf(chat, index, columns);
    return block.lead.length + rowCount(block);
  };
  return {
    chat,
    columns,
    height: log.height,
    state: stateOf(chat),
    count: lineCount(chat.timeline),
    heightOf,
  };
}

/** Rows of a line without what stands above it. */
export function rowCount({ reply, rows, after, reactions }: Block): number {
  return Number(reply) + rows.length + after.length + Number(reactions);
}

function stateOf(chat: Chat): ListState {
  const { anchor } = chat;
  if (anchor === 'end') return { anchor };
  return { anchor: { index: indexOf(chat.timeline, anchor.position), row: anchor.row } };
}

function anchorOf(chat: Chat, state: ListState): Anchor {
  if (state.anchor === 'end') return 'end';
  const line = lineAt(chat.timeline, state.anchor.index);
  return line === undefined ? 'end' : { position: line.position, row: state.anchor.row };
}

/** The parts of the lines in sight. */
export function visible(window: Window) {
  return visibleRows(window.state, window.count, window.heightOf, window.height);
}

/** The anchor after moving by rows, down being positive. */
export function scrolled(window: Window, rows: number): Anchor {
  return anchorOf(window.chat, scroll(window.state, rows, window.count, window.heightOf, window.height));
}

/** The anchor with a line's rows at the top of the window. */
export function anchoredAt(window: Window, position: Position): Anchor {
  const index = indexOf(window.chat.timeline, position);
  return anchorOf(window.chat, anchorAt(index, window.count, window.heightOf, window.height));
}

/** The anchor moved as little as needed to show a line. */
export function revealed(window: Window, position: Position): Anchor {
  const index = indexOf(window.chat.timeline, position);
  return anchorOf(window.chat, reveal(window.state, index, window.count, window.heightOf, window.height));
}

/** The anchor with a line in the middle of the window, as far as there are lines around it. */
export function centred(window: Window, position: Position): Anchor {
  const { chat, count, heightOf, height } = window;
  const index = indexOf(chat.timeline, position);
  const top = anchorAt(index, count, heightOf, height);
  if (top.anchor === 'end') return anchorOf(chat, top);
  const above = Math.max(0, height - heightOf(index)) >> 1;
  return anchorOf(chat, scroll(top, -above, count, heightOf, height));
}

/** The anchor at the line that is at the top now: what is added at the end moves nothing. */
export function fixed(window: Window): Anchor {
  const first = visible(window)[0];
  return first === undefined ? 'end' : anchorOf(window.chat, { anchor: { index: first.index, row: first.row } });
}

/** How many lines stand below the window. */
export function below(window: Window): number {
  if (window.state.anchor === 'end') return 0;
  const last = visible(window).at(-1);
  return last === undefined ? 0 : window.count - 1 - last.index;
}

export function blockOf(chat: Chat, index: number, columns: Columns): Block {
  const { timeline } = chat;
  const line = lineAt(timeline, index)!;
  const before = index > 0 ? lineAt(timeline, index - 1) : undefined;
  const lead = leadOf(chat, line, before);
  const continued = lead.length === 0 && before !== undefined && continues(before, line);
  return {
    line,
    lead,
    ...rowsOf(line, columns),
    continued,
    sameMinute: continued && Math.floor(before.time / 60_000) === Math.floor(line.time / 60_000),
  };
}

function leadOf(chat: Chat, line: Line, before: Line | undefined): readonly Lead[] {
  const isFirstNew = chat.rule !== null && line.last >= chat.rule && (before === undefined || before.last < chat.rule);
  const isNewDay = before === undefined || dayOf(before.time) !== dayOf(line.time);
  if (!isFirstNew && !isNewDay) return NOTHING;
  const lead: Lead[] = [];
  if (isNewDay) lead.push(...(before === undefined ? ([] as const) : (['gap'] as const)), 'day');
  if (isFirstNew) lead.push('new');
  return lead;
}

const NOTHING: readonly Lead[] = [];

function continues(before: Line, line: Line): boolean {
  return isSaid(before) && isSaid(line) && before.account === line.account && line.time - before.time < CONTINUES;
}

/** Something said by a person, apart from /me, whose line names its author. */
function isSaid(line: Line): line is MessageLine | PendingLine {
  return (line.is === 'message' || line.is === 'pending') && !line.action;
}

type Rows = Pick<Block, 'rows' | 'after' | 'reply' | 'reactions'>;

/** Wrapping is what costs, and a line never changes: its rows are kept for the last width. */
const wrapped = new WeakMap<Line, Rows & { readonly width: number }>();

function rowsOf(line: Line, columns: Columns): Rows {
  const width = columns.text.width;
  const known = wrapped.get(line);
  if (known !== undefined && known.width === width) return known;
  const made = { width, ...makeRows(line, width) };
  wrapped.set(line, made);
  return made;
}

function makeRows(line: Line, width: number): Rows {
  switch (line.is) {
    case 'message': {
      const { reply, reactions } = line.event;
      return {
        ...alone(wrap(textOf(line), width)),
        reply: reply !== undefined && !line.event.deleted,
        reactions: reactions !== undefined && reactions.length > 0,
      };
    }
    case 'pending': {
      const refusal = line.refusal === null ? null : refusalText(line.refusal);
      // The word at the right takes columns of the text.
      const rows = wrap(textOf(line), Math.max(1, width - QUEUED_COLUMNS));
      const reply = line.command.kind === 'post' && line.command.reply !== undefined;
      return { ...alone(rows), after: refusal === null ? [] : wrap(refusal, width), reply };
    }
    case 'membership':
      return alone(ONE_ROW);
    case 'offer':
      return alone(CARD);
    case 'server':
      return alone(wrap(serverText(line), width));
    default:
      return line satisfies never;
  }
}

function alone(rows: readonly WrappedLine[]): Rows {
  return { rows, after: [], reply: false, reactions: false };
}

/** Fitted to the width when it is painted: as many names as there is room for. */
const ONE_ROW: readonly WrappedLine[] = [{ text: '', start: 0, end: 0 }];
/** A card is as high whatever becomes of its file, so that nothing jumps. */
const CARD: readonly WrappedLine[] = [...ONE_ROW, ...ONE_ROW];
/** Columns that the word 'queued' takes beyond those kept for marks. */
const QUEUED_COLUMNS = 5;
