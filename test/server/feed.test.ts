// The live log's lines: at once when it is quiet, in batches when it is not, and of more talk than a log can follow the newest.
// Seen red: a flush a turn of the loop; what is no talk left out with it; a count that is off by what had been saved up.
import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import type { ChatEvent } from '../../src/chat/vocabulary.ts';
import { FEED_LINES, FEED_PAUSE } from '../../src/limits.ts';
import { Feed, type LogEntry } from '../../src/server/feed.ts';
import { fakeClock } from '../helpers/fake-clock.ts';

function said(n: number): ChatEvent {
  const body = { kind: 'text', text: `n${n}` } as const;
  const head = { position: n, time: 1, conversation: '#lobby', account: 'a', from: 'ann', id: null };
  return { ...head, kind: 'message', body, action: false };
}

const saying = (count: number) => Array.from({ length: count }, (_, n) => said(n));
const joined: ChatEvent = {
  ...{ position: 1, time: 1, conversation: '#lobby', account: 'a', from: 'ann', id: null },
  kind: 'joined',
};

function scene() {
  const clock = fakeClock();
  const feed = new Feed(clock);
  const batches: (readonly LogEntry[])[] = [];
  feed.listen(entries => batches.push(entries));
  return { clock, feed, batches };
}

test('a line after some quiet goes out at once, and what follows soon goes out together', async t => {
  const { clock, feed, batches } = scene();
  feed.events([said(1)]);
  await turn();
  t.is(batches.length, 1);
  for (let n = 0; n < 10; n++) {
    feed.events([said(n)]);
    await turn();
  }
  t.is(batches.length, 1);
  clock.advance(FEED_PAUSE - 1);
  t.is(batches.length, 1);
  clock.advance(1);
  t.deepEqual(
    batches[1]?.map(({ text }) => text),
    saying(10).map((_, n) => `n${n}`),
  );
  clock.advance(FEED_PAUSE);
  t.is(batches.length, 2, 'nothing comes of nothing');
});

test('of too much talk the newest is shown, all that is none, and how much is left out', async t => {
  const { clock, feed, batches } = scene();
  feed.events([...saying(FEED_LINES + 7), joined]);
  await turn();
  const [all = []] = batches;
  t.like(all[0], { kind: 'warning', code: 'lines-missed', params: { count: 7 } });
  t.is(all.length, 1 + FEED_LINES + 1);
  t.is(all[1]?.text, 'n7');
  t.is(all.at(-1)?.kind, 'joined');
  // Within the next pause there is as much again as a second has of it.
  feed.events([joined, ...saying(500)]);
  clock.advance(FEED_PAUSE);
  const share = (FEED_LINES * FEED_PAUSE) / 1_000;
  t.like(batches[1]?.[0], { params: { count: 500 - share } });
  t.deepEqual(
    batches[1]?.slice(1).map(({ kind, text }) => text ?? kind),
    [
      'joined',
      ...saying(500)
        .map((_, n) => `n${n}`)
        .slice(-share),
    ],
  );
});

test('twice what a log has to keep up with is shown whole', async t => {
  const { clock, feed, batches } = scene();
  for (let at = 0; at < 10_000; at += FEED_PAUSE) {
    feed.events(saying((FEED_LINES * FEED_PAUSE) / 1_000));
    await turn();
    clock.advance(FEED_PAUSE);
  }
  t.is(batches.flat().length, FEED_LINES * 10);
  t.false(batches.flat().some(({ kind }) => kind === 'warning'));
});

test('nothing is held for nobody', async t => {
  const clock = fakeClock();
  const feed = new Feed(clock);
  feed.events(saying(10));
  const batches: (readonly LogEntry[])[] = [];
  feed.listen(entries => batches.push(entries));
  await turn();
  t.is(batches.length, 0);
  t.is(clock.pending, 0);
});
