// npm run bench: measures the built program, prints tables, writes JSON. README.md says how to read them.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ack } from './ack/part.ts';
import { dashboard } from './dashboard/part.ts';
import { fanOut } from './fan-out/part.ts';
import { filesInCrowd } from './files/crowd.ts';
import { filesOnDisk } from './files/disk.ts';
import { filesOnWire } from './files/wire.ts';
import { frozen } from './frozen/part.ts';
import { catchUp } from './log/catch-up.ts';
import { open } from './log/open.ts';
import { search } from './log/search.ts';
import { logins } from './logins.ts';
import { type BenchOptions, type Part, readOptions, USAGE } from './options.ts';
import { clientMemory } from './screen/memory.ts';
import { screen } from './screen/part.ts';
import { start } from './start.ts';

const PART: { readonly [P in Part]: (options: BenchOptions) => Promise<unknown> } = {
  fanout: fanOut,
  ack,
  frozen,
  open,
  search,
  catchup: catchUp,
  files: filesOnWire,
  'files-crowd': filesInCrowd,
  'files-disk': filesOnDisk,
  'client-memory': clientMemory,
  logins,
  screen,
  dashboard,
  start,
};

async function main(): Promise<void> {
  let options: BenchOptions | null;
  try {
    options = readOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${USAGE}`);
    process.exitCode = 2;
    return;
  }
  if (!options) {
    process.stdout.write(USAGE);
    return;
  }
  if (!existsSync(options.program)) throw new Error(`${options.program} is not there: npm run build makes it`);
  const began = new Date().toISOString();
  const results: Record<string, unknown> = {};
  for (const part of options.parts) results[part] = await PART[part](options);
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, memory: totalmem(), node: process.version };
  const name = `results/${began.replace(/[:.]/g, '-')}.json`;
  const file = options.json ?? fileURLToPath(new URL(name, import.meta.url));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify({ began, machine, options, results }, null, 2)}\n`);
  process.stdout.write(`\n${file}\n`);
}

await main();
