// Choosing files: a folder is listed, letters look among its entries, several are marked; what is chosen is offered, or a folder
// is taken for what comes.
import { apply, createEditor } from '../kit/editor.ts';
import type { PickerAction } from './keys.ts';
import type { FileEffect, FileMsg } from './messages-files.ts';
import { type ChatKey, FIELD, isRoom, type Model, type Step, titleOf } from './model.ts';
import type { FolderEntry, Picker } from './model-files.ts';
import { pickerChoices } from './picker.ts';
import { editorAction, type Typed } from './typing.ts';
import { only, openChat, then } from './update-chats.ts';
import { told } from './update-send.ts';

/** Opens it where one was last. */
export function openPicker(model: Model, purpose: Picker['purpose']): Step {
  const picker: Picker = {
    ...{ is: 'send-file', purpose, ref: 0, folder: '', above: null, entries: null, more: false, problem: null },
    ...{ filter: createEditor(FIELD), selected: 0, from: null, marked: new Map(), hidden: false },
  };
  return list({ ...model, picked: null, notice: null }, picker, '', null);
}

/** Asks what is in a folder. What is listed stays until the answer, but nothing of it can be chosen. */
function list(model: Model, picker: Picker, folder: string, into: string | null): Step {
  const ref = model.nextRef;
  const effect: FileEffect = { kind: 'list-folder', ref, folder, into };
  const from = picker.folder === '' ? null : picker.folder;
  return [{ ...model, nextRef: ref + 1, overlay: { ...picker, ref, entries: null, problem: null, from } }, [effect]];
}

export function listing(model: Model, msg: Extract<FileMsg, { kind: 'listing' }>): Model {
  const { overlay } = model;
  if (overlay?.is !== 'send-file' || overlay.ref !== msg.ref) return model;
  const { folder, above, entries, more, problem } = msg;
  const next: Picker = { ...overlay, folder, above, entries, more, problem, selected: 0 };
  const at = pickerChoices(next).findIndex(choice => choice.is === 'entry' && choice.entry.path === overlay.from);
  return { ...model, overlay: { ...next, selected: Math.max(0, at) } };
}

/** Offers what is at some paths, in the chat where it goes. */
export function sendPaths(model: Model, key: ChatKey, paths: readonly string[]): Step {
  // An offer is meant for now: it is not kept for later, as words are.
  if (model.link.state !== 'online') return only(told({ ...model, overlay: null }, 'chat.file.offline'));
  const target = isRoom(key) ? ({ to: 'room', room: key } as const) : ({ to: 'account', account: key } as const);
  const shown: Step = key === model.current ? only({ ...model, overlay: null }) : openChat(model, key);
  const files = paths.length === 1 ? paths[0]! : `${paths.length}`;
  return then(shown, next => [
    told(
      next,
      paths.length === 1 ? 'chat.file.offering' : 'chat.file.offering-several',
      { files, name: titleOf(next, key) },
      false,
    ),
    [
      {
        kind: 'offer',
        target,
        who: titleOf(next, key),
        away: isRoom(key) || next.people.get(key)?.here !== true,
        paths,
      },
    ],
  ]);
}

/** What a key means in the list of entries; null: nothing of its own. */
export function runPicker(model: Model, picker: Picker, action: PickerAction): Step | null {
  switch (action) {
    case 'choose':
      return chooseEntry(model, picker, picker.selected);
    case 'mark':
      return only(marked(model, picker));
    case 'complete':
      return completed(model, picker);
    case 'above':
      // With something written these keys are the field's.
      if (picker.filter.text !== '') return null;
      return picker.above === null ? only(model) : list(model, picker, picker.above, null);
    case 'hidden':
      return only({ ...model, overlay: { ...picker, hidden: !picker.hidden, selected: 0 } });
    default:
      return action satisfies never;
  }
}

/** Enter or a click: a folder is opened; a file is sent, with all that is marked. */
export function chooseEntry(model: Model, picker: Picker, index: number): Step {
  const choice = pickerChoices(picker)[index];
  const { purpose, marked } = picker;
  if (choice?.is === 'here') return take(model, picker, purpose);
  if (choice?.is === 'above') return list(model, cleared(picker), picker.above ?? '', null);
  const entry = choice?.entry;
  if (entry?.folder && !marked.has(entry.path)) return list(model, cleared(picker), entry.path, null);
  const paths = [...new Set([...marked.keys(), ...(entry === undefined ? [] : [entry.path])])];
  if (purpose.for !== 'send' || paths.length === 0) return only(model);
  return sendPaths(model, purpose.chat, paths);
}

/** Sends what is marked, whatever is selected. */
export function sendMarked(model: Model, { purpose, marked }: Picker): Step {
  if (purpose.for !== 'send' || marked.size === 0) return only(model);
  return sendPaths(model, purpose.chat, [...marked.keys()]);
}

/** The folder that is listed becomes the place of what was offered. */
function take(model: Model, { folder }: Picker, purpose: Picker['purpose']): Step {
  if (purpose.for !== 'save') return only(model);
  const overlay = { is: 'files', selected: purpose.transfer, details: false, asking: false } as const;
  return [{ ...model, overlay }, [{ kind: 'accept', transfer: purpose.transfer, folder, always: false }]];
}

function cleared(picker: Picker): Picker {
  return { ...picker, filter: createEditor(FIELD) };
}

function marked(model: Model, picker: Picker): Model {
  const choice = pickerChoices(picker)[picker.selected];
  if (choice?.is !== 'entry' || picker.purpose.for !== 'send') return model;
  const { entry } = choice;
  const marks = new Map<string, FolderEntry>(picker.marked);
  if (!marks.delete(entry.path)) marks.set(entry.path, entry);
  const last = pickerChoices(picker).length - 1;
  return { ...model, overlay: { ...picker, marked: marks, selected: Math.min(last, picker.selected + 1) } };
}

/** Tab: as much of the name as all that fit have in common; of one folder, into it. */
function completed(model: Model, picker: Picker): Step {
  const choices = pickerChoices(picker).flatMap(choice => (choice.is === 'entry' ? choice.entry : []));
  const written = picker.filter.text;
  const fitting = choices.filter(({ name }) => name.toLowerCase().startsWith(written.toLowerCase()));
  const chosen = pickerChoices(picker)[picker.selected];
  const single = fitting.length === 1 ? fitting[0] : undefined;
  const folder = single ?? (written === '' && chosen?.is === 'entry' ? chosen.entry : undefined);
  if (folder?.folder) return list(model, cleared(picker), folder.path, null);
  const common = commonStart(fitting.map(({ name }) => name));
  if (common.length <= written.length) return only(model);
  return only({
    ...model,
    overlay: { ...picker, filter: apply(picker.filter, { kind: 'set', text: common }), selected: 0 },
  });
}

function commonStart([first = '', ...others]: readonly string[]): string {
  let end = first.length;
  for (const other of others) {
    let at = 0;
    while (at < end && other[at]?.toLowerCase() === first[at]?.toLowerCase()) at += 1;
    end = at;
  }
  // Never half a character.
  return /[\ud800-\udbff]$/.test(first.slice(0, end)) ? first.slice(0, end - 1) : first.slice(0, end);
}

/** What is typed is looked for; a path that is written or pasted is gone along. */
export function typePicker(model: Model, picker: Picker, event: Typed): Step {
  const change = editorAction(event, 80);
  if (change === null || change.kind === 'new-line') return only(model);
  const filter = apply(picker.filter, change);
  if (filter.text === picker.filter.text) return only({ ...model, overlay: { ...picker, filter } });
  const slash = filter.text.lastIndexOf('/');
  if (slash < 0) return only({ ...model, overlay: { ...picker, filter, selected: 0 } });
  const rest = apply(createEditor(FIELD), { kind: 'insert', text: filter.text.slice(slash + 1) });
  return list(model, { ...picker, filter: rest }, picker.folder, filter.text.slice(0, slash + 1));
}
