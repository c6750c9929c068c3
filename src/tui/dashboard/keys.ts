// The dashboard's keys, in one table: what runs them, the hints at the bottom and the help are printed from it.
// A letter acts only while no text is being edited; a named key acts everywhere unless the text needs it.
import { TchatError } from '../../errors.ts';
import type { WordKey } from '../../words/words.ts';
import { type KeyTable, keyTable } from '../kit/keys.ts';

export type Action =
  | 'help'
  | 'users'
  | 'log'
  | 'rooms'
  | 'transfers'
  | 'bans'
  | 'audit'
  | 'settings'
  | 'door'
  | 'command'
  | 'next'
  | 'previous'
  | 'kick'
  | 'ban'
  | 'mute'
  | 'delete'
  | 'limit'
  | 'broadcast'
  | 'details'
  | 'sort'
  | 'reverse'
  | 'filter'
  | 'group'
  | 'search'
  | 'older'
  | 'newer'
  | 'pause'
  | 'wrap'
  | 'share'
  | 'copy'
  | 'theme'
  | 'redraw'
  | 'quit'
  | 'up'
  | 'down'
  | 'page-up'
  | 'page-down'
  | 'first'
  | 'last'
  | 'leave';

export interface Binding {
  readonly action: Action;
  readonly keys: readonly string[];
  /** Characters, typed without Ctrl or Alt. */
  readonly letters: readonly string[];
  /** What it does, for help. */
  readonly help: WordKey;
  /** One or two words for the hints at the bottom; absent: not hinted there. */
  readonly hint?: WordKey;
}

/** In the order of help. */
export const BINDINGS: readonly Binding[] = [
  { action: 'help', keys: ['F1'], letters: ['?'], help: 'dashboard.key.help', hint: 'dashboard.hint.help' },
  { action: 'users', keys: ['F2'], letters: [], help: 'dashboard.key.users', hint: 'dashboard.hint.users' },
  { action: 'rooms', keys: ['F3'], letters: ['o'], help: 'dashboard.key.rooms', hint: 'dashboard.hint.rooms' },
  { action: 'log', keys: ['F4'], letters: [], help: 'dashboard.key.log', hint: 'dashboard.hint.log' },
  {
    ...{ action: 'transfers', keys: ['F5'], letters: [] },
    ...{ help: 'dashboard.key.transfers', hint: 'dashboard.hint.transfers' },
  },
  { action: 'bans', keys: ['F6'], letters: [], help: 'dashboard.key.bans', hint: 'dashboard.hint.bans' },
  { action: 'settings', keys: ['F7'], letters: [], help: 'dashboard.key.settings', hint: 'dashboard.hint.settings' },
  { action: 'door', keys: ['F8'], letters: [], help: 'dashboard.key.door', hint: 'dashboard.hint.door' },
  { action: 'audit', keys: ['F10'], letters: ['a'], help: 'dashboard.key.audit', hint: 'dashboard.hint.audit' },
  { action: 'command', keys: ['Enter'], letters: [':'], help: 'dashboard.key.command', hint: 'dashboard.hint.command' },
  { action: 'broadcast', keys: [], letters: ['e'], help: 'dashboard.key.broadcast', hint: 'dashboard.hint.broadcast' },
  { action: 'kick', keys: [], letters: ['k'], help: 'dashboard.key.kick', hint: 'dashboard.hint.kick' },
  { action: 'ban', keys: [], letters: ['b'], help: 'dashboard.key.ban', hint: 'dashboard.hint.ban' },
  { action: 'mute', keys: [], letters: ['m'], help: 'dashboard.key.mute', hint: 'dashboard.hint.mute' },
  { action: 'delete', keys: ['Delete'], letters: ['d'], help: 'dashboard.key.delete' },
  { action: 'limit', keys: [], letters: ['l'], help: 'dashboard.key.limit' },
  { action: 'details', keys: [], letters: ['i'], help: 'dashboard.key.details' },
  { action: 'filter', keys: [], letters: ['/'], help: 'dashboard.key.filter', hint: 'dashboard.hint.filter' },
  { action: 'sort', keys: [], letters: ['s'], help: 'dashboard.key.sort' },
  { action: 'reverse', keys: [], letters: ['r'], help: 'dashboard.key.reverse' },
  { action: 'pause', keys: [], letters: [' '], help: 'dashboard.key.pause', hint: 'dashboard.hint.pause' },
  { action: 'group', keys: [], letters: ['t'], help: 'dashboard.key.group' },
  { action: 'search', keys: [], letters: ['f'], help: 'dashboard.key.search' },
  { action: 'older', keys: [], letters: ['n'], help: 'dashboard.key.older' },
  { action: 'newer', keys: [], letters: ['N'], help: 'dashboard.key.newer' },
  { action: 'wrap', keys: [], letters: ['w'], help: 'dashboard.key.wrap' },
  { action: 'next', keys: ['Tab'], letters: [], help: 'dashboard.key.next' },
  { action: 'previous', keys: ['Shift-Tab'], letters: [], help: 'dashboard.key.previous' },
  { action: 'up', keys: ['Up'], letters: [], help: 'dashboard.key.up' },
  { action: 'down', keys: ['Down'], letters: [], help: 'dashboard.key.down' },
  { action: 'page-up', keys: ['PageUp'], letters: [], help: 'dashboard.key.page-up' },
  { action: 'page-down', keys: ['PageDown'], letters: [], help: 'dashboard.key.page-down' },
  { action: 'first', keys: ['Home'], letters: ['g'], help: 'dashboard.key.first' },
  { action: 'last', keys: ['End'], letters: ['G'], help: 'dashboard.key.last' },
  { action: 'leave', keys: ['Esc'], letters: [], help: 'dashboard.key.leave' },
  { action: 'share', keys: [], letters: ['j'], help: 'dashboard.key.share' },
  { action: 'copy', keys: [], letters: ['y'], help: 'dashboard.key.copy' },
  { action: 'theme', keys: ['F9'], letters: [], help: 'dashboard.key.theme' },
  { action: 'redraw', keys: ['Ctrl-L'], letters: [], help: 'dashboard.key.redraw' },
  { action: 'quit', keys: ['Ctrl-Q', 'Ctrl-C'], letters: [], help: 'dashboard.key.quit', hint: 'dashboard.hint.quit' },
];

/** What the bottom bar says while a text is being written; these keys are the line's own. */
export const WRITING_HINTS: readonly { readonly keys: string; readonly hint: WordKey; readonly action?: Action }[] = [
  { keys: 'Enter', hint: 'dashboard.hint.run' },
  { keys: 'Tab', hint: 'dashboard.hint.complete' },
  { keys: 'Up', hint: 'dashboard.hint.history' },
  { keys: 'Esc', hint: 'dashboard.hint.leave', action: 'leave' },
];

const KEYS: KeyTable<Action> = keyTable(BINDINGS.map(({ action, keys, help }) => ({ key: keys, action, help })));
const LETTERS = lettersOf(BINDINGS);

/** What a named key does. */
export function actionOfKey(key: string): Action | undefined {
  return KEYS.actionOf(key);
}

/** What a typed character does while no text is being edited. */
export function actionOfLetter(letter: string): Action | undefined {
  return LETTERS.get(letter);
}

/** How a binding's keys are printed: the letter first, since it is the shorter way. */
export function keyLabels(binding: Binding): readonly string[] {
  return [...binding.letters.map(letter => (letter === ' ' ? 'Space' : letter)), ...binding.keys];
}

/** The binding of an action; every action has one. */
export function bindingOf(action: Action): Binding {
  const found = BINDINGS.find(binding => binding.action === action);
  if (!found) throw new TchatError('key-action-unknown', { action });
  return found;
}

/** Letters by what they do. Throws TchatError key-twice {key}. */
export function lettersOf(bindings: readonly Binding[]): ReadonlyMap<string, Action> {
  const letters = new Map<string, Action>();
  for (const { action, letters: own } of bindings) {
    for (const letter of own) {
      if (letters.has(letter)) throw new TchatError('key-twice', { key: letter });
      letters.set(letter, action);
    }
  }
  return letters;
}
