// The contract of the log: parts of conversations. What stands outside of them is not there, for pages, counts and the newest.
import test from 'ava';
import fc from 'fast-check';
import { ENDLESS, type Reach } from '../../src/chat/access.ts';
import type { ChatEvent, Draft } from '../../src/chat/vocabulary.ts';
import type { EventLog, PageRequest } from '../../src/store/event-log.ts';
import { about, draft, LOGS, other, said, whole } from '../helpers/logs.ts';

const NAMES = ['#a', '#b', '~c', '*'];

/** Parts of one conversation in rising order, with gaps between them; the last one may go on. */
const parts = (conversation: string): fc.Arbitrary<Reach[]> =>
  fc.tuple(fc.uniqueArray(fc.nat(70), { maxLength: 6 }), fc.boolean()).map(([edges, endless]) => {
    const sorted = edges.sort((a, b) => a - b);
    const found: Reach[] = [];
    for (let at = 0; at + 1 < sorted.length; at += 2) {
      found.push({ conversation, from: sorted[at] as number, to: sorted[at + 1] as number });
    }
    const last = found.at(-1);
    if (endless && last) found[found.length - 1] = { ...last, to: ENDLESS };
    return found;
  });

const reaches = fc.tuple(...NAMES.map(parts)).chain(all => fc.shuffledSubarray(all.flat(), { minLength: 0 }));

const written = fc.array(
  fc.record({
    conversation: fc.constantFrom(...NAMES),
    account: fc.constantFrom('alice', 'bob'),
    talk: fc.boolean(),
    clock: fc.integer({ min: -3, max: 5 }),
  }),
  { maxLength: 60 },
);

async function filled(log: EventLog, steps: typeof written extends fc.Arbitrary<infer T> ? T : never) {
  let time = 1_000;
  const drafts: Draft[] = [];
  for (const [n, { conversation, account, talk, clock }] of steps.entries()) {
    time += clock;
    drafts.push(
      talk ? draft(n, { conversation, account, time }) : other(n, { kind: 'joined' }, { conversation, account, time }),
    );
  }
  return log.append(drafts);
}

const within = (event: ChatEvent, wanted: readonly Reach[]) =>
  wanted.some(({ conversation, from, to }) => {
    return event.conversation === conversation && from <= event.position && event.position <= to;
  });

for (const { name, runs, open } of LOGS) {
  // Red when a part's end is left out, its beginning is, the next part of the same conversation is forgotten, or `more`
  // looks beyond the parts.
  test(`${name}: a page of parts is what a plain search through them finds, in either direction`, async t => {
    const range = fc.oneof(
      fc.record({}),
      fc.record({ before: fc.nat(70) }),
      fc.record({ after: fc.nat(70) }),
      fc.record({ since: fc.integer({ min: 950, max: 1_150 }) }),
    );
    const request = fc.record({ range, reaches, limit: fc.integer({ min: 1, max: 20 }) });
    await t.notThrowsAsync(
      fc.assert(
        fc.asyncProperty(written, fc.array(request, { maxLength: 20 }), async (steps, requests) => {
          const log = await open(t);
          const all = await filled(log, steps);
          for (const { range: bounds, ...rest } of requests) {
            const wanted: PageRequest = { ...bounds, ...rest };
            const { before = ENDLESS, after, since } = wanted;
            const mine = all.filter(event => within(event, wanted.reaches));
            const first = since === undefined ? 0 : (all.find(event => event.time >= since)?.position ?? ENDLESS);
            if (after !== undefined || since !== undefined) {
              const beyond = mine.filter(({ position }) => position > (after ?? 0) && position >= first);
              const expected = { events: beyond.slice(0, wanted.limit), more: beyond.length > wanted.limit };
              t.deepEqual(log.page(wanted), expected);
            } else {
              const below = mine.filter(({ position }) => position < before);
              const expected = { events: below.slice(-wanted.limit), more: below.length > wanted.limit };
              t.deepEqual(log.page(wanted), expected);
            }
          }
          await log.close();
        }),
        { numRuns: runs },
      ),
    );
  });

  // Red when the count ignores the end of a part, counts what is no message, or goes on above `most`.
  test(`${name}: what is counted and what is newest lies within the parts`, async t => {
    const request = fc.record({
      reaches,
      after: fc.nat(70),
      most: fc.integer({ min: 1, max: 20 }),
      notBy: fc.option(fc.constantFrom('alice', 'bob', 'carol'), { nil: undefined }),
    });
    await t.notThrowsAsync(
      fc.assert(
        fc.asyncProperty(written, fc.array(request, { maxLength: 20 }), async (steps, requests) => {
          const log = await open(t);
          const all = await filled(log, steps);
          for (const { reaches: wanted, after, most, notBy } of requests) {
            const mine = all.filter(event => within(event, wanted));
            const counted = mine.filter(({ kind, account, position }) => {
              return position > after && (notBy === undefined || (kind === 'message' && account !== notBy));
            });
            t.is(log.count(wanted, after, most, notBy), Math.min(most, counted.length));
            t.is(log.last(wanted), mine.at(-1)?.position ?? 0);
          }
          await log.close();
        }),
        { numRuns: runs },
      ),
    );
  });

  // Red when another conversation's or another author's count, what was taken back still weighs, or bytes are counted as letters.
  test(`${name}: what one said and did in a conversation is weighed above a position, in bytes`, async t => {
    const log = await open(t);
    const [first] = await log.append([
      said(1, 'four', { conversation: '~c' }),
      said(2, '中文', { conversation: '~c' }),
      said(3, 'xx', { conversation: '~c', account: 'bob' }),
      said(4, 'elsewhere', { conversation: '~d' }),
      draft(5, { conversation: '~c', body: { kind: 'sealed', bytes: new Uint8Array(10) } }),
    ]);
    t.deepEqual(log.weigh('~c', 0, 'alice'), { messages: 3, bytes: 4 + 6 + 10 });
    t.deepEqual(log.weigh('~c', first?.position ?? 0, 'alice'), { messages: 2, bytes: 16 });
    const talk = { conversation: '~c' };
    await log.append([
      other(6, { kind: 'edited', about: about(1), body: { kind: 'text', text: 'fives' } }, talk),
      other(7, { kind: 'reacted', about: about(1), reaction: 'x', on: true }, talk),
      other(8, { kind: 'deleted', about: about(2) }, talk),
    ]);
    t.deepEqual(log.weigh('~c', 0, 'alice'), { messages: 5, bytes: 5 + 0 + 10 + 5 });
    t.deepEqual(log.weigh('~c', log.head, 'alice'), { messages: 0, bytes: 0 });
    t.deepEqual(log.weigh('~c', 0, 'carol'), { messages: 0, bytes: 0 });
  });

  // Red when times are trusted to rise, or the position of the event at that very time is given.
  test(`${name}: the last event before a time is found also where the clock was set back`, async t => {
    const log = await open(t);
    t.is(log.positionBefore(1_000), 0);
    t.is(log.latest, 0);
    const times = [100, 200, 900, 150, 160, 950, 300];
    const events = await log.append(times.map((time, n) => draft(n, { time })));
    const at = (index: number) => events[index]?.position ?? 0;
    t.is(log.latest, 950);
    t.is(log.positionBefore(50), 0);
    t.is(log.positionBefore(100), 0);
    t.is(log.positionBefore(101), at(0));
    t.is(log.positionBefore(170), at(0));
    t.is(log.positionBefore(900), at(1));
    // What came after the late one counts as late as that.
    t.is(log.positionBefore(901), at(4));
    t.is(log.positionBefore(950), at(4));
    t.is(log.positionBefore(951), at(6));
  });
}

test('a page of a thousand parts has each of them once', async t => {
  const log = await (LOGS[1] as (typeof LOGS)[number]).open(t);
  await log.append(Array.from({ length: 2_000 }, (_, n) => draft(n)));
  const every = Array.from({ length: 1_000 }, (_, n) => ({ conversation: '#a', from: n * 2 + 1, to: n * 2 + 1 }));
  const { events, more } = log.page({ reaches: every, limit: 600 });
  t.true(more);
  t.deepEqual(
    events.map(({ position }) => position),
    Array.from({ length: 600 }, (_, n) => (n + 400) * 2 + 1),
  );
  t.is(log.count(every, 0, 5_000), 1_000);
  t.is(log.last(every), 1_999);
  t.is(log.page({ reaches: whole('#b'), limit: 1 }).events.length, 0);
});
