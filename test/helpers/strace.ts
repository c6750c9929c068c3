// A running process whose system calls are made to fail, from outside and for a while.
import { spawn } from 'node:child_process';

export interface Injection {
  /** The calls work again. Idempotent. */
  detach(): Promise<void>;
  /** Resolves when the process has ended, or the calls work again. */
  readonly ended: Promise<void>;
}

/** Puts a fault in, as strace writes it: `fsync,fdatasync:error=EIO:when=3`. Resolves when it is in force. */
export async function inject(pid: number, fault: string): Promise<Injection> {
  const calls = fault.split(':')[0] as string;
  const args = ['-f', '-o', '/dev/null', '-e', `trace=${calls}`, '-e', `inject=${fault}`, '-p', String(pid)];
  const child = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.stderr.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (/attached/.test(said)) resolve();
    });
    void ended.then(() => reject(new Error(`strace ended: ${said}`)));
    child.once('error', reject);
  });
  return {
    ended,
    detach: async () => {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT');
      await ended;
    },
  };
}
