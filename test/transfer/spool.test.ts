// The server's spool: room is kept before the first byte and given back at once, what was left by a process that died is found
// again and counted right, and nothing else stays.
import {
  appendFileSync,
  copyFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { TchatError } from '../../src/errors.ts';
import { PIECE } from '../../src/limits.ts';
import { Spool, type SpoolLimits } from '../../src/transfer/spool.ts';
import { temporaryHome } from '../helpers/program.ts';
import { KIB, sha256, some } from '../helpers/transfers.ts';

const LIMITS: SpoolLimits = { total: 1000 * KIB, perAccount: 400 * KIB, leave: 0, keep: 1000 };
const key = (n: number, account = 'alice') => ({ account, id: `id-${n}` });

async function opened(t: ExecutionContext, folder: string, limits: Partial<SpoolLimits> = {}, now = () => 0) {
  const spool = await Spool.open(folder, { limits: () => ({ ...LIMITS, ...limits }), now });
  t.teardown(() => spool.close());
  return spool;
}

function folderOf(t: ExecutionContext): string {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  return join(home, 'spool');
}

async function read(spool: Spool, which: { account: string; id: string }, from = 0): Promise<Buffer> {
  const stream = await spool.stream(which, from);
  const pieces: Buffer[] = [];
  for (let piece = await stream.next(); piece; piece = await stream.next()) pieces.push(Buffer.from(piece));
  await stream.close();
  return Buffer.concat(pieces);
}

const codeOf = async (t: ExecutionContext, work: Promise<unknown>) =>
  ((await t.throwsAsync(work)) as TchatError | undefined)?.code;

const fill = async (spool: Spool, which: ReturnType<typeof key>, bytes: Uint8Array) => {
  const writer = await spool.receive(which, bytes.length);
  await writer.write(bytes.subarray(writer.written));
  await writer.complete(sha256(bytes));
};

test('a file is there once it is whole and its hash is right, for many at once and from anywhere', async t => {
  const folder = folderOf(t);
  const spool = await opened(t, folder);
  const bytes = some(PIECE - 1000);
  const writer = await spool.receive(key(1), bytes.length);
  await writer.write(bytes.subarray(0, 1000));
  await writer.write(bytes.subarray(1000));
  t.is(await codeOf(t, spool.stream(key(1), 0)), 'no-such-file');
  await writer.complete(sha256(bytes));
  t.deepEqual(spool.find(key(1)), { ...key(1), size: bytes.length, written: bytes.length, whole: true, made: 0 });
  const reads = await Promise.all([0, 12_345, bytes.length].map(from => read(spool, key(1), from)));
  t.deepEqual(reads, [bytes, bytes.subarray(12_345), Buffer.alloc(0)]);
  const stream = await spool.stream(key(1), 0);
  t.deepEqual(await stream.digest(), sha256(bytes));
  await spool.release(key(1));
  t.deepEqual(Buffer.from((await stream.next()) ?? []), bytes, 'whoever reads it has it');
  await stream.close();
  t.is(spool.used(), 0);
  t.deepEqual(readdirSync(folder), []);
  t.is(statSync(folder).mode & 0o777, 0o700);
});

test('files of no bytes are files', async t => {
  const spool = await opened(t, folderOf(t));
  await fill(spool, key(1), new Uint8Array());
  t.is((await read(spool, key(1))).length, 0);
  t.is(await codeOf(t, spool.receive(key(1), 0)), 'already-so');
});

test('more or less than was said, or something else, is refused', async t => {
  const folder = folderOf(t);
  const spool = await opened(t, folder);
  const bytes = some(1000);
  const writer = await spool.receive(key(1), 1000);
  t.is(await codeOf(t, writer.write(some(1001))), 'file-too-long');
  await writer.write(bytes.subarray(0, 999));
  t.is(await codeOf(t, writer.complete(sha256(bytes))), 'file-too-short');
  await writer.write(bytes.subarray(999));
  t.is(await codeOf(t, writer.write(some(1))), 'file-too-long');
  t.is(await codeOf(t, writer.complete(sha256(some(3)))), 'file-hash');
  t.is(spool.find(key(1)), null);
  t.is(spool.used(), 0);
  t.deepEqual(readdirSync(folder), []);
  for (const size of [-1, 0.5, Number.NaN, 2 ** 53, Number.POSITIVE_INFINITY]) {
    await t.throwsAsync(spool.receive(key(2), size));
    t.is(spool.used(), 0, String(size));
  }
  t.deepEqual(readdirSync(folder), []);
});

// Red when room is kept only as bytes come.
test('room for all of a file is kept before its first byte, for its account and for all', async t => {
  const spool = await opened(t, folderOf(t));
  const writers = [await spool.receive(key(1), 300 * KIB), await spool.receive(key(2, 'bob'), 400 * KIB)];
  t.is(spool.used(), 700 * KIB);
  t.is(spool.used('alice'), 300 * KIB);
  t.is(await codeOf(t, spool.receive(key(3), 100 * KIB + 1)), 'spool-account-full');
  t.is(await codeOf(t, spool.receive(key(4, 'carol'), 300 * KIB + 1)), 'spool-full');
  const many = await Promise.allSettled(
    Array.from({ length: 10 }, (_, n) => spool.receive(key(10 + n, 'carol'), 100 * KIB)),
  );
  t.is(many.filter(({ status }) => status === 'fulfilled').length, 3);
  t.is(spool.used(), 1000 * KIB);
  for (const writer of writers) await writer.abort();
  t.is(spool.used(), 300 * KIB, 'given back at once');
});

test('of what was broken off only what is here counts, and it goes on when there is room again', async t => {
  const spool = await opened(t, folderOf(t));
  const bytes = some(400 * KIB);
  const writer = await spool.receive(key(1), bytes.length);
  await writer.write(bytes.subarray(0, 10 * KIB));
  await writer.suspend();
  t.is(spool.used('alice'), 10 * KIB);
  t.is(await codeOf(t, writer.write(some(1))), 'transfer-closed');
  await fill(spool, key(2), some(50 * KIB));
  t.is(await codeOf(t, spool.receive(key(1), bytes.length)), 'spool-account-full');
  t.is(spool.find(key(1))?.written, 10 * KIB);
  await spool.release(key(2));
  const again = await spool.receive(key(1), bytes.length);
  t.is(again.written, 10 * KIB);
  await again.write(bytes.subarray(10 * KIB));
  await again.complete(sha256(bytes));
  t.deepEqual(await read(spool, key(1)), bytes);
});

// Red when two fill one file: they would write over each other.
test('whoever goes on with a file cuts off who was at it, and takes nothing away by that', async t => {
  const spool = await opened(t, folderOf(t));
  const bytes = some(1000);
  const first = await spool.receive(key(1), 1000);
  await first.write(bytes.subarray(0, 400));
  const late = first.write(bytes.subarray(400, 500));
  const second = await spool.receive(key(1), 1000);
  await late;
  t.is(second.written, 500);
  t.is(await codeOf(t, first.write(bytes.subarray(500))), 'transfer-closed');
  t.is(await codeOf(t, first.complete(sha256(bytes))), 'transfer-closed');
  await first.abort();
  await second.write(bytes.subarray(500));
  await second.complete(sha256(bytes));
  t.deepEqual(await read(spool, key(1)), bytes);
  const other = await spool.receive(key(1), 7);
  t.is(other.written, 0, 'another size is another file');
});

test('what has waited long enough goes, whole or not', async t => {
  let now = 5_000;
  const folder = folderOf(t);
  const spool = await opened(t, folder, {}, () => now);
  await fill(spool, key(1), some(100));
  const writer = await spool.receive(key(2), 100);
  now = 5_900;
  await fill(spool, key(3), some(100));
  t.deepEqual(await spool.expire(), []);
  now = 6_001;
  t.deepEqual(
    (await spool.expire()).map(({ id, whole }) => [id, whole]),
    [
      ['id-1', true],
      ['id-2', false],
    ],
  );
  t.is(await codeOf(t, writer.write(some(1))), 'transfer-closed');
  t.deepEqual(
    spool.entries().map(({ id }) => id),
    ['id-3'],
  );
  t.is(readdirSync(folder).length, 2);
});

// Red when the bytes of a part are not counted, or a whole file not found: 200 KiB more would be let in.
test('what a process that was killed left is found again, counted, and gone on with', async t => {
  const folder = folderOf(t);
  let made = 0;
  const spool = await opened(t, folder, {}, () => made);
  const [whole, half] = [some(200 * KIB), some(150 * KIB)];
  await fill(spool, key(1), whole);
  made = 1;
  const writer = await spool.receive(key(2), half.length);
  await writer.write(half.subarray(0, 100 * KIB));
  // Nothing is closed: as a kill leaves it.
  const next = await opened(t, folder);
  t.deepEqual(
    next.entries().map(({ id, written, whole: done }) => [id, written, done]),
    [
      ['id-1', 200 * KIB, true],
      ['id-2', 100 * KIB, false],
    ],
  );
  t.is(next.used('alice'), 300 * KIB);
  t.is(await codeOf(t, next.receive(key(3), 100 * KIB + 1)), 'spool-account-full');
  t.deepEqual(await read(next, key(1)), whole);
  const again = await next.receive(key(2), half.length);
  t.is(again.written, 100 * KIB);
  await again.write(half.subarray(100 * KIB));
  await again.complete(sha256(half));
  t.deepEqual(await read(next, key(2)), half);
  await writer.suspend();
});

test('what nobody knows of is removed at the start, and what is not what it was', async t => {
  const folder = folderOf(t);
  const spool = await opened(t, folder);
  const bytes = some(1000);
  for (let n = 1; n <= 7; n++) await fill(spool, key(n), bytes);
  await (await spool.receive(key(8), 1000)).write(bytes.subarray(0, 500));
  const names = new Map(spool.entries().map(({ id }, at) => [id, at]));
  t.is(names.size, 8);
  await spool.close();
  const nameOf = (n: number) => {
    const found = readdirSync(folder).find(
      each => each.endsWith('.note') && readFileSync(join(folder, each), 'utf8').includes(`"id-${n}"`),
    );
    return join(folder, (found ?? '').slice(0, 32));
  };
  truncateSync(`${nameOf(1)}.file`, 999);
  rmSync(`${nameOf(2)}.note`);
  writeFileSync(`${nameOf(3)}.note`, 'not json');
  copyFileSync(`${nameOf(4)}.file`, join(folder, 'copy'));
  rmSync(`${nameOf(4)}.file`);
  symlinkSync(join(folder, 'copy'), `${nameOf(4)}.file`);
  const note = readFileSync(`${nameOf(5)}.note`);
  rmSync(`${nameOf(5)}.note`);
  writeFileSync(join(folder, `${'0'.repeat(32)}.note`), note);
  appendFileSync(`${nameOf(8)}.part`, some(501));
  for (const junk of ['x.part', 'y', `${'a'.repeat(32)}.file`]) writeFileSync(join(folder, junk), 'junk');
  const next = await opened(t, folder);
  t.deepEqual(
    next
      .entries()
      .map(({ id }) => id)
      .sort(),
    ['id-6', 'id-7'],
  );
  t.is(readdirSync(folder).length, 4);
  t.deepEqual(await read(next, key(7)), bytes);
});

test('a file whose last name was not given before the kill is whole all the same', async t => {
  const folder = folderOf(t);
  const spool = await opened(t, folder);
  const bytes = some(1000);
  await fill(spool, key(1), bytes);
  const name =
    readdirSync(folder)
      .find(each => each.endsWith('.file'))
      ?.slice(0, 32) ?? '';
  await spool.close();
  renameSync(join(folder, `${name}.file`), join(folder, `${name}.part`));
  const next = await opened(t, folder);
  t.deepEqual(await read(next, key(1)), bytes);
});

test('the disk is asked before the first byte', async t => {
  const spool = await opened(t, folderOf(t), { leave: 2 ** 50 });
  t.is(await codeOf(t, spool.receive(key(1), 1)), 'spool-full');
  t.is(spool.used(), 0);
  t.is(spool.find(key(1)), null);
});
