// The built program as tests start it: its file, a home of its own, an environment without surprises.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** A folder that holds everything one use of the program writes. */
export function temporaryHome(): { readonly home: string; remove(): void } {
  const home = mkdtempSync(join(tmpdir(), 'tchat-test-'));
  return { home, remove: () => rmSync(home, { recursive: true, force: true, maxRetries: 3 }) };
}

export type Environment = Readonly<Record<string, string>>;

/** Nothing of the machine's own settings but where programs are. */
export function environment(home: string, extra: Environment = {}): Record<string, string> {
  const env = { PATH: process.env['PATH'] ?? '', LANG: 'C.UTF-8', TERM: 'xterm-256color', COLORTERM: 'truecolor' };
  return { ...env, HOME: home, TCHAT_HOME: home, ...extra };
}

export interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** All of standard input; none: it is empty. */
  readonly input?: string | Uint8Array;
  /** Without one, a home of its own that is removed afterwards. */
  readonly home?: string;
  readonly env?: Environment;
  /** Milliseconds until the program is killed: a run that hangs has code null and signal SIGKILL. */
  readonly timeout?: number;
}

/** Runs `tchat ARGS` to its end, without a terminal. */
export async function runTchat(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const own = options.home === undefined ? temporaryHome() : undefined;
  const home = options.home ?? own?.home ?? '';
  const child = spawn(process.execPath, [MAIN, ...args], { env: environment(home, options.env), stdio: 'pipe' });
  const timer = setTimeout(() => child.kill('SIGKILL'), options.timeout ?? 30_000);
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A program that ends without reading everything is no failure of the test.
  child.stdin.on('error', () => {});
  child.stdin.end(options.input ?? '');
  try {
    return await new Promise<Run>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        resolve({ code, signal, stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString() });
      });
    });
  } finally {
    clearTimeout(timer);
    own?.remove();
  }
}
