// The structured log: its levels, what it never holds, and what becomes of it when its file does not take it.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type LogLevel, StructuredLog } from '../../src/monitor/structured-log.ts';
import type { LogEntry } from '../../src/server/feed.ts';

function open(t: ExecutionContext, level: LogLevel) {
  const folder = mkdtempSync(join(tmpdir(), 'tchat-test-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'server.log');
  const log = new StructuredLog({ file, level, explain: code => `about ${code} 100%s` });
  const text = async () => {
    await log.close();
    return readFileSync(file, 'utf8');
  };
  const lines = async () =>
    (await text())
      .split('\n')
      .filter(line => line !== '')
      .map(line => JSON.parse(line) as Record<string, unknown>);
  return { log, file, text, lines };
}

const SAID: readonly LogEntry[] = [
  { time: 1, kind: 'message', room: '#dev', name: 'alice', text: 'SECRET' },
  { time: 1, kind: 'edited', room: '#dev', name: 'alice', text: 'SECRET' },
  { time: 1, kind: 'reacted', room: '#dev', name: 'alice', text: 'SECRET' },
  { time: 1, kind: 'topic', room: '#dev', name: 'alice', text: 'SECRET' },
  { time: 1, kind: 'broadcast', name: 'alice', text: 'SECRET' },
  { time: 1, kind: 'motd', name: 'alice', text: 'SECRET' },
  { time: 1, kind: 'private', name: 'alice', other: 'bob' },
];

// Red when an entry goes out as the dashboard has it.
test('nothing that was said is in it, at any level', async t => {
  const { log, text } = open(t, 'debug');
  log.entries(SAID);
  const written = await text();
  t.is(written.trim().split('\n').length, SAID.length);
  t.false(written.includes('SECRET'));
});

test('each line has its level, and those below the one asked for are left out', async t => {
  const entries: readonly LogEntry[] = [
    { time: 1, kind: 'connected', name: 'alice', address: '10.0.0.1' },
    { time: 1, kind: 'kicked', name: 'bob', other: 'alice', text: 'rude' },
    { time: 1, kind: 'warning', code: 'clock-jumped' },
    { time: 1, kind: 'warning', code: 'storage-failed' },
    ...SAID,
  ];
  const levels = async (level: LogLevel) => {
    const { log, lines } = open(t, level);
    log.entries(entries);
    return (await lines()).map(line => `${line['level']} ${line['event']}`);
  };
  const least = ['error warning'];
  const warn = ['warn warning', ...least];
  t.deepEqual(await levels('error'), least);
  t.deepEqual(await levels('warn'), warn);
  t.deepEqual(await levels('info'), ['info connected', 'info kicked', ...warn, 'info broadcast', 'info motd']);
  t.is((await levels('debug')).length, entries.length);
});

test('a line says when, what and about whom; a warning in words too', async t => {
  const { log, file, lines } = open(t, 'info');
  log.say('listening', { port: 7420 });
  log.entries([
    { time: 1, kind: 'banned', name: 'bob', other: 'alice', text: 'rude' },
    { time: 1, kind: 'warning', code: 'expiry-failed', params: { reason: 'EIO' } },
  ]);
  const [began, banned, warning] = await lines();
  t.like(began, { level: 'info', event: 'listening', port: 7420, pid: process.pid });
  t.regex(String(began?.['time']), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  t.like(banned, { event: 'banned', name: 'bob', other: 'alice', text: 'rude' });
  t.like(warning, { code: 'expiry-failed', params: { reason: 'EIO' }, msg: 'about expiry-failed 100%s' });
  t.is(statSync(file).mode & 0o777, 0o600);
});

test('no name or reason speaks to a terminal, and each is what it was when it is read', async t => {
  const { log, text } = open(t, 'info');
  const bite = 'a\u001b]0;x\u0007\u009b2J\u202eb\u2028c\n"}';
  log.entries([{ time: 1, kind: 'kicked', name: bite, other: bite, text: bite }]);
  const written = await text();
  t.is(written.match(/(?!\n)[\p{C}\p{Zl}\p{Zp}]/u), null);
  t.is(written.trim().split('\n').length, 1);
  t.like(JSON.parse(written), { name: bite, other: bite, text: bite });
});

test('a file that cannot be opened is one failure at the start; a log goes on behind one that was there', async t => {
  const explain = () => '';
  t.throws(() => new StructuredLog({ file: '/nowhere/at/all', level: 'info', explain }), { code: 'file-unwritable' });
  const { log, file, lines } = open(t, 'info');
  log.say('first');
  t.is((await lines()).length, 1);
  const next = new StructuredLog({ file, level: 'info', explain });
  next.say('second');
  await next.close();
  t.is(readFileSync(file, 'utf8').trim().split('\n').length, 2);
});

test('a full disk ends nothing', async t => {
  const log = new StructuredLog({ file: '/dev/full', level: 'info', explain: () => '' });
  for (let n = 0; n < 100; n++) log.say('line', { n });
  await log.close();
  t.pass();
});
