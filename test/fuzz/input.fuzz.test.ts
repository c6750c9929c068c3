// Keys, pastes, mouse reports and replies however they are cut: the same events. Recorded sequences in every chunking,
// random ones at random places; long with TCHAT_FUZZ, repeated with TCHAT_SEED.
import test from 'ava';
import fc from 'fast-check';
import { type InputEvent, InputTokeniser } from '../../src/tui/kit/input.ts';
import { cases, pick, random, SEED } from '../helpers/tier.ts';

/** As terminals send them: short ones, for every chunking is tried. */
const RECORDED: Readonly<Record<string, string>> = {
  'an arrow with Ctrl': '\x1b[1;5C',
  'an arrow in application mode, a letter': '\x1bOAx',
  'Alt and a letter with an accent': '\x1bé',
  'Alt and an arrow of rxvt': '\x1b\x1b[A',
  'F5, Delete': '\x1b[15~\x1b[3~',
  'a function key of the Linux console': '\x1b[[Ea',
  'a key of kitty’s protocol': '\x1b[97:65;6u',
  'text of kitty’s protocol': '\x1b[0;;12371u',
  'a key of modifyOtherKeys': '\x1b[27;5;13~',
  'a press and a release': '\x1b[<0;5;6M',
  'the wheel': '\x1b[<64;12;3M',
  'an old mouse report': '\x1b[M !!a',
  'an old mouse report in UTF-8': '\x1b[M \u00e9!a',
  'an emoji of several points': '👍🏽é',
  'words in scripts': 'ä中ab',
  'focus comes, Enter': '\x1b[I\r',
  'a short paste': '\x1b[200~é\x1b[201~',
  'the place of the cursor': '\x1b[12;40R',
  'a colour': '\x1b]11;rgb:f/0/8\x07',
  'a terminal’s name': '\x1bP>|x\x1b\\a',
  'a sequence broken off by another': '\x1b[1;\x1b[B',
  'Tab, Backspace, Ctrl-A': '\t\x7f\x01',
  'what is no UTF-8': '\u00ff\ud800a',
};

/** Bytes up to which every chunking of a recorded sequence is tried: 2^(n - 1) of them. */
const EVERY_CHUNKING = 14;

const encode = (text: string) => new TextEncoder().encode(text);

/** The events of bytes cut at these offsets, neighbouring texts as one: how a run is cut into events depends on reads. */
function eventsOf(bytes: Uint8Array, cuts: readonly number[]): readonly InputEvent[] {
  const tokeniser = new InputTokeniser();
  const events: InputEvent[] = [];
  let from = 0;
  for (const cut of [...cuts, bytes.length]) {
    events.push(...tokeniser.push(bytes.subarray(from, cut)));
    from = cut;
  }
  events.push(...tokeniser.flush());
  const joined: InputEvent[] = [];
  for (const event of events) {
    const last = joined.at(-1);
    if (event.type === 'text' && last?.type === 'text')
      joined[joined.length - 1] = { type: 'text', text: last.text + event.text };
    else joined.push(event);
  }
  return joined;
}

/** Offsets at which the bits of a number cut. */
function cutsOf(bits: number, length: number): readonly number[] {
  return Array.from({ length: length - 1 }, (_, at) => at + 1).filter(at => ((bits >> (at - 1)) & 1) === 1);
}

// Broken once by a tokeniser that decodes each read on its own (letters of several bytes), and by one that takes an
// Escape at the end of a read for the key.
test('recorded keys, pastes, mouse reports and replies are the same in every chunking', t => {
  for (const [name, text] of Object.entries(RECORDED)) {
    const bytes = encode(text);
    const expected = eventsOf(bytes, []);
    t.true(expected.length > 0, name);
    for (const cuts of chunkings(bytes.length)) {
      const found = eventsOf(bytes, cuts);
      // Compared as text: there are many of them.
      if (JSON.stringify(found) !== JSON.stringify(expected)) t.deepEqual(found, expected, `${name}: ${cuts.join()}`);
    }
  }
});

/** All ways to cut so many bytes; of long ones all with one or two cuts, and each byte alone. */
function* chunkings(length: number): Generator<readonly number[]> {
  if (length <= EVERY_CHUNKING) {
    for (let bits = 1; bits < 2 ** (length - 1); bits++) yield cutsOf(bits, length);
    return;
  }
  for (let one = 1; one < length; one++) {
    for (let two = one + 1; two <= length; two++) yield two === length ? [one] : [one, two];
  }
  yield cutsOf(-1, length);
}

const RUNS = cases(400, 40_000);
const pieces = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...Object.values(RECORDED)).map(encode) },
  { weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 6 }).map(encode) },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 6 }) },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(
        '\x1b',
        '\x1b[',
        '\x1b]',
        '\x1bP',
        '\x1b_',
        '\x1b[200~',
        '\x1b[201~',
        '\x07',
        '\x18',
        '\x1b[M',
        '\x1bO',
      )
      .map(encode),
  },
);

test(`random sequences are the same however they are cut (seed ${SEED}, ${RUNS} runs)`, t => {
  const next = random(SEED);
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 14 }), parts => {
      const bytes = Buffer.concat(parts);
      const expected = JSON.stringify(eventsOf(bytes, []));
      const offsets = Array.from({ length: Math.max(0, bytes.length - 1) }, (_, at) => at + 1);
      const density = pick([0.05, 0.2, 0.5, 1], next);
      const cuts = offsets.filter(() => next() < density);
      t.is(JSON.stringify(eventsOf(bytes, cuts)), expected, `cut at ${cuts.join()}`);
    }),
    { numRuns: RUNS, seed: SEED },
  );
});
