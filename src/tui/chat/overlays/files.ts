// Alt-X: the list of files, a row each, and all about the one that is selected.
import { upright } from '../../../chat/text.ts';
import { say, type WordKey } from '../../../words/words.ts';
import type { Canvas, Span } from '../../kit/canvas.ts';
import { formatBytes } from '../../kit/format.ts';
import { widthOf, wrap } from '../../kit/width.ts';
import {
  actionsFor,
  fileName,
  haveText,
  leftText,
  markOf,
  percentText,
  rateText,
  routeText,
  shortName,
  sizeText,
  stateText,
  stateToken,
  stateWord,
} from '../files.ts';
import { type FileAction, keyLabel } from '../keys.ts';
import { isRoom, type Model } from '../model.ts';
import { type FilesOverlay, isOver, type Transfer } from '../model-files.ts';
import { shortDate } from '../sentences.ts';
import { selectedIn } from '../update-files.ts';
import { paintActions, paintProgress, peerSpans } from '../view-files.ts';
import { paintBox, paintScrollbar } from './box.ts';

export function paintFileList(canvas: Canvas, model: Model, overlay: FilesOverlay): void {
  const content = paintBox(canvas, model, overlay);
  const { width, height } = content;
  const { transfers } = model.files;
  const chosen = selectedIn(model, overlay);
  if (chosen === undefined) {
    const key = keyLabel(model.setting.keys, 'send-file');
    content.text(0, 0, say('chat.files.none', { key }), 'faint', { width });
    return;
  }
  // On low screens the rows are for the list, and the sentence stands among the details.
  const told = height >= 8 && !overlay.details ? 1 : 0;
  const list = content.region({ x: 0, y: 0, width, height: height - 1 - told });
  if (overlay.details) paintDetails(list, model, chosen);
  else paintRows(list, transfers, chosen);
  if (told > 0) content.text(0, height - 2, stateText(chosen), stateToken(chosen), { width });
  const foot = content.region({ x: 0, y: height - 1, width, height: 1 });
  if (overlay.asking) foot.text(0, 0, say('chat.files.cancel-sure', { file: shortName(chosen) }), 'warn', { width });
  else {
    const general: FileAction[] = [
      ...(overlay.details ? [] : ['details' as const]),
      ...(transfers.some(isOver) ? ['clear' as const] : []),
    ];
    paintActions(foot, chosen, [...actionsFor(chosen), ...general], { x: 0, y: 0, width });
  }
}

function paintRows(list: Canvas, transfers: readonly Transfer[], chosen: Transfer): void {
  const at = transfers.indexOf(chosen);
  const top = Math.max(0, Math.min(at - (list.height >> 1), transfers.length - list.height));
  for (let y = 0; y < list.height; y++) {
    const transfer = transfers[top + y];
    if (transfer === undefined) break;
    const row = list.region({ x: 0, y, width: list.width - 1, height: 1 });
    paintRow(row, transfer, transfer === chosen);
    row.target({ x: 0, y: 0, width: row.width, height: 1 }, { on: 'choice', index: top + y });
  }
  paintScrollbar(list, top, transfers.length);
}

/** Columns from which a sentence is worth beginning. */
const SENTENCE = 20;

/** Columns of the parts of a row, as far as there is room for them; the name takes what they leave. */
function columnsOf(width: number) {
  return {
    peer: width >= 90 ? 16 : width >= 60 ? 12 : 0,
    bar: width >= 90 ? 16 : width >= 56 ? 10 : 0,
    percent: width < 46 ? 10 : 6,
    rate: width >= 70 ? 9 : 0,
    left: width >= 46 ? 7 : 0,
    route: width >= 84 ? 8 : 0,
  };
}

function paintRow(row: Canvas, transfer: Transfer, chosen: boolean): void {
  if (chosen) {
    row.fill('selected');
    row.text(0, 0, row.colours === 'none' ? '>' : '▌', 'current-bar');
  }
  const columns = columnsOf(row.width);
  const behind = columns.bar + columns.percent + columns.rate + columns.left + columns.route;
  const mark = markOf(transfer);
  row.text(2, 0, mark.text, mark.token);
  const name = row.width - 4 - columns.peer - behind - 1;
  row.text(4, 0, fileName(transfer), chosen ? 'strong' : isOver(transfer) ? 'dim' : 'text', { width: name });
  let x = 4 + name + 1;
  if (columns.peer > 0) row.spans(x, 0, peerSpans(transfer), { width: columns.peer - 1 });
  x += columns.peer;
  if (transfer.state !== 'running' && transfer.state !== 'paused') {
    const text = behind < SENTENCE ? stateWord(transfer) : stateText(transfer);
    row.text(x, 0, text, stateToken(transfer), { width: behind });
    return;
  }
  paintProgress(row, transfer, x, 0, columns.bar - 1);
  x += columns.bar;
  const figures: readonly (readonly [string, number])[] = [
    [percentText(transfer), columns.percent],
    [transfer.state === 'paused' ? say('chat.file.paused') : rateText(transfer), columns.rate],
    [leftText(transfer), columns.left],
    [routeText(transfer), columns.route],
  ];
  for (const [text, width] of figures) {
    if (width > 0)
      row.text(x, 0, text, transfer.state === 'paused' ? 'warn' : 'dim', { width: width - 1, align: 'right' });
    x += width;
  }
}

type Detail = readonly [label: WordKey, text: string];

/** What there is to know about a file, in the order in which one asks for it. */
function detailsOf(model: Model, transfer: Transfer): readonly Detail[] {
  const { side, who, conversation, size, done, route, received, path, since, state } = transfer;
  const moved = `${percentText(transfer)}, ${formatBytes(done)} / ${formatBytes(size)}`;
  const details: Detail[] = [
    ['chat.files.label.name', fileName(transfer)],
    [side === 'send' ? 'chat.files.label.to' : 'chat.files.label.from', who],
    ['chat.files.label.size', sizeText(transfer)],
    ['chat.files.label.state', stateText(transfer)],
  ];
  if (isRoom(conversation) && side === 'receive') details.splice(2, 0, ['chat.files.label.room', conversation]);
  if (done > 0 && state !== 'done') details.push(['chat.files.label.moved', moved]);
  if (route !== null) details.push(['chat.files.label.route', say(`chat.files.way.${route}`)]);
  if (received.length > 0) details.push(['chat.files.label.have', haveText(received)]);
  if (path !== null && !(side === 'receive' && state === 'done')) details.push(['chat.files.label.path', path]);
  return [...details, ['chat.files.label.since', shortDate(since, model.setting.clock())]];
}

function paintDetails(canvas: Canvas, model: Model, transfer: Transfer): void {
  const details = detailsOf(model, transfer);
  const labels = Math.min(12, Math.max(...details.map(([label]) => widthOf(say(label)))));
  let y = 0;
  for (const [label, text] of details) {
    canvas.text(0, y, say(label), 'faint', { width: labels });
    const token = label === 'chat.files.label.state' ? stateToken(transfer) : 'text';
    for (const row of wrap(upright(text), Math.max(1, canvas.width - labels - 2)).slice(0, DETAIL_ROWS)) {
      const span: Span = { text: row.text, token };
      canvas.spans(labels + 2, y, [span]);
      y += 1;
    }
  }
}

/** Rows that one of them may take: names and paths may be long. */
const DETAIL_ROWS = 3;
