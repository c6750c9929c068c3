// What the chat screen does with what it is told: chats, unread counts, one's own lines, history, the link.
import test from 'ava';
import type { Msg } from '../../../src/tui/chat/messages.ts';
import { chatOf } from '../../../src/tui/chat/model.ts';
import { type LoggedLine, lineAt, lineCount } from '../../../src/tui/chat/timeline.ts';
import { type Driver, entered, event, message, NOW, ONLINE, PEOPLE, Driver as Screen, whisper } from './scenes.ts';

function live(...events: readonly ReturnType<typeof message>[]): readonly Msg[] {
  return events.map(each => ({ kind: 'event', event: each }));
}

function texts(driver: Driver, key: string): readonly string[] {
  const { timeline } = chatOf(driver.model, key);
  return Array.from({ length: lineCount(timeline) }, (_, index) => {
    const line = lineAt(timeline, index)!;
    return line.is === 'message' || line.is === 'pending' ? line.text : line.is;
  });
}

function say(driver: Driver, line: string): number {
  const effect = driver.say(line).find(each => each.kind === 'send');
  return effect?.kind === 'send' ? effect.ref : -1;
}

test('coming in opens the lobby and asks for its history and members', t => {
  const driver = entered();
  t.is(driver.model.current, '#lobby');
  t.deepEqual(driver.effects, [
    { kind: 'members', room: '#lobby' },
    { kind: 'fetch', conversation: '#lobby', before: null, limit: 200 },
  ]);
});

test('the room of the command line is opened, or joined and then opened', t => {
  t.is(entered({ room: '#dev' }).model.current, '#dev');
  const driver = entered({ room: '#random' });
  t.is(driver.model.current, '#lobby');
  t.deepEqual(
    driver.effects.find(effect => effect.kind === 'send'),
    {
      kind: 'send',
      ref: 1,
      command: { kind: 'join', room: '#random' },
    },
  );
  driver.send(...live(event('#random', 'alice', NOW, { kind: 'joined' })));
  t.is(driver.model.current, '#random');
});

test('a message that comes twice, live and in a page, is one line, and the same model when nothing is new', t => {
  const driver = entered();
  const one = message('#lobby', 'bob', 'once');
  driver.send(...live(one));
  const { model } = driver;
  driver.send(...live(one));
  t.is(driver.model, model);
  driver.send({ kind: 'page', conversation: '#lobby', events: [one], more: false, direction: 'older' });
  t.deepEqual(texts(driver, '#lobby'), ['once']);
});

test('what is said elsewhere counts as unread until it is seen, and what names me as a mention', t => {
  const driver = entered();
  driver.send(
    ...live(message('#dev', 'bob', 'hello'), message('#dev', 'bob', 'Alice?'), message('#dev', 'bob', 'malice')),
  );
  t.like(chatOf(driver.model, '#dev'), { unread: 3, mentions: 1, rule: 2 });
  driver.key('Alt-A');
  t.is(driver.model.current, '#dev');
  t.like(chatOf(driver.model, '#dev'), { unread: 0, mentions: 0, rule: 2 });
  driver.key('Alt-1');
  t.is(chatOf(driver.model, '#dev').rule, null, 'the rule goes when the chat is left with all read');
});

test('without the focus nothing counts as read, and the rule stands above the first line missed', t => {
  const driver = entered();
  driver.send(...live(message('#lobby', 'bob', 'seen')));
  driver.send({ kind: 'input', event: { type: 'focus', focused: false }, target: undefined });
  driver.send(...live(message('#lobby', 'bob', 'missed'), message('#lobby', 'bob', 'too')));
  t.like(chatOf(driver.model, '#lobby'), { unread: 2, rule: 4 });
  driver.send({ kind: 'input', event: { type: 'focus', focused: true }, target: undefined });
  t.like(chatOf(driver.model, '#lobby'), { unread: 0, rule: 4 });
});

test('my own lines from another terminal are not unread', t => {
  const driver = entered();
  driver.send(...live(message('#dev', 'alice', 'from elsewhere')));
  t.is(chatOf(driver.model, '#dev').unread, 0);
});

test('switching keeps the draft and the scroll position of each chat', t => {
  const driver = entered();
  const events = Array.from({ length: 60 }, (_, n) => message('#lobby', 'bob', `line ${n}`));
  driver.send({ kind: 'page', conversation: '#lobby', events, more: false, direction: 'older' });
  driver.key('PageUp');
  driver.type('half a thou');
  const { anchor } = chatOf(driver.model, '#lobby');
  t.not(anchor, 'end');
  driver.key('Alt-3');
  t.is(driver.model.current, '#dev');
  driver.type('elsewhere');
  driver.key('Alt-Up', 'Alt-Up');
  t.is(driver.model.current, '#lobby');
  t.is(chatOf(driver.model, '#lobby').draft.text, 'half a thou');
  t.deepEqual(chatOf(driver.model, '#lobby').anchor, anchor);
});

test('scrolled up, what comes does not move the lines in sight and waits as newer', t => {
  const driver = entered();
  const events = Array.from({ length: 60 }, (_, n) => message('#lobby', 'bob', `line ${n}`));
  driver.send({ kind: 'page', conversation: '#lobby', events, more: true, direction: 'older' });
  driver.key('PageUp');
  const log = () =>
    driver
      .rows()
      .slice(3, 20)
      .map(row => row.slice(30));
  const before = log();
  driver.send(...live(message('#lobby', 'bob', 'newest')));
  t.deepEqual(log(), before);
  t.regex(driver.screen(), /↓ \d+ newer, 1 unread/);
  const older = Array.from({ length: 30 }, (_, n) => ({
    ...message('#lobby', 'bob', `old ${n}`),
    position: n + 0.001,
  }));
  driver.send({ kind: 'page', conversation: '#lobby', events: older, more: false, direction: 'older' });
  t.deepEqual(log(), before, 'a page in front moves nothing either');
  driver.key('Alt-End');
  t.is(chatOf(driver.model, '#lobby').unread, 0);
  t.regex(driver.screen(), /newest/);
});

test('scrolling up to the oldest line asks for more, once, until there is no more', t => {
  const driver = entered();
  const page = (from: number, more: boolean): Msg => ({
    kind: 'page',
    ...{ conversation: '#lobby', more, direction: 'older' as const },
    events: Array.from({ length: 100 }, (_, n) => message('#lobby', 'bob', `line ${n}`, NOW, from + n)),
  });
  t.deepEqual(driver.send(page(1000, true)), [], 'a screenful is there');
  driver.key('PageUp');
  const asked = driver.key('PageUp', 'PageUp', 'PageUp', 'Alt-Home');
  t.deepEqual(asked, [{ kind: 'fetch', conversation: '#lobby', before: 1000, limit: 200 }]);
  driver.send(page(800, false));
  t.deepEqual(driver.key('Alt-Home', 'PageUp'), []);
});

test('a fetch that failed is asked again when one scrolls, and after a new login', t => {
  const driver = entered();
  driver.send({ kind: 'page-failed', conversation: '#lobby' });
  t.is(driver.key('PageUp').length, 1);
  const again = driver.send(
    { kind: 'link', link: { state: 'waiting', retryAt: NOW, code: 'connection-lost', params: {} } },
    { kind: 'link', link: ONLINE },
  );
  t.deepEqual(
    again.map(effect => effect.kind),
    ['clock', 'clock', 'members', 'fetch'],
  );
});

test('a line of mine is queued, then on the server, and its event makes no second one', t => {
  for (const eventFirst of [false, true]) {
    const driver = entered();
    const ref = say(driver, 'hello');
    t.regex(driver.screen(), /hello +queued/);
    driver.send({ kind: 'queued', ref, id: 'id-1' });
    const own = event(
      '#lobby',
      'alice',
      NOW,
      { kind: 'message', body: { kind: 'text', text: 'hello' }, action: false },
      'id-1',
    );
    const ack: Msg = { kind: 'acked', id: 'id-1', position: own.position, time: NOW };
    driver.send(...(eventFirst ? [...live(own), ack] : [ack, ...live(own)]));
    t.deepEqual(texts(driver, '#lobby'), ['hello']);
    t.regex(driver.screen(), /hello +✓ /);
    t.is(chatOf(driver.model, '#lobby').unread, 0);
  }
});

test('an acked line goes to its place in the order of the log', t => {
  const driver = entered();
  driver.send({ kind: 'queued', ref: say(driver, 'mine'), id: 'id-1' });
  driver.send(...live(message('#lobby', 'bob', 'before', NOW, 10), message('#lobby', 'bob', 'after', NOW, 30)));
  t.deepEqual(texts(driver, '#lobby'), ['before', 'after', 'mine']);
  driver.send({ kind: 'acked', id: 'id-1', position: 20, time: NOW });
  t.deepEqual(texts(driver, '#lobby'), ['before', 'mine', 'after']);
});

test('a refused line stays with its reason, is sent again by /retry and forgotten by /drop', t => {
  const driver = entered();
  const ref = say(driver, 'too long');
  driver.send({ kind: 'queued', ref, id: 'id-1' });
  driver.send({ kind: 'refused', id: 'id-1', ref: null, code: 'text-too-long', params: { limit: 8192 } });
  t.regex(driver.screen(), /too long +refused/);
  t.regex(driver.screen(), /longer than 8192 bytes/);
  const [again] = driver.say('/retry');
  t.like(again, { kind: 'send', command: { kind: 'post', body: { text: 'too long' } } });
  t.not(again?.kind === 'send' && again.ref, ref);
  t.regex(driver.screen(), /too long +queued/);
  driver.send({
    kind: 'refused',
    id: null,
    ref: again?.kind === 'send' ? again.ref : 0,
    code: 'not-member',
    params: { room: '#lobby' },
  });
  driver.key('F6');
  t.deepEqual(texts(driver, '#lobby'), []);
});

test('a refusal of what is no line is told above the composer until the next key', t => {
  const driver = entered();
  driver.say('/join #elsewhere');
  driver.send({ kind: 'refused', id: 'id-9', ref: null, code: 'too-many-rooms', params: { limit: 64 } });
  t.regex(driver.screen(), /limit of 64 rooms/);
  driver.type('x');
  t.notRegex(driver.screen(), /limit of 64 rooms/);
});

test('private talk: /msg opens it, the id is learnt from its first event, ✓✓ when delivered', t => {
  const driver = entered();
  driver.say('/msg @bob psst');
  t.is(driver.model.current, PEOPLE.bob);
  const sent = driver.effects.at(-1)!;
  t.like(sent, { kind: 'send', command: { kind: 'post', target: { to: 'account', account: PEOPLE.bob } } });
  t.deepEqual(driver.effects.filter(effect => effect.kind === 'fetch').at(-1), {
    kind: 'fetch',
    ...{ conversation: PEOPLE.bob, before: null, limit: 200 },
  });
  driver.send({ kind: 'page', conversation: '~alice-and-bob', events: [], more: false, direction: 'older' });
  t.is(chatOf(driver.model, PEOPLE.bob).history, 'whole');
  driver.send({ kind: 'queued', ref: sent.kind === 'send' ? sent.ref : 0, id: 'id-1' });
  driver.send({ kind: 'acked', id: 'id-1', position: 50, time: NOW });
  t.regex(driver.screen(), /psst +✓ /);
  driver.send({ kind: 'delivered', conversation: '~alice-and-bob', position: 50 });
  t.regex(driver.screen(), /psst +✓✓/);
  driver.send(...live({ ...whisper('bob', 'yes?'), position: 60 }));
  t.is(chatOf(driver.model, PEOPLE.bob).conversation, '~alice-and-bob');
  t.deepEqual(texts(driver, PEOPLE.bob), ['psst', 'yes?']);
  driver.say('/close');
  t.is(driver.model.current, '#lobby');
});

test('somebody who writes privately is unread in the list of people, and the next unread goes there first', t => {
  const driver = entered();
  driver.send(...live(message('#dev', 'carol', 'hi'), whisper('bob', 'hi')));
  t.is(chatOf(driver.model, PEOPLE.bob).unread, 1);
  driver.key('Alt-A');
  t.is(driver.model.current, PEOPLE.bob);
  driver.key('Alt-A');
  t.is(driver.model.current, '#dev');
});

test('talk with oneself is notes', t => {
  const driver = entered();
  driver.say('/msg alice buy milk');
  t.is(driver.model.current, PEOPLE.alice);
  t.true(driver.model.contacts.people.includes(PEOPLE.alice));
  t.regex(driver.screen(), /notes to yourself/);
});

test('joining switches to the room, another’s joining does not; leaving goes back to the lobby', t => {
  const driver = entered();
  driver.say('/join random');
  driver.send(
    ...live(event('#dev', 'eve', NOW, { kind: 'joined' }), event('#random', 'alice', NOW, { kind: 'joined' })),
  );
  t.is(driver.model.current, '#random');
  t.true(driver.model.contacts.rooms.includes('#random'));
  t.deepEqual(driver.say('/leave'), [{ kind: 'send', ref: 2, command: { kind: 'leave', room: '#random' } }]);
  driver.send(...live(event('#random', 'alice', NOW, { kind: 'left' })));
  t.is(driver.model.current, '#lobby');
  t.true(driver.model.contacts.others.includes('#random'));
});

test('/join of a room that one is in just opens it', t => {
  const driver = entered();
  t.deepEqual(
    driver.say('/join #dev').map(effect => effect.kind),
    ['members', 'fetch'],
  );
  t.is(driver.model.current, '#dev');
});

test('topic and members in the header follow what happens', t => {
  const driver = entered();
  const accounts = [{ account: PEOPLE.bob, name: 'bob', here: true }];
  driver.send({ kind: 'members', room: '#lobby', accounts });
  driver.send(
    ...live(
      event('#lobby', 'carol', NOW, { kind: 'joined' }),
      event('#lobby', 'bob', NOW, { kind: 'topic', text: 'tea' }),
    ),
  );
  t.regex(driver.screen(), /# lobby {3}tea · 2 members · 2 here/);
  driver.send({ kind: 'presence', account: PEOPLE.carol, name: 'carol', here: false, away: null, time: NOW });
  t.regex(driver.screen(), /2 members · 1 here/);
});

test('an announcement stands in every open chat, under the mark of the server', t => {
  const driver = entered();
  driver.key('Alt-3');
  driver.send(...live(event('*', 'bob', NOW, { kind: 'broadcast', text: 'tea is ready' })));
  t.regex(driver.screen(), / server {3}tea is ready/);
  driver.key('Alt-1');
  t.regex(driver.screen(), / server {3}tea is ready/);
});

test('an event of a kind not known here is shown as such', t => {
  const driver = entered();
  const head = message('#lobby', 'bob', '');
  const { position, time, conversation, account, from, id } = head;
  driver.send({
    kind: 'event',
    event: { position, time, conversation, account, from, id, kind: 'unknown', name: 'poll' },
  });
  t.regex(driver.screen(), /bob did something that this version cannot show/);
});

test('what was asked while the link is gone is queued, and the clock runs only then', t => {
  const driver = entered();
  const lost: Msg = {
    kind: 'link',
    link: { state: 'waiting', retryAt: NOW + 4000, code: 'connection-lost', params: {} },
  };
  t.deepEqual(driver.send(lost), [{ kind: 'clock', on: true }]);
  driver.send({ kind: 'tick', now: NOW + 1000 });
  t.regex(driver.screen(), /back in 3 s/);
  t.true(say(driver, 'later') > 0);
  t.regex(driver.screen(), /later +queued/);
  t.deepEqual(driver.send({ kind: 'link', link: ONLINE })[0], { kind: 'clock', on: false });
  t.deepEqual(texts(driver, '#lobby'), ['later']);
});

test('thrown out for good: the sentence stays, what was said can be read', t => {
  const driver = entered();
  driver.send(...live(message('#lobby', 'bob', 'bye')));
  driver.send({ kind: 'link', link: { state: 'over', code: 'name-taken', params: { name: 'alice' } } });
  t.regex(driver.screen(), /disconnected/);
  t.regex(driver.screen(), /belongs to somebody else/);
  t.regex(driver.screen(), /bye/);
});

test('old lines are forgotten while one follows what comes, and can be fetched again', t => {
  const driver = entered({ linesHeld: 50 });
  driver.send({ kind: 'page', conversation: '#lobby', events: [], more: false, direction: 'older' });
  for (let n = 0; n < 100; n++) driver.send(...live(message('#lobby', 'bob', `line ${n}`)));
  const { timeline, history } = chatOf(driver.model, '#lobby');
  t.true(lineCount(timeline) <= 75);
  t.is(history, 'more');
  const first = lineAt(timeline, 0) as LoggedLine;
  t.deepEqual(driver.key('Alt-Home').at(-1), {
    kind: 'fetch',
    ...{ conversation: '#lobby', before: first.position, limit: 200 },
  });
});

test('a chat with more unread lines than fit opens where they begin', t => {
  const driver = entered();
  for (let n = 0; n < 60; n++) driver.send(...live(message('#dev', 'bob', `line ${n}`)));
  driver.key('Alt-A');
  t.regex(driver.screen(), /─ new ─[\s\S]*line 0 /);
  t.is(chatOf(driver.model, '#dev').unread, 60);
  driver.key('Alt-End');
  t.is(chatOf(driver.model, '#dev').unread, 0);
});

test('a line costs no more at a hundred thousand than at none', t => {
  // Counted by what is touched, not by the clock: nothing is copied, nothing but the lines in sight is measured.
  const driver = new Screen();
  driver.model = entered().model;
  const events = Array.from({ length: 100_000 }, (_, n) => message('#lobby', 'bob', `line ${n}`));
  driver.send({ kind: 'page', conversation: '#lobby', events, more: false, direction: 'older' });
  const { logged } = chatOf(driver.model, '#lobby').timeline;
  let touched = 0;
  const watched = new Proxy(logged, {
    get(lines, name, self) {
      touched += 1;
      return Reflect.get(lines, name, self);
    },
  });
  const chat = chatOf(driver.model, '#lobby');
  const timeline = { ...chat.timeline, logged: watched };
  driver.model = {
    ...driver.model,
    chats: new Map([['#lobby', { ...chat, timeline }]]),
    setting: { ...driver.model.setting, linesHeld: 1_000_000 },
  };
  driver.send(...live(message('#lobby', 'bob', 'one more')));
  t.regex(driver.screen(), /one more/);
  t.true(touched < 2_000, `${touched} accesses`);
});

test('a server that began a new log: its lines replace the old ones, mine on their way stay', t => {
  const driver = entered();
  driver.send(...live(message('#lobby', 'bob', 'old', NOW, 3)));
  driver.send({ kind: 'queued', ref: say(driver, 'mine'), id: 'id-1' });
  driver.type('a draft');
  const asked = driver.send({ kind: 'link', link: { ...ONLINE, serverId: 'server-2' } });
  t.true(asked.some(effect => effect.kind === 'fetch' && effect.before === null));
  driver.send(...live(message('#lobby', 'bob', 'new', NOW, 3)), { kind: 'acked', id: 'id-1', position: 4, time: NOW });
  t.deepEqual(texts(driver, '#lobby'), ['new', 'mine']);
  t.is(chatOf(driver.model, '#lobby').draft.text, 'a draft');
});
