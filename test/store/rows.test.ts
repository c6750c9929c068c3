// Events as rows: what is read back is what was kept, of every kind. Seen red: a kind with a text left out of eventOf.
import test from 'ava';
import fc from 'fast-check';
import { eventOf, rowOf } from '../../src/store/sqlite/rows.ts';
import { events } from '../helpers/arbitraries.ts';
import { cases, SEED } from '../helpers/tier.ts';

test('a row says the same as its event', t => {
  fc.assert(
    fc.property(events, event => {
      if (event.kind === 'unknown') return;
      t.deepEqual(structuredClone(eventOf(rowOf(event))), structuredClone(event));
    }),
    { numRuns: cases(1_000), seed: SEED },
  );
});
