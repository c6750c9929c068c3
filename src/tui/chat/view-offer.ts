// A file that is offered, as a card in the log: what it is, what becomes of it, and what one can do about it. Its mark stands in
// the gutter, where no text can put one.
import { upright } from '../../chat/text.ts';
import { authorToken } from '../kit/authors.ts';
import type { Canvas } from '../kit/canvas.ts';
import type { Token } from '../kit/tokens.ts';
import { truncate, widthOf } from '../kit/width.ts';
import {
  actionsFor,
  fateMark,
  fateText,
  fileName,
  markOf,
  noteOf,
  sizeText,
  stateText,
  stateToken,
  transferOf,
} from './files.ts';
import type { Block, Window } from './log.ts';
import type { Model } from './model.ts';
import { offerName, type Transfer, wantsAnswer } from './model-files.ts';
import type { OfferLine } from './timeline.ts';
import { timeOfDay } from './times.ts';
import { figuresWithin, paintActions, paintProgress } from './view-files.ts';

/** Columns of the bar of what moves. */
const BAR = 24;

export function paintOffer(
  canvas: Canvas,
  model: Model,
  window: Window,
  block: Block,
  line: OfferLine,
  y: number,
): void {
  const { columns } = window;
  const { text, name } = columns;
  const picked = model.picked === line.position;
  const transfer = transferOf(model, line.event);
  const mine = line.account === model.me?.account;
  if (columns.time !== null && !block.sameMinute) canvas.text(columns.time.x, y, timeOfDay(line.time), 'faint');
  // Where name and text stand side by side, the mark takes the name's last column.
  const names = text.x - name.x - name.width > 1 ? name.width : name.width - 1;
  const author: Token = mine ? 'me' : authorToken(line.from);
  canvas.text(name.x, y, truncate(line.from, names), author, { width: names, align: 'right' });
  const card = { x: text.x - 1, y, width: text.width + 1 + columns.status, height: 2 };
  if (!picked) canvas.fill('input', card);
  const fate = model.files.fates.get(offerName({ account: line.account, id: line.event.id ?? '' }));
  const mark = transfer === undefined ? fateMark(fate) : markOf(transfer);
  canvas.text(card.x, y, mark.text, mark.token);
  const body = canvas.region({ x: text.x + 1, y, width: text.width - 1, height: 2 });
  const file = noteOf(line.event);
  const size = sizeText({ file, size: line.event.size });
  const room = Math.max(1, body.width - widthOf(size) - 2);
  const used = body.text(0, 0, upright(fileName({ file })), 'strong', { width: room });
  body.text(used + 2, 0, size, 'dim', { width: body.width - used - 2 });
  if (transfer === undefined) {
    body.text(0, 1, fateText(fate, model, mine), 'dim', { width: body.width });
  } else paintState(body, transfer);
}

function paintState(body: Canvas, transfer: Transfer): void {
  const { width } = body;
  const actions = actionsFor(transfer);
  if (wantsAnswer(transfer)) {
    paintActions(body, transfer, actions, { x: 0, y: 1, width });
    return;
  }
  if (transfer.state === 'running' || transfer.state === 'paused') {
    const bar = Math.min(BAR, width >> 2);
    const doing = paintActions(body, transfer, actions, { x: bar + 12, y: 1, width: width - bar - 12, align: 'right' });
    paintProgress(body, transfer, 0, 1, bar);
    const room = width - bar - 1 - (doing === 0 ? 0 : doing + 2);
    body.text(bar + 1, 1, figuresWithin(transfer, room), stateToken(transfer), { width: room });
    return;
  }
  const sentence = stateText(transfer);
  const spare = width - widthOf(sentence) - 2;
  if (spare > 0) paintActions(body, transfer, actions, { x: width - spare, y: 1, width: spare, align: 'right' });
  body.text(0, 1, sentence, stateToken(transfer), { width });
}
