// What the help says: the rows of the key tables and of the commands, one column or two.
import { lineForms } from '../../../chat/line.ts';
import { isWordKey, say } from '../../../words/words.ts';
import { EDITOR_KEYS } from '../../kit/editor.ts';
import { OWN_COMMANDS } from '../commands.ts';
import { FILE_KEYS, keyLabel, PICK_KEYS, PICKER_KEYS, placeOf } from '../keys.ts';
import type { Model } from '../model.ts';

export type Entry =
  | { readonly is: 'heading'; readonly text: string }
  | { readonly is: 'entry'; readonly name: string; readonly help: string }
  | { readonly is: 'blank' };

/** Columns from which keys and commands stand side by side. */
const TWO_COLUMNS = 120;

export type HelpRow = readonly Entry[];

export function helpRows(model: Model, width: number): readonly HelpRow[] {
  const blank: Entry = { is: 'blank' };
  const keys = [heading('chat.help.keys'), ...keyEntries(model)];
  const commands = [heading('chat.help.commands'), ...commandEntries(model)];
  const picking = [
    ...section('chat.help.picking', PICK_KEYS),
    blank,
    ...section('chat.help.files', FILE_KEYS),
    blank,
    ...section('chat.help.picker', PICKER_KEYS),
  ];
  const editing = [heading('chat.help.editing'), ...editingEntries()];
  if (width < TWO_COLUMNS)
    return [...keys, blank, ...picking, blank, ...commands, blank, ...editing].map(entry => [entry]);
  const half = Math.max(
    0,
    Math.min(editing.length, Math.ceil((editing.length + commands.length - keys.length - picking.length) / 2)),
  );
  const left = [...keys, blank, ...picking, blank, ...editing.slice(0, half)];
  const right = [...commands, blank, ...editing.slice(half)];
  return Array.from({ length: Math.max(left.length, right.length) }, (_, row) => [
    left[row] ?? blank,
    right[row] ?? blank,
  ]);
}

function heading(key: Parameters<typeof say>[0]): Entry {
  return { is: 'heading', text: say(key) };
}

/** A table in which plain letters are keys. */
function section(
  title: Parameters<typeof say>[0],
  rows: readonly { readonly keys: readonly string[]; readonly help: string }[],
): readonly Entry[] {
  return [heading(title), ...rows.map(row => entry(row.keys.join(', '), row.help))];
}

function keyEntries(model: Model): readonly Entry[] {
  const { keys } = model.setting;
  return keys.rows
    .filter(row => row.key.length > 0 && (placeOf(row.action) ?? 1) === 1)
    .map(row => {
      const [first, ...others] = [keyLabel(keys, row.action), ...row.key.slice(1)];
      return entry([first, ...others].join(', '), row.help);
    });
}

function commandEntries(model: Model): readonly Entry[] {
  const rows = [...lineForms(model.me?.role ?? 'member'), ...OWN_COMMANDS];
  return rows.map(row => entry(`/${row.name} ${row.args}`.trim(), row.help));
}

function editingEntries(): readonly Entry[] {
  return EDITOR_KEYS.map(row => entry([row.key].flat().join(', '), row.help));
}

function entry(name: string, help: string): Entry {
  return { is: 'entry', name, help: isWordKey(help) ? say(help) : help };
}
