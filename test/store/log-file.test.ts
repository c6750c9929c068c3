// The log's file read and copied from outside, beside the log that writes it; and what a copy that is put back goes on with.
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  openSync,
  readdirSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'ava';
import Database from 'better-sqlite3';
import { TchatError } from '../../src/errors.ts';
import { LogFile } from '../../src/store/sqlite/log-file.ts';
import { about, durable, everything, idOf, other, said, textsOf, whole } from '../helpers/logs.ts';

const code = (read: () => unknown): string | null => {
  try {
    read();
    return null;
  } catch (error) {
    return error instanceof TchatError ? error.code : String(error);
  }
};
const NOW = Date.UTC(2026, 5, 1);

// Red when only what stood in the file at its opening is read, or the order is that of the index.
test('everything is read in order, also what came since the file was opened, while the log writes on', async t => {
  const { file, open } = await durable(t);
  const log = await open();
  await log.append(Array.from({ length: 1_200 }, (_, n) => said(n, `t${n}`, { conversation: n % 2 ? '#b' : '#a' })));
  const outside = new LogFile(file);
  t.teardown(() => outside.close());
  await log.append([other(2_000, { kind: 'edited', about: about(0), body: { kind: 'text', text: 'now' } })]);
  t.is(outside.head, 1_201);
  const read = [...outside.events(0)];
  t.deepEqual(read, everything(log, '#a', '#b'));
  t.is(textsOf(read)[0], 'now');
  t.deepEqual(
    [...outside.events(1_199)].map(({ position }) => position),
    [1_200, 1_201],
  );
  t.is(outside.positionBefore(1_010), log.positionBefore(1_010));
  t.true(outside.has('#b'));
  t.false(outside.has('#c'));

  const going = outside.events(0);
  going.next();
  await log.append([said(3_000, 'while it is read')]);
  t.is([...going].length, 1_200);
});

test('a folder without a log, a later file and one that is none are refused', async t => {
  const { file, open } = await durable(t);
  const folder = dirname(file);
  t.is(
    code(() => new LogFile(file)),
    'no-server-data',
  );
  t.false(existsSync(file));
  writeFileSync(file, '');
  t.is(
    code(() => new LogFile(file)),
    'no-server-data',
  );
  writeFileSync(join(folder, 'other.db'), 'x'.repeat(5_000));
  t.is(
    code(() => new LogFile(join(folder, 'other.db'))),
    'storage-failed',
  );
  const log = await open();
  await log.close();
  const db = new Database(file);
  db.exec('PRAGMA user_version = 99');
  db.close();
  t.is(
    code(() => new LogFile(file)),
    'store-newer',
  );
  db.close();
});

// Red when the copy is readable for others, takes a file's place, leaves its draft, or is of a moment before.
test('a copy is whole, for its owner alone, and never over another file', async t => {
  const { file, open } = await durable(t);
  const log = await open();
  await log.append(Array.from({ length: 2_000 }, (_, n) => said(n, `t${n}`)));
  const outside = new LogFile(file);
  t.teardown(() => outside.close());
  const target = join(dirname(file), 'copy.db');
  const { bytes, ...facts } = outside.copyTo(target, NOW);
  t.deepEqual(facts, { events: 2_000, position: 2_000 });
  t.is(bytes, statSync(target).size);
  t.is(statSync(target).mode & 0o777, 0o600);
  t.is(
    code(() => outside.copyTo(target, NOW)),
    'file-exists',
  );
  t.is(bytes, statSync(target).size);
  t.is(
    code(() => outside.copyTo(join(dirname(file), 'nowhere', 'copy.db'), NOW)),
    'file-unwritable',
  );
  t.deepEqual(
    readdirSync(dirname(file)).filter(name => /part|copy/.test(name)),
    ['copy.db'],
  );
  const copy = new LogFile(target);
  t.deepEqual([...copy.events(0)], everything(log, '#a'));
  copy.close();
});

// Red when the copy is not looked through before it takes its name.
test('a copy of a damaged file is none', async t => {
  const { file, open } = await durable(t);
  const log = await open();
  await log.append(Array.from({ length: 3_000 }, (_, n) => said(n, `t${n}`.repeat(20))));
  await log.close();
  const size = statSync(file).size;
  const target = join(dirname(file), 'copy.db');
  // Into the middle of a leaf: cells that lie.
  const db = new Database(file);
  const page = db.prepare("SELECT pageno FROM dbstat WHERE name = 'events' AND pagetype = 'leaf' LIMIT 1 OFFSET 20");
  const number = (page.pluck().get() as number | undefined) ?? 30;
  db.close();
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(4_096, 0xff), 0, 4_096, (number - 1) * 4_096);
  closeSync(descriptor);
  t.is(statSync(file).size, size);
  const outside = new LogFile(file);
  t.is(
    code(() => outside.copyTo(target, NOW)),
    'backup-broken',
  );
  outside.close();
  t.false(existsSync(target));
});

// Red when a copy gives positions again that were given since it was made: whoever has come further misses what stands there.
test('a copy that is put back goes on under its id, above every position that was given meanwhile', async t => {
  const { file, open } = await durable(t);
  const log = await open();
  await log.append([said(1, 'before')]);
  const target = join(dirname(file), 'copy.db');
  const outside = new LogFile(file);
  const made = Date.now() - 60_000;
  outside.copyTo(target, made);
  outside.close();
  await log.append(Array.from({ length: 50 }, (_, n) => said(n + 10, 'lost')));
  const { id, head } = log;
  await log.close();

  const place = async () => {
    const next = await durable(t);
    copyFileSync(target, next.file);
    chmodSync(next.file, 0o600);
    return next;
  };
  const first = await place();
  const life = await first.open();
  t.is(life.id, id);
  t.true(life.head > head);
  t.deepEqual(textsOf(everything(life, '#a')), ['before']);
  const [event] = await life.append([said(11, 'after')]);
  t.true((event?.position ?? 0) > head);
  t.deepEqual(textsOf(life.page({ reaches: whole('#a'), after: head, limit: 9 }).events), ['after']);
  t.is(life.search({ text: 'after', reaches: whole('#a'), from: null, limit: 9 }).events.length, 1);
  t.is(life.positionBefore(5_000), event?.position ?? 0);
  const given = life.head;
  await life.close();

  // Opened again it is the log, and no copy any more.
  const again = await first.open();
  t.is(again.head, given);
  t.not(again.find('alice', idOf(11)), null);
  await again.close();

  // The same copy once more, later: above what its first life gave.
  const db = new Database(target);
  db.prepare("UPDATE facts SET value = ? WHERE name = 'copied'").run(String(made - 3_600_000));
  db.close();
  const second = await (await place()).open();
  t.true(second.head > given);
});
