// The loop: messages change a model, the model is drawn, effects are performed. One place holds the terminal, the
// clock and the order of things: a message is worked through with its effects before the next one is taken.
import { REPAINT_INTERVAL } from '../../limits.ts';
import { type Canvas, Frame } from './canvas.ts';
import { type InputEvent, InputTokeniser } from './input.ts';
import { Painter, profileOf, WIDTH_PROBE } from './painter.ts';
import type { Ending, Terminal } from './terminal.ts';
import type { Theme } from './theme.ts';

/** Milliseconds after which a lone Escape is the Escape key, and not the start of a sequence. */
const ESCAPE_DELAY = 40;

/** A screen as pure functions. Nothing is painted while `update` gives the same model object. */
export interface Program<Model, Msg, Effect> {
  readonly init: readonly [Model, readonly Effect[]];
  update(model: Model, msg: Msg): readonly [Model, readonly Effect[]];
  view(model: Model, canvas: Canvas): void;
}

/** Time, as a test may replace it. Milliseconds. */
export interface Clock {
  now(): number;
  setTimeout(callback: () => void, delay: number): unknown;
  clearTimeout(handle: unknown): void;
}

export const SYSTEM_CLOCK: Clock = {
  now: () => performance.now(),
  setTimeout: (callback, delay) => setTimeout(callback, delay),
  clearTimeout: handle => clearTimeout(handle as NodeJS.Timeout),
};

export interface Running<Msg> {
  /** Takes a message; from within update, view or perform it waits its turn. After the end it is ignored. */
  dispatch(msg: Msg): void;
  /** Resolves when the loop has ended and the terminal is restored; rejects with what was thrown inside it. */
  readonly done: Promise<void>;
  /** Ends the loop and restores the terminal. */
  stop(): void;
  /** Paints with other colours. */
  setTheme(theme: Theme): void;
  /** Paints everything again, for a screen that something else has written on. */
  redraw(): void;
  /** Why the terminal ended the loop, or null while it runs and after stop. */
  readonly ending: Ending | null;
}

export interface RunOptions<Model, Msg, Effect> {
  readonly terminal: Terminal;
  readonly theme: Theme;
  readonly program: Program<Model, Msg, Effect>;
  /** For mouse events `target` is what the view registered at that cell. */
  onInput(event: InputEvent, target: unknown): Msg | null;
  onResize?(width: number, height: number): Msg | null;
  perform(effect: Effect, loop: Running<Msg>): void;
  readonly clock?: Clock;
}

/** Runs a program on a terminal until it is stopped, fails, or the terminal ends. */
export function run<Model, Msg, Effect>(options: RunOptions<Model, Msg, Effect>): Loop<Model, Msg, Effect> {
  const loop = new Loop(options);
  loop.start();
  return loop;
}

class Loop<Model, Msg, Effect> implements Running<Msg> {
  readonly done: Promise<void>;
  readonly #options: RunOptions<Model, Msg, Effect>;
  readonly #terminal: Terminal;
  readonly #clock: Clock;
  readonly #painter: Painter;
  readonly #tokeniser = new InputTokeniser();
  readonly #queue: Msg[] = [];
  #model: Model;
  #painted: Model | null = null;
  #frame: Frame | null = null;
  #lastPaint = Number.NEGATIVE_INFINITY;
  #paintTimer: unknown = null;
  #escapeTimer: unknown = null;
  #busy = false;
  #over = false;
  #ending: Ending | null = null;
  #resolve!: () => void;
  #reject!: (error: unknown) => void;

  constructor(options: RunOptions<Model, Msg, Effect>) {
    this.#options = options;
    this.#terminal = options.terminal;
    this.#clock = options.clock ?? SYSTEM_CLOCK;
    this.#painter = new Painter(options.theme, options.terminal.colours);
    this.#model = options.program.init[0];
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get model(): Model {
    return this.#model;
  }

  /** What is on the screen. */
  get frame(): Frame | null {
    return this.#frame;
  }

  get ending(): Ending | null {
    return this.#ending;
  }

  start(): void {
    this.#terminal.onInput(bytes => this.#input(this.#tokeniser.push(bytes)));
    this.#terminal.onResize((width, height) => this.#resized(width, height));
    this.#terminal.onEnd(ending => {
      this.#ending = ending;
      this.stop();
    });
    // Painted over in the same turn: the answer comes later, and never holds up the first screen.
    this.#terminal.write(WIDTH_PROBE);
    this.#guard(() => this.#paint());
    this.#turn(() => this.#perform(this.#options.program.init[1]));
    this.#schedule();
  }

  dispatch(msg: Msg): void {
    if (this.#over) return;
    this.#queue.push(msg);
    if (this.#busy) return;
    this.#turn(() => {});
    this.#schedule();
  }

  stop(): void {
    if (!this.#finish()) return;
    this.#resolve();
  }

  setTheme(theme: Theme): void {
    this.#painter.setTheme(theme);
    this.#repaintSoon();
  }

  redraw(): void {
    this.#painter.reset();
    this.#repaintSoon();
  }

  #repaintSoon(): void {
    this.#painted = null;
    if (!this.#busy) this.#guard(() => this.#paint());
  }

  /** What a person does is seen at once: painted in the turn in which it came. */
  #input(events: readonly InputEvent[]): void {
    if (this.#over) return;
    this.#turn(() => {
      for (const event of events) {
        if (event.type === 'report' && event.name === 'cursor') this.#probed(event.values);
        const target = event.type === 'mouse' ? this.#frame?.targetAt(event.x, event.y) : undefined;
        const msg = this.#options.onInput(event, target);
        if (msg === null) continue;
        this.#queue.push(msg);
        this.#drain();
        if (this.#over) return;
      }
    });
    if (events.length > 0) this.#guard(() => this.#paint());
    this.#awaitRest();
  }

  /** Bytes that may be the start of a sequence, or the Escape key, are decided after a pause. */
  #awaitRest(): void {
    this.#clock.clearTimeout(this.#escapeTimer);
    this.#escapeTimer = null;
    if (this.#over || !this.#tokeniser.pending) return;
    this.#escapeTimer = this.#clock.setTimeout(() => this.#input(this.#tokeniser.flush()), ESCAPE_DELAY);
  }

  #probed(values: readonly number[]): void {
    const profile = profileOf(values);
    if (profile === null || profile === this.#painter.profile) return;
    this.#painter.setProfile(profile);
    this.#painted = null;
  }

  #resized(width: number, height: number): void {
    if (this.#over) return;
    this.#painter.reset();
    this.#painted = null;
    this.#turn(() => {
      const msg = this.#options.onResize?.(width, height) ?? null;
      if (msg !== null) this.#queue.push(msg);
    });
    this.#guard(() => this.#paint());
  }

  /** Works in the loop: messages that come up meanwhile are taken afterwards, one after the other. */
  #turn(work: () => void): void {
    this.#guard(() => {
      this.#busy = true;
      try {
        work();
        this.#drain();
      } finally {
        this.#busy = false;
      }
    });
  }

  #drain(): void {
    for (let msg = this.#queue.shift(); msg !== undefined && !this.#over; msg = this.#queue.shift()) {
      const [model, effects] = this.#options.program.update(this.#model, msg);
      this.#model = model;
      this.#perform(effects);
    }
  }

  #perform(effects: readonly Effect[]): void {
    for (const effect of effects) {
      if (this.#over) return;
      this.#options.perform(effect, this);
    }
  }

  /** Arrivals are painted together, at most once an interval. */
  #schedule(): void {
    if (this.#over || this.#paintTimer !== null || this.#model === this.#painted) return;
    const wait = Math.max(0, this.#lastPaint + REPAINT_INTERVAL - this.#clock.now());
    this.#paintTimer = this.#clock.setTimeout(() => {
      this.#paintTimer = null;
      this.#guard(() => this.#paint());
    }, wait);
  }

  #paint(): void {
    if (this.#over || this.#model === this.#painted) return;
    this.#clock.clearTimeout(this.#paintTimer);
    this.#paintTimer = null;
    const { width, height, colours } = this.#terminal;
    const frame = new Frame(width, height, colours);
    frame.root.fill('base');
    this.#busy = true;
    try {
      this.#options.program.view(this.#model, frame.root);
    } finally {
      this.#busy = false;
    }
    this.#frame = frame;
    this.#painted = this.#model;
    this.#lastPaint = this.#clock.now();
    this.#terminal.write(this.#painter.paint(frame));
  }

  /** What is thrown inside ends the loop: the terminal is restored before anybody hears of it. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (this.#finish()) this.#reject(error);
    }
  }

  #finish(): boolean {
    if (this.#over) return false;
    this.#over = true;
    this.#queue.length = 0;
    this.#clock.clearTimeout(this.#paintTimer);
    this.#clock.clearTimeout(this.#escapeTimer);
    this.#terminal.close();
    return true;
  }
}

export type { Loop };
