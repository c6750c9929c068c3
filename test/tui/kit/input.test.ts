import test from 'ava';
import fc from 'fast-check';
import { type InputEvent, InputTokeniser } from '../../../src/tui/kit/input.ts';
import { isKeyName } from '../../../src/tui/kit/keys.ts';
import { PASTE_BYTES, PasteBuffer } from '../../../src/tui/kit/paste.ts';

const encode = (text: string) => new TextEncoder().encode(text);

function read(input: string | Uint8Array): InputEvent[] {
  const tokeniser = new InputTokeniser();
  return tokeniser.push(typeof input === 'string' ? encode(input) : input);
}

/** Keys by name, texts in quotes, anything else by its type. */
function shown(events: readonly InputEvent[]): string[] {
  return events.map(event => {
    if (event.type === 'key') return event.key;
    if (event.type === 'text') return `"${event.text}"`;
    return event.type;
  });
}

/** Neighbouring texts as one: how a run is cut into events depends on the reads. */
function joined(events: readonly InputEvent[]): InputEvent[] {
  const all: InputEvent[] = [];
  for (const event of events) {
    const last = all.at(-1);
    if (event.type === 'text' && last?.type === 'text')
      all[all.length - 1] = { type: 'text', text: last.text + event.text };
    else all.push(event);
  }
  return all;
}

const KEYS: Record<string, readonly string[]> = {
  Enter: ['\r', '\x1bOM', '\x1b[13u', '\x1b[27;1;13~', '\x1b[57414u'],
  Tab: ['\t', '\x1b[9u', '\x1b[105;5u'],
  Backspace: ['\x7f', '\b', '\x1b[127u'],
  Esc: ['\x1b[27u', '\x1b[91;5u', '\x1b[27;5;91~'],
  Up: ['\x1b[A', '\x1bOA', '\x1b[1;1A', '\x1b[1;1:2A', '\x1b[57419u'],
  Home: ['\x1b[H', '\x1bOH', '\x1b[1~', '\x1b[7~'],
  End: ['\x1b[F', '\x1bOF', '\x1b[4~', '\x1b[8~'],
  Delete: ['\x1b[3~'],
  Insert: ['\x1b[2~'],
  PageUp: ['\x1b[5~'],
  PageDown: ['\x1b[6~'],
  F1: ['\x1bOP', '\x1b[P', '\x1b[11~', '\x1b[[A'],
  F3: ['\x1bOR', '\x1b[R', '\x1b[13~', '\x1b[[C'],
  F5: ['\x1b[15~', '\x1b[[E'],
  F12: ['\x1b[24~'],
  'Shift-Tab': ['\x1b[Z', '\x1b[9;2u', '\x1b[27;2;9~'],
  'Shift-Enter': ['\x1b[13;2u', '\x1b[27;2;13~', '\x1bO2M'],
  'Alt-Enter': ['\x1b\r', '\x1b[13;3u', '\x1b[27;3;13~'],
  'Ctrl-Enter': ['\x1b[13;5u', '\x1b[27;5;13~'],
  'Ctrl-Left': ['\x1b[1;5D', '\x1bOd', '\x1bO5D'],
  'Shift-Right': ['\x1b[1;2C', '\x1b[c'],
  'Alt-Up': ['\x1b[1;3A', '\x1b\x1b[A', '\x1b\x1bOA', '\x1b[1;33A'],
  'Ctrl-Alt-Shift-Down': ['\x1b[1;8B'],
  'Ctrl-Delete': ['\x1b[3;5~', '\x1b[3^'],
  'Shift-Delete': ['\x1b[3;2~', '\x1b[3$'],
  'Ctrl-Shift-Delete': ['\x1b[3;6~', '\x1b[3@'],
  'Shift-PageUp': ['\x1b[5;2~', '\x1b[5$'],
  'Ctrl-F1': ['\x1b[1;5P', '\x1b[11;5~', '\x1b[11^', '\x1bO5P'],
  'Ctrl-A': ['\x01', '\x1b[97;5u', '\x1b[27;5;97~'],
  'Ctrl-H': ['\x1b[104;5u', '\x1b[27;5;104~'],
  'Ctrl-J': ['\n', '\x1b[106;5u'],
  'Ctrl-Space': ['\0', '\x1b[32;5u', '\x1b[27;5;64~'],
  'Ctrl-_': ['\x1f', '\x1b[45;6u', '\x1b[45:95;6u', '\x1b[27;6;95~', '\x1b[47;5u'],
  'Ctrl-\\': ['\x1c'],
  'Ctrl-]': ['\x1d', '\x1b[93;5u'],
  'Ctrl-Shift-A': ['\x1b[97;6u', '\x1b[97:65;6u', '\x1b[27;6;65~'],
  'Alt-F': ['\x1bf', '\x1b[102;3u', '\x1b[27;3;102~'],
  'Alt-Shift-F': ['\x1bF', '\x1b[102;4u', '\x1b[27;4;70~'],
  'Alt-1': ['\x1b1'],
  'Alt-.': ['\x1b.'],
  'Alt-Space': ['\x1b ', '\x1b[32;3u'],
  'Alt-Backspace': ['\x1b\x7f', '\x1b\b', '\x1b[127;3u'],
  'Alt-É': ['\x1bé', '\x1b[233;3u'],
  'Ctrl-Alt-A': ['\x1b\x01', '\x1b[97;7u'],
};

test('every key is told in each form in which terminals send it, and by one name', t => {
  for (const [name, forms] of Object.entries(KEYS)) {
    t.true(isKeyName(name), name);
    for (const form of forms) t.deepEqual(shown(read(form)), [name], JSON.stringify(form));
  }
});

test('printable characters of one read are one text, spaces and clusters included', t => {
  t.deepEqual(shown(read('hello 世界 👨‍👩‍👧 é')), ['"hello 世界 👨‍👩‍👧 é"']);
  t.deepEqual(shown(read('a\x01b')), ['"a"', 'Ctrl-A', '"b"']);
});

test('text that comes as key codes is text', t => {
  t.deepEqual(shown(read('\x1b[97u\x1b[97;2u\x1b[228u\x1b[57400u\x1bOk\x1bOp\x1b[27;2;33~\x1b[32;2u')), ['"aAä1+0! "']);
  t.deepEqual(shown(read('\x1b[97;65u\x1b[97;66u')), ['"Aa"'], 'Caps Lock, and Shift with it');
  t.deepEqual(shown(read('\x1b[0;;12371:12435u')), ['"こん"'], 'what an input method typed');
  t.deepEqual(shown(read('\x1b[97;;27:7u')), ['"a"'], 'no control characters that way');
});

test('a released key, a lone modifier and the keys of the window manager are nothing', t => {
  t.deepEqual(read('\x1b[97;1:3u\x1b[1;1:3A\x1b[3;1:3~\x1b[57441;2u\x1b[97;9u\x1b[1;9A\x1b[57358u'), []);
  t.deepEqual(shown(read('\x1b[97;1:2u')), ['"a"'], 'a repeated key is a key');
});

test('replies and unknown sequences are swallowed whole, however long', t => {
  const long = 'x'.repeat(100_000);
  for (const sequence of [
    '\x1b[?1;2X',
    `\x1b[${'1;'.repeat(5_000)}A`,
    '\x1b[1;2;3;4v',
    '\x1bOz',
    '\x1b[[Z',
    '\x1b]0;title\x07',
    `\x1b]52;c;${long}\x1b\\`,
    `\x1bP>|XTerm(${long})\x1b\\`,
    '\x1b_Gi=1;OK\x1b\\',
    '\x1b^private\x1b\\',
    '\x1bXstring\x1b\\',
    '\x1b[99999999999999999999~',
    '\x1b[25~',
    '\x1b[<0;?;3M',
  ]) {
    t.deepEqual(shown(read(`${sequence}a`)), ['"a"'], JSON.stringify(sequence.slice(0, 20)));
  }
});

test('a sequence that is broken off gives the keyboard back', t => {
  t.deepEqual(shown(read('\x1b[1;\x1b[A')), ['Up']);
  t.deepEqual(shown(read('\x1b[1;\r')), ['Enter']);
  t.deepEqual(shown(read('\x1b[1;é')), ['"é"']);
  t.deepEqual(shown(read('\x1b]52;c;abc\rx')), ['Enter', '"x"']);
  t.deepEqual(shown(read('\x1bPabc\x1b[Ax')), ['Up', '"x"']);
  t.deepEqual(shown(read('\x1b_\x1b_\x1b_\r')), ['Alt-_', 'Alt-_', 'Alt-_', 'Enter'], 'a key held down');
});

test('replies that mean something are reports', t => {
  const reports = read(
    '\x1b[12;40R\x1b[?62;4c\x1b[>1;10;0c\x1b[?2026;2$y\x1b[?5u\x1b[8;24;80t\x1b[0n\x1b]11;rgb:ffff/0000/80\x1b\\',
  );
  t.deepEqual(
    reports.map(event => (event.type === 'report' ? [event.name, ...event.values] : event.type)),
    [
      ['cursor', 12, 40],
      ['device', 62, 4],
      ['device', 1, 10, 0],
      ['mode', 2026, 2],
      ['keyboard', 5],
      ['window', 8, 24, 80],
      ['status', 0],
      ['colour', 11, 255, 0, 128],
    ],
  );
});

test('focus comes and goes', t => {
  t.deepEqual(read('\x1b[I\x1b[O'), [
    { type: 'focus', focused: true },
    { type: 'focus', focused: false },
  ]);
});

test('the mouse is told with buttons, modifiers and cells from 0', t => {
  const none = { ctrl: false, alt: false, shift: false };
  t.deepEqual(read('\x1b[<0;1;1M\x1b[<0;300;200m\x1b[<34;5;6M\x1b[<64;2;3M\x1b[<93;2;3M'), [
    { type: 'mouse', action: 'press', button: 'left', x: 0, y: 0, ...none },
    { type: 'mouse', action: 'release', button: 'left', x: 299, y: 199, ...none },
    { type: 'mouse', action: 'drag', button: 'right', x: 4, y: 5, ...none },
    { type: 'mouse', action: 'wheel-up', button: 'none', x: 1, y: 2, ...none },
    { type: 'mouse', action: 'wheel-down', button: 'none', x: 1, y: 2, ctrl: true, alt: true, shift: true },
  ]);
  t.deepEqual(read('\x1b[<66;2;3M\x1b[<128;1;1M\x1b[<0;0;1M\x1b[<0;1M'), [], 'sideways, extra buttons, no cell');
});

test('older mouse modes type no garbage', t => {
  const press = {
    type: 'mouse',
    action: 'press',
    button: 'left',
    x: 4,
    y: 5,
    ctrl: false,
    alt: false,
    shift: false,
  } as const;
  t.deepEqual(read('\x1b[M %&'), [press], 'mode 1000');
  t.deepEqual(read('\x1b[32;5;6M'), [press], 'mode 1015');
  t.deepEqual(
    read(`\x1b[M ${String.fromCharCode(32 + 201)}&a`),
    [
      { ...press, x: 200 },
      { type: 'text', text: 'a' },
    ],
    'mode 1005',
  );
  t.deepEqual(
    read(Uint8Array.of(0x1b, 0x5b, 0x4d, 0x20, 0xa0, 0x26, 0x61)),
    [
      { ...press, x: 127 },
      { type: 'text', text: 'a' },
    ],
    'a byte',
  );
});

test('a paste is one event, with its line ends and without control characters', t => {
  t.deepEqual(read('\x1b[200~a\r\nb\rc\td\x1b[31m\x07é\u0085\x1b[201~x'), [
    { type: 'paste', text: 'a\nb\nc\td\ufffd[31m\ufffdé\ufffd' },
    { type: 'text', text: 'x' },
  ]);
  t.deepEqual(
    read('\x1b[200~\x1b[20\x1b[201~'),
    [{ type: 'paste', text: '\ufffd[20' }],
    'a mark that begins and is none',
  );
  t.deepEqual(read('\x1b[201~'), [], 'an end without a start');
});

test('a paste beyond the limit is cut between two characters, says so, and what follows it is typed', t => {
  const events = read(`\x1b[200~a${'é'.repeat(PASTE_BYTES)}\x1b[201~x`);
  t.is(events.length, 2);
  const [paste] = events;
  t.true(paste?.type === 'paste' && paste.cut);
  t.is(paste?.type === 'paste' ? paste.text : '', `a${'é'.repeat(PASTE_BYTES / 2 - 1)}`);
  const whole = read(`\x1b[200~${'a'.repeat(PASTE_BYTES)}\x1b[201~`);
  t.true(whole[0]?.type === 'paste' && whole[0].cut === undefined && whole[0].text.length === PASTE_BYTES);
});

test('of an endless paste no more than the limit is held', t => {
  const paste = new PasteBuffer();
  for (let n = 0; n < PASTE_BYTES * 2; n++) paste.push(0x61);
  t.true(paste.held <= PASTE_BYTES + 1);
});

test('a paste that never ends gives the keyboard back, even while someone types', t => {
  const tokeniser = new InputTokeniser();
  t.deepEqual(tokeniser.push(encode('\x1b[200~pasted')), []);
  const events: InputEvent[] = [];
  let pauses = 0;
  while (events.length === 0 && pauses < 1_000) {
    events.push(...tokeniser.push(encode('k')), ...tokeniser.flush());
    pauses += 1;
  }
  t.is(events[0]?.type, 'paste');
  t.deepEqual(shown(tokeniser.push(encode('ok'))), ['"ok"']);
  t.true(pauses > 10, 'not at the first pause of a slow line');
});

test('a pause tells Escape and Alt from the start of a sequence', t => {
  const after = (input: string) => {
    const tokeniser = new InputTokeniser();
    const events = tokeniser.push(encode(input));
    t.true(tokeniser.pending, JSON.stringify(input));
    events.push(...tokeniser.flush());
    t.false(tokeniser.pending, JSON.stringify(input));
    return shown(events);
  };
  t.deepEqual(after('\x1b'), ['Esc']);
  t.deepEqual(after('\x1b\x1b'), ['Esc', 'Esc']);
  t.deepEqual(after('\x1b_'), ['Alt-_']);
  t.deepEqual(after('\x1b['), ['Alt-[']);
  t.deepEqual(after('\x1b]'), ['Alt-]']);
  t.deepEqual(after('\x1bO'), ['Alt-Shift-O']);
  t.deepEqual(after('\x1bP'), ['Alt-Shift-P']);
  t.deepEqual(after('\x1b]0;x\x1b'), ['Esc']);
  t.deepEqual(after('a\x1b'), ['"a"', 'Esc']);
  t.deepEqual(shown(read('\x1b\x1bx')), ['Esc', 'Alt-X']);
});

test('a sequence that stops in the middle is dropped after a few pauses', t => {
  for (const start of ['\x1b[1;', '\x1b]11;rgb', '\x1bO5', '\x1b[M ', '\x1b[[', '\x1b\x1b[1']) {
    const tokeniser = new InputTokeniser();
    t.deepEqual(tokeniser.push(encode(start)), []);
    for (let pause = 0; pause < 10 && tokeniser.pending; pause++) t.deepEqual(tokeniser.flush(), []);
    t.false(tokeniser.pending, JSON.stringify(start));
    t.deepEqual(shown(tokeniser.push(encode('a'))), ['"a"']);
  }
});

test('a sequence that a slow line cuts by one pause is still whole', t => {
  const tokeniser = new InputTokeniser();
  tokeniser.push(encode('\x1b[1;'));
  t.deepEqual(tokeniser.flush(), []);
  t.deepEqual(shown(tokeniser.push(encode('5A'))), ['Ctrl-Up']);
});

test('what is no UTF-8 is U+FFFD, and an unfinished character waits for the rest or a pause', t => {
  const broken = Uint8Array.of(0x61, 0xff, 0xc3, 0x28, 0xed, 0xa0, 0x80, 0xf0, 0x9f, 0x62);
  t.deepEqual(read(broken), [{ type: 'text', text: new TextDecoder().decode(broken) }]);
  const tokeniser = new InputTokeniser();
  t.deepEqual(tokeniser.push(Uint8Array.of(0xe4, 0xb8)), []);
  t.true(tokeniser.pending);
  t.deepEqual(tokeniser.flush(), [{ type: 'text', text: '\ufffd' }]);
});

// Pieces that are likely to meet, whole and cut.
const pieces = fc.oneof(
  fc.constantFrom(...Object.values(KEYS).flat()),
  fc.constantFrom(
    '\x1b[200~',
    '\x1b[201~',
    '\x1b]11;rgb:f/f/f\x1b\\',
    '\x1bP',
    '\x1b_',
    '\x07',
    '\x1b[<0;5;5M',
    '\x1b[M',
    '\x1b',
    '\x18',
    '\x1b[[',
  ),
  fc.string({ unit: 'grapheme', maxLength: 5 }),
);
const bytes = fc
  .array(
    fc.oneof({ weight: 4, arbitrary: pieces.map(encode) }, { weight: 1, arbitrary: fc.uint8Array({ maxLength: 6 }) }),
    { maxLength: 12 },
  )
  .map(parts => Uint8Array.from(parts.flatMap(part => [...part])));

test('bytes cut anywhere give the same events', t => {
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(80), { maxLength: 8 }), (input, cuts) => {
      const whole = new InputTokeniser();
      const expected = joined([...whole.push(input), ...whole.flush()]);
      for (const edges of [cuts, Array.from(input.keys())]) {
        const tokeniser = new InputTokeniser();
        const events: InputEvent[] = [];
        let from = 0;
        for (const cut of [...edges.filter(edge => edge < input.length).sort((a, b) => a - b), input.length]) {
          events.push(...tokeniser.push(input.subarray(from, cut)));
          from = cut;
        }
        events.push(...tokeniser.flush());
        t.deepEqual(joined(events), expected);
        t.is(tokeniser.pending, whole.pending);
      }
    }),
    { numRuns: 400 },
  );
});

test('a combining mark is typed, whatever is held with it', t => {
  const tokeniser = new InputTokeniser();
  t.deepEqual(tokeniser.push(Buffer.from('\u001b\u031c')), [{ type: 'text', text: '\u031c' }]);
});

test('no bytes throw, type a control character, or name a key that does not exist', t => {
  fc.assert(
    fc.property(fc.oneof(bytes, fc.uint8Array({ maxLength: 60 })), input => {
      const tokeniser = new InputTokeniser();
      for (const event of [...tokeniser.push(input), ...tokeniser.flush(), ...tokeniser.flush()]) {
        if (event.type === 'text') t.false(/[\p{Cc}\p{Cs}]/u.test(event.text) || event.text === '');
        if (event.type === 'paste') t.false(/[\p{Cs}]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/u.test(event.text));
        if (event.type === 'key') t.true(isKeyName(event.key), event.key);
      }
    }),
    { numRuns: 600 },
  );
});
