// How the editor's text changes: every change can be undone, what is killed can be yanked.
import { boundaryFrom, type EditorLimits, fits, fitting } from './editor-text.ts';

export interface Snapshot {
  readonly text: string;
  readonly cursor: number;
}

export interface Editor extends Snapshot {
  readonly limits: EditorLimits;
  /** The last insertion did not fit whole. */
  readonly full: boolean;
  /** What was killed, the newest first. */
  readonly kills: readonly string[];
  /** The newest last. */
  readonly undone: readonly Snapshot[];
  readonly done: readonly Snapshot[];
  /** What the last action was, where the next one goes on with it. */
  readonly last: 'type' | 'erase' | 'kill' | 'yank' | 'vertical' | 'other';
  /** Where the last yank began, and which kill it was. */
  readonly yanked: { readonly start: number; readonly kill: number };
  /** The column that moves up and down try to keep. */
  readonly column: number;
  /** Lines sent, the oldest first; which of them is shown (their number: none), and what was written before. */
  readonly history: readonly string[];
  readonly shown: number;
  readonly draft: string;
}

const UNDO_STEPS = 200;
const KILLS = 32;

export function place(editor: Editor, cursor: number): Editor {
  return { ...editor, cursor: boundaryFrom(editor.text, cursor), last: 'other', full: false };
}

/** A change of the text. Changes of the same kind in a row are undone together when `joins`. */
export function change(editor: Editor, next: Snapshot, last: Editor['last'] = 'other', joins = false): Editor {
  const cursor = boundaryFrom(next.text, next.cursor);
  if (next.text === editor.text) return { ...editor, cursor, last, full: false };
  const together = joins && editor.last === last && editor.done.length > 0;
  const before = { text: editor.text, cursor: editor.cursor };
  const done = together ? editor.done : [...editor.done, before].slice(-UNDO_STEPS);
  return { ...editor, text: next.text, cursor, last, done, undone: [], full: false };
}

/** Replaces a part of the text by as much of `added` as fits. */
export function replace(
  editor: Editor,
  start: number,
  end: number,
  added: string,
  last: Editor['last'] = 'other',
): Editor {
  const before = editor.text.slice(0, start);
  const after = editor.text.slice(end);
  const part = fitting(added, before + after, editor.limits);
  const full = part.length < added.length;
  if (full && part === '') return { ...editor, last: 'other', full };
  // A run of typing is undone by words.
  const joins = last === 'type' && !(/\s$/u.test(before) && !/^\s/u.test(added));
  return { ...change(editor, { text: before + part + after, cursor: start + part.length }, last, joins), full };
}

/** Takes a part of the text away, without a trace in the kills. */
export function erase(editor: Editor, start: number, end: number): Editor {
  const text = editor.text.slice(0, start) + editor.text.slice(end);
  return change(editor, { text, cursor: start }, 'erase', true);
}

/** Takes a part away and keeps it for yanking; kills in a row are one. */
export function kill(editor: Editor, start: number, end: number): Editor {
  if (start === end) return { ...editor, full: false };
  const piece = editor.text.slice(start, end);
  const text = editor.text.slice(0, start) + editor.text.slice(end);
  const [newest = '', ...older] = editor.kills;
  const joined = end <= editor.cursor ? piece + newest : newest + piece;
  const kills = editor.last === 'kill' ? [joined, ...older] : [piece, ...editor.kills].slice(0, KILLS);
  return { ...change(editor, { text, cursor: start }, 'kill'), kills };
}

export function yank(editor: Editor): Editor {
  const piece = editor.kills[0];
  if (piece === undefined) return { ...editor, full: false };
  return {
    ...replace(editor, editor.cursor, editor.cursor, piece, 'yank'),
    last: 'yank',
    yanked: { start: editor.cursor, kill: 0 },
  };
}

/** Replaces what was just yanked by the kill before it. */
export function yankPop(editor: Editor): Editor {
  if (editor.last !== 'yank') return { ...editor, full: false };
  const { start } = editor.yanked;
  const which = (editor.yanked.kill + 1) % editor.kills.length;
  const next = replace(editor, start, editor.cursor, editor.kills[which] ?? '', 'yank');
  return { ...next, last: 'yank', yanked: { start, kill: which } };
}

export function undo(editor: Editor): Editor {
  const before = editor.done.at(-1);
  if (before === undefined) return { ...editor, last: 'other', full: false };
  const undone = [...editor.undone, { text: editor.text, cursor: editor.cursor }];
  return { ...editor, ...before, done: editor.done.slice(0, -1), undone, last: 'other', full: false };
}

export function redo(editor: Editor): Editor {
  const after = editor.undone.at(-1);
  if (after === undefined) return { ...editor, last: 'other', full: false };
  const done = [...editor.done, { text: editor.text, cursor: editor.cursor }];
  return { ...editor, ...after, undone: editor.undone.slice(0, -1), done, last: 'other', full: false };
}

/** Changes the letters of a part; nothing happens when the result would not fit. */
export function rewrite(editor: Editor, start: number, end: number, written: string): Editor {
  const text = editor.text.slice(0, start) + written + editor.text.slice(end);
  if (!fits(text, editor.limits)) return { ...editor, last: 'other', full: true };
  return change(editor, { text, cursor: start + written.length });
}
