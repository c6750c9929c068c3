// Message mode: a line is picked with Up and Down, and copied.
import type { Position } from '../../chat/vocabulary.ts';
import { revealed, visible, windowOf } from './log.ts';
import { currentChat, type Model, type Step } from './model.ts';
import { codeText, serverText } from './sentences.ts';
import { indexOf, type Line, lineAt, lineCount } from './timeline.ts';
import { anchor, only } from './update-chats.ts';

/** Picks the last line in sight. */
export function pickLast(model: Model): Step {
  const chat = currentChat(model);
  const last = chat === null ? undefined : visible(windowOf(model, chat)).at(-1);
  const from = last?.index ?? -1;
  const position = chat === null ? null : nearest(model, from, -1);
  if (position === null) return only({ ...model, notice: { code: 'chat.copied.nothing', params: {}, bad: true } });
  return pickAt(model, position);
}

/** Picks the line above or below. */
export function pickBy(model: Model, step: 1 | -1): Step {
  const chat = currentChat(model);
  if (chat === null || model.picked === null) return only(model);
  const position = nearest(model, indexOf(chat.timeline, model.picked) + step, step);
  return position === null ? only(model) : pickAt(model, position);
}

function pickAt(model: Model, position: Position): Step {
  const chat = currentChat(model)!;
  return anchor({ ...model, picked: position, notice: null }, revealed(windowOf(model, chat), position));
}

/** The position of the next line, from an index on, that says something. */
function nearest(model: Model, from: number, step: 1 | -1): Position | null {
  const { timeline } = currentChat(model)!;
  for (let index = from; index >= 0 && index < lineCount(timeline); index += step) {
    const line = lineAt(timeline, index)!;
    if (copyText(line) !== '') return line.position;
  }
  return null;
}

/** Copies the picked line's text; the mode ends. */
export function copyPicked(model: Model): Step {
  const chat = currentChat(model);
  if (chat === null || model.picked === null) return only(model);
  const line = lineAt(chat.timeline, indexOf(chat.timeline, model.picked));
  const text = line === undefined ? '' : copyText(line);
  if (text === '') return only({ ...model, picked: null });
  const notice = { code: 'chat.copied', params: {}, bad: false };
  return [{ ...model, picked: null, notice }, [{ kind: 'copy', text }]];
}

/** What is copied of a line: what somebody said, nothing of how it is shown. */
function copyText(line: Line): string {
  switch (line.is) {
    case 'message':
      return line.sealed ? codeText('chat.sealed', {}) : line.text;
    case 'pending':
      return line.text;
    case 'server':
      return serverText(line.event);
    case 'membership':
      return '';
    default:
      return line satisfies never;
  }
}
