import test from 'ava';
import fc from 'fast-check';
import {
  apply,
  createEditor,
  EDITOR_KEYS,
  type Editor,
  type EditorAction,
  type EditorCommand,
  layout,
  offsetAt,
} from '../../../src/tui/kit/editor.ts';
import { keyTable } from '../../../src/tui/kit/keys.ts';
import { clusters, widthOf } from '../../../src/tui/kit/width.ts';
import { isWordKey } from '../../../src/words/words.ts';

const LIMITS = { bytes: 1_000, lines: 20 };

/** An editor from a picture: | is the cursor. */
function from(picture: string, limits = LIMITS): Editor {
  const cursor = picture.indexOf('|');
  const written = apply(createEditor(limits), { kind: 'set', text: picture.replace('|', '') });
  return apply(written, { kind: 'place', cursor });
}

function picture({ text, cursor }: Editor): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

function run(editor: Editor, ...actions: (EditorCommand | EditorAction)[]): Editor {
  return actions.reduce((at, action) => apply(at, typeof action === 'string' ? { kind: action } : action), editor);
}

const type = (text: string): EditorAction => ({ kind: 'insert', text });

test('the cursor goes over whole clusters', t => {
  const family = '👨‍👩‍👧';
  t.is(picture(run(from(`a${family}|b`), 'left')), `a|${family}b`);
  t.is(picture(run(from(`a|${family}b`), 'right')), `a${family}|b`);
  t.is(picture(run(from(`a${family}|b`), 'delete-back')), 'a|b');
  t.is(picture(run(from('a|e\u0301b'), 'delete-forward')), 'a|b');
  t.is(picture(run(from('e|x'), type('\u0301'))), 'e\u0301|x', 'a mark that comes alone joins what is before it');
  t.is(picture(run(from('|\u0301b'), type('e'))), 'e\u0301|b', 'nor a character before a mark that was alone');
  t.is(picture(run(from('ab|\u0301'), 'left')), 'a|b\u0301', 'never placed inside a cluster');
});

test('the ends of lines and of the text', t => {
  t.is(picture(run(from('one\ntw|o\nthree'), 'line-start')), 'one\n|two\nthree');
  t.is(picture(run(from('one\ntw|o\nthree'), 'line-end')), 'one\ntwo|\nthree');
  t.is(picture(run(from('one\ntw|o'), 'text-start')), '|one\ntwo');
  t.is(picture(run(from('o|ne\ntwo'), 'text-end')), 'one\ntwo|');
  t.is(picture(run(from('one\n|two'), 'left')), 'one|\ntwo');
});

test('words end at spaces and marks, and where a dictionary ends them', t => {
  t.is(picture(run(from('|one, two'), 'word-right')), 'one|, two');
  t.is(picture(run(from('one|, two'), 'word-right')), 'one, two|');
  t.is(picture(run(from('one, two|'), 'word-left', 'word-left')), '|one, two');
  t.is(picture(run(from('|今天天气很好'), 'word-right')), '今天|天气很好');
  t.is(picture(run(from('我今天|'), 'word-left')), '我|今天');
  t.is(picture(run(from('|안녕 세계'), 'word-right')), '안녕| 세계');
});

test('killing takes away and yanking brings back', t => {
  t.is(picture(run(from('one two.three|'), 'kill-blank-back')), 'one |');
  t.is(picture(run(from('one two.three|'), 'kill-word-back')), 'one two.|');
  t.is(picture(run(from('我们今天|'), 'kill-blank-back')), '我们|', 'not the whole sentence');
  t.is(picture(run(from('|one two'), 'kill-word-forward')), '| two');
  t.is(picture(run(from('one t|wo\nx'), 'kill-line-forward')), 'one t|\nx');
  t.is(picture(run(from('one|\nx'), 'kill-line-forward')), 'one|x');
  t.is(picture(run(from('x\none t|wo'), 'kill-line-back')), 'x\n|wo');
  t.is(picture(run(from('x\n|one'), 'kill-line-back')), 'x|one');
  t.is(picture(run(from('one two|'), 'kill-blank-back', 'yank', 'yank')), 'one twotwo|');
});

test('kills in a row are yanked as one, in their order', t => {
  t.is(picture(run(from('one two three|'), 'kill-blank-back', 'kill-blank-back', 'yank')), 'one two three|');
  t.is(picture(run(from('|one two'), 'kill-word-forward', 'kill-word-forward', 'yank')), 'one two|');
  t.is(picture(run(from('one two|'), 'kill-blank-back', 'left', 'kill-blank-back', 'yank')), 'one| ');
});

test('after a yank, yank-pop goes back through the kills and round', t => {
  const killed = run(from('one two|'), 'kill-word-back', 'left', 'kill-word-back', 'yank');
  t.is(picture(killed), 'one| ');
  t.is(picture(run(killed, 'yank-pop')), 'two| ');
  t.is(picture(run(killed, 'yank-pop', 'yank-pop')), 'one| ');
  t.is(picture(run(killed, 'left', 'yank-pop')), 'on|e ', 'only directly after a yank');
  t.is(picture(run(killed, 'yank-pop', 'undo')), 'one| ');
});

test('transpose and case work on clusters and words', t => {
  t.is(picture(run(from('ab|c'), 'transpose')), 'acb|');
  t.is(picture(run(from('ab|'), 'transpose')), 'ba|');
  t.is(picture(run(from('世|e\u0301'), 'transpose')), 'e\u0301世|');
  t.is(picture(run(from('|ab'), 'transpose')), '|ab');
  t.is(picture(run(from('x\n|ab'), 'transpose')), 'x\n|ab');
  t.is(picture(run(from('|one two'), 'upper')), 'ONE| two');
  t.is(picture(run(from('ONE| TWO'), 'lower')), 'ONE two|');
  t.is(picture(run(from('| oNE two'), 'capital')), ' One| two');
});

test('typing is undone by words, and redone', t => {
  const letters = [...'one two'].map(type);
  const typed = run(createEditor(LIMITS), ...letters);
  const once = run(typed, 'undo');
  t.is(picture(once), 'one |');
  t.is(picture(run(once, 'undo')), '|');
  t.is(picture(run(once, 'redo')), 'one two|');
  t.is(run(once, type('x'), 'redo').text, 'one x', 'what is typed after an undo ends the redo');
});

test('a paste is literal and one step of undo', t => {
  const pasted = run(from('a|b'), { kind: 'paste', text: '/quit\r\n\tx\u001b[31m' });
  t.is(picture(pasted), 'a/quit\n\tx\ufffd[31m|b');
  t.is(picture(run(pasted, 'undo')), 'a|b');
});

test('what is beyond the limit is left out, in whole clusters, and said', t => {
  const limits = { bytes: 6, lines: 2 };
  const cut = run(createEditor(limits), { kind: 'paste', text: 'aé👨‍👩‍👧x' });
  t.is(cut.text, 'aé');
  t.true(cut.full);
  t.false(run(cut, 'left').full);
  t.is(run(createEditor(limits), { kind: 'paste', text: 'a\nb\nc' }).text, 'a\nb');
  t.is(run(createEditor(limits), { kind: 'paste', text: '\n\n' }).text, '\n');
  t.true(run(from('a\nb|', limits), 'new-line').full);
  t.is(run(from('ab|cdef', limits), type('x')).text, 'abcdef');
  t.is(run(from('|ŉŉŉ', limits), 'upper').text, 'ŉŉŉ', 'capitals that are longer');
});

test('up and down keep their column in several lines, and go through the history at the edges', t => {
  const editor = createEditor(LIMITS, ['first', 'second\nline']);
  const draft = run(editor, type('draft'));
  t.is(picture(run(draft, 'up')), 'second\nline|');
  t.is(picture(run(draft, 'up', 'up')), 'seco|nd\nline');
  t.is(picture(run(draft, 'up', 'up', 'up')), 'first|');
  t.is(picture(run(draft, 'up', 'up', 'up', 'up')), '|first', 'nothing older');
  t.is(picture(run(draft, 'older', 'older', 'newer', 'newer')), 'draft|', 'the line that was being written is kept');
  t.is(picture(run(draft, 'older', 'undo')), 'draft|');
  t.is(picture(run(from('long line\nx\nlong| line'), 'up', 'up')), 'long| line\nx\nlong line');
  t.is(
    picture(run(from('世界世界\nabc|d'), 'up')),
    '世|界世界\nabcd',
    'a column inside a wide character is that character',
  );
});

test('up and down go by the rows on the screen when its width is known', t => {
  t.is(picture(apply(from('one two three fou|r'), { kind: 'up', width: 10 })), 'one two thr|ee four');
});

test('what was sent is in the history once, and the kills stay', t => {
  const sent = run(from('kill me|'), 'kill-word-back', type('hi'), { kind: 'sent' });
  t.is(picture(sent), '|');
  t.deepEqual(sent.history, ['kill hi']);
  t.is(run(sent, 'yank').text, 'me');
  t.is(run(sent, 'undo').text, '', 'what is sent is not undone');
  t.deepEqual(run(sent, 'older', { kind: 'sent' }).history, ['kill hi']);
  t.deepEqual(run(createEditor(LIMITS), type('  '), { kind: 'sent' }).history, []);
});

test('a completion replaces a part in one step', t => {
  const completed = run(from('hi @al|!'), { kind: 'replace', start: 3, end: 6, text: '@alice ' });
  t.is(picture(completed), 'hi @alice |!');
  t.is(picture(run(completed, 'undo')), 'hi @al|!');
});

test('the layout wraps by columns and puts the cursor at its character', t => {
  t.deepEqual(layout(from('hello wor|ld'), 8, 5), {
    rows: ['hello', 'world'],
    cursor: { x: 3, y: 1 },
    total: 2,
    above: 0,
  });
  t.deepEqual(layout(from('世界世|界'), 20, 5).cursor, { x: 6, y: 0 });
  t.deepEqual(layout(from('世界世|界'), 5, 5).cursor, { x: 2, y: 1 });
  t.deepEqual(layout(from('abcd|'), 5, 5).cursor, { x: 4, y: 0 }, 'after a full row: the column kept for it');
  t.deepEqual(layout(from('a\tb|'), 20, 5).cursor, { x: 5, y: 0 });
  t.deepEqual(layout(from('a\n|'), 20, 5), { rows: ['a', ''], cursor: { x: 0, y: 1 }, total: 2, above: 0 });
  t.deepEqual(layout(createEditor(LIMITS), 20, 5), { rows: [''], cursor: { x: 0, y: 0 }, total: 1, above: 0 });
});

test('of a long text the rows around the cursor are shown', t => {
  const long = from('1\n2\n3\n4\n5\n6\n7\n8|');
  t.deepEqual(layout(long, 20, 3), { rows: ['6', '7', '8'], cursor: { x: 1, y: 2 }, total: 8, above: 5 });
  t.deepEqual(layout(run(long, 'up', 'up', 'up'), 20, 3).rows, ['4', '5', '6']);
  t.deepEqual(layout(run(long, 'text-start'), 20, 3).rows, ['1', '2', '3']);
});

test('a click finds the character under it', t => {
  const editor = from('世界 hello\nx|');
  t.is(offsetAt(editor, 20, 5, { x: 1, y: 0 }), 0);
  t.is(offsetAt(editor, 20, 5, { x: 2, y: 0 }), 1);
  t.is(offsetAt(editor, 20, 5, { x: 19, y: 0 }), 8);
  t.is(offsetAt(editor, 20, 5, { x: 5, y: 9 }), editor.text.length);
});

test('the table of keys is sound, one row a command, each with its words', t => {
  const table = keyTable(EDITOR_KEYS);
  t.is(table.actionOf('Ctrl-W'), 'kill-blank-back');
  t.is(new Set(EDITOR_KEYS.map(row => row.action)).size, EDITOR_KEYS.length);
  for (const { help } of EDITOR_KEYS) t.true(isWordKey(help), help);
});

const COMMANDS = [...new Set(EDITOR_KEYS.map(row => row.action))];

// Characters that never join: for these a list of characters and an index are the whole truth.
const plain = fc.constantFrom('a', 'B', ' ', '世', 'é', '\n', '😀');
const plainAction: fc.Arbitrary<EditorAction> = fc.oneof(
  fc.array(plain, { minLength: 1, maxLength: 3 }).map(chars => type(chars.join(''))),
  fc
    .constantFrom(
      ...([
        'left',
        'right',
        'line-start',
        'line-end',
        'text-start',
        'text-end',
        'delete-back',
        'delete-forward',
        'new-line',
      ] as const),
      ...(['kill-line-forward', 'kill-line-back', 'transpose'] as const),
    )
    .map(kind => ({ kind })),
);

/** The naive editor: an array of characters. */
function naive(chars: string[], at: number, action: EditorAction): [string[], number] {
  const back = (from: number) => (from > 0 ? chars.lastIndexOf('\n', from - 1) + 1 : 0);
  const start = back(at);
  const newline = chars.indexOf('\n', at);
  const end = newline < 0 ? chars.length : newline;
  const without = (from: number, to: number): [string[], number] => [chars.toSpliced(from, to - from), from];
  switch (action.kind) {
    case 'insert':
      return [chars.toSpliced(at, 0, ...action.text), at + [...action.text].length];
    case 'new-line':
      return [chars.toSpliced(at, 0, '\n'), at + 1];
    case 'left':
      return [chars, Math.max(0, at - 1)];
    case 'right':
      return [chars, Math.min(chars.length, at + 1)];
    case 'line-start':
      return [chars, start];
    case 'line-end':
      return [chars, end];
    case 'text-start':
      return [chars, 0];
    case 'text-end':
      return [chars, chars.length];
    case 'delete-back':
      return without(Math.max(0, at - 1), at);
    case 'delete-forward':
      return [chars.toSpliced(at, 1), at];
    case 'kill-line-forward':
      return without(at, end === at ? Math.min(chars.length, end + 1) : end);
    case 'kill-line-back':
      return without(start === at ? Math.max(0, start - 1) : start, at);
    case 'transpose': {
      const middle = at === end ? at - 1 : at;
      if (middle <= start) return [chars, at];
      return [chars.toSpliced(middle - 1, 2, chars[middle]!, chars[middle - 1]!), middle + 1];
    }
    default:
      throw new Error(action.kind);
  }
}

test('the editor does what a list of characters would', t => {
  fc.assert(
    fc.property(fc.array(plainAction, { maxLength: 30 }), actions => {
      let editor = createEditor({ bytes: 10_000, lines: 1_000 });
      let model: [string[], number] = [[], 0];
      for (const action of actions) {
        editor = apply(editor, action);
        model = naive(...model, action);
        t.is(picture(editor), `${model[0].slice(0, model[1]).join('')}|${model[0].slice(model[1]).join('')}`);
      }
    }),
    { numRuns: 300 },
  );
});

const wild = fc.string({ unit: 'binary', maxLength: 8 });
const mixed = fc.array(
  fc.constantFrom('a', '\u0301', '\u200d', '👩', '🇩', '\t', '\n', ' ', '今天', 'ก็', '각', '\u1161', '\r\n'),
  { maxLength: 6 },
);
const anyAction: fc.Arbitrary<EditorAction> = fc.oneof(
  fc
    .oneof(
      wild,
      mixed.map(parts => parts.join('')),
    )
    .chain(text =>
      fc.constantFrom<EditorAction>(
        { kind: 'insert', text },
        { kind: 'paste', text },
        { kind: 'set', text },
        { kind: 'replace', start: 1, end: 3, text },
      ),
    ),
  fc.record({ kind: fc.constantFrom(...COMMANDS), width: fc.integer({ min: 1, max: 12 }) }),
  fc.record({ kind: fc.constant('place' as const), cursor: fc.integer({ min: -2, max: 60 }) }),
  fc.constant({ kind: 'sent' as const }),
);

function isBoundary({ text, cursor }: Editor): boolean {
  let at = 0;
  if (cursor === 0) return true;
  for (const line of text.split('\n')) {
    for (const cluster of clusters(line)) {
      at += cluster.length;
      if (at === cursor) return true;
    }
    at += 1;
    if (at === cursor) return true;
  }
  return false;
}

test('whatever is done: the cursor is at a boundary, the limits hold, the layout shows the cursor', t => {
  const limits = { bytes: 60, lines: 4 };
  fc.assert(
    fc.property(fc.array(anyAction, { maxLength: 40 }), fc.integer({ min: 1, max: 12 }), (actions, width) => {
      let editor = createEditor(limits, ['older', 'one\ntwo']);
      for (const action of actions) {
        editor = apply(editor, action);
        t.true(isBoundary(editor), JSON.stringify(editor.text));
        t.true(Buffer.byteLength(editor.text) <= limits.bytes && editor.text.split('\n').length <= limits.lines);
        t.false(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]|\p{Cs}/u.test(editor.text));
        const shown = layout(editor, width, 3);
        t.true(shown.rows.length <= 3 && shown.cursor.y < shown.rows.length && shown.cursor.x < width);
        // Spaces that hang over the edge are cut off there.
        if (width > 2) for (const row of shown.rows) t.true(widthOf(row.trimEnd()) < width);
      }
    }),
    { numRuns: 300 },
  );
});

test('undo restores exactly what was, step by step, and redo what became of it', t => {
  fc.assert(
    fc.property(
      fc.array(
        anyAction.filter(({ kind }) => !['sent', 'undo', 'redo'].includes(kind)),
        { maxLength: 30 },
      ),
      actions => {
        const steps: Editor[] = [createEditor(LIMITS, ['older'])];
        for (const action of actions) steps.push(apply(steps.at(-1)!, action));
        const seen = new Set(steps.map(picture));
        let editor = steps.at(-1)!;
        const end = editor.text;
        let undone = 0;
        while (editor.done.length > 0) {
          editor = run(editor, 'undo');
          undone += 1;
          t.true(seen.has(picture(editor)));
        }
        t.is(picture(editor), '|');
        for (; undone > 0; undone--) editor = run(editor, 'redo');
        t.is(editor.text, end);
      },
    ),
    { numRuns: 200 },
  );
});
