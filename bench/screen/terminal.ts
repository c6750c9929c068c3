// The program in a pseudo-terminal, as a process: what it draws is read as bytes, nothing emulates a screen.
import { spawn } from '@lydell/node-pty';

/** The end of a frame: everything before it is on the screen. */
const FRAME_END = '\x1b[?2026l';

export interface Client {
  readonly pid: number;
  /** Resolves when the bytes drawn from now on hold the text; rejects after ten seconds. Milliseconds since now. */
  shows(text: string): Promise<number>;
  /** Milliseconds from the process's start to the end of its first frame. */
  readonly firstPaint: Promise<number>;
  write(keys: string): void;
  close(): Promise<void>;
}

export function join(program: string, home: string, port: number, name = 'reader'): Client {
  return inTerminal([program, 'join', `127.0.0.1:${port}`, '--name', name], home);
}

/** `args`: the program and its words. */
export function inTerminal(args: readonly string[], home: string): Client {
  const env = { PATH: process.env['PATH'] ?? '', HOME: home, TCHAT_HOME: home, LANG: 'C.UTF-8' };
  const begin = performance.now();
  const pty = spawn(process.execPath, [...args], {
    ...{ name: 'xterm-256color', cols: 100, rows: 30, cwd: home, encoding: null },
    env: { ...env, TERM: 'xterm-256color', COLORTERM: 'truecolor' },
  });
  const exited = new Promise<void>(resolve => pty.onExit(() => resolve()));
  let waiting: { text: Buffer; tail: Buffer; found: () => void } | null = null;
  pty.onData(data => {
    if (!waiting) return;
    const all = Buffer.concat([waiting.tail, data as unknown as Buffer]);
    if (all.includes(waiting.text)) waiting.found();
    else waiting.tail = all.subarray(-64);
  });
  const shows = (text: string) =>
    new Promise<number>((resolve, reject) => {
      const from = performance.now();
      const timer = setTimeout(() => reject(new Error(`${JSON.stringify(text)} was not drawn`)), 10_000);
      const found = () => {
        clearTimeout(timer);
        waiting = null;
        resolve(performance.now() - from);
      };
      waiting = { text: Buffer.from(text), tail: Buffer.alloc(0), found };
    });
  return {
    pid: pty.pid,
    shows,
    firstPaint: shows(FRAME_END).then(() => performance.now() - begin),
    write: keys => pty.write(keys),
    close: async () => {
      pty.kill('SIGTERM');
      const timer = setTimeout(() => pty.kill('SIGKILL'), 5_000);
      await exited;
      clearTimeout(timer);
    },
  };
}
