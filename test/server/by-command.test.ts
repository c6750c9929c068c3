import test from 'ava';
import { ByCommand } from '../../src/server/by-command.ts';

// Red when the id alone is the key.
test('the same id of two accounts is two commands', t => {
  const map = new ByCommand<string>();
  map.set('alice', 'id', 'hers');
  map.set('bob', 'id', 'his');
  map.set('alice', 'id', 'hers, again');
  t.is(map.get('alice', 'id'), 'hers, again');
  t.is(map.get('bob', 'id'), 'his');
  map.delete('alice', 'id');
  map.delete('alice', 'id');
  t.is(map.get('alice', 'id'), undefined);
  t.is(map.get('bob', 'id'), 'his');
});
