// What is sent is what was there when it was offered, or it is said that it is not.
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { TchatError } from '../../src/errors.ts';
import { PIECE } from '../../src/limits.ts';
import { decodeManifest, MANIFEST_HEADER } from '../../src/protocol/manifest.ts';
import { openSource, type Source } from '../../src/transfer/source.ts';
import { temporaryHome } from '../helpers/program.ts';
import { KIB, MIB, plant, sha256, some } from '../helpers/transfers.ts';

const codeOf = async (t: ExecutionContext, work: Promise<unknown>) =>
  ((await t.throwsAsync(work)) as TchatError | undefined)?.code;

function homeOf(t: ExecutionContext): string {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  return home;
}

/** All of a stream, and its hash. `between` is done after the first piece. */
async function drain(source: Source, from = 0, between = async () => {}): Promise<[Buffer, Uint8Array]> {
  const stream = source.stream(from);
  try {
    const pieces: Buffer[] = [];
    for (let piece = await stream.next(); piece; piece = await stream.next()) {
      pieces.push(Buffer.from(piece));
      if (pieces.length === 1) await between();
    }
    return [Buffer.concat(pieces), await stream.digest()];
  } finally {
    await stream.close();
  }
}

for (const size of [0, 1, 64 * KIB - 1, 64 * KIB, 64 * KIB + 1, MIB, 10 * MIB + 7]) {
  test(`a file of ${size} bytes is sent as it is, from anywhere, with the hash of all of it`, async t => {
    const file = join(homeOf(t), 'a');
    const bytes = some(size);
    writeFileSync(file, bytes);
    const source = await openSource(file);
    t.is(source.size, size);
    for (const from of new Set([0, 1, Math.floor(size / 3), size - 1, size])) {
      if (from < 0 || from > size) continue;
      const [sent, hash] = await drain(source, from);
      t.true(sent.equals(bytes.subarray(from)), String(from));
      t.deepEqual(hash, sha256(bytes), String(from));
    }
    t.throws(() => source.stream(size + 1), { instanceOf: RangeError });
  });
}

test('a piece stays as it is for as long as was asked for', async t => {
  const file = join(homeOf(t), 'a');
  const bytes = some(12 * PIECE);
  writeFileSync(file, bytes);
  const stream = (await openSource(file)).stream(0, 3);
  const held: Uint8Array[] = [];
  for (let n = 0; n < 12; n++) {
    held.push((await stream.next()) ?? new Uint8Array());
    for (let back = 0; back < Math.min(3, held.length); back++) {
      const at = n - back;
      t.true(bytes.subarray(at * PIECE, (at + 1) * PIECE).equals(held[at] as Uint8Array), `${at} at ${n}`);
    }
  }
  t.is(await stream.next(), null);
  await stream.close();
});

test('a file that changes while it is sent, or has since it was offered, is noticed', async t => {
  const home = homeOf(t);
  const changes: Readonly<Record<string, (file: string) => void>> = {
    grows: file => appendFileSync(file, 'x'),
    shrinks: file => truncateSync(file, 100),
    'is written to': file => writeFileSync(file, some(10), { flag: 'r+' }),
    'is another': file => {
      const { atimeMs, mtimeMs } = statSync(file);
      writeFileSync(`${file}.new`, some(5 * MIB));
      utimesSync(`${file}.new`, atimeMs / 1000, mtimeMs / 1000);
      renameSync(`${file}.new`, file);
    },
    goes: file => rmSync(file),
    'is a link': file => {
      renameSync(file, `${file}.real`);
      symlinkSync(`${file}.real`, file);
    },
    'is a folder': file => {
      rmSync(file);
      mkdirSync(file);
    },
  };
  for (const [what, change] of Object.entries(changes)) {
    for (const path of ['one', 'many']) {
      const file = join(home, `${path} ${what}`, 'f');
      plant(join(file, '..'), { f: some(5 * MIB), ...(path === 'many' ? { g: 'g' } : {}) });
      const source = await openSource(path === 'one' ? file : join(file, '..'));
      const open = ['goes', 'is another', 'is a link', 'is a folder'].includes(what);
      // A file that is open is what it was, whatever has its name now.
      if (!open)
        t.is(
          await codeOf(
            t,
            drain(source, 0, async () => change(file)),
          ),
          'file-changed',
          `${path} ${what}`,
        );
      else change(file);
      t.is(await codeOf(t, drain(source)), 'file-changed', `${path} ${what}, later`);
      if (!['goes', 'is a link'].includes(what))
        t.not((await openSource(source.path)).print, source.print, 'what is there now is another');
    }
  }
});

test('a print is the same as long as nothing has changed, and tells files apart', async t => {
  const home = homeOf(t);
  plant(home, { 'd/a': some(10), 'd/b/c': some(20), 'e/a': some(10) });
  const print = async (path: string) => (await openSource(join(home, path))).print;
  t.is(await print('d'), await print('d'));
  t.is(await print('d/a'), await print('d/a'));
  t.not(await print('d/a'), await print('e/a'));
  const before = await print('d');
  renameSync(join(home, 'd/b/c'), join(home, 'd/b/x'));
  t.not(await print('d'), before);
});

test('of a folder only files go, links and what is no file are left out and told of', async t => {
  const home = homeOf(t);
  const folder = join(home, 'f');
  plant(folder, { a: 'aaa', 'b/c.sh': 'cc', 'b/d': '', empty: null, 'x/y/z': null });
  plant(home, { secret: 'secret' });
  symlinkSync(join(home, 'secret'), join(folder, 'link'));
  symlinkSync(home, join(folder, 'b', 'up'));
  symlinkSync('nowhere', join(folder, 'dangling'));
  execFileSync('mkfifo', [join(folder, 'fifo')]);
  const server = createServer().listen(join(folder, 'socket'));
  t.teardown(() => server.close());
  const odd = Buffer.concat([Buffer.from(`${folder}/`), Buffer.from([0x6f, 0xff, 0x80])]);
  writeFileSync(odd, 'odd');
  const source = await openSource(folder);
  const why = Object.fromEntries(source.left.map(left => [left.path, left.why]));
  t.deepEqual(why, { link: 'link', 'b/up': 'link', dangling: 'link', fifo: 'special', socket: 'special' });
  t.is(source.files, 4);
  const [stream, hash] = await drain(source);
  t.deepEqual(hash, sha256(stream));
  const head = MANIFEST_HEADER + stream.readUInt32BE();
  const entries = decodeManifest(stream.subarray(MANIFEST_HEADER, head));
  t.deepEqual(
    entries.map(({ path, size, executable }) => [path.join('/'), size, executable]),
    [
      ['a', 3, false],
      ['b/c.sh', 2, true],
      ['b/d', 0, false],
      ['empty', null, false],
      ['o\ufffd\ufffd', 3, false],
      ['x/y/z', null, false],
    ],
  );
  t.is(stream.subarray(head).toString(), 'aaaccodd');
});

test('what cannot be sent is refused with its reason', async t => {
  const home = homeOf(t);
  const deep = join(home, 'deep', ...Array.from({ length: 33 }, () => 'd'));
  mkdirSync(deep, { recursive: true });
  execFileSync('mkfifo', [join(home, 'fifo')]);
  t.is(await codeOf(t, openSource(join(home, 'none'))), 'no-such-file');
  t.is(await codeOf(t, openSource(join(home, 'fifo'))), 'not-a-file');
  t.is(await codeOf(t, openSource('/dev/null')), 'not-a-file');
  t.is(await codeOf(t, openSource(join(home, 'deep'))), 'folder-too-deep');
});

const notRoot = process.getuid?.() === 0 ? test.skip : test;
notRoot('what may not be read is left out of a folder and told of', async t => {
  const home = homeOf(t);
  plant(home, { 'f/a': 'a', 'f/b': 'b', 'f/c/d': 'd' });
  chmodSync(join(home, 'f/b'), 0);
  chmodSync(join(home, 'f/c'), 0o200);
  t.teardown(() => chmodSync(join(home, 'f/c'), 0o700));
  const source = await openSource(join(home, 'f'));
  t.deepEqual(
    source.left.map(({ path, why }) => [path, why]),
    [
      ['b', 'unreadable'],
      ['c', 'unreadable'],
    ],
  );
  t.is(await codeOf(t, openSource(join(home, 'f/b'))), 'file-unreadable');
});

test('a link that a person names is followed, and keeps its own name', async t => {
  const home = homeOf(t);
  plant(home, { 'real.txt': 'x' });
  symlinkSync(join(home, 'real.txt'), join(home, 'link.txt'));
  const source = await openSource(join(home, 'link.txt'));
  t.is(source.name, 'link.txt');
  t.is((await drain(source))[0].toString(), 'x');
});
