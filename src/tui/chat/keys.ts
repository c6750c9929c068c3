// The keys of the chat screen: one table from which it runs, the help is printed and the bar of hints is drawn.
// Editing keys (readline's) are the kit's, see EDITOR_KEYS; no key is in both tables.
import { type KeyOverrides, type KeyRow, type KeyTable, keyTable } from '../kit/keys.ts';

export type Action =
  | 'send'
  | 'complete'
  | 'complete-back'
  | 'chat-previous'
  | 'chat-next'
  | `chat-${1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9}`
  | 'next-unread'
  | 'go-to'
  | 'search'
  | 'send-file'
  | 'files'
  | 'first-unread'
  | 'mention'
  | 'mention-after'
  | 'page-up'
  | 'page-down'
  | 'line-up'
  | 'line-down'
  | 'top'
  | 'bottom'
  | 'pick'
  | 'who'
  | 'retry'
  | 'drop'
  | 'close'
  | 'clear'
  | 'plain'
  | 'mouse'
  | 'theme'
  | 'help'
  | 'redraw'
  | 'escape'
  | 'interrupt'
  | 'quit';

const NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9] as const;

/** In the order of help. */
const ROWS: readonly KeyRow<Action>[] = [
  row('send', 'Enter'),
  row('complete', 'Tab'),
  row('complete-back', 'Shift-Tab'),
  ...NUMBERS.map((n): KeyRow<Action> => ({ action: `chat-${n}`, key: `Alt-${n}`, help: 'chat.key.chat-number' })),
  row('chat-previous', ['Alt-Up', 'Ctrl-PageUp']),
  row('chat-next', ['Alt-Down', 'Ctrl-PageDown']),
  row('next-unread', 'Alt-A'),
  row('go-to', 'Alt-G'),
  row('search', 'Alt-S'),
  row('send-file', 'Ctrl-O'),
  row('files', 'Alt-X'),
  row('first-unread', 'Alt-J'),
  row('mention', 'Alt-N'),
  row('mention-after', 'Alt-Shift-N'),
  row('page-up', ['PageUp', 'Shift-PageUp']),
  row('page-down', ['PageDown', 'Shift-PageDown']),
  row('line-up', 'Shift-Up'),
  row('line-down', 'Shift-Down'),
  row('top', 'Alt-Home'),
  row('bottom', 'Alt-End'),
  row('pick', 'Alt-M'),
  row('who', 'F3'),
  row('close', 'F4'),
  row('retry', 'F5'),
  row('drop', 'F6'),
  row('clear', 'F8'),
  row('plain', 'F2'),
  row('mouse', 'F7'),
  row('theme', 'F9'),
  row('help', 'F1'),
  row('redraw', 'Ctrl-L'),
  row('escape', 'Esc'),
  row('interrupt', 'Ctrl-C'),
  row('quit', 'Ctrl-Q'),
];

function row(action: Action, key: string | readonly string[]): KeyRow<Action> {
  return { action, key, help: `chat.key.${action}` };
}

/** The table, with the keys of the configuration in place of the usual ones. Errors: those of keyTable. */
export function chatKeys(overrides: KeyOverrides = {}): KeyTable<Action> {
  return keyTable(ROWS, overrides);
}

/** The number of an action that opens a chat by its place, else null. */
export function placeOf(action: Action): number | null {
  return /^chat-[1-9]$/.test(action) ? Number(action.slice(5)) : null;
}

/** What the bar at the bottom says, from left to right; where there is no room for all, the lowest ranks stay. */
export const HINTS: readonly { readonly action: Action; readonly rank: number }[] = [
  { action: 'help', rank: 1 },
  { action: 'chat-1', rank: 6 },
  { action: 'next-unread', rank: 4 },
  { action: 'go-to', rank: 2 },
  { action: 'send-file', rank: 5 },
  { action: 'files', rank: 8 },
  { action: 'search', rank: 7 },
  { action: 'pick', rank: 9 },
  { action: 'page-up', rank: 10 },
  { action: 'plain', rank: 11 },
  { action: 'quit', rank: 3 },
];

export type PickAction = 'up' | 'down' | 'reply' | 'edit' | 'delete' | 'react' | 'copy' | 'enter';

/** Message mode, in which plain letters are keys too. In the order of help. */
export const PICK_KEYS: readonly {
  readonly action: PickAction;
  readonly keys: readonly string[];
  readonly help: string;
}[] = [
  pick('up', ['Up', 'k']),
  pick('down', ['Down', 'j']),
  pick('reply', ['r']),
  pick('edit', ['e']),
  pick('delete', ['d']),
  pick('react', ['+']),
  pick('copy', ['y', 'c']),
  pick('enter', ['Enter']),
];

function pick(action: PickAction, keys: readonly string[]) {
  return { action, keys, help: `chat.pick.${action}` };
}

export type FileAction =
  | 'accept'
  | 'always'
  | 'folder'
  | 'decline'
  | 'pause'
  | 'resume'
  | 'cancel'
  | 'open'
  | 'details'
  | 'clear';

interface LetterRow<Name extends string, Group extends string> {
  readonly action: Name;
  readonly keys: readonly string[];
  readonly help: `chat.${Group}.key.${Name}`;
}

/** In the list of files; those that fit one file also where its offer is chosen in message mode. In the order of help. */
export const FILE_KEYS: readonly LetterRow<FileAction, 'files'>[] = [
  file('accept', ['a', 'Enter']),
  file('always', ['A']),
  file('folder', ['o']),
  file('decline', ['d']),
  file('pause', ['p']),
  file('resume', ['r']),
  file('cancel', ['x']),
  file('open', ['f']),
  file('details', ['i', 'Enter']),
  file('clear', ['c']),
];

function file<Name extends FileAction>(action: Name, keys: readonly string[]): LetterRow<Name, 'files'> {
  return { action, keys, help: `chat.files.key.${action}` };
}

export type PickerAction = 'choose' | 'mark' | 'complete' | 'above' | 'hidden';

/** Where files are chosen; any other letter is looked for. */
export const PICKER_KEYS: readonly LetterRow<PickerAction, 'picker'>[] = [
  picker('choose', ['Enter']),
  picker('mark', ['Space']),
  picker('complete', ['Tab', 'Right']),
  picker('above', ['Backspace', 'Left']),
  picker('hidden', ['Alt-H']),
];

function picker<Name extends PickerAction>(action: Name, keys: readonly string[]): LetterRow<Name, 'picker'> {
  return { action, keys, help: `chat.picker.key.${action}` };
}

/** The keys of an action as hints and help print them: 'Alt-1…9' stands for nine. */
export function keyLabel(keys: KeyTable<Action>, action: Action): string {
  const first = keys.keysOf(action)[0] ?? '';
  const last = keys.keysOf('chat-9')[0] ?? '';
  const isRange = action === 'chat-1' && first.slice(0, -1) === last.slice(0, -1);
  return isRange ? `${first}…${last.slice(-1)}` : first;
}
