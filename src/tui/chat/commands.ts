// The slash commands of the screen alone; those that go to the server are rows of chat/commands/.
// Each row runs the same action as a key does, or one of its own with an argument.
import { cleanShort } from '../../chat/text.ts';
import { AWAY_LENGTH } from '../../limits.ts';
import { bytesWritten } from '../kit/format.ts';
import type { Action, FileAction } from './keys.ts';

export type Own =
  | { readonly do: 'action'; readonly action: Exclude<Action, 'send'> }
  | { readonly do: 'theme'; readonly name: string | null }
  | { readonly do: 'mouse'; readonly on: boolean | null }
  | { readonly do: 'open'; readonly name: string }
  | { readonly do: 'search'; readonly words: string }
  | { readonly do: 'date'; readonly text: string }
  /** What follows /send, as it was written. */
  | { readonly do: 'send'; readonly words: string }
  /** About the file that is meant by the beginning of its name; '': the first of which it can be done. */
  | { readonly do: 'file'; readonly action: FileAction; readonly name: string }
  /** Bytes a second; null: as fast as it goes; left out: say what holds. */
  | { readonly do: 'rate'; readonly bytes?: number | null }
  /** '': say where. */
  | { readonly do: 'downloads'; readonly folder: string }
  /** Null: back. */
  | { readonly do: 'away'; readonly text: string | null };

export interface OwnCommand {
  readonly name: string;
  readonly aliases: readonly string[];
  /** As help prints it: capitals are values, brackets may be left out. */
  readonly args: string;
  readonly help: string;
  /** What Tab offers for the first argument. */
  readonly completes?: 'room' | 'person' | 'chat' | 'theme' | 'switch';
  /** null: not written rightly. */
  readonly parse: (rest: string) => Own | null;
}

export const OWN_COMMANDS: readonly OwnCommand[] = [
  plain('help', 'help', ['h', '?']),
  plain('who', 'who', ['names', 'members']),
  {
    name: 'go',
    aliases: ['open', 'switch'],
    args: '[#ROOM | @NAME]',
    help: 'chat.command.go',
    completes: 'chat',
    parse: rest => (rest === '' ? { do: 'action', action: 'go-to' } : { do: 'open', name: rest }),
  },
  {
    name: 'search',
    aliases: ['find', 's'],
    args: '[WORDS in:#ROOM from:NAME]',
    help: 'chat.command.search',
    parse: rest => ({ do: 'search', words: rest }),
  },
  {
    name: 'date',
    aliases: ['at'],
    args: 'DAY | TIME',
    help: 'chat.command.date',
    parse: rest => (rest === '' ? null : { do: 'date', text: rest }),
  },
  {
    name: 'send',
    aliases: ['file'],
    args: '[@NAME | #ROOM] [PATH…]',
    help: 'chat.command.send',
    parse: rest => ({ do: 'send', words: rest }),
  },
  {
    name: 'files',
    aliases: ['transfers'],
    args: '[clear]',
    help: 'chat.command.files',
    parse: rest => {
      if (rest === 'clear') return { do: 'file', action: 'clear', name: '' };
      return rest === '' ? { do: 'action', action: 'files' } : null;
    },
  },
  {
    name: 'accept',
    aliases: [],
    args: '[always | into] [FILE]',
    help: 'chat.command.accept',
    parse: rest => {
      const [, how, name = ''] = /^(always|into)(?:\s+(.*))?$/.exec(rest) ?? [];
      if (how === undefined) return { do: 'file', action: 'accept', name: rest };
      return { do: 'file', action: how === 'always' ? 'always' : 'folder', name };
    },
  },
  aboutFile('decline'),
  aboutFile('pause'),
  aboutFile('resume'),
  aboutFile('cancel'),
  aboutFile('show', 'open'),
  {
    name: 'rate',
    aliases: [],
    args: '[BYTES | off]',
    help: 'chat.command.rate',
    parse: rest => {
      if (rest === '') return { do: 'rate' };
      if (rest === 'off') return { do: 'rate', bytes: null };
      const bytes = bytesWritten(rest);
      return bytes === null || bytes < 1 ? null : { do: 'rate', bytes };
    },
  },
  {
    name: 'downloads',
    aliases: [],
    args: '[FOLDER]',
    help: 'chat.command.downloads',
    parse: rest => ({ do: 'downloads', folder: rest }),
  },
  plain('first', 'first-unread'),
  plain('mention', 'mention'),
  {
    name: 'away',
    aliases: [],
    args: '[TEXT]',
    help: 'chat.command.away',
    parse: rest => ({ do: 'away', text: cleanShort(rest, AWAY_LENGTH) }),
  },
  { name: 'back', aliases: [], args: '', help: 'chat.command.back', parse: () => ({ do: 'away', text: null }) },
  plain('close', 'close'),
  plain('retry', 'retry'),
  plain('drop', 'drop'),
  plain('clear', 'clear', ['read']),
  plain('unread', 'next-unread', ['next']),
  plain('pick', 'pick', ['copy', 'select']),
  plain('plain', 'plain'),
  {
    name: 'theme',
    aliases: [],
    args: '[NAME]',
    help: 'chat.command.theme',
    completes: 'theme',
    parse: rest => ({ do: 'theme', name: rest === '' ? null : rest }),
  },
  {
    name: 'mouse',
    aliases: [],
    args: '[on | off]',
    help: 'chat.command.mouse',
    completes: 'switch',
    parse: rest => {
      if (rest === '') return { do: 'mouse', on: null };
      return rest === 'on' || rest === 'off' ? { do: 'mouse', on: rest === 'on' } : null;
    },
  },
  plain('redraw', 'redraw'),
  plain('quit', 'quit', ['exit', 'q']),
];

const BY_NAME = new Map(OWN_COMMANDS.flatMap(row => [row.name, ...row.aliases].map(name => [name, row] as const)));

export function ownCommand(name: string): OwnCommand | undefined {
  return BY_NAME.get(name.toLowerCase());
}

function aboutFile(name: string, action = name as FileAction): OwnCommand {
  return {
    ...{ name, aliases: [], args: '[FILE]', help: `chat.command.${name}` },
    parse: rest => ({ do: 'file', action, name: rest }),
  };
}

function plain(name: string, action: Exclude<Action, 'send'>, aliases: readonly string[] = []): OwnCommand {
  return { name, aliases, args: '', help: `chat.command.${name}`, parse: () => ({ do: 'action', action }) };
}
