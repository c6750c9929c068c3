// So many bytes a second, in portions that are worth it.
import test from 'ava';
import { Pacer } from '../../src/transfer/pacer.ts';

const RATE = 1_000_000;

/** What goes in so many seconds when it is asked for every so many milliseconds, and in how many portions. */
function run(rate: number, seconds: number, step: number): { readonly bytes: number; readonly portions: number } {
  let now = 0;
  const pacer = new Pacer(() => now, rate);
  let [bytes, portions] = [0, 0];
  while (now < seconds * 1_000) {
    now += step;
    for (let may = pacer.allowed(1024 * 1024); may > 0; may = pacer.allowed(1024 * 1024)) {
      pacer.spend(may);
      bytes += may;
      portions += 1;
    }
  }
  return { bytes, portions };
}

test('so many bytes a second go, whenever one asks', t => {
  for (const step of [0.01, 1, 125, 200]) {
    const { bytes } = run(RATE, 10, step);
    t.true(bytes > 9.5 * RATE && bytes <= 10 * RATE, `${step} ms: ${bytes}`);
  }
});

// Red when whatever has come together goes at once: a loop that asks again then sends crumbs for ever, and nothing else runs.
test('they go in portions, however often one asks', t => {
  t.true(run(RATE, 10, 0.01).portions <= 10 * 9);
  t.true(run(100, 10, 0.01).portions <= 10 * 9);
});

test('the rest goes when it is smaller than a portion, and without a rate all of it', t => {
  let now = 0;
  const pacer = new Pacer(() => now, RATE);
  now = 1;
  t.is(pacer.allowed(1_000), 1_000);
  t.is(pacer.allowed(1_001), 0);
  pacer.rate = null;
  t.is(pacer.allowed(1e9), 1e9);
  pacer.rate = 1;
  now = 60_000;
  t.is(pacer.allowed(5), 1, 'of a rate below a byte a portion one goes now and again');
});
