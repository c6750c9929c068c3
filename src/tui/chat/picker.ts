// What there is to choose from in a folder, as the picker shows it.

import { foldName } from '../../chat/text.ts';
import { scoreOf } from './go-to.ts';
import type { FolderEntry, Picker } from './model-files.ts';

export type PickerChoice =
  /** This folder, where one is chosen to put something in. */
  { readonly is: 'here' } | { readonly is: 'above' } | { readonly is: 'entry'; readonly entry: FolderEntry };

/** Looking through thousands of names is what costs: the choices are kept for the last state of a picker. */
let last: {
  readonly picker: Pick<Picker, 'entries' | 'filter' | 'hidden'>;
  readonly choices: readonly PickerChoice[];
} | null = null;

/** What is shown of a folder, the best first; without letters in the order in which it was listed. */
export function pickerChoices(picker: Picker): readonly PickerChoice[] {
  const { entries, filter, hidden } = picker;
  if (
    last !== null &&
    last.picker.entries === entries &&
    last.picker.filter === filter &&
    last.picker.hidden === hidden
  )
    return last.choices;
  const choices = choicesOf(picker);
  last = { picker, choices };
  return choices;
}

function choicesOf({ purpose, entries, filter, hidden, above }: Picker): readonly PickerChoice[] {
  if (entries === null) return [];
  const wanted = foldName(filter.text);
  const dots = hidden || wanted.startsWith('.');
  const fitting = entries.filter(
    ({ name, folder }) => (folder || purpose.for === 'send') && (dots || !name.startsWith('.')),
  );
  if (wanted === '') {
    const first: PickerChoice[] = purpose.for === 'save' ? [{ is: 'here' }] : [];
    if (above !== null) first.push({ is: 'above' });
    return [...first, ...fitting.map((entry): PickerChoice => ({ is: 'entry', entry }))];
  }
  return (
    fitting
      // A name is scored behind a mark, as those of rooms and people are.
      .map(entry => ({ entry, score: scoreOf(`/${entry.name}`, wanted) }))
      .filter(each => each.score !== null)
      .sort((a, b) => b.score! - a.score!)
      .map(({ entry }): PickerChoice => ({ is: 'entry', entry }))
  );
}
