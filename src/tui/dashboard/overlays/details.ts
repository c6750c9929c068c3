// All that is known of one user.
import { say, type WordKey } from '../../../words/words.ts';
import type { Canvas } from '../../kit/canvas.ts';
import { formatAge, formatBytes, formatCount, formatRate, formatSince } from '../../kit/format.ts';
import type { Token } from '../../kit/tokens.ts';
import { widthOf } from '../../kit/width.ts';
import type { Areas } from '../layout.ts';
import type { Model } from '../model.ts';
import { boxRect, openBox, viewButtons } from './box.ts';

export function viewDetails(model: Model, account: string, canvas: Canvas, areas: Areas): void {
  const row = model.table.rows.find(each => each.account === account);
  const lines: readonly (readonly [WordKey, string, Token])[] = row
    ? [
        ['dashboard.details.account', row.account, 'dim'],
        ['dashboard.details.role', say(`dashboard.role.${row.role}`), row.role === 'member' ? 'text' : 'warn'],
        ['dashboard.details.address', row.address, 'text'],
        ['dashboard.details.since', formatSince(row.since, model.now, model.offset), 'text'],
        ['dashboard.details.idle', formatAge(model.now - row.lastActive), 'text'],
        ['dashboard.details.rooms', formatCount(row.rooms), 'text'],
        ['dashboard.details.sessions', formatCount(row.sessions), 'text'],
        ['dashboard.details.rate', formatRate(row.messagesPerSecond), 'text'],
        ['dashboard.details.lag', formatBytes(row.queuedBytes), row.queuedBytes > 0 ? 'warn' : 'text'],
      ]
    : [];
  const box = openBox(canvas, boxRect(canvas, areas, 52, lines.length + 6));
  const title = row?.name ?? say('dashboard.details.gone');
  box.text(0, 0, title, 'strong', { width: box.width });
  const labels = Math.max(0, ...lines.map(([label]) => widthOf(say(label)))) + 2;
  const room = Math.max(0, box.height - 2);
  const first = lines.length + 3 <= box.height ? 2 : 1;
  for (const [index, [label, text, token]] of lines.slice(0, room).entries()) {
    box.text(0, first + index, say(label), 'dim');
    box.text(labels, first + index, text, token, { width: Math.max(0, box.width - labels) });
  }
  viewButtons(box, box.height - 1, [['Esc', 'dashboard.close', { on: 'no' }]]);
}
