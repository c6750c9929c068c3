// The start screen: whom to be and where to go.
import { say } from '../../words/words.ts';
import type { Canvas, Rect } from '../kit/canvas.ts';
import { type Editor, layout } from '../kit/editor.ts';
import { centred } from '../kit/layout.ts';
import { wrap } from '../kit/width.ts';
import { keyLabel } from './keys.ts';
import type { Model, Start } from './model.ts';
import { codeText } from './sentences.ts';
import { asksName } from './update-start.ts';

const WIDEST = 60;

export function paintStart(canvas: Canvas, model: Model, start: Start): void {
  const { width, height } = canvas;
  const low = height < 16;
  const gap = low ? 0 : 1;
  const nameRows = asksName(start) ? 2 + gap : 0;
  const most = Math.max(1, height - nameRows - (low ? 5 : 12));
  const listed = Math.min(start.servers.length + 1, most);
  const rows = (low ? 1 : 3) + nameRows + 1 + listed + gap + 2;
  const rect = centred({ x: 0, y: 0, width, height: height - 1 }, Math.min(WIDEST, width - 4), rows);
  // A surface around it, where there is room for one.
  if (!low && width >= WIDEST + 12) {
    canvas.fill('side', { x: rect.x - 4, y: rect.y - 1, width: rect.width + 8, height: rect.height + 2 });
  }
  const box = canvas.region(rect);
  let y = 0;
  box.spans(0, y, [{ text: say('chat.start.title'), tokens: ['strong', 'accent'] }]);
  if (!low) box.text(0, y + 1, say('chat.start.subtitle'), 'faint', { width: box.width });
  y += low ? 1 : 3;
  if (asksName(start)) {
    const active = start.field === 'name';
    box.text(0, y, say('chat.start.name'), active ? 'strong' : 'dim', { width: box.width });
    const field = { x: 0, y: y + 1, width: box.width, height: 1 };
    paintField(box, field, start.name, say('chat.start.name.placeholder'), active);
    box.target(field, { on: 'field', field: 'name' });
    y += nameRows;
  }
  box.text(0, y, say('chat.start.server'), start.field === 'server' ? 'strong' : 'dim', { width: box.width });
  const profile = start.profiles[0];
  if (profile !== undefined) {
    box.text(0, y, say('chat.start.as', { name: profile }), 'faint', { width: box.width, align: 'right' });
  }
  paintServers(box.region({ x: 0, y: y + 1, width: box.width, height: listed }), start);
  y += 1 + listed + gap;
  paintState(box.region({ x: 0, y, width: box.width, height: 2 }), model, start);
  paintHints(canvas, model);
}

function paintServers(canvas: Canvas, start: Start): void {
  const rows = start.servers.length + 1;
  const top = Math.max(0, Math.min(start.selected - canvas.height + 1, rows - canvas.height));
  for (let y = 0; y < canvas.height; y++) {
    const index = top + y;
    const server = start.servers[index];
    const rect = { x: 0, y, width: canvas.width, height: 1 };
    const active = start.field === 'server' && start.selected === index;
    if (server === undefined) paintField(canvas, rect, start.address, say('chat.start.other'), active);
    else paintServer(canvas.region(rect), server, active);
    canvas.target(rect, { on: 'server', index });
  }
}

function paintServer(row: Canvas, server: Start['servers'][number], active: boolean): void {
  if (active) row.fill('selected');
  if (active) row.text(0, 0, row.colours === 'none' ? '>' : '▌', 'current-bar');
  const named = server.name !== '';
  const address = named ? server.address : '';
  const taken = row.text(2, 0, address, 'faint', { width: row.width - 3, align: 'right' });
  row.text(2, 0, named ? server.name : server.address, active ? 'strong' : 'text', {
    width: Math.max(1, row.width - 5 - taken),
  });
}

function paintField(canvas: Canvas, rect: Rect, editor: Editor, placeholder: string, active: boolean): void {
  const field = canvas.region(rect);
  field.fill('input');
  field.text(0, 0, active ? (field.colours === 'none' ? '>' : '▌') : ' ', 'current-bar');
  const { rows, cursor } = layout(editor, rect.width - 3, 1);
  if (editor.text === '') field.text(2, 0, placeholder, 'faint', { width: rect.width - 3 });
  else field.text(2, 0, rows[0] ?? '', 'text');
  if (active) field.cursor(2 + cursor.x, 0);
}

function paintState(canvas: Canvas, model: Model, start: Start): void {
  if (model.link.state === 'connecting') {
    const text = say('chat.start.connecting', { address: model.link.address });
    canvas.text(0, 0, `◌ ${text}`, 'warn', { width: canvas.width });
    return;
  }
  if (start.problem === null) return;
  const sentence = codeText(start.problem.code, start.problem.params);
  for (const [y, row] of wrap(sentence, canvas.width).entries()) canvas.text(0, y, row.text, 'error');
}

function paintHints(canvas: Canvas, model: Model): void {
  const bar = canvas.region({ x: 0, y: canvas.height - 1, width: canvas.width, height: 1 });
  bar.fill('bar');
  const { keys } = model.setting;
  const words = say('chat.start.hint', {
    enter: keyLabel(keys, 'send'),
    tab: keyLabel(keys, 'complete'),
    quit: keyLabel(keys, 'quit'),
  });
  bar.text(1, 0, words, 'dim', { width: bar.width - 2 });
}
