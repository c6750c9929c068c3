// Files from one process to another on loopback, as people send them: `tchat send --file` and `tchat receive`, through the
// server and directly, beside a bare pipe over TLS, scp and socat (peers.ts). tchat hashes on both sides and flushes, the others do not.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BenchOptions } from '../options.ts';
import { cpuOf, memoryOf, peakOf, type Started, scratch, start } from '../processes.ts';
import { median } from '../statistics.ts';
import { fixed, printTable, progress } from '../table.ts';
import { openPeers } from './peers.ts';

const GIB = 1024 ** 3;
const BARE = fileURLToPath(new URL('./bare-pipe.ts', import.meta.url));

/** An entry a run: MB/s; seconds of CPU for a GiB of the sender, the receiver and the server; bytes by which the server grew. */
export interface WireCell {
  readonly what: string;
  readonly gib: number;
  readonly rates: number[];
  readonly cpu: { readonly sender: number[]; readonly receiver: number[]; readonly server: number[] };
  readonly growth: number[];
}

interface Taken {
  readonly seconds: number;
  readonly sender: number;
  readonly receiver: number;
}

export async function filesOnWire(options: BenchOptions): Promise<readonly WireCell[]> {
  const all: WireCell[] = [];
  for (const gib of options.gib) all.push(...(await ofSize(options, gib)));
  return all;
}

async function ofSize({ runs, program, data }: BenchOptions, gib: number): Promise<readonly WireCell[]> {
  // In memory too: what a disk takes is measured by files-disk, and only tchat flushes.
  const { folder, remove } = scratch(data);
  const [file, small] = [join(folder, 'file'), join(folder, 'small')];
  const bytes = gib * GIB;
  fill(file, gib);
  writeFileSync(small, 'x');
  const home = (name: string) => ({ ...process.env, TCHAT_HOME: join(folder, name) });
  const words = ['serve', '--headless', '--port', '0', '--host', '127.0.0.1'];
  const server = start(process.execPath, [program, ...words], home('server'));
  const peers = await openPeers(folder);
  try {
    const { link } = JSON.parse(await server.line(line => line.includes('"listening"'))) as { link: string };
    const limit = [program, 'admin', 'set', 'file-mib', String(gib * 1024)];
    await once(start(process.execPath, limit, home('server')).child, 'exit');
    const tchat = await sending({ program, server, link, folder, home });
    const bare = async (path: string): Promise<Taken> => {
      const script = ['--import=tsx', BARE];
      const receiver = start(process.execPath, [...script, 'receive', join(folder, 'bare')]);
      const port = await receiver.line(line => /^\d+$/.test(line));
      const send = () => spawn(process.execPath, [...script, 'send', path, port], { stdio: 'ignore' });
      const taken = await both(receiver.child, send);
      rmSync(join(folder, 'bare'));
      return taken;
    };
    const measured: Record<string, (path: string) => Promise<Taken>> = {
      'tchat, through the server': tchat('--no-direct'),
      'tchat, direct': tchat('--direct'),
      'bare pipe': bare,
    };
    for (const [what, copy] of Object.entries(peers.ways)) {
      measured[what] = async path => ({ seconds: await copy(path), sender: 0, receiver: 0 });
    }
    const cells = Object.keys(measured).map((what): WireCell => {
      return { what, gib, rates: [], cpu: { sender: [], receiver: [], server: [] }, growth: [] };
    });
    for (let run = 1; run <= runs; run++) {
      for (const [at, [what, send]] of Object.entries(measured).entries()) {
        progress(`${gib} GiB, run ${run} of ${runs}: ${what}`);
        // What starting and finding each other takes is no matter of bytes.
        const nothing = await send(small);
        const before = { cpu: cpuOf(server.pid), memory: memoryOf(server.pid) };
        const all = await send(file);
        const cell = cells[at] as WireCell;
        cell.rates.push(bytes / 1e6 / Math.max(0.001, all.seconds - nothing.seconds));
        cell.cpu.sender.push((all.sender - nothing.sender) / gib);
        cell.cpu.receiver.push((all.receiver - nothing.receiver) / gib);
        cell.cpu.server.push((cpuOf(server.pid) - before.cpu) / gib);
        cell.growth.push(Math.max(0, peakOf(server.pid) - before.memory));
      }
    }
    progress('');
    print(cells, gib);
    return cells;
  } finally {
    await peers.stop();
    await server.stop();
    remove();
  }
}

/** Bytes that nothing on the way can make less of. */
function fill(path: string, gib: number): void {
  const piece = randomBytes(64 * 1024 ** 2);
  const file = openSync(path, 'w');
  for (let n = 0; n < gib * 16; n++) writeSync(file, piece);
  closeSync(file);
}

interface Sent {
  readonly program: string;
  readonly server: Started;
  readonly link: string;
  readonly folder: string;
  readonly home: (name: string) => NodeJS.ProcessEnv;
}

/** From alice to bob, by one way or the other. */
async function sending({ program, server, link, folder, home }: Sent) {
  let out = 0;
  // What is for somebody who is not there yet would go into the server's store.
  let arrivals = 0;
  let arrived = () => {};
  server.child.stdout?.on('data', (chunk: Buffer) => {
    arrivals += chunk
      .toString()
      .split('"connected"')
      .filter(each => each.includes('"name":"bob"')).length;
    arrived();
  });
  const comes = (before: number) =>
    new Promise<void>(resolve => {
      arrived = () => arrivals > before && resolve();
      arrived();
    });
  // The name is bob’s before anybody sends to it.
  const known = start(process.execPath, [program, 'users', link, '--name', 'bob'], home('bob'));
  await Promise.all([once(known.child, 'exit'), comes(0)]);
  return (direct: string) =>
    async (path: string): Promise<Taken> => {
      const dir = join(folder, `out${out++}`);
      mkdirSync(dir);
      const receive = [program, 'receive', link, '--name', 'bob', '--dir', dir, '--count', '1', direct];
      const before = arrivals;
      const receiver = spawn(process.execPath, receive, { env: home('bob'), stdio: ['ignore', 'ignore', 'inherit'] });
      await comes(before);
      const send = [program, 'send', link, '--name', 'alice', '--to', '@bob', '--file', path, direct];
      const taken = await both(receiver, () =>
        spawn(process.execPath, send, { env: home('alice'), stdio: ['ignore', 'ignore', 'inherit'] }),
      );
      if (statSync(join(dir, basename(path))).size !== statSync(path).size) throw new Error('not whole');
      rmSync(dir, { recursive: true });
      return taken;
    };
}

/** Starts the sender; until both have ended. The seconds are those from the sender's start on. */
async function both(receiver: ChildProcess, begin: () => ChildProcess): Promise<Taken> {
  const ended = [once(receiver, 'exit')];
  const began = performance.now();
  const sender = begin();
  ended.push(once(sender, 'exit'));
  const cpu = { sender: 0, receiver: 0 };
  // A process that is gone tells nothing any more.
  const look = () => {
    for (const [name, { pid }] of [
      ['sender', sender],
      ['receiver', receiver],
    ] as const) {
      try {
        cpu[name] = cpuOf(pid ?? 0);
      } catch {}
    }
  };
  const looking = setInterval(look, 20);
  const codes = await Promise.all(ended);
  clearInterval(looking);
  if (codes.some(([code]) => code !== 0)) throw new Error(`ended with ${codes.map(([code]) => code)}`);
  return { seconds: (performance.now() - began) / 1000, ...cpu };
}

function print(cells: readonly WireCell[], gib: number): void {
  printTable(
    `files of ${gib} GiB on loopback`,
    ['', 'MB/s', 'CPU s a GiB: sender', 'receiver', 'server', 'server grew, MiB'],
    cells.map(({ what, rates, cpu, growth }) => [
      what,
      fixed(median(rates), 0),
      ...[cpu.sender, cpu.receiver, cpu.server].map(seconds => fixed(median(seconds), 2)),
      fixed(median(growth) / 1024 ** 2, 0),
    ]),
  );
}
