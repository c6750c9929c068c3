// From a written line to a command: `/join #dev`, `/me waves`, or just text. Also what help and completion print.
import { here } from './commands/post.ts';
import type { LineContext, LineForm, LineResult } from './commands/row.ts';
import { COMMANDS } from './decide.ts';
import { type Needs, ROLES, type Role } from './vocabulary.ts';

export type { LineContext, LineForm } from './commands/row.ts';

export type ParsedLine =
  | { readonly is: 'command'; readonly command: Extract<LineResult, { is: 'command' }>['command'] }
  | { readonly is: 'rejected'; readonly rejection: Extract<LineResult, { is: 'rejected' }>['rejection'] }
  /** The command is known and its arguments are not right. */
  | { readonly is: 'usage'; readonly form: LineForm }
  /** A slash word that the chat does not know: a screen may have a row of its own for it. */
  | { readonly is: 'unknown'; readonly name: string; readonly rest: string }
  | { readonly is: 'nothing' };

/** All written forms that a role may use, in the order of help. */
export function lineForms(role: Role): readonly LineForm[] {
  return Object.values(COMMANDS)
    .filter(row => mayEver(role, row.needs))
    .flatMap(row => row.lines);
}

/** What a plain member may not do where nothing is theirs: the forms of operators, of moderators and of those who own a room. */
export function steeringForms(): readonly LineForm[] {
  return Object.values(COMMANDS)
    .filter(({ needs, steers = false }) => steers || (needs !== 'guest' && needs !== 'member'))
    .flatMap(row => row.lines);
}

/** Whether somebody of a role may give a command somewhere: a member may own a room and be a moderator. */
function mayEver(role: Role, needs: Needs): boolean {
  const least = needs === 'moderator' || needs === 'room-owner' ? 'member' : needs;
  return ROLES.indexOf(least) <= ROLES.indexOf(role);
}

const FORMS = new Map(
  lineForms('owner').flatMap(form => [form.name, ...form.aliases].map(name => [name, form] as const)),
);

/** Reads one line, of one or several rows. Two slashes at the start say a text that begins with one. */
export function parseLine(text: string, context: LineContext): ParsedLine {
  if (text.trim() === '') return { is: 'nothing' };
  if (!text.startsWith('/')) return settle(here(text, false, context));
  if (text.startsWith('//')) return settle(here(text.slice(1), false, context));
  const match = /^\/(\S*)\s?([\s\S]*)$/.exec(text);
  return parseWords(match?.[1] ?? '', match?.[2] ?? '', context);
}

/** The same without a slash, as a dashboard's command line and `tchat admin` write it. */
export function parseWords(name: string, rest: string, context: LineContext): ParsedLine {
  const form = FORMS.get(name.toLowerCase());
  return form ? settle(form.parse(rest, context), form) : { is: 'unknown', name, rest };
}

function settle(result: LineResult, form?: LineForm): ParsedLine {
  if (result.is !== 'usage') return result;
  return form ? { is: 'usage', form } : { is: 'nothing' };
}
