// The contract of the log, run on every implementation.
import test from 'ava';
import fc from 'fast-check';
import type { ChatEvent } from '../../src/chat/vocabulary.ts';
import type { PageRequest } from '../../src/store/event-log.ts';
import { MemoryLog } from '../../src/store/memory-log.ts';
import { draft, idOf, LOGS, whole } from '../helpers/logs.ts';

/** What a page is, said as plainly as can be. */
function expectedPage(
  all: readonly ChatEvent[],
  request: PageRequest,
): { events: readonly ChatEvent[]; more: boolean } {
  const { reaches, before, after, since, limit } = request;
  const mine = (events: readonly ChatEvent[]) =>
    events.filter(({ conversation, position }) =>
      reaches.some(each => each.conversation === conversation && each.from <= position && position <= each.to),
    );
  if (after !== undefined || since !== undefined) {
    const first =
      after !== undefined
        ? all.findIndex(event => event.position > after)
        : all.findIndex(event => event.time >= (since as number));
    const found = first < 0 ? [] : mine(all.slice(first));
    return { events: found.slice(0, limit), more: found.length > limit };
  }
  const found = mine(all.filter(event => before === undefined || event.position < before));
  return { events: found.slice(Math.max(0, found.length - limit)), more: found.length > limit };
}

for (const { name, runs, open } of LOGS) {
  test(`${name}: positions rise from the first to the last, and events are kept as they were given`, async t => {
    const log = await open(t);
    t.is(log.head, 0);
    const first = await log.append([draft(1), draft(2)]);
    const second = await log.append([draft(3)]);
    t.deepEqual(await log.append([]), []);
    const events = [...first, ...second];
    const positions = events.map(event => event.position);
    t.deepEqual(
      positions,
      [...new Set(positions)].sort((a, b) => a - b),
    );
    t.true((positions[0] as number) > 0);
    t.is(log.head, positions[2] as number);
    t.deepEqual(
      events.map(({ position: _, ...rest }) => rest),
      [draft(1), draft(2), draft(3)] as never,
    );
    t.deepEqual(log.page({ reaches: whole('#a'), limit: 10 }), { events, more: false });
    await log.close();
  });

  test(`${name}: an id is found for its account alone, with its position and time`, async t => {
    const log = await open(t);
    const [event] = await log.append([draft(1), draft(2, { account: 'bob', id: idOf(1) }), draft(3, { id: null })]);
    t.deepEqual(log.find('alice', idOf(1)), { position: event?.position as number, time: 1_001 });
    t.not(log.find('bob', idOf(1))?.position, event?.position);
    t.is(log.find('alice', idOf(9)), null);
    t.is(log.find('carol', idOf(1)), null);
    t.is(log.find('alice', ''), null);
    await log.close();
  });

  // Red when `before` includes its position, `more` looks at the limit alone, or `since` searches as if clocks only rose.
  test(`${name}: a page is what a plain search over everything finds`, async t => {
    const step = fc.record({
      conversation: fc.constantFrom('#a', '#b', '~c', '*'),
      clock: fc.integer({ min: -3, max: 5 }),
    });
    const range = fc.oneof(
      fc.record({}),
      fc.record({ before: fc.nat(70) }),
      fc.record({ after: fc.nat(70) }),
      fc.record({ since: fc.integer({ min: 900, max: 1_200 }) }),
    );
    const request = fc.record({
      range,
      conversations: fc.subarray(['#a', '#b', '~c', '*']),
      limit: fc.integer({ min: 1, max: 30 }),
    });
    await t.notThrowsAsync(
      fc.assert(
        fc.asyncProperty(
          fc.array(step, { maxLength: 60 }),
          fc.array(request, { maxLength: 12 }),
          async (steps, requests) => {
            const log = await open(t);
            let time = 1_000;
            const all: ChatEvent[] = [];
            for (const [n, { conversation, clock }] of steps.entries()) {
              time += clock;
              all.push(...(await log.append([draft(n, { conversation, time })])));
            }
            for (const { range: bounds, conversations, limit } of requests) {
              const wanted = { ...bounds, reaches: whole(...conversations), limit } as PageRequest;
              t.deepEqual(log.page(wanted), expectedPage(all, wanted));
            }
            await log.close();
          },
        ),
        { numRuns: runs },
      ),
    );
  });

  test(`${name}: paging through from either end gives every event once`, async t => {
    const log = await open(t);
    const all: ChatEvent[] = [];
    for (let n = 0; n < 100; n++) all.push(...(await log.append([draft(n, { conversation: n % 3 ? '#a' : '#b' })])));
    const reaches = whole('#a');
    const wanted = all.filter(event => event.conversation === '#a');
    const forward: ChatEvent[] = [];
    for (let after = 0, more = true; more; after = forward.at(-1)?.position ?? 0) {
      const page = log.page({ reaches, after, limit: 7 });
      forward.push(...page.events);
      more = page.more;
    }
    t.deepEqual(forward, wanted);
    const back: ChatEvent[] = [];
    for (let more = true; more; ) {
      const page = log.page({ reaches, limit: 7, ...(back[0] ? { before: back[0].position } : {}) });
      back.unshift(...page.events);
      more = page.more;
    }
    t.deepEqual(back, wanted);
    await log.close();
  });
}

// Red when the ids of what was dropped stay: memory would grow with every message ever sent.
test('the memory log keeps the newest events up to its capacity, and forgets the ids of the others', async t => {
  const log = new MemoryLog(100);
  for (let n = 0; n < 1_000; n++) await log.append([draft(n)]);
  const { events, more } = log.page({ reaches: whole('#a'), limit: 1_000 });
  t.false(more);
  t.true(events.length >= 100 && events.length <= 125);
  t.is(events.at(-1)?.position, 1_000);
  t.is(log.head, 1_000);
  t.is(log.find('alice', idOf(0)), null);
  t.is(log.find('alice', idOf(999))?.position, 1_000);
  t.is(log.find('alice', idOf(1_000 - events.length))?.position, events[0]?.position);
  t.is(log.find('alice', idOf(999 - events.length)), null);
});
