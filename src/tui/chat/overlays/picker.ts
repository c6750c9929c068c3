// Ctrl-O: the files of a folder, to be chosen; or its folders, where a place is chosen for what comes.
import { upright } from '../../../chat/text.ts';
import { say } from '../../../words/words.ts';
import type { Canvas, Span } from '../../kit/canvas.ts';
import { formatBytes } from '../../kit/format.ts';
import { widthOf } from '../../kit/width.ts';
import type { Model } from '../model.ts';
import type { Picker } from '../model-files.ts';
import { type PickerChoice, pickerChoices } from '../picker.ts';
import { codeText, shortDate } from '../sentences.ts';
import { paintBox, paintField, paintScrollbar } from './box.ts';

export function paintPicker(canvas: Canvas, model: Model, picker: Picker): void {
  const content = paintBox(canvas, model, picker);
  const { width, height } = content;
  paintField(content.region({ x: 0, y: 0, width, height: 1 }), picker.filter, '›', say('chat.picker.placeholder'));
  const where = content.region({ x: 0, y: 1, width, height: 1 });
  const marked = markedText(picker);
  const taken = marked === '' ? 0 : where.text(0, 0, ` ${marked} `, 'badge-mention', { width, align: 'right' }) + 2;
  if (taken > 0) where.target({ x: width - taken, y: 0, width: taken, height: 1 }, { on: 'marked' });
  // The end of a long path tells more than its beginning.
  where.text(2, 0, endOf(picker.folder, width - 2 - taken), 'dim', { width: width - 2 - taken });
  const list = content.region({ x: 0, y: 2, width, height: height - 2 });
  const choices = pickerChoices(picker);
  const note = noteOf(picker, choices);
  if (note !== '')
    list.text(2, choices.length, note, picker.problem === null ? 'faint' : 'error', { width: width - 2 });
  const top = Math.max(0, Math.min(picker.selected - (list.height >> 1), choices.length - list.height));
  for (let y = 0; y < list.height; y++) {
    const choice = choices[top + y];
    if (choice === undefined) break;
    const row = list.region({ x: 0, y, width: width - 1, height: 1 });
    paintChoice(row, model, picker, choice, top + y === picker.selected);
    row.target({ x: 0, y: 0, width: row.width, height: 1 }, { on: 'choice', index: top + y });
  }
  paintScrollbar(list, top, choices.length);
}

function markedText({ marked }: Picker): string {
  if (marked.size === 0) return '';
  const entries = [...marked.values()];
  // How much is in a folder is seen when it is sent.
  if (entries.some(entry => entry.folder)) return say('chat.picker.marked', { count: marked.size });
  const size = formatBytes(entries.reduce((sum, entry) => sum + entry.size, 0));
  return say('chat.picker.marked-size', { count: marked.size, size });
}

function noteOf(picker: Picker, choices: readonly PickerChoice[]): string {
  if (picker.problem !== null) return codeText(picker.problem.code, picker.problem.params);
  if (picker.entries === null) return say('chat.picker.reading');
  if (picker.more && picker.filter.text === '') return say('chat.picker.more', { count: picker.entries.length });
  if (choices.some(choice => choice.is === 'entry')) return '';
  return say(picker.filter.text === '' ? 'chat.picker.empty' : 'chat.picker.none');
}

function endOf(path: string, width: number): string {
  if (widthOf(path) <= width) return path;
  const parts = path.split('/');
  while (parts.length > 1 && widthOf(`…/${parts.join('/')}`) > width) parts.shift();
  return `…/${parts.join('/')}`;
}

function paintChoice(row: Canvas, model: Model, picker: Picker, choice: PickerChoice, chosen: boolean): void {
  if (chosen) {
    row.fill('selected');
    row.text(0, 0, row.colours === 'none' ? '>' : '▌', 'current-bar');
  }
  const token = chosen ? 'strong' : 'text';
  if (choice.is !== 'entry') {
    const text = choice.is === 'above' ? say('chat.picker.above') : say('chat.picker.here', { folder: picker.folder });
    row.text(2, 0, choice.is === 'above' ? '↑' : '✓', 'accent');
    row.text(4, 0, text, choice.is === 'here' ? token : 'dim', { width: row.width - 5 });
    return;
  }
  const { entry } = choice;
  const marked = picker.marked.has(entry.path);
  row.text(2, 0, marked ? '✓' : entry.folder ? '▸' : ' ', marked ? 'ok' : 'accent');
  const date = row.width >= 50 ? shortDate(entry.modified, model.setting.clock()) : '';
  const size = entry.folder ? '' : formatBytes(entry.size);
  const dates = date === '' ? 0 : DATES;
  if (date !== '') row.text(row.width - dates, 0, date, 'faint', { width: dates - 1, align: 'right' });
  const taken = row.text(4, 0, size, 'dim', { width: row.width - 5 - dates, align: 'right' });
  const spans: Span[] = [{ text: upright(entry.name), token: marked ? 'ok' : token }];
  if (entry.folder) spans.push({ text: '/', token: 'faint' });
  row.spans(4, 0, spans, { width: row.width - 6 - dates - taken });
}

/** Columns of a date, the longest being '20 Nov 09:41'. */
const DATES = 15;
