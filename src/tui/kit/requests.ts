// What a screen may ask of the terminal while it runs: bytes for Terminal.write, made here and nowhere else.

/** Puts text into the clipboard (OSC 52); a terminal that does not know it ignores it. */
export function copySequence(text: string): string {
  return `\x1b]52;c;${Buffer.from(text).toString('base64')}\x07`;
}

/** Reports buttons, drags and the wheel (1002, in decimal 1006), or leaves the mouse to the terminal for selecting text. */
export function mouseSequence(on: boolean): string {
  return on ? '\x1b[?1002h\x1b[?1006h' : '\x1b[?1006l\x1b[?1002l';
}
