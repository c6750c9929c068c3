// tchat admin, to a server that runs: an operator's words. On its own machine by the socket in its data folder, which lets
// in who may read its files; elsewhere by address, as an operator with a key of theirs. Without words: the dashboard.
import { join } from 'node:path';
import { parseWords } from '../chat/line.ts';
import type { Command, Note } from '../chat/vocabulary.ts';
import { EXIT, type ExitCode, TchatError } from '../errors.ts';
import { serverFolder } from '../folders.ts';
import type { AdminNote } from '../server/admin-session.ts';
import { parseLink } from '../session/address.ts';
import { AdminLink } from './admin-link.ts';
import { ADMIN_LISTS, type AdminList, printList } from './admin-lists.ts';
import { sayAnswer } from './answers.ts';
import { printJson, printLine } from './print.ts';
import type { ClientArguments } from './profile.ts';
import { runScript } from './script-client.ts';
import { ADMIN_SOCKET } from './serve.ts';
import { users } from './users.ts';

export interface OperateArguments extends ClientArguments {
  readonly data?: string;
  readonly json?: boolean;
  readonly follow?: boolean;
  /** Of the audit trail: how many. */
  readonly count?: number;
}

/** Throws a TchatError with the refusal of the server, or why there is none to talk to. */
export async function operate(words: readonly string[], options: OperateArguments): Promise<ExitCode> {
  const [first = '', ...rest] = words;
  if (first !== '' && !isWord(first)) {
    // A host alone is not told from a word that is misspelt.
    if (!/[.:/[]/.test(first) && first !== 'localhost') throw new TchatError('unknown-word', { name: first });
    return elsewhere(first, rest, options);
  }
  const path = join(options.data ?? serverFolder(), ADMIN_SOCKET);
  if (first === '') return dashboard(path);
  if (first === 'log') return follow(path, options);
  const link = await AdminLink.open({ path, log: false, numbers: false });
  try {
    if (isList(first)) {
      await printList(link, first, { json: options.json === true, count: options.count ?? 100 });
      return EXIT.done;
    }
    const result = await link.command(commandOf(first, rest));
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

/** By the chat's own rows, as an operator: what is done counts as theirs. */
function elsewhere(
  address: string,
  [first = '', ...rest]: readonly string[],
  options: OperateArguments,
): Promise<ExitCode> {
  parseLink(address);
  if (first === 'users') return users(address, options);
  if (first === '' || first === 'log' || isList(first)) {
    throw new TchatError('only-here', { word: first === '' ? 'admin' : first });
  }
  const command = commandOf(first, rest);
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

/** Lines of the live log until the server ends or Ctrl-C. */
async function follow(path: string, { json }: OperateArguments): Promise<ExitCode> {
  const { logLine } = await import('./admin-lists.ts');
  let ended: (code: ExitCode) => void = () => {};
  const end = new Promise<ExitCode>(resolve => {
    ended = resolve;
  });
  const print = (note: AdminNote) => {
    if (note.is !== 'log') return;
    for (const entry of note.entries) {
      if (json) printJson(entry);
      else printLine(logLine(entry));
    }
  };
  const link = await AdminLink.open({ path, log: true, numbers: false, hear: print, lost: () => ended(EXIT.done) });
  process.once('SIGINT', () => ended(EXIT.interrupted));
  process.stdout.once('error', () => ended(EXIT.done));
  const code = await end;
  link.close();
  return code;
}

async function dashboard(path: string): Promise<ExitCode> {
  if (!process.stdout.isTTY || !process.stdin.isTTY) throw new TchatError('no-terminal');
  const { runDashboard } = await import('./serve-screen.ts');
  let link: AdminLink | null = null;
  return runDashboard({
    attached: true,
    stop: async () => link?.close(),
    open: async hear => {
      const lost = () => hear({ is: 'closing' });
      const open = await AdminLink.open({ path, log: true, numbers: true, hear, lost });
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
