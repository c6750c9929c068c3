// What is too old or too much goes: by days, rooms and size, in small steps, and not at all while the clock is in doubt.
import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import { apply, emptyState } from '../../src/chat/state.ts';
import type { Retention } from '../../src/chat/vocabulary.ts';
import { EXPIRY_BREATH, EXPIRY_INTERVAL, EXPIRY_STEP } from '../../src/limits.ts';
import { Expiry } from '../../src/server/expiry.ts';
import { Server } from '../../src/server/server.ts';
import { defaultAdmission } from '../../src/session/admission.ts';
import type { EventLog, ForgetRequest } from '../../src/store/event-log.ts';
import { MemoryLog } from '../../src/store/memory-log.ts';
import { fakeClock } from '../helpers/fake-clock.ts';
import { durable, everything, idOf, other, said, textsOf } from '../helpers/logs.ts';

const HOUR = 3600 * 1000;
const DAY = 24 * HOUR;
const NOW = Date.UTC(2026, 5, 1);

/** A log that writes down what it was asked to forget, and whose size a test sets. */
class WatchedLog extends MemoryLog {
  readonly asked: ForgetRequest[] = [];
  bytesEach = 0;
  failing = false;

  /** Of a server whose clock was seen right then. */
  constructor(seen: number | null = NOW) {
    super();
    if (seen !== null) void this.setFact('clock', String(seen));
  }

  override async forget(request: ForgetRequest) {
    this.asked.push(request);
    if (this.failing) throw new Error('the disk is gone');
    return super.forget(request);
  }
  override size(): number {
    return everything(this, '#a', '#b', '#c', '~c').length * this.bytesEach;
  }
}

function started(log: EventLog, now = NOW) {
  const clock = fakeClock();
  clock.set(now);
  const state = emptyState(100, 100);
  const notes: string[] = [];
  const expiry = new Expiry({
    ...{ state, log, clock },
    note: (code, params) => notes.push(`${code} ${params?.['hours']}`),
  });
  let last = 0;
  return {
    clock,
    expiry,
    notes,
    keep(room: string | null, keep: Partial<Retention>) {
      const detail = { kind: 'retained', room, keep: { days: null, bytes: null, ...keep } } as const;
      apply(state, other(++last, detail, { conversation: '!' }));
    },
    /** Lets time pass a breath at a time, and everything happen that waits for nothing else. */
    async pass(milliseconds: number) {
      for (let passed = 0; passed < milliseconds; passed += EXPIRY_BREATH) {
        clock.advance(EXPIRY_BREATH);
        await turn();
      }
    },
  };
}

const daysOld = (n: number, days: number, conversation = '#a') =>
  said(n, `${conversation} ${days}`, { time: NOW - days * DAY, conversation });
const left = (log: EventLog) =>
  textsOf(everything(log, '#a', '#b', '#c', '~c').filter(({ kind }) => kind === 'message'));

// Red when a room of its own goes by the general rule, or private talk by less than 30 days.
test('talk goes after its days: of a room by its own rule, private talk after thirty at the soonest', async t => {
  const log = new WatchedLog();
  const days = [400, 40, 31, 29, 8, 6, 2];
  const conversations = ['#a', '#b', '#c', '~c'];
  let n = 0;
  for (const age of days) await log.append(conversations.map(each => daysOld(++n, age, each)));
  await log.append([other(++n, { kind: 'joined' }, { time: NOW - 400 * DAY })]);
  const { expiry, keep, pass } = started(log);
  keep(null, { days: 7 });
  keep('#b', { days: 30 });
  keep('#c', { days: null });
  expiry.start();
  await pass(200);
  const expected = days.flatMap(age => [
    ...(age <= 7 ? [`#a ${age}`] : []),
    ...(age <= 30 ? [`#b ${age}`] : []),
    `#c ${age}`,
    ...(age <= 30 ? [`~c ${age}`] : []),
  ]);
  t.deepEqual(left(log), expected);
  t.is([...log.history()].length, 1);
});

test('without a rule talk is kept for a year, and by `all` for ever', async t => {
  for (const [keep, expected] of [
    [null, ['#a 364']],
    [{ days: null }, ['#a 366', '#a 364']],
  ] as const) {
    const log = new WatchedLog();
    await log.append([daysOld(1, 366), daysOld(2, 364)]);
    const running = started(log);
    if (keep) running.keep(null, keep);
    running.expiry.start();
    await running.pass(200);
    t.deepEqual(left(log), expected);
  }
});

test('what grows old later goes later, and what has gone is not looked for again', async t => {
  const log = new WatchedLog();
  await log.append(Array.from({ length: 2_000 }, (_, n) => said(n, 'old', { time: NOW - 400 * DAY })));
  await log.append([said(3_000, 'a year but ten minutes', { time: NOW - 365 * DAY + 10 * 60_000 })]);
  const { expiry, pass } = started(log);
  expiry.start();
  await pass(1_000);
  t.deepEqual(left(log), ['a year but ten minutes']);
  log.asked.length = 0;
  await pass(8 * 60_000);
  t.deepEqual(log.asked, []);
  await pass(4 * 60_000);
  t.deepEqual(left(log), []);
  t.true(log.asked.every(({ from }) => from > 2_000));
});

// Red when a sweep goes on without a breath between its steps.
test('everything goes in small steps, each a breath after the other', async t => {
  const log = new WatchedLog();
  const count = EXPIRY_STEP * 6;
  await log.append(Array.from({ length: count }, (_, n) => said(n, 'old', { time: NOW - 400 * DAY })));
  const { expiry, clock } = started(log);
  expiry.start();
  for (let step = 1; step <= 5; step++) {
    await turn();
    t.is(log.asked.length, step);
    t.is(left(log).length, count - step * EXPIRY_STEP);
    clock.advance(EXPIRY_BREATH - 1);
    await turn();
    t.is(log.asked.length, step);
    clock.advance(1);
  }
  t.true(log.asked.every(({ most }) => most <= EXPIRY_STEP));
});

// Red when one write takes everything away at once.
test('what is written while the old goes is kept between two steps', async t => {
  const { open } = await durable(t);
  const log = await open();
  await log.setFact('clock', String(NOW));
  await log.append(Array.from({ length: EXPIRY_STEP * 4 }, (_, n) => said(n, 'old', { time: NOW - 400 * DAY })));
  const { expiry, clock } = started(log);
  expiry.start();
  await log.append([said(9_001, 'new', { time: NOW })]);
  t.true(left(log).length >= EXPIRY_STEP * 3);
  t.is(left(log).at(-1), 'new');
  // Each step asks the writer and answers in turns of its own.
  while (left(log).length > 1) {
    clock.advance(EXPIRY_BREATH);
    await turn();
  }
  t.deepEqual(left(log), ['new']);
  expiry.close();
});

// Red when the newest goes, a room’s own days protect it from the size, or private talk younger than thirty days goes.
test('a log that has grown too large loses its oldest, as much as it takes', async t => {
  const log = new WatchedLog();
  for (let at = 0; at < 20_000; at += 4) {
    const time = NOW - 60 * DAY + at * 60_000;
    await log.append(
      ['#a', '#b', '#c', '~c'].map((conversation, n) => said(at + n, `${at + n}`, { time, conversation })),
    );
  }
  log.bytesEach = 100;
  const { expiry, keep, pass } = started(log);
  keep(null, { days: null, bytes: 1_500_000 });
  keep('#b', { days: null });
  expiry.start();
  await pass(5_000);
  const numbers = left(log).map(Number);
  t.true(numbers.length <= 15_000 && numbers.length > 14_000, String(numbers.length));
  const rooms = numbers.filter(n => n % 4 !== 3);
  t.is(rooms.at(-1), 19_998);
  t.deepEqual(
    rooms,
    rooms.slice(0).sort((a, b) => a - b),
  );
  t.true((rooms[0] as number) > 4_000);
  const count = log.asked.length;
  await pass(EXPIRY_INTERVAL * 2);
  t.is(log.asked.length, count);

  const young = new WatchedLog();
  await young.append(Array.from({ length: 2_000 }, (_, n) => daysOld(n, 5, n % 2 ? '~c' : '#a')));
  young.bytesEach = 100;
  const other = started(young);
  other.keep(null, { days: null, bytes: 1 });
  other.expiry.start();
  await other.pass(2_000);
  t.deepEqual([...new Set(left(young))], ['~c 5']);
});

// Red when an id goes with its message.
test('an id is known for 31 days, also where its message went sooner', async t => {
  const log = new WatchedLog();
  const ages = [400, 32, 30, 8, 1];
  await log.append(ages.map((days, n) => daysOld(n, days)));
  const { expiry, keep, pass } = started(log);
  keep(null, { days: 2 });
  expiry.start();
  await pass(200);
  t.deepEqual(left(log), ['#a 1']);
  const known = () => ages.filter((_, n) => log.find('alice', idOf(n)) !== null);
  t.deepEqual(known(), [30, 8, 1]);
  await pass(EXPIRY_INTERVAL);
  t.deepEqual(known(), [30, 8, 1]);
});

// Red when a jump goes unnoticed, or time that passes counts as one.
test('a clock that jumps by more than an hour stops everything until an operator says that it is right', async t => {
  for (const jump of [2 * HOUR, 400 * DAY, -2 * HOUR]) {
    const log = new WatchedLog();
    await log.append([daysOld(1, 400), daysOld(2, 6)]);
    const { expiry, keep, clock, notes, pass } = started(log);
    keep(null, { days: 7 });
    expiry.start();
    await pass(200);
    t.deepEqual(left(log), ['#a 6']);
    await pass(3 * EXPIRY_INTERVAL);
    t.deepEqual(notes, []);

    clock.set(clock.now() + jump);
    await log.append([daysOld(3, 300)]);
    await pass(2 * EXPIRY_INTERVAL);
    t.true(expiry.paused);
    t.deepEqual(notes, [`clock-jumped ${Math.round(jump / HOUR)}`]);
    t.deepEqual(left(log), ['#a 6', '#a 300']);
    const asked = log.asked.length;
    expiry.again();
    await pass(2 * EXPIRY_INTERVAL);
    t.is(log.asked.length, asked);
    expiry.remind();
    t.is(notes.length, 2);

    t.true(Number(log.fact('clock')) <= NOW + 4 * EXPIRY_INTERVAL);
    expiry.confirm();
    const confirmed = clock.now() + EXPIRY_BREATH;
    await pass(EXPIRY_BREATH * 20);
    t.false(expiry.paused);
    t.is(log.fact('clock'), String(confirmed));
    t.deepEqual(left(log), jump > DAY ? [] : ['#a 6', '#a 300']);
    await pass(2 * EXPIRY_INTERVAL);
    t.is(notes.length, 2);
  }
});

test('a clock that is set by less than an hour stops nothing', async t => {
  const log = new WatchedLog();
  const { expiry, clock, notes, pass } = started(log);
  expiry.start();
  for (const by of [50, -50, 30, -59]) {
    clock.set(clock.now() + by * 60_000);
    await pass(EXPIRY_INTERVAL);
  }
  t.deepEqual(notes, []);
  t.false(expiry.paused);
});

// Red when a server that starts trusts any clock, or one that was told that the clock is right doubts again.
test('at the start the clock is compared with when it was last seen right', async t => {
  const cases: readonly [last: number | null, newest: number, paused: boolean][] = [
    [null, 0, false],
    [null, NOW - 29 * DAY, false],
    [null, NOW - 31 * DAY, true],
    [null, NOW + 2 * HOUR, true],
    [NOW - DAY, NOW - 3 * DAY, false],
    [NOW + 2 * HOUR, NOW - DAY, true],
    [NOW + HOUR / 2, NOW - DAY, false],
    [NOW - 31 * DAY, NOW - 31 * DAY, true],
    // Once the clock was a year ahead, and an operator has said since that now it is right.
    [NOW - DAY, NOW + 365 * DAY, false],
  ];
  for (const [last, newest, paused] of cases) {
    const log = new WatchedLog(last);
    if (newest > 0) await log.append([said(1, 'newest', { time: newest })]);
    const { expiry, notes, pass } = started(log);
    expiry.start();
    await pass(100);
    t.is(expiry.paused, paused, `${last} ${newest}`);
    t.is(notes.length, paused ? 1 : 0);
    // Seen right now, and only then.
    t.is(log.fact('clock'), paused ? (last === null ? null : String(last)) : String(NOW));
    expiry.confirm();
    await pass(100);
    t.true(Number(log.fact('clock')) >= NOW);
    expiry.close();
    const later = started(log, NOW + HOUR);
    later.expiry.start();
    t.false(later.expiry.paused);
  }
});

// Red when a sweep goes on by the rule that was.
test('another rule takes effect at once, also in the middle', async t => {
  const log = new WatchedLog();
  const count = EXPIRY_STEP * 10;
  await log.append(Array.from({ length: count }, (_, n) => daysOld(n, 100)));
  const { expiry, keep, pass } = started(log);
  keep(null, { days: 50 });
  expiry.start();
  await pass(EXPIRY_BREATH * 3);
  const kept = left(log).length;
  t.true(kept > EXPIRY_STEP && kept < count);
  keep(null, { days: null });
  expiry.again();
  await pass(EXPIRY_INTERVAL * 2);
  t.is(left(log).length, kept);
  keep('#a', { days: 99 });
  expiry.again();
  await pass(1_000);
  t.is(left(log).length, 0);
});

test('closed in the middle it asks nothing more of the log', async t => {
  const log = new WatchedLog(NOW - HOUR);
  await log.append(Array.from({ length: EXPIRY_STEP * 10 }, (_, n) => daysOld(n, 400)));
  const { expiry, clock, pass } = started(log);
  expiry.start();
  await pass(EXPIRY_BREATH * 3);
  expiry.close();
  const asked = log.asked.length;
  t.true(asked > 1);
  expiry.again();
  await pass(EXPIRY_INTERVAL * 3);
  t.is(log.asked.length, asked);
  t.is(log.fact('clock'), String(NOW - HOUR));
  t.is(clock.pending, 0);
});

test('a disk that does not write stops nothing for good', async t => {
  const log = new WatchedLog();
  await log.append([daysOld(1, 400)]);
  const { expiry, pass } = started(log);
  log.failing = true;
  expiry.start();
  await pass(EXPIRY_INTERVAL);
  t.deepEqual(left(log), ['#a 400']);
  log.failing = false;
  await pass(EXPIRY_INTERVAL);
  t.deepEqual(left(log), []);
});

// Red when the operator’s word does not reach what takes things away, or whoever comes later is told nothing.
test('a server’s operator shortens history, hears of a clock that has jumped and confirms it', async t => {
  const clock = fakeClock();
  clock.set(NOW);
  const log = new WatchedLog();
  await log.append([daysOld(1, 31), daysOld(2, 20), daysOld(3, 3)]);
  const admission = defaultAdmission();
  const options = { host: '127.0.0.1', port: 0, name: 'test server', version: '0', admission, log, clock };
  const server = await Server.open(options);
  t.teardown(() => server.close());
  const heard: string[] = [];
  const listen = () =>
    server.admin(note => {
      if (note.is === 'log') heard.push(...note.entries.map(entry => `${entry.kind} ${entry.code ?? ''}`.trim()));
    }, false);
  const admin = listen();
  const pass = async (milliseconds: number) => {
    for (let passed = 0; passed < milliseconds; passed += EXPIRY_BREATH) {
      clock.advance(EXPIRY_BREATH);
      await turn();
    }
  };
  const keep = (days: number) => admin.command({ kind: 'retain', room: null, keep: { days, bytes: null } });
  t.deepEqual(await keep(25), { ok: true });
  await pass(200);
  t.deepEqual(left(log), ['#a 20', '#a 3']);

  clock.set(clock.now() + 30 * DAY);
  await pass(EXPIRY_INTERVAL);
  t.true(heard.includes('warning clock-jumped'));
  heard.length = 0;
  listen();
  await turn();
  t.true(heard.includes('warning clock-jumped'));
  t.deepEqual(left(log), ['#a 20', '#a 3']);
  t.deepEqual(await admin.command({ kind: 'confirm-clock' }), { ok: true });
  await pass(200);
  t.deepEqual(left(log), []);
});
