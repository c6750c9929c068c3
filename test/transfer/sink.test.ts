// What is received is here bit for bit under a safe name of its own, or not at all.
import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { TchatError } from '../../src/errors.ts';
import { DiskRoom } from '../../src/transfer/disk-room.ts';
import { Downloads } from '../../src/transfer/downloads.ts';
import type { Sink, SinkState } from '../../src/transfer/sink.ts';
import { openSource } from '../../src/transfer/source.ts';
import { temporaryHome } from '../helpers/program.ts';
import {
  begun,
  downloadsIn,
  KIB,
  kept,
  MIB,
  orderOf,
  picture,
  plant,
  pump,
  sha256,
  some,
  transfer,
} from '../helpers/transfers.ts';

const PARTS = '.tchat-parts';
const codeOf = (error: unknown) => (error as TchatError | undefined)?.code;

for (const byDescriptor of [true, false]) {
  const how = byDescriptor ? 'by descriptor' : 'by path';

  for (const size of [0, 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, 10 * MIB + 3]) {
    test(`${how}: a file of ${size} bytes arrives as it was, with its time and rights`, async t => {
      const { home, folder, downloads } = await downloadsIn(t, { byDescriptor });
      plant(home, { 'out/a.sh': some(size) });
      const placed = await transfer(join(home, 'out/a.sh'), downloads);
      t.is(placed.path, join(folder, 'a.sh'));
      t.deepEqual(picture(folder), { [PARTS]: 'folder', 'a.sh': picture(join(home, 'out'))['a.sh'] });
      t.is(statSync(join(folder, PARTS)).mode & 0o777, 0o700);
    });
  }

  test(`${how}: a folder arrives as it was, with empty files and folders, in whatever pieces it comes`, async t => {
    const { home, folder, downloads, open } = await downloadsIn(t, { byDescriptor });
    const out = join(home, 'out');
    plant(out, {
      a: some(100_000),
      'b/c/d.sh': 'echo',
      'b/empty': '',
      'b/none': null,
      'c/é': some(3),
      z: '',
      zz: null,
    });
    const source = await openSource(out);
    t.is(source.files, 5);
    const journal = kept();
    const order = orderOf({ ...source, executable: true }, journal);
    // Each piece by another process, as it were.
    for (let size = 1, done = 0; done < source.size; size = Math.min(size * 3, 9_000)) {
      const sink = await begun(await open(), order, journal);
      t.is(sink.written, done);
      const stream = source.stream(done);
      const piece = (await stream.next())?.subarray(0, size) ?? new Uint8Array();
      await sink.write(piece);
      await stream.close();
      await sink.suspend();
      done += piece.length;
    }
    await pump(source, await begun(downloads, order, journal));
    t.deepEqual(picture(join(folder, 'out')), picture(out));
    t.deepEqual(readdirSync(join(folder, PARTS)), []);
  });

  test(`${how}: nothing that is there is overwritten, whatever it is`, async t => {
    const { home, folder, downloads } = await downloadsIn(t, { byDescriptor });
    plant(join(home, 'out'), { 'a.pdf': 'new', 'd/x': 'new' });
    plant(folder, { 'a.pdf': 'old', 'A (1).PDF': 'old', 'a (2).pdf': null, d: null, 'D (1)': 'old' });
    symlinkSync('/nowhere', join(folder, 'a (3).pdf'));
    symlinkSync(join(home, 'out'), join(folder, 'd (2)'));
    const before = picture(folder);
    t.is((await transfer(join(home, 'out/a.pdf'), downloads)).name, 'a (4).pdf');
    t.is((await transfer(join(home, 'out/d'), downloads)).name, 'd (3)');
    t.like(picture(folder), before);
    t.is(readFileSync(join(folder, 'a (4).pdf'), 'utf8'), 'new');
    t.is(readFileSync(join(folder, 'd (3)/x'), 'utf8'), 'new');
  });

  // Red when the name is only looked for, and then taken.
  test(`${how}: what gets the name a moment earlier is not overwritten either`, async t => {
    const { home, folder, downloads } = await downloadsIn(t, { byDescriptor });
    plant(join(home, 'out'), { a: 'new', 'd/x': 'new' });
    for (const name of ['a', 'd']) {
      const source = await openSource(join(home, 'out', name));
      const planted: string[] = [];
      const keep = ({ placing }: SinkState) => {
        if (!placing || planted.length === 3) return;
        planted.push(join(folder, placing.name, source.folder ? 'in it' : ''));
        if (source.folder) mkdirSync(join(folder, placing.name));
        writeFileSync(planted.at(-1) ?? '', 'first');
      };
      const { sink } = await downloads.receive({ ...source, keep }, null);
      const placed = await pump(source, sink as Sink);
      t.is(placed.name, `${name} (3)`);
      t.deepEqual(
        planted.map(file => readFileSync(file, 'utf8')),
        ['first', 'first', 'first'],
      );
    }
  });

  test(`${how}: more than was offered, less, or something else is refused, and nothing of it stays`, async t => {
    const { folder, downloads } = await downloadsIn(t, { byDescriptor });
    const bytes = some(100_000);
    const journal = kept();
    const sink = await begun(downloads, orderOf({ size: bytes.length }, journal), journal);
    t.is(codeOf(await t.throwsAsync(sink.write(some(bytes.length + 1)))), 'file-too-long');
    await sink.write(bytes.subarray(0, 50_000));
    t.is(codeOf(await t.throwsAsync(sink.finish(sha256(bytes)))), 'file-too-short');
    await sink.write(bytes.subarray(50_000));
    t.is(codeOf(await t.throwsAsync(sink.write(some(1)))), 'file-too-long');
    t.is(codeOf(await t.throwsAsync(sink.finish(sha256(some(5))))), 'file-hash');
    t.deepEqual(picture(folder), { [PARTS]: 'folder' });
    const other = kept();
    const aborted = await begun(downloads, orderOf({ size: 10, folder: true }, other), other);
    await aborted.write(new Uint8Array([0, 0, 0]));
    await aborted.abort();
    t.deepEqual(picture(folder), { [PARTS]: 'folder' });
  });

  // Red when the name is looked for again after a restart: there are two of it then.
  test(`${how}: what had its name before the restart has it once`, async t => {
    const { home, folder, downloads, open } = await downloadsIn(t, { byDescriptor });
    plant(join(home, 'out'), { a: some(10), 'd/x': 'x' });
    for (const name of ['a', 'd']) {
      const source = await openSource(join(home, 'out', name));
      const journal = kept();
      const order = orderOf({ ...source }, journal);
      await pump(source, await begun(downloads, order, journal));
      const before = picture(folder);
      // As it was when the name was given, and the journal did not hear of it.
      const { placed } = await (await open()).receive(order, journal.state);
      t.deepEqual(placed, { name, path: join(folder, name) });
      t.deepEqual(picture(folder), before);
    }
    // A file has two names for a moment.
    const source = await openSource(join(home, 'out', 'a'));
    const journal = kept();
    await pump(source, await begun(downloads, orderOf({ ...source }, journal), journal));
    linkSync(join(folder, 'a (1)'), join(folder, PARTS, journal.state?.part ?? ''));
    const { placed } = await downloads.receive(orderOf({ ...source }, journal), journal.state);
    t.is(placed?.name, 'a (1)');
    t.deepEqual(readdirSync(join(folder, PARTS)), []);
    t.is(statSync(join(folder, 'a (1)')).nlink, 1);
  });

  test(`${how}: a part that is not what was left is not gone on with`, async t => {
    const { home, folder, downloads } = await downloadsIn(t, { byDescriptor });
    const secret = join(home, 'secret');
    writeFileSync(secret, 'x'.repeat(500));
    const bytes = some(1_000);
    const plants: Readonly<Record<string, (part: string) => void>> = {
      'a link': part => symlinkSync(secret, part),
      'a second name of a file': part => linkSync(secret, part),
      'another file': part => writeFileSync(part, bytes.subarray(0, 500)),
      'a folder': part => mkdirSync(part),
      // Whoever has the other name can change what was checked.
      'the same file, which has another name': part =>
        linkSync(join(home, 'was the same file, which has another name'), part),
      nothing: () => {},
    };
    for (const [what, put] of Object.entries(plants)) {
      const journal = kept();
      const order = orderOf({ size: 1_000, name: what }, journal);
      const sink = await begun(downloads, order, journal);
      await sink.write(bytes.subarray(0, 500));
      await sink.suspend();
      const part = join(folder, PARTS, journal.state?.part ?? '');
      renameSync(part, join(home, `was ${what}`));
      put(part);
      const again = await begun(downloads, order, journal);
      t.is(again.written, 0, what);
      await again.write(bytes);
      const placed = await again.finish(sha256(bytes));
      t.deepEqual(new Uint8Array(readFileSync(placed.path)), new Uint8Array(bytes), what);
      t.is(readFileSync(secret, 'utf8'), 'x'.repeat(500), what);
    }
    t.deepEqual(readdirSync(join(folder, PARTS)), []);
  });

  test(`${how}: a part that was changed where it lies is found out in the end, or at once where it has another size`, async t => {
    const { folder, downloads } = await downloadsIn(t, { byDescriptor });
    const bytes = some(1_000);
    const change = async (spoil: (part: string) => void) => {
      const journal = kept();
      const order = orderOf({ size: 1_000 }, journal);
      const sink = await begun(downloads, order, journal);
      await sink.write(bytes.subarray(0, 500));
      await sink.suspend();
      t.is(journal.state?.synced, 500, 'all that is here is flushed');
      journal.state = journal.state && { ...journal.state, synced: 400 };
      spoil(join(folder, PARTS, journal.state?.part ?? ''));
      const again = await begun(downloads, order, journal);
      const from = again.written;
      await again.write(bytes.subarray(from));
      const end = await again.finish(sha256(bytes)).catch(codeOf);
      return [from, typeof end === 'string' ? end : 'whole'];
    };
    t.deepEqual(await change(part => truncateSync(part, 450)), [450, 'whole'], 'a little less than was written');
    t.deepEqual(await change(part => truncateSync(part, 399)), [0, 'whole'], 'less than was on the disk');
    t.deepEqual(await change(part => truncateSync(part, 1_001)), [0, 'whole'], 'more than there can be');
    t.deepEqual(await change(part => truncateSync(part, 700)), [700, 'file-hash'], 'zeros');
    t.deepEqual(await change(part => writeFileSync(part, some(500), { flag: 'r+' })), [500, 'file-hash']);
  });
}

// Red when the length of a part counts, whatever start of the system wrote it.
test('after another start of the system only what was flushed counts', async t => {
  const { home, folder, downloads } = await downloadsIn(t);
  const out = join(home, 'out');
  plant(out, { a: some(1_000), 'b/c': some(1_000), d: '', e: some(1_000) });
  for (const path of [out, join(out, 'a')]) {
    const source = await openSource(path);
    for (const synced of [0, 2, 50, 150, 700, 1_500, source.size].filter(each => each <= source.size)) {
      const journal = kept();
      const order = orderOf({ ...source }, journal);
      const sink = await begun(downloads, order, journal);
      const stream = source.stream(0);
      for (let piece = await stream.next(); piece; piece = await stream.next()) await sink.write(piece);
      await stream.close();
      await sink.suspend();
      journal.state = journal.state && { ...journal.state, synced, boot: 'another' };
      const again = await begun(downloads, order, journal);
      t.is(again.written, synced);
      const placed = await pump(source, again);
      if (source.folder) t.deepEqual(picture(placed.path), picture(out));
      else t.deepEqual(readFileSync(placed.path), readFileSync(path));
      rmSync(placed.path, { recursive: true });
    }
  }
  t.deepEqual(readdirSync(join(folder, PARTS)), []);
});

test('what is flushed is told, and when all is here all of it was', async t => {
  const { downloads } = await downloadsIn(t);
  const bytes = some(MIB);
  const journal = kept();
  const sink = await begun(downloads, orderOf({ size: 20 * MIB }, journal), journal);
  for (let n = 0; n < 20; n++) await sink.write(bytes);
  await sink.finish(sha256(Buffer.concat(Array.from({ length: 20 }, () => bytes))));
  const synced = journal.all.map(state => state.synced);
  t.deepEqual(
    synced,
    [...synced].sort((a, b) => a - b),
  );
  t.is(journal.all.find(({ placing }) => placing !== null)?.synced, 20 * MIB);
  t.true(
    synced.some(each => each > 0 && each < 20 * MIB),
    synced.join(),
  );
});

test('a folder that is swapped for another while something arrives gets nothing of it', async t => {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  const [real, moved, decoy] = ['real', 'moved', 'decoy'].map(name => join(home, name)) as [string, string, string];
  mkdirSync(join(real, 'in'), { recursive: true });
  mkdirSync(join(decoy, 'in', PARTS), { recursive: true });
  const downloads = await Downloads.open(join(real, 'in'), new DiskRoom(), { leave: 0 });
  t.teardown(() => downloads.close());
  const bytes = some(1_000);
  const journal = kept();
  const sink = await begun(downloads, orderOf({ size: 1_000, name: 'a' }, journal), journal);
  await sink.write(bytes.subarray(0, 500));
  renameSync(real, moved);
  symlinkSync(decoy, real);
  await sink.write(bytes.subarray(500));
  await sink.finish(sha256(bytes));
  plant(join(home, 'out'), { 'x/y': 'y' });
  await transfer(join(home, 'out/x'), downloads);
  t.deepEqual(picture(decoy), { in: 'folder', [`in/${PARTS}`]: 'folder' });
  t.deepEqual(Object.keys(picture(moved)).sort(), ['in', `in/${PARTS}`, 'in/a', 'in/x', 'in/x/y']);
});

test('where names below descriptors are not to be had, a swapped folder ends it', async t => {
  const { home, folder, downloads } = await downloadsIn(t, { byDescriptor: false });
  const journal = kept();
  const sink = await begun(downloads, orderOf({ size: 3, name: 'a' }, journal), journal);
  renameSync(folder, join(home, 'moved'));
  plant(home, { 'decoy/x': 'x' });
  symlinkSync(join(home, 'decoy'), folder);
  await sink.write(new Uint8Array(3));
  t.is(codeOf(await t.throwsAsync(sink.finish(sha256(new Uint8Array(3))))), 'folder-unusable');
  await sink.suspend();
  t.is(codeOf(await t.throwsAsync(downloads.receive(orderOf({ size: 3 }, kept()), null))), 'folder-unusable');
  t.deepEqual(readdirSync(join(home, 'decoy')), ['x']);
});

test('a folder of parts that is a link, or somebody else’s, is not used', async t => {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  mkdirSync(join(home, 'd'));
  mkdirSync(join(home, 'elsewhere'));
  symlinkSync(join(home, 'elsewhere'), join(home, 'd', PARTS));
  t.is(codeOf(await t.throwsAsync(Downloads.open(join(home, 'd'), new DiskRoom()))), 'folder-unusable');
  rmSync(join(home, 'd', PARTS));
  mkdirSync(join(home, 'd', PARTS), { mode: 0o755 });
  const downloads = await Downloads.open(join(home, 'd'), new DiskRoom());
  t.is(statSync(join(home, 'd', PARTS)).mode & 0o777, 0o700);
  await downloads.close();
});

test('a folder that a person names by a link is theirs to name', async t => {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  mkdirSync(join(home, 'real'));
  symlinkSync(join(home, 'real'), join(home, 'link'));
  const downloads = await Downloads.open(join(home, 'link'), new DiskRoom(), { leave: 0 });
  t.teardown(() => downloads.close());
  t.is(downloads.path, join(home, 'real'));
});

test('room is kept for all of what arrives, and given back', async t => {
  const { downloads, folder } = await downloadsIn(t);
  const { bavail, bsize } = statfsSync(folder);
  // Others use the disk meanwhile.
  const most = Math.floor(bavail * bsize * 0.6);
  const receive = (size: number) => downloads.receive(orderOf({ size }, kept()), null);
  const { sink } = await receive(most);
  t.is(codeOf(await t.throwsAsync(receive(most))), 'disk-full');
  t.is(readdirSync(join(folder, PARTS)).length, 1);
  await sink?.abort();
  await (await receive(most)).sink?.abort();
  t.deepEqual(readdirSync(join(folder, PARTS)), []);
});

test('time is kept where it is wanted', async t => {
  const { home, downloads } = await downloadsIn(t);
  plant(home, { 'out/a': 'a' });
  utimesSync(join(home, 'out/a'), 5, 5);
  const placed = await transfer(join(home, 'out/a'), downloads, { modified: null });
  t.true(statSync(placed.path).mtimeMs > 1e12);
});

// Red when what only held a name is left behind: the file would be `a (1)`.
test('what held a name for a process that was killed goes away, unless it is something else by now', async t => {
  const { folder, downloads } = await downloadsIn(t);
  const bytes = some(10);
  for (const [content, name] of [
    ['', 'a'],
    ['written by somebody', 'a (1)'],
  ] as const) {
    rmSync(join(folder, 'a'), { force: true });
    const journal = kept();
    const order = orderOf({ name: 'a', size: 10 }, journal);
    const sink = await begun(downloads, order, journal);
    await sink.write(bytes);
    await sink.suspend();
    writeFileSync(join(folder, 'a'), content);
    const inode = String(statSync(join(folder, 'a'), { bigint: true }).ino);
    journal.state = journal.state && { ...journal.state, placing: { name: 'a', inode } };
    t.is((await (await begun(downloads, order, journal)).finish(sha256(bytes))).name, name);
    if (content !== '') t.is(readFileSync(join(folder, 'a'), 'utf8'), content);
  }
});
