// The terminal as an oracle: what the bytes of a program made it do besides showing text.
import type { Terminal } from '@xterm/headless';

/** Something that text from elsewhere must never cause. */
export type Incident =
  | { readonly kind: 'reply'; readonly data: string }
  | { readonly kind: 'bell' }
  | { readonly kind: 'title'; readonly title: string }
  | { readonly kind: 'clipboard'; readonly data: string }
  /** Any other operating system command: colours, links, notifications. */
  | { readonly kind: 'osc'; readonly ident: number; readonly data: string }
  /** A mode set or reset, as '?1049' and so on. */
  | { readonly kind: 'mode'; readonly mode: string; readonly on: boolean }
  /** A reset, scroll region, window operation, character set, keyboard protocol. */
  | { readonly kind: 'control'; readonly what: string };

/** The terminal's state that a program has to give back as it found it. */
export interface Modes {
  readonly alternateBuffer: boolean;
  readonly mouse: 'none' | 'x10' | 'vt200' | 'drag' | 'any';
  readonly bracketedPaste: boolean;
  readonly focusReports: boolean;
  readonly cursorHidden: boolean;
  readonly applicationCursorKeys: boolean;
  readonly applicationKeypad: boolean;
  readonly insert: boolean;
  readonly origin: boolean;
  readonly wraparound: boolean;
  readonly synchronizedOutput: boolean;
  /** Kitty's keyboard flags pushed and not popped, and modifyOtherKeys. */
  readonly keyboard: string;
  /** The shape of the cursor, 0 for the terminal's own. */
  readonly cursorStyle: number;
  /** Whether the text that came next would have the terminal's own colours. */
  readonly plainText: boolean;
}

/** A terminal that no program has touched, or that got everything back. */
export const UNTOUCHED: Modes = {
  alternateBuffer: false,
  mouse: 'none',
  bracketedPaste: false,
  focusReports: false,
  cursorHidden: false,
  applicationCursorKeys: false,
  applicationKeypad: false,
  insert: false,
  origin: false,
  wraparound: true,
  synchronizedOutput: false,
  keyboard: '',
  cursorStyle: 0,
  plainText: true,
};

/** Modes that a painter switches with every frame: cursor, its blinking, synchronized output. */
const OF_EVERY_FRAME: ReadonlySet<string> = new Set(['?25', '?12', '?2026']);
const OSC_IDENTS = [
  4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 17, 19, 50, 99, 104, 105, 110, 111, 112, 113, 117, 119, 133, 633, 777, 1337,
];

export interface Oracle {
  /** Everything since the start or the last `reset`. */
  readonly incidents: readonly Incident[];
  /** Forgets what was: called when the program has set up its screen, so that what follows is not its own doing. */
  reset(): void;
}

/** Watches a terminal from its first byte on. */
export function watch(terminal: Terminal): Oracle & { modes(): Modes; note(incident: Incident): void } {
  let incidents: Incident[] = [];
  const note = (incident: Incident) => {
    incidents.push(incident);
  };
  const own = { cursorHidden: false, cursorStyle: 0, keyboard: [] as string[], modifyOtherKeys: '', plainText: true };
  const { parser } = terminal;

  terminal.onData(data => note({ kind: 'reply', data }));
  terminal.onBell(() => note({ kind: 'bell' }));
  terminal.onTitleChange(title => note({ kind: 'title', title }));
  parser.registerOscHandler(1, title => noted({ kind: 'title', title }));
  parser.registerOscHandler(52, data => noted({ kind: 'clipboard', data }));
  for (const ident of OSC_IDENTS) parser.registerOscHandler(ident, data => noted({ kind: 'osc', ident, data }));

  for (const prefix of ['', '?']) {
    for (const final of ['h', 'l']) {
      parser.registerCsiHandler(prefix === '' ? { final } : { prefix, final }, params => {
        for (const param of params) {
          const mode = `${prefix}${String(param)}`;
          if (mode === '?25') own.cursorHidden = final === 'l';
          if (!OF_EVERY_FRAME.has(mode)) note({ kind: 'mode', mode, on: final === 'h' });
        }
        return false;
      });
    }
  }
  const control = (what: string) => () => noted({ kind: 'control', what });
  parser.registerEscHandler({ final: 'c' }, control('full reset'));
  parser.registerCsiHandler({ intermediates: '!', final: 'p' }, control('soft reset'));
  parser.registerCsiHandler({ final: 'r' }, control('scroll region'));
  parser.registerCsiHandler({ final: 't' }, control('window operation'));
  parser.registerEscHandler({ final: '=' }, control('application keypad'));
  for (const set of ['(', ')', '*', '+']) {
    for (const final of ['0', 'A', 'B', 'U'])
      parser.registerEscHandler({ intermediates: set, final }, control(`character set ${set}${final}`));
  }
  parser.registerCsiHandler({ intermediates: ' ', final: 'q' }, params => {
    own.cursorStyle = Number(params[0] ?? 0);
    return false;
  });
  parser.registerCsiHandler({ prefix: '>', final: 'u' }, params => {
    own.keyboard.push(String(params[0] ?? 0));
    return noted({ kind: 'control', what: 'keyboard protocol' });
  });
  parser.registerCsiHandler({ prefix: '<', final: 'u' }, params => {
    own.keyboard.splice(Math.max(0, own.keyboard.length - Math.max(1, Number(params[0] ?? 1))));
    return noted({ kind: 'control', what: 'keyboard protocol' });
  });
  parser.registerCsiHandler({ prefix: '>', final: 'm' }, params => {
    if (params[0] === 4) own.modifyOtherKeys = Number(params[1] ?? 0) > 0 ? `modifyOtherKeys ${String(params[1])}` : '';
    return noted({ kind: 'control', what: 'keyboard protocol' });
  });
  parser.registerCsiHandler({ final: 'm' }, params => {
    const last = params.at(-1);
    own.plainText = params.length === 0 || last === 0;
    return false;
  });

  /** Handlers give false: the terminal does what it was told as well. */
  function noted(incident: Incident): false {
    note(incident);
    return false;
  }

  const modes = (): Modes => ({
    alternateBuffer: terminal.buffer.active.type === 'alternate',
    mouse: terminal.modes.mouseTrackingMode,
    bracketedPaste: terminal.modes.bracketedPasteMode,
    focusReports: terminal.modes.sendFocusMode,
    cursorHidden: own.cursorHidden,
    applicationCursorKeys: terminal.modes.applicationCursorKeysMode,
    applicationKeypad: terminal.modes.applicationKeypadMode,
    insert: terminal.modes.insertMode,
    origin: terminal.modes.originMode,
    wraparound: terminal.modes.wraparoundMode,
    synchronizedOutput: terminal.modes.synchronizedOutputMode,
    keyboard: [...own.keyboard, own.modifyOtherKeys].filter(part => part !== '').join(' '),
    cursorStyle: own.cursorStyle,
    plainText: own.plainText,
  });

  return {
    get incidents() {
      return incidents;
    },
    reset: () => {
      incidents = [];
    },
    modes,
    note,
  };
}
