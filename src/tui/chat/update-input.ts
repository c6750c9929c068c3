// Keys, text and the mouse: to the overlay that is open, to message mode, to an action of the key table, else to the composer.
import { MESSAGE_BYTES } from '../../limits.ts';
import { apply, offsetAt } from '../kit/editor.ts';
import type { InputEvent, MouseInput } from '../kit/input.ts';
import { answerDelete } from './aim.ts';
import { goBack } from './jump.ts';
import { currentChat, type Model, type Step, withChat } from './model.ts';
import { panesOf } from './panes.ts';
import { copyPicked, pickAction, runOffer, runPick } from './pick.ts';
import { asTarget, type Target } from './targets.ts';
import { editorAction, type Typed } from './typing.ts';
import { only, openChat, read, scrollBy } from './update-chats.ts';
import { answerDrop, dropped, inserted } from './update-drop.ts';
import { onFile, openFiles, runFile } from './update-files.ts';
import { act } from './update-line.ts';
import { overlayInput, overlayMouse } from './update-overlay.ts';
import { openRoom } from './update-send.ts';
import { startInput, startMouse } from './update-start.ts';

/** Rows that one notch of the wheel scrolls. */
const WHEEL = 3;

export function input(model: Model, event: InputEvent, target: unknown): Step {
  switch (event.type) {
    case 'focus':
      return only(focused(model, event.focused));
    case 'report':
      return only(model);
    case 'mouse':
      return mouse(model, event, asTarget(target));
    case 'key':
    case 'text':
    case 'paste':
      return typed(model, event);
    default:
      return event satisfies never;
  }
}

function focused(model: Model, on: boolean): Model {
  if (model.focused === on) return model;
  return read({ ...model, focused: on });
}

function typed(model: Model, event: Typed): Step {
  // Keys that work wherever one is.
  const action = event.type === 'key' ? model.setting.keys.actionOf(event.key) : undefined;
  if (action === 'quit' || action === 'redraw' || action === 'theme') return act(model, action);
  if (model.start !== null) return startInput(model, event, action);
  if (model.overlay !== null) return overlayInput(model, model.overlay, event, action);
  if (model.picked !== null) return picking(model, event, action);
  if (model.dropped !== null) return answerDrop(model, event) ?? typed(inserted(model), event);
  if (action !== undefined) {
    const quiet = action === 'interrupt' ? model : { ...model, quitting: false, notice: null };
    return act(quiet, action);
  }
  const chat = currentChat(model);
  return (chat !== null && dropped(model, chat, event)) || only(write(model, event));
}

function picking(model: Model, event: Typed, action: ReturnType<Model['setting']['keys']['actionOf']>): Step {
  const key = event.type === 'key' ? event.key : event.type === 'text' ? event.text : '';
  if (model.asking !== null) return answerDelete(model, /^y$/i.test(key));
  const offer = runOffer(model, key);
  if (offer !== null) return offer;
  const own = pickAction(key);
  if (own !== undefined) return runPick({ ...model, notice: null }, own);
  const left: Model = { ...model, picked: null };
  if (key === 'Esc' || key === 'q' || action === 'interrupt') {
    return model.back !== null ? goBack(left, model.back) : only(left);
  }
  if (action === 'pick') return only(left);
  // From one line that names one to the next, the picked one is where one is.
  if (action === 'mention' || action === 'mention-after') return act(model, action);
  return action === undefined ? only(model) : act(left, action);
}

/** Text and editing keys change the composer. */
function write(model: Model, event: Typed): Model {
  const chat = currentChat(model);
  if (chat === null) return model;
  const change = editorAction(event, panesOf(model).composer.width);
  if (change === null) return model;
  const draft = apply(chat.draft, change);
  if (draft === chat.draft && model.notice === null && model.completion === null) return model;
  const notice = draft.full ? { code: 'chat.too-much', params: { limit: MESSAGE_BYTES }, bad: true } : null;
  // Whoever writes on is not to be taken elsewhere.
  return { ...withChat(model, { ...chat, draft }), notice, quitting: false, completion: null, going: null };
}

function mouse(model: Model, event: MouseInput, target: Target | null): Step {
  if (model.start !== null) return startMouse(model, event, target);
  if (model.overlay !== null) return overlayMouse(model, model.overlay, event, target);
  if (event.action === 'wheel-up') return scrollBy(model, -WHEEL);
  if (event.action === 'wheel-down') return scrollBy(model, WHEEL);
  if (event.action !== 'press' || event.button !== 'left' || target === null) return only(model);
  return click({ ...model, quitting: false, notice: null }, event, target);
}

function click(model: Model, event: MouseInput, target: Target): Step {
  switch (target.on) {
    case 'chat':
      return openChat(model, target.key);
    case 'room':
      return openRoom(model, target.room);
    case 'action':
      return act(model, target.action);
    case 'line':
      // A click on the picked line copies it, one on another picks that.
      if (model.picked === target.position) return copyPicked(model);
      return only(model.picked === null ? model : { ...model, picked: target.position });
    case 'files':
      return openFiles(model, target.transfer);
    case 'file':
      return onFile(model, target.transfer, transfer => runFile(model, transfer, target.do));
    case 'composer':
      return only(placeCursor(model, event));
    case 'log':
    case 'choice':
    case 'marked':
    case 'overlay':
    case 'outside':
    case 'server':
    case 'field':
      return only(model);
    default:
      return target satisfies never;
  }
}

function placeCursor(model: Model, event: MouseInput): Model {
  const chat = currentChat(model);
  if (chat === null) return model;
  const { composer } = panesOf(model);
  const cell = { x: Math.max(0, event.x - composer.x), y: Math.max(0, event.y - composer.y) };
  const cursor = offsetAt(chat.draft, composer.width, composer.height, cell);
  return withChat({ ...model, picked: null }, { ...chat, draft: apply(chat.draft, { kind: 'place', cursor }) });
}
