// Lines about messages, doors and how long talk is kept.
import test from 'ava';
import { type LineContext, type ParsedLine, parseLine, parseWords } from '../../src/chat/line.ts';
import type { Command, MessageRef, Retention } from '../../src/chat/vocabulary.ts';
import { MESSAGE_BYTES, REACTION_LENGTH } from '../../src/limits.ts';

const message: MessageRef = { account: 'bob', id: 'm1' };
const own: MessageRef = { account: 'ann', id: 'm2' };
const IN_ROOM: LineContext = { room: '#dev', person: null, message, own };
const IN_TALK: LineContext = { room: null, person: 'AAAA', message, own };
/** A room in which nobody has said anything. */
const EMPTY: LineContext = { room: '#dev', person: null, message: null, own: null };

const command = (value: Command): ParsedLine => ({ is: 'command', command: value });
const body = (text: string) => ({ kind: 'text', text }) as const;
const named = (name: string) => ({ to: 'name', name }) as const;

/** Line, and what it means in #dev. */
const LINES: readonly (readonly [string, Command])[] = [
  [
    '/reply of course',
    { kind: 'post', target: { to: 'room', room: '#dev' }, body: body('of course'), action: false, reply: message },
  ],
  [
    '/re two\nrows',
    { kind: 'post', target: { to: 'room', room: '#dev' }, body: body('two\nrows'), action: false, reply: message },
  ],
  ['/edit better words', { kind: 'edit', about: own, body: body('better words') }],
  ['/e \u0007', { kind: 'edit', about: own, body: body('\ufffd') }],
  ['/delete', { kind: 'delete', about: own }],
  ['/del', { kind: 'delete', about: own }],
  ['/react 👍', { kind: 'react', about: message, reaction: '👍', on: true }],
  ['/+ well done', { kind: 'react', about: message, reaction: 'well done', on: true }],
  ['/unreact 👍', { kind: 'react', about: message, reaction: '👍', on: false }],
  ['/- 👍', { kind: 'react', about: message, reaction: '👍', on: false }],
  [`/react ${'x'.repeat(50)}`, { kind: 'react', about: message, reaction: 'x'.repeat(REACTION_LENGTH), on: true }],
  ['/invite @bob', { kind: 'invite', room: '#dev', target: named('bob') }],
  ['/invite bob #Other', { kind: 'invite', room: '#other', target: named('bob') }],
  ['/visibility hidden', { kind: 'visibility', room: '#dev', visibility: 'hidden' }],
  ['/room Invite', { kind: 'visibility', room: '#dev', visibility: 'invite' }],
  ['/confirm-clock', { kind: 'confirm-clock' }],
];

test('each written form gives its command', t => {
  for (const [line, expected] of LINES) t.deepEqual(parseLine(line, IN_ROOM), command(expected), line);
});

test('in private talk the same is about the talk', t => {
  t.like(parseLine('/reply yes', IN_TALK), {
    command: { kind: 'post', target: { to: 'account', account: 'AAAA' }, reply: message },
  });
  t.deepEqual(parseLine('/edit y', IN_TALK), command({ kind: 'edit', about: own, body: body('y') }));
  t.deepEqual(
    parseLine('/invite bob #dev', IN_TALK),
    command({ kind: 'invite', room: '#dev', target: named('bob') }),
    'to a room that is named',
  );
  for (const line of ['/invite bob', '/visibility public']) t.is(parseLine(line, IN_TALK).is, 'usage', line);
});

test('where nothing was said there is nothing to edit, to answer or to react to', t => {
  for (const line of ['/edit x', '/delete', '/reply x', '/react 👍', '/unreact 👍']) {
    t.deepEqual(parseLine(line, EMPTY), { is: 'rejected', rejection: { code: 'no-such-message', params: {} } }, line);
  }
});

test('arguments that are missing or wrong say how the command is written, or why it is refused', t => {
  const usage = [
    '/edit',
    '/edit  ',
    '/reply',
    '/react',
    '/react \u200d',
    '/unreact',
    '/invite',
    '/visibility',
    '/retain',
  ];
  for (const line of [...usage, '/visibility open', '/visibility hidden-ish']) {
    t.is(parseLine(line, IN_ROOM).is, 'usage', line);
  }
  const refusals = [
    ['/invite bob a/b', 'room-invalid'],
    [`/edit ${'x'.repeat(MESSAGE_BYTES + 1)}`, 'text-too-long'],
    ['/retain #a/b 30', 'room-invalid'],
    ['/retain soon', 'retention-invalid'],
    ['/retain 30 much', 'retention-invalid'],
    ['/retain 30 5x', 'retention-invalid'],
    ['/retain -1', 'retention-invalid'],
  ] as const;
  for (const [line, code] of refusals) t.like(parseLine(line, IN_ROOM), { rejection: { code } }, line);
});

test('how long talk is kept is written in days, or as all, with a size where it is for everything', t => {
  const forms: readonly (readonly [string, string | null, Retention])[] = [
    ['30', null, { days: 30, bytes: null }],
    ['30d', null, { days: 30, bytes: null }],
    ['ALL', null, { days: null, bytes: null }],
    ['365 2g', null, { days: 365, bytes: 2 * 2 ** 30 }],
    ['all 500MiB', null, { days: null, bytes: 500 * 2 ** 20 }],
    ['all 64k', null, { days: null, bytes: 64 * 2 ** 10 }],
    ['all 1TB', null, { days: null, bytes: 2 ** 40 }],
    ['#Dev 7', '#dev', { days: 7, bytes: null }],
    ['#dev all', '#dev', { days: null, bytes: null }],
  ];
  for (const [rest, room, keep] of forms) {
    t.deepEqual(parseWords('retain', rest, EMPTY), command({ kind: 'retain', room, keep }), rest);
  }
});
