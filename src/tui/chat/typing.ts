// What is typed, and what an editor makes of it.
import { EDITOR_KEYS, type EditorAction } from '../kit/editor.ts';
import type { InputEvent } from '../kit/input.ts';
import { keyTable } from '../kit/keys.ts';

export type Typed = Extract<InputEvent, { type: 'key' | 'text' | 'paste' }>;

const EDITING = keyTable(EDITOR_KEYS);

/** What an editor of a width does with what was typed; null: nothing. */
export function editorAction(event: Typed, width: number): EditorAction | null {
  if (event.type === 'text') return { kind: 'insert', text: event.text };
  if (event.type === 'paste') return { kind: 'paste', text: event.text };
  const kind = EDITING.actionOf(event.key);
  return kind === undefined ? null : { kind, width };
}
