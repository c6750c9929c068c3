// + in message mode: what one thinks of a message.
import { upright } from '../../../chat/text.ts';
import { say } from '../../../words/words.ts';
import type { Canvas } from '../../kit/canvas.ts';
import type { Model, Overlay } from '../model.ts';
import { paintBox, paintField, paintScrollbar, reactionsFor } from './box.ts';

export function paintReact(canvas: Canvas, model: Model, overlay: Extract<Overlay, { is: 'react' }>): void {
  const content = paintBox(canvas, model, overlay);
  const { width, height } = content;
  paintField(content.region({ x: 0, y: 0, width, height: 1 }), overlay.filter, '+', say('chat.react.placeholder'));
  const list = content.region({ x: 0, y: 1, width, height: height - 1 });
  const choices = reactionsFor(model, overlay);
  const chosen = Math.min(overlay.selected, choices.length - 1);
  const top = Math.max(0, Math.min(chosen - (list.height >> 1), choices.length - list.height));
  for (let y = 0; y < list.height; y++) {
    const choice = choices[top + y];
    if (choice === undefined) break;
    const row = list.region({ x: 0, y, width: width - 1, height: 1 });
    if (top + y === chosen) {
      row.fill('selected');
      row.text(0, 0, row.colours === 'none' ? '>' : '▌', 'current-bar');
    }
    const { reaction, name, count, mine } = choice;
    const note = count === 0 ? '' : mine ? say('chat.react.mine', { count }) : String(count);
    const taken = row.text(0, 0, note, mine ? 'accent' : 'faint', { width: row.width - 1, align: 'right' });
    const words = { text: name, token: top + y === chosen ? 'strong' : 'text' } as const;
    row.spans(2, 0, [{ text: `${upright(reaction)}  `, token: 'text' }, words], { width: row.width - 4 - taken });
    row.target({ x: 0, y: 0, width: row.width, height: 1 }, { on: 'choice', index: top + y });
  }
  paintScrollbar(list, top, choices.length);
}
