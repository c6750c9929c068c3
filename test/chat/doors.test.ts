// Who may come into a room, who may open and close it, how long talk is kept, and when somebody's queue is full.
import test from 'ava';
import { daysKept } from '../../src/chat/commands/keep.ts';
import { apply, emptyState, restore } from '../../src/chat/state.ts';
import {
  type Command,
  type Draft,
  LEDGER,
  LOBBY,
  type Retention,
  VISIBILITIES,
  type Visibility,
} from '../../src/chat/vocabulary.ts';
import { KEPT_DAYS } from '../../src/limits.ts';
import { ChatWorld, named, onlyEvent, outcome, room, talkOf } from '../helpers/chat-world.ts';

const join = (name: string): Command => ({ kind: 'join', room: name });
const leave = (name: string): Command => ({ kind: 'leave', room: name });
const invite = (name: string, who: string): Command => ({ kind: 'invite', room: name, target: named(who) });
const turn = (name: string, visibility: Visibility): Command => ({ kind: 'visibility', room: name, visibility });
const post = (target: ReturnType<typeof room>, text = 'x'): Command => ({
  ...{ kind: 'post', target, body: { kind: 'text', text }, action: false },
});
const retain = (place: string | null, keep: Retention): Command => ({ kind: 'retain', room: place, keep });

/** ann's room, closed. */
function den(visibility: Visibility = 'hidden'): ChatWorld {
  const chat = new ChatWorld('ann', 'bob', 'eve');
  chat.does('ann', join('#den'));
  chat.does('ann', turn('#den', visibility));
  return chat;
}

test('a room is opened and closed by its owner and by operators, and by nobody else', t => {
  const chat = den('public');
  chat.does('bob', join('#den'));
  t.like(chat.does('bob', turn('#den', 'hidden')), { rejection: { code: 'not-room-owner' } });
  t.is(outcome(chat.does('eve', turn('#den', 'hidden'))), 'not-member');
  t.like(onlyEvent(chat.does('ann', turn('#den', 'invite'))), {
    ...{ kind: 'visibility', conversation: '#den', visibility: 'invite', id: 'm6' },
  });
  t.is(chat.state.rooms.get('#den')?.visibility, 'invite');
  t.deepEqual(outcome(chat.does('eve', turn('#den', 'hidden'), 'operator')), ['visibility']);
  t.is(outcome(chat.does('ann', turn('#den', 'hidden'))), 'visibility-invalid', 'it is so already');
  chat.does('ann', leave('#den'));
  t.is(outcome(chat.does('ann', turn('#den', 'public'))), 'not-member');
});

test('the lobby stays open to all', t => {
  const chat = new ChatWorld('ann');
  for (const visibility of VISIBILITIES) {
    t.is(outcome(chat.does('ann', turn(LOBBY, visibility))), 'visibility-invalid', visibility);
  }
});

// Red when mayEnter or maySpeak does not look at the visibility.
test('into a closed room nobody comes and says a word uninvited; its owner always finds back', t => {
  for (const visibility of ['invite', 'hidden'] as const) {
    const chat = den(visibility);
    t.like(chat.does('bob', join('#den')), { rejection: { code: 'room-closed', params: { room: '#den' } } });
    t.is(outcome(chat.does('bob', post(room('#den')))), 'room-closed');
    t.deepEqual(outcome(chat.does('ann', post(room('#den')))), ['message']);
    chat.does('ann', leave('#den'));
    t.is(outcome(chat.does('ann', post(room('#den')))), 'room-closed');
    t.deepEqual(outcome(chat.does('ann', join('#den'))), ['joined']);
  }
});

// Red when the invitation stays after it was used, or is everybody's.
test('an invitation lets one person in, once, and stands in the private talk of the two', t => {
  const chat = den();
  t.deepEqual(onlyEvent(chat.does('ann', invite('#den', 'Bob'))), {
    ...{ kind: 'invited', time: 7, conversation: talkOf('ann', 'bob'), account: 'ann', from: 'ann', id: 'm3' },
    ...{ room: '#den', to: { account: 'bob', name: 'bob' } },
  });
  t.deepEqual(chat.state.talks.get(talkOf('ann', 'bob')), ['ann', 'bob']);
  t.is(outcome(chat.does('ann', invite('#den', 'bob'))), 'already-invited');
  t.is(outcome(chat.does('eve', join('#den'))), 'room-closed');
  t.is(outcome(chat.does('bob', post(room('#den')))), 'room-closed', 'not before coming in');
  t.deepEqual(outcome(chat.does('bob', join('#den'))), ['joined']);
  t.is(outcome(chat.does('ann', invite('#den', 'bob'))), 'already-member');
  chat.does('bob', leave('#den'));
  t.is(outcome(chat.does('bob', join('#den'))), 'room-closed');
  t.deepEqual(outcome(chat.does('ann', invite('#den', 'bob'))), ['invited']);
});

// Red when the room is looked up before the membership: the answers would differ.
test('who is not in a room invites nobody to it, and does not learn whether it is there', t => {
  const chat = den();
  for (const place of ['#den', '#none']) {
    t.deepEqual(chat.does('eve', invite(place, 'bob')), {
      ...{ ok: false, rejection: { code: 'not-member', params: { room: place } } },
    });
    t.is(outcome(chat.does('eve', invite(place, 'nobody'))), 'not-member');
    t.is(outcome(chat.does('eve', turn(place, 'public'))), 'not-member');
    t.is(outcome(chat.does('eve', leave(place))), 'not-member');
    t.is(outcome(chat.does('eve', { kind: 'topic', room: place, text: 'x' })), 'no-such-room');
  }
  t.is(outcome(chat.does('ann', invite('#den', 'nobody'))), 'no-such-name');
  t.is(outcome(chat.does('ann', invite('#den', 'ann'))), 'already-member');
  t.deepEqual(outcome(chat.does('ann', { kind: 'invite', room: '#den', target: { to: 'account', account: 'bob' } })), [
    'invited',
  ]);
});

test('the topic of an invite-only room is for its members, and that it is there is no secret', t => {
  const chat = den('invite');
  t.is(outcome(chat.does('eve', { kind: 'topic', room: '#den', text: 'x' })), 'not-member');
  t.deepEqual(outcome(chat.does('ann', { kind: 'topic', room: '#den', text: 'x' })), ['topic']);
});

// Red when an operator's mute does not look for the room: its event would stand in a room that is not there, for whoever watches.
test('nobody is muted in a room that is not there', t => {
  const chat = new ChatWorld('ann', 'bob');
  const mute: Command = { kind: 'mute', target: named('bob'), room: '#none', lasts: null, reason: '' };
  t.is(outcome(chat.does('ann', mute, 'operator')), 'no-such-room');
  t.is(outcome(chat.does('ann', mute)), 'not-moderator');
});

test('what a state is read back from gives the same doors', t => {
  const chat = den();
  const events: Draft[] = [];
  const keep = (...commands: readonly (readonly [string, Command])[]) => {
    for (const [who, command] of commands) events.push(onlyEvent(chat.does(who, command)));
  };
  keep(['ann', invite('#den', 'bob')], ['ann', invite('#den', 'eve')], ['bob', join('#den')]);
  const other = emptyState();
  const head = { time: 1, conversation: '#den', account: 'ann', from: 'ann', id: null };
  const first: Draft[] = [
    { ...head, kind: 'created' },
    { ...head, kind: 'joined' },
    { ...head, kind: 'visibility', visibility: 'hidden' },
  ];
  restore(other, [...first, ...events], []);
  t.deepEqual(other.rooms.get('#den')?.invited, new Set(['eve']));
  t.is(other.rooms.get('#den')?.visibility, 'hidden');
  t.deepEqual(other.talks.get(talkOf('ann', 'eve')), ['ann', 'eve']);
  restore(other, first.slice(0, 2), []);
  t.is(other.rooms.get('#den')?.visibility, 'public');
  t.deepEqual([other.talks.size, other.talksOf.size], [0, 0]);
  t.notThrows(() => apply(other, { ...head, conversation: '#none', kind: 'visibility', visibility: 'hidden' }));
});

// Red when postToPerson does not ask, or counts units instead of bytes.
test('where nothing more may wait for somebody, private words and invitations to them are refused, and rooms are not', t => {
  const chat = den('public');
  t.deepEqual(outcome(chat.does('ann', post(named('bob'), 'né'))), ['message']);
  t.deepEqual(chat.asked, [{ to: 'bob', bytes: 3 }]);
  chat.waits = false;
  t.like(chat.does('ann', post(named('bob'))), { rejection: { code: 'queue-full', params: { name: 'bob' } } });
  t.is(outcome(chat.does('ann', invite('#den', 'bob'))), 'queue-full');
  const body = { kind: 'sealed', bytes: new Uint8Array(9) } as const;
  t.is(outcome(chat.does('ann', { kind: 'post', target: named('bob'), body, action: false })), 'queue-full');
  t.is(chat.asked.at(-1)?.bytes, 9);
  t.deepEqual(outcome(chat.does('ann', post(room('#den')))), ['message']);
});

test('how long talk is kept is said by operators, for all or for one room, and stays in the server', t => {
  const chat = new ChatWorld('ann');
  t.is(outcome(chat.does('ann', retain(null, { days: 30, bytes: null }))), 'not-allowed');
  t.is(daysKept(chat.state.retention, LOBBY), KEPT_DAYS);
  const keep = { days: 30, bytes: 2 ** 30 };
  t.like(onlyEvent(chat.does('ann', retain(null, keep), 'operator')), { kind: 'retained', conversation: LEDGER, keep });
  t.is(daysKept(chat.state.retention, LOBBY), 30);
  chat.does('ann', retain(LOBBY, { days: null, bytes: null }), 'owner');
  t.is(daysKept(chat.state.retention, LOBBY), null);
  t.is(daysKept(chat.state.retention, '#other'), 30);
  t.deepEqual([...chat.state.retention.keys()], ['', LOBBY]);
});

test('a time or size that cannot be is refused, and so is a size of one room alone', t => {
  const chat = new ChatWorld('ann');
  const refused = (place: string | null, days: number | null, bytes: number | null) =>
    outcome(chat.does('ann', retain(place, { days, bytes }), 'owner'));
  for (const days of [0, -1, 1.5, 36_501, Number.NaN, Number.POSITIVE_INFINITY]) {
    t.is(refused(null, days, null), 'retention-invalid', String(days));
  }
  for (const bytes of [0, 0.5, 2 ** 51]) t.is(refused(null, 1, bytes), 'retention-invalid', String(bytes));
  t.is(refused(LOBBY, 1, 2 ** 30), 'retention-invalid');
  t.is(refused('#none', 1, null), 'no-such-room');
  t.deepEqual(refused(null, 36_500, 2 ** 50), ['retained']);
  t.deepEqual(refused(null, null, null), ['retained']);
});

test('that the clock is right is said by operators', t => {
  const chat = new ChatWorld('ann');
  t.is(outcome(chat.does('ann', { kind: 'confirm-clock' })), 'not-allowed');
  t.like(onlyEvent(chat.does('ann', { kind: 'confirm-clock' }, 'operator')), {
    ...{ kind: 'clock-confirmed', conversation: LEDGER },
  });
});
