// Prints the tables of keys and commands in manual.md and admin.md from those that the program runs by: `npm run manual`.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type LineForm, lineForms } from '../src/chat/line.ts';
import { OWN_COMMANDS } from '../src/tui/chat/commands.ts';
import { chatKeys, FILE_KEYS, PICK_KEYS, PICKER_KEYS } from '../src/tui/chat/keys.ts';
import { BINDINGS } from '../src/tui/dashboard/keys.ts';
import { EDITOR_KEYS } from '../src/tui/kit/editor.ts';
import { isWordKey, say } from '../src/words/words.ts';

export const PAGES = ['manual.md', 'admin.md'] as const;

/** One row: what is pressed or written, and the key of the sentence that says what it does. */
type Row = readonly [keys: readonly string[], help: string];

function table(head: string, rows: readonly Row[]): string {
  const code = (text: string) => `\`${text.replaceAll('|', '\\|')}\``;
  const lines = rows.map(([keys, help]) => `| ${keys.map(code).join(', ')} | ${sentence(help)} |`);
  return [`| ${head} | does |`, '|---|---|', ...lines].join('\n');
}

function sentence(key: string): string {
  if (!isWordKey(key)) throw new Error(`no words for ${key}`);
  return say(key).replaceAll('|', '\\|');
}

/** Nine keys of one meaning are one row. */
function keysOfChat(): readonly Row[] {
  const keys = chatKeys();
  const rows = keys.rows.filter(({ action }) => !/^chat-[2-9]$/.test(action));
  return rows.map(({ action, help }) => {
    const own = keys.keysOf(action);
    return [action === 'chat-1' ? own.map(key => key.replace('1', '1…9')) : own, help];
  });
}

const commandRow = ({ name, aliases, args, help }: Pick<LineForm, 'name' | 'aliases' | 'args' | 'help'>): Row => [
  [`/${name} ${args}`.trim(), ...aliases.map(alias => `/${alias}`)],
  help,
];

const forEverybody = lineForms('member');
/** What only those of a role may do who may do all that others can. */
const forOperators = lineForms('owner').filter(form => !forEverybody.includes(form));

const TABLES: Readonly<Record<string, () => string>> = {
  'keys of the chat': () => table('key', keysOfChat()),
  'keys of a chosen message': () =>
    table(
      'key',
      PICK_KEYS.map(({ keys, help }) => [keys, help]),
    ),
  'keys of files': () =>
    table(
      'key',
      FILE_KEYS.map(({ keys, help }) => [keys, help]),
    ),
  'keys of choosing files': () =>
    table(
      'key',
      PICKER_KEYS.map(({ keys, help }) => [keys, help]),
    ),
  'keys of the editor': () =>
    table(
      'key',
      EDITOR_KEYS.map(({ key, help }) => [[key].flat(), help]),
    ),
  commands: () => table('command', [...forEverybody, ...OWN_COMMANDS].map(commandRow)),
  'commands of operators': () => table('command', forOperators.map(commandRow)),
  'keys of the dashboard': () =>
    table(
      'key',
      BINDINGS.map(({ keys, letters, help }) => [
        [...keys, ...letters.map(letter => (letter === ' ' ? 'Space' : letter))],
        help,
      ]),
    ),
};

const MARKED = /(<!-- table: ([a-z ]+) -->\n)[\s\S]*?(<!-- end -->)/g;

/** The page with its tables as they are now. Throws where a table is not known. */
export function withTables(page: string): string {
  return page.replace(MARKED, (_, begin: string, name: string, end: string) => {
    const made = TABLES[name];
    if (!made) throw new Error(`no table ${name}`);
    return `${begin}\n${made()}\n\n${end}`;
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const page of PAGES) {
    const file = new URL(page, import.meta.url);
    writeFileSync(file, withTables(readFileSync(file, 'utf8')));
  }
}
