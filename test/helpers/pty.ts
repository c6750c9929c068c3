// The built program in a pseudo-terminal, with a terminal emulator as its screen: typed to and read like a person would.
import { readFileSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';
import { spawn } from '@lydell/node-pty';
import { UnicodeGraphemesAddon } from '@xterm/addon-unicode-graphemes';
import headless from '@xterm/headless';
import { bytesOfKey } from './keys.ts';
import { type Modes, type Oracle, watch } from './oracle.ts';
import { type Environment, environment, MAIN, temporaryHome } from './program.ts';

export { type Incident, type Modes, type Oracle, UNTOUCHED } from './oracle.ts';

export interface PtyOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Environment;
  /** TCHAT_HOME; without it one of its own that is removed at the end. */
  readonly home?: string;
  /** Another program than `node dist/main.js`: a file and its first arguments. */
  readonly program?: readonly [string, ...string[]];
}

export interface Cell {
  /** The cluster; '' for the second half of a wide one. */
  readonly text: string;
  readonly width: number;
  /** '#rrggbb', 'palette:N' or 'default'. */
  readonly fg: string;
  readonly bg: string;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly inverse: boolean;
}

/** Cells are counted from 0. */
export interface MouseAction {
  readonly action: 'press' | 'release' | 'click' | 'drag' | 'wheel-up' | 'wheel-down';
  readonly x: number;
  readonly y: number;
  readonly button?: 'left' | 'middle' | 'right';
  readonly ctrl?: boolean;
  readonly alt?: boolean;
  readonly shift?: boolean;
}

export interface Exit {
  readonly code: number;
  /** 0 when it was not ended by a signal. */
  readonly signal: number;
}

export type Expected = string | RegExp | ((screen: readonly string[]) => boolean);

export interface Pty {
  /** Resolves as soon as the screen shows it (a regular expression: over all rows, joined by newlines); rejects with a picture of the screen. */
  waitFor(expected: Expected, options?: { timeout?: number }): Promise<readonly string[]>;
  type(text: string): void;
  /** Keys by the program's own names: 'Ctrl-Q', 'Enter', 'Alt-Left'. */
  press(...keys: string[]): void;
  /** As a terminal pastes: bracketed when the program asked for it, line ends as Enter. */
  paste(text: string): void;
  mouse(action: MouseAction): void;
  resize(columns: number, rows: number): void;
  /** The rows as text, without the spaces at their ends. */
  screen(): readonly string[];
  cell(x: number, y: number): Cell;
  cursor(): { readonly x: number; readonly y: number };
  readonly oracle: Oracle;
  modes(): Modes;
  readonly pid: number;
  /** After all output has reached the screen. */
  readonly exited: Promise<Exit>;
  kill(signal: NodeJS.Signals): void;
  /** Ends the program in any case: to be called in teardown, always, or a failing test would hang the run. */
  close(): Promise<void>;
}

/** The operating system command by which the shell around the program tells that it has ended. */
const END_MARK = 7777;
/**
 * Runs the program and keeps the terminal open until its last words were seen: what a pseudo-terminal still holds when
 * its last user ends may be lost.
 */
const UNTIL_SEEN = `"$@"; printf '\\033]${END_MARK};%d\\007' "$?"; read -r _`;

/** The process that the shell has started, while it runs. */
function childOf(shell: number): number | null {
  try {
    const [child] = readFileSync(`/proc/${shell}/task/${shell}/children`, 'utf8').trim().split(' ');
    return child ? Number(child) : null;
  } catch {
    return null;
  }
}

/** Starts the program; what it draws is on the screen when `waitFor` says so. */
export function openPty(args: readonly string[], options: PtyOptions = {}): Pty {
  const columns = options.columns ?? 100;
  const rows = options.rows ?? 30;
  const own = options.home === undefined ? temporaryHome() : undefined;
  const home = options.home ?? own?.home ?? '';
  const terminal = new headless.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1_000 });
  terminal.loadAddon(new UnicodeGraphemesAddon());
  const oracle = watch(terminal);

  const [file, ...first] = options.program ?? [process.execPath, MAIN];
  const env = environment(home, options.env);
  const pty = spawn('sh', ['-c', UNTIL_SEEN, 'sh', file, ...first, ...args], {
    name: env['TERM'] ?? 'xterm-256color',
    cols: columns,
    rows,
    cwd: home,
    env,
    encoding: null,
  });
  let ended = false;
  let closing = false;
  const waiting = new Set<() => void>();
  const changed = () => {
    for (const check of [...waiting]) check();
  };
  const send = (bytes: string) => {
    if (!ended) pty.write(bytes);
  };
  // Without an encoding the bytes come as they are, cut anywhere; the emulator itself loses a character of three bytes
  // that is cut after its first.
  const decoder = new StringDecoder('utf8');
  pty.onData(data => terminal.write(decoder.write(data as unknown as Buffer), changed));
  terminal.onData(send);
  const gone = new Promise<void>(resolve => pty.onExit(() => resolve()));
  const exited = new Promise<Exit>(resolve => {
    const end = (status: number) => {
      ended = true;
      // A shell tells a signal as 128 more; 130 is the code of our own for SIGINT.
      const bySignal = status > 128 && status !== 130;
      resolve(bySignal ? { code: 0, signal: status - 128 } : { code: status, signal: 0 });
      changed();
    };
    terminal.parser.registerOscHandler(END_MARK, data => {
      pty.write('\n');
      end(Number(data));
      return true;
    });
    void gone.then(() => end(255));
  });

  const screen = () => {
    const buffer = terminal.buffer.active;
    return Array.from(
      { length: terminal.rows },
      (_, y) => buffer.getLine(buffer.baseY + y)?.translateToString(true) ?? '',
    );
  };

  const waitFor: Pty['waitFor'] = (expected, { timeout = 20_000 } = {}) =>
    new Promise((resolve, reject) => {
      const finish = (settle: () => void) => {
        clearTimeout(timer);
        waiting.delete(check);
        settle();
      };
      const fail = (why: string) =>
        finish(() => reject(new Error(`${why}: ${describe(expected)}\n${framed(screen(), terminal.cols)}`)));
      const timer = setTimeout(() => fail(`not on the screen within ${timeout} ms`), timeout);
      const check = () => {
        const shown = screen();
        if (shows(shown, expected)) finish(() => resolve(shown));
        else if (ended) fail('not on the screen when the program ended');
      };
      waiting.add(check);
      check();
    });

  return {
    waitFor,
    type: send,
    press: (...keys) => send(keys.map(bytesOfKey).join('')),
    paste: text => {
      const typed = text.replace(/\r?\n/g, '\r');
      send(terminal.modes.bracketedPasteMode ? `\x1b[200~${typed}\x1b[201~` : typed);
    },
    mouse: action => {
      if (terminal.modes.mouseTrackingMode === 'none') throw new Error('the program has not asked for the mouse');
      send(mouseBytes(action));
    },
    resize: (width, height) => {
      terminal.resize(width, height);
      pty.resize(width, height);
    },
    screen,
    cell: (x, y) => cellAt(terminal, x, y),
    cursor: () => ({ x: terminal.buffer.active.cursorX, y: terminal.buffer.active.cursorY }),
    oracle,
    modes: oracle.modes,
    get pid() {
      return childOf(pty.pid) ?? pty.pid;
    },
    exited,
    kill: signal => {
      const child = childOf(pty.pid);
      if (!ended && child !== null) process.kill(child, signal);
    },
    close: async () => {
      if (closing) return;
      closing = true;
      const child = childOf(pty.pid);
      if (!ended && child !== null) process.kill(child, 'SIGKILL');
      pty.kill('SIGKILL');
      await gone;
      terminal.dispose();
      own?.remove();
    },
  };
}

function shows(screen: readonly string[], expected: Expected): boolean {
  if (typeof expected === 'function') return expected(screen);
  return typeof expected === 'string' ? screen.some(row => row.includes(expected)) : expected.test(screen.join('\n'));
}

function describe(expected: Expected): string {
  return typeof expected === 'string' ? JSON.stringify(expected) : String(expected);
}

function framed(screen: readonly string[], columns: number): string {
  const edge = `+${'-'.repeat(columns)}+`;
  return [edge, ...screen.map(row => `|${row}`), edge].join('\n');
}

const BUTTONS = { left: 0, middle: 1, right: 2 } as const;

/** SGR mouse reports (mode 1006). */
function mouseBytes({ action, x, y, button = 'left', ctrl, alt, shift }: MouseAction): string {
  const held = (shift ? 4 : 0) + (alt ? 8 : 0) + (ctrl ? 16 : 0);
  const report = (bits: number, final: 'M' | 'm') => `\x1b[<${bits + held};${x + 1};${y + 1}${final}`;
  switch (action) {
    case 'press':
      return report(BUTTONS[button], 'M');
    case 'release':
      return report(BUTTONS[button], 'm');
    case 'click':
      return report(BUTTONS[button], 'M') + report(BUTTONS[button], 'm');
    case 'drag':
      return report(BUTTONS[button] + 32, 'M');
    case 'wheel-up':
      return report(64, 'M');
    case 'wheel-down':
      return report(65, 'M');
    default:
      return action satisfies never;
  }
}

function cellAt(terminal: headless.Terminal, x: number, y: number): Cell {
  const buffer = terminal.buffer.active;
  const cell = buffer.getLine(buffer.baseY + y)?.getCell(x);
  if (cell === undefined) throw new Error(`no cell at ${x}, ${y}`);
  const colour = (value: number, rgb: boolean, palette: boolean) => {
    if (rgb) return `#${value.toString(16).padStart(6, '0')}`;
    return palette ? `palette:${value}` : 'default';
  };
  return {
    text: cell.getChars(),
    width: cell.getWidth(),
    fg: colour(cell.getFgColor(), cell.isFgRGB(), cell.isFgPalette()),
    bg: colour(cell.getBgColor(), cell.isBgRGB(), cell.isBgPalette()),
    bold: cell.isBold() !== 0,
    dim: cell.isDim() !== 0,
    italic: cell.isItalic() !== 0,
    underline: cell.isUnderline() !== 0,
    inverse: cell.isInverse() !== 0,
  };
}
