// What becomes of a message by what is done about it later.
import test from 'ava';
import fc from 'fast-check';
import { type Change, countReactions, fold, foldReaction, isChange } from '../../src/chat/fold.ts';
import type { AccountId, ChatEvent, Message, Reaction } from '../../src/chat/vocabulary.ts';

const about = { account: 'ann', id: 'm1' };
const head = { time: 1, conversation: '#r', account: 'ann', from: 'ann', id: 'm2' };
const message: Message = {
  ...head,
  position: 5,
  id: 'm1',
  kind: 'message',
  body: { kind: 'text', text: 'first' },
  action: true,
  reply: { account: 'bob', id: 'm0' },
};
const edited = (text: string): Change => ({ ...head, kind: 'edited', about, body: { kind: 'text', text } });
const deleted: Change = { ...head, kind: 'deleted', about };
const reacted = (account: AccountId, reaction: string, on = true): Change => ({
  ...head,
  account,
  kind: 'reacted',
  about,
  reaction,
  on,
});

/** The message after these, at positions 10, 11, 12 and so on. */
const after = (...changes: readonly Change[]): Message =>
  changes.reduce<Message>((before, change, n) => fold(before, change, 10 + n), message);

test('an edit puts other words in place of the first, says since when, and leaves all else', t => {
  t.deepEqual(after(edited('second')), { ...message, body: { kind: 'text', text: 'second' }, edited: 10 });
  t.like(after(edited('second'), edited('third')), { body: { text: 'third' }, edited: 11 });
  t.deepEqual(message.body, { kind: 'text', text: 'first' }, 'the message before stays as it was');
});

// Red when a deletion leaves the words, the reactions or the mark of an edit.
test('what was taken back has no words, no reactions and no edits any more, and stays so', t => {
  const gone: Message = { ...message, body: { kind: 'text', text: '' }, deleted: true };
  t.deepEqual(after(edited('second'), reacted('bob', '👍'), deleted), gone);
  t.deepEqual(after(deleted, edited('again'), reacted('bob', '👍'), deleted), gone);
});

test('a sealed body is replaced and taken back like any other', t => {
  const sealed: Change = { ...head, kind: 'edited', about, body: { kind: 'sealed', bytes: Uint8Array.of(1, 2) } };
  t.like(after(sealed), { body: { kind: 'sealed' }, edited: 10 });
  t.like(after(sealed, deleted), { body: { kind: 'text', text: '' } });
});

test('reactions stand in the order in which they came, each with its people, nobody twice', t => {
  const many = after(reacted('bob', '👍'), reacted('cat', '🎉'), reacted('ann', '👍'), reacted('bob', '👍'));
  t.deepEqual(many.reactions, [
    { reaction: '👍', accounts: ['bob', 'ann'] },
    { reaction: '🎉', accounts: ['cat'] },
  ]);
  t.is(countReactions(many.reactions), 3);
  t.is(countReactions(undefined), 0);
});

test('a reaction that is taken back by its last one is gone, and a message without any has none', t => {
  const two = after(reacted('bob', '👍'), reacted('cat', '👍'), reacted('bob', '👍', false));
  t.deepEqual(two.reactions, [{ reaction: '👍', accounts: ['cat'] }]);
  t.deepEqual(fold(two, reacted('cat', '👍', false), 20), message);
  t.is(after(reacted('bob', '👍', false)), message, 'one that never was');
  const one = after(reacted('bob', '👍'));
  t.is(fold(one, reacted('bob', '👍'), 20), one, 'one that is there already');
});

test('an event that is no change leaves the message as it is', t => {
  const topic = { ...head, kind: 'topic', text: 'x' } as const;
  t.is(fold(message, topic as never, 10), message);
  t.false(isChange(topic));
  t.false(isChange(message as ChatEvent));
  for (const change of [edited('x'), deleted, reacted('bob', '👍')]) t.true(isChange(change));
});

// Red when taking back removes everybody's, or saying it again adds one.
test('whatever people think and think again, each reaction has those who thought so last', t => {
  const one = fc.record({
    account: fc.constantFrom('ann', 'bob', 'cat'),
    reaction: fc.constantFrom('👍', '🎉', 'ok'),
    on: fc.boolean(),
  });
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.array(one, { maxLength: 40 }), thoughts => {
        let reactions: readonly Reaction[] = [];
        const last = new Map<string, boolean>();
        for (const { account, reaction, on } of thoughts) {
          reactions = foldReaction(reactions, account, reaction, on);
          last.set(`${account} ${reaction}`, on);
        }
        const found = reactions.flatMap(({ reaction, accounts }) => accounts.map(each => `${each} ${reaction}`));
        const wanted = [...last].flatMap(([key, on]) => (on ? [key] : []));
        return (
          found.toSorted().join() === wanted.toSorted().join() && reactions.every(each => each.accounts.length > 0)
        );
      }),
    ),
  );
});
