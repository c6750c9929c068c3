// What lies over the chat: help, who is here, go-to, search, reactions. While one is open, it has the keyboard and the mouse.
import { apply } from '../kit/editor.ts';
import type { MouseInput } from '../kit/input.ts';
import { toggleReaction } from './aim.ts';
import { choicesOf } from './go-to.ts';
import type { Action } from './keys.ts';
import { currentChat, type Model, type Overlay, type Step } from './model.ts';
import { overlayContent, overlayRows, reactionsFor } from './overlays/box.ts';
import { chosenIndex } from './search.ts';
import type { Target } from './targets.ts';
import { editorAction, type Typed } from './typing.ts';
import { only, openChat } from './update-chats.ts';
import { act } from './update-line.ts';
import { choose as chooseHit, move as moveHit, typeSearch } from './update-search.ts';
import { openRoom } from './update-send.ts';

const WHEEL = 3;
/** A field with a list of choices below it. */
type Choosing = Extract<Overlay, { readonly is: 'go-to' | 'react' | 'search' }>;
type Scrolling = Exclude<Overlay, Choosing>;

export function overlayInput(model: Model, overlay: Overlay, event: Typed, action: Action | undefined): Step {
  const closed: Model = { ...model, overlay: null };
  if (action === 'escape' || action === 'interrupt') return only(closed);
  // The key that opens an overlay closes it as well.
  if (action === overlay.is) return only(closed);
  if (overlay.is === 'go-to' || overlay.is === 'react' || overlay.is === 'search') {
    return choosingInput(model, overlay, event, action);
  }
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

function scrolled(model: Model, overlay: Scrolling, rows: number): Model {
  const most = Math.max(0, overlayContent(model, overlay) - overlayRows(model));
  return { ...model, overlay: { ...overlay, top: Math.max(0, Math.min(most, overlay.top + rows)) } };
}

function choosingInput(model: Model, overlay: Choosing, event: Typed, action: Action | undefined): Step {
  const key = event.type === 'key' ? event.key : '';
  const page = Math.max(1, overlayRows(model) - 1);
  if (key === 'Up' || key === 'Ctrl-P' || action === 'complete-back') return moved(model, overlay, -1);
  if (key === 'Down' || key === 'Ctrl-N' || action === 'complete') return moved(model, overlay, 1);
  if (action === 'page-up') return moved(model, overlay, -page);
  if (action === 'page-down') return moved(model, overlay, page);
  if (action === 'send') return choose(model, chosen(model, overlay));
  if (action !== undefined) return act({ ...model, overlay: null }, action);
  const change = editorAction(event, 80);
  if (change === null || change.kind === 'new-line') return only(model);
  if (overlay.is === 'search') return model.search === null ? only(model) : typeSearch(model, model.search, change);
  const filter = apply(overlay.filter, change);
  const selected = filter.text === overlay.filter.text ? overlay.selected : 0;
  return only({ ...model, overlay: { ...overlay, filter, selected } });
}

function chosen(model: Model, overlay: Choosing): number {
  if (overlay.is !== 'search') return overlay.selected;
  return model.search === null ? 0 : chosenIndex(model.search);
}

function moved(model: Model, overlay: Choosing, step: number): Step {
  if (overlay.is === 'search') return model.search === null ? only(model) : moveHit(model, model.search, step);
  const count = overlayContent(model, overlay);
  const next = Math.max(0, Math.min(count - 1, overlay.selected + step));
  // A single step goes around the ends.
  const selected = Math.abs(step) === 1 && count > 0 ? (overlay.selected + step + count) % count : next;
  return only({ ...model, overlay: { ...overlay, selected } });
}

function choose(model: Model, index: number): Step {
  const { overlay } = model;
  if (overlay?.is === 'search') return chooseHit(model, index);
  if (overlay?.is === 'react') {
    const chat = currentChat(model);
    const choice = reactionsFor(model, overlay)[index];
    return chat === null || choice === undefined
      ? only(model)
      : toggleReaction(model, chat, overlay.about, choice.reaction);
  }
  if (overlay?.is !== 'go-to') return only(model);
  const choice = choicesOf(model, overlay.filter.text)[index];
  if (choice === undefined) return only(model);
  return choice.is === 'chat' ? openChat(model, choice.key) : openRoom(model, choice.room);
}

export function overlayMouse(model: Model, overlay: Overlay, event: MouseInput, target: Target | null): Step {
  if (event.action === 'wheel-up' || event.action === 'wheel-down') {
    const rows = event.action === 'wheel-up' ? -1 : 1;
    if (overlay.is === 'search') return moved(model, overlay, rows);
    if (overlay.is !== 'go-to' && overlay.is !== 'react') return only(scrolled(model, overlay, rows * WHEEL));
    const count = overlayContent(model, overlay);
    const selected = Math.max(0, Math.min(count - 1, overlay.selected + rows));
    return only({ ...model, overlay: { ...overlay, selected } });
  }
  if (event.action !== 'press' || event.button !== 'left') return only(model);
  if (target?.on === 'choice') return choose(model, target.index);
  if (target?.on === 'chat') return openChat(model, target.key);
  return target?.on === 'overlay' ? only(model) : only({ ...model, overlay: null });
}
