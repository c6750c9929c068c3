// A message that is read back holds what has become of it; the events that changed it are read again behind it.
import test from 'ava';
import { type Change, fold } from '../../src/chat/fold.ts';
import type { Message } from '../../src/chat/vocabulary.ts';

const head = { time: 1, conversation: '#a', account: 'x'.repeat(22), from: 'alice' };
const id = '00000000-0000-7000-8000-000000000001';
const text = (words: string) => ({ kind: 'text', text: words }) as const;
const message: Message = { ...head, position: 4, id, kind: 'message', body: text('first'), action: false };
const edit = (words: string) =>
  ({ ...head, id: null, kind: 'edited', about: { account: head.account, id }, body: text(words) }) as Change;

// Red when an edit is taken wherever it stands: a window that ends between the two would show the first one's words.
test('an earlier edit does not set a message back that has its last words', t => {
  const now = fold(fold(message, edit('second'), 8), edit('third'), 20);
  t.like(now, { body: text('third'), edited: 20 });
  t.is(fold(now, edit('second'), 8), now);
  t.is(fold(now, edit('third'), 20), now);
  t.like(fold(now, edit('fourth'), 21), { body: text('fourth'), edited: 21 });
});
