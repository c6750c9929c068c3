// What a person does at the keyboard and the mouse, and what the terminal answers, as events.

export type InputEvent =
  | { readonly type: 'key'; readonly key: string }
  /** One or more printable characters; a cluster that came in two reads is in two events. */
  | { readonly type: 'text'; readonly text: string }
  /** Line ends are \n; control characters other than it and \t are U+FFFD. `cut` when it was longer than PASTE_BYTES. */
  | { readonly type: 'paste'; readonly text: string; readonly cut?: true }
  | MouseInput
  | { readonly type: 'focus'; readonly focused: boolean }
  | { readonly type: 'report'; readonly name: ReportName; readonly values: readonly number[] };

/** Cells are counted from 0. */
export interface MouseInput {
  readonly type: 'mouse';
  readonly action: 'press' | 'release' | 'drag' | 'wheel-up' | 'wheel-down';
  readonly button: 'left' | 'middle' | 'right' | 'none';
  readonly x: number;
  readonly y: number;
  readonly ctrl: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
}

/**
 * What the terminal answered: cursor [row, column] (from 1), device [class, …], mode [number, state], keyboard [kitty flags],
 * window [what, …], status [...], colour [10 text | 11 background, red, green, blue] (0–255).
 */
export type ReportName = 'cursor' | 'device' | 'mode' | 'keyboard' | 'window' | 'status' | 'colour';
