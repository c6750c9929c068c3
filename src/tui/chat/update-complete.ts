// Tab in the line of a command that takes paths: what is there is asked for, and goes the way of all completions.
import { offer } from './completion.ts';
import type { FileMsg } from './messages-files.ts';
import { currentChat, type Model, type Step } from './model.ts';
import { asWord, shellWords } from './paths.ts';

/** Asks what the path before the cursor may become; null: there is none. */
export function completePath(model: Model): Step | null {
  const chat = currentChat(model);
  if (chat === null || model.completion?.text === chat.draft.text) return null;
  const before = chat.draft.text.slice(0, chat.draft.cursor);
  const [, head] = /^(\/(?:send|file|downloads)\s+)/i.exec(before) ?? [];
  if (head === undefined) return null;
  const last = shellWords(before.slice(head.length)).at(-1);
  const word = last !== undefined && last.end === before.length - head.length ? last : null;
  if (word !== null && !word.quoted && /^[@#]/.test(word.text)) return null;
  const start = word === null ? before.length : head.length + word.start;
  const ref = model.nextRef;
  const completing = { ref, start, text: chat.draft.text };
  const next: Model = { ...model, nextRef: ref + 1, files: { ...model.files, completing } };
  return [next, [{ kind: 'complete-path', ref, path: word?.text ?? '' }]];
}

export function completedPath(model: Model, { ref, choices }: Extract<FileMsg, { kind: 'completed-path' }>): Model {
  const { completing } = model.files;
  const chat = currentChat(model);
  if (completing?.ref !== ref || chat === null) return model;
  const known: Model = { ...model, files: { ...model.files, completing: null } };
  // Somebody has written on.
  if (chat.draft.text !== completing.text || choices.length === 0) return known;
  // Into a folder one writes on; behind a file comes the next.
  const words = choices.map(choice => `${asWord(choice)}${choice.endsWith('/') ? '' : ' '}`);
  const offered = offer(known, chat, completing.start, words, 0);
  return words.length === 1 ? { ...offered, completion: null } : offered;
}
