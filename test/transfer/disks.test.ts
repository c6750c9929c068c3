// Disks that are full, that lose what was not flushed, that fail, or that know no second names: what arrives waits or goes on, and
// what is said to be here is.
import { execFile } from 'node:child_process';
import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import test, { type ExecutionContext } from 'ava';
import type { TchatError } from '../../src/errors.ts';
import { DiskRoom } from '../../src/transfer/disk-room.ts';
import { Downloads } from '../../src/transfer/downloads.ts';
import { openSource } from '../../src/transfer/source.ts';
import { Spool } from '../../src/transfer/spool.ts';
import { temporaryHome } from '../helpers/program.ts';
import { begun, kept, MIB, orderOf, picture, plant, pump, sha256, some } from '../helpers/transfers.ts';
import { ImageDisk, Tmpfs, whyNoImage, whyNoStrace, whyNoTmpfs } from '../helpers/volumes.ts';

const PARTS = '.tchat-parts';
const RECEIVER = fileURLToPath(new URL('../helpers/receiver.ts', import.meta.url));
const LIMITS = { total: 2 ** 60, perAccount: 2 ** 60, leave: 0, keep: 2 ** 40 };
const codeOf = async (t: ExecutionContext, work: Promise<unknown>) =>
  ((await t.throwsAsync(work)) as TchatError | undefined)?.code;
const when = (why: string | null) => (why === null ? test.serial : test.serial.skip);
const [noTmpfs, noImage, noStrace] = [whyNoTmpfs(), whyNoImage(), whyNoStrace()];

const openSpool = (path: string) => Spool.open(path, { limits: () => LIMITS, now: () => 0 });
const key = { account: 'alice', id: 'one' };

when(noTmpfs)(`what does not fit is refused before its first byte${noTmpfs ?? ''}`, async t => {
  const disk = new Tmpfs('8m');
  t.teardown(() => disk.close());
  const downloads = await Downloads.open(disk.path, new DiskRoom(), { leave: 2 * MIB });
  const spool = await openSpool(join(disk.path, 'spool'));
  for (const size of [9 * MIB, 2 ** 40, Number.MAX_SAFE_INTEGER]) {
    t.is(await codeOf(t, downloads.receive(orderOf({ size }, kept()), null)), 'disk-full');
    t.is(await codeOf(t, spool.receive(key, size)), 'spool-full');
  }
  const first = await downloads.receive(orderOf({ size: 4 * MIB }, kept()), null);
  t.is(await codeOf(t, downloads.receive(orderOf({ size: 4 * MIB }, kept()), null)), 'disk-full', 'the first has it');
  await first.sink?.abort();
  t.deepEqual(readdirSync(join(disk.path, PARTS)), []);
  await spool.close();
  await downloads.close();
});

when(noTmpfs)(
  `a disk that fills up meanwhile stops what arrives, which goes on when there is room again${noTmpfs ?? ''}`,
  async t => {
    const disk = new Tmpfs('24m');
    t.teardown(() => disk.close());
    const { home, remove } = temporaryHome();
    t.teardown(remove);
    plant(join(home, 'out'), { a: some(3 * MIB), 'b/c': some(5 * MIB), d: some(200) });
    const downloads = await Downloads.open(disk.path, new DiskRoom(), { leave: 0 });
    const filler = join(disk.path, 'filler');
    for (const path of [join(home, 'out/b/c'), join(home, 'out')]) {
      const source = await openSource(path);
      const journal = kept();
      const order = orderOf({ ...source }, journal);
      const sink = await begun(downloads, order, journal);
      const { bavail, bsize } = statfsSync(disk.path);
      writeFileSync(filler, new Uint8Array(bavail * bsize - 2.5 * MIB));
      t.is(await codeOf(t, pump(source, sink)), 'disk-full');
      t.is(await codeOf(t, sink.write(some(1))), 'disk-full', 'and it stays stopped');
      await sink.suspend();
      t.is(await codeOf(t, downloads.receive(order, journal.state)), 'disk-full', 'before anything is written');
      rmSync(filler);
      const again = await begun(downloads, order, journal);
      t.true(again.written > 2 * MIB, String(again.written));
      const placed = await pump(source, again);
      if (source.folder) t.deepEqual(picture(placed.path), picture(path));
      else t.deepEqual(readFileSync(placed.path), readFileSync(path));
    }
    const spool = await openSpool(join(disk.path, 'spool'));
    const bytes = some(3 * MIB);
    const writer = await spool.receive(key, bytes.length);
    const { bavail, bsize } = statfsSync(disk.path);
    writeFileSync(filler, new Uint8Array(bavail * bsize - MIB));
    t.is(await codeOf(t, writer.write(bytes)), 'storage-full');
    await writer.suspend();
    rmSync(filler);
    const again = await spool.receive(key, bytes.length);
    await again.write(bytes.subarray(again.written));
    await again.complete(sha256(bytes));
    await spool.close();
    await downloads.close();
  },
);

for (const kind of ['file', 'folder'] as const) {
  // Red when bytes are told as flushed that were not, or when a name is given before what bears it is.
  when(noImage)(
    `a ${kind} outlives a power cut at any time: what was flushed is there, and what was done stays done${noImage ?? ''}`,
    async t => {
      t.timeout(600_000);
      const disk = new ImageDisk(128);
      t.teardown(() => disk.close());
      const { home, remove } = temporaryHome();
      t.teardown(remove);
      const out = join(home, 'out');
      plant(out, {
        a: some(20 * MIB),
        'b/c.sh': some(9 * MIB),
        'b/d/e': '',
        ...Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`f/${n}`, some(10_000)])),
      });
      const path = kind === 'file' ? join(out, 'a') : out;
      const source = await openSource(path);
      const journal = kept();
      const order = orderOf({ ...source, executable: kind === 'folder' }, journal);
      const folder = join(disk.path, 'in');
      let done = false;
      for (const stop of [0, 3 * MIB, 9.5 * MIB, 17 * MIB, 19 * MIB, source.size, source.size]) {
        const downloads = await Downloads.open(folder, new DiskRoom(), { leave: 0 });
        const { sink, placed } = await downloads.receive(order, journal.state);
        const synced = journal.all.at(-1)?.synced ?? 0;
        if (sink) {
          t.true(sink.written >= synced, `${sink.written} of ${synced}`);
          const stream = source.stream(sink.written);
          for (let piece = await stream.next(); piece && sink.written < stop; piece = await stream.next())
            await sink.write(piece);
          if (sink.written === source.size) {
            await sink.finish(await stream.digest());
            done = true;
          }
          await stream.close();
        } else t.is(placed?.name, kind === 'file' ? 'a' : 'out');
        const state = journal.state;
        const copy = disk.cut();
        await sink?.suspend();
        await downloads.close();
        disk.plug(copy);
        // What a journal had kept at that moment; the next start of the system is another one.
        journal.state = state && { ...state, boot: 'before' };
        const there = readdirSync(folder).filter(name => name !== PARTS);
        t.deepEqual(there, done ? [kind === 'file' ? 'a' : 'out'] : []);
        if (!done) continue;
        if (kind === 'file') t.is(picture(folder)['a'], picture(out)['a']);
        else t.deepEqual(picture(join(folder, 'out')), picture(out));
      }
      t.true(done);
      t.true(journal.all.some(({ synced }) => synced > 0 && synced < source.size));
    },
  );
}

when(noImage)(
  `the spool outlives a power cut: what is whole stays whole, the rest goes on${noImage ?? ''}`,
  async t => {
    t.timeout(600_000);
    const disk = new ImageDisk(128);
    t.teardown(() => disk.close());
    const folder = join(disk.path, 'spool');
    const [whole, half] = [some(3 * MIB), some(25 * MIB)];
    const spool = await openSpool(folder);
    const writer = await spool.receive(key, whole.length);
    await writer.write(whole);
    await writer.complete(sha256(whole));
    const other = { account: 'bob', id: 'two' };
    const partly = await spool.receive(other, half.length);
    for (let at = 0; at < 20 * MIB; at += MIB) await partly.write(half.subarray(at, at + MIB));
    const marked = () =>
      readdirSync(folder)
        .filter(name => name.endsWith('.note'))
        .find(name => /"id":"two".*"synced":[1-9]/.test(readFileSync(join(folder, name), 'utf8')));
    while (!marked()) await new Promise(resolve => setImmediate(resolve));
    // What a note says is true as soon as it is written, and it may be so before it is flushed itself.
    const note = openSync(join(folder, marked() ?? ''), 'r');
    fsyncSync(note);
    closeSync(note);
    const copy = disk.cut();
    await spool.close();
    disk.plug(copy);
    // To the same start of the system it would say that all that was written is there.
    for (const name of readdirSync(folder).filter(each => each.endsWith('.note'))) {
      const note = readFileSync(join(folder, name), 'utf8');
      writeFileSync(join(folder, name), note.replace(/"boot":"[^"]*"/, '"boot":"before"'));
    }
    const next = await openSpool(folder);
    t.is(next.find(key)?.whole, true);
    const stream = await next.stream(key, 0);
    const read: Uint8Array[] = [];
    for (let piece = await stream.next(); piece; piece = await stream.next()) read.push(Uint8Array.from(piece));
    t.deepEqual(Buffer.concat(read), whole);
    await stream.close();
    const again = await next.receive(other, half.length);
    t.true(again.written > 0 && again.written <= 20 * MIB, String(again.written));
    await again.write(half.subarray(again.written));
    await again.complete(sha256(half));
    await next.close();
  },
);

/** Runs the receiver with a system call that fails; gives what it said. */
async function receiveUnder(fault: string, ...args: readonly string[]): Promise<string> {
  const trace = ['-f', '-o', '/dev/null', '-e', `trace=${fault.split(':')[0]}`, '-e', `inject=${fault}`];
  const program = [process.execPath, '--import=tsx', RECEIVER, ...args, String(Number.MAX_SAFE_INTEGER)];
  const run = promisify(execFile)('strace', [...trace, ...program]);
  return run.then(
    ({ stdout }) => stdout,
    error => String(error.stderr),
  );
}

when(noStrace)(
  `a disk that knows no second names gets each file all the same, and nothing is overwritten${noStrace ?? ''}`,
  async t => {
    const { home, remove } = temporaryHome();
    t.teardown(remove);
    plant(join(home, 'out'), { a: some(100_000) });
    const folder = join(home, 'downloads');
    for (const name of ['a', 'a (1)', 'a (2)']) {
      t.regex(
        await receiveUnder('link,linkat:error=EPERM', folder, join(home, 'out/a'), join(home, `journal ${name}`)),
        new RegExp(`"done":"${name.replace(/[()]/g, '\\$&')}"`),
      );
      t.is(picture(folder)[name], picture(join(home, 'out'))['a']);
    }
    t.deepEqual(readdirSync(join(folder, PARTS)), []);
  },
);

when(noStrace)(`a disk that fails to flush is not trusted with what it did not flush${noStrace ?? ''}`, async t => {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  plant(join(home, 'out'), { a: some(20 * MIB) });
  const [folder, journal] = [join(home, 'downloads'), join(home, 'journal')];
  t.regex(await receiveUnder('fdatasync:error=EIO', folder, join(home, 'out/a'), journal), /folder-unusable/);
  const state = JSON.parse(readFileSync(journal, 'utf8').trim().split('\n').at(-1) ?? '');
  t.is(state.boot, '');
  t.is(state.synced, 0);
  const told = await receiveUnder('link:error=EINTR:when=1000', folder, join(home, 'out/a'), journal);
  t.regex(told, /"from":0\b/);
  t.is(picture(folder)['a'], picture(join(home, 'out'))['a']);
});
