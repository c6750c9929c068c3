// From a written line to a command, in every form.
import test from 'ava';
import fc from 'fast-check';
import { lineForms, type ParsedLine, parseLine, parseWords } from '../../src/chat/line.ts';
import { cleanText, faultOfMessage } from '../../src/chat/text.ts';
import type { Command } from '../../src/chat/vocabulary.ts';
import { MESSAGE_BYTES } from '../../src/limits.ts';
import { isWordKey } from '../../src/words/words.ts';
import { anyText } from '../helpers/arbitraries.ts';

const ROOM = { room: '#dev', person: null };
const PERSON = { room: null, person: 'AAAA' };
const NOWHERE = { room: null, person: null };

const text = (value: string, action = false): Command => ({
  kind: 'post',
  target: { to: 'room', room: '#dev' },
  body: { kind: 'text', text: value },
  action,
});
const command = (value: Command): ParsedLine => ({ is: 'command', command: value });

/** Line, and what it means in #dev. */
const LINES: readonly (readonly [string, Command])[] = [
  ['hello', text('hello')],
  [' /join #x', text(' /join #x')],
  ['//join #x', text('/join #x')],
  ['//', text('/')],
  ['two\nrows', text('two\nrows')],
  ['/me waves', text('waves', true)],
  ['/join dev', { kind: 'join', room: '#dev' }],
  ['/J #Dev trailing', { kind: 'join', room: '#dev' }],
  ['/leave', { kind: 'leave', room: '#dev' }],
  ['/part #other', { kind: 'leave', room: '#other' }],
  ['/topic  plans\u0007 ', { kind: 'topic', room: '#dev', text: 'plans\ufffd' }],
  ['/t x', { kind: 'topic', room: '#dev', text: 'x' }],
  [
    '/msg @bob  hi there',
    { kind: 'post', target: { to: 'name', name: 'bob' }, body: { kind: 'text', text: 'hi there' }, action: false },
  ],
  [
    '/m bob\nhi',
    { kind: 'post', target: { to: 'name', name: 'bob' }, body: { kind: 'text', text: 'hi' }, action: false },
  ],
  [
    '/query bob x',
    { kind: 'post', target: { to: 'name', name: 'bob' }, body: { kind: 'text', text: 'x' }, action: false },
  ],
  ['/broadcast all of you ', { kind: 'broadcast', text: 'all of you' }],
  ['/announce x', { kind: 'broadcast', text: 'x' }],
  ['/kick @bob  too loud', { kind: 'kick', target: { to: 'name', name: 'bob' }, reason: 'too loud' }],
  ['/kick bob', { kind: 'kick', target: { to: 'name', name: 'bob' }, reason: '' }],
  ['/limit 50', { kind: 'limit', connections: 50 }],
];

test('each written form gives its command', t => {
  for (const [line, expected] of LINES) t.deepEqual(parseLine(line, ROOM), command(expected), line);
});

test('a line goes to the person where no room is on screen, and nowhere when nothing is', t => {
  const parsed = parseLine('hi', PERSON);
  t.like(parsed, { command: { target: { to: 'account', account: 'AAAA' } } });
  t.like(parseLine('hi', NOWHERE), { is: 'rejected', rejection: { code: 'no-such-room' } });
});

test('arguments that are missing or wrong say how the command is written, or why it is refused', t => {
  for (const line of ['/join', '/me', '/me  ', '/msg', '/msg bob', '/kick', '/limit', '/broadcast', '/topic']) {
    t.like(parseLine(line, ROOM), { is: 'usage', form: { name: line.trim().slice(1).split(' ')[0] } }, line);
  }
  for (const line of ['/leave', '/topic x']) t.is(parseLine(line, PERSON).is, 'usage', line);
  t.like(parseLine('/join a/b', ROOM), { is: 'rejected', rejection: { code: 'room-invalid' } });
  t.like(parseLine('/leave a/b', ROOM), { is: 'rejected', rejection: { code: 'room-invalid' } });
  t.like(parseLine('/limit many', ROOM), { is: 'rejected', rejection: { code: 'limit-invalid' } });
  t.like(parseLine('x'.repeat(MESSAGE_BYTES + 1), ROOM), { is: 'rejected', rejection: { code: 'text-too-long' } });
});

test('an unknown slash word is handed on with its arguments', t => {
  t.deepEqual(parseLine('/theme light', ROOM), { is: 'unknown', name: 'theme', rest: 'light' });
  t.deepEqual(parseLine('/', ROOM), { is: 'unknown', name: '', rest: '' });
  t.deepEqual(parseWords('kick', 'bob', NOWHERE), parseLine('/kick bob', NOWHERE));
});

// Red when parseLine throws for anything, or cleans a plain text differently from the server.
test('no line throws, and plain text is said as it stands once cleaned', t => {
  t.notThrows(() =>
    fc.assert(
      fc.property(
        anyText,
        fc.constantFrom('', '/', '//', '/me ', '/msg bob ', '/kick ', '/topic ', '/limit '),
        (rest, start) => {
          const line = start + rest;
          const parsed = parseLine(line, ROOM);
          if (line.trim() === '') return parsed.is === 'nothing';
          if (line.startsWith('/') && !line.startsWith('//')) return true;
          const said = cleanText(line.startsWith('//') ? line.slice(1) : line);
          if (faultOfMessage(said)) return parsed.is === 'rejected';
          return parsed.is === 'command' && parsed.command.kind === 'post' && parsed.command.body.kind === 'text'
            ? parsed.command.body.text === said
            : false;
        },
      ),
      { numRuns: 3_000 },
    ),
  );
});

test('two slashes say any text that begins with one', t => {
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme-ascii' }), rest => {
        const parsed = parseLine(`//${rest}`, ROOM);
        return parsed.is === 'command' && parsed.command.kind === 'post' && parsed.command.body.kind === 'text'
          ? parsed.command.body.text === `/${rest}`
          : false;
      }),
    ),
  );
});

test('help has a sentence for every form that a role may use, and members see no operator’s form', t => {
  const member = lineForms('member').map(form => form.name);
  const owner = lineForms('owner').map(form => form.name);
  t.deepEqual(member, [
    ...[
      'me',
      'msg',
      'reply',
      'edit',
      'delete',
      'react',
      'unreact',
      'join',
      'leave',
      'topic',
      'rename',
      'invite',
      'visibility',
      ...['mute', 'unmute', 'slow', 'announce-only', 'lock', 'unlock', 'moderator', 'unmoderator'],
    ],
  ]);
  t.deepEqual(owner, [
    ...member,
    ...['broadcast', 'kick', 'ban', 'unban', 'door', 'motd', 'set'],
    'limit',
    'invite-link',
    'invites',
    'uninvite',
    'release',
    'stop-file',
    'exempt',
    'unexempt',
    'op',
    ...['deop', 'guest', 'member'],
    'retain',
    'confirm-clock',
  ]);
  for (const form of lineForms('owner')) t.true(isWordKey(form.help), form.help);
  const all = lineForms('owner').flatMap(form => [form.name, ...form.aliases]);
  t.is(new Set(all).size, all.length, 'a name is one form’s alone');
});
