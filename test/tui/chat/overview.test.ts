// Where one stands: unread counts of the server, reads on other screens, deliveries, rooms of which too much was missed.
import test from 'ava';
import type { ConversationSummary } from '../../../src/chat/vocabulary.ts';
import type { Effect, Msg } from '../../../src/tui/chat/messages.ts';
import { chatOf } from '../../../src/tui/chat/model.ts';
import { type Driver, entered, event, message, NOW, PEOPLE, TALK, whisper } from './scenes.ts';

function summary(conversation: string, facts: Partial<ConversationSummary> = {}): ConversationSummary {
  return { conversation, peer: null, last: 0, read: 0, unread: 0, missed: 0, delivered: 0, ...facts };
}

function overview(...conversations: readonly ConversationSummary[]): Msg {
  return { kind: 'overview', conversations };
}

const live = (...events: readonly ReturnType<typeof message>[]): readonly Msg[] =>
  events.map(each => ({ kind: 'event', event: each }));
const line = (room: string, at: number) => message(room, 'bob', `line ${at}`, NOW, at);
const marks = (effects: readonly Effect[]) => effects.filter(each => each.kind === 'mark');

function blurred(): Driver {
  const driver = entered();
  driver.send({ kind: 'input', event: { type: 'focus', focused: false }, target: undefined });
  return driver;
}

// Red when what was missed counts once in the overview and once more when it comes.
test('what the server counts as unread is no more when it comes, and what comes later is', t => {
  const driver = entered();
  driver.send(overview(summary('#dev', { last: 50, read: 20, unread: 3 })));
  t.is(chatOf(driver.model, '#dev').unread, 3);
  driver.send(...live(line('#dev', 30), line('#dev', 40), message('#dev', 'bob', '@alice', NOW, 50)));
  t.like(chatOf(driver.model, '#dev'), { unread: 3, mentions: 1, rule: 21 });
  driver.send(...live(line('#dev', 60)));
  t.is(chatOf(driver.model, '#dev').unread, 4);
});

test('private talk that this device has never seen is in the list of people, with what is unread', t => {
  const driver = entered();
  driver.send({ kind: 'restored', kept: null });
  const frank = { account: 'acc-frank', name: 'frank' };
  driver.send(overview(summary('~alice-and-frank', { peer: frank, last: 9, unread: 2 })));
  t.true(driver.model.contacts.people.includes('acc-frank'));
  t.regex(driver.screen(), /frank +2 /);
  driver.key('Alt-A');
  t.is(driver.model.current, 'acc-frank');
  t.like(driver.effects.filter(each => each.kind === 'fetch').at(-1), {
    conversation: '~alice-and-frank',
    before: null,
  });
  t.is(chatOf(driver.model, 'acc-frank').unread, 2, 'nothing is read before it is here');
  const to = { account: PEOPLE.alice, name: 'alice' };
  const events = [5, 9].map(position => ({
    ...{ position, time: NOW, conversation: '~alice-and-frank', account: 'acc-frank', from: 'frank', id: null },
    ...({ kind: 'message', body: { kind: 'text', text: `hi ${position}` }, action: false, to } as const),
  }));
  driver.send({ kind: 'page', conversation: '~alice-and-frank', events, more: false, direction: 'older', from: null });
  t.is(chatOf(driver.model, 'acc-frank').unread, 0);
  t.regex(driver.screen(), /─ new ─/);
  t.deepEqual(marks(driver.effects).at(-1), { kind: 'mark', conversation: '~alice-and-frank', position: 9 });
});

test('what was read here while the server was away is not unread, whatever the server still counts', t => {
  const driver = entered();
  driver.key('Alt-3');
  driver.send(...live(line('#dev', 10), line('#dev', 20), line('#dev', 30)));
  t.is(chatOf(driver.model, '#dev').read, 30);
  driver.key('Alt-1');
  driver.send(overview(summary('#dev', { last: 30, read: 10, unread: 2 })));
  t.is(chatOf(driver.model, '#dev').unread, 0);
});

test('reading is told once for what is new, and what the server has told is not told back', t => {
  const driver = entered();
  driver.send({ kind: 'restored', kept: null });
  const told = driver.send(...live(line('#lobby', 10), line('#lobby', 20)));
  t.deepEqual(marks(told), [
    { kind: 'mark', conversation: '#lobby', position: 10 },
    { kind: 'mark', conversation: '#lobby', position: 20 },
  ]);
  const heard = driver.send(
    { kind: 'marked', conversation: '#dev', position: 40 },
    overview(summary('#release', { last: 9, read: 9 })),
  );
  t.deepEqual(marks(heard), []);
});

test('what was read on another screen is unread here no more, up to there', t => {
  const driver = entered();
  driver.send(...live(line('#dev', 10), line('#dev', 20), line('#dev', 30), line('#dev', 40)));
  t.is(chatOf(driver.model, '#dev').unread, 4);
  driver.send({ kind: 'marked', conversation: '#dev', position: 20 });
  t.like(chatOf(driver.model, '#dev'), { unread: 2, rule: 30 });
  driver.send({ kind: 'marked', conversation: '#dev', position: 10 });
  t.is(chatOf(driver.model, '#dev').unread, 2, 'it never goes back');
  driver.send({ kind: 'marked', conversation: '#dev', position: 40 });
  t.is(chatOf(driver.model, '#dev').unread, 0);
  const counted = entered();
  counted.send(overview(summary('#dev', { last: 500, unread: 90 })));
  counted.send({ kind: 'marked', conversation: '#dev', position: 100 });
  t.is(chatOf(counted.model, '#dev').unread, 90, 'of what is not here nobody knows');
  counted.send({ kind: 'marked', conversation: '#dev', position: 500 });
  t.is(chatOf(counted.model, '#dev').unread, 0);
});

test('✓✓ stands at every line of mine up to what the other one has stored, and at no later one', t => {
  const driver = entered();
  driver.say('/msg @bob one');
  driver.send({ kind: 'page', conversation: TALK, events: [], more: false, direction: 'older' });
  driver.say('two');
  driver.send({ kind: 'queued', ref: 1, id: 'id-1' }, { kind: 'queued', ref: 2, id: 'id-2' });
  driver.send(
    { kind: 'acked', id: 'id-1', position: 10, time: NOW },
    { kind: 'acked', id: 'id-2', position: 20, time: NOW },
  );
  driver.send({ kind: 'delivered', conversation: TALK, position: 15 });
  t.regex(driver.screen(), /one +✓✓/);
  t.regex(driver.screen(), /two +✓ /);
  driver.send({ kind: 'delivered', conversation: TALK, position: 9 });
  t.regex(driver.screen(), /one +✓✓/, 'it never goes back');
  const peer = { account: PEOPLE.bob, name: 'bob' };
  driver.send(overview(summary(TALK, { peer, last: 20, delivered: 20 })));
  t.regex(driver.screen(), /two +✓✓/);
  driver.send(...live({ ...whisper('bob', 'hm'), position: 12 }));
  t.notRegex(driver.screen(), /hm +✓/, 'what others say has no mark');
});

test('notes to oneself and lines in rooms have one ✓', t => {
  const driver = entered();
  driver.send(...live(message('#lobby', 'alice', 'here', NOW, 10)));
  t.regex(driver.screen(), /here +✓ /);
});

test('of a room of which too much was missed the newest page is shown, and older lines are fetched behind it', t => {
  const driver = blurred();
  driver.send({
    kind: 'page',
    conversation: '#lobby',
    events: [line('#lobby', 10), line('#lobby', 20)],
    more: true,
    direction: 'older',
  });
  driver.send(...live(event('*', 'bob', NOW, { kind: 'broadcast', text: 'at noon' }, null, 905)));
  driver.send(overview(summary('#lobby', { last: 990, read: 20, unread: 480, missed: 300 })));
  const events = Array.from({ length: 50 }, (_, n) => line('#lobby', 500 + n * 10));
  const asked = driver.send({ kind: 'newest', conversation: '#lobby', events, more: true });
  const chat = chatOf(driver.model, '#lobby');
  t.is(chat.timeline.logged[0]?.position, 500, 'nothing stands before the gap');
  t.is(chat.unread, 480);
  t.is(chat.rule, 21);
  t.regex(driver.screen(), /line 990/);
  t.regex(driver.screen(), /at noon/);
  t.deepEqual(asked, [{ kind: 'fetch', conversation: '#lobby', before: 500, limit: 200 }]);
  driver.send(...live(line('#lobby', 1000)));
  t.is(chatOf(driver.model, '#lobby').unread, 481);
});

test('who was reading further up stays there, on lines that are asked for anew', t => {
  const driver = entered();
  const events = Array.from({ length: 60 }, (_, n) => line('#lobby', 10 + n * 10));
  driver.send({ kind: 'page', conversation: '#lobby', events, more: false, direction: 'older' });
  driver.key('PageUp');
  const top = (screen: string) => /line \d+/.exec(screen)?.[0];
  const before = top(driver.screen());
  const page = Array.from({ length: 50 }, (_, n) => line('#lobby', 5000 + n * 10));
  const asked = driver.send({ kind: 'newest', conversation: '#lobby', events: page, more: true });
  t.is(top(driver.screen()), before);
  t.like(asked[0], { kind: 'jump', conversation: '#lobby' });
  driver.key('Alt-End');
  t.regex(driver.screen(), /line 5490/);
});

test('a room that is not listed any more goes, with what was unread in it', t => {
  const driver = entered();
  driver.send(...live(line('#dev', 10)));
  const rooms = [...driver.model.rooms.values()].filter(({ room }) => room !== '#dev' && room !== '#random');
  driver.send({ kind: 'rooms', rooms });
  t.false(driver.model.contacts.rooms.includes('#dev'));
  t.false(driver.model.contacts.others.includes('#random'));
  t.false(driver.model.chats.has('#dev'));
  driver.key('Alt-3');
  const [first = ''] = driver.model.contacts.rooms;
  driver.send({ kind: 'rooms', rooms: rooms.filter(({ room }) => room !== driver.model.current) });
  t.is(driver.model.current, first);
});

test('who may come into a room is told by its sign and in its title', t => {
  const driver = entered();
  const visibility = (room: string, to: 'public' | 'invite' | 'hidden') =>
    live(event(room, 'bob', NOW, { kind: 'visibility', visibility: to }));
  driver.send(...visibility('#lobby', 'invite'), ...visibility('#dev', 'hidden'));
  t.regex(driver.screen(), /⊕ lobby {3}by invitation · 6 members/);
  t.regex(driver.screen(), /⊘ dev/);
  driver.send(...visibility('#dev', 'public'));
  t.regex(driver.screen(), /# dev/);
});

test('/away and /back tell the server, and show it; others’ words stand in the list and who', t => {
  const driver = entered();
  t.deepEqual(driver.say('/back'), []);
  t.deepEqual(driver.say('/away  at lunch'), [{ kind: 'away', text: 'at lunch' }]);
  t.regex(driver.screen(), /alice {2}owner {2}◐ at lunch/);
  t.deepEqual(driver.say('/back'), [{ kind: 'away', text: null }]);
  t.notRegex(driver.screen(), /◐/);
  driver.send({ kind: 'presence', account: PEOPLE.bob, name: 'bob', here: true, time: NOW, away: 'gone fishing' });
  driver.send({
    kind: 'presence',
    account: PEOPLE.carol,
    name: 'carol',
    here: false,
    time: NOW - 3 * 3_600_000,
    away: null,
  });
  t.regex(driver.screen(), /◐ bob +gone fish/);
  driver.send({
    kind: 'members',
    room: '#lobby',
    accounts: [
      { account: PEOPLE.bob, name: 'bob', here: true },
      { account: PEOPLE.carol, name: 'carol', here: false },
    ],
  });
  driver.key('F3');
  t.regex(driver.screen(), /◐ bob +away: gone fishing/);
  t.regex(driver.screen(), /○ carol +seen 3 h ago/);
});
