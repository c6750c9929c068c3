// What a terminal of the xterm kind sends for a key, by the names that the program gives keys.

const FINAL: Readonly<Record<string, string>> = {
  Up: 'A',
  Down: 'B',
  Right: 'C',
  Left: 'D',
  End: 'F',
  Home: 'H',
  F1: 'P',
  F2: 'Q',
  F3: 'R',
  F4: 'S',
};
const TILDE: Readonly<Record<string, number>> = {
  ...{ Insert: 2, Delete: 3, PageUp: 5, PageDown: 6 },
  ...{ F5: 15, F6: 17, F7: 18, F8: 19, F9: 20, F10: 21, F11: 23, F12: 24 },
};
const CONTROL: Readonly<Record<string, string>> = {
  Enter: '\r',
  Tab: '\t',
  Esc: '\x1b',
  Backspace: '\x7f',
  Space: ' ',
};

/** The bytes of a key; throws for one that a terminal cannot send in this way. */
export function bytesOfKey(name: string): string {
  const found = /^(Ctrl-)?(Alt-)?(Shift-)?(.+)$/u.exec(name);
  const [, ctrl, alt, shift, base = ''] = found ?? [];
  const modifiers = 1 + (shift ? 1 : 0) + (alt ? 2 : 0) + (ctrl ? 4 : 0);
  const final = FINAL[base];
  if (final !== undefined) {
    if (modifiers > 1) return `\x1b[1;${modifiers}${final}`;
    return 'PQRS'.includes(final) ? `\x1bO${final}` : `\x1b[${final}`;
  }
  const tilde = TILDE[base];
  if (tilde !== undefined) return modifiers > 1 ? `\x1b[${tilde};${modifiers}~` : `\x1b[${tilde}~`;
  if (base === 'Tab' && shift && !ctrl && !alt) return '\x1b[Z';
  const prefix = alt ? '\x1b' : '';
  const control = CONTROL[base];
  if (control !== undefined) {
    if (base === 'Space' && ctrl) return `${prefix}\0`;
    // Enter, Esc, Tab and Backspace with Ctrl or Shift exist in the newer protocols only.
    if (ctrl || shift) return `\x1b[${control.charCodeAt(0)};${modifiers}u`;
    return prefix + control;
  }
  if (ctrl && /^[A-Z[\\\]^_@]$/.test(base) && !shift) return prefix + String.fromCharCode(base.charCodeAt(0) & 0x1f);
  if (!ctrl && alt && [...base].length === 1) return prefix + (shift ? base : base.toLowerCase());
  throw new Error(`no bytes for the key ${name}`);
}
