// The command line at the bottom and the result line above it.
import { say } from '../../words/words.ts';
import type { Canvas } from '../kit/canvas.ts';
import type { Token } from '../kit/tokens.ts';
import { widthOf } from '../kit/width.ts';
import { formOf } from './commands.ts';
import { offsetUnder } from './line.ts';
import type { Model, Place } from './model.ts';
import { viewText } from './view-heading.ts';
import { viewNotice } from './view-notice.ts';

/** Where the text begins: the mark and a space on each side. */
const COMMAND_START = 3;
/** Columns of text that a hint beside it leaves free at least. */
const TEXT_LEAST = 12;

/** `surface`: what it is laid on, where something else stands already. */
export function viewResult(model: Model, canvas: Canvas, surface?: Token): void {
  const { notice } = model;
  if (!notice) return;
  if (surface) canvas.fill(surface);
  viewNotice(notice, canvas.region({ x: 1, y: 0, width: canvas.width - 2, height: 1 }));
}

export function viewCommand(model: Model, canvas: Canvas): void {
  canvas.fill('input');
  canvas.target({ x: 0, y: 0, width: canvas.width, height: 1 }, { on: 'command' } as Place);
  const focused = model.focus === 'command';
  const { text } = model.command;
  canvas.text(1, 0, '›', focused ? 'accent' : 'faint');
  const { hint, width } = partsOf(model, canvas.width);
  if (hint !== '') canvas.text(canvas.width - widthOf(hint) - 2, 0, hint, 'faint');
  const inner = canvas.region({ x: COMMAND_START, y: 0, width, height: 1 });
  if (focused && !model.overlay && !model.field) viewText(inner, model.command);
  else inner.text(0, 0, text, focused ? 'text' : 'dim', { width });
  if (text === '' && !focused) inner.text(0, 0, say('dashboard.command.placeholder'), 'faint', { width });
}

/** The hint, if there is room for one, and the columns that are left for the text. */
function partsOf(model: Model, columns: number): { hint: string; width: number } {
  const hint = hintOf(model);
  const room = columns - COMMAND_START - 1;
  const beside = room - widthOf(hint) - 2;
  const fits = hint !== '' && beside >= Math.max(TEXT_LEAST, widthOf(model.command.text) + 2);
  return fits ? { hint, width: beside } : { hint: '', width: room };
}

/** Where in the text a click on a column of the command line puts the cursor. */
export function offsetAtColumn(model: Model, column: number): number {
  return offsetUnder(model.command, partsOf(model, model.width).width, column - COMMAND_START);
}

/** While a command is being written, how it goes on. */
function hintOf(model: Model): string {
  if (model.focus !== 'command') return '';
  const form = formOf(model.command.text);
  return form ? `${form.name} ${form.args}`.trim() : say('dashboard.command.tab');
}
