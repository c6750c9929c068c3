// Paths that are dropped into the composer: a paste that is nothing but paths of what is there is offered to be sent. Whatever
// else one does then leaves it as the text that it is.
import { apply } from '../kit/editor.ts';
import type { FileMsg } from './messages-files.ts';
import { type Chat, chatOf, type Model, type Step, withChat } from './model.ts';
import { pastedPaths } from './paths.ts';
import type { Typed } from './typing.ts';
import { only } from './update-chats.ts';
import { sendPaths } from './update-picker.ts';

/** A paste into a chat that may be paths: it is looked at first. Null: it is text. */
export function dropped(model: Model, chat: Chat, event: Typed): Step | null {
  if (event.type !== 'paste' || event.cut) return null;
  const readings = pastedPaths(event.text);
  if (readings.length === 0) return null;
  const ref = model.nextRef;
  const next: Model = {
    ...model,
    nextRef: ref + 1,
    dropped: { ref, chat: chat.key, text: event.text, files: null },
    notice: null,
  };
  return [next, [{ kind: 'look-at', ref, readings }]];
}

export function lookedAt(model: Model, { ref, files }: Extract<FileMsg, { kind: 'looked-at' }>): Model {
  if (model.dropped?.ref !== ref) return model;
  return files === null || files.length === 0 ? inserted(model) : { ...model, dropped: { ...model.dropped, files } };
}

/** The paste as the text that it is. */
export function inserted(model: Model): Model {
  if (model.dropped === null) return model;
  const { chat: key, text } = model.dropped;
  const chat = chatOf(model, key);
  return withChat({ ...model, dropped: null }, { ...chat, draft: apply(chat.draft, { kind: 'paste', text }) });
}

/** Enter sends what was dropped; Esc leaves it as text. Null: as anything else does, which then goes on. */
export function answerDrop(model: Model, event: Typed): Step | null {
  const { dropped } = model;
  if (dropped === null || event.type !== 'key') return null;
  if (event.key === 'Esc') return only(inserted(model));
  if (event.key !== 'Enter' || dropped.files === null) return null;
  return sendPaths(
    { ...model, dropped: null },
    dropped.chat,
    dropped.files.map(file => file.path),
  );
}
