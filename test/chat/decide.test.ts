// What each command does and when it is refused; claims; what events make of the state; who gets them.
import test from 'ava';
import { decideClaim } from '../../src/chat/claim.ts';
import { talksOf } from '../../src/chat/conversations.ts';
import { decide } from '../../src/chat/decide.ts';
import { apply, type ChatState, emptyState, findAccount } from '../../src/chat/state.ts';
import {
  type Actor,
  CONSOLE,
  type Command,
  type Decision,
  type Draft,
  LEDGER,
  LOBBY,
  type Role,
  SERVER,
  type Target,
} from '../../src/chat/vocabulary.ts';
import {
  MESSAGE_BYTES,
  MESSAGE_LINES,
  REASON_LENGTH,
  ROOMS_OWNED,
  ROOMS_PER_ACCOUNT,
  TOPIC_LENGTH,
} from '../../src/limits.ts';

const inviteToken = (invite: string) => `token of ${invite}`;

/** A chat in which commands take effect at once. Accounts are their names. */
class World {
  readonly state: ChatState;
  constructor(membersPerRoom?: number) {
    this.state = emptyState(1_000, membersPerRoom);
  }

  claim(name: string, options: { account?: string; enters?: boolean } = {}): Decision {
    const actor: Actor = { account: options.account ?? name, name, role: 'member' };
    const claim = { name, key: new Uint8Array(32), invite: null, enters: options.enters ?? true };
    return this.#take(decideClaim(claim, { ...this.#deciding(), actor, id: '' }));
  }

  does(account: string, command: Command, role: Role = 'member'): Decision {
    const actor = { account, name: this.state.accounts.get(account)?.name ?? account, role };
    return this.#take(decide(command, { ...this.#deciding(), actor, id: 'the-id' }));
  }

  says(account: string, target: Target, text: string): Decision {
    return this.does(account, { kind: 'post', target, body: { kind: 'text', text }, action: false });
  }

  #deciding() {
    return {
      ...{ state: this.state, now: 7, talkOf, inviteToken, message: () => null, mayWait: () => true, exempt: [] },
      ...{ within: () => [], maySee: () => true, inSpool: () => false },
    };
  }

  #take(decision: Decision): Decision {
    if (decision.ok) for (const event of decision.events) apply(this.state, event);
    return decision;
  }
}

const talkOf = (one: string, other: string) => `~${[one, other].sort().join('+')}`;
const kinds = (decision: Decision) =>
  decision.ok ? decision.events.map(event => event.kind) : decision.rejection.code;
const only = (decision: Decision): Draft => {
  if (!decision.ok || decision.events.length !== 1) throw new Error(JSON.stringify(decision));
  return decision.events[0] as Draft;
};
const room = (name: string): Target => ({ to: 'room', room: name });
const named = (name: string): Target => ({ to: 'name', name });

function world(...names: readonly string[]): World {
  const made = new World();
  for (const name of names) made.claim(name);
  return made;
}

// Red when decideClaim does not look at skeletons, or looks at them only after its own account.
test('the first key that claims a name owns it, and no look-alike by case, width, separators or composition is given', t => {
  const chat = new World();
  t.deepEqual(kinds(chat.claim('Zo\u00eb-Straße')), ['claimed', 'created', 'joined']);
  const alike = [
    'Zo\u00eb-Straße',
    'zo\u00eb-straße',
    'Zoe\u0308-Straße',
    'ＺＯ\u00cb-Straße',
    'Zo\u00eb_Straße',
    'Zo\u00eb.STRASSE',
  ];
  for (const name of alike) t.is(kinds(chat.claim(name, { account: `other ${name}` })), 'name-taken', name);
  chat.claim('ΑΣ');
  t.is(kinds(chat.claim('ασ', { account: 'other' })), 'name-taken', 'final sigma');
  t.deepEqual(kinds(chat.claim('zoe', { account: 'other' })), ['claimed', 'joined']);
});

test('a name that is not valid is refused, and claims nothing', t => {
  const chat = new World();
  for (const name of ['', 'admin', 'a b', '-', 'a\u202eb']) t.is(kinds(chat.claim(name)), 'name-invalid');
  t.is(chat.state.accounts.size, 0);
});

test('a known account keeps its name whatever it asks for', t => {
  const chat = world('alice', 'bob');
  t.deepEqual(kinds(chat.claim('mallory', { account: 'alice' })), []);
  t.deepEqual(kinds(chat.claim('bob', { account: 'alice' })), []);
  t.is(chat.state.accounts.get('alice')?.name, 'alice');
  t.is(findAccount(chat.state, named('ALICE'))?.id, 'alice');
  t.is(findAccount(chat.state, named('mallory')), null);
});

// Red when the way into the lobby asks whether the account is in it, instead of whether it ever was in a room.
test('a person enters the lobby with the first login, and not again after leaving it; a script never does', t => {
  const chat = world('alice');
  t.deepEqual(kinds(chat.claim('alice')), []);
  chat.does('alice', { kind: 'leave', room: LOBBY });
  t.deepEqual(kinds(chat.claim('alice')), []);
  t.deepEqual(kinds(chat.claim('script', { enters: false })), ['claimed']);
  t.deepEqual(kinds(chat.claim('script', { enters: true })), ['joined']);
});

test('a claim is an event that never leaves the server', t => {
  const decision = world('alice').claim('bob');
  const claimed = decision.ok ? decision.events[0] : null;
  t.like(claimed, { kind: 'claimed', conversation: LEDGER, id: null, account: 'bob', name: 'bob' });
});

test('a post is an event by the actor, with the id of its command', t => {
  const chat = world('alice');
  t.deepEqual(only(chat.says('alice', room(LOBBY), 'hi \u0007there\tx')), {
    kind: 'message',
    time: 7,
    conversation: LOBBY,
    account: 'alice',
    from: 'alice',
    id: 'the-id',
    body: { kind: 'text', text: 'hi \ufffdthere    x' },
    action: false,
  });
});

test('posting makes a room that is not there, for members and scripts alike, and makes nobody a member', t => {
  const chat = world('alice');
  const decision = chat.says('alice', room('#CI'), 'built');
  t.deepEqual(kinds(decision), ['created', 'message']);
  t.deepEqual(decision.ok && decision.events.map(event => event.id), [null, 'the-id']);
  t.is(chat.state.rooms.get('#ci')?.members.size, 0);
  t.deepEqual(kinds(chat.says('alice', room('#ci'), 'again')), ['message']);
});

test('a post is refused: empty, too long, to no room, to nobody', t => {
  const chat = world('alice');
  t.is(kinds(chat.says('alice', room(LOBBY), ' \n')), 'text-empty');
  t.is(kinds(chat.says('alice', room(LOBBY), 'x'.repeat(MESSAGE_BYTES + 1))), 'text-too-long');
  t.is(kinds(chat.says('alice', room(LOBBY), 'x\n'.repeat(MESSAGE_LINES))), 'text-too-long');
  t.is(kinds(chat.says('alice', room('#no room'), 'x')), 'room-invalid');
  t.is(kinds(chat.says('alice', named('nobody'), 'x')), 'no-such-name');
  t.is(kinds(chat.says('alice', { to: 'account', account: 'nobody' }, 'x')), 'no-such-name');
  t.is(kinds(chat.says('alice', { to: 'account', account: CONSOLE }, 'x')), 'no-such-name');
  t.is(chat.state.rooms.size, 1);
});

// Red when a talk is noted for one of its accounts alone.
test('private talk is one conversation for its two accounts, and for nobody else', t => {
  const chat = world('alice', 'bob', 'eve');
  const there = only(chat.says('alice', named('BOB'), 'x'));
  const back = only(chat.says('bob', { to: 'account', account: 'alice' }, 'y'));
  t.like(there, { conversation: '~alice+bob', to: { account: 'bob', name: 'bob' } });
  t.is(back.conversation, there.conversation);
  const talks = ['alice', 'bob', 'eve'].map(account => talksOf(chat.state, account));
  t.deepEqual(talks, [[there.conversation], [there.conversation], []]);
  t.deepEqual(chat.state.talks.get(there.conversation), ['alice', 'bob']);
});

test('talk with oneself belongs to one account: notes', t => {
  const chat = world('alice');
  const note = only(chat.says('alice', named('alice'), 'milk'));
  t.deepEqual(talksOf(chat.state, 'alice'), [note.conversation]);
});

test('a sealed body passes as it is', t => {
  const chat = world('alice', 'bob');
  const body = { kind: 'sealed' as const, bytes: Uint8Array.of(0, 27, 255) };
  t.like(only(chat.does('alice', { kind: 'post', target: named('bob'), body, action: false })), { body });
});

test('joining makes the room and a member, once', t => {
  const chat = world('alice', 'bob');
  t.deepEqual(kinds(chat.does('alice', { kind: 'join', room: '#Dev' })), ['created', 'joined']);
  t.is(kinds(chat.does('alice', { kind: 'join', room: '#dev' })), 'already-member');
  t.deepEqual(kinds(chat.does('bob', { kind: 'join', room: '#dev' })), ['joined']);
  t.is(kinds(chat.does('bob', { kind: 'join', room: '#a b' })), 'room-invalid');
  t.deepEqual([...(chat.state.rooms.get('#dev')?.members ?? [])], ['alice', 'bob']);
  t.is(chat.state.rooms.get('#dev')?.owner, 'alice');
  t.true(chat.state.memberships.get('bob')?.has('#dev'));
});

// Red when posting does not count: an account could then make rooms without end.
test('one account makes ten rooms at most, by joining or by posting', t => {
  const chat = world('alice', 'bob');
  for (let n = 1; n < ROOMS_OWNED; n++) {
    const done = n % 2 ? chat.does('alice', { kind: 'join', room: `#r${n}` }) : chat.says('alice', room(`#r${n}`), 'x');
    t.true(done.ok);
  }
  t.is(kinds(chat.does('alice', { kind: 'join', room: '#more' })), 'too-many-rooms');
  t.is(kinds(chat.says('alice', room('#more'), 'x')), 'too-many-rooms');
  t.true(chat.says('alice', room('#r1'), 'x').ok);
  t.true(chat.says('bob', room('#more'), 'x').ok);
});

test('one account is in 64 rooms at most, and a room has as many members as the operator allows', t => {
  const chat = new World(2);
  for (const name of ['alice', 'bob', 'carol']) chat.claim(name, { enters: false });
  for (let n = 0; n <= ROOMS_PER_ACCOUNT; n++) chat.says(`owner${n >> 3}`, room(`#r${n}`), 'x');
  for (let n = 0; n < ROOMS_PER_ACCOUNT; n++) t.true(chat.does('alice', { kind: 'join', room: `#r${n}` }).ok);
  t.is(kinds(chat.does('alice', { kind: 'join', room: `#r${ROOMS_PER_ACCOUNT}` })), 'too-many-rooms');
  t.true(chat.does('bob', { kind: 'join', room: '#r0' }).ok);
  t.is(kinds(chat.does('carol', { kind: 'join', room: '#r0' })), 'room-full');
  chat.does('bob', { kind: 'leave', room: '#r0' });
  t.true(chat.does('carol', { kind: 'join', room: '#r0' }).ok);
});

test('leaving and setting a topic are for members', t => {
  const chat = world('alice', 'bob');
  chat.does('alice', { kind: 'join', room: '#dev' });
  t.is(kinds(chat.does('bob', { kind: 'leave', room: '#dev' })), 'not-member');
  t.is(kinds(chat.does('bob', { kind: 'topic', room: '#dev', text: 'x' })), 'not-member');
  t.is(kinds(chat.does('bob', { kind: 'topic', room: '#none', text: 'x' })), 'no-such-room');
  t.like(only(chat.does('alice', { kind: 'topic', room: '#dev', text: ` a\nb\u001b${'x'.repeat(400)}` })), {
    kind: 'topic',
    text: `a b\ufffd${'x'.repeat(TOPIC_LENGTH - 4)}`,
  });
  t.is(chat.state.rooms.get('#dev')?.topic.length, TOPIC_LENGTH);
  t.deepEqual(kinds(chat.does('alice', { kind: 'leave', room: '#dev' })), ['left']);
  t.is(kinds(chat.does('alice', { kind: 'leave', room: '#dev' })), 'not-member');
  t.is(chat.state.rooms.get('#dev')?.members.size, 0);
});

// Red when a row's `needs` is 'member'.
test('what operators do is refused to members', t => {
  const chat = world('alice', 'bob');
  const commands: Command[] = [
    { kind: 'broadcast', text: 'x' },
    { kind: 'kick', target: named('bob'), reason: '' },
    { kind: 'limit', connections: 5 },
  ];
  for (const command of commands) {
    t.deepEqual(chat.does('alice', command), {
      ok: false,
      rejection: { code: 'not-allowed', params: { needs: 'operator' } },
    });
    t.true(chat.does('alice', command, 'operator').ok);
    t.true(chat.does('alice', command, 'owner').ok);
  }
});

test('a broadcast goes to everyone, a kick names its target and reason, a limit takes effect', t => {
  const chat = world('alice', 'bob');
  t.like(only(chat.does('alice', { kind: 'broadcast', text: ' all \u0007' }, 'owner')), {
    conversation: SERVER,
    text: 'all \ufffd',
  });
  t.is(kinds(chat.does('alice', { kind: 'broadcast', text: ' ' }, 'owner')), 'text-empty');
  t.is(kinds(chat.does('alice', { kind: 'broadcast', text: 'x'.repeat(MESSAGE_BYTES + 1) }, 'owner')), 'text-too-long');
  const kicked = only(chat.does('alice', { kind: 'kick', target: named('Bob'), reason: 'r'.repeat(500) }, 'owner'));
  t.like(kicked, { conversation: SERVER, target: 'bob', name: 'bob', reason: 'r'.repeat(REASON_LENGTH) });
  t.is(kinds(chat.does('alice', { kind: 'kick', target: named('x'), reason: '' }, 'owner')), 'no-such-name');
  t.is(kinds(chat.does('alice', { kind: 'kick', target: room('#lobby'), reason: '' }, 'owner')), 'no-such-name');
  for (const connections of [0, -1, 1.5, 100_001, Number.NaN, Number.POSITIVE_INFINITY]) {
    t.is(kinds(chat.does('alice', { kind: 'limit', connections }, 'owner')), 'limit-invalid');
  }
  t.is(only(chat.does('alice', { kind: 'limit', connections: 5 }, 'owner')).conversation, LEDGER);
  t.is(chat.state.connections, 5);
});

test('an event that does not fit changes nothing', t => {
  const state = emptyState();
  const head = { time: 1, conversation: '#gone', account: 'a', from: 'a', id: null } as const;
  t.notThrows(() => {
    apply(state, { ...head, kind: 'topic', text: 'x' });
    apply(state, { ...head, kind: 'left' });
  });
  t.is(state.rooms.size, 0);
});
