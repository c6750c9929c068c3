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
  row('page-up', ['PageUp', 'Shift-PageUp']),
  row('page-down', ['PageDown', 'Shift-PageDown']),
  row('line-up', 'Shift-Up'),
  row('line-down', 'Shift-Down'),
  row('top', ['Alt-Home', 'Ctrl-Home']),
  row('bottom', ['Alt-End', 'Ctrl-End']),
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

/** What the bar at the bottom says, the most useful first: what does not fit is left out from the end. */
export const HINTS: readonly Action[] = ['help', 'chat-1', 'go-to', 'next-unread', 'pick', 'page-up', 'plain', 'quit'];
