// Enter: from what is written to what is done. The line parser, and the screen's own commands.
import { type LineForm, parseLine } from '../../chat/line.ts';
import { validRoom } from '../../chat/text.ts';
import { apply } from '../kit/editor.ts';
import { aimed, contextOf, dropped } from './aim.ts';
import { type Own, ownCommand } from './commands.ts';
import { timeWritten } from './dates.ts';
import { jumpToTime } from './jump.ts';
import type { Action } from './keys.ts';
import { type Chat, currentChat, type Model, type Step, withChat } from './model.ts';
import { runAction } from './update-actions.ts';
import { only, openChat } from './update-chats.ts';
import { runFileCommand } from './update-files.ts';
import { openSearch } from './update-search.ts';
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
  const parsed = parseLine(text, contextOf(model, chat));
  switch (parsed.is) {
    case 'nothing':
      return only(model);
    case 'rejected':
      return only(told(model, parsed.rejection.code, parsed.rejection.params));
    case 'usage':
      return opensTalk(model, chat, parsed.form, text);
    case 'unknown':
      return ownLine(model, chat, parsed.name, parsed.rest.trim());
    case 'command': {
      const command = aimed(parsed.command, chat);
      const sent = emptied(model, chat);
      const used = command !== parsed.command ? withChat(sent, dropped(currentChat(sent)!)) : sent;
      return run(used, command);
    }
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
    case 'search':
      return openSearch(model, own.words);
    case 'date': {
      const since = timeWritten(own.text, model.setting.clock());
      return since === null ? only(told(model, 'chat.date.unknown', { date: own.text })) : jumpToTime(model, since);
    }
    case 'away':
      return away(model, own.text);
    case 'send':
    case 'file':
    case 'rate':
    case 'downloads':
      return runFileCommand(model, own);
    default:
      return own satisfies never;
  }
}

/** Away with a word, or back. Others see it as long as one stays connected. */
function away(model: Model, text: string | null): Step {
  if (text === null && model.away === null) return only(told(model, 'chat.away.not', {}, false));
  const said = told({ ...model, away: text }, text === null ? 'chat.away.off' : 'chat.away.on', {}, false);
  return [said, [{ kind: 'away', text }]];
}

/** Opens a room or the talk with a person by what one calls them. */
function openNamed(model: Model, name: string): Step {
  const room = name.startsWith('@') ? null : validRoom(name);
  if (room !== null && model.rooms.has(room)) return openRoom(model, room);
  const person = personCalled(model, name);
  return person === undefined ? only(told(model, 'chat.no-such-chat', { name })) : openChat(model, person.account);
}
