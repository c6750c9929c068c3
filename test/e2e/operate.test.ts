// tchat admin: an operator's words to a server that runs, by its socket and by address; what they leave survives SIGKILL;
// dashboards that are attached come and go without the server.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { say } from '../helpers/people.ts';
import { openPty } from '../helpers/pty.ts';
import { runTchat, startServer, type TestServer, temporaryHome } from '../helpers/server.ts';

async function start(t: ExecutionContext, home: string, port = 0): Promise<TestServer> {
  const server = await startServer({ home, port });
  t.teardown(() => server.stop('SIGKILL'));
  return server;
}

function newHome(t: ExecutionContext): string {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  return home;
}

const rows = (stdout: string) =>
  stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Record<string, unknown>);

test('what operators lay down survives SIGKILL: bans with reason and time left, mutes, the door, settings, the trail', async t => {
  const home = newHome(t);
  const server = await start(t, home);
  const { data, port } = server;
  const admin = (...words: string[]) => runTchat(['admin', '--data', data, ...words], { home });
  const post = (name: string) =>
    runTchat(['send', server.address, '--name', name, '--to', '#lobby', 'hello'], { home });
  for (const name of ['alice', 'bob']) t.is((await post(name)).code, 0);
  t.is(statSync(join(data, 'admin.sock')).mode & 0o777, 0o600);
  for (const words of [
    ['ban', '@bob', '2h', 'being', 'rude'],
    ['mute', '@alice', '5m', 'shouting'],
    ['door', 'closed', 'a', 'flood'],
    ['set', 'members-per-room', '9'],
    ['motd', 'Be kind.'],
  ]) {
    t.is((await admin(...words)).code, 0, words.join(' '));
  }
  await server.stop('SIGKILL');
  await start(t, home, port);
  const bob = await post('bob');
  t.is(bob.code, 4);
  t.regex(bob.stderr, /kept out of this server for (1 h \d+ min|2 h) \(the reason: being rude\)/);
  const alice = await post('alice');
  t.is(alice.code, 4, alice.stderr);
  t.regex(alice.stderr, /nothing for [1-5] min \(the reason: shouting\)/);
  t.regex((await post('carol')).stderr, /takes no new people now \(the reason: a flood\)/);
  const [settings] = rows((await admin('settings', '--json')).stdout);
  t.like(settings, { door: 'closed', motd: 'Be kind.', 'members-per-room': 9 });
  const acts = rows((await admin('audit', '--json')).stdout);
  t.deepEqual(
    acts.map(each => each['act']),
    ['banned', 'muted', 'door', 'set', 'motd'],
  );
  t.like(acts[0], { account: '*', reason: 'being rude' });
  t.regex(String(acts[0]?.['time']), /^\d{4}-\d\d-\d\dT/);
  const bans = rows((await admin('bans', '--json')).stdout);
  t.deepEqual(
    bans.map(each => [each['kind'], each['name']]),
    [
      ['ban', 'bob'],
      ['mute', 'alice'],
    ],
  );
  t.is((await admin('unban', '@bob')).code, 0);
  t.is((await post('bob')).code, 0);
});

test('each failure has its exit code and one sentence', async t => {
  const home = newHome(t);
  const { data } = await start(t, home);
  const admin = (...words: string[]) => runTchat(['admin', '--data', data, ...words], { home });
  for (const [words, code] of [
    [['kick', '@nobody'], 4],
    [['ban'], 2],
    [['frobnicate'], 2],
    [['set', 'members-per-room', '0'], 4],
    [['unban', '10.0.0.0/8'], 4],
  ] as const) {
    const run = await admin(...words);
    t.is(run.code, code, words.join(' '));
    t.regex(run.stderr, /^tchat: [^\n]+\n$/);
    t.is(run.stdout, '');
  }
  t.is((await runTchat(['admin', '--data', home, 'status'], { home })).code, 5, 'no server there');
});

test('an operator elsewhere acts by their key and their role; nobody else does', async t => {
  const home = newHome(t);
  const { address, data } = await start(t, home);
  for (const name of ['alice', 'bob']) {
    t.is((await runTchat(['send', address, '--name', name, '--to', '#lobby', 'hello'], { home })).code, 0);
  }
  const kick = () => runTchat(['admin', address, '--name', 'alice', 'kick', '@bob'], { home });
  const refused = await kick();
  t.is(refused.code, 4);
  t.regex(refused.stderr, /Only operators may do that/);
  t.is((await runTchat(['admin', '--data', data, 'op', '@alice'], { home })).code, 0);
  t.is((await kick()).code, 0);
  const acts = rows((await runTchat(['admin', '--data', data, 'audit', '--json'], { home })).stdout);
  t.like(acts.at(-1), { act: 'kicked', operator: 'alice', name: 'bob' });
});

test('two attached dashboards see the same; SIGKILL of one changes nothing for the other or for the server', async t => {
  const home = newHome(t);
  const { address, data, child } = await start(t, home);
  const open = () => {
    const pty = openPty(['admin', '--data', data], { columns: 120, rows: 34, home });
    t.teardown(() => pty.close());
    return pty;
  };
  const [one, other] = [open(), open()];
  const post = (text: string) => runTchat(['send', address, '--name', 'alice', '--to', '#lobby', text], { home });
  for (const each of [one, other]) await each.waitFor(/doors open/);
  t.is((await post('seen by both')).code, 0);
  for (const each of [one, other]) await each.waitFor(/alice seen by both/);
  one.kill('SIGKILL');
  await one.exited;
  t.is((await post('seen by one')).code, 0);
  await other.waitFor(/alice seen by one/);
  other.type(':');
  say(other, 'door closed');
  await other.waitFor(/door/i);
  t.is((await runTchat(['send', address, '--name', 'new', '--to', '#lobby', 'x'], { home })).code, 4);
  other.press('Ctrl-Q');
  t.is((await other.exited).code, 0);
  t.is(child.exitCode, null);
  t.is((await post('still there')).code, 0);
});
