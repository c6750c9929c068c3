// The composer: what is being written, with the real cursor in it, so that input methods open there.
import { say } from '../../words/words.ts';
import type { Canvas } from '../kit/canvas.ts';
import { EDITOR_KEYS, layout } from '../kit/editor.ts';
import { type Chat, currentChat, isRoom, type Model, titleOf } from './model.ts';
import type { Panes } from './panes.ts';

export function paintComposer(canvas: Canvas, model: Model, panes: Panes): void {
  const { composer, composerRoom: room } = panes;
  if (!panes.low) canvas.region({ ...room, y: room.y - 1, height: 1 }).rule(0, 'rule');
  canvas.region(room).fill('input');
  const chat = currentChat(model);
  if (chat === null) return;
  canvas
    .region(room)
    .text(composer.x - room.x - 2, 0, '›', model.picked !== null ? 'faint' : isRoom(chat.key) ? 'accent' : 'private');
  canvas.target(room, { on: 'composer' });
  const box = canvas.region(composer);
  const { rows, cursor, above, total } = layout(chat.draft, composer.width, composer.height);
  for (const [y, row] of rows.entries()) box.text(0, y, row, 'text');
  if (chat.draft.text === '') box.text(0, 0, placeholder(model, chat), 'faint', { width: composer.width });
  else if (rows.length < composer.height && total === 1) {
    box.text(0, rows.length, say('chat.newline', { key: NEW_LINE }), 'faint', { width: composer.width });
  }
  paintMore(canvas.region(room), above, total - above - rows.length);
  // In message mode and below an overlay the keys go elsewhere.
  if (model.picked === null && model.overlay === null) box.cursor(cursor.x, cursor.y);
}

const NEW_LINE = [EDITOR_KEYS.find(row => row.action === 'new-line')?.key ?? ''].flat()[0] ?? '';

/** Arrows at the edge when rows of the text are out of sight. */
function paintMore(room: Canvas, above: number, below: number): void {
  if (above > 0) room.text(room.width - 1, 0, '↑', 'faint');
  if (below > 0) room.text(room.width - 1, room.height - 1, '↓', 'faint');
}

function placeholder(model: Model, chat: Chat): string {
  if (chat.key === model.me?.account) return say('chat.placeholder.notes');
  const name = titleOf(model, chat.key);
  return say(isRoom(chat.key) ? 'chat.placeholder.room' : 'chat.placeholder.person', { name });
}
