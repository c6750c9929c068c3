// The contract of the log: talk is forgotten in steps, the state's history never, and ids only after their time.
import test from 'ava';
import fc from 'fast-check';
import { type ChatEvent, type Draft, TALK } from '../../src/chat/vocabulary.ts';
import type { EventLog, ForgetRequest, ReceiptPlace } from '../../src/store/event-log.ts';
import { about, durable, everything, idOf, LOGS, other, said, textOf, textsOf, whole } from '../helpers/logs.ts';

const NEVER = 0;
const ALL: ForgetRequest['of'] = { rooms: 'all', except: [] };

/** All steps of one kind; gives how many there were of each. */
async function forget(log: EventLog, of: ForgetRequest['of'], before: number, changes: Partial<ForgetRequest> = {}) {
  const steps: number[] = [];
  for (let from: number | null = 0; from !== null; ) {
    const step: Awaited<ReturnType<EventLog['forget']>> = await log.forget({
      ...{ of, before, from, most: 1_000, answered: NEVER },
      ...changes,
    });
    steps.push(step.forgotten);
    from = step.next;
  }
  return steps;
}

async function forgetReceipts(log: EventLog, before: number, most = 1_000) {
  let forgotten = 0;
  for (let from: ReceiptPlace | null = null, first = true; first || from !== null; first = false) {
    const step: Awaited<ReturnType<EventLog['forgetReceipts']>> = await log.forgetReceipts({ before, from, most });
    forgotten += step.forgotten;
    from = step.next;
  }
  return forgotten;
}

const talkOfAll = (log: EventLog) =>
  textsOf(everything(log, '#a', '#b', '~c').filter(({ kind }) => kind === 'message'));

async function mixed(log: EventLog) {
  return log.append([
    said(1, 'a1'),
    other(2, { kind: 'joined' }),
    said(3, 'b1', { conversation: '#b' }),
    said(4, 'c1', { conversation: '~c', ...({ to: { account: 'bob', name: 'bob' } } as Partial<Draft>) }),
    said(5, 'a2'),
    other(6, { kind: 'broadcast', text: 'all' }, { conversation: '*' }),
    said(7, 'b2', { conversation: '#b' }),
    said(8, 'c2', { conversation: '~c' }),
    other(9, { kind: 'reacted', about: about(5), reaction: '👍', on: true }),
    said(10, 'a3'),
  ]);
}

for (const { name, runs, open } of LOGS) {
  test(`${name}: rooms, all but some, one room, private talk: each goes alone, up to its position`, async t => {
    const cases: readonly [ForgetRequest['of'], number, readonly string[]][] = [
      [ALL, 5, ['c1', 'a2', 'b2', 'c2', 'a3']],
      [{ rooms: 'all', except: ['#b'] }, 100, ['b1', 'c1', 'b2', 'c2']],
      [{ room: '#a' }, 10, ['b1', 'c1', 'b2', 'c2', 'a3']],
      ['private', 8, ['a1', 'b1', 'a2', 'b2', 'c2', 'a3']],
      ['private', 0, ['a1', 'b1', 'c1', 'a2', 'b2', 'c2', 'a3']],
    ];
    for (const [of, before, left] of cases) {
      const log = await open(t);
      await mixed(log);
      await forget(log, of, before);
      t.deepEqual(talkOfAll(log), left);
      await log.close();
    }
  });

  // Red when what the state follows from goes too, or what was found by its words, id or place is still there.
  test(`${name}: what was forgotten is in no page, search, count or answer; the state’s history stays`, async t => {
    const log = await open(t);
    const events = await mixed(log);
    const history = [...log.history()];
    t.deepEqual(await forget(log, ALL, 100), [6]);
    t.deepEqual([...log.history()], history);
    t.deepEqual(log.talks(), [{ conversation: '~c', one: 'alice', other: 'bob' }]);
    t.deepEqual(everything(log, '#a', '#b'), [events[1]] as ChatEvent[]);
    t.is(everything(log, '*').length, 1);
    for (const text of ['a1', 'b2', 'a3']) {
      t.deepEqual(log.search({ text, reaches: whole('#a', '#b'), from: null, limit: 9 }).events, []);
    }
    t.is(log.message('alice', idOf(1)), null);
    t.is(log.count(whole('#a', '#b'), 0, 99), 1);
    t.is(log.last(whole('#b')), 0);
    t.is(log.last(whole('#a')), events[1]?.position ?? 0);
    t.deepEqual(log.weigh('#b', 0, 'alice'), { messages: 0, bytes: 0 });
    t.is(textOf(log.message('alice', idOf(8))), 'c2');
    t.is(log.positionBefore(1_010), events[7]?.position ?? 0);
    // A late repeat is still known.
    t.deepEqual(log.find('alice', idOf(1)), { position: events[0]?.position ?? 0, time: 1_001 });
    t.is(log.head, events.at(-1)?.position ?? 0);
    const [next] = await log.append([said(11, 'a4')]);
    t.true((next?.position ?? 0) > (events.at(-1)?.position ?? 0));
    t.deepEqual(talkOfAll(log), ['c1', 'c2', 'a4']);
  });

  // Red when a step looks at more than it was told, or the next one begins behind what the last one left.
  test(`${name}: a step looks at so many events and no more, and the next one goes on there`, async t => {
    const log = await open(t);
    await log.append(
      Array.from({ length: 25 }, (_, n) => (n % 5 === 0 ? other(n, { kind: 'joined' }) : said(n, `t${n}`))),
    );
    t.deepEqual(await forget(log, ALL, 24, { most: 10 }), [8, 8, 2]);
    t.deepEqual(talkOfAll(log), ['t23', 't24']);
    t.deepEqual(await forget(log, ALL, 24, { most: 10 }), [0]);
    const { next } = await log.forget({ of: ALL, before: 100, from: 25, most: 10, answered: NEVER });
    t.is(next, null);
    t.deepEqual(talkOfAll(log), ['t23']);
  });

  // Red when an id goes before its time, or with an event that is kept, or stays after both have gone.
  test(`${name}: an id is known as long as its event, and until its time`, async t => {
    const log = await open(t);
    await log.append([
      ...Array.from({ length: 20 }, (_, n) => said(n, `t${n}`)),
      said(30, 'b', { conversation: '#b' }),
    ]);
    const known = () => Array.from({ length: 20 }, (_, n) => n).filter(n => log.find('alice', idOf(n)) !== null);
    t.is(await forgetReceipts(log, 5_000), 0);
    // Of the first ten, those that were answered before 1,005 go at once.
    await forget(log, ALL, 11, { answered: 1_005 });
    t.deepEqual(known(), [5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    t.is(await forgetReceipts(log, 1_008, 2), 3);
    t.deepEqual(known(), [8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    t.is(await forgetReceipts(log, 5_000, 3), 2);
    t.deepEqual(known(), [10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    t.is(textOf(log.message('alice', idOf(15))), 't15');
    t.not(log.find('alice', idOf(30)), null);
  });

  test(`${name}: ids that were answered at one time are all passed, however small the steps`, async t => {
    const log = await open(t);
    const drafts = Array.from({ length: 12 }, (_, n) =>
      said(n, 'x', { time: 1_000, account: n % 2 ? 'alice' : 'bob' }),
    );
    await log.append(drafts);
    await forget(log, ALL, 100);
    t.is(await forgetReceipts(log, 1_000, 5), 0);
    t.is(await forgetReceipts(log, 1_001, 5), 12);
    t.is(log.find('alice', idOf(1)), null);
  });

  test(`${name}: a change of what was forgotten changes nothing`, async t => {
    const log = await open(t);
    await log.append([said(1, 'one'), said(2, 'two')]);
    await forget(log, ALL, 2);
    await log.append([
      other(3, { kind: 'edited', about: about(1), body: { kind: 'text', text: 'one again' } }),
      other(4, { kind: 'deleted', about: about(1) }),
    ]);
    t.is(log.message('alice', idOf(1)), null);
    t.is(textOf(log.message('alice', idOf(2))), 'two');
    t.deepEqual(log.search({ text: 'one', reaches: whole('#a'), from: null, limit: 9 }).events, []);
  });

  test(`${name}: what is left is what a plain look leaves, in whatever steps`, async t => {
    const event = fc.record({
      conversation: fc.constantFrom('#a', '#b', '#c', '~c', '*'),
      kind: fc.constantFrom('message', 'edited', 'deleted', 'reacted', 'joined', 'topic'),
    });
    const request = fc.record({
      of: fc.oneof(
        fc.constant('private' as const),
        fc.subarray(['#a', '#b']).map(except => ({ rooms: 'all' as const, except })),
        fc.constantFrom('#a', '#c', '#d').map(room => ({ room })),
      ),
      before: fc.nat(45),
      most: fc.integer({ min: 1, max: 20 }),
    });
    await t.notThrowsAsync(
      fc.assert(
        fc.asyncProperty(
          fc.array(event, { maxLength: 40 }),
          fc.array(request, { maxLength: 4 }),
          async (steps, requests) => {
            const log = await open(t);
            const drafts = steps.map(({ conversation, kind }, n) => {
              const changes = { conversation, time: 1_000 };
              if (kind === 'message') return said(n, 'x', changes);
              if (kind === 'topic') return other(n, { kind, text: 'x' }, changes);
              if (kind === 'joined') return other(n, { kind }, changes);
              if (kind === 'deleted') return other(n, { kind, about: about(99) }, changes);
              if (kind === 'edited')
                return other(n, { kind, about: about(99), body: { kind: 'text', text: 'x' } }, changes);
              return other(n, { kind: 'reacted', about: about(99), reaction: 'x', on: true }, changes);
            });
            let left = await log.append(drafts);
            for (const { of, before, most } of requests) {
              await forget(log, of, before, { most });
              left = left.filter(({ conversation, kind, position }) => {
                const meant =
                  of === 'private'
                    ? conversation[0] === '~'
                    : 'room' in of
                      ? conversation === of.room
                      : conversation[0] === '#' && !of.except.includes(conversation);
                return !(meant && position < before && TALK.includes(kind));
              });
              t.deepEqual(everything(log, '#a', '#b', '#c', '~c', '*'), left);
            }
            await log.close();
          },
        ),
        { numRuns: runs },
      ),
    );
  });
}

// Red when the highest position is looked for only among what is kept: positions would be given twice.
test('sqlite: positions rise on after everything was forgotten and the log was opened again', async t => {
  const { open } = await durable(t);
  const first = await open();
  await first.append([said(1, 'one', { time: 9_000 }), said(2, 'two')]);
  await forget(first, ALL, 100);
  await forgetReceipts(first, 10_000);
  t.is(first.find('alice', idOf(1)), null);
  await first.close();
  const second = await open();
  t.is(second.head, 2);
  t.is(second.latest, 9_000);
  const [event] = await second.append([said(1, 'three')]);
  t.is(event?.position, 3);
  t.is(second.positionBefore(9_000), 0);
});

// Red when what is free in the file counts. What is left is the index of words: it gives back room as it grows again.
test('sqlite: the log takes less room by what was forgotten', async t => {
  const { open } = await durable(t);
  const log = await open();
  const words = Array.from({ length: 200 }, (_, n) => `word${n}`);
  for (let at = 0; at < 6_000; at += 500) {
    await log.append(
      Array.from({ length: 500 }, (_, n) => said(at + n, words.slice((at + n) % 190, ((at + n) % 190) + 10).join(' '))),
    );
  }
  const full = log.size();
  await forget(log, ALL, 3_000, { answered: 1e12, most: 500 });
  t.true(log.size() < full * 0.75, `${log.size()} of ${full}`);
  await forget(log, ALL, 7_000, { answered: 1e12, most: 500 });
  t.true(log.size() < full * 0.4, `${log.size()} of ${full}`);
  t.is(log.count(whole('#a'), 0, 10), 0);
});
