// Processes as the benchmark sees them: started, watched through /proc, ended.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Clock ticks a second in /proc; the same on every Linux that Node runs on. */
const TICKS = 100;

/** Seconds of CPU that a process has used so far, all its threads. */
export function cpuOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in parentheses may hold spaces: fields are counted behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

/** Resident memory of a process in bytes. */
export function memoryOf(pid: number): number {
  return statusOf(pid, /^VmRSS:\s+(\d+) kB$/m);
}

/** The most that it ever was. */
export function peakOf(pid: number): number {
  return statusOf(pid, /^VmHWM:\s+(\d+) kB$/m);
}

function statusOf(pid: number, line: RegExp): number {
  const [, kib] = line.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) * 1024;
}

/** A folder that is removed with `remove`. */
export interface Scratch {
  readonly folder: string;
  remove(): void;
}

export function scratch(under: string = tmpdir()): Scratch {
  const folder = mkdtempSync(join(under, 'tchat-bench-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }) };
}

export interface Started {
  readonly child: ChildProcess;
  readonly pid: number;
  /** The first line of standard output that fits; rejects when the process ends before. */
  line(fits: (line: string) => boolean): Promise<string>;
  /** SIGTERM, SIGKILL after five seconds; resolves when it is gone. */
  stop(): Promise<void>;
}

export function start(command: string, args: readonly string[], env: NodeJS.ProcessEnv = process.env): Started {
  const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  let ended = false;
  let look = () => {};
  child.stdout.on('data', (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-65_536);
    look();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors = (errors + chunk.toString()).slice(-4_096);
  });
  const gone = new Promise<void>(resolve => {
    const end = () => {
      ended = true;
      look();
      resolve();
    };
    child.once('error', error => {
      errors += error.message;
      end();
    });
    child.once('exit', end);
  });
  return {
    child,
    pid: child.pid ?? 0,
    line: fits =>
      new Promise((resolve, reject) => {
        look = () => {
          const found = output.split('\n').find(fits);
          if (found !== undefined) resolve(found);
          else if (ended) reject(new Error(`${command} ended: ${errors}`));
        };
        look();
      }),
    stop: async () => {
      const timer = setTimeout(() => child.kill('SIGKILL'), 5_000);
      if (!ended) child.kill('SIGTERM');
      await gone;
      clearTimeout(timer);
    },
  };
}

/** Resolves when something listens at the port; rejects after ten seconds. */
export async function listens(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    const open = await new Promise<boolean>(resolve => {
      const socket = connect(port, '127.0.0.1');
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
    if (open) return;
    await pause(50);
  }
  throw new Error(`nothing listens at port ${port}`);
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, milliseconds));
}
