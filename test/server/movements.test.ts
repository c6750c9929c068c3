// What moves of a file: how fast, how far, by how many ways, and that it has left the server.
// Seen red: a rate that is taken over more time than has passed, a way that goes on when it has ended.
import test from 'ava';
import { Movements } from '../../src/server/movements.ts';

const MIB = 1024 * 1024;

function begun() {
  const time = { now: 5_000 };
  return { time, movements: new Movements(() => time.now) };
}

test('the rate is what passes, from the first second on, and what was there before counts for nothing', t => {
  const { time, movements } = begun();
  const { progress } = movements.begin('a', 'relayed');
  t.deepEqual(movements.of('a'), { kind: 'relayed', done: 0, rate: 0, ways: 1 });
  progress(100 * MIB);
  t.is(movements.of('a')?.rate, 0);
  for (let step = 1; step <= 200; step++) {
    time.now += 50;
    progress(100 * MIB + (step * MIB) / 10);
    if (step % 20 !== 0) continue;
    const { rate = 0, done } = movements.of('a') ?? {};
    t.true(Math.abs(rate / MIB - 2) < 0.1, `${step}: ${rate / MIB}`);
    t.is(done, 100 * MIB + (step * MIB) / 10);
  }
});

test('what stands still fades to nothing, and what has ended is no movement', t => {
  const { time, movements } = begun();
  const { progress, end } = movements.begin('a', 'coming');
  progress(0);
  time.now += 1_000;
  progress(MIB);
  const first = movements.of('a')?.rate ?? 0;
  time.now += 3_000;
  t.true((movements.of('a')?.rate ?? 0) < first / 2);
  time.now += 120_000;
  t.is(movements.of('a')?.rate, 0);
  end();
  end();
  t.is(movements.of('a'), null);
});

test('of several ways the furthest counts, and all of their bytes', t => {
  const { time, movements } = begun();
  const [one, other] = [movements.begin('a', 'taken'), movements.begin('a', 'taken')];
  movements.begin('b', 'coming');
  one.progress(0);
  other.progress(0);
  time.now += 1_000;
  one.progress(3 * MIB);
  other.progress(MIB);
  const { rate = 0, ...rest } = movements.of('a') ?? {};
  t.deepEqual(rest, { kind: 'taken', done: 3 * MIB, ways: 2 });
  t.true(Math.abs(rate / MIB - 4) < 1, String(rate / MIB));
  one.end();
  t.like(movements.of('a'), { done: MIB, ways: 1 });
});

test('what goes directly is known to move, and not how fast, until it comes back or is over', t => {
  const { movements } = begun();
  const { progress, end } = movements.begin('a', 'relayed');
  progress(7);
  end();
  movements.straight('a', 7);
  t.deepEqual(movements.of('a'), { kind: 'direct', done: 7, rate: 0, ways: 1 });
  const again = movements.begin('a', 'relayed');
  t.like(movements.of('a'), { kind: 'relayed' });
  again.end();
  t.is(movements.of('a'), null);
  movements.straight('a', 7);
  movements.straightOver('a');
  t.is(movements.of('a'), null);
});
