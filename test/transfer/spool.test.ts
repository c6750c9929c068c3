// The server's spool: room is kept before the first byte and given back at once, what was left by a process that died is found
// again and counted right, and nothing else stays.
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { TchatError } from '../../src/errors.ts';
import { Spool, type SpoolLimits } from '../../src/transfer/spool.ts';
import { temporaryHome } from '../helpers/program.ts';

const KIB = 1024;
const LIMITS: SpoolLimits = { total: 1000 * KIB, perAccount: 400 * KIB, leave: 0, keep: 1000 };
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest();
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

test('a file is there once it is whole and its hash is right, for many at once and from anywhere', async t => {
  const spool = await opened(t, folderOf(t));
  const bytes = randomBytes(300 * KIB);
  const writer = await spool.receive(key(1), bytes.length);
  await writer.write(bytes.subarray(0, 1000));
  await writer.write(bytes.subarray(1000));
  t.is(await codeOf(t, spool.stream(key(1), 0)), 'no-such-file');
  await writer.complete(sha(bytes));
  t.deepEqual(spool.find(key(1)), { ...key(1), size: bytes.length, written: bytes.length, whole: true, made: 0 });
  const both = await Promise.all([read(spool, key(1)), read(spool, key(1), 12345)]);
  t.deepEqual(both[0], bytes);
  t.deepEqual(both[1], bytes.subarray(12345));
});
