// What lies over the chat: help, who is here, go-to, search, reactions. While one is open, it has the keyboard and the mouse.
import { apply } from '../kit/editor.ts';
import type { MouseInput } from '../kit/input.ts';
import { toggleReaction } from './aim.ts';
import { actionsFor, fileAction } from './files.ts';
import { choicesOf } from './go-to.ts';
import { type Action, PICKER_KEYS } from './keys.ts';
import { currentChat, type Model, type Overlay, type Step } from './model.ts';
import type { FilesOverlay, Picker } from './model-files.ts';
import { overlayContent, overlayRows, reactionsFor } from './overlays/box.ts';
import { chosenIndex } from './search.ts';
import type { Target } from './targets.ts';
import { editorAction, type Typed } from './typing.ts';
import { only, openChat } from './update-chats.ts';
import { answerCancel, onFile, runFile, selectedIn } from './update-files.ts';
import { act } from './update-line.ts';
import { chooseEntry, runPicker, sendMarked, typePicker } from './update-picker.ts';
import { choose as chooseHit, move as moveHit, typeSearch } from './update-search.ts';
import { openRoom } from './update-send.ts';

const WHEEL = 3;
/** A field with a list of choices below it. */
type Choosing = Extract<Overlay, { readonly is: 'go-to' | 'react' | 'search' }>;
type Scrolling = Exclude<Overlay, Choosing | FilesOverlay | Picker>;

export function overlayInput(model: Model, overlay: Overlay, event: Typed, action: Action | undefined): Step {
  if (overlay.is === 'files') return filesInput(model, overlay, event, action);
  const closed: Model = { ...model, overlay: null };
  if (action === 'escape' || action === 'interrupt') return only(closed);
  // The key that opens an overlay closes it as well.
  if (action === overlay.is) return only(closed);
  if (overlay.is === 'go-to' || overlay.is === 'react' || overlay.is === 'search') {
    return choosingInput(model, overlay, event, action);
  }
  if (overlay.is === 'send-file') return pickerInput(model, overlay, event, action);
  const key = event.type === 'key' ? event.key : event.type === 'text' ? event.text : '';
  const page = Math.max(1, overlayRows(model) - 1);
  const rows = rowsFor(key, page);
  if (rows !== 0) return only(scrolled(model, overlay, rows));
  if (key === 'q' || key === 'Enter') return only(closed);
  // Another chat, another overlay: they replace this one.
  return action === undefined || action === 'send' ? only(model) : act(closed, action);
}

/** The rows that a key goes down; 0: none. */
function rowsFor(key: string, page: number): number {
  const moves = { Up: -1, k: -1, Down: 1, j: 1, PageUp: -page, PageDown: page, ' ': page, Home: -1e9, End: 1e9 };
  return Object.hasOwn(moves, key) ? moves[key as keyof typeof moves] : 0;
}

function filesInput(model: Model, overlay: FilesOverlay, event: Typed, action: Action | undefined): Step {
  const key = event.type === 'key' ? event.key : event.type === 'text' ? event.text : '';
  if (overlay.asking) return answerCancel(model, overlay, /^y$/i.test(key));
  const closed: Model = { ...model, overlay: null };
  if (action === 'files' || action === 'interrupt') return only(closed);
  if (action === 'escape' || key === 'q') {
    return only(overlay.details ? { ...model, overlay: { ...overlay, details: false } } : closed);
  }
  const transfer = selectedIn(model, overlay);
  const fitting = transfer === undefined ? [] : actionsFor(transfer);
  const own = fileAction(key, [...fitting, 'details', 'clear']);
  if (transfer !== undefined && own !== undefined) return runFile(model, transfer, own);
  const rows = rowsFor(key, Math.max(1, overlayRows(model) - 1));
  if (rows !== 0) return only(movedBy(model, overlay, rows));
  return action === undefined || action === 'send' ? only(model) : act(closed, action);
}

/** The list with another file selected. */
function movedBy(model: Model, overlay: FilesOverlay, rows: number): Model {
  const { transfers } = model.files;
  const chosen = selectedIn(model, overlay);
  const at = chosen === undefined ? 0 : transfers.indexOf(chosen);
  const next = transfers[Math.max(0, Math.min(transfers.length - 1, at + rows))];
  return { ...model, overlay: { ...overlay, selected: next?.key ?? null } };
}

function pickerInput(model: Model, picker: Picker, event: Typed, action: Action | undefined): Step {
  const key = event.type === 'key' ? event.key : event.text === ' ' ? 'Space' : '';
  const page = Math.max(1, overlayRows(model) - 1);
  const count = overlayContent(model, picker);
  const rows = key === 'Ctrl-P' ? -1 : key === 'Ctrl-N' ? 1 : event.type === 'key' ? rowsFor(key, page) : 0;
  if (rows !== 0) {
    const selected = Math.max(0, Math.min(count - 1, picker.selected + rows));
    return only({ ...model, overlay: { ...picker, selected } });
  }
  const own = PICKER_KEYS.find(row => row.keys.includes(key))?.action;
  const step = own === undefined ? null : runPicker(model, picker, own);
  if (step !== null) return step;
  if (action !== undefined && action !== 'send') return act({ ...model, overlay: null }, action);
  return typePicker(model, picker, event);
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
    if (overlay.is === 'files') return only(movedBy(model, overlay, rows));
    if (overlay.is === 'search') return moved(model, overlay, rows);
    if (overlay.is !== 'go-to' && overlay.is !== 'react' && overlay.is !== 'send-file')
      return only(scrolled(model, overlay, rows * WHEEL));
    const count = overlayContent(model, overlay);
    const selected = Math.max(0, Math.min(count - 1, overlay.selected + rows));
    return only({ ...model, overlay: { ...overlay, selected } });
  }
  if (event.action !== 'press' || event.button !== 'left') return only(model);
  if (overlay.is === 'files') return filesClick(model, overlay, target);
  if (overlay.is === 'send-file' && target?.on === 'choice') return chooseEntry(model, overlay, target.index);
  if (overlay.is === 'send-file' && target?.on === 'marked') return sendMarked(model, overlay);
  if (target?.on === 'choice') return choose(model, target.index);
  if (target?.on === 'chat') return openChat(model, target.key);
  return target?.on === 'overlay' ? only(model) : only({ ...model, overlay: null });
}

/** A click on a row selects it, a second one tells all about it. */
function filesClick(model: Model, overlay: FilesOverlay, target: Target | null): Step {
  if (target?.on === 'file') return onFile(model, target.transfer, transfer => runFile(model, transfer, target.do));
  if (target?.on === 'choice') {
    const key = model.files.transfers[target.index]?.key ?? null;
    const details = key !== null && selectedIn(model, overlay)?.key === key;
    return only({ ...model, overlay: { ...overlay, selected: key, details, asking: false } });
  }
  return target?.on === 'overlay' ? only(model) : only({ ...model, overlay: null });
}
