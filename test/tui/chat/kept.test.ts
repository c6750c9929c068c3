// What outlives the chat screen: shown again at the start, before the server is heard, and told as it changes.
import test from 'ava';
import type { AnyEvent } from '../../../src/chat/vocabulary.ts';
import type { Effect, Kept, KeptLine } from '../../../src/tui/chat/messages.ts';
import { chatOf } from '../../../src/tui/chat/model.ts';
import { lineAt, lineCount } from '../../../src/tui/chat/timeline.ts';
import { Driver, event, message, NOW, ONLINE, PEOPLE, whisper } from './scenes.ts';

const id = (n: number) => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;

function kept(changes: Partial<Kept> = {}): Kept {
  return {
    ...{ serverId: 'server-1', serverName: 'Lab chat', account: PEOPLE.alice, name: 'alice', role: 'member' },
    rooms: ['#lobby', '#dev'].map(room => ({
      room,
      topic: `about ${room}`,
      members: 2,
      joined: true,
      visibility: 'public' as const,
    })),
    people: [
      { account: PEOPLE.alice, name: 'alice', here: true, since: NOW, away: null },
      { account: PEOPLE.bob, name: 'bob', here: true, since: NOW, away: null },
    ],
    ...{ pages: [], reads: new Map(), drafts: new Map(), queued: [], current: '#lobby' },
    ...changes,
  };
}

function queuedLine(n: number, text: string, changes: Partial<KeptLine> = {}): KeptLine {
  return {
    ...{ id: id(n), time: NOW, refusal: null },
    command: {
      ...{ kind: 'post', target: { to: 'room', room: '#lobby' }, action: false },
      body: { kind: 'text', text },
    },
    ...changes,
  };
}

const page = (conversation: string, ...events: readonly AnyEvent[]) => ({ conversation, events });

function start(changes: Partial<Kept> = {}): Driver {
  const driver = new Driver();
  driver.send({ kind: 'restored', kept: kept(changes) });
  return driver;
}

function lines(driver: Driver, key: string): readonly string[] {
  const { timeline } = chatOf(driver.model, key);
  return Array.from({ length: lineCount(timeline) }, (_, index) => {
    const line = lineAt(timeline, index)!;
    if (line.is === 'pending') return `${line.refusal?.code ?? 'queued'}: ${line.text}`;
    return line.is === 'message' ? line.text : line.is;
  });
}

const told = (effects: readonly Effect[]) =>
  effects.filter(each => each.kind === 'keep' || each.kind === 'shown' || each.kind === 'forget');

test('at the start everything is as it was, without a server: lines, what is on its way, drafts, the chat on the screen', t => {
  const [one, two] = [message('#lobby', 'bob', 'one'), message('#lobby', 'alice', 'two')];
  const private_ = whisper('bob', 'between us');
  const driver = start({
    pages: [page('#lobby', one, two), page(private_.conversation, private_)],
    queued: [queuedLine(1, 'on its way'), queuedLine(2, 'not that', { refusal: { code: 'room-full', params: {} } })],
    drafts: new Map([['#dev', 'half a thought']]),
    current: PEOPLE.bob,
  });
  t.deepEqual(lines(driver, '#lobby'), ['one', 'two', 'queued: on its way', 'room-full: not that']);
  t.deepEqual(lines(driver, PEOPLE.bob), ['between us']);
  t.is(chatOf(driver.model, '#dev').draft.text, 'half a thought');
  t.is(driver.model.current, PEOPLE.bob);
  t.is(driver.model.people.get(PEOPLE.bob)?.here, false, 'nobody knows who is here');
  t.is(driver.model.link.state, 'connecting');
  t.deepEqual(driver.model.contacts.rooms, ['#lobby', '#dev']);
});

test('a line on its way whose event came before its answer is one line', t => {
  const sent = { ...message('#lobby', 'alice', 'sent'), id: id(1) };
  const driver = start({ pages: [page('#lobby', sent)], queued: [queuedLine(1, 'sent')] });
  t.deepEqual(lines(driver, '#lobby'), ['sent']);
  driver.send({ kind: 'acked', id: id(1), position: sent.position, time: sent.time });
  t.deepEqual(lines(driver, '#lobby'), ['sent']);
});

test('an answer after the start settles the line that was kept', t => {
  const driver = start({ queued: [queuedLine(1, 'first'), queuedLine(2, 'second')] });
  driver.send({ kind: 'link', link: ONLINE });
  driver.send({ kind: 'acked', id: id(1), position: 900_000, time: NOW });
  driver.send({ kind: 'refused', id: id(2), ref: null, code: 'another-server', params: {} });
  t.deepEqual(lines(driver, '#lobby'), ['first', 'another-server: second']);
  driver.say('third');
  t.deepEqual(lines(driver, '#lobby').at(-1), 'queued: third', 'no line takes the place of another');
});

// Red when everything that is cached, or all that is pulled, counts as unread.
test('what stands above the last read line is unread, now and when more of it is pulled', t => {
  const events = ['a', 'b', 'c', 'd'].map(text => message('#dev', 'bob', text));
  const mine = message('#dev', 'alice', 'mine');
  const read = events[1]!.position;
  const driver = start({ pages: [page('#dev', ...events, mine)], reads: new Map([['#dev', read]]) });
  const chat = () => chatOf(driver.model, '#dev');
  t.is(chat().unread, 2);
  t.is(chat().rule, events[2]!.position);
  driver.send({ kind: 'link', link: ONLINE });
  driver.send({ kind: 'event', event: message('#dev', 'bob', 'e, @alice') });
  t.is(chat().unread, 3);
  const early = { ...message('#dev', 'bob', 'late to come'), position: events[0]!.position - 1 };
  driver.send({ kind: 'event', event: early });
  t.is(chat().unread, 3, 'from before what was read');
});

test('what the server itself said stands in every chat, but never before its first line', t => {
  const early = event('*', 'alice', NOW, { kind: 'broadcast', text: 'early' });
  const [one, two] = [message('#lobby', 'bob', 'one'), message('#dev', 'bob', 'two')];
  const late = event('*', 'alice', NOW, { kind: 'broadcast', text: 'late' });
  const driver = start({ pages: [page('*', early, late), page('#dev', two), page('#lobby', one)] });
  t.deepEqual(lines(driver, '#lobby'), ['one', 'server']);
  t.deepEqual(lines(driver, '#dev'), ['two', 'server']);
});

test('a server that is another one now shows nothing of the one before but what is being written and on its way', t => {
  const driver = start({
    pages: [page('#lobby', message('#lobby', 'bob', 'old'))],
    reads: new Map([['#lobby', 1_000_000]]),
    queued: [queuedLine(1, 'mine')],
    drafts: new Map([['#lobby', 'half']]),
  });
  driver.send({ kind: 'link', link: { ...ONLINE, serverId: 'server-2' } });
  t.deepEqual(lines(driver, '#lobby'), ['queued: mine']);
  t.is(chatOf(driver.model, '#lobby').draft.text, 'half');
  t.is(chatOf(driver.model, '#lobby').read, 0);
});

test('without a server one scrolls through what is kept, and is not asked again and again when there is no more', t => {
  const driver = start({ pages: [page('#lobby', message('#lobby', 'bob', 'newest'))] });
  const asked = (effects: readonly Effect[]) => effects.filter(each => each.kind === 'fetch').length;
  t.is(asked(driver.effects), 1);
  const older = Array.from({ length: 200 }, (_, n) => ({ ...message('#lobby', 'bob', `${n}`), position: n + 1 }));
  const next = driver.send({ kind: 'page', conversation: '#lobby', events: older, more: true, direction: 'older' });
  t.is(asked(next), 0, 'enough for now');
  driver.key('Alt-Home');
  t.is(asked(driver.send({ kind: 'page-failed', conversation: '#lobby' })), 0);
});

// Red when the screen tells nothing, tells all at each key, or keeps on telling what has not changed.
test('what is written, read and looked at is told when it changes, and only then', t => {
  const driver = start();
  driver.send({ kind: 'link', link: ONLINE });
  t.deepEqual(told(driver.type('hi')), [{ kind: 'keep', chat: '#lobby', draft: 'hi', read: null }]);
  t.deepEqual(told(driver.key('Left')), []);
  const seen = message('#lobby', 'bob', 'seen');
  t.deepEqual(told(driver.send({ kind: 'event', event: seen })), [
    { kind: 'keep', chat: '#lobby', draft: null, read: seen.position },
  ]);
  t.deepEqual(told(driver.send({ kind: 'event', event: message('#dev', 'bob', 'not seen') })), []);
  const order = driver.key('Enter').map(each => each.kind);
  t.true(order.indexOf('send') < order.indexOf('keep'), 'the line is kept before its draft is gone');
  t.like(told(driver.key('Alt-2')), [
    { kind: 'keep', chat: '#dev' },
    { kind: 'shown', chat: '#dev' },
  ]);
});

test('lines that are given up or sent again are forgotten, after the new ones went out', t => {
  const refusal = { code: 'another-server', params: {} };
  const driver = start({ queued: [queuedLine(1, 'one', { refusal }), queuedLine(2, 'two', { refusal })] });
  driver.send({ kind: 'link', link: ONLINE });
  const again = driver.say('/retry').filter(each => each.kind === 'send' || each.kind === 'forget');
  t.deepEqual(
    again.map(each => each.kind),
    ['send', 'send', 'forget'],
  );
  t.deepEqual(again.at(-1), { kind: 'forget', ids: [id(1), id(2)] });
  driver.send({ kind: 'queued', ref: 3, id: id(3) }, { kind: 'refused', id: id(3), ref: null, code: 'x', params: {} });
  t.deepEqual(
    told(driver.say('/drop')).filter(each => each.kind === 'forget'),
    [{ kind: 'forget', ids: [id(3)] }],
  );
});

test('where nothing is kept nothing is told, and where nothing was kept the screen begins as ever', t => {
  const driver = new Driver();
  driver.send({ kind: 'restored', kept: null });
  t.is(driver.model.current, null);
  t.is(driver.model.me, null);
  t.true(driver.model.keeping);
  t.deepEqual(told(driver.effects), []);
});
