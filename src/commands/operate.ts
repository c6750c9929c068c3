// tchat admin, to a server that runs: an operator's words. On its own machine by the socket in its data folder, which lets
// in who may read its files; elsewhere by address, as an operator with a key of theirs. Without words: the dashboard.
import { join } from 'node:path';
import { parseWords } from '../chat/line.ts';
import type { Command, Note } from '../chat/vocabulary.ts';
import { EXIT, type ExitCode, TchatError } from '../errors.ts';
import { serverFolder } from '../folders.ts';
import type { AdminNote } from '../server/admin-session.ts';
import { parseLink } from '../session/address.ts';
import type { AdminLink, LinkOptions } from './admin-link.ts';
import { ADMIN_LISTS, type AdminList, logLine, logRow, printList } from './admin-lists.ts';
import { attachElsewhere, attachHere } from './admin-ways.ts';
import { sayAnswer } from './answers.ts';
import { printJson, printLine } from './print.ts';
import type { ClientArguments } from './profile.ts';
import { runScript } from './script-client.ts';
import { ADMIN_SOCKET } from './serve.ts';

export interface OperateArguments extends ClientArguments {
  readonly data?: string;
  readonly json?: boolean;
  readonly follow?: boolean;
  /** Of the audit trail: how many. */
  readonly count?: number;
}

/** How an admin session begins, here or elsewhere. */
type Attach = (options: LinkOptions) => Promise<AdminLink>;

/** Throws a TchatError with the refusal of the server, or why there is none to talk to. */
export async function operate(words: readonly string[], options: OperateArguments): Promise<ExitCode> {
  const [first = '', ...rest] = words;
  if (first === '' || isWord(first)) {
    const path = join(options.data ?? serverFolder(), ADMIN_SOCKET);
    const attach: Attach = link => attachHere(path, link);
    return attended(attach, first, options) ?? command(attach, first, rest, options);
  }
  // A host alone is not told from a word that is misspelt.
  if (!/[.:/[]/.test(first) && first !== 'localhost') throw new TchatError('unknown-word', { name: first });
  parseLink(first);
  const [word = '', ...more] = rest;
  const attach: Attach = link => attachElsewhere({ ...options, address: first }, link);
  return attended(attach, word, options) ?? commandElsewhere(first, word, more, options);
}

/** What is looked at, by an admin session; null where the word is a command. */
function attended(attach: Attach, word: string, options: OperateArguments): Promise<ExitCode> | null {
  if (word === '') return dashboard(attach);
  if (word === 'log') return follow(attach, options);
  return isList(word) ? list(attach, word, options) : null;
}

async function list(attach: Attach, word: AdminList, { json = false, count = 100 }: OperateArguments) {
  const link = await attach({ log: false, numbers: false });
  try {
    await printList(link, word, { json, count });
    return EXIT.done;
  } finally {
    link.close();
  }
}

/** As the owner. */
async function command(
  attach: Attach,
  name: string,
  rest: readonly string[],
  options: OperateArguments,
): Promise<ExitCode> {
  const command = commandOf(name, rest);
  const link = await attach({ log: false, numbers: false });
  try {
    const result = await link.command(command);
    if (!result.ok) throw new TchatError(result.code, result.params);
    const { server } = await link.ask({ kind: 'snapshot' });
    answer(result.notes ?? [], server.link ?? '', options);
    return EXIT.done;
  } finally {
    link.close();
  }
}

/** A word of the command rows, or a list; anything else has to be an address. */
function isWord(word: string): boolean {
  return word === 'log' || isList(word) || parseWords(word, '', NOWHERE).is !== 'unknown';
}

function isList(word: string): word is AdminList {
  return (ADMIN_LISTS as readonly string[]).includes(word);
}

const NOWHERE = { room: null, person: null };

/** The words as one line of the rows that the dashboard and the chat have too. */
function commandOf(name: string, rest: readonly string[]): Command {
  const parsed = parseWords(name, rest.join(' '), NOWHERE);
  if (parsed.is === 'command') return parsed.command;
  if (parsed.is === 'rejected') throw new TchatError(parsed.rejection.code, parsed.rejection.params);
  if (parsed.is === 'usage') throw new TchatError('usage', { usage: `tchat admin ${name} ${parsed.form.args}`.trim() });
  throw new TchatError('unknown-command', { name });
}

function answer(notes: readonly Note[], link: string, { json }: OperateArguments): void {
  if (json) printJson({ ok: true, notes });
  else for (const line of sayAnswer(notes, link)) printLine(line);
}

/** By the chat's own rows: so a room's moderator may give theirs too, and what is done counts as whose key it is. */
function commandElsewhere(
  address: string,
  name: string,
  rest: readonly string[],
  options: OperateArguments,
): Promise<ExitCode> {
  const command = commandOf(name, rest);
  let id = '';
  return runScript(
    { ...options, address, patient: false },
    client => {
      id = client.send(command);
    },
    (message, _client, end) => {
      if (message.is === 'refused' && message.id === id) end.finish(message.error);
      if (message.is !== 'acked' || message.id !== id) return;
      answer(message.notes, address, options);
      end.finish(EXIT.done);
    },
  );
}

/** Lines of the live log until the server stops or Ctrl-C. Whoever prints to somebody slow reads no faster than they do. */
async function follow(attach: Attach, { json = false }: OperateArguments): Promise<ExitCode> {
  const out = process.stdout;
  let link: AdminLink | null = null;
  const print = (note: AdminNote) => {
    if (note.is !== 'log') return;
    let taken = true;
    for (const entry of note.entries) taken = json ? printJson(logRow(entry)) : printLine(logLine(entry));
    if (taken) return;
    link?.pause();
    out.once('drain', () => link?.resume());
  };
  const ended = new Promise<ExitCode>((resolve, reject) => {
    const lost = (error: TchatError) => (error.code === 'server-gone' ? resolve(EXIT.done) : reject(error));
    process.once('SIGINT', () => resolve(EXIT.interrupted));
    out.once('error', () => resolve(EXIT.done));
    attach({ log: true, numbers: false, hear: print, lost }).then(open => {
      link = open;
    }, reject);
  });
  try {
    return await ended;
  } finally {
    (link as AdminLink | null)?.close();
  }
}

async function dashboard(attach: Attach): Promise<ExitCode> {
  if (!process.stdout.isTTY || !process.stdin.isTTY) throw new TchatError('no-terminal');
  const { runDashboard } = await import('./serve-screen.ts');
  let link: AdminLink | null = null;
  return runDashboard({
    attached: true,
    stop: async () => link?.close(),
    open: async (hear, end) => {
      // Of a server that has stopped the last picture stays; whoever is put out is told why on a plain terminal.
      const lost = (error: TchatError) => (error.code === 'server-gone' ? hear({ is: 'closing' }) : end(error));
      const open = await attach({ log: true, numbers: true, hear, lost });
      link = open;
      const snapshot = await open.ask({ kind: 'snapshot' });
      return {
        snapshot,
        ask: query => open.ask(query),
        command: command => open.command(command),
        close: () => open.close(),
      };
    },
  });
}
