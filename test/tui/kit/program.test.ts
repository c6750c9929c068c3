import test from 'ava';
import type { Canvas } from '../../../src/tui/kit/canvas.ts';
import type { InputEvent } from '../../../src/tui/kit/input.ts';
import { memoryTerminal } from '../../../src/tui/kit/memory-terminal.ts';
import { type Program, type RunOptions, run } from '../../../src/tui/kit/program.ts';
import { loadTheme } from '../../../src/tui/kit/theme.ts';
import { fakeClock } from '../../helpers/fake-clock.ts';

interface Model {
  readonly lines: readonly string[];
}
type Msg = string;
type Effect = string;

const theme = loadTheme('dark');

/** A program that lists what it was told; `!x` asks for the effect x, `fail` throws. */
const listing: Program<Model, Msg, Effect> = {
  init: [{ lines: [] }, []],
  update(model, msg) {
    if (msg === 'fail') throw new Error('update failed');
    if (msg === 'same') return [model, []];
    return [{ lines: [...model.lines, msg] }, msg.startsWith('!') ? [msg.slice(1)] : []];
  },
  view(model, canvas: Canvas) {
    if (model.lines.includes('fail view')) throw new Error('view failed');
    for (const [y, line] of model.lines.entries()) {
      canvas.text(0, y, line);
      canvas.target({ x: 0, y, width: 20, height: 1 }, line);
    }
  },
};

function start(options: Partial<RunOptions<Model, Msg, Effect>> = {}) {
  const terminal = memoryTerminal(20, 5);
  const clock = fakeClock();
  const loop = run({
    terminal,
    theme,
    program: listing,
    clock,
    onInput: (event: InputEvent, target) => {
      if (event.type === 'text') return event.text;
      if (event.type === 'key') return event.key;
      return event.type === 'mouse' ? `mouse on ${String(target)}` : null;
    },
    perform: () => {},
    ...options,
  });
  return { terminal, clock, loop };
}

test('the first screen is painted in the turn of the start', t => {
  const { terminal, loop } = start();
  t.regex(terminal.written, /\x1b\[2J/);
  t.truthy(loop.frame);
});

test('arrivals are painted together, once an interval', t => {
  const { terminal, clock, loop } = start();
  clock.advance(1_000);
  terminal.take();
  loop.dispatch('one');
  loop.dispatch('two');
  t.is(terminal.written, '');
  clock.advance(1);
  t.regex(terminal.take(), /one.*two/s);
  loop.dispatch('three');
  clock.advance(31);
  t.is(terminal.written, '');
  clock.advance(2);
  t.regex(terminal.written, /three/);
});

test('a key is painted in the turn in which it came, with what arrived before it', t => {
  const { terminal, loop } = start();
  terminal.take();
  loop.dispatch('arrived');
  terminal.input('k');
  t.regex(terminal.take(), /arrived.*k/s);
});

test('nothing is painted while the model is the same', t => {
  const { terminal, clock, loop } = start();
  clock.advance(100);
  terminal.take();
  loop.dispatch('same');
  clock.advance(1_000);
  t.is(terminal.written, '');
  t.is(clock.pending, 0);
});

test('effects are performed after update, and what they dispatch waits its turn', t => {
  const order: string[] = [];
  const { loop } = start({
    program: {
      ...listing,
      update(model, msg) {
        order.push(`update ${msg}`);
        return listing.update(model, msg);
      },
    },
    perform(effect, inner) {
      order.push(`begin ${effect}`);
      inner.dispatch(`after ${effect}`);
      order.push(`end ${effect}`);
    },
  });
  loop.dispatch('!a');
  t.deepEqual(order, ['update !a', 'begin a', 'end a', 'update after a']);
  t.deepEqual(loop.model.lines, ['!a', 'after a']);
});

test('the first effects are performed when the loop stands', t => {
  const { loop } = start({
    program: { ...listing, init: [{ lines: [] }, ['hello']] },
    perform: (effect, inner) => inner.dispatch(`did ${effect}`),
  });
  t.deepEqual(loop.model.lines, ['did hello']);
});

test('a click is given what lies under it', t => {
  const { terminal, loop } = start();
  terminal.input('a');
  terminal.input('b');
  terminal.input('\x1b[<0;3;2M');
  t.deepEqual(loop.model.lines, ['a', 'b', 'mouse on b']);
});

test('a lone Escape is a key after a pause, and no key while its sequence is coming', t => {
  const { terminal, clock, loop } = start();
  terminal.input('\x1b');
  t.deepEqual(loop.model.lines, []);
  clock.advance(100);
  t.deepEqual(loop.model.lines, ['Esc']);
  terminal.input('\x1b');
  terminal.input('[A');
  clock.advance(1_000);
  t.deepEqual(loop.model.lines, ['Esc', 'Up']);
  t.is(clock.pending, 0);
});

test('another size paints everything at once', t => {
  const { terminal, loop } = start({ onResize: (width, height) => `${width}x${height}` });
  terminal.take();
  terminal.resize(30, 6);
  t.is(loop.frame!.width, 30);
  t.regex(terminal.written, /\x1b\[2J.*30x6/s);
});

test('how the terminal counts columns is asked before the first screen, and the answer repaints', t => {
  const { terminal } = start();
  t.regex(terminal.take(), /^\x1b\[3;1H👩‍👩‍👧\x1b\[6n\x1b\[\?2026h/u);
  terminal.input('\x1b[3;3R');
  t.regex(terminal.take(), /\x1b\[2J/);
  terminal.input('\x1b[3;3R');
  t.is(terminal.written, '');
});

for (const [where, break_] of [
  ['update', (loop: { dispatch(msg: Msg): void }) => loop.dispatch('fail')],
  ['view', (loop: { dispatch(msg: Msg): void }) => loop.dispatch('fail view')],
  ['perform', (loop: { dispatch(msg: Msg): void }) => loop.dispatch('!effect')],
] as const) {
  test(`an error in ${where} restores the terminal, then rejects`, async t => {
    const { terminal, clock, loop } = start({
      perform() {
        throw new Error('perform failed');
      },
    });
    break_(loop);
    clock.advance(100);
    t.true(terminal.closed);
    await t.throwsAsync(loop.done, { message: `${where} failed` });
    loop.dispatch('ignored');
    t.is(clock.pending, 0);
  });
}

test('a terminal that goes ends the loop and says why', async t => {
  const { terminal, clock, loop } = start();
  loop.dispatch('x');
  terminal.end('SIGHUP');
  await loop.done;
  t.is(loop.ending, 'SIGHUP');
  t.is(clock.pending, 0);
});

test('stopping restores the terminal and ends the waiting', async t => {
  const { terminal, loop } = start();
  loop.stop();
  loop.stop();
  await loop.done;
  t.true(terminal.closed);
  t.is(loop.ending, null);
});

test('another theme is painted at once, also when asked for by an effect', t => {
  const { terminal, clock, loop } = start({ perform: (_, inner) => inner.setTheme(loadTheme('light')) });
  clock.advance(100);
  terminal.take();
  loop.dispatch('!light');
  clock.advance(100);
  t.regex(terminal.take(), /48;2;250;251;252/);
  loop.setTheme(theme);
  t.regex(terminal.take(), /48;2;20;23;28/);
});
