// Message mode: a line is picked with Up and Down, and answered, edited, taken back, reacted to, copied.
import type { Position } from '../../chat/vocabulary.ts';
import { createEditor } from '../kit/editor.ts';
import { aimAt, askToDelete, pickedMessage, refOf } from './aim.ts';
import { actionsFor, fileAction, offerTitle, transferOf } from './files.ts';
import { PICK_KEYS, type PickAction } from './keys.ts';
import { revealed, visible, windowOf } from './log.ts';
import { type Chat, currentChat, FIELD, type Model, type Step } from './model.ts';
import type { Transfer } from './model-files.ts';
import { codeText, serverText } from './sentences.ts';
import { indexOf, type Line, lineAt, lineCount } from './timeline.ts';
import { anchor, only } from './update-chats.ts';
import { runFile } from './update-files.ts';
import { openRoom, told } from './update-send.ts';

/** The file whose offer is picked, while something can be done about it. */
export function pickedOffer(model: Model): Transfer | undefined {
  const chat = currentChat(model);
  if (chat === null || model.picked === null) return undefined;
  const line = lineAt(chat.timeline, indexOf(chat.timeline, model.picked));
  return line?.is === 'offer' ? transferOf(model, line.event) : undefined;
}

/** What a key means where an offer is picked; null: nothing of its own. */
export function runOffer(model: Model, key: string): Step | null {
  const transfer = pickedOffer(model);
  if (transfer === undefined) return null;
  const action = fileAction(key, [...actionsFor(transfer), 'details']);
  return action === undefined ? null : runFile(model, transfer, action);
}

/** What a key means in message mode; undefined: nothing of its own. */
export function pickAction(key: string): PickAction | undefined {
  return PICK_KEYS.find(row => row.keys.includes(key))?.action;
}

export function runPick(model: Model, action: PickAction): Step {
  switch (action) {
    case 'up':
      return pickBy(model, -1);
    case 'down':
      return pickBy(model, 1);
    case 'copy':
      return copyPicked(model);
    case 'enter':
      return follow(model);
    case 'reply':
    case 'edit':
      return withPicked(model, (chat, line) => aimAt(model, chat, line, action));
    case 'delete':
      return withPicked(model, (_chat, line) => askToDelete(model, line));
    case 'react':
      return withPicked(model, (_chat, line) => {
        const about = refOf(line);
        if (about === null) return only(model);
        return only({ ...model, overlay: { is: 'react', about, filter: createEditor(FIELD), selected: 0 } });
      });
    default:
      return action satisfies never;
  }
}

function withPicked(
  model: Model,
  run: (chat: Chat, line: NonNullable<ReturnType<typeof pickedMessage>>) => Step,
): Step {
  const chat = currentChat(model);
  const line = chat === null ? null : pickedMessage(model, chat);
  return chat === null || line === null ? only(told(model, 'chat.pick.no-message')) : run(chat, line);
}

/** Enter: an invitation is followed, of anything else the text is copied. */
function follow(model: Model): Step {
  const chat = currentChat(model);
  const line =
    chat === null || model.picked === null ? undefined : lineAt(chat.timeline, indexOf(chat.timeline, model.picked));
  if (line?.is !== 'server' || line.event.kind !== 'invited' || !line.toMe) return copyPicked(model);
  return openRoom({ ...model, picked: null }, line.event.room);
}

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
      return serverText(line);
    case 'offer':
      return offerTitle(line);
    case 'membership':
      return '';
    default:
      return line satisfies never;
  }
}
