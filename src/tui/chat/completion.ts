// Tab: completes the word before the cursor and goes on through what else it may be.
import { lineForms } from '../../chat/line.ts';
import { foldName } from '../../chat/text.ts';
import { apply } from '../kit/editor.ts';
import { OWN_COMMANDS, ownCommand } from './commands.ts';
import { type Chat, currentChat, isRoom, type Model, withChat } from './model.ts';

/** The model after Tab (1) or Shift-Tab (-1). */
export function complete(model: Model, step: 1 | -1): Model {
  const chat = currentChat(model);
  if (chat === null) return model;
  const { completion } = model;
  if (completion !== null && completion.text === chat.draft.text) {
    const count = completion.choices.length;
    return offer(model, chat, completion.start, completion.choices, (completion.index + step + count) % count);
  }
  const before = chat.draft.text.slice(0, chat.draft.cursor);
  const start = before.search(/\S*$/);
  const choices = choicesFor(model, chat, before.slice(0, start), before.slice(start));
  return choices.length === 0 ? model : offer(model, chat, start, choices, step > 0 ? 0 : choices.length - 1);
}

/** The model with the word from an offset on replaced by one of its choices. */
export function offer(model: Model, chat: Chat, start: number, choices: readonly string[], index: number): Model {
  const draft = apply(chat.draft, { kind: 'replace', start, end: chat.draft.cursor, text: choices[index]! });
  return { ...withChat(model, { ...chat, draft }), completion: { start, choices, index, text: draft.text } };
}

/** What a word may become, the likeliest first; each with the space or comma that goes on. */
function choicesFor(model: Model, chat: Chat, before: string, word: string): readonly string[] {
  const role = model.me?.role ?? 'member';
  if (before === '' && word.startsWith('/') && !word.startsWith('//')) {
    const names = [...lineForms(role), ...OWN_COMMANDS].map(row => `/${row.name} `);
    return [...new Set(names)].filter(name => name.startsWith(word.toLowerCase())).sort();
  }
  const [, command] = /^\/(\S+)\s+$/.exec(before) ?? [];
  if (command !== undefined) return argumentsFor(model, chat, command.toLowerCase(), word);
  if (word.startsWith('#')) return rooms(model, word);
  if (word.startsWith('@')) return people(model, chat, word.slice(1)).map(name => `@${name} `);
  if (word === '') return [];
  return people(model, chat, word).map(name => (before === '' ? `@${name}: ` : `@${name} `));
}

function argumentsFor(model: Model, chat: Chat, command: string, word: string): readonly string[] {
  const form = lineForms('owner').find(row => row.name === command || row.aliases.includes(command));
  const wants = form?.completes ?? ownCommand(command)?.completes;
  const persons = () => people(model, chat, word.replace(/^@/, '')).map(name => `@${name} `);
  switch (wants) {
    case 'room':
      return rooms(model, word);
    case 'person':
      return persons();
    case 'chat':
      return [...(word.startsWith('@') ? [] : rooms(model, word)), ...(word.startsWith('#') ? [] : persons())];
    case 'theme':
      return model.setting.themes.filter(name => name.startsWith(word));
    case 'switch':
      return ['on', 'off'].filter(name => name.startsWith(word));
    default:
      return word.startsWith('@') ? persons() : word.startsWith('#') ? rooms(model, word) : [];
  }
}

function rooms(model: Model, word: string): readonly string[] {
  const wanted = foldName(word.replace(/^#/, ''));
  const { rooms: mine, others } = model.contacts;
  return [...mine, ...others].filter(room => room.slice(1).startsWith(wanted)).map(room => `${room} `);
}

/** Names that begin with what is written: those who are in the chat first, then the others. */
function people(model: Model, chat: Chat, word: string): readonly string[] {
  const wanted = foldName(word);
  const near = new Set(isRoom(chat.key) ? chat.members?.map(member => member.account) : [chat.key]);
  const fitting = [...model.people.values()].filter(
    person => person.account !== model.me?.account && foldName(person.name).startsWith(wanted),
  );
  const rank = (account: string, here: boolean) => (near.has(account) ? 0 : 2) + (here ? 0 : 1);
  return fitting
    .sort((a, b) => rank(a.account, a.here) - rank(b.account, b.here) || (a.name < b.name ? -1 : 1))
    .map(person => person.name);
}
