// The line editor: pure, several lines, by graphemes, with readline's keys.
import {
  change,
  type Editor,
  erase,
  kill,
  place,
  redo,
  replace,
  rewrite,
  undo,
  yank,
  yankPop,
} from './editor-change.ts';
import type { EditorCommand } from './editor-keys.ts';
import { columnIn, offsetIn, rowAt, rowsOf } from './editor-layout.ts';
import {
  boundaryAfter,
  boundaryBefore,
  boundaryFrom,
  type EditorLimits,
  fits,
  insertable,
  lineEnd,
  lineStart,
} from './editor-text.ts';
import { blankStart, wordEnd, wordStart } from './editor-words.ts';

export type { Editor } from './editor-change.ts';
export { EDITOR_KEYS, type EditorCommand } from './editor-keys.ts';
export { type EditorLayout, layout, offsetAt } from './editor-layout.ts';
export type { EditorLimits } from './editor-text.ts';

export type EditorAction =
  /** `width`: the columns that the editor is drawn in, so that up and down go by the rows on the screen. */
  | { readonly kind: EditorCommand; readonly width?: number }
  | { readonly kind: 'insert' | 'paste'; readonly text: string }
  /** A completion: one step of undo. */
  | { readonly kind: 'replace'; readonly start: number; readonly end: number; readonly text: string }
  /** Another text altogether, the cursor at its end: one step of undo. */
  | { readonly kind: 'set'; readonly text: string }
  /** A click. */
  | { readonly kind: 'place'; readonly cursor: number }
  /** The text was sent: it goes to the history, the editor is empty. */
  | { readonly kind: 'sent' };

/** Lines sent that are kept. */
const HISTORY = 500;

export function createEditor(limits: EditorLimits, history: readonly string[] = []): Editor {
  const kept = history.filter(line => fits(line, limits)).slice(-HISTORY);
  return {
    ...{ text: '', cursor: 0, limits, full: false },
    ...{ kills: [], undone: [], done: [], last: 'other', yanked: { start: 0, kill: 0 }, column: 0 },
    ...{ history: kept, shown: kept.length, draft: '' },
  };
}

/** The editor after an action. `full` says that something did not fit into the limits and was left out. */
export function apply(editor: Editor, action: EditorAction): Editor {
  switch (action.kind) {
    case 'insert':
      return replace(editor, editor.cursor, editor.cursor, insertable(action.text), 'type');
    case 'paste':
      return replace(editor, editor.cursor, editor.cursor, insertable(action.text));
    case 'replace': {
      const start = boundaryFrom(editor.text, action.start);
      const end = Math.max(start, boundaryFrom(editor.text, action.end));
      return replace(editor, start, end, insertable(action.text));
    }
    case 'set':
      return replace(editor, 0, editor.text.length, insertable(action.text));
    case 'place':
      return place(editor, action.cursor);
    case 'sent':
      return sent(editor);
    default:
      return COMMANDS[action.kind](editor, action.width);
  }
}

const COMMANDS: Readonly<Record<EditorCommand, (editor: Editor, width?: number) => Editor>> = {
  left: editor => place(editor, boundaryBefore(editor.text, editor.cursor)),
  right: editor => place(editor, boundaryAfter(editor.text, editor.cursor)),
  'word-left': editor => place(editor, backTo(editor, wordStart)),
  'word-right': editor => place(editor, wordEnd(editor.text, editor.cursor)),
  'line-start': editor => place(editor, lineStart(editor.text, editor.cursor)),
  'line-end': editor => place(editor, lineEnd(editor.text, editor.cursor)),
  'text-start': editor => place(editor, 0),
  'text-end': editor => place(editor, editor.text.length),
  up: (editor, width) => vertical(editor, -1, width),
  down: (editor, width) => vertical(editor, 1, width),
  older: editor => recall(editor, editor.shown - 1),
  newer: editor => recall(editor, editor.shown + 1),
  'new-line': editor => replace(editor, editor.cursor, editor.cursor, '\n'),
  'delete-back': editor => erase(editor, boundaryBefore(editor.text, editor.cursor), editor.cursor),
  'delete-forward': editor => erase(editor, editor.cursor, boundaryAfter(editor.text, editor.cursor)),
  'kill-blank-back': editor => kill(editor, backTo(editor, blankStart), editor.cursor),
  'kill-word-back': editor => kill(editor, backTo(editor, wordStart), editor.cursor),
  'kill-word-forward': editor =>
    kill(editor, editor.cursor, boundaryFrom(editor.text, wordEnd(editor.text, editor.cursor))),
  'kill-line-back': editor => {
    const start = lineStart(editor.text, editor.cursor);
    // At a line's start already: the newline before it.
    return kill(editor, start === editor.cursor ? Math.max(0, start - 1) : start, editor.cursor);
  },
  'kill-line-forward': editor => {
    const end = lineEnd(editor.text, editor.cursor);
    return kill(editor, editor.cursor, end === editor.cursor ? Math.min(editor.text.length, end + 1) : end);
  },
  yank,
  'yank-pop': yankPop,
  undo,
  redo,
  transpose,
  upper: editor => recase(editor, word => word.toUpperCase()),
  lower: editor => recase(editor, word => word.toLowerCase()),
  capital: editor => recase(editor, capitalised),
};

/** A word's start as a cluster boundary; always before the cursor, however words and clusters overlap. */
function backTo({ text, cursor }: Editor, start: (text: string, at: number) => number): number {
  return Math.min(boundaryFrom(text, start(text, cursor)), boundaryBefore(text, cursor));
}

/** A row up or down; beyond the first or last row, through the history. */
function vertical(editor: Editor, step: -1 | 1, width?: number): Editor {
  const rows = rowsOf(editor.text, width);
  const from = rowAt(rows, editor.cursor);
  const to = rows[from + step];
  if (to === undefined) {
    const recalled = recall(editor, editor.shown + step);
    return recalled !== editor ? recalled : place(editor, step < 0 ? 0 : editor.text.length);
  }
  const column = editor.last === 'vertical' ? editor.column : columnIn(editor.text, rows[from]!, editor.cursor);
  return { ...place(editor, offsetIn(editor.text, to, column)), last: 'vertical', column };
}

/** Shows a line of the history, or the draft behind the newest; the same editor where there is none. */
function recall(editor: Editor, which: number): Editor {
  const { history, shown } = editor;
  if (which < 0 || which > history.length || which === shown) return editor;
  const draft = shown === history.length ? editor.text : editor.draft;
  const text = history[which] ?? draft;
  return { ...change(editor, { text, cursor: text.length }), shown: which, draft };
}

function sent(editor: Editor): Editor {
  const { text, limits } = editor;
  const known = text.trim() === '' || text === editor.history.at(-1);
  const history = known ? editor.history : [...editor.history, text];
  return { ...createEditor(limits, history), kills: editor.kills };
}

/** Swaps the two clusters around the cursor; at a line's end, those before it. */
function transpose(editor: Editor): Editor {
  const { text } = editor;
  const start = lineStart(text, editor.cursor);
  const middle = editor.cursor === lineEnd(text, editor.cursor) ? boundaryBefore(text, editor.cursor) : editor.cursor;
  const before = boundaryBefore(text, middle);
  if (middle <= start || before < start) return place(editor, editor.cursor);
  const after = boundaryAfter(text, middle);
  return rewrite(editor, before, after, text.slice(middle, after) + text.slice(before, middle));
}

/** Changes the letters from the cursor to the end of the word. */
function recase(editor: Editor, cased: (word: string) => string): Editor {
  const end = boundaryFrom(editor.text, wordEnd(editor.text, editor.cursor));
  return rewrite(editor, editor.cursor, end, cased(editor.text.slice(editor.cursor, end)));
}

function capitalised(word: string): string {
  return word.toLowerCase().replace(/[\p{L}\p{N}]/u, first => first.toUpperCase());
}
