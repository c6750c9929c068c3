// Keys, text and the mouse: whom they are for (overlay, field, command line, pane), and what they do there.
import { apply } from '../kit/editor.ts';
import type { InputEvent, MouseInput } from '../kit/input.ts';
import { act, pickLine, scrollLog, scrollTable, search, withTable } from './act.ts';
import { completion, runLine } from './commands.ts';
import { focused } from './focus.ts';
import { type Action, actionOfKey, actionOfLetter } from './keys.ts';
import { edited } from './line.ts';
import { logFiltered } from './log.ts';
import type { Field, Model, Place } from './model.ts';
import { overlayInput, overlayPressed, overlayScrolled } from './overlays/input.ts';
import { type Step, still, withNotice } from './send.ts';
import { filteredBy, sortedBy } from './table.ts';
import { offsetAtColumn } from './view-command.ts';

/** Rows that one notch of the wheel moves. */
const WHEEL_ROWS = 3;
/** Keys that a text needs itself while it is being written. */
const OF_THE_TEXT: ReadonlySet<Action> = new Set(['up', 'down', 'first', 'last', 'command']);

export function onInput(model: Model, event: InputEvent, target: unknown): Step {
  switch (event.type) {
    case 'mouse':
      return onMouse(model, event, target as Place | undefined);
    case 'focus':
    case 'report':
      return still(model);
    case 'key':
    case 'text':
    case 'paste':
      break;
    default:
      return event satisfies never;
  }
  if (event.type === 'key' && (event.key === 'Ctrl-L' || actionOfKey(event.key) === 'quit')) {
    return act(model, event.key === 'Ctrl-L' ? 'redraw' : 'quit');
  }
  if (model.overlay) return overlayInput(model, model.overlay, event);
  if (model.field) return inField(model, model.field, event);
  return model.focus === 'command' ? inCommandLine(model, event) : inPane(model, event);
}

function inPane(model: Model, event: InputEvent): Step {
  if (event.type === 'key') {
    const action = actionOfKey(event.key);
    return action ? act(model, action) : still(model);
  }
  return event.type === 'text' ? letters(model, event.text) : still(model);
}

/** Letters act one by one; what follows one that opens a text is written there. */
function letters(model: Model, text: string): Step {
  const [first = '', ...rest] = text;
  const action = actionOfLetter(first);
  const [after, effects] = action ? act(model, action) : still(model);
  if (rest.length === 0) return [after, effects];
  const [last, more] = onInput(after, { type: 'text', text: rest.join('') }, undefined);
  return [last, [...effects, ...more]];
}

function inCommandLine(model: Model, event: InputEvent): Step {
  if (event.type === 'key') {
    if (event.key === 'Enter') return runLine(model, editor => apply(editor, { kind: 'sent' }));
    if (event.key === 'Tab' && model.command.text !== '') return still(complete(model));
    const action = actionOfKey(event.key);
    if (action && !OF_THE_TEXT.has(action)) return act(model, action);
  }
  const command = edited(model.command, event);
  return still(command ? { ...model, command, notice: null } : model);
}

/** Fills in what is certain; what is not, the result line lists. */
function complete(model: Model): Model {
  const found = completion(model);
  if (!found) return model;
  const { start, text, choices } = found;
  const command = apply(model.command, { kind: 'replace', start, end: model.command.cursor, text });
  const notice = { tone: 'quiet', code: 'dashboard.notice.choices', params: { choices: choices.join('  ') } } as const;
  return withNotice({ ...model, command }, choices.length > 1 ? notice : null);
}

/** A filter acts while it is being typed, a search when it is entered; Esc puts back what was there before. */
function inField(model: Model, field: Field, event: InputEvent): Step {
  if (event.type === 'key') {
    if (event.key === 'Enter') {
      const closed = { ...model, field: null };
      return still(field.of === 'log-search' ? search(closed, 'older') : closed);
    }
    if (event.key === 'Esc') return still({ ...fieldApplied(model, field, field.before), field: null });
    const action = actionOfKey(event.key);
    if (action && !OF_THE_TEXT.has(action)) return act({ ...model, field: null }, action);
  }
  const editor = edited(field.editor, event);
  return still(editor ? fieldApplied({ ...model, field: { ...field, editor } }, field, editor.text) : model);
}

function fieldApplied(model: Model, field: Field, text: string): Model {
  switch (field.of) {
    case 'users-filter':
      return withTable(model, (table, height) => filteredBy(table, text, height));
    case 'log-filter':
      return { ...model, log: logFiltered(model.log, text) };
    case 'log-search':
      return { ...model, log: { ...model.log, search: text, picked: -1 } };
    default:
      return field.of satisfies never;
  }
}

function onMouse(model: Model, event: MouseInput, place: Place | undefined): Step {
  if (!place) return still(model);
  if (event.action === 'wheel-up' || event.action === 'wheel-down') {
    return wheel(model, place, event.action === 'wheel-up' ? -WHEEL_ROWS : WHEEL_ROWS);
  }
  return event.action === 'press' && event.button === 'left' ? pressed(model, place, event.x) : still(model);
}

function pressed(model: Model, place: Place, column: number): Step {
  if (model.overlay) return overlayPressed(model, model.overlay, place);
  switch (place.on) {
    case 'user': {
      const chosen = focused(model, 'users');
      return still({ ...chosen, table: { ...chosen.table, selected: place.account } });
    }
    case 'line':
      return still(pickLine(focused(model, 'log'), place.index));
    case 'column':
      return still(withTable(focused(model, 'users'), (table, height) => sortedBy(table, place.column, height)));
    case 'pane':
      return still(focused(model, place.pane));
    case 'command':
      return still(clickedLine(model, column));
    case 'action':
      // A pane's own heading filters that pane, wherever the keys were.
      return act(place.pane ? focused(model, place.pane) : model, place.action);
    case 'row':
    case 'do':
    case 'part':
    case 'target':
    case 'yes':
    case 'no':
    case 'overlay':
      return still(model);
    default:
      return place satisfies never;
  }
}

/** The keys go to the command line; when they were there already, the cursor goes where the click was. */
function clickedLine(model: Model, column: number): Model {
  if (model.focus !== 'command') return focused(model, 'command');
  return { ...model, command: apply(model.command, { kind: 'place', cursor: offsetAtColumn(model, column) }) };
}

function wheel(model: Model, place: Place, rows: number): Step {
  if (model.overlay) return overlayScrolled(model, model.overlay, rows);
  if (place.on === 'user' || place.on === 'column' || (place.on === 'pane' && place.pane === 'users')) {
    return still(scrollTable(model, rows));
  }
  const overLog = place.on === 'line' || place.on === 'pane';
  return still(overLog ? scrollLog(model, rows) : model);
}
