// Keys: how each is named, and tables from keys to actions, from which help is printed as well.
// A name is modifiers in the order Ctrl-Alt-Shift-, then a named key or one character (letters in upper case): 'Ctrl-Alt-A'.
import { TchatError } from '../../errors.ts';

export interface Modifiers {
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
}

const NAMED: ReadonlySet<string> = new Set([
  ...['Enter', 'Tab', 'Esc', 'Backspace', 'Delete', 'Insert', 'Space'],
  ...['Up', 'Down', 'Left', 'Right', 'Home', 'End', 'PageUp', 'PageDown'],
  ...Array.from({ length: 12 }, (_, index) => `F${index + 1}`),
]);

/** Control characters that terminals without a newer protocol cannot tell from a key: one name for both. */
const SAME_AS_CTRL: Readonly<Record<string, string>> = { I: 'Tab', M: 'Enter', '[': 'Esc', '/': '_', '@': 'Space' };

const NOTHING: Modifiers = { ctrl: false, alt: false, shift: false };

/** The name of a named key or of a character with Ctrl or Alt held. */
export function keyName(base: string, modifiers: Modifiers = NOTHING): string {
  let { ctrl } = modifiers;
  let name = base === ' ' ? 'Space' : base;
  let shift = modifiers.shift;
  if (!NAMED.has(name)) {
    const upper = name.toUpperCase();
    // Only letters have Shift of their own: with other characters it is already in the character.
    shift = shift && upper !== name.toLowerCase();
    // 'ß' becomes 'SS': such letters keep their form.
    if ([...upper].length === 1) name = upper;
    const same = ctrl ? SAME_AS_CTRL[name] : undefined;
    if (same !== undefined) {
      name = same;
      ctrl = same === '_' || same === 'Space';
    }
  }
  return `${ctrl ? 'Ctrl-' : ''}${modifiers.alt ? 'Alt-' : ''}${shift ? 'Shift-' : ''}${name}`;
}

/** The proper name of a key as a person may write it ('ctrl-a', 'Shift-Alt-left', 'C-x'); undefined when there is no such key. */
export function parseKey(written: string): string | undefined {
  const modifiers = { ctrl: false, alt: false, shift: false };
  let rest = written.trim();
  for (;;) {
    const found = /^(ctrl|control|c|alt|meta|m|shift|s)[-+](?=.)/iu.exec(rest);
    if (found === null) break;
    const word = found[1]?.toLowerCase() ?? '';
    const modifier = word.startsWith('c') ? 'ctrl' : word.startsWith('s') ? 'shift' : 'alt';
    if (modifiers[modifier]) return undefined;
    modifiers[modifier] = true;
    rest = rest.slice(found[0].length);
  }
  const named = [...NAMED].find(name => name.toLowerCase() === rest.toLowerCase());
  if (named !== undefined) {
    const bareSpace = named === 'Space' && !modifiers.ctrl && !modifiers.alt;
    return bareSpace ? undefined : keyName(named, modifiers);
  }
  // A plain character is text, never a key.
  if ([...rest].length !== 1 || /[\p{C}\p{Z}\p{M}]/u.test(rest) || (!modifiers.ctrl && !modifiers.alt))
    return undefined;
  return keyName(rest, modifiers);
}

/** Whether a name is exactly how a key is reported. */
export function isKeyName(name: string): boolean {
  return parseKey(name) === name;
}

export interface KeyRow<Action> {
  readonly key: string | readonly string[];
  readonly action: Action;
  /** The key of its words in the catalogue. */
  readonly help: string;
}

export interface KeyTable<Action> {
  actionOf(key: string): Action | undefined;
  /** The keys of an action as they are now, for hints. */
  keysOf(action: Action): readonly string[];
  readonly rows: readonly KeyRow<Action>[];
}

/** Other keys for some actions, by the action's name (or its help's, where an action is no string); [] leaves it without a key. */
export type KeyOverrides = Readonly<Record<string, string | readonly string[]>>;

/**
 * A table that finds the action of a key.
 * Throws TchatError: key-unknown {key}, key-twice {key}, key-action-unknown {action} (an override for no row).
 */
export function keyTable<Action>(rows: readonly KeyRow<Action>[], overrides: KeyOverrides = {}): KeyTable<Action> {
  const names = new Set(rows.map(rowName));
  for (const action of Object.keys(overrides)) {
    if (!names.has(action)) throw new TchatError('key-action-unknown', { action });
  }
  const bound = rows.map(row => {
    const own = Object.hasOwn(overrides, rowName(row)) ? overrides[rowName(row)] : undefined;
    return own === undefined ? { ...row, key: checked(row.key) } : { ...row, key: asWritten(own) };
  });
  const actions = new Map<string, Action>();
  for (const row of bound) {
    for (const key of row.key) {
      if (actions.has(key)) throw new TchatError('key-twice', { key });
      actions.set(key, row.action);
    }
  }
  return {
    rows: bound,
    actionOf: key => actions.get(key),
    keysOf: action => bound.filter(row => row.action === action).flatMap(row => row.key),
  };
}

function rowName(row: KeyRow<unknown>): string {
  return typeof row.action === 'string' ? row.action : row.help;
}

function listOf(key: string | readonly string[]): readonly string[] {
  return typeof key === 'string' ? [key] : key;
}

/** Keys of the program's own tables: in their exact form, so that hints read alike everywhere. */
function checked(keys: string | readonly string[]): readonly string[] {
  for (const key of listOf(keys)) if (!isKeyName(key)) throw new TchatError('key-unknown', { key });
  return listOf(keys);
}

/** Keys of a person's settings: in any spelling. */
function asWritten(keys: string | readonly string[]): readonly string[] {
  return listOf(keys).map(key => {
    const name = parseKey(key);
    if (name === undefined) throw new TchatError('key-unknown', { key });
    return name;
  });
}
