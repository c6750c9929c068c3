import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { TchatError } from '../../../src/errors.ts';
import { openTerminal, type TerminalInput, type TerminalOutput } from '../../../src/tui/kit/terminal.ts';
import { openPty, UNTOUCHED } from '../../helpers/pty.ts';

const FIXTURE = fileURLToPath(new URL('fixtures/screen.ts', import.meta.url));
const NODE = [process.execPath, '--import', import.meta.resolve('tsx'), FIXTURE];
/** Shows the line settings before and after, and how the program went. */
const FRAMED =
  'printf "before %s\\n" "$(stty -g)"; "$@"; code=$?; printf "after  %s\\n" "$(stty -g)"; echo "code $code"; read -r _';

const endings: readonly [letter: string, name: string, says: RegExp][] = [
  ['q', 'quitting', /ended by itself\n[\s\S]*code 0/],
  ['x', 'process.exit', /code 0/],
  ['i', 'SIGINT', /ended by SIGINT\n[\s\S]*code 0/],
  ['t', 'SIGTERM', /ended by SIGTERM\n[\s\S]*code 0/],
  ['h', 'SIGHUP', /ended by SIGHUP\n[\s\S]*code 0/],
  ['e', 'an error in update', /failed: thrown in update\n[\s\S]*code 0/],
  ['u', 'an error outside of the loop', /thrown outside[\s\S]*code 1/],
];

for (const [letter, name, says] of endings) {
  test(`${name} leaves the terminal as it was`, async t => {
    const pty = openPty([FRAMED, 'sh', ...NODE], {
      program: ['sh', '-c'],
      columns: 120,
      // Node's own report of an error is not what is looked at.
      env: { NODE_DISABLE_COLORS: '1' },
    });
    t.teardown(() => pty.close());
    await pty.waitFor('ready');
    t.not(pty.modes().mouse, UNTOUCHED.mouse);
    pty.type(letter);
    const screen = (await pty.waitFor(says)).join('\n');
    pty.type('\r');
    await pty.exited;
    t.deepEqual(pty.modes(), UNTOUCHED);
    const [, before] = /before (\S+)/.exec(screen) ?? [];
    const [, after] = /after {2}(\S+)/.exec(screen) ?? [];
    t.truthy(before);
    t.is(after, before);
  });
}

test('stopped from outside the terminal is the shell’s, continued it is painted again', async t => {
  const [file, ...args] = NODE as [string, ...string[]];
  const pty = openPty(args, { program: [file] });
  t.teardown(() => pty.close());
  // The cursor is shown at the end of a frame.
  const painted = () => pty.waitFor(rows => rows[0]!.startsWith('ready') && !pty.modes().cursorHidden);
  await painted();
  // What the terminal answered at the start stands before this key: read, it cannot be echoed to the shell.
  pty.type('j');
  await pty.waitFor('ready j');
  await painted();
  const taken = pty.modes();
  pty.kill('SIGTSTP');
  await pty.waitFor(rows => rows.every(row => row === ''));
  t.deepEqual(pty.modes(), UNTOUCHED);
  // Continuing what has not stopped yet would be lost.
  while (!/\) T /.test(readFileSync(`/proc/${pty.pid}/stat`, 'utf8'))) await new Promise(setImmediate);
  pty.kill('SIGCONT');
  await painted();
  t.deepEqual(pty.modes(), taken);
  pty.type('k');
  await pty.waitFor('ready k');
});

test('the screen follows the size', async t => {
  const [file, ...args] = NODE as [string, ...string[]];
  const pty = openPty(args, { program: [file], columns: 40, rows: 5 });
  t.teardown(() => pty.close());
  await pty.waitFor('ready');
  pty.resize(70, 9);
  await pty.waitFor(() => pty.cell(69, 8).bg !== 'default');
  t.deepEqual(pty.cursor(), { x: 3, y: 1 });
});

class FakeInput extends EventEmitter implements TerminalInput {
  readonly isTTY = true;
  isRaw = false;
  reading = false;
  setRawMode(raw: boolean): void {
    this.isRaw = raw;
  }
  resume(): void {
    this.reading = true;
  }
  pause(): void {
    this.reading = false;
  }
}

class FakeOutput extends EventEmitter implements TerminalOutput {
  readonly isTTY = true;
  columns = 0;
  rows = 0;
  written = '';
  broken = false;
  write(data: string): boolean {
    if (this.broken) throw Object.assign(new Error('write EIO'), { code: 'EIO' });
    this.written += data;
    return true;
  }
}

function openFake(env: Record<string, string> = { TERM: 'xterm-256color' }) {
  const input = new FakeInput();
  const output = new FakeOutput();
  const endings: string[] = [];
  const terminal = openTerminal({ input, output, env });
  terminal.onEnd(ending => endings.push(ending));
  return { input, output, endings, terminal };
}

test('what is no terminal is refused', t => {
  const input = Object.assign(new FakeInput(), { isTTY: false });
  const error = t.throws(() => openTerminal({ input, output: new FakeOutput() }), { instanceOf: TchatError });
  t.is(error.code, 'no-terminal');
});

for (const [name, vanish] of [
  ['input ends', ({ input }) => input.emit('end')],
  ['input fails (EIO)', ({ input }) => input.emit('error', new Error('read EIO'))],
  ['output fails (EPIPE)', ({ output }) => output.emit('error', new Error('write EPIPE'))],
  [
    'writing throws',
    ({ output, terminal }) => {
      output.broken = true;
      terminal.write('x');
    },
  ],
] satisfies [string, (fake: ReturnType<typeof openFake>) => void][]) {
  test.serial(`a terminal whose ${name} has gone: it ends once, and later errors are nobody's`, t => {
    const fake = openFake();
    vanish(fake);
    t.deepEqual(fake.endings, ['hangup']);
    t.false(fake.input.isRaw);
    t.false(fake.input.reading);
    fake.input.emit('error', new Error('again'));
    fake.output.emit('error', new Error('again'));
    fake.terminal.write('ignored');
    t.deepEqual(fake.endings, ['hangup']);
  });
}

test.serial('closing is idempotent and takes every listener away', t => {
  const count = () =>
    ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGTSTP', 'SIGCONT', 'exit'].map(event => process.listenerCount(event));
  const before = count();
  const { input, output, terminal } = openFake();
  t.notDeepEqual(count(), before);
  terminal.close();
  const { written } = output;
  terminal.close();
  t.is(output.written, written);
  t.deepEqual(count(), before);
  t.is(input.listenerCount('data'), 0);
});

test.serial('a terminal without a size has 80 by 24, and old ones are not sent what they would print', t => {
  const { terminal, output } = openFake({ TERM: 'vt220' });
  t.deepEqual([terminal.width, terminal.height, terminal.colours], [80, 24, 'none']);
  t.notRegex(output.written, /\x1b\[>/);
  terminal.close();
  t.notRegex(output.written, /\x1b\[[>=<]/);
});
