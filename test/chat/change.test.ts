// What may be done about a message that was said: other words, taking it back, reactions, answers.
import test from 'ava';
import { type Command, LOBBY, type MessageRef } from '../../src/chat/vocabulary.ts';
import { MESSAGE_BYTES, REACTION_LENGTH, REACTIONS_PER_MESSAGE } from '../../src/limits.ts';
import { ChatWorld, named, onlyEvent, outcome, room, talkOf } from '../helpers/chat-world.ts';

const edit = (about: MessageRef, text: string): Command => ({ kind: 'edit', about, body: { kind: 'text', text } });
const takeBack = (about: MessageRef): Command => ({ kind: 'delete', about });
const react = (about: MessageRef, reaction: string, on = true): Command => ({ kind: 'react', about, reaction, on });
const reply = (target: ReturnType<typeof room>, about: MessageRef): Command => ({
  ...{ kind: 'post', target, body: { kind: 'text', text: 'answer' }, action: false, reply: about },
});
const nothing: MessageRef = { account: 'ann', id: 'none' };

test('an edit is an event of its author about the message, in its conversation', t => {
  const chat = new ChatWorld('ann', 'bob');
  const about = chat.says('ann', room(LOBBY), 'first');
  t.deepEqual(onlyEvent(chat.does('ann', edit(about, 'second\u0007'))), {
    ...{ kind: 'edited', time: 7, conversation: LOBBY, account: 'ann', from: 'ann', id: 'm2' },
    ...{ about, body: { kind: 'text', text: 'second\ufffd' } },
  });
  t.like(chat.message(about), { body: { text: 'second\ufffd' } });
});

// Red when `edit` asks whether the actor may delete, or does not ask whose it is.
test('only one’s own words can be changed, by nobody else whatever they are', t => {
  const chat = new ChatWorld('ann', 'bob');
  chat.does('bob', { kind: 'join', room: '#bobs' });
  const about = chat.says('ann', room('#bobs'), 'mine');
  t.is(outcome(chat.does('bob', edit(about, 'x'))), 'not-yours', 'the room’s owner');
  t.is(outcome(chat.does('bob', edit(about, 'x'), 'owner')), 'not-yours', 'the server’s owner');
  t.is(outcome(chat.does('ann', edit(nothing, 'x'))), 'no-such-message');
  t.is(outcome(chat.does('ann', edit({ account: 'bob', id: about.id }, 'x'))), 'no-such-message');
});

test('other words are held to the same rules as the first', t => {
  const chat = new ChatWorld('ann');
  const about = chat.says('ann', room(LOBBY), 'first');
  t.is(outcome(chat.does('ann', edit(about, ' \n'))), 'text-empty');
  t.is(outcome(chat.does('ann', edit(about, 'x'.repeat(MESSAGE_BYTES + 1)))), 'text-too-long');
  t.like(chat.message(about), { body: { text: 'first' } });
  const body = { kind: 'sealed', bytes: Uint8Array.of(1) } as const;
  t.like(onlyEvent(chat.does('ann', { kind: 'edit', about, body })), { body });
});

test('what was taken back can be changed, taken back and reacted to no more', t => {
  const chat = new ChatWorld('ann', 'bob');
  const about = chat.says('ann', room(LOBBY), 'oops');
  t.like(onlyEvent(chat.does('ann', takeBack(about))), { kind: 'deleted', about, conversation: LOBBY });
  for (const command of [edit(about, 'x'), takeBack(about), react(about, '👍')]) {
    t.is(outcome(chat.does('ann', command)), 'no-such-message', command.kind);
  }
});

// Red when an operator may take back private talk, or any member what others said.
test('in a room its owner and operators may take back what others said; in private talk nobody may', t => {
  const chat = new ChatWorld('ann', 'bob', 'eve');
  chat.does('bob', { kind: 'join', room: '#bobs' });
  const says = () => chat.says('ann', room('#bobs'), 'x');
  t.is(outcome(chat.does('eve', takeBack(says()))), 'not-yours');
  t.deepEqual(outcome(chat.does('ann', takeBack(says()))), ['deleted']);
  t.deepEqual(outcome(chat.does('bob', takeBack(says()))), ['deleted']);
  t.deepEqual(outcome(chat.does('eve', takeBack(says()), 'operator')), ['deleted']);
  const secret = chat.says('ann', named('bob'), 'between us');
  t.is(outcome(chat.does('bob', takeBack(secret))), 'not-yours');
  t.is(outcome(chat.does('eve', takeBack(secret), 'owner')), 'not-yours');
});

// Red when the event of a private talk names its own actor as the other one.
test('in private talk the event names the one who is not its actor', t => {
  const chat = new ChatWorld('ann', 'bob');
  const about = chat.says('ann', named('bob'), 'x');
  const conversation = talkOf('ann', 'bob');
  t.like(onlyEvent(chat.does('ann', edit(about, 'y'))), { conversation, to: { account: 'bob', name: 'bob' } });
  t.like(onlyEvent(chat.does('bob', react(about, '👍'))), { conversation, to: { account: 'ann', name: 'ann' } });
  t.like(onlyEvent(chat.does('ann', takeBack(about))), { conversation, to: { account: 'bob', name: 'bob' } });
  const note = chat.says('ann', named('ann'), 'milk');
  t.like(onlyEvent(chat.does('ann', edit(note, 'bread'))), { to: { account: 'ann' } });
});

test('a reaction is one short visible text; taking it back is the same with off', t => {
  const chat = new ChatWorld('ann', 'bob');
  const about = chat.says('ann', room(LOBBY), 'x');
  t.like(onlyEvent(chat.does('bob', react(about, '👍'))), { kind: 'reacted', about, reaction: '👍', on: true });
  t.deepEqual(chat.message(about)?.reactions, [{ reaction: '👍', accounts: ['bob'] }]);
  t.like(onlyEvent(chat.does('bob', react(about, '👍', false))), { on: false });
  t.is(chat.message(about)?.reactions, undefined);
  for (const bad of ['', ' ', ' 👍', 'a\nb', '\u0007', '\u200d', 'x'.repeat(REACTION_LENGTH + 1)]) {
    t.is(outcome(chat.does('bob', react(about, bad))), 'reaction-invalid', JSON.stringify(bad));
  }
  t.deepEqual(outcome(chat.does('bob', react(about, 'x'.repeat(REACTION_LENGTH)))), ['reacted']);
});

// Red when reactions are counted by kind, or taking one back is refused too.
test('a message has so many reactions of all people together; with that many, one can still be taken back', t => {
  const names = Array.from({ length: 9 }, (_, n) => `user${n}`);
  const chat = new ChatWorld(...names);
  const about = chat.says('user0', room(LOBBY), 'x');
  for (let n = 0; n < REACTIONS_PER_MESSAGE; n++) {
    t.deepEqual(outcome(chat.does(`user${n % 8}`, react(about, `r${n >> 3}`))), ['reacted']);
  }
  t.like(chat.does('user8', react(about, '👍')), {
    rejection: { code: 'too-many-reactions', params: { limit: REACTIONS_PER_MESSAGE } },
  });
  t.deepEqual(outcome(chat.does('user0', react(about, 'r0', false))), ['reacted']);
  t.deepEqual(outcome(chat.does('user8', react(about, '👍'))), ['reacted']);
});

test('an answer stands in the conversation of what it answers, also of what was taken back', t => {
  const chat = new ChatWorld('ann', 'bob', 'eve');
  const about = chat.says('ann', room(LOBBY), 'question');
  t.like(onlyEvent(chat.does('bob', reply(room(LOBBY), about))), { kind: 'message', reply: about });
  t.is(outcome(chat.does('bob', reply(room('#other'), about))), 'no-such-message');
  t.is(outcome(chat.does('bob', reply(named('ann'), about))), 'no-such-message');
  t.is(outcome(chat.does('bob', reply(room(LOBBY), nothing))), 'no-such-message');
  t.false(chat.state.rooms.has('#other'), 'a refusal founds nothing');
  const secret = chat.says('ann', named('bob'), 'between us');
  t.deepEqual(outcome(chat.does('bob', reply(named('ann'), secret))), ['message']);
  t.is(outcome(chat.does('bob', reply(named('eve'), secret))), 'no-such-message');
  chat.does('ann', takeBack(about));
  t.deepEqual(outcome(chat.does('bob', reply(room(LOBBY), about))), ['message']);
});

// Red when one of the rows does not ask `message`, which knows what the actor may see.
test('a message that one may not see is none, whatever one would do about it', t => {
  const chat = new ChatWorld('ann', 'bob', 'eve');
  const secret = chat.says('ann', named('bob'), 'between us');
  chat.sees = (account, message) => !message.to || [message.account, message.to.account].includes(account);
  const commands = [
    ...[edit(secret, 'x'), takeBack(secret), react(secret, '👍')],
    ...[reply(room(LOBBY), secret), reply(named('ann'), secret)],
  ];
  for (const command of commands) {
    const other = JSON.parse(JSON.stringify(command).replace(`"${secret.id}"`, '"none"')) as Command;
    t.is(outcome(chat.does('eve', command)), 'no-such-message', command.kind);
    t.deepEqual(chat.does('eve', command), chat.does('eve', other), command.kind);
  }
});

// Red when `silenced` is not asked: an edit would be a way to speak in a room that one has left.
test('who has left a closed room neither changes words nor reacts there, but may take their own back', t => {
  const chat = new ChatWorld('ann', 'bob');
  chat.does('ann', { kind: 'join', room: '#den' });
  chat.does('bob', { kind: 'join', room: '#den' });
  const about = chat.says('bob', room('#den'), 'x');
  const other = chat.says('bob', room('#den'), 'y');
  chat.does('ann', { kind: 'visibility', room: '#den', visibility: 'hidden' });
  t.deepEqual(outcome(chat.does('bob', edit(about, 'z'))), ['edited']);
  chat.does('bob', { kind: 'leave', room: '#den' });
  t.is(outcome(chat.does('bob', edit(about, 'still here'))), 'room-closed');
  t.is(outcome(chat.does('bob', react(about, '👍'))), 'room-closed');
  t.is(outcome(chat.does('bob', reply(room('#den'), about))), 'room-closed');
  t.deepEqual(outcome(chat.does('bob', takeBack(other))), ['deleted']);
  chat.does('ann', { kind: 'visibility', room: '#den', visibility: 'public' });
  t.deepEqual(outcome(chat.does('bob', edit(about, 'back'))), ['edited']);
});
