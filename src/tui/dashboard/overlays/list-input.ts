// What keys and the mouse do in a list above the screen.
import type { InputEvent } from '../../kit/input.ts';
import { type Action, actionOfKey } from '../keys.ts';
import { edited, newLine } from '../line.ts';
import { LISTS, listRect, listRows, selectedIndex, shownRows, topOf, withSelection } from '../lists/shown.ts';
import type { ListOverlay, Model } from '../model.ts';
import { olderActs } from '../open.ts';
import { type Step, still } from '../send.ts';
import { insideOf } from './box.ts';

export function listInput(model: Model, overlay: ListOverlay, event: InputEvent): Step {
  if (overlay.field) return inField(model, overlay, overlay.field, event);
  if (event.type === 'text') return done(model, overlay, ({ letter }) => letter === event.text[0], event.text);
  if (event.type !== 'key') return still(model);
  const { key } = event;
  if (key === 'Esc') {
    return still({ ...model, overlay: overlay.filter === '' ? null : { ...overlay, filter: '' } });
  }
  if (key === 'Enter' || key === 'Delete') return done(model, overlay, each => each.key === key);
  const action = actionOfKey(key);
  return action ? moved(model, overlay, action) : still(model);
}

/** Does what an action of the list is for, with the selected row; `letters`: what was typed, for those of all lists. */
export function done(
  model: Model,
  overlay: ListOverlay,
  wanted: (action: { readonly letter: string; readonly key?: string }) => boolean,
  letters = '',
): Step {
  if (letters.startsWith('/')) return still({ ...model, overlay: { ...overlay, field: newLine(overlay.filter) } });
  if (letters.startsWith('q')) return still({ ...model, overlay: null });
  if (letters.startsWith('g')) return moved(model, overlay, 'first');
  if (letters.startsWith('G')) return moved(model, overlay, 'last');
  const rows = shownRows(model, overlay);
  const row = rows?.[selectedIndex(rows, overlay)];
  // One letter may do one thing in one row and another in the next.
  for (const action of LISTS[overlay.of].actions.filter(wanted)) {
    const step = row && action.run(model, overlay, row.key);
    if (step) return step;
  }
  return still(model);
}

/** Selects a row by its key. */
export function rowPressed(model: Model, overlay: ListOverlay, key: string): Step {
  return still({ ...model, overlay: { ...overlay, selected: key } });
}

/** Moves the window; the selection stays in it. */
export function listScrolled(model: Model, overlay: ListOverlay, rows: number): Step {
  return step(model, overlay, rows);
}

function moved(model: Model, overlay: ListOverlay, action: Action): Step {
  const { count } = listRows(insideOf(listRect(model), { colours: 'truecolor' }), overlay.of);
  const deltas: Partial<Record<Action, number>> = {
    up: -1,
    down: 1,
    'page-up': 1 - count,
    'page-down': count - 1,
    first: Number.NEGATIVE_INFINITY,
    last: Number.POSITIVE_INFINITY,
  };
  const delta = deltas[action];
  return delta === undefined ? still(model) : step(model, overlay, delta);
}

/** Selects so many rows further; at the end of the audit trail older acts are asked for. */
function step(model: Model, overlay: ListOverlay, delta: number): Step {
  const rows = shownRows(model, overlay);
  if (!rows || rows.length === 0) return still(model);
  const at = Math.max(0, Math.min(rows.length - 1, selectedIndex(rows, overlay) + delta));
  const { count } = listRows(insideOf(listRect(model), { colours: 'truecolor' }), overlay.of);
  const top = topOf(overlay, at, rows.length, count);
  const next = { ...model, overlay: { ...overlay, selected: rows[at]?.key ?? null, top } };
  const query = overlay.of === 'audit' && at >= rows.length - 1 ? olderActs(model) : null;
  return query ? [next, [{ type: 'ask', query }]] : still(next);
}

function inField(
  model: Model,
  overlay: ListOverlay,
  field: NonNullable<ListOverlay['field']>,
  event: InputEvent,
): Step {
  if (event.type === 'key' && event.key === 'Esc') return still({ ...model, overlay: { ...overlay, field: null } });
  if (event.type === 'key' && event.key === 'Enter') {
    const filtered = { ...overlay, field: null, filter: field.text.trim(), top: 0 };
    return still({ ...model, overlay: withSelection(model, model, filtered) });
  }
  const changed = edited(field, event);
  return still(changed ? { ...model, overlay: { ...overlay, field: changed } } : model);
}
