// The editor's keys, as readline has them; help is printed from this table.
import type { KeyRow } from './keys.ts';

/** What a key can ask for. */
export type EditorCommand =
  | 'left'
  | 'right'
  | 'word-left'
  | 'word-right'
  | 'line-start'
  | 'line-end'
  | 'text-start'
  | 'text-end'
  | 'up'
  | 'down'
  | 'older'
  | 'newer'
  | 'new-line'
  | 'delete-back'
  | 'delete-forward'
  | 'kill-blank-back'
  | 'kill-word-back'
  | 'kill-word-forward'
  | 'kill-line-back'
  | 'kill-line-forward'
  | 'yank'
  | 'yank-pop'
  | 'undo'
  | 'redo'
  | 'transpose'
  | 'upper'
  | 'lower'
  | 'capital';

type EditorKeyRow = KeyRow<EditorCommand> & { readonly help: `keys.editor.${EditorCommand}` };

function row<Command extends EditorCommand>(key: string | readonly string[], action: Command): EditorKeyRow {
  return { key, action, help: `keys.editor.${action}` };
}

export const EDITOR_KEYS: readonly EditorKeyRow[] = [
  row(['Left', 'Ctrl-B'], 'left'),
  row(['Right', 'Ctrl-F'], 'right'),
  row(['Ctrl-Left', 'Alt-B'], 'word-left'),
  row(['Ctrl-Right', 'Alt-F'], 'word-right'),
  row(['Home', 'Ctrl-A'], 'line-start'),
  row(['End', 'Ctrl-E'], 'line-end'),
  row('Ctrl-Home', 'text-start'),
  row('Ctrl-End', 'text-end'),
  row('Up', 'up'),
  row('Down', 'down'),
  row('Ctrl-P', 'older'),
  row('Ctrl-N', 'newer'),
  row(['Alt-Enter', 'Shift-Enter', 'Ctrl-J'], 'new-line'),
  row(['Backspace', 'Ctrl-H'], 'delete-back'),
  row(['Delete', 'Ctrl-D'], 'delete-forward'),
  row('Ctrl-W', 'kill-blank-back'),
  row(['Alt-Backspace', 'Ctrl-Backspace'], 'kill-word-back'),
  row(['Alt-D', 'Ctrl-Delete'], 'kill-word-forward'),
  row('Ctrl-U', 'kill-line-back'),
  row('Ctrl-K', 'kill-line-forward'),
  row('Ctrl-Y', 'yank'),
  row('Alt-Y', 'yank-pop'),
  row(['Ctrl-_', 'Alt-_'], 'undo'),
  row('Ctrl-Alt-_', 'redo'),
  row('Ctrl-T', 'transpose'),
  row('Alt-U', 'upper'),
  row('Alt-L', 'lower'),
  row('Alt-C', 'capital'),
];
