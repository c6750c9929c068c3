// Enter: from what is written to what is done. The line parser, and the screen's own commands.
import { type LineForm, parseLine } from '../../chat/line.ts';
import { validRoom } from '../../chat/text.ts';
import { apply } from '../kit/editor.ts';
import { type Own, ownCommand } from './commands.ts';
import type { Action } from './keys.ts';
import { type Chat, currentChat, isRoom, type Model, type Step, withChat } from './model.ts';
import { runAction } from './update-actions.ts';
import { only, openChat } from './update-chats.ts';
import { openRoom, personCalled, run, setTheme, told } from './update-send.ts';

/** Runs an action, whatever asked for it. */
export function act(model: Model, action: Action): Step {
  return action === 'send' ? submit(model) : runAction(model, action);
}

/** Enter: what is written becomes a line, or a command is run. What cannot be sent stays in the composer. */
function submit(model: Model): Step {
  const chat = currentChat(model);
  if (chat === null) return only(model);
  const { text } = chat.draft;
  const room = isRoom(chat.key) ? chat.key : null;
  const parsed = parseLine(text, { room, person: room === null ? chat.key : null });
  switch (parsed.is) {
    case 'nothing':
      return only(model);
    case 'rejected':
      return only(told(model, parsed.rejection.code, parsed.rejection.params));
    case 'usage':
      return opensTalk(model, chat, parsed.form, text);
    case 'unknown':
      return ownLine(model, chat, parsed.name, parsed.rest.trim());
    case 'command':
      return run(emptied(model, chat), parsed.command);
    default:
      return parsed satisfies never;
  }
}

/** The composer of a chat after its text was used: empty, the text in its history. */
function emptied(model: Model, chat: Chat): Model {
  return withChat({ ...model, notice: null, quitting: false }, { ...chat, draft: apply(chat.draft, { kind: 'sent' }) });
}

/** `/msg @bob` without a text opens the talk; anything else that is not complete is explained. */
function opensTalk(model: Model, chat: Chat, form: LineForm, text: string): Step {
  const [, name = ''] = /^\S+\s+@?(\S+)\s*$/.exec(text) ?? [];
  const person = form.name === 'msg' ? personCalled(model, name) : undefined;
  if (person !== undefined) return openChat(emptied(model, chat), person.account);
  return only(told(model, 'usage', { usage: `/${form.name} ${form.args}` }));
}

function ownLine(model: Model, chat: Chat, name: string, rest: string): Step {
  const row = ownCommand(name);
  if (row === undefined) return only(told(model, 'unknown-command', { name: `/${name}` }));
  const own = row.parse(rest);
  if (own === null) return only(told(model, 'usage', { usage: `/${row.name} ${row.args}` }));
  return runOwn(emptied(model, chat), own);
}

function runOwn(model: Model, own: Own): Step {
  switch (own.do) {
    case 'action':
      return runAction(model, own.action);
    case 'theme':
      return own.name === null ? runAction(model, 'theme') : setTheme(model, own.name);
    case 'mouse':
      return own.on === null || own.on !== model.mouse ? runAction(model, 'mouse') : only(model);
    case 'open':
      return openNamed(model, own.name);
    default:
      return own satisfies never;
  }
}

/** Opens a room or the talk with a person by what one calls them. */
function openNamed(model: Model, name: string): Step {
  const room = name.startsWith('@') ? null : validRoom(name);
  if (room !== null && model.rooms.has(room)) return openRoom(model, room);
  const person = personCalled(model, name);
  return person === undefined ? only(told(model, 'chat.no-such-chat', { name })) : openChat(model, person.account);
}
