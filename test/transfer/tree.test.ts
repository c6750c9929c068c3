// Folders that lie about what is in them: nothing outside, nothing twice, and what does not fit its list is refused.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import fc from 'fast-check';
import { Packr } from 'msgpackr';
import type { TchatError } from '../../src/errors.ts';
import { decodeManifest, encodeManifest, MANIFEST_HEADER, type ManifestEntry } from '../../src/protocol/manifest.ts';
import { plannedAt, planOf } from '../../src/transfer/tree-plan.ts';
import { cases, SEED } from '../helpers/tier.ts';
import { begun, downloadsIn, kept, orderOf, picture, sha256 } from '../helpers/transfers.ts';

const packr = new Packr({ useRecords: false, mapsAsObjects: true });
const file = (path: readonly string[], size: number | null): ManifestEntry => ({
  path,
  size,
  modified: null,
  executable: false,
});

/** A list as its bytes, whatever it says, with its length or a wrong one. */
function listOf(value: unknown, length?: number): Buffer {
  const bytes = packr.pack(value);
  const header = Buffer.alloc(4);
  header.writeUInt32BE(length ?? bytes.length);
  return Buffer.concat([header, bytes]);
}

test('a list is what it was after it was encoded', t => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          path: fc.array(fc.string({ maxLength: 120, unit: 'binary' }), { minLength: 1, maxLength: 32 }),
          size: fc.option(fc.nat(2 ** 40)),
          modified: fc.option(fc.nat(2 ** 42)),
          executable: fc.boolean(),
        }),
        { maxLength: 20 },
      ),
      entries => {
        const encoded = encodeManifest(entries);
        t.deepEqual(decodeManifest(encoded.subarray(MANIFEST_HEADER)), entries);
      },
    ),
    { seed: SEED, numRuns: cases(100) },
  );
});

test('any bytes are a list or are refused, never anything else', t => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), bytes => {
      try {
        decodeManifest(bytes);
      } catch (error) {
        if ((error as TchatError).code !== 'bad-packet') throw error;
      }
    }),
    { seed: SEED, numRuns: cases(2_000) },
  );
  t.pass();
});

test('a position is found in the file that has it', t => {
  const plan = planOf(
    packr.pack(
      [
        ['a', 3],
        ['b', 0],
        ['c', null],
        ['d', 2],
      ].map(([name, size]) => [[name], size, null, false]),
    ),
    10,
    15,
  );
  t.deepEqual(
    [9, 10, 12, 13, 14, 15].map(at => plan[plannedAt(plan, at)]?.name ?? null),
    ['a', 'a', 'a', 'd', 'd', null],
  );
});

// Red when a stream is taken for whole though its list says otherwise: more would be written than was offered.
test('a folder whose list does not fit what was offered is refused, and nothing of it stays', async t => {
  const { folder, downloads } = await downloadsIn(t);
  const entry = (path: unknown, size: unknown, modified: unknown = null, executable: unknown = false) => [
    path,
    size,
    modified,
    executable,
  ];
  const lists: Readonly<Record<string, Buffer>> = {
    'no list': listOf('no list'),
    'not MessagePack': Buffer.from([0, 0, 0, 3, 0xc1, 0xc1, 0xc1]),
    'a length of nothing': Buffer.from([0, 0, 0, 0, 1, 2, 3]),
    'longer than the stream': listOf([], 1_000_000),
    'longer than any': listOf([], 0xffffffff),
    'more bytes than were offered': listOf([entry(['a'], 2 ** 40)]),
    'fewer bytes': listOf([entry(['a'], 1)]),
    'sizes that run over': listOf([entry(['a'], Number.MAX_SAFE_INTEGER), entry(['b'], Number.MAX_SAFE_INTEGER)]),
    'a negative size': listOf([entry(['a'], 200), entry(['b'], -100)]),
    'half a byte': listOf([entry(['a'], 99.5), entry(['b'], 0.5)]),
    'a path of nothing': listOf([entry([], 100)]),
    'a path that is none': listOf([entry('a', 100)]),
    'a path that goes too deep': listOf([
      entry(
        Array.from({ length: 33 }, () => 'a'),
        100,
      ),
    ]),
    'a name that is too long': listOf([entry(['a'.repeat(256)], 100)]),
    'a time that is none': listOf([entry(['a'], 100, 2 ** 60)]),
    'rights that are none': listOf([entry(['a'], 100, null, 'yes')]),
    'more behind it': Buffer.concat([listOf([entry(['a'], 100)]), Buffer.from('x')]),
  };
  for (const [what, list] of Object.entries(lists)) {
    const stream = Buffer.concat([list, Buffer.alloc(100)]);
    const journal = kept();
    const sink = await begun(downloads, orderOf({ folder: true, size: stream.length }, journal), journal);
    const error = await t.throwsAsync(
      (async () => {
        await sink.write(stream);
        await sink.finish(sha256(stream));
      })(),
      undefined,
      what,
    );
    t.is((error as TchatError).code, 'folder-broken', what);
    await sink.abort();
    t.deepEqual(Object.keys(picture(folder)), ['.tchat-parts'], what);
  }
});

test('names that would be one file, a file where a folder is, and paths that lead out each get a place of their own', async t => {
  const { folder, downloads } = await downloadsIn(t);
  const paths = [
    ['a'],
    ['A'],
    ['a', 'b'],
    ['a'],
    ['..', '..', 'x'],
    ['/', 'x'],
    ['b', '..'],
    ['b'],
    ['\u202e'],
    ['.tchat-parts', 'x'],
  ];
  const entries = paths.map(path => file(path, 1));
  const stream = Buffer.concat([encodeManifest(entries), Buffer.from('0123456789')]);
  const journal = kept();
  const sink = await begun(downloads, orderOf({ name: '..', folder: true, size: stream.length }, journal), journal);
  for (let at = 0; at < stream.length; at += 7) await sink.write(stream.subarray(at, at + 7));
  const placed = await sink.finish(sha256(stream));
  t.is(placed.path, join(folder, 'unnamed'));
  const found = readdirSync(placed.path, { recursive: true }) as string[];
  const files = Object.entries(picture(placed.path)).filter(([, is]) => is !== 'folder');
  t.is(files.length, paths.length, found.join());
  t.is(new Set(found.map(name => name.toLowerCase())).size, found.length);
  t.deepEqual(readdirSync(folder).sort(), ['.tchat-parts', 'unnamed']);
});
