// A profile's key as its owner handles it: under a passphrase, and on to another machine.
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { serverFor } from '../helpers/people.ts';
import { openPty } from '../helpers/pty.ts';
import { runTchat, temporaryHome } from '../helpers/server.ts';

function machine(t: ExecutionContext): string {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  writeFileSync(join(home, 'word'), 'first-word\n', { mode: 0o600 });
  writeFileSync(join(home, 'other'), 'other-word\n', { mode: 0o600 });
  return home;
}

test('a key under a passphrase is asked for it: by a file, on the terminal, and never by an argument', async t => {
  const server = await serverFor(t);
  const home = machine(t);
  const [word, other] = [join(home, 'word'), join(home, 'other')];
  const send = (...more: string[]) =>
    runTchat(['send', server.address, '--name', 'alice', '--to', '#ci', 'x', ...more], { home });
  t.is((await send()).code, 0);
  const locking = await runTchat(['key', 'passphrase', '--name', 'alice', '--new-passphrase-file', word], { home });
  t.is(locking.code, 0, locking.stderr);
  const none = await send();
  t.is(none.code, 2);
  t.regex(none.stderr, /^tchat: There is no terminal to ask/);
  const wrong = await send('--passphrase-file', other);
  t.is(wrong.code, 1);
  t.regex(wrong.stderr, /^tchat: That is not the passphrase/);
  t.is((await send('--passphrase-file', word)).code, 0, 'and she is still alice there');
  t.regex((await runTchat(['key'], { home })).stdout, /^alice {2}\(under a passphrase\)\n$/);

  const pty = openPty(['join', server.address, '--name', 'alice'], { home });
  t.teardown(() => pty.close());
  await pty.waitFor('Passphrase of alice:');
  pty.type('first-word');
  t.false(pty.screen().join('\n').includes('first-word'));
  pty.press('Enter');
  await pty.waitFor(/lobby/);

  const removing = ['key', 'passphrase', '--name', 'alice', '--passphrase-file', word, '--remove'];
  t.is((await runTchat(removing, { home })).code, 0);
  t.is((await send()).code, 0);
});

test('a locked profile that is picked on the start screen is asked for its passphrase', async t => {
  const server = await serverFor(t);
  const home = machine(t);
  await runTchat(['send', server.address, '--name', 'alice', '--to', '#ci', 'x'], { home });
  await runTchat(['key', 'passphrase', '--name', 'alice', '--new-passphrase-file', join(home, 'word')], { home });
  const pty = openPty(['join'], { home });
  t.teardown(() => pty.close());
  await pty.waitFor(/alice/);
  pty.type(server.address);
  pty.press('Enter');
  await pty.waitFor('Passphrase of alice:');
  pty.type('first-word');
  pty.press('Enter');
  await t.notThrowsAsync(pty.waitFor(/lobby/));
});

test('with an exported key one is the same person on another machine', async t => {
  const server = await serverFor(t);
  const [here, there] = [machine(t), machine(t)];
  await runTchat(['send', server.address, '--name', 'alice', '--to', '#ci', 'x'], { home: here });
  const file = join(here, 'alice.key');
  const exported = await runTchat(
    ['key', 'export', file, '--name', 'alice', '--new-passphrase-file', join(here, 'word')],
    { home: here },
  );
  t.is(exported.code, 0, exported.stderr);
  t.is(statSync(file).mode & 0o777, 0o600);
  t.false(readFileSync(file, 'utf8').includes('PRIVATE'));
  t.is((await runTchat(['key', 'export', file, '--plain'], { home: here })).code, 1, 'never over a file');
  const imported = await runTchat(['key', 'import', file], { home: there });
  t.is(imported.code, 0, imported.stderr);
  t.is((await runTchat(['key', 'import', file], { home: there })).code, 1);
  const send = [
    'send',
    server.address,
    '--name',
    'alice',
    '--to',
    '#ci',
    'y',
    '--passphrase-file',
    join(there, 'word'),
  ];
  t.is((await runTchat(send, { home: there })).code, 0);
  t.is((await runTchat(['key', 'import', join(there, 'word')], { home: there })).code, 1);
  t.is((await runTchat(['key', 'export', join(here, 'x'), '--name', 'nobody'], { home: here })).code, 1);
  t.false(existsSync(join(here, 'x')));
});
