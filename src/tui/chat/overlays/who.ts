// F3: who is in this room.
import { say } from '../../../words/words.ts';
import { authorToken } from '../../kit/authors.ts';
import type { Canvas } from '../../kit/canvas.ts';
import { formatSince } from '../../kit/format.ts';
import { chatOf, type Model, type Overlay } from '../model.ts';
import { offsetOf } from '../times.ts';
import { paintBox, paintScrollbar } from './box.ts';
import { whoRows } from './who-rows.ts';

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
    const state = row.here ? say('chat.person.here') : say('chat.away');
    const since = row.since === null ? '' : ` ${formatSince(row.since, now, offsetOf(row.since))}`;
    content.text(0, y, row.here ? '●' : '○', row.here ? 'ok' : 'faint');
    const taken = content.text(2, y, `${state}${since}`, 'faint', { width: content.width - 4, align: 'right' });
    content.text(2, y, row.name, me ? 'me' : authorToken(row.name), { width: content.width - 5 - taken });
    content.target({ x: 0, y, width: content.width, height: 1 }, { on: 'chat', key: row.account });
  }
  paintScrollbar(content, overlay.top, rows.length);
}
