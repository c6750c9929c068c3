// The client at sizes from 40×10 to 200×60, and while it is being resized.
import test from 'ava';
import { joined, say, serverFor } from '../helpers/people.ts';

for (const [columns, rows] of [
  [40, 10],
  [80, 24],
  [100, 30],
  [200, 60],
] as const) {
  test(`people talk at ${columns}×${rows}`, async t => {
    const server = await serverFor(t);
    const alice = await joined(t, server, 'alice');
    const bob = await joined(t, server, 'bob', { columns, rows });
    say(alice, '中文 and 🎉 and a line that is long enough to be wrapped at the smallest of all sizes');
    await bob.waitFor(/中文 and 🎉/);
    say(bob, 'seen');
    await alice.waitFor(/bob\s+seen/);
    t.true(bob.screen().every(row => row.length <= columns));
  });
}

test('a resize repaints everything, however fast sizes follow each other', async t => {
  const server = await serverFor(t);
  const alice = await joined(t, server, 'alice');
  say(alice, 'a landmark');
  await alice.waitFor('a landmark');
  for (const [columns, rows] of [
    [60, 15],
    [140, 40],
    [40, 10],
    [30, 8],
    [100, 30],
  ] as const)
    alice.resize(columns, rows);
  await alice.waitFor(screen => screen.length === 30 && screen.some(row => /alice\s+a landmark/.test(row)));
  await alice.waitFor(/F1/);
  t.pass();
});
