// F3: who is in this room.
import { say } from '../../../words/words.ts';
import { authorToken } from '../../kit/authors.ts';
import type { Canvas } from '../../kit/canvas.ts';
import { formatSince } from '../../kit/format.ts';
import { widthOf } from '../../kit/width.ts';
import { chatOf, type Model, type Overlay } from '../model.ts';
import { seenText } from '../sentences.ts';
import { offsetOf } from '../times.ts';
import { personMark } from '../view-side.ts';
import { paintBox, paintScrollbar } from './box.ts';
import { type WhoRow, whoRows } from './who-rows.ts';

function stateOf({ here, since, away }: WhoRow, now: number): string {
  if (!here) return since === null ? '' : seenText({ since }, now);
  if (away !== null) return away === '' ? say('chat.away') : say('chat.away.text', { text: away });
  const from = since === null || since === 0 ? '' : ` ${formatSince(since, now, offsetOf(since))}`;
  return `${say('chat.person.here')}${from}`;
}

export function paintWho(canvas: Canvas, model: Model, overlay: Extract<Overlay, { is: 'who' }>): void {
  const content = paintBox(canvas, model, overlay);
  if (overlay.room !== null && chatOf(model, overlay.room).members === null) {
    content.text(0, 0, say('chat.who.loading'), 'faint', { width: content.width });
    return;
  }
  const rows = whoRows(model, overlay.room);
  const now = model.setting.clock();
  for (let y = 0; y < content.height; y++) {
    const row = rows[overlay.top + y];
    if (row === undefined) break;
    const me = row.account === model.me?.account;
    const { text, token } = personMark(model, row.account);
    content.text(0, y, text, token);
    const name = Math.min(widthOf(row.name), content.width >> 1);
    const taken = content.text(3 + name, y, stateOf(row, now), 'faint', {
      width: content.width - 5 - name,
      align: 'right',
    });
    content.text(2, y, row.name, me ? 'me' : authorToken(row.name), { width: content.width - 5 - taken });
    content.target({ x: 0, y, width: content.width, height: 1 }, { on: 'chat', key: row.account });
  }
  paintScrollbar(content, overlay.top, rows.length);
}
