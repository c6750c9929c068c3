// Files from one process to another on loopback, as people send them: `tchat send --file` and `tchat receive`, through the
// server and directly, beside a bare pipe over TLS. Every file is hashed on both sides and flushed, that of the pipe is not.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onDisk } from '../disk.ts';
import type { BenchOptions } from '../options.ts';
import { cpuOf, memoryOf, peakOf, start } from '../processes.ts';
import { median } from '../statistics.ts';
import { fixed, printTable, progress } from '../table.ts';

const GIB = 1024 ** 3;
const BARE = fileURLToPath(new URL('./bare-pipe.ts', import.meta.url));

/** An entry a run: MB/s; seconds of CPU for a GiB of the sender, the receiver and the server; bytes by which the server grew. */
export interface WireCell {
  readonly what: string;
  readonly rates: number[];
  readonly cpu: { readonly sender: number[]; readonly receiver: number[]; readonly server: number[] };
  readonly growth: number[];
}

interface Taken {
  readonly seconds: number;
  readonly sender: number;
  readonly receiver: number;
}

export async function filesOnWire({ runs, program, data }: BenchOptions): Promise<readonly WireCell[]> {
  const { folder, remove } = onDisk(data);
  const file = join(folder, 'file');
  const small = join(folder, 'small');
  writeFileSync(file, Buffer.alloc(GIB, 'tchat'));
  writeFileSync(small, 'x');
  const home = (name: string) => ({ ...process.env, TCHAT_HOME: join(folder, name) });
  const server = start(
    process.execPath,
    [program, 'serve', '--headless', '--port', '0', '--host', '127.0.0.1'],
    home('server'),
  );
  try {
    const { link } = JSON.parse(await server.line(line => line.includes('"listening"'))) as { link: string };
    const known = start(process.execPath, [program, 'users', link, '--name', 'bob'], home('bob'));
    await once(known.child, 'exit');
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
    const tchat =
      (direct: string) =>
      async (path: string): Promise<Taken> => {
        const dir = join(folder, `out${out++}`);
        mkdirSync(dir);
        const receive = [program, 'receive', link, '--name', 'bob', '--dir', dir, '--count', '1', direct];
        const before = arrivals;
        const receiver = spawn(process.execPath, receive, { env: home('bob'), stdio: ['ignore', 'ignore', 'inherit'] });
        await new Promise<void>(resolve => {
          arrived = () => arrivals > before && resolve();
          arrived();
        });
        const send = [program, 'send', link, '--name', 'alice', '--to', '@bob', '--file', path, direct];
        const taken = await both(receiver, () =>
          spawn(process.execPath, send, { env: home('alice'), stdio: ['ignore', 'ignore', 'inherit'] }),
        );
        if (statSync(join(dir, path === file ? 'file' : 'small')).size !== statSync(path).size)
          throw new Error('not whole');
        rmSync(dir, { recursive: true });
        return taken;
      };
    const bare = async (path: string): Promise<Taken> => {
      const script = ['--import=tsx', BARE];
      const receiver = start(process.execPath, [...script, 'receive', join(folder, 'bare')]);
      const port = await receiver.line(line => /^\d+$/.test(line));
      return both(receiver.child, () => spawn(process.execPath, [...script, 'send', path, port], { stdio: 'ignore' }));
    };
    const measured = {
      'tchat, through the server': tchat('--no-direct'),
      'tchat, direct': tchat('--direct'),
      'bare pipe': bare,
    };
    const cells = Object.keys(measured).map((what): WireCell => {
      return { what, rates: [], cpu: { sender: [], receiver: [], server: [] }, growth: [] };
    });
    for (let run = 1; run <= runs; run++) {
      for (const [at, [what, send]] of Object.entries(measured).entries()) {
        progress(`run ${run} of ${runs}: ${what}`);
        // What starting and finding each other takes is no matter of bytes.
        const nothing = await send(small);
        const before = { cpu: cpuOf(server.pid), memory: memoryOf(server.pid) };
        const all = await send(file);
        const cell = cells[at] as WireCell;
        cell.rates.push(GIB / 1e6 / Math.max(0.001, all.seconds - nothing.seconds));
        cell.cpu.sender.push(all.sender - nothing.sender);
        cell.cpu.receiver.push(all.receiver - nothing.receiver);
        cell.cpu.server.push(cpuOf(server.pid) - before.cpu);
        cell.growth.push(Math.max(0, peakOf(server.pid) - before.memory));
      }
    }
    progress('');
    print(cells);
    return cells;
  } finally {
    await server.stop();
    remove();
  }
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

function print(cells: readonly WireCell[]): void {
  printTable(
    'files of 1 GiB, TLS 1.3, on loopback',
    ['', 'MB/s', 'CPU s a GiB: sender', 'receiver', 'server', 'server grew, MiB'],
    cells.map(({ what, rates, cpu, growth }) => [
      what,
      fixed(median(rates), 0),
      ...[cpu.sender, cpu.receiver, cpu.server].map(seconds => fixed(median(seconds), 2)),
      fixed(median(growth) / 1024 ** 2, 0),
    ]),
  );
}
