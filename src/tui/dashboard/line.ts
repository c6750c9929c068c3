// One-line fields of the dashboard on the kit's editor: making them, typing into them, and the part that fits on the screen.
import { MESSAGE_BYTES } from '../../limits.ts';
import { apply, createEditor, EDITOR_KEYS, type Editor } from '../kit/editor.ts';
import type { InputEvent } from '../kit/input.ts';
import { keyTable } from '../kit/keys.ts';
import { clusters, widthOf } from '../kit/width.ts';

const LIMITS = { bytes: MESSAGE_BYTES, lines: 1 } as const;
const KEYS = keyTable(EDITOR_KEYS);

/** A field with a text in it, the cursor at its end; with the history of `before`, if it is given. */
export function newLine(text: string, before?: Editor): Editor {
  return apply(before ?? createEditor(LIMITS), { kind: 'set', text });
}

/** The field after some input, or null when that is nothing that edits. */
export function edited(editor: Editor, event: InputEvent): Editor | null {
  if (event.type === 'text') return apply(editor, { kind: 'insert', text: event.text });
  if (event.type === 'paste') {
    const text = event.text.replace(/\s*[\r\n]+\s*/g, ' ');
    return apply(editor, { kind: 'paste', text });
  }
  if (event.type !== 'key') return null;
  const kind = KEYS.actionOf(event.key);
  return kind === undefined || kind === 'new-line' ? null : apply(editor, { kind });
}

/** The part of a field to be seen in `width` columns, and the cursor's column in it. */
export function windowOf(editor: Pick<Editor, 'text' | 'cursor'>, width: number): { text: string; x: number } {
  const before = clusters(editor.text.slice(0, editor.cursor));
  let x = 0;
  let first = before.length;
  // As much of what stands before the cursor as leaves it a column of its own.
  while (first > 0 && x + before[first - 1]!.width <= width - 1) {
    first -= 1;
    x += before[first]!.width;
  }
  const text = before.slice(first).reduce((joined, cluster) => joined + cluster.text, '');
  return { text: text + editor.text.slice(editor.cursor, editor.cursor + width * 8), x };
}

/** The offset in a field's text under a column of its window. */
export function offsetUnder(editor: Pick<Editor, 'text' | 'cursor'>, width: number, column: number): number {
  const { x } = windowOf(editor, width);
  const hidden = widthOf(editor.text.slice(0, editor.cursor)) - x;
  let at = 0;
  let reached = 0;
  for (const cluster of clusters(editor.text)) {
    reached += cluster.width;
    if (reached > hidden + column) return at;
    at += cluster.length;
  }
  return editor.text.length;
}
