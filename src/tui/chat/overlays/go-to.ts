// Alt-G: rooms, people and rooms not joined yet, by a few letters of their names.
import { say } from '../../../words/words.ts';
import type { Canvas } from '../../kit/canvas.ts';
import { type Choice, choicesOf } from '../go-to.ts';
import { chatOf, isRoom, type Model, type Overlay } from '../model.ts';
import { seenText } from '../sentences.ts';
import { badgeOf, personMark, roomMark } from '../view-side.ts';
import { paintBox, paintField, paintScrollbar } from './box.ts';

export function paintGoTo(canvas: Canvas, model: Model, overlay: Extract<Overlay, { is: 'go-to' }>): void {
  const content = paintBox(canvas, model, overlay);
  const { width } = content;
  paintField(content.region({ x: 0, y: 0, width, height: 1 }), overlay.filter, '›', say('chat.go-to.placeholder'));
  const list = content.region({ x: 0, y: 1, width, height: content.height - 1 });
  const choices = choicesOf(model, overlay.filter.text);
  if (choices.length === 0) list.text(2, 0, say('chat.go-to.none'), 'faint', { width: width - 2 });
  const chosen = Math.min(overlay.selected, choices.length - 1);
  const top = Math.max(0, Math.min(chosen - Math.floor(list.height / 2), choices.length - list.height));
  for (let y = 0; y < list.height; y++) {
    const choice = choices[top + y];
    if (choice === undefined) break;
    const row = list.region({ x: 0, y, width: width - 1, height: 1 });
    paintChoice(row, model, choice, top + y === chosen);
    row.target({ x: 0, y: 0, width: row.width, height: 1 }, { on: 'choice', index: top + y });
  }
  paintScrollbar(list, top, choices.length);
}

function paintChoice(row: Canvas, model: Model, choice: Choice, chosen: boolean): void {
  if (chosen) row.fill('selected');
  if (chosen) row.text(0, 0, row.colours === 'none' ? '>' : '▌', 'current-bar');
  const token = chosen ? 'strong' : 'text';
  const room = choice.is === 'chat' ? (isRoom(choice.key) ? choice.key : null) : choice.room;
  if (choice.is !== 'chat') {
    const note = choice.is === 'join' ? say('chat.go-to.join') : say('chat.go-to.make', { room: '' }).trim();
    const summary = model.rooms.get(choice.room);
    const members = summary === undefined ? '' : `${summary.members} · `;
    const taken = row.text(2, 0, `${members}${note}`, 'faint', { width: row.width - 3, align: 'right' });
    row.spans(
      2,
      0,
      [
        { text: `${roomMark(model, choice.room).text} `, token: 'faint' },
        { text: choice.room.slice(1), token },
      ],
      { width: row.width - 4 - taken },
    );
    return;
  }
  const badge = badgeOf(chatOf(model, choice.key));
  const right =
    badge === null ? 0 : row.text(0, 0, ` ${badge.count} `, badge.token, { width: row.width - 1, align: 'right' });
  const { text, token: sign } = room === null ? personMark(model, choice.key) : roomMark(model, room);
  const spans = [
    { text: `${text} `, token: sign },
    { text: room?.slice(1) ?? choice.title, token },
  ] as const;
  const taken = row.spans(2, 0, spans, { width: row.width - 4 - right });
  const person = room === null ? model.people.get(choice.key) : undefined;
  const spare = row.width - 6 - right - taken;
  if (person === undefined || person.here || spare < 8) return;
  const seen = seenText(person, model.setting.clock());
  row.text(4 + taken, 0, seen, 'faint', { width: spare, align: 'right' });
}
