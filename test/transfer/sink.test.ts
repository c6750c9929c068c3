import { createHash, randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { DiskRoom } from '../../src/transfer/disk-room.ts';
import { Downloads } from '../../src/transfer/downloads.ts';
import type { Order, SinkState } from '../../src/transfer/sink.ts';
import { openSource } from '../../src/transfer/source.ts';
import { temporaryHome } from '../helpers/program.ts';

test('a file and a folder arrive as they were', async t => {
  const { home, remove } = temporaryHome();
  t.teardown(remove);
  const downloads = await Downloads.open(join(home, 'downloads'), new DiskRoom(), { leave: 0 });
  const outbox = join(home, 'out');
  mkdirSync(join(outbox, 'sub', 'empty'), { recursive: true });
  writeFileSync(join(outbox, 'a'), randomBytes(3_000_000));
  writeFileSync(join(outbox, 'sub', 'none'), '');
  writeFileSync(join(outbox, 'sub', 'b.sh'), 'echo');
  chmodSync(join(outbox, 'sub', 'b.sh'), 0o755);
  utimesSync(join(outbox, 'sub', 'b.sh'), 1000, 1000);
  for (const path of [join(outbox, 'a'), outbox]) {
    const source = await openSource(path);
    let last: SinkState | null = null;
    const order: Order = { ...source, executable: true, keep: state => void (last = state) };
    let { sink } = await downloads.receive(order, null);
    let stream = source.stream(0);
    for (let n = 0; ; n++) {
      const piece = await stream.next();
      if (!piece) break;
      await sink!.write(piece.subarray(0, 1 << 19));
      await sink!.suspend();
      await stream.close();
      ({ sink } = await downloads.receive(order, last));
      stream = source.stream(sink!.written);
    }
    const hash = await stream.digest();
    await stream.close();
    const placed = await sink!.finish(hash);
    t.log(placed, last, source.size, readdirSync(placed.path.replace(/[^/]*$/, ''), { recursive: true }));
    if (!source.folder) t.deepEqual(readFileSync(placed.path), readFileSync(path));
    else {
      t.is(statSync(join(placed.path, 'sub/b.sh')).mode & 0o777, 0o755);
      t.is(statSync(join(placed.path, 'sub/b.sh')).mtimeMs, 1e6);
    }
  }
  await downloads.close();
  t.is(createHash('sha256').digest().length, 32);
});
