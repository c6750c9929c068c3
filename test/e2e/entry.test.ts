// A closed server as people meet it: a password typed unseen or from a file, a link for those who are new.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { serverFor } from '../helpers/people.ts';
import { openPty } from '../helpers/pty.ts';
import { runTchat, startServer, temporaryHome } from '../helpers/server.ts';

const WORD = 'open-sesame-canary';

function wordFile(t: ExecutionContext, word = WORD): string {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  const file = join(home, 'word');
  writeFileSync(file, `${word}\n`, { mode: 0o600 });
  return file;
}

test('the client asks for the password on the terminal, without showing it, and again when it was wrong', async t => {
  const server = await serverFor(t, ['--password-file', wordFile(t)]);
  const pty = openPty(['join', server.address, '--name', 'alice']);
  t.teardown(() => pty.close());
  await pty.waitFor(/Password of .*:/);
  pty.type('wrong');
  pty.press('Enter');
  await pty.waitFor(/not the server’s password/);
  pty.type(WORD);
  t.false(pty.screen().join('\n').includes(WORD));
  pty.press('Enter');
  await pty.waitFor(/lobby/);
  pty.type('hello');
  pty.press('Enter');
  await pty.waitFor(/hello.*✓/);
  t.false(pty.screen().join('\n').includes(WORD));
});

test('Ctrl-C at the question ends it', async t => {
  const server = await serverFor(t, ['--password-file', wordFile(t)]);
  const pty = openPty(['join', server.address, '--name', 'alice']);
  t.teardown(() => pty.close());
  await pty.waitFor(/Password of .*:/);
  pty.press('Ctrl-C');
  t.is((await pty.exited).code, 130);
});

test('scripts give the password by a file; without it and with a wrong one they are refused', async t => {
  const server = await serverFor(t, ['--password-file', wordFile(t)]);
  const send = (...more: string[]) =>
    runTchat(['send', server.address, '--name', 'alice', '--to', '#ci', 'done', ...more], { home: server.home });
  const none = await send();
  t.is(none.code, 4);
  t.regex(none.stderr, /^tchat: The server wants a password/);
  const wrong = await send('--password-file', wordFile(t, 'other'));
  t.is(wrong.code, 4);
  t.regex(wrong.stderr, /^tchat: That is not the server’s password/);
  t.is((await send('--password-file', wordFile(t))).code, 0);
  t.is((await send()).code, 0, 'once is enough');
  t.is((await send('--password-file', '/nowhere/at/all')).code, 1);
  t.is((await send('--password-file', '-')).code, 2);
});

test('a password holds through a restart, until it is taken away', async t => {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  const first = await startServer({ home, args: ['--password-file', wordFile(t)] });
  t.teardown(() => first.stop());
  await first.stop();
  const knock = async (args: string[], name: string) => {
    const server = await startServer({ home, args });
    t.teardown(() => server.stop());
    const { code } = await runTchat(['send', server.address, '--name', name, '--to', '#ci', 'x']);
    await server.stop();
    return code;
  };
  t.is(await knock([], 'alice'), 4);
  t.is(await knock(['--no-password'], 'bob'), 0);
  t.is(await knock([], 'carol'), 0);
});

// A7. The word is given by a file and typed by nobody: it must be found nowhere else.
test('no secret stands in arguments, environment, output or a file that others can read', async t => {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  const server = await startServer({ home, args: ['--invite-only', '--password-file', wordFile(t)] });
  t.teardown(() => server.stop());
  const run = await runTchat(
    ['send', server.address, '--name', 'alice', '--to', '#ci', 'x', '--password-file', wordFile(t)],
    { home },
  );
  t.is(run.code, 0);
  const of = (what: string) => readFileSync(`/proc/${server.child.pid}/${what}`, 'utf8');
  const secrets = [WORD, Buffer.from(WORD).toString('base64'), Buffer.from(WORD).toString('hex')];
  const { password, secret } = JSON.parse(readFileSync(join(server.data, 'entry.json'), 'utf8'));
  secrets.push(password.key, secret);
  const said = [of('cmdline'), of('environ'), JSON.stringify(server.lines), server.stderr(), run.stdout, run.stderr];
  await server.stop();
  for (const word of secrets) t.false(said.join('\n').includes(word));
  for (const name of readdirSync(home, { recursive: true, encoding: 'utf8' })) {
    const file = join(home, name);
    const stat = statSync(file);
    if (!stat.isFile()) continue;
    const text = readFileSync(file, 'latin1');
    t.false(text.includes(WORD), `${name} holds the password`);
    const secretive = [password.key, secret, 'PRIVATE KEY'].some(word => text.includes(word));
    if (secretive) t.is(stat.mode & 0o077, 0, name);
  }
});

test('serve makes operators of names and of accounts; an operator’s invite is a link that lets somebody new in', async t => {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  const none = await runTchat(['serve', '--headless', '--ephemeral', '--port', '0', '--operator', 'nobody'], { home });
  t.is(none.code, 4);
  t.regex(none.stderr, /^tchat: Nobody here goes by the name nobody/);
  const first = await startServer({ home });
  t.teardown(() => first.stop());
  await runTchat(['send', first.address, '--name', 'alice', '--to', '#ci', 'x'], { home });
  await first.stop();
  const second = await startServer({
    home,
    args: ['--invite-only', '--operator', 'alice', '--operator', 'A'.repeat(22)],
  });
  t.teardown(() => second.stop());
  const alice = openPty(['join', second.address, '--name', 'alice'], { home });
  t.teardown(() => alice.close());
  await alice.waitFor(/lobby/);
  alice.type('/invite-link 3 48 for the class');
  alice.press('Enter');
  const whole = (rows: readonly string[]) => rows.join('').replace(/\s/g, '');
  const pattern = /Invite[0-9a-f]{12},for3and48hours:(tchat:\/\/[^#]*#[\w-]{43}\.[\w-]{30})/;
  const shown = await alice.waitFor(rows => pattern.test(whole(rows)));
  const [, link = ''] = pattern.exec(whole(shown)) ?? [];
  const send = (where: string, name: string) => runTchat(['send', where, '--name', name, '--to', '#ci', 'x']);
  const stranger = await send(second.address, 'bob');
  t.is(stranger.code, 4);
  t.regex(stranger.stderr, /by invitation only/);
  const guest = await send(link, 'carol');
  t.is(guest.code, 0, guest.stderr);
});
