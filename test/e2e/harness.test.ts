// The harness itself: a terminal test that cannot see a fault proves nothing.
import test, { type ExecutionContext } from 'ava';
import { openPty, type Pty, UNTOUCHED } from '../helpers/pty.ts';

/** A program of one line that echoes its input as JSON, on a raw terminal. */
const ECHO = `
  process.stdin.setRawMode(true);
  process.stdin.on('data', data => process.stdout.write(JSON.stringify(String(data)) + '\\r\\n'));
  process.stdout.on('resize', () => process.stdout.write('size ' + process.stdout.columns + 'x' + process.stdout.rows + '\\r\\n'));
  process.on('SIGTERM', () => { process.stdout.write('bye\\r\\n'); process.exitCode = 3; process.stdin.destroy(); });
`;

function open(t: ExecutionContext, script: string, options: Parameters<typeof openPty>[1] = {}): Pty {
  const pty = openPty([], { columns: 40, rows: 8, ...options, program: [process.execPath, '-e', script] });
  t.teardown(() => pty.close());
  return pty;
}

test('keys, text, paste, mouse and size reach the program, and its screen is read', async t => {
  const pty = open(t, `${ECHO} process.stdout.write('\\x1b[?1002h\\x1b[?1006h\\x1b[?2004hready\\r\\n')`);
  await pty.waitFor('ready');
  pty.press('Alt-Enter');
  await pty.waitFor('"\\u001b\\r"');
  pty.press('Ctrl-Left');
  await pty.waitFor('"\\u001b[1;5D"');
  pty.type('世界');
  await pty.waitFor(/"世界"/);
  pty.paste('a\nb');
  await pty.waitFor('"\\u001b[200~a\\rb\\u001b[201~"');
  pty.mouse({ action: 'press', x: 2, y: 3, shift: true });
  await pty.waitFor('"\\u001b[<4;3;4M"');
  pty.resize(50, 10);
  await pty.waitFor(screen => screen.length === 10 && screen.some(row => row.includes('size 50x10')));
  t.is(pty.cell(1, 3).text, '世', pty.screen().join('\n'));
  t.is(pty.cell(1, 3).width, 2);
});

test('a cell has its colours and marks', async t => {
  const pty = open(
    t,
    `process.stdout.write('\\x1b[1;4;38;2;1;2;255;48;5;9mX\\x1b[mY\\x1b[31mred'); setInterval(() => {}, 1e6)`,
  );
  await pty.waitFor('red');
  const marks = { dim: false, italic: false, inverse: false, width: 1 };
  t.deepEqual(pty.cell(0, 0), { text: 'X', fg: '#0102ff', bg: 'palette:9', bold: true, underline: true, ...marks });
  t.deepEqual(pty.cell(1, 0), { text: 'Y', fg: 'default', bg: 'default', bold: false, underline: false, ...marks });
});

test('everything that text must never cause is noted', async t => {
  const caused = '\\x07\\x1b]2;owned\\x07\\x1b]52;c;aGk=\\x07\\x1b[c\\x1b[?1000h\\x1b]8;;http://x\\x07\\x1b[2;4r\\x1bc';
  const pty = open(
    t,
    `process.stdout.write('start'); process.stdin.once('data', () => process.stdout.write('${caused}done')); `,
  );
  await pty.waitFor('start');
  t.deepEqual(pty.oracle.incidents, [], 'plain text causes nothing');
  pty.press('Enter');
  await pty.waitFor('done');
  t.deepEqual(
    pty.oracle.incidents.map(incident => incident.kind),
    ['bell', 'title', 'clipboard', 'reply', 'mode', 'osc', 'control', 'control'],
  );
  pty.oracle.reset();
  t.deepEqual(pty.oracle.incidents, []);
});

test('what a program leaves switched on is seen after its end', async t => {
  const leave = '\\x1b[?1049h\\x1b[?1002h\\x1b[?2004h\\x1b[?1004h\\x1b[?25l\\x1b[>1u\\x1b[?1h\\x1b[31m';
  const left = open(t, `process.stdout.write('${leave}left')`);
  t.deepEqual(await left.exited, { code: 0, signal: 0 });
  t.deepEqual(left.modes(), {
    ...UNTOUCHED,
    ...{ alternateBuffer: true, mouse: 'drag', bracketedPaste: true, focusReports: true, cursorHidden: true },
    ...{ keyboard: '1', applicationCursorKeys: true, plainText: false },
  });
  const back = '\\x1b[m\\x1b[?1l\\x1b[<u\\x1b[?25h\\x1b[?1004l\\x1b[?2004l\\x1b[?1002l\\x1b[?1049l';
  const restored = open(t, `process.stdout.write('${leave}${back}')`);
  await restored.exited;
  t.deepEqual(restored.modes(), UNTOUCHED);
});

test('the end of a program is told with its code or signal, after its last words', async t => {
  const pty = open(t, `${ECHO} process.stdout.write('ready')`);
  await pty.waitFor('ready');
  pty.kill('SIGTERM');
  t.deepEqual(await pty.exited, { code: 3, signal: 0 });
  t.true(pty.screen().some(row => row.includes('bye')));
  const killed = open(t, `${ECHO} process.stdout.write('ready')`);
  await killed.waitFor('ready');
  killed.kill('SIGKILL');
  t.deepEqual(await killed.exited, { code: 0, signal: 9 });
});

test('waiting for what does not come fails with a picture of the screen', async t => {
  const pty = open(t, `process.stdout.write('here'); setInterval(() => {}, 1e6)`);
  await pty.waitFor('here');
  const late = await t.throwsAsync(pty.waitFor('there', { timeout: 20 }));
  t.regex(late?.message ?? '', /"there"[\s\S]*\|here/);
  const ended = open(t, `process.stdout.write('here')`);
  const gone = await t.throwsAsync(ended.waitFor('there'));
  t.regex(gone?.message ?? '', /ended/);
});

test('each program has a home of its own', async t => {
  const script = `process.stdout.write(process.env.TCHAT_HOME === process.env.HOME && !process.env.NO_COLOR ? 'own ' + process.env.TCHAT_HOME.includes('tchat-test-') : 'other')`;
  const pty = open(t, script);
  await t.notThrowsAsync(pty.waitFor('own true'));
});
