// Whoever receives may be killed at any byte: what was on the disk is not sent again, what was received is whole or has no name.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import type { SinkState } from '../../src/transfer/sink.ts';
import { openSource } from '../../src/transfer/source.ts';
import { temporaryHome } from '../helpers/program.ts';
import { cases, random, SEED } from '../helpers/tier.ts';
import { MIB, picture, plant, some } from '../helpers/transfers.ts';

const RECEIVER = fileURLToPath(new URL('../helpers/receiver.ts', import.meta.url));

const PARTS = '.tchat-parts';
const NEVER = Number.MAX_SAFE_INTEGER;

interface Told {
  readonly from?: number;
  readonly written?: number;
  readonly done?: string;
}

async function receive(...args: readonly string[]): Promise<readonly Told[]> {
  const child = spawn(process.execPath, ['--import=tsx', RECEIVER, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let faults = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    faults += chunk.toString();
  });
  const code = await new Promise(resolve => child.once('close', resolve));
  if (code !== null && code !== 0) throw new Error(faults);
  return out
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as Told);
}

for (const kind of ['file', 'folder'] as const) {
  // Red when a part begins anew after a restart, when the last name is given before all is there, or given twice.
  test.serial(
    `a ${kind} arrives whole through kills at random bytes, and nothing of it that was there is sent again`,
    async t => {
      t.timeout(3_600_000);
      const { home, remove } = temporaryHome();
      t.teardown(remove);
      const out = join(home, 'out');
      plant(out, { a: some(5 * MIB), 'b/c': some(3 * MIB), 'b/d.sh': 'x', 'b/e': '', f: null, g: some(2 * MIB) });
      const path = kind === 'file' ? join(out, 'a') : out;
      const { size } = await openSource(path);
      const [folder, journal] = [join(home, 'downloads'), join(home, 'journal')];
      const next = random(SEED + (kind === 'file' ? 1 : 2));
      const kills = cases(8, 100, 'TCHAT_FAULTS');
      let died = 0;
      // From the beginning until it is whole, as often as it takes; each death comes later in the stream than the one before.
      do {
        for (let had = 0, done = false; !done; ) {
          const ahead = Math.floor(next() * (size - had) * 0.6);
          const killAt = died >= kills ? NEVER : next() < 0.15 ? size : had + ahead;
          const told = await receive(folder, path, journal, String(killAt));
          const from = told.find(each => each.from !== undefined)?.from;
          if (from !== undefined) t.true(from >= had, `went on at ${from}, where ${had} bytes were there`);
          had = Math.max(had, ...told.map(each => each.written ?? 0));
          done = told.some(each => each.done !== undefined);
          if (!done) died += 1;
          const there = readdirSync(folder).filter(name => name !== PARTS);
          // It may have got its name when no time was left to say so.
          if (there.length === 0 && !done) continue;
          t.true(done || lastOf(journal).placing !== null);
          t.deepEqual(there, [basename(path)]);
          if (kind === 'folder') t.deepEqual(picture(join(folder, 'out')), picture(out));
          else t.is(picture(folder)['a'], picture(out)['a']);
        }
        t.deepEqual(readdirSync(join(folder, PARTS)), []);
        rmSync(folder, { recursive: true });
        rmSync(journal);
      } while (died < kills);
      t.log(`${died} kills, seed ${SEED}`);
    },
  );
}

function lastOf(journal: string): SinkState {
  return JSON.parse(readFileSync(journal, 'utf8').trim().split('\n').at(-1) ?? '') as SinkState;
}
