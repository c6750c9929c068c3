// The terminal at hand, and the only place that touches blessed: opens it for a full screen, gives raw bytes and sizes,
// and puts everything back as it was, whichever way the program ends.
//
// Of blessed its terminfo reader is used. Its program object would run `tmux -V` at start, parse keys itself and
// compile 500 capabilities of which six are needed.
import { createRequire } from 'node:module';
import { TchatError } from '../../errors.ts';
import type { Colours } from './canvas.ts';
import { detectColours } from './colours.ts';

/** Why a terminal ended by itself: a signal, or `hangup` when it can be neither read nor written any more. */
export type Ending = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'hangup';

export interface Terminal {
  /** Cells. */
  readonly width: number;
  readonly height: number;
  readonly colours: Colours;
  /** Writes at once; after the end it does nothing. */
  write(data: string): void;
  onInput(listener: (bytes: Uint8Array) => void): void;
  /** The size changed, or the screen was lost (after a stop and continue): everything must be painted again. */
  onResize(listener: (width: number, height: number) => void): void;
  /** The terminal is closed already when this is called. Without a listener a signal ends the process as usual. */
  onEnd(listener: (ending: Ending) => void): void;
  /** Restores the terminal; as often as one likes. */
  close(): void;
}

/** What opening needs of process.stdin. */
export interface TerminalInput extends NodeJS.EventEmitter {
  readonly isTTY?: boolean;
  readonly isRaw?: boolean;
  setRawMode?(raw: boolean): unknown;
  resume(): unknown;
  pause(): unknown;
  ref?(): unknown;
  unref?(): unknown;
}

/** What opening needs of process.stdout. */
export interface TerminalOutput extends NodeJS.EventEmitter {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(data: string): boolean;
}

export interface TerminalOptions {
  readonly input?: TerminalInput;
  readonly output?: TerminalOutput;
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/** The capabilities of terminfo that are used, by their long names. */
type Capabilities = Partial<
  Record<'enter_ca_mode' | 'exit_ca_mode' | 'keypad_xmit' | 'keypad_local' | 'cursor_normal', string>
>;

interface TerminfoReader {
  readTerminfo(name: string): { readonly strings: Capabilities };
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** A terminal that says it has no size (a serial line) is taken for this one. */
const DEFAULT_SIZE = { width: 80, height: 24 };

/** Wrapping off · paste 2004 · focus 1004 · mouse: buttons and drags 1002, in decimal 1006. */
const MODES_ON = '\x1b[?7l\x1b[?2004h\x1b[?1004h\x1b[?1002h\x1b[?1006h';
const MODES_OFF = '\x1b[?1006l\x1b[?1002l\x1b[?1004l\x1b[?2004l\x1b[?7h';
/** Keys with modifiers told apart, as kitty and as xterm do it; only where an xterm is understood. */
const KEYS_ON = '\x1b[>1u\x1b[>4;1m';
const KEYS_OFF = '\x1b[>4m\x1b[<u';

/** Opens the terminal for a full screen. Throws TchatError `no-terminal` when there is none. */
export function openTerminal(options: TerminalOptions = {}): Terminal {
  const input: TerminalInput = options.input ?? process.stdin;
  const output: TerminalOutput = options.output ?? process.stdout;
  if (!input.isTTY || !output.isTTY) throw new TchatError('no-terminal');
  return new LiveTerminal(input, output, options.env ?? process.env);
}

class LiveTerminal implements Terminal {
  readonly colours: Colours;
  readonly #input: TerminalInput;
  readonly #output: TerminalOutput;
  readonly #wasRaw: boolean;
  readonly #enter: string;
  readonly #leave: string;
  #open = true;
  /** The terminal is the shell's at present: before the start, and while stopped. */
  #given = true;
  #inputs: ((bytes: Uint8Array) => void)[] = [];
  #resizes: ((width: number, height: number) => void)[] = [];
  #ends: ((ending: Ending) => void)[] = [];
  /** What was listened to, to be undone by close. */
  readonly #listening: { readonly on: NodeJS.EventEmitter; readonly event: string; readonly fn: Listener }[] = [];

  constructor(input: TerminalInput, output: TerminalOutput, env: Readonly<Record<string, string | undefined>>) {
    this.#input = input;
    this.#output = output;
    this.#wasRaw = input.isRaw ?? false;
    this.colours = detectColours(env);
    ({ enter: this.#enter, leave: this.#leave } = sequences(env['TERM'] ?? ''));
    this.#listen(input, 'data', bytes => this.#received(bytes as Uint8Array));
    for (const event of ['end', 'close', 'error']) this.#listen(input, event, () => this.#end('hangup'));
    for (const event of ['close', 'error']) this.#listen(output, event, () => this.#end('hangup'));
    this.#listen(output, 'resize', () => this.#resized());
    // Node tells of a new size only; one that changed and changed back has moved what stood on the screen all the same.
    this.#listen(process, 'SIGWINCH', () => this.#resized());
    for (const signal of SIGNALS) this.#listen(process, signal, () => this.#end(signal));
    this.#listen(process, 'SIGTSTP', () => this.#suspend());
    this.#listen(process, 'SIGCONT', () => this.#resume());
    this.#listen(process, 'exit', () => this.close());
    // Runs before the error is printed, and leaves what happens then as it is.
    this.#listen(process, 'uncaughtExceptionMonitor', () => this.close());
    this.#takeOver();
  }

  get width(): number {
    return this.#output.columns || DEFAULT_SIZE.width;
  }

  get height(): number {
    return this.#output.rows || DEFAULT_SIZE.height;
  }

  write(data: string): void {
    if (this.#open && data !== '' && !this.#send(data)) this.#end('hangup');
  }

  onInput(listener: (bytes: Uint8Array) => void): void {
    this.#inputs.push(listener);
  }

  onResize(listener: (width: number, height: number) => void): void {
    this.#resizes.push(listener);
  }

  onEnd(listener: (ending: Ending) => void): void {
    this.#ends.push(listener);
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#giveBack();
    for (const { on, event, fn } of this.#listening.splice(0)) on.off(event, fn);
    // What a dying terminal still reports must not become an uncaught error.
    this.#input.on('error', ignore);
    this.#output.on('error', ignore);
    this.#input.pause();
    this.#input.unref?.();
  }

  #listen(on: NodeJS.EventEmitter, event: string, fn: Listener): void {
    on.on(event, fn);
    this.#listening.push({ on, event, fn });
  }

  #takeOver(): void {
    this.#given = false;
    this.#setRaw(true);
    this.#input.ref?.();
    this.#input.resume();
    this.write(this.#enter);
  }

  #giveBack(): void {
    if (!this.#given) this.#send(this.#leave);
    this.#given = true;
    this.#setRaw(this.#wasRaw);
  }

  /** False when the terminal does not take it any more. */
  #send(data: string): boolean {
    try {
      this.#output.write(data);
      return true;
    } catch {
      return false;
    }
  }

  #setRaw(raw: boolean): void {
    try {
      this.#input.setRawMode?.(raw);
    } catch {
      // EIO: the terminal has gone, there is nothing left to set.
    }
  }

  #received(bytes: Uint8Array): void {
    for (const listener of this.#inputs) listener(bytes);
  }

  #resized(): void {
    for (const listener of this.#resizes) listener(this.width, this.height);
  }

  #end(ending: Ending): void {
    if (!this.#open) return;
    const listeners = this.#ends;
    this.close();
    if (listeners.length === 0 && ending !== 'hangup') process.kill(process.pid, ending);
    for (const listener of listeners) listener(ending);
  }

  #suspend(): void {
    this.#giveBack();
    process.kill(process.pid, 'SIGSTOP');
  }

  #resume(): void {
    // The shell has set the terminal its own way meanwhile, which Node does not know: off first, then on. Modes that
    // terminals keep in stacks must not be pushed twice.
    this.#giveBack();
    this.#setRaw(false);
    this.#takeOver();
    this.#resized();
  }
}

type Listener = (...args: unknown[]) => void;

function ignore(): void {}

/** The bytes that take the terminal over and give it back, by the name of its kind. */
function sequences(term: string): { enter: string; leave: string } {
  const own = /^(linux|vt\d|dumb)/.test(term);
  const has = capabilities(own ? term : 'xterm-256color');
  const clear = '\x1b[0m\x1b[H\x1b[2J';
  const enter = (has.enter_ca_mode || clear) + (has.keypad_xmit ?? '') + MODES_ON + (own ? '' : KEYS_ON);
  const end = (has.keypad_local ?? '') + (has.cursor_normal || '\x1b[?25h') + (has.exit_ca_mode || clear);
  // 2026: a frame may have been cut in its middle.
  return { enter, leave: `\x1b[?2026l\x1b[0m${own ? '' : KEYS_OFF}${MODES_OFF}${end}` };
}

/** What terminfo knows; where the system has none, what blessed brings along. */
function capabilities(term: string): Capabilities {
  const require = createRequire(import.meta.url);
  const Tput = require('blessed/lib/tput') as new () => TerminfoReader;
  const reader = new Tput();
  for (const name of [term, require.resolve('blessed/usr/xterm-256color')]) {
    try {
      const { strings } = reader.readTerminfo(name);
      return Object.fromEntries(Object.entries(strings).map(([key, value]) => [key, plain(value)]));
    } catch {
      // The next one.
    }
  }
  return {};
}

/** Without the padding that only terminals of paper need. */
function plain(capability: unknown): string {
  return typeof capability === 'string' ? capability.replace(/\$<[\d.*/]+>/g, '') : '';
}
