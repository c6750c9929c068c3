// Messages about messages: answering, editing, taking back. What Enter makes of what is written, and which message a command means.
import type { LineContext } from '../../chat/line.ts';
import type { Command, MessageRef } from '../../chat/vocabulary.ts';
import { apply } from '../kit/editor.ts';
import { type Aim, type Chat, isRoom, liveOf, type Model, type Step, withChat } from './model.ts';
import { wordsOf } from './sentences.ts';
import { indexOf, type MessageLine, messageOf } from './timeline.ts';
import { only } from './update-chats.ts';
import { send, told } from './update-send.ts';

/** Where a line is written, and which messages it may be about. */
export function contextOf(model: Model, chat: Chat): LineContext {
  const room = isRoom(chat.key) ? chat.key : null;
  const aimed = chat.aim === null ? null : (messageOf(chat.timeline, chat.aim.about) ?? null);
  const picked = aimed ?? pickedMessage(model, chat);
  const me = model.me?.account;
  return {
    room,
    person: room === null ? chat.key : null,
    message: refOf(picked ?? last(chat, () => true)),
    own: refOf(picked?.account === me ? picked : last(chat, line => line.account === me)),
  };
}

/** The message that is picked, where one is and can be meant. */
export function pickedMessage({ picked }: Model, chat: Chat): MessageLine | null {
  const line = picked === null ? undefined : chat.timeline.logged[indexOf(chat.timeline, picked)];
  return line?.is === 'message' && stands(line) ? line : null;
}

function stands(line: MessageLine): boolean {
  return line.id !== null && !line.event.deleted;
}

function last(chat: Chat, fits: (line: MessageLine) => boolean): MessageLine | null {
  const { logged } = liveOf(chat);
  for (let index = logged.length - 1; index >= 0; index--) {
    const line = logged[index]!;
    if (line.is === 'message' && stands(line) && fits(line)) return line;
  }
  return null;
}

export function refOf(line: MessageLine | null): MessageRef | null {
  return line?.id ? { account: line.account, id: line.id } : null;
}

/** What is written next answers a message, or takes the place of its words. */
export function aimAt(model: Model, chat: Chat, line: MessageLine, is: Aim['is']): Step {
  const about = refOf(line);
  if (about === null || line.event.deleted) return only(told(model, 'no-such-message'));
  if (is === 'edit' && (line.account !== model.me?.account || line.sealed)) return only(told(model, 'not-yours'));
  const from = dropped(chat);
  const aim: Aim = { is, about, name: line.from, words: wordsOf(line), before: from.draft.text };
  // A text that begins with a slash is written with two.
  const text = line.text.startsWith('/') ? `/${line.text}` : line.text;
  const draft = is === 'edit' ? apply(from.draft, { kind: 'set', text }) : from.draft;
  return only({ ...withChat(model, { ...from, aim, draft }), picked: null, notice: null });
}

/** The chat with nothing aimed at; what stood in the composer before an edit stands there again. */
export function dropped(chat: Chat): Chat {
  const { aim } = chat;
  if (aim === null) return chat;
  const draft = aim.is === 'edit' ? apply(chat.draft, { kind: 'set', text: aim.before }) : chat.draft;
  return { ...chat, aim: null, draft };
}

/** What a line that was written becomes under an aim: an answer, or the other words of a message. */
export function aimed(command: Command, { aim }: Chat): Command {
  if (aim === null || command.kind !== 'post' || command.target.to === 'name') return command;
  if (aim.is === 'edit') return { kind: 'edit', about: aim.about, body: command.body };
  return { ...command, reply: command.reply ?? aim.about };
}

/** Asks whether a message is to be taken back. */
export function askToDelete(model: Model, line: MessageLine): Step {
  return only({ ...model, asking: refOf(line), notice: null });
}

/** The person's answer. */
export function answerDelete(model: Model, yes: boolean): Step {
  const { asking } = model;
  const left: Model = { ...model, asking: null, picked: null };
  return yes && asking !== null ? send(left, { kind: 'delete', about: asking }) : only(left);
}

/** Says what one thinks of a message; said before, it is taken back. */
export function toggleReaction(model: Model, chat: Chat, about: MessageRef, reaction: string): Step {
  const line = messageOf(chat.timeline, about);
  const mine = model.me?.account ?? '';
  const on = line?.event.reactions?.find(each => each.reaction === reaction)?.accounts.includes(mine) !== true;
  return send({ ...model, overlay: null, picked: null }, { kind: 'react', about, reaction, on });
}
