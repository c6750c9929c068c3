// What lies over the chat: help, who is here, go-to. While one is open, it has the keyboard and the mouse.
import { apply } from '../kit/editor.ts';
import type { MouseInput } from '../kit/input.ts';
import { choicesOf } from './go-to.ts';
import type { Action } from './keys.ts';
import type { Model, Overlay, Step } from './model.ts';
import { overlayContent, overlayRows } from './overlays/box.ts';
import type { Target } from './targets.ts';
import { editorAction, type Typed } from './typing.ts';
import { only, openChat } from './update-chats.ts';
import { act } from './update-line.ts';
import { openRoom } from './update-send.ts';

const WHEEL = 3;
type GoTo = Extract<Overlay, { is: 'go-to' }>;

export function overlayInput(model: Model, overlay: Overlay, event: Typed, action: Action | undefined): Step {
  const closed: Model = { ...model, overlay: null };
  if (action === 'escape' || action === 'interrupt') return only(closed);
  // The key that opens an overlay closes it as well.
  if (action === overlay.is) return only(closed);
  if (overlay.is === 'go-to') return goToInput(model, overlay, event, action);
  const key = event.type === 'key' ? event.key : event.type === 'text' ? event.text : '';
  const page = Math.max(1, overlayRows(model) - 1);
  const moves: Record<string, number> = {
    Up: -1,
    k: -1,
    Down: 1,
    j: 1,
    PageUp: -page,
    PageDown: page,
    ' ': page,
    Home: -1e9,
    End: 1e9,
  };
  if (Object.hasOwn(moves, key)) return only(scrolled(model, overlay, moves[key]!));
  if (key === 'q' || key === 'Enter') return only(closed);
  // Another chat, another overlay: they replace this one.
  return action === undefined || action === 'send' ? only(model) : act(closed, action);
}

function scrolled(model: Model, overlay: Exclude<Overlay, GoTo>, rows: number): Model {
  const most = Math.max(0, overlayContent(model, overlay) - overlayRows(model));
  return { ...model, overlay: { ...overlay, top: Math.max(0, Math.min(most, overlay.top + rows)) } };
}

function goToInput(model: Model, overlay: GoTo, event: Typed, action: Action | undefined): Step {
  const choices = choicesOf(model, overlay.filter.text);
  const key = event.type === 'key' ? event.key : '';
  const page = Math.max(1, overlayRows(model) - 1);
  if (key === 'Up' || key === 'Ctrl-P' || action === 'complete-back')
    return only(selected(model, overlay, -1, choices.length));
  if (key === 'Down' || key === 'Ctrl-N' || action === 'complete')
    return only(selected(model, overlay, 1, choices.length));
  if (action === 'page-up') return only(selected(model, overlay, -page, choices.length));
  if (action === 'page-down') return only(selected(model, overlay, page, choices.length));
  if (action === 'send') return choose(model, overlay.selected);
  if (action !== undefined) return act({ ...model, overlay: null }, action);
  const change = editorAction(event, 80);
  if (change === null || change.kind === 'new-line') return only(model);
  const filter = apply(overlay.filter, change);
  return only({
    ...model,
    overlay: { ...overlay, filter, selected: filter.text === overlay.filter.text ? overlay.selected : 0 },
  });
}

function selected(model: Model, overlay: GoTo, step: number, count: number): Model {
  const next = Math.max(0, Math.min(count - 1, overlay.selected + step));
  // A single step goes around the ends.
  const around = Math.abs(step) === 1 && count > 0 ? (overlay.selected + step + count) % count : next;
  return { ...model, overlay: { ...overlay, selected: around } };
}

function choose(model: Model, index: number): Step {
  if (model.overlay?.is !== 'go-to') return only(model);
  const choice = choicesOf(model, model.overlay.filter.text)[index];
  if (choice === undefined) return only(model);
  return choice.is === 'chat' ? openChat(model, choice.key) : openRoom(model, choice.room);
}

export function overlayMouse(model: Model, overlay: Overlay, event: MouseInput, target: Target | null): Step {
  if (event.action === 'wheel-up' || event.action === 'wheel-down') {
    const rows = event.action === 'wheel-up' ? -1 : 1;
    if (overlay.is !== 'go-to') return only(scrolled(model, overlay, rows * WHEEL));
    const count = choicesOf(model, overlay.filter.text).length;
    return only({
      ...model,
      overlay: { ...overlay, selected: Math.max(0, Math.min(count - 1, overlay.selected + rows)) },
    });
  }
  if (event.action !== 'press' || event.button !== 'left') return only(model);
  if (target?.on === 'choice') return choose(model, target.index);
  if (target?.on === 'chat') return openChat(model, target.key);
  return target?.on === 'overlay' ? only(model) : only({ ...model, overlay: null });
}
