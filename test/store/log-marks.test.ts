// The contract of the log: marks of what accounts did apart from talking, and the server's own facts.
import test from 'ava';
import fc from 'fast-check';
import type { EventLog, Mark } from '../../src/store/event-log.ts';
import { draft, durable, LOGS } from '../helpers/logs.ts';

const mark = (value: number, changes: Partial<Mark> = {}): Mark => ({
  account: 'alice',
  conversation: '#a',
  kind: 'read',
  value,
  ...changes,
});

/** In an order of their own. */
const sorted = (marks: readonly Mark[]) =>
  marks.map(({ account, conversation, kind, value }) => `${account} ${conversation} ${kind} ${value}`).toSorted();
const of = (log: EventLog, account: string) => sorted(log.marks({ account }));

for (const { name, runs, open } of LOGS) {
  // Red when a mark may fall, or is seen only once it is on the disk.
  test(`${name}: marks only rise, and are seen at once`, async t => {
    const log = await open(t);
    t.deepEqual(log.marks({ account: 'alice' }), []);
    log.mark([mark(5), mark(3), mark(7, { kind: 'stored', conversation: '*' })]);
    t.deepEqual(of(log, 'alice'), ['alice #a read 5', 'alice * stored 7']);
    await log.append([draft(1)]);
    log.mark([mark(4), mark(6, { kind: 'stored', conversation: '*' })]);
    t.deepEqual(of(log, 'alice'), ['alice #a read 5', 'alice * stored 7']);
    await log.append([draft(2)]);
    log.mark([mark(9), mark(1, { account: 'bob' })]);
    t.deepEqual(of(log, 'alice'), ['alice #a read 9', 'alice * stored 7']);
    t.deepEqual(of(log, 'bob'), ['bob #a read 1']);
    t.deepEqual(of(log, 'carol'), []);
  });

  test(`${name}: marks are told by account or by kind`, async t => {
    const log = await open(t);
    log.mark([mark(1), mark(2, { account: 'bob' }), mark(3, { kind: 'seen', conversation: '*' })]);
    await log.append([draft(1)]);
    log.mark([mark(4, { account: 'bob', kind: 'seen', conversation: '*' }), mark(5, { conversation: '#b' })]);
    t.deepEqual(sorted(log.marks({ kind: 'seen' })), ['alice * seen 3', 'bob * seen 4']);
    t.deepEqual(sorted(log.marks({ kind: 'read' })), ['alice #a read 1', 'alice #b read 5', 'bob #a read 2']);
    t.deepEqual(log.marks({ kind: 'fetched' }), []);
  });

  test(`${name}: marks are the highest of what was said, whatever was kept meanwhile`, async t => {
    const one = fc.record({
      account: fc.constantFrom('alice', 'bob'),
      conversation: fc.constantFrom('#a', '*'),
      kind: fc.constantFrom<Mark['kind']>('read', 'stored', 'fetched', 'seen'),
      value: fc.nat(20),
    });
    const step = fc.oneof(fc.array(one, { maxLength: 4 }), fc.constant('append' as const));
    await t.notThrowsAsync(
      fc.assert(
        fc.asyncProperty(fc.array(step, { maxLength: 30 }), async steps => {
          const log = await open(t);
          const highest = new Map<string, Mark>();
          const appends: Promise<unknown>[] = [];
          for (const [n, each] of steps.entries()) {
            if (each === 'append') {
              await appends.at(-1);
              // Not awaited yet: what is on its way is seen too.
              appends.push(log.append([draft(n)]));
              continue;
            }
            log.mark(each);
            for (const { account, conversation, kind, value } of each) {
              const key = `${account} ${conversation} ${kind}`;
              if ((highest.get(key)?.value ?? -1) < value) highest.set(key, { account, conversation, kind, value });
            }
            for (const account of ['alice', 'bob']) {
              const expected = [...highest.values()].filter(mine => mine.account === account);
              t.deepEqual(of(log, account), sorted(expected));
            }
          }
          await Promise.all(appends);
          await log.close();
        }),
        { numRuns: runs },
      ),
    );
  });

  test(`${name}: facts stay as they were set last`, async t => {
    const log = await open(t);
    t.is(log.fact('clock'), null);
    await log.setFact('clock', '1');
    await log.setFact('clock', '2');
    await log.setFact('other', '');
    t.is(log.fact('clock'), '2');
    t.is(log.fact('other'), '');
  });
}

// Red when marks are kept only together with events.
test('sqlite: marks and facts are there after a close, without any event', async t => {
  const { open } = await durable(t);
  const first = await open();
  first.mark([mark(5), mark(6, { kind: 'seen', conversation: '*' })]);
  await first.setFact('clock', '42');
  const { id } = first;
  await first.close();
  first.mark([mark(99)]);
  const second = await open();
  t.is(second.id, id);
  t.deepEqual(of(second, 'alice'), ['alice #a read 5', 'alice * seen 6']);
  second.mark([mark(4)]);
  await second.close();
  const third = await open();
  t.deepEqual(of(third, 'alice'), ['alice #a read 5', 'alice * seen 6']);
  t.is(third.fact('clock'), '42');
});
