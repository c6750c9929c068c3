// The terminal is as it was before, whichever way a screen ends (T4).
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { joined, say, serverFor } from '../helpers/people.ts';
import { openPty, UNTOUCHED } from '../helpers/pty.ts';

for (const [signal, code] of [
  ['SIGTERM', 0],
  ['SIGHUP', 0],
  ['SIGINT', 130],
] as const) {
  // Red when terminal.ts does not listen to the signal.
  test(`the client restores the terminal after ${signal}`, async t => {
    const server = await serverFor(t);
    const alice = await joined(t, server, 'alice');
    alice.kill(signal);
    t.deepEqual(await alice.exited, { code, signal: 0 });
    t.deepEqual(alice.modes(), UNTOUCHED);
  });

  test(`the dashboard restores the terminal after ${signal}`, async t => {
    const screen = openPty(['serve', '--port', '0'], { columns: 100, rows: 30 });
    t.teardown(() => screen.close());
    await screen.waitFor(/USERS/);
    screen.kill(signal);
    t.deepEqual(await screen.exited, { code, signal: 0 });
    t.deepEqual(screen.modes(), UNTOUCHED);
  });
}

test('Ctrl-C on an empty composer ends the client and restores the terminal', async t => {
  const server = await serverFor(t);
  const alice = await joined(t, server, 'alice');
  alice.press('Ctrl-C');
  t.is((await alice.exited).code, 0);
  t.deepEqual(alice.modes(), UNTOUCHED);
});

test('Ctrl-Q ends the client and restores the terminal', async t => {
  const server = await serverFor(t);
  const alice = await joined(t, server, 'alice');
  say(alice, 'bye');
  await alice.waitFor(/bye.*✓/);
  alice.press('Ctrl-Q');
  t.is((await alice.exited).code, 0);
  t.deepEqual(alice.modes(), UNTOUCHED);
});

// Red when the loop does not close the terminal before it rejects.
for (const where of ['update', 'view', 'perform'] as const) {
  test(`an error thrown inside ${where} restores the terminal and leaves one sentence`, async t => {
    const program = fileURLToPath(new URL('../helpers/crashing-screen.ts', import.meta.url));
    const screen = openPty([where], { program: [process.execPath, '--import', import.meta.resolve('tsx'), program] });
    t.teardown(() => screen.close());
    await screen.waitFor('ready');
    screen.type('x');
    t.is((await screen.exited).code, 1);
    t.deepEqual(screen.modes(), UNTOUCHED);
    t.regex(screen.screen().join('\n'), /tchat: Something went wrong inside tchat \(broken on purpose\)/);
    t.notRegex(screen.screen().join('\n'), /\bat .*\.ts:\d+/);
  });
}
