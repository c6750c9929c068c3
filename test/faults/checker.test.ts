// The checker itself: it finds nothing in a true story, and each lie that it is there to find.
import test from 'ava';
import { check, type Evidence, type Line, type Rule, type Sent, summary } from '../helpers/checker.ts';

const sent = (n: number, account: string, conversation: string, outcome: Sent['outcome']): Sent => ({
  id: `id-${n}`,
  account,
  conversation,
  text: `text ${n}`,
  outcome,
});
const line = (n: number, position: number, account: string, conversation: string): Line => ({
  position,
  id: `id-${n}`,
  account,
  conversation,
  text: `text ${n}`,
});

/** alice and bob in #a, alice to herself in ~notes; one is refused, of one nobody knows, and it was kept. */
const LINES = [
  line(1, 11, 'alice', '#a'),
  line(2, 14, 'bob', '#a'),
  line(3, 15, 'alice', '#a'),
  line(4, 20, 'bob', '#a'),
];
const NOTE = line(6, 17, 'alice', '~notes');
const STORY: Evidence = {
  sent: [
    sent(1, 'alice', '#a', { is: 'ok', position: 11 }),
    sent(2, 'bob', '#a', { is: 'ok', position: 14 }),
    sent(3, 'alice', '#a', { is: 'ok', position: 15 }),
    sent(5, 'alice', '#a', { is: 'refused', code: 'storage-full' }),
    sent(6, 'alice', '~notes', { is: 'ok', position: 17 }),
    sent(4, 'bob', '#a', { is: 'unknown' }),
    sent(7, 'bob', '#a', { is: 'unknown' }),
  ],
  histories: [[...LINES.slice(0, 3), NOTE, LINES[3]!], LINES],
  streams: [
    { who: 'alice', conversations: new Set(['#a', '~notes']), from: 0, lines: [...LINES.slice(0, 3), NOTE, LINES[3]!] },
    { who: 'bob, from 12 on', conversations: new Set(['#a']), from: 12, lines: LINES.slice(1) },
  ],
};

const both = (lines: readonly Line[]): Evidence => ({ ...STORY, histories: [lines], streams: [] });
const seen = (lines: readonly Line[]): Evidence => ({
  ...STORY,
  streams: [{ who: 'bob', conversations: new Set(['#a']), from: 0, lines }],
});
const [first, second, third, fourth] = LINES as [Line, Line, Line, Line];
const all = [first, second, third, NOTE, fourth];

/** What is told, and the rules that it breaks: those and no others. */
const LIES: readonly (readonly [string, Evidence, readonly Rule[]])[] = [
  ['an acked message is gone', both([first, third, NOTE, fourth]), ['lost']],
  ['the history is empty', { ...STORY, histories: [[]], streams: [] }, ['lost']],
  ['there is one that nobody sent', both([...all, line(99, 21, 'bob', '#a')]), ['phantom']],
  ['there is one without an id', both([...all, { ...fourth, position: 21, id: null }]), ['phantom']],
  ['a message is kept twice', both([...all, { ...first, position: 21 }]), ['double']],
  ['a page repeats a line', both([first, first, second, third, NOTE, fourth]), ['double']],
  [
    'a message stands elsewhere than its ack said',
    both([{ ...first, position: 10 }, second, third, NOTE, fourth]),
    ['moved'],
  ],
  ['a message has other words', both([{ ...first, text: 'no' }, second, third, NOTE, fourth]), ['changed']],
  ['a message has another author', both([first, second, third, NOTE, { ...fourth, account: 'eve' }]), ['changed']],
  ['a message is in another room', both([first, { ...second, conversation: '#b' }, third, NOTE, fourth]), ['changed']],
  [
    'a refused message is there',
    both([first, second, third, line(5, 16, 'alice', '#a'), NOTE, fourth]),
    ['kept though refused'],
  ],
  ['pages come in disorder', both([second, first, third, NOTE, fourth]), ['order']],
  [
    'two see different things at one position',
    { ...both(all), histories: [all, [{ ...fourth, id: 'id-7' }]] },
    ['order', 'changed'],
  ],
  [
    'a sender is turned round',
    {
      ...both([line(4, 11, 'bob', '#a'), line(2, 14, 'bob', '#a')]),
      sent: [sent(2, 'bob', '#a', { is: 'ok', position: 14 }), sent(4, 'bob', '#a', { is: 'unknown' })],
    },
    ['order of a sender'],
  ],
  ['a member misses one', seen([first, third, fourth]), ['missed']],
  ['a member misses the last', seen([first, second, third]), ['missed']],
  ['a member sees one twice', seen([first, second, second, third, fourth]), ['shown twice']],
  ['a member sees disorder', seen([second, first, third, fourth]), ['order']],
  ['a member sees what is not there', seen([...LINES, line(7, 22, 'bob', '#a')]), ['shown wrongly']],
  ['a member sees other words', seen([first, { ...second, text: 'no' }, third, fourth]), ['shown wrongly']],
  ['a member sees a talk of others', seen([...LINES.slice(0, 3), NOTE, fourth]), ['shown wrongly']],
];

test('a true story has no faults', t => {
  t.deepEqual(summary(check(STORY)), []);
});

for (const [what, evidence, rules] of LIES) {
  test(`found: ${what}`, t => {
    const found = new Set(check(evidence).map(fault => fault.rule));
    t.deepEqual(found, new Set(rules), summary(check(evidence)).join('\n'));
  });
}
