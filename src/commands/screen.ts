// What the full-screen commands share: a terminal, a theme, a loop, and how it ends.
import { EXIT, type ExitCode, TchatError } from '../errors.ts';
import { prepareClusters } from '../tui/kit/clusters.ts';
import type { InputEvent } from '../tui/kit/input.ts';
import { type Program, type Running, run } from '../tui/kit/program.ts';
import { copySequence, mouseSequence } from '../tui/kit/requests.ts';
import type { Ending, Terminal } from '../tui/kit/terminal.ts';
import { loadTheme, type Theme } from '../tui/kit/theme.ts';

/** The themes beside the program, in the order in which a key goes through them. */
export const THEMES = ['dark', 'light'] as const;

/** A theme by name; one that is unknown or broken is the first one, so that a setting cannot lock anybody out. */
export function themeOr(name: string): Theme {
  try {
    return loadTheme(name);
  } catch {
    return loadTheme(THEMES[0]);
  }
}

/** Signals end a screen with the usual code; a terminal that is gone is no failure of ours. */
export function exitOf(ending: Ending | null): ExitCode {
  switch (ending) {
    case null:
    case 'hangup':
    case 'SIGHUP':
    case 'SIGTERM':
      return EXIT.done;
    case 'SIGINT':
      return EXIT.interrupted;
    default:
      return ending satisfies never;
  }
}

/** Both screens take input and sizes in the same form. */
export interface ScreenMessages<Msg> {
  /** Null: nothing that the screen takes. */
  input(event: InputEvent, target: unknown): Msg | null;
  resized(width: number, height: number): Msg;
}

export interface Screen<Msg> extends Running<Msg> {
  /** To the clipboard of the terminal. */
  copy(text: string): void;
  mouse(on: boolean): void;
}

/** Runs a screen's program on the terminal. */
export function openScreen<Model, Msg, Effect>(
  terminal: Terminal,
  theme: Theme,
  program: Program<Model, Msg, Effect>,
  messages: ScreenMessages<Msg>,
  perform: (effect: Effect) => void,
): Screen<Msg> {
  const loop = run<Model, Msg, Effect>({
    terminal,
    theme,
    program,
    onInput: (event, target) => messages.input(event, target),
    onResize: (width, height) => messages.resized(width, height),
    perform,
  });
  // The first screen is painted: what its texts may need next is made ready while nobody waits.
  setImmediate(prepareClusters);
  return Object.assign(loop, {
    copy: (text: string) => terminal.write(copySequence(text)),
    mouse: (on: boolean) => terminal.write(mouseSequence(on)),
  });
}

/** What a full-screen command needs, before anything is opened. Throws `no-terminal`. */
export function requireTerminal(): void {
  if (!process.stdin.isTTY || !process.stdout.isTTY) throw new TchatError('no-terminal');
}
