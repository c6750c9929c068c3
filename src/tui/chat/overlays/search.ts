// Alt-S: what was said, by its words, newest first.
import { upright } from '../../../chat/text.ts';
import { say } from '../../../words/words.ts';
import { authorToken } from '../../kit/authors.ts';
import type { Canvas, Span } from '../../kit/canvas.ts';
import type { Token } from '../../kit/tokens.ts';
import { widthOf } from '../../kit/width.ts';
import { clusterStart, type Range, rangesOf } from '../match.ts';
import { isRoom, type Model, titleOf } from '../model.ts';
import { chosenIndex, type Hit, hitRows, type Search, shownHits } from '../search.ts';
import { codeText, shortDate } from '../sentences.ts';
import { roomMark } from '../view-side.ts';
import { paintBox, paintField, paintScrollbar } from './box.ts';

export function paintSearch(canvas: Canvas, model: Model): void {
  const { search } = model;
  if (search === null) return;
  const content = paintBox(canvas, model, { is: 'search' });
  const { width, height } = content;
  paintField(content.region({ x: 0, y: 0, width, height: 1 }), search.field, '⌕', say('chat.search.placeholder'));
  const list = content.region({ x: 0, y: 1, width, height: height - 1 });
  const hits = shownHits(search);
  if (hits.length === 0) {
    list.text(2, 0, nothingText(search), 'faint', { width: width - 2 });
    return;
  }
  const rows = hitRows(width);
  const fit = Math.max(1, Math.floor(list.height / rows));
  const chosen = Math.min(chosenIndex(search), hits.length - 1);
  const top = Math.max(0, Math.min(chosen - (fit >> 1), hits.length - fit));
  for (let n = 0; n < fit; n++) {
    const hit = hits[top + n];
    if (hit === undefined) break;
    const row = list.region({ x: 0, y: n * rows, width: width - 1, height: rows });
    paintHit(row, model, search, hit, top + n === chosen);
    row.target({ x: 0, y: 0, width: row.width, height: rows }, { on: 'choice', index: top + n });
  }
  if (search.sources.some(each => each.loading)) {
    list.text(0, list.height - 1, '…', 'faint', { width: width - 2, align: 'right' });
  }
  paintScrollbar(list, top * rows, hits.length * rows);
}

function nothingText(search: Search): string {
  if (search.problem !== null) return codeText(search.problem.code, search.problem.params);
  if (search.query === null) return say('chat.search.how');
  return say(search.sources.some(each => each.loading) ? 'chat.search.looking' : 'chat.search.none');
}

/** Where, when, who, and what with the words marked. */
function paintHit(row: Canvas, model: Model, search: Search, hit: Hit, chosen: boolean): void {
  if (chosen) {
    row.fill('selected');
    for (let y = 0; y < row.height; y++) row.text(0, y, row.colours === 'none' ? '>' : '▌', 'current-bar');
  }
  const { event, key } = hit;
  const room = isRoom(key);
  const where: Span[] = [
    { text: room ? `${roomMark(model, key).text} ` : '● ', token: room ? 'faint' : 'private' },
    { text: room ? key.slice(1) : titleOf(model, key), token: chosen ? 'strong' : 'dim' },
  ];
  const author: Token = event.account === model.me?.account ? 'me' : authorToken(event.from);
  const date = shortDate(event.time, model.setting.clock());
  if (row.height === 1) {
    row.spans(2, 0, where, { width: 14 });
    row.text(17, 0, date, 'faint', { width: 12 });
    row.text(30, 0, event.from, author, { width: 10, align: 'right' });
    row.spans(42, 0, excerpt(event, search, row.width - 42), { width: row.width - 42 });
    return;
  }
  const taken = row.text(2, 0, date, 'faint', { width: row.width - 2, align: 'right' });
  row.spans(2, 0, [...where, { text: '  ' }, { text: upright(event.from), token: author }], {
    width: row.width - 4 - taken,
  });
  row.spans(2, 1, excerpt(event, search, row.width - 2), { width: row.width - 2 });
}

/** The part of a text that holds the first hit, in one row; the words that were looked for are marked. */
function excerpt(event: Hit['event'], { query }: Search, width: number): readonly Span[] {
  const { text, ranges } = foundIn(event, query?.words ?? '');
  const start = startOf(text, ranges[0]?.start ?? 0, width);
  const spans: Span[] = start > 0 ? [{ text: '…', token: 'faint' }] : [];
  let at = start;
  for (const range of ranges) {
    if (range.end <= at) continue;
    if (range.start > at) spans.push({ text: text.slice(at, range.start), token: 'text' });
    spans.push({ text: text.slice(Math.max(at, range.start), range.end), token: 'match' });
    at = range.end;
    // More than a row is never seen; a cluster may be of many units.
    if (at - start > FAR * width) break;
  }
  return [...spans, { text: text.slice(at, at + FAR * width), token: 'text' }];
}

const FAR = 12;

interface Found {
  readonly words: string;
  readonly text: string;
  readonly ranges: readonly Range[];
}

/** Finding is what costs, and a hit does not change: what was found is kept for the last words. */
const known = new WeakMap<Hit['event'], Found>();

function foundIn(event: Hit['event'], words: string): Found {
  const before = known.get(event);
  if (before !== undefined && before.words === words) return before;
  const { body } = event;
  const text = (body.kind === 'text' ? body.text : say('chat.sealed')).replaceAll('\n', ' ');
  const found = { words, text, ranges: rangesOf(text, words) };
  known.set(event, found);
  return found;
}

/** Where the excerpt begins: at the start while the first hit is in sight from there, else a little before the hit. */
function startOf(text: string, first: number, width: number): number {
  const before = text.slice(Math.max(0, first - FAR * width), first);
  if (before.length === first && widthOf(before) < width / 2) return 0;
  const space = text.lastIndexOf(' ', Math.max(0, first - (width >> 2)));
  return clusterStart(text, space < first - width ? first : space + 1);
}
