// Searching: what is asked, in which order hits stand, how one goes to a hit and back.
import test from 'ava';
import fc from 'fast-check';
import type { AnyEvent } from '../../../src/chat/vocabulary.ts';
import { rangesOf } from '../../../src/tui/chat/match.ts';
import type { Effect } from '../../../src/tui/chat/messages.ts';
import { chatOf } from '../../../src/tui/chat/model.ts';
import { shownHits } from '../../../src/tui/chat/search.ts';
import { type Driver, entered, message, NOW, PEOPLE, search as scene, TALK, whisper } from './scenes.ts';

type Asked = Extract<Effect, { kind: 'search' }>;
const searches = (effects: readonly Effect[]): readonly Asked[] => effects.filter(each => each.kind === 'search');

function opened(words = ''): { driver: Driver; asked: readonly Asked[] } {
  const driver = entered();
  driver.key('Alt-S');
  return { driver, asked: words === '' ? [] : searches(driver.type(words)) };
}

const hit = (position: number, text = `hit ${position}`, room = '#dev') => message(room, 'bob', text, NOW, position);
const inTalk = (position: number): AnyEvent => ({ ...whisper('bob', `hit ${position}`), position });

function found(driver: Driver, asked: Asked | undefined, hits: readonly AnyEvent[], more = false, reached = 0) {
  return driver.send({ kind: 'found', ref: asked?.ref ?? -1, source: asked?.source ?? 'rooms', hits, more, reached });
}

const shown = (driver: Driver) => shownHits(driver.model.search!).map(each => each.event.position);

test('what is typed is asked of the server for rooms and here for private talk, and waits while one types', t => {
  const { asked } = opened('green tag');
  t.deepEqual(
    asked.map(({ source, query, before, typing }) => ({ source, query, before, typing })),
    ['rooms', 'talk'].map(source => ({
      ...{ source, before: null, typing: true },
      query: { words: 'green tag', conversation: null, from: null },
    })) as never,
  );
  const driver = entered();
  t.deepEqual(
    searches(driver.say('/search green')).map(each => each.typing),
    [false, false],
  );
});

test('filters are in the words: a room, a person, an author; what is not known is told', t => {
  const query = (words: string) =>
    opened(words).asked.map(({ source, query: { conversation, from, words: text } }) => [
      source,
      conversation,
      from,
      text,
    ]);
  t.deepEqual(query('tag in:#dev'), [['rooms', '#dev', null, 'tag']]);
  t.deepEqual(query('tag in:dev from:Bob'), [['rooms', '#dev', PEOPLE.bob, 'tag']]);
  t.deepEqual(query('in:@carol tag'), [['talk', PEOPLE.carol, null, 'tag']]);
  t.deepEqual(query('from:me "a  phrase" x'), [
    ['rooms', null, PEOPLE.alice, '"a  phrase" x'],
    ['talk', null, PEOPLE.alice, '"a  phrase" x'],
  ]);
  t.deepEqual(query('from:nobody x'), []);
  t.deepEqual(query('in:'), []);
  t.deepEqual(query('"'), []);
  const { driver } = opened('x from:nobody');
  t.regex(driver.screen(), /Nobody here goes by the name nobody/);
});

test('hits of both are shown newest first, as far down as both have looked', t => {
  const { driver, asked } = opened('hit');
  found(driver, asked[0], [hit(100), hit(300)], true, 100);
  t.deepEqual(shown(driver), [], 'private talk might have newer ones');
  found(driver, asked[1], [inTalk(50), inTalk(200)]);
  t.deepEqual(shown(driver), [300, 200, 100]);
  const [on] = searches(driver.effects).slice(-1);
  t.like(on, { source: 'rooms', before: 100, typing: false }, 'there is room for more');
  found(driver, on, [hit(20)], false, 0);
  t.deepEqual(shown(driver), [300, 200, 100, 50, 20]);
});

// Red when hits are shown before all sources have looked as far.
test('whatever answers come when, hits only ever follow each other downwards, and all are there at the end', t => {
  const piece = fc.uniqueArray(fc.integer({ min: 1, max: 400 }), { maxLength: 30 });
  fc.assert(
    fc.property(piece, piece, fc.infiniteStream(fc.nat()), (rooms, talks, random) => {
      const { driver, asked } = opened('hit');
      const all = { rooms: rooms.map(n => hit(n * 2)), talk: talks.map(n => inTalk(n * 2 + 1)), kept: [] };
      let waiting: readonly Asked[] = asked;
      let before: readonly number[] = [];
      for (let turn = 0; waiting.length > 0 && turn < 200; turn++) {
        const index = random.next().value % waiting.length;
        const next = waiting[index]!;
        waiting = waiting.filter((_, at) => at !== index);
        const open = all[next.source]
          .filter(each => next.before === null || each.position < next.before)
          .sort((a, b) => a.position - b.position);
        const hits = open.slice(-4);
        const more = hits.length < open.length;
        waiting = [...waiting, ...searches(found(driver, next, hits, more, more ? hits[0]!.position : 0))];
        const now = shown(driver);
        if (before.some((position, at) => now[at] !== position)) return false;
        before = now;
      }
      return before.length === rooms.length + talks.length;
    }),
    { numRuns: 200 },
  );
  t.pass();
});

test('answers to what was asked before do not count, nor does what was taken back', t => {
  const { driver, asked } = opened('a');
  driver.type('b');
  found(driver, asked[0], [hit(1)]);
  found(driver, asked[1], []);
  t.deepEqual(shown(driver), []);
  const now = searches(driver.effects).slice(-2);
  const gone = { ...hit(5), deleted: true } as AnyEvent;
  found(driver, now[0], [gone, hit(3)]);
  found(driver, now[1], []);
  t.deepEqual(shown(driver), [3]);
});

test('going down past the last hit looks further; a source that comes no further is not asked again', t => {
  const { driver, asked } = opened('hit');
  found(driver, asked[1], []);
  const many = Array.from({ length: 80 }, (_, n) => hit(1000 + n));
  t.deepEqual(found(driver, asked[0], many, true, 1000), []);
  driver.key('End');
  for (let n = 0; n < 79; n++) t.deepEqual(searches(driver.key('Down')), []);
  const [on] = searches(driver.key('Down'));
  t.like(on, { source: 'rooms', before: 1000 });
  t.deepEqual(searches(driver.key('Down')), [], 'it is being asked');
  t.deepEqual(searches(found(driver, on, [], true, 1000)), []);
  t.deepEqual(searches(driver.key('Down')), []);
});

test('Enter goes to the hit in its place, chosen; Esc leads back; Alt-S finds the search as it was', t => {
  const driver = scene();
  const from = driver.model.current;
  const effects = driver.key('Enter');
  t.is(driver.model.overlay, null);
  t.is(driver.model.current, from, 'until it is here');
  const [asked] = effects;
  if (asked?.kind !== 'jump') return t.fail();
  t.like(asked, { conversation: '#release', to: { at: 9_981 } });
  const events = [
    hit(9_980, 'above', '#release'),
    hit(9_981, 'green and the tag', '#release'),
    hit(9_982, 'below', '#release'),
  ];
  driver.send({
    kind: 'landed',
    ref: asked.ref,
    conversation: '#release',
    at: 9_981,
    events,
    older: true,
    newer: true,
  });
  t.is(driver.model.current, '#release');
  t.is(driver.model.picked, 9_981);
  t.regex(driver.screen(), /above[\s\S]*green and the tag[\s\S]*below/);
  driver.key('Esc');
  t.is(driver.model.current, from);
  t.is(chatOf(driver.model, '#release').aside, null);
  driver.key('Alt-S');
  t.is(driver.model.search?.field.text, 'green tag');
  t.is(driver.model.search?.chosen, 9_981);
});

test('a hit in private talk opens the talk, though nothing of it was here', t => {
  const { driver, asked } = opened('hit');
  found(driver, asked[0], []);
  found(driver, asked[1], [inTalk(70)]);
  const [effect] = driver.key('Enter');
  t.like(effect, { kind: 'jump', conversation: TALK, to: { at: 70 } });
  if (effect?.kind !== 'jump') return;
  driver.send({
    kind: 'landed',
    ref: effect.ref,
    conversation: TALK,
    at: 70,
    events: [inTalk(70)],
    older: false,
    newer: false,
  });
  t.is(driver.model.current, PEOPLE.bob);
});

test('without a server what is kept here is searched; so it is when the server goes meanwhile', t => {
  const { driver, asked } = opened('hit');
  const again = driver.send({
    kind: 'search-failed',
    ref: asked[0]!.ref,
    source: 'rooms',
    code: 'connection-lost',
    params: {},
  });
  t.deepEqual(
    searches(again).map(each => each.source),
    ['kept'],
  );
  found(driver, searches(again)[0], [hit(5)]);
  t.deepEqual(shown(driver), [5]);
  driver.send({ kind: 'link', link: { state: 'waiting', retryAt: NOW, code: 'connection-lost', params: {} } });
  t.deepEqual(
    searches(driver.type('s')).map(each => each.source),
    ['kept'],
  );
});

test('a search that the server refuses says why', t => {
  const { driver, asked } = opened('hit');
  driver.send({
    kind: 'search-failed',
    ref: asked[0]!.ref,
    source: 'rooms',
    code: 'room-closed',
    params: { room: '#x' },
  });
  found(driver, asked[1], []);
  t.regex(driver.screen(), /#x is open to members/);
});

test('the words are marked as the indexes find them: beginnings, phrases, any case, without marks, down to one character', t => {
  const marked = (text: string, words: string) => rangesOf(text, words).map(({ start, end }) => text.slice(start, end));
  t.deepEqual(marked('Deployed: the deploy', 'deploy'), ['Deploy', 'deploy']);
  t.deepEqual(marked('redeploy', 'deploy'), []);
  t.deepEqual(marked('a café, CAFE', 'cafe'), ['café', 'CAFE']);
  t.deepEqual(marked('e\u0301te\u0301s', 'été'), ['e\u0301te\u0301']);
  t.deepEqual(marked('read: a  phrase, phrased', '"a phrase"'), ['a  phrase']);
  t.deepEqual(marked('早上好 上', '上'), ['上', '上']);
  t.deepEqual(marked('ＦＵＬＬ width', 'full'), ['ＦＵＬＬ']);
  t.deepEqual(marked('party 🎉 on', '🎉'), ['🎉']);
  t.deepEqual(marked('👩‍👩‍👧', '👩'), ['👩‍👩‍👧'], 'no cluster is cut in two');
  t.deepEqual(marked('a.b*c', 'b*c'), ['b*c']);
  t.deepEqual(marked('nothing', ''), []);
});

test('ranges are within the text, rising, apart from each other, whatever is written', t => {
  const any = fc.string({
    unit: fc.constantFrom('a', 'B', ' ', '"', '上', '\u0301', '👩', '\u200d', 'é', '.', '\n', 'ﬁ'),
    maxLength: 30,
  });
  fc.assert(
    fc.property(any, any, (text, words) => {
      let last = 0;
      for (const { start, end } of rangesOf(text, words)) {
        if (start < last || end <= start || end > text.length) return false;
        last = end;
      }
      return true;
    }),
    { numRuns: 3_000 },
  );
  t.pass();
});
