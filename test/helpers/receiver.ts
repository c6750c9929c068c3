// A process that receives into a download folder, for tests that kill it or watch its system calls.
// receiver.ts DOWNLOADS SOURCE JOURNAL KILL-AT: goes on with what the journal has, and kills itself around that byte.
// receiver.ts DOWNLOADS --names SEED COUNT: files and a folder of hostile names, between two marks in the trace.
import {
  accessSync,
  appendFileSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { encodeManifest, type ManifestEntry } from '../../src/protocol/manifest.ts';
import { DiskRoom } from '../../src/transfer/disk-room.ts';
import { Downloads } from '../../src/transfer/downloads.ts';
import type { SinkState } from '../../src/transfer/sink.ts';
import { openSource } from '../../src/transfer/source.ts';
import { HOSTILE_NAMES, hostileName } from './hostile-names.ts';
import { random } from './tier.ts';
import { begun, kept, orderOf, sha256 } from './transfers.ts';

const say = (line: object) => writeSync(1, `${JSON.stringify(line)}\n`);

async function goOn(downloads: Downloads, path: string, journal: string, killAt: number): Promise<void> {
  const lines = existsSync(journal) ? readFileSync(journal, 'utf8').split('\n') : [];
  const state = (JSON.parse(lines.findLast(line => line.endsWith('}')) ?? 'null') as SinkState | null) ?? null;
  const source = await openSource(path);
  const die = () => process.kill(process.pid, 'SIGKILL');
  const keep = (next: SinkState, urgent: boolean) => {
    const file = openSync(journal, 'a');
    appendFileSync(file, `${JSON.stringify(next)}\n`);
    if (urgent) fsyncSync(file);
    closeSync(file);
  };
  const executable = source.folder || source.executable;
  const { sink, placed } = await downloads.receive({ ...source, executable, keep }, state);
  if (!sink) return void say({ done: placed.name });
  say({ from: sink.written });
  const stream = source.stream(sink.written);
  for (let piece = await stream.next(); piece; piece = await stream.next()) {
    // Some of it, so that pieces end anywhere; and death comes while it is being written, or soon after.
    for (let at = 0; at < piece.length; ) {
      const length = Math.min(piece.length - at, 1 + Math.floor(Math.random() * 300_000));
      const writing = sink.write(piece.subarray(at, at + length));
      if (sink.written + length > killAt) setTimeout(die, Math.random() * 3);
      await writing;
      say({ written: sink.written });
      at += length;
    }
  }
  const hash = await stream.digest();
  if (killAt <= source.size) setTimeout(die, Math.random() * 20);
  const { name } = await sink.finish(hash);
  say({ done: name });
}

async function names(downloads: Downloads, seed: number, count: number): Promise<void> {
  const next = random(seed);
  const generated = Array.from({ length: count }, () => hostileName(next));
  const bytes = new Uint8Array([1, 2, 3]);
  const few = [...HOSTILE_NAMES, ...generated.slice(0, Math.min(count / 4, 2_000))];
  const entries = generated.map((name, at): ManifestEntry => {
    const path = [generated[Math.floor(at / 50)] ?? '', HOSTILE_NAMES[at % 97] ?? '', name].slice(at % 3);
    return {
      path: path.map(each => each.slice(0, 255)),
      size: at % 5 === 4 ? null : 1,
      modified: null,
      executable: true,
    };
  });
  const manifest = encodeManifest(entries);
  const stream = Buffer.concat([manifest, Buffer.alloc(entries.filter(({ size }) => size !== null).length, 'x')]);
  const mark = (name: string) => {
    try {
      accessSync(`/tchat-${name}`);
    } catch {
      // It is only there for the trace.
    }
  };
  mark('begin');
  for (const name of few) {
    const journal = kept();
    const sink = await begun(downloads, orderOf({ name, size: 3 }, journal), journal);
    await sink.write(bytes);
    await sink.finish(sha256(bytes));
  }
  const journal = kept();
  const sink = await begun(
    downloads,
    orderOf({ name: '../all of it', folder: true, size: stream.length }, journal),
    journal,
  );
  for (let at = 0; at < stream.length; at += 60_000) await sink.write(stream.subarray(at, at + 60_000));
  const { name } = await sink.finish(sha256(stream));
  mark('end');
  say({ done: name, files: few.length });
}

const [folder = '', path = '', third = '', fourth = ''] = process.argv.slice(2);
const downloads = await Downloads.open(folder, new DiskRoom(), { leave: 0 });
if (path === '--names') await names(downloads, Number(third), Number(fourth));
else await goOn(downloads, path, third, Number(fourth));
await downloads.close();
