// What scripts write and read: standard input as messages, events as lines, outcomes as exit codes.
import test from 'ava';
import fc from 'fast-check';
import { cleanText, faultOfMessage, utf8Length } from '../../src/chat/text.ts';
import type { AnyEvent } from '../../src/chat/vocabulary.ts';
import { eventJson, eventLine } from '../../src/commands/event-text.ts';
import { exitCodeOf } from '../../src/commands/outcome.ts';
import { Batch, LineReader, splitLong } from '../../src/commands/send-lines.ts';
import { type ExitCode, TchatError } from '../../src/errors.ts';
import { MESSAGE_BYTES, MESSAGE_LINES } from '../../src/limits.ts';
import { isWordKey } from '../../src/words/words.ts';
import { anyText, events } from '../helpers/arbitraries.ts';

function read(bytes: Uint8Array, sizes: readonly number[]): string[] {
  const reader = new LineReader();
  const lines: string[] = [];
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const end = at + (sizes[n % sizes.length] ?? bytes.length);
    lines.push(...reader.push(bytes.subarray(at, end)));
    at = end;
  }
  return [...lines, ...reader.end()];
}

test('each line is a message: empty ones are left out, colours go, returns end a line, the last needs no end', t => {
  const input = 'one\n\n  \r\ntwo\r\n\u001b[1;31mred\u001b[0m\n10%\r20%\r\n\u001b]0;title\u0007three\n中文\nlast';
  t.deepEqual(read(Buffer.from(input), [input.length * 4]), [
    'one',
    'two',
    'red',
    '10%',
    '20%',
    'three',
    '中文',
    'last',
  ]);
  t.deepEqual(read(Buffer.of(0x61, 0xff, 0x62, 0x0a), [1]), ['a\ufffdb']);
});

// Red when the decoder is made anew for each chunk.
test('lines are the same however the bytes come', t => {
  t.notThrows(() =>
    fc.assert(
      fc.property(
        fc.array(anyText, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        (texts, sizes) => {
          const bytes = Buffer.from(texts.join('\n'));
          t.deepEqual(read(bytes, sizes), read(bytes, [Math.max(1, bytes.length)]));
        },
      ),
      { numRuns: 500 },
    ),
  );
});

// Red when lines are cut first and cleaned later: tabs and refused characters grow beyond the limit.
test('whatever comes in, each message is one that the server takes as it stands', t => {
  const lines = [
    ...[
      '\t'.repeat(MESSAGE_BYTES),
      '\u0001'.repeat(MESSAGE_BYTES),
      '中'.repeat(9_000),
      '😀'.repeat(5_000),
      '\udc00'.repeat(4_000),
    ],
    ...['x'.repeat(100_000), `a${'\u0301'.repeat(9_000)}`, ' '.repeat(20_000), `${'\r'.repeat(500)}x`],
  ];
  for (const line of lines) {
    const messages = read(Buffer.from(line), [65_536]);
    for (const message of messages) {
      t.is(cleanText(message), message);
      t.is(faultOfMessage(message), null);
    }
  }
  t.is(read(Buffer.from('x'.repeat(100_000)), [4_096]).join(''), 'x'.repeat(100_000));
  t.is(read(Buffer.from(`${'\t'.repeat(MESSAGE_BYTES)}x`), [4_096]).join('').length, 1);
});

test('a long line is cut into pieces within the limit, never inside a character', t => {
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.integer({ min: 1, max: 6_000 }), (unit, times) => {
        const line = unit.repeat(times);
        const pieces = splitLong(line);
        const kept = pieces.join('');
        return (
          pieces.every(piece => utf8Length(piece) <= MESSAGE_BYTES && !/\p{Cs}/u.test(piece)) &&
          kept.trim() === line.trim()
        );
      }),
      { numRuns: 60 },
    ),
  );
});

test('a batch joins lines up to the limits of a message, and loses none', t => {
  const line = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 40 }).map(text => text.replace(/\n/g, ' '));
  t.notThrows(() =>
    fc.assert(
      fc.property(fc.array(fc.tuple(line, fc.integer({ min: 1, max: 200 })), { maxLength: 400 }), rows => {
        const lines = rows.map(([text, times]) => text.repeat(times).slice(0, MESSAGE_BYTES));
        const batch = new Batch();
        const messages = lines.flatMap(each => batch.add(each) ?? []);
        messages.push(batch.take() ?? '');
        t.is(batch.take(), null);
        for (const message of messages) {
          t.true(utf8Length(message) <= MESSAGE_BYTES);
          t.true(message.split('\n').length <= MESSAGE_LINES);
        }
        t.is(messages.join('\n'), lines.join('\n'));
      }),
      { numRuns: 50 },
    ),
  );
  const batch = new Batch();
  t.is(batch.add('x'.repeat(MESSAGE_BYTES)), null);
  t.is(batch.add('y'), 'x'.repeat(MESSAGE_BYTES));
});

const head = {
  position: 5,
  time: Date.UTC(2026, 0, 2, 3, 4, 5),
  conversation: '#dev',
  account: 'AAAA',
  from: 'alice',
  id: 'i',
} as const;

test('an event as JSON has a fixed form', t => {
  const message: AnyEvent = { ...head, kind: 'message', body: { kind: 'text', text: 'hi' }, action: false };
  const base = {
    conversation: '#dev',
    position: 5,
    id: 'i',
    time: '2026-01-02T03:04:05.000Z',
    from: 'alice',
    account: 'AAAA',
  };
  t.deepEqual(eventJson(message), { ...base, kind: 'message', text: 'hi' });
  t.deepEqual(eventJson({ ...message, action: true, to: { account: 'B', name: 'bob' } }), {
    ...base,
    kind: 'message',
    text: 'hi',
    action: true,
    to: 'bob',
  });
  t.like(eventJson({ ...message, body: { kind: 'sealed', bytes: Uint8Array.of(1) } }), { text: null });
  t.deepEqual(eventJson({ ...head, kind: 'unknown', name: 'poll' }), { ...base, kind: 'poll', text: null });
  t.deepEqual(eventJson({ ...head, kind: 'kicked', target: 'B', name: 'bob', reason: 'loud' }), {
    ...base,
    kind: 'kicked',
    text: 'loud',
    target: 'bob',
  });
});

test('an event as a line begins with its time, and its further rows are indented', t => {
  const line = eventLine({
    ...head,
    kind: 'message',
    body: { kind: 'text', text: 'hi\n12:00:00 #dev bob: fake' },
    action: false,
  });
  t.regex(line, /^\d\d:\d\d:\d\d #dev alice: hi\n {4}12:00:00 #dev bob: fake$/);
  t.regex(
    eventLine({ ...head, conversation: '*', kind: 'broadcast', text: 'all' }),
    /^\d\d:\d\d:\d\d \*\*\* alice: all$/,
  );
});

// Red when eventLine leaves out cleanText, for an event that did not come through the gate.
test('no event makes a terminal do anything, and none throws', t => {
  const hostile = fc.tuple(events, anyText).map(([event, text]) => {
    const body = { kind: 'text', text } as const;
    return {
      ...event,
      from: text,
      ...('text' in event ? { text } : {}),
      ...(event.kind === 'message' ? { body } : {}),
    } as AnyEvent;
  });
  t.notThrows(() =>
    fc.assert(
      fc.property(hostile, event => {
        JSON.stringify(eventJson(event));
        return !/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/.test(eventLine(event));
      }),
      { numRuns: 1_500 },
    ),
  );
});

test('exit codes are those of the contract, and a refusal of the future counts as one', t => {
  const codes: readonly (readonly [string, ExitCode])[] = [
    ['unreachable', 5],
    ['no-such-host', 5],
    ['not-tchat', 5],
    ['timed-out', 5],
    ['login-timeout', 5],
    ['connection-lost', 5],
    ['server-stopping', 5],
    ['bad-address', 2],
    ['bad-option', 2],
    ['nothing-to-send', 2],
    ['profile-missing', 2],
    ['profile-broken', 1],
    ['address-in-use', 1],
    ['internal', 1],
    ['name-taken', 4],
    ['name-invalid', 4],
    ['no-such-name', 4],
    ['version', 4],
    ['kicked', 4],
    ['server-full', 4],
    ['text-too-long', 4],
    ['of-the-future', 4],
  ];
  for (const [code, exit] of codes) {
    t.is(exitCodeOf(new TchatError(code)), exit, code);
    if (code !== 'of-the-future') t.true(isWordKey(code), `${code} has a sentence`);
  }
  t.is(exitCodeOf(new RangeError('anything')), 1);
});
