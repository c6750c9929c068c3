// tchat admin: an operator's words to a server that runs, by its socket and by address; what they leave survives SIGKILL;
// dashboards that are attached come and go without the server.
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import test, { type ExecutionContext } from 'ava';
import { Inbox } from '../helpers/inbox.ts';
import { say } from '../helpers/people.ts';
import { environment, MAIN } from '../helpers/program.ts';
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

type Row = Readonly<Record<string, unknown>>;

/** A program that prints JSON lines until it ends. */
function follow(t: ExecutionContext, args: readonly string[], home: string) {
  const child = spawn(process.execPath, [MAIN, ...args], { env: environment(home), stdio: ['ignore', 'pipe', 'pipe'] });
  t.teardown(() => child.kill('SIGKILL'));
  const inbox = new Inbox<Row>();
  createInterface({ input: child.stdout }).on('line', line => inbox.add(JSON.parse(line) as Row));
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  return {
    child,
    ended: new Promise<number | null>(resolve => child.once('close', resolve)),
    stderr: () => stderr,
    /** The first line that fits; `poke` is done again until there is one. */
    line: async (fits: (row: Row) => boolean, poke?: () => Promise<unknown>) => {
      const found = inbox.first('a line', row => (fits(row) ? row : null));
      while (poke && !inbox.all.some(fits)) await poke();
      return found;
    },
  };
}

const rows = (stdout: string) =>
  stdout
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Row);

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

test('an operator elsewhere looks at what the owner looks at, line for line; nobody else does', async t => {
  const home = newHome(t);
  const { address, data } = await start(t, home);
  const post = (name: string, text: string) =>
    runTchat(['send', address, '--name', name, '--to', '#lobby', text], { home });
  for (const name of ['alice', 'bob']) t.is((await post(name, 'hello')).code, 0);
  t.is((await runTchat(['admin', '--data', data, 'op', '@alice'], { home })).code, 0);
  t.is((await runTchat(['admin', address, '--name', 'alice', 'ban', '@bob', '2h', 'rude'], { home })).code, 0);

  const here = ['admin', '--data', data];
  const there = (name: string) => ['admin', address, '--name', name];
  for (const list of ['bans', 'audit', 'settings', 'rooms']) {
    const [one, other] = await Promise.all(
      [here, there('alice')].map(way => runTchat([...way, list, '--json'], { home })),
    );
    t.is(other?.code, 0, other?.stderr);
    // What is said a second is another figure a moment later.
    const still = (run: typeof one) => rows(run?.stdout ?? '').map(({ messagesPerSecond: _rate, ...row }) => row);
    t.deepEqual(still(other), still(one), list);
    t.not(one?.stdout, '');
  }
  const [users] = rows((await runTchat([...there('alice'), 'users', '--json'], { home })).stdout);
  t.like(users, { name: 'alice', role: 'operator', here: false });
  const [status] = rows((await runTchat([...there('alice'), 'status', '--json'], { home })).stdout);
  t.like(status, { users: 1, rooms: 1, encrypted: true });

  for (const word of ['users', 'log']) {
    const refused = await runTchat([...there('carol'), word], { home });
    t.is(refused.code, 4, word);
    t.regex(
      refused.stderr,
      /^tchat: [^\n]*\n?tchat: Only operators may do that; ask one of them\.\n$|^tchat: Only operators may do that; ask one of them\.\n$/,
    );
    t.is(refused.stdout, '');
  }
  const taken = await runTchat([...there('alice'), 'op', '@carol'], { home });
  t.is(taken.code, 4);
  t.regex(taken.stderr, /Only the owner may do that/);
});

test('the live log is followed as JSON from elsewhere; it ends by itself when the role is taken away, and says why', async t => {
  const home = newHome(t);
  const { address, data } = await start(t, home);
  const post = (name: string, text: string) =>
    runTchat(['send', address, '--name', name, '--to', '#lobby', text], { home });
  t.is((await post('alice', 'hello')).code, 0);
  t.is((await runTchat(['admin', '--data', data, 'op', '@alice'], { home })).code, 0);
  const log = follow(t, ['admin', address, '--name', 'alice', 'log', '--follow', '--json'], home);
  // It is attached once the server says that it is there.
  await log.line(
    ({ kind, name }) => kind === 'connected' && name === 'bob',
    () => post('bob', 'seen'),
  );
  const line = await log.line(({ kind, text }) => kind === 'message' && text === 'seen');
  t.like(line, { room: '#lobby', name: 'bob' });
  t.regex(String(line['time']), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  t.is((await runTchat(['admin', '--data', data, 'deop', '@alice'], { home })).code, 0);
  t.is(await log.ended, 4);
  t.regex(log.stderr(), /Only operators may do that/);
});

test('three attached dashboards, one of them elsewhere, see the same; SIGKILL of any changes nothing for the others or for the server', async t => {
  const home = newHome(t);
  const { address, data, child } = await start(t, home);
  const post = (text: string) => runTchat(['send', address, '--name', 'alice', '--to', '#lobby', text], { home });
  t.is((await post('to begin with')).code, 0);
  t.is((await runTchat(['admin', '--data', data, 'op', '@alice'], { home })).code, 0);
  const open = (way: readonly string[]) => {
    const pty = openPty(['admin', ...way], { columns: 120, rows: 34, home });
    t.teardown(() => pty.close());
    return pty;
  };
  const here = ['--data', data];
  const there = [address, '--name', 'alice'];
  const [one, other, third] = [open(here), open(there), open(there)];
  for (const each of [one, other, third]) await each.waitFor(/doors open/);
  t.is((await post('seen by all')).code, 0);
  for (const each of [one, other, third]) await each.waitFor(/alice seen by all/);
  one.kill('SIGKILL');
  third.kill('SIGKILL');
  await Promise.all([one.exited, third.exited]);
  t.is((await post('seen by one')).code, 0);
  await other.waitFor(/alice seen by one/);
  other.type(':');
  say(other, 'motd Be kind.');
  await other.waitFor(/set the message of the day/);
  const again = open(here);
  await again.waitFor(/doors open/);
  t.is(child.exitCode, null);
  t.like(rows((await runTchat(['admin', ...here, 'audit', '--json'], { home })).stdout).at(-1), {
    ...{ act: 'motd', operator: 'alice', text: 'Be kind.' },
  });
  // Who is no operator any more is put out, and told so on a terminal that is as it was.
  t.is((await runTchat(['admin', ...here, 'deop', '@alice'], { home })).code, 0);
  t.is((await other.exited).code, 4);
  await again.waitFor(/alice/);
  again.press('Ctrl-Q');
  t.is((await again.exited).code, 0);
  t.is(child.exitCode, null);
  t.is((await post('still there')).code, 0);
});
