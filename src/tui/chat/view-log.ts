// The log: each line in its columns. The gutter (bar, time, name) is the program's alone: no text reaches it.
import { say } from '../../words/words.ts';
import { authorToken } from '../kit/authors.ts';
import type { Canvas, Span } from '../kit/canvas.ts';
import type { Token } from '../kit/tokens.ts';
import { truncate, type WrappedLine, widthOf } from '../kit/width.ts';
import { keyLabel } from './keys.ts';
import { type Block, blockOf, type Lead, rowCount, visible, type Window, windowOf } from './log.ts';
import { type Mark, marksOf, pieces } from './markup.ts';
import { type Chat, isRoom, type Model } from './model.ts';
import { dayText, isEdited, membershipParts, textOf } from './sentences.ts';
import type { Line, MessageLine, PendingLine } from './timeline.ts';
import { timeOfDay } from './times.ts';
import { paintReactions, paintReply } from './view-about.ts';
import { paintOffer } from './view-offer.ts';

export function paintLog(canvas: Canvas, model: Model, chat: Chat | null): void {
  canvas.target({ x: 0, y: 0, width: canvas.width, height: canvas.height }, { on: 'log' });
  if (chat === null) {
    const key = keyLabel(model.setting.keys, 'go-to');
    if (model.link.state === 'online') paintNote(canvas, say('chat.no-chat', { key }));
    return;
  }
  const window = windowOf(model, chat);
  if (window.count === 0) {
    const empty = chat.history === 'loading' ? 'chat.loading' : 'chat.nobody';
    paintNote(canvas, say(empty));
    return;
  }
  const shown = visible(window);
  for (const { index, row, y, rows } of shown) {
    const block = blockOf(chat, index, window.columns);
    const line = canvas.region({ x: 0, y, width: canvas.width, height: rows });
    // The first item in sight may be scrolled off in part: its rows above lie outside the region.
    paintBlock(line, model, window, block, -row);
  }
}

function paintNote(canvas: Canvas, text: string): void {
  canvas.text(2, Math.max(0, canvas.height - 2), text, 'faint', { width: canvas.width - 4 });
}

function paintBlock(canvas: Canvas, model: Model, window: Window, block: Block, top: number): void {
  let y = top;
  for (const lead of block.lead) paintLead(canvas, model, block, lead, y++);
  const { line } = block;
  const rows = rowCount(block);
  if (!isRoom(window.chat.key)) paintPrivate(canvas, window.columns.bar, y, rows);
  const area = { x: 0, y, width: canvas.width, height: rows };
  paintSurface(canvas, model, window.columns.bar, line, y, rows);
  canvas.target(area, { on: 'line', position: line.position });
  switch (line.is) {
    case 'message':
    case 'pending':
      if (block.reply) paintReply(canvas, model, window, line, y);
      paintSaid(canvas, model, window, block, line, y + Number(block.reply));
      break;
    case 'membership':
      paintMembership(canvas, window, line, y);
      break;
    case 'server':
      paintServer(canvas, window, block, line, y);
      break;
    case 'offer':
      paintOffer(canvas, model, window, block, line, y);
      break;
    default:
      line satisfies never;
  }
}

function paintLead(canvas: Canvas, model: Model, block: Block, lead: Lead, y: number): void {
  const area = { x: 2, width: canvas.width - 4 };
  if (lead === 'day') {
    const label = dayText(block.line.time, model.setting.clock());
    canvas.rule(y, 'rule', { ...area, label, labelToken: 'faint' });
  } else if (lead === 'new') {
    canvas.rule(y, 'unread', { ...area, label: say('chat.new'), labelToken: 'unread' });
  }
}

/** Private lines are marked apart all along. */
function paintPrivate(canvas: Canvas, bar: number, y: number, height: number): void {
  const mark = canvas.colours === 'none' ? ':' : '▏';
  for (let row = 0; row < height; row++) canvas.text(bar, y + row, mark, 'private');
}

/** What lies under a line: it names me, or it is picked. */
function paintSurface(canvas: Canvas, model: Model, x: number, line: Line, y: number, height: number): void {
  const picked = model.picked !== null && line.position <= model.picked && model.picked <= line.last;
  const mention = line.is === 'message' && line.mention;
  if (!picked && !mention) return;
  canvas.fill(picked ? 'selected' : 'mention', { x, y, width: canvas.width - x, height });
  const mono = canvas.colours === 'none';
  const bar = picked ? (mono ? '>' : '▌') : mono ? '!' : '▌';
  for (let row = 0; row < height; row++) canvas.text(x, y + row, bar, picked ? 'current-bar' : 'mention-bar');
}

function paintSaid(
  canvas: Canvas,
  model: Model,
  window: Window,
  block: Block,
  line: MessageLine | PendingLine,
  y: number,
): void {
  const { columns } = window;
  const author: Token = line.account === model.me?.account ? 'me' : authorToken(line.from);
  if (columns.time !== null && !block.sameMinute) canvas.text(columns.time.x, y, timeOfDay(line.time), 'faint');
  const { x, width } = columns.name;
  const name = line.action ? '*' : truncate(line.from, width);
  if (!block.continued) canvas.text(x, y, name, author, { width, align: 'right' });
  const text = textOf(line);
  const plain = plainToken(line);
  const marks = marksIn(line, text, author, model.me?.name ?? '');
  const body = canvas.region({ x: columns.text.x, y, width: columns.text.width, height: block.rows.length });
  for (const [row, wrapped] of block.rows.entries()) {
    if (isInside(canvas, y + row)) body.spans(0, row, spansOf(text, wrapped, marks, plain));
  }
  for (const [row, wrapped] of block.after.entries()) {
    canvas.text(columns.text.x, y + block.rows.length + row, wrapped.text, 'failed');
  }
  if (line.is === 'message' && block.reactions) {
    paintReactions(canvas, model, window, line, y + block.rows.length + block.after.length);
  }
  if (!model.plain) paintStatus(canvas, model, window, block, line, y);
}

function plainToken(line: MessageLine | PendingLine): Token {
  if (line.is === 'pending') return line.refusal === null ? 'text' : 'dim';
  return line.event.deleted ? 'faint' : 'text';
}

/** Rows of a long message that are scrolled off cost nothing. */
function isInside(canvas: Canvas, y: number): boolean {
  return y >= 0 && y < canvas.height;
}

/** Finding the marks is what costs, and a line never changes: they are kept for the last reader's name. */
const marked = new WeakMap<Line, { readonly name: string; readonly marks: readonly Mark[] }>();

function marksIn(line: MessageLine | PendingLine, text: string, author: Token, name: string): readonly Mark[] {
  const known = marked.get(line);
  if (known !== undefined && known.name === name) return known.marks;
  const start = line.action ? line.from.length : 0;
  const end = isEdited(line) ? text.length - say('chat.edited').length : text.length;
  const named: Mark[] = line.action ? [{ start: 0, end: start, token: author }] : [];
  const edited: Mark[] = isEdited(line) ? [{ start: end, end: text.length, token: 'faint' }] : [];
  // The name of a /me is no part of what is said, nor is what we say of it ourselves.
  const said = marksOf(text.slice(0, end), name).filter(mark => mark.start >= start);
  const marks = [...named, ...said, ...edited];
  marked.set(line, { name, marks });
  return marks;
}

function spansOf(text: string, row: WrappedLine, marks: readonly Mark[], plain: Token): readonly Span[] {
  // Spaces at a break are in the source and not on the screen.
  const end = row.start + text.slice(row.start, row.end).replace(/[ \r\n]+$/, '').length;
  return pieces(text, row.start, end, marks, plain);
}

function paintStatus(
  canvas: Canvas,
  model: Model,
  window: Window,
  block: Block,
  line: MessageLine | PendingLine,
  y: number,
): void {
  const { columns, chat } = window;
  const [text, token] = statusOf(line, model, chat);
  const edge = columns.text.x + columns.text.width + columns.status;
  const last = y + block.rows.length - 1;
  if (text !== '') canvas.text(edge - widthOf(text), last, text, token);
}

/** What became of a line of one's own. */
function statusOf(line: MessageLine | PendingLine, { me }: Model, chat: Chat): readonly [string, Token] {
  if (line.is === 'pending') {
    return line.refusal === null ? [say('chat.queued'), 'queued'] : [say('chat.refused'), 'failed'];
  }
  if (line.account !== me?.account || line.event.deleted) return ['', 'sent'];
  return [!isRoom(chat.key) && line.position <= chat.delivered ? '✓✓' : '✓', 'sent'];
}

/** Comings and goings: an arrow in the gutter, where no text can put one. */
function paintMembership(canvas: Canvas, window: Window, line: Extract<Line, { is: 'membership' }>, y: number): void {
  const { columns, chat } = window;
  const left = line.changes.every(change => change.what === 'left');
  const { x, width } = columns.name;
  canvas.text(x, y, left ? '←' : '→', 'faint', { width, align: 'right' });
  const text = membershipParts(line.changes, isRoom(chat.key) ? chat.key : null).join(' · ');
  canvas.text(columns.text.x, y, text, 'system', { width: columns.text.width });
}

/** The server's own words: its mark and its surface stand in the gutter. */
function paintServer(
  canvas: Canvas,
  window: Window,
  block: Block,
  line: Extract<Line, { is: 'server' }>,
  y: number,
): void {
  const { columns } = window;
  const announces = line.event.kind === 'broadcast';
  if (columns.time !== null) canvas.text(columns.time.x, y, timeOfDay(line.time), 'faint');
  const { x, width } = columns.name;
  const word = say('chat.server');
  const mark = !announces ? '·' : widthOf(word) + 2 <= width ? ` ${word} ` : word;
  canvas.text(x, y, mark, announces ? 'notice' : 'faint', { width, align: 'right' });
  for (const [row, wrapped] of block.rows.entries()) {
    canvas.text(columns.text.x, y + row, wrapped.text, announces ? 'strong' : 'system');
  }
}
