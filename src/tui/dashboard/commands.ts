// The command line: the operators' rows of the chat, as `tchat admin` has them, and rows of the dashboard alone.
import { type LineForm, parseWords, steeringForms } from '../../chat/line.ts';
import type { WordKey } from '../../words/words.ts';
import { act, search, withTable } from './act.ts';
import { focused } from './focus.ts';
import type { Action } from './keys.ts';
import { GROUPS, logFiltered, logGrouped } from './log.ts';
import type { Column, LogGroup, Model } from './model.ts';
import { openDetails, openList } from './open.ts';
import { refused, type Step, still, withNotice } from './send.ts';
import { steer } from './steer.ts';
import { COLUMNS, filteredBy, sortedBy } from './table.ts';

/** A command of this screen alone. */
export interface LocalCommand {
  readonly name: string;
  /** As help prints it: capitals are values, brackets may be left out. */
  readonly args: string;
  readonly help: WordKey;
  readonly completes?: 'person' | readonly string[];
  readonly run: (model: Model, rest: string) => Step;
}

/** What operators and moderators may write. */
export const ADMIN_FORMS: readonly LineForm[] = steeringForms();

export const LOCAL_COMMANDS: readonly LocalCommand[] = [
  {
    name: 'users',
    args: '[FILTER]',
    help: 'dashboard.line.users',
    run: (model, rest) =>
      still(withTable(focused(model, 'users'), (table, height) => filteredBy(table, rest.trim(), height))),
  },
  {
    name: 'log',
    args: '[FILTER]',
    help: 'dashboard.line.log',
    run: (model, rest) => still({ ...focused(model, 'log'), log: logFiltered(model.log, rest.trim()) }),
  },
  { name: 'sort', args: 'COLUMN', help: 'dashboard.line.sort', completes: COLUMNS, run: sort },
  { name: 'show', args: 'KIND', help: 'dashboard.line.show', completes: GROUPS, run: show },
  {
    name: 'find',
    args: '[TEXT]',
    help: 'dashboard.line.find',
    run: (model, rest) => still(search({ ...model, log: { ...model.log, search: rest.trim(), picked: -1 } }, 'older')),
  },
  {
    name: 'details',
    args: '@NAME',
    help: 'dashboard.line.details',
    completes: 'person',
    run: details,
  },
  plain('rooms', 'dashboard.line.rooms', 'rooms'),
  plain('transfers', 'dashboard.line.transfers', 'transfers'),
  plain('bans', 'dashboard.line.bans', 'bans'),
  {
    name: 'audit',
    args: '[TEXT]',
    help: 'dashboard.line.audit',
    run: (model, rest) => openList(model, 'audit', { filter: rest.trim() }),
  },
  { name: 'undo', args: '', help: 'dashboard.line.undo', run: model => openList(model, 'audit', { undoes: true }) },
  plain('settings', 'dashboard.line.settings', 'settings'),
  plain('delete', 'dashboard.line.delete', 'delete'),
  plain('pause', 'dashboard.line.pause', 'pause'),
  plain('wrap', 'dashboard.line.wrap', 'wrap'),
  plain('link', 'dashboard.line.link', 'share'),
  plain('copy', 'dashboard.line.copy', 'copy'),
  plain('theme', 'dashboard.line.theme', 'theme'),
  plain('redraw', 'dashboard.line.redraw', 'redraw'),
  plain('help', 'dashboard.line.help', 'help'),
  plain('stop', 'dashboard.line.stop', 'quit'),
];

/** Runs what stands in the command line. A line that is understood goes to the history and leaves the line empty. */
export function runLine(model: Model, sent: (editor: Model['command']) => Model['command']): Step {
  const line = model.command.text.trim().replace(/^[/:]\s*/, '');
  if (line === '') return still(focused(withNotice(model, null), model.pane));
  const [, name = '', rest = ''] = /^(\S+)\s*([\s\S]*)$/.exec(line) ?? [];
  const emptied = withNotice({ ...model, command: sent(model.command) }, null);
  const local = LOCAL_COMMANDS.find(row => row.name === name.toLowerCase());
  if (local) return local.run(emptied, rest);
  const known = ADMIN_FORMS.some(form => [form.name, ...form.aliases].includes(name.toLowerCase()));
  if (!known) return still(refused(model, 'unknown-command', { name }));
  const parsed = parseWords(name, rest, { room: null, person: null });
  switch (parsed.is) {
    case 'usage':
      return still(refused(model, 'usage', { usage: `${parsed.form.name} ${parsed.form.args}` }));
    case 'rejected':
      return still(refused(model, parsed.rejection.code, parsed.rejection.params));
    case 'command':
      return steer(emptied, parsed.command);
    case 'unknown':
    case 'nothing':
      return still(refused(model, 'unknown-command', { name }));
    default:
      return parsed satisfies never;
  }
}

/** The form that a line is being written in, for the hint beside it. */
export function formOf(text: string): { readonly name: string; readonly args: string } | undefined {
  const [, name = ''] = /^[/:]?\s*(\S+)\s/.exec(text.trimStart()) ?? [];
  const word = name.toLowerCase();
  return LOCAL_COMMANDS.find(row => row.name === word) ?? ADMIN_FORMS.find(form => form.name === word);
}

/** Completes the word before the cursor: a command's name, or what that command takes first. Null: nothing to complete. */
export function completion(model: Model): { start: number; text: string; choices: readonly string[] } | null {
  const before = model.command.text.slice(0, model.command.cursor);
  const match = /^([/:]?)(\S*)(\s+)?(.*\s)?(\S*)$/.exec(before);
  if (!match || before === '') return null;
  const [, mark = '', name = '', space, others, argument = ''] = match;
  if (space === undefined) {
    const names = [...ADMIN_FORMS, ...LOCAL_COMMANDS].map(row => row.name);
    return chosen(mark.length, name, names);
  }
  const rooms = model.known.rooms?.rooms.map(({ room }) => room) ?? [];
  if (argument.startsWith('#')) return chosen(before.length - argument.length, argument, rooms);
  const words = others === undefined ? argumentsOf(name.toLowerCase(), model) : [];
  return chosen(before.length - argument.length, argument, words);
}

function argumentsOf(name: string, model: Model): readonly string[] {
  const local = LOCAL_COMMANDS.find(row => row.name === name);
  const completes = local?.completes ?? ADMIN_FORMS.find(form => form.name === name)?.completes;
  if (completes === 'person') return model.table.rows.map(row => `@${row.name}`);
  return typeof completes === 'object' ? completes : [];
}

function chosen(start: number, typed: string, words: readonly string[]): ReturnType<typeof completion> {
  const low = typed.toLowerCase();
  const wanted = (word: string) => word.toLowerCase().startsWith(low) || word.toLowerCase().startsWith(`@${low}`);
  const choices = words.filter(wanted).toSorted();
  if (choices.length === 0) return null;
  const text = choices.length === 1 ? `${choices[0]} ` : commonStart(choices);
  return { start, text: text.length < typed.length ? typed : text, choices };
}

/** By whole code points, so that no character is cut in two. */
function commonStart(words: readonly string[]): string {
  const all = words.map(word => [...word]);
  const [first = []] = all;
  let length = 0;
  while (length < first.length && all.every(word => word[length] === first[length])) length += 1;
  return first.slice(0, length).join('');
}

/** Also of somebody who is not here: the server looks them up. */
function details(model: Model, rest: string): Step {
  const name = rest.trim().replace(/^@/, '');
  if (name === '') return still(refused(model, 'usage', { usage: 'details @NAME' }));
  return openDetails(model, `@${name}`, null);
}

function sort(model: Model, rest: string): Step {
  const column = COLUMNS.find(each => each === rest.trim().toLowerCase());
  if (!column) return still(refused(model, 'usage', { usage: `sort ${COLUMNS.join('|')}` }));
  return still(withTable(focused(model, 'users'), (table, height) => sortedBy(table, column satisfies Column, height)));
}

function show(model: Model, rest: string): Step {
  const group: LogGroup | undefined = GROUPS.find(each => each === rest.trim().toLowerCase());
  if (!group) return still(refused(model, 'usage', { usage: `show ${GROUPS.join('|')}` }));
  return still({ ...focused(model, 'log'), log: logGrouped(model.log, group) });
}

function plain(name: string, help: WordKey, action: Action): LocalCommand {
  return { name, args: '', help, run: model => act(model, action) };
}
