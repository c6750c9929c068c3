import test from 'ava';
import { TchatError } from '../../../src/errors.ts';
import { isKeyName, keyName, keyTable, parseKey } from '../../../src/tui/kit/keys.ts';

const rows = [
  { key: 'Ctrl-Q', action: 'quit', help: 'help.quit' },
  { key: ['Alt-Right', 'Ctrl-N'], action: 'next', help: 'help.next' },
] as const;

function codeOf(make: () => unknown): string {
  try {
    make();
  } catch (error) {
    return error instanceof TchatError ? error.code : String(error);
  }
  return 'nothing thrown';
}

test('a table finds the action of each of its keys and no other', t => {
  const table = keyTable<string>(rows);
  t.is(table.actionOf('Ctrl-Q'), 'quit');
  t.is(table.actionOf('Alt-Right'), 'next');
  t.is(table.actionOf('Ctrl-N'), 'next');
  t.is(table.actionOf('Ctrl-P'), undefined);
  t.deepEqual(table.keysOf('next'), ['Alt-Right', 'Ctrl-N']);
});

test('a key used twice is an error', t => {
  t.is(
    codeOf(() => keyTable<string>([...rows, { key: 'Ctrl-N', action: 'new', help: 'help.new' }])),
    'key-twice',
  );
  t.is(
    codeOf(() => keyTable<string>(rows, { quit: 'Ctrl-N' })),
    'key-twice',
  );
});

test('a key that is never reported is an error', t => {
  for (const key of [
    'Ctrl-q',
    'A',
    'Space',
    'Shift-Ctrl-A',
    'Ctrl-I',
    'Ctrl-/',
    'Return',
    'F13',
    'Shift-1',
    'Ctrl-',
    '',
  ]) {
    t.is(
      codeOf(() => keyTable<string>([{ key, action: 'x', help: 'x' }])),
      'key-unknown',
      key,
    );
  }
});

test('settings give an action other keys, in any spelling, or none', t => {
  const table = keyTable<string>(rows, { quit: 'ctrl+x', next: [] });
  t.is(table.actionOf('Ctrl-X'), 'quit');
  t.is(table.actionOf('Ctrl-Q'), undefined);
  t.is(table.actionOf('Alt-Right'), undefined);
  t.deepEqual(table.rows[0]?.key, ['Ctrl-X'], 'help shows the new key');
  t.is(
    codeOf(() => keyTable<string>(rows, { quit: 'Hyper-X' })),
    'key-unknown',
  );
  t.is(
    codeOf(() => keyTable<string>(rows, { leave: 'Ctrl-X' })),
    'key-action-unknown',
  );
  t.is(
    codeOf(() => keyTable<string>(rows, { constructor: 'Ctrl-X' })),
    'key-action-unknown',
  );
});

test('names that mean one key are one name', t => {
  t.is(parseKey('shift-ALT-left'), 'Alt-Shift-Left');
  t.is(parseKey('c-x'), 'Ctrl-X');
  t.is(parseKey('Meta-Return'), undefined);
  t.is(parseKey('ctrl-i'), 'Tab');
  t.is(parseKey('Ctrl-/'), 'Ctrl-_');
  t.is(parseKey('ctrl-@'), 'Ctrl-Space');
  t.is(parseKey('Ctrl--'), 'Ctrl--');
  t.is(parseKey('Ctrl-Ctrl-A'), undefined);
  t.is(parseKey('a'), undefined);
  t.is(keyName('a', { ctrl: true, alt: true, shift: true }), 'Ctrl-Alt-Shift-A');
  t.is(keyName('!', { ctrl: false, alt: true, shift: true }), 'Alt-!', 'Shift is already in the character');
  t.true(isKeyName('Ctrl-Alt-Shift-A'));
});
