// The contract of the log: messages are read as they stand now, and what was said in their place before goes with them.
import test from 'ava';
import fc from 'fast-check';
import { fold, isChange } from '../../src/chat/fold.ts';
import type { ChatEvent, Draft } from '../../src/chat/vocabulary.ts';
import type { EventLog } from '../../src/store/event-log.ts';
import { about, draft, durable, everything, idOf, LOGS, other, said, textOf, textsOf } from '../helpers/logs.ts';

const edited = (n: number, text: string, of: number, changes: Partial<Draft> = {}) =>
  other(n, { kind: 'edited', about: about(of, changes.account), body: { kind: 'text', text } }, changes);
const deleted = (n: number, of: number, changes: Partial<Draft> = {}) =>
  other(n, { kind: 'deleted', about: about(of) }, changes);
const reacted = (n: number, of: number, reaction: string, changes: Partial<Draft> & { on?: boolean } = {}) => {
  const { on = true, ...rest } = changes;
  return other(n, { kind: 'reacted', about: about(of), reaction, on }, rest);
};
const message = (log: EventLog, n: number, account = 'alice') => log.message(account, idOf(n));

for (const { name, runs, open } of LOGS) {
  test(`${name}: a message is found by its author and id, and nothing else is one`, async t => {
    const log = await open(t);
    await log.append([said(1, 'hello'), other(2, { kind: 'joined' }), said(3, 'mine', { account: 'bob' })]);
    t.is(textOf(message(log, 1)), 'hello');
    t.is(message(log, 2), null);
    t.is(message(log, 3), null);
    t.is(textOf(message(log, 3, 'bob')), 'mine');
    t.is(message(log, 9), null);
    t.is(log.message('alice', ''), null);
    t.is(log.message('alice', 'x'), null);
  });

  // Red when one's own deletions are among them, or the oldest ones stay.
  test(`${name}: what somebody else than its author took away is told, the newest, in order`, async t => {
    const log = await open(t);
    await log.append([said(1, 'one'), said(2, 'two'), said(3, 'three'), said(4, 'four')]);
    const [first, _own, second, third] = await log.append([
      deleted(5, 1, { account: 'bob' }),
      deleted(6, 2),
      deleted(7, 3, { account: '*' }),
      other(8, { kind: 'deleted', about: about(4) }, { account: 'bob' }),
      reacted(9, 4, '👍', { account: 'bob' }),
    ]);
    t.deepEqual(log.removals(10), [first, second, third] as never);
    t.deepEqual(log.removals(2), [second, third] as never);
    t.deepEqual(log.removals(0), []);
  });

  // Red when the event and not the message is changed, `edited` is not the position, or the first edit is what stays.
  test(`${name}: an edit puts other words in the message’s place, and stands in the log itself`, async t => {
    const log = await open(t);
    const [first] = await log.append([said(1, 'teh')]);
    const [one] = await log.append([edited(2, 'the', 1)]);
    const [two] = await log.append([edited(3, 'The', 1)]);
    const now = message(log, 1);
    t.is(textOf(now), 'The');
    t.is(now?.edited, two?.position);
    t.is(now?.position, first?.position);
    t.is(now?.time, 1_001);
    t.deepEqual(everything(log, '#a'), [now, one, two] as ChatEvent[]);
  });

  // Red when an earlier edit keeps its words, or another message's edits lose theirs.
  test(`${name}: what is taken back goes with all that was said in its place`, async t => {
    const log = await open(t);
    await log.append([said(1, 'secret'), said(2, 'public'), edited(3, 'secret too', 1), edited(4, 'more public', 2)]);
    await log.append([reacted(5, 1, '👍'), edited(6, 'third secret', 1)]);
    await log.append([deleted(7, 1)]);
    const now = message(log, 1);
    t.is(now?.deleted, true);
    t.false('reactions' in (now ?? {}) || 'edited' in (now ?? {}));
    t.deepEqual(textsOf(everything(log, '#a')), ['', 'more public', '', 'more public', null, '', null]);
    t.false(JSON.stringify(everything(log, '#a')).includes('secret'));
  });

  // Red when a deletion leaves what comes behind it.
  test(`${name}: what was taken back stays so`, async t => {
    const log = await open(t);
    await log.append([said(1, 'secret'), deleted(2, 1)]);
    await log.append([edited(3, 'secret again', 1), reacted(4, 1, '👍')]);
    t.is(message(log, 1)?.deleted, true);
    t.is(textOf(message(log, 1)), '');
    t.deepEqual(textsOf(everything(log, '#a')), ['', null, '', null]);
    t.is(message(log, 1)?.reactions, undefined);
  });

  test(`${name}: a sealed body is replaced and taken away like text`, async t => {
    const log = await open(t);
    const sealed = (byte: number) => ({ kind: 'sealed', bytes: new Uint8Array([byte, 0, 255]) }) as const;
    await log.append([draft(1, { conversation: '~c', body: sealed(1) })]);
    await log.append([other(2, { kind: 'edited', about: about(1), body: sealed(2) }, { conversation: '~c' })]);
    t.deepEqual(message(log, 1)?.body, sealed(2));
    await log.append([other(3, { kind: 'deleted', about: about(1) }, { conversation: '~c' })]);
    t.deepEqual(message(log, 1)?.body, { kind: 'text', text: '' });
    const bodies = everything(log, '~c').map(event => ('body' in event ? event.body : null));
    t.deepEqual(bodies, [{ kind: 'text', text: '' }, { kind: 'text', text: '' }, null]);
  });

  // Red when a reaction is counted twice, or the last one leaves an empty list.
  test(`${name}: reactions come and go, each of an account once`, async t => {
    const log = await open(t);
    await log.append([said(1, 'hello'), reacted(2, 1, '👍'), reacted(3, 1, '👍'), reacted(4, 1, '🎉')]);
    await log.append([reacted(5, 1, '👍', { account: 'bob' })]);
    t.deepEqual(message(log, 1)?.reactions, [
      { reaction: '👍', accounts: ['alice', 'bob'] },
      { reaction: '🎉', accounts: ['alice'] },
    ]);
    await log.append([reacted(6, 1, '🎉', { on: false }), reacted(7, 1, '👍', { on: false })]);
    t.deepEqual(message(log, 1)?.reactions, [{ reaction: '👍', accounts: ['bob'] }]);
    await log.append([reacted(8, 1, '👍', { on: false, account: 'bob' }), reacted(9, 1, 'x', { on: false })]);
    t.is(message(log, 1)?.reactions, undefined);
    t.is(textOf(message(log, 1)), 'hello');
  });

  // Red when an id is looked for without its account: ids are unique only within one.
  test(`${name}: a change of what is not there, or of another’s of that id, changes nothing else`, async t => {
    const log = await open(t);
    await log.append([said(1, 'alice’s'), said(1, 'bob’s', { account: 'bob' }), other(2, { kind: 'joined' })]);
    await log.append([
      edited(3, 'bob’s new', 1, { account: 'bob' }),
      edited(4, 'nobody’s', 77),
      deleted(5, 78),
      deleted(6, 2),
      reacted(7, 79, '👍'),
    ]);
    t.is(textOf(message(log, 1)), 'alice’s');
    t.is(textOf(message(log, 1, 'bob')), 'bob’s new');
    t.is(everything(log, '#a').length, 8);
  });

  // Red when changes are folded before the events of the same append are there.
  test(`${name}: a message and what changes it may come in one append`, async t => {
    const log = await open(t);
    const events = await log.append([said(1, 'one'), edited(2, 'two', 1), edited(3, 'three', 1), reacted(4, 1, '👍')]);
    t.is(textOf(events[0]), 'one');
    t.is(textOf(message(log, 1)), 'three');
    t.deepEqual(message(log, 1)?.reactions, [{ reaction: '👍', accounts: ['alice'] }]);
    await log.append([said(5, 'gone'), deleted(6, 5), edited(7, 'never', 5)]);
    t.is(textOf(message(log, 5)), '');
    t.is(textOf(everything(log, '#a').at(-1)), '');
  });

  test(`${name}: a message stands as the fold of its changes says, however they came`, async t => {
    const change = fc.record({
      of: fc.nat(3),
      kind: fc.constantFrom('edited', 'deleted', 'reacted', 'message'),
      account: fc.constantFrom('alice', 'bob'),
      reaction: fc.constantFrom('👍', '+1'),
      on: fc.boolean(),
      cut: fc.boolean(),
    });
    await t.notThrowsAsync(
      fc.assert(
        fc.asyncProperty(fc.array(change, { maxLength: 40 }), async changes => {
          const log = await open(t);
          let batch: Draft[] = [0, 1, 2].map(n => said(n, `text ${n}`));
          const all: ChatEvent[] = [];
          for (const [at, { of, kind, account, reaction, on, cut }] of changes.entries()) {
            const n = at + 10;
            if (kind === 'message') batch.push(draft(n, { account }));
            else if (kind === 'edited')
              batch.push(other(n, { kind, about: about(of), body: { kind: 'text', text: `${n}` } }));
            else if (kind === 'deleted') batch.push(other(n, { kind, about: about(of) }, { account }));
            else batch.push(reacted(n, of, reaction, { on, account }));
            if (!cut) continue;
            all.push(...(await log.append(batch)));
            batch = [];
          }
          all.push(...(await log.append(batch)));
          for (const event of all) {
            if (event.kind !== 'message' || event.id === null) continue;
            const { id, account } = event;
            const folded = all
              .filter(isChange)
              .filter(each => each.about.id === id && each.about.account === account)
              .reduce((now, each) => fold(now, each, (each as ChatEvent).position), event);
            t.deepEqual(log.message(account, id), folded);
          }
          await log.close();
        }),
        { numRuns: runs },
      ),
    );
  });
}

test('sqlite: a message stands the same after the log was opened again, and can be changed further', async t => {
  const { open } = await durable(t);
  const first = await open();
  await first.append([
    said(1, 'one'),
    said(2, 'secret'),
    edited(3, 'two', 1),
    reacted(4, 1, '👍'),
    edited(5, 'secret 2', 2),
  ]);
  const before = everything(first, '#a');
  await first.close();
  const second = await open();
  t.deepEqual(everything(second, '#a'), before);
  await second.append([edited(6, 'three', 1), deleted(7, 2)]);
  t.is(textOf(message(second, 1)), 'three');
  t.deepEqual(textsOf(everything(second, '#a')), ['three', '', 'two', null, '', 'three', null]);
});
