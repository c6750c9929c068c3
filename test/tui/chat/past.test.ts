// Pieces of the past: jumps, what comes meanwhile, and how the newest lines are reached again.
import test from 'ava';
import fc from 'fast-check';
import type { AnyEvent } from '../../../src/chat/vocabulary.ts';
import { timeWritten } from '../../../src/tui/chat/dates.ts';
import { jumpTo } from '../../../src/tui/chat/jump.ts';
import { type Chat, chatOf, liveOf } from '../../../src/tui/chat/model.ts';
import type { Timeline } from '../../../src/tui/chat/timeline.ts';
import { ScreenLog } from '../../helpers/screen-log.ts';
import { type Driver, entered, event, message, NOW, PEOPLE } from './scenes.ts';

const MINUTE = 60_000;

/** A log of lines, one a minute, the last of them a minute ago. */
function logOf(count: number): ScreenLog {
  const log = new ScreenLog();
  for (let n = 1; n <= count; n++) log.events.push(line(n, NOW - (count - n + 1) * MINUTE));
  return log;
}

const line = (n: number, time = NOW) => message('#lobby', 'bob', `line ${n}.`, time, n * 10);

function opened(log: ScreenLog, options = {}): Driver {
  const driver = entered(options);
  log.serve(driver, driver.effects);
  return driver;
}

const lobby = (driver: Driver): Chat => chatOf(driver.model, '#lobby');
const texts = ({ logged }: Timeline) => logged.map(each => (each.is === 'message' ? each.text : each.is));

function jump(driver: Driver, log: ScreenLog, position: number): void {
  const [model, effects] = jumpTo(driver.model, '#lobby', position);
  driver.model = model;
  log.serve(driver, effects);
}

function come(driver: Driver, log: ScreenLog, ...events: readonly AnyEvent[]): void {
  for (const each of events) {
    log.events.push(each);
    log.serve(driver, driver.send({ kind: 'event', event: each }));
  }
}

test('a jump far back shows the place in the middle, chosen; what comes meanwhile is unread and not lost', t => {
  const log = logOf(400);
  const driver = opened(log);
  jump(driver, log, 1000);
  t.is(driver.model.picked, 1000);
  const rows = driver.rows();
  const at = rows.findIndex(row => row.includes('line 100.'));
  t.true(at > 8 && at < 20, `row ${at}`);
  t.regex(driver.screen(), /Alt-End newest/);
  come(driver, log, line(401), line(402));
  t.is(lobby(driver).unread, 2);
  t.notRegex(driver.screen(), /line 40[12]/);
  t.regex(driver.screen(), /2 unread/);
  driver.key('Esc');
  t.regex(driver.screen(), /line 402/);
  t.is(lobby(driver).unread, 0);
  t.is(lobby(driver).aside, null);
});

test('scrolling down from the past goes through every line until it has reached the newest', t => {
  const log = logOf(200);
  const driver = opened(log);
  jump(driver, log, 300);
  driver.key('q');
  jump(driver, log, 310);
  const seen = new Set<string>();
  for (let n = 0; n < 60; n++) {
    for (const row of driver.rows()) for (const [text] of row.matchAll(/line \d+\./g)) seen.add(text);
    log.serve(driver, driver.key('PageDown'));
  }
  t.is(lobby(driver).aside, null);
  t.is(lobby(driver).anchor, 'end');
  for (let n = 31; n < 199; n++) t.true(seen.has(`line ${n}.`), `line ${n}`);
});

test('at the end of what is here of the past, more of it moves nothing', t => {
  const log = logOf(400);
  const driver = opened(log);
  const [model, effects] = jumpTo(driver.model, '#lobby', 1000);
  driver.model = model;
  const landed = effects.flatMap(effect => driver.send(log.answer(effect)!));
  const scrolled = driver.key(...Array.from({ length: 7 }, () => 'PageDown'));
  const rows = () => driver.rows().slice(3, 20);
  const before = rows();
  const asked = [...landed, ...scrolled].filter(effect => effect.kind === 'fetch-newer');
  t.is(asked.length, 1);
  log.serve(driver, asked);
  t.deepEqual(rows(), before);
});

test('what one writes while looking at the past stands at the newest line', t => {
  const log = logOf(400);
  const driver = opened(log);
  jump(driver, log, 1000);
  driver.key('Shift-Up');
  t.is(driver.model.picked, null);
  t.not(lobby(driver).aside, null);
  driver.say('back to now');
  t.regex(driver.screen(), /line 400\.[\s\S]*back to now +queued/);
  t.is(lobby(driver).aside, null);
});

// Red when a page that was asked for the newest lines is put in front of a piece of the past, or the other way round.
test('whatever one does, the lines on the screen have no gap, and the newest ones are there at the end', t => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('jump' as const), to: fc.integer({ min: 1, max: 150 }) }),
    fc.record({ do: fc.constant('come' as const), to: fc.integer({ min: 1, max: 3 }) }),
    fc.record({
      do: fc.constant('key' as const),
      to: fc.constantFrom('PageUp', 'PageDown', 'Alt-End', 'Alt-Home', 'Shift-Up', 'Esc', 'Alt-J', 'Alt-1', 'Alt-3'),
    }),
    /** Answers wait, and come in any order later. */
    fc.record({ do: fc.constant('answer' as const), to: fc.nat() }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), steps => {
      const log = logOf(150);
      const driver = opened(log, { linesHeld: 60 });
      let waiting: ReturnType<Driver['key']>[number][] = [];
      for (const each of steps) {
        let asked: ReturnType<Driver['key']> = [];
        if (each.do === 'key') asked = driver.key(each.to);
        else if (each.do === 'jump') {
          const [model, effects] = jumpTo(driver.model, '#lobby', each.to * 10);
          driver.model = model;
          asked = effects;
        } else if (each.do === 'come') {
          for (let n = 0; n < each.to; n++) {
            const next = line(log.events.length + 1);
            log.events.push(next);
            asked = [...asked, ...driver.send({ kind: 'event', event: next })];
          }
        } else if (waiting.length > 0) {
          const [effect] = waiting.splice(each.to % waiting.length, 1);
          const msg = log.answer(effect!);
          if (msg !== null) asked = driver.send(msg);
        }
        waiting = [...waiting, ...asked];
        if (!gapless(lobby(driver).timeline, log) || !gapless(liveOf(lobby(driver)), log)) return false;
      }
      log.serve(driver, waiting);
      log.serve(driver, driver.key('Alt-1'));
      log.serve(driver, driver.key('Alt-End'));
      const shown = texts(liveOf(lobby(driver)));
      return gapless(liveOf(lobby(driver)), log) && shown.at(-1) === `line ${log.events.length}.`;
    }),
    { numRuns: 400 },
  );
  t.pass();
});

function gapless({ logged }: Timeline, log: ScreenLog): boolean {
  const first = log.events.findIndex(each => each.position === logged[0]?.position);
  return logged.every((each, index) => each.position === log.events[first + index]?.position);
}

// Red when the oldest line, and not the oldest thing that happened, tells from where it is asked on.
test('pages in which nothing was said are gone through once', t => {
  const log = logOf(30);
  const about = { account: PEOPLE.bob, id: 'none' };
  for (let n = 0; n < 100; n++) {
    const detail = { kind: 'reacted', about, reaction: '👍', on: n % 2 === 0 } as const;
    log.events.push(event('#lobby', 'bob', NOW, detail, null, 10_000 + n));
  }
  const driver = opened(log);
  t.is(texts(lobby(driver).timeline)[0], 'line 1.');
  t.is(lobby(driver).history, 'whole');
});

test('going very far back leaves the newest lines, which are fetched again on the way down', t => {
  const log = logOf(600);
  const driver = opened(log, { linesHeld: 120 });
  for (let n = 0; n < 80; n++) log.serve(driver, driver.key('PageUp'));
  t.true(lobby(driver).timeline.logged.length <= 180);
  t.not(lobby(driver).aside, null);
  t.is(texts(lobby(driver).timeline)[0], 'line 1.');
  for (let n = 0; n < 80; n++) log.serve(driver, driver.key('PageDown'));
  t.is(lobby(driver).anchor, 'end');
  t.is(texts(lobby(driver).timeline).at(-1), 'line 600.');
});

test('the first unread line is gone to, also where it is not loaded, and stands below its rule', t => {
  const log = logOf(300);
  const driver = entered();
  const summary = { conversation: '#lobby', peer: null, last: 3000, read: 500, unread: 250, missed: 0, delivered: 0 };
  driver.send({ kind: 'overview', conversations: [summary] });
  log.serve(driver, driver.effects);
  t.is(lobby(driver).rule, 501);
  t.regex(driver.screen(), /line 300\./, 'the newest come first');
  const effects = driver.key('Alt-J');
  t.like(effects[0], { kind: 'jump', to: { at: 501 } });
  log.serve(driver, effects);
  t.regex(driver.screen(), /─ new ─[^\n]*\n[^\n]*line 51\./);
  t.is(driver.model.picked, null);
  driver.key('Esc');
  t.regex(driver.screen(), /line 300\./);
});

test('/date goes to the first line from then on, here or asked for; a date that is none is told', t => {
  const log = logOf(50);
  const driver = opened(log);
  log.serve(driver, driver.say('/date 09:20'));
  t.is(driver.model.picked, 210);
  driver.key('Esc');
  t.like(driver.say('/date 2026-11-01')[0], { kind: 'jump', to: { since: Date.UTC(2026, 10, 1) } });
  driver.say('/date 09:49');
  driver.key('q');
  t.deepEqual(driver.say('/date next week'), []);
  t.regex(driver.screen(), /next week is no date/);
});

test('dates are read as they are written', t => {
  const at = (text: string) => {
    const time = timeWritten(text, NOW);
    return time === null ? null : new Date(time).toISOString().slice(0, 16).replace('T', ' ');
  };
  t.is(at('2026-11-01'), '2026-11-01 00:00');
  t.is(at('2026-11-01 14:30'), '2026-11-01 14:30');
  t.is(at('11-01'), '2026-11-01 00:00');
  t.is(at('12-24'), '2025-12-24 00:00');
  t.is(at('today'), '2026-11-20 00:00');
  t.is(at('yesterday'), '2026-11-19 00:00');
  t.is(at('Yesterday 9:05'), '2026-11-19 09:05');
  t.is(at('09:30'), '2026-11-20 09:30');
  t.is(at('14:30'), '2026-11-19 14:30', 'not in the future');
  for (const wrong of ['', 'tomorrow', '2026-02-30', '25:00', '12:60', '2026-13-01', '1', 'x 14:30'])
    t.is(at(wrong), null, wrong);
});

test('Alt-N goes from one line that names me to the one before, here and then on the server; Alt-Shift-N back', t => {
  const log = logOf(10);
  log.events.push(
    message('#lobby', 'bob', 'alice: one', NOW, 200),
    line(30),
    message('#lobby', 'bob', 'and @alice', NOW, 400),
  );
  const driver = opened(log);
  driver.key('Alt-N');
  t.is(driver.model.picked, 400);
  driver.key('Alt-N');
  t.is(driver.model.picked, 200);
  driver.key('Alt-Shift-N');
  t.is(driver.model.picked, 400);
  driver.key('Alt-Shift-N');
  t.regex(driver.screen(), /Nobody named you here after that/);
  driver.key('Alt-N', 'Alt-N');
  t.regex(driver.screen(), /Nobody named you here before that/);
  const long = logOf(100);
  const other = opened(long);
  t.like(other.key('Alt-N')[0], { kind: 'jump', to: { naming: 'alice', account: PEOPLE.alice, from: 210, step: -1 } });
});

test('a place that is no more is told, and one that was asked for before does not pull the screen away', t => {
  const log = logOf(100);
  const driver = opened(log);
  const [model, [asked]] = jumpTo(driver.model, '#lobby', 15);
  driver.model = model;
  const ref = asked?.kind === 'jump' ? asked.ref : -1;
  driver.key('Alt-3');
  driver.send({ kind: 'landed', ref, conversation: '#lobby', at: 15, events: log.events, older: false, newer: false });
  t.is(driver.model.current, '#dev');
  driver.model = jumpTo(driver.model, '#lobby', 25)[0];
  const [again, [second]] = jumpTo(driver.model, '#lobby', 15);
  driver.model = again;
  driver.send({
    kind: 'landed',
    ref: ref + 1,
    conversation: '#lobby',
    at: 25,
    events: log.events,
    older: false,
    newer: false,
  });
  t.is(driver.model.current, '#dev', 'another place was asked for since');
  const next = second?.kind === 'jump' ? second.ref : -1;
  driver.send({ kind: 'landed', ref: next, conversation: '#lobby', at: null, events: [], older: false, newer: false });
  t.regex(driver.screen(), /not kept any more/);
  const [third, [last]] = jumpTo(driver.model, '#lobby', 15);
  driver.model = third;
  driver.type('writing on');
  const at = last?.kind === 'jump' ? last.ref : -1;
  driver.send({
    kind: 'landed',
    ref: at,
    conversation: '#lobby',
    at: 15,
    events: log.events,
    older: false,
    newer: false,
  });
  t.is(driver.model.current, '#dev');
});
