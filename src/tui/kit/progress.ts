// A bar of one row that fills from the left, to an eighth of a column.
import type { Span } from './canvas.ts';
import type { Token } from './tokens.ts';

const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;

/** `fraction`: 0 to 1; `token`: of what is done, `left` of the rest, which has to be seen on the surface that it is on. */
export function progressSpans(
  fraction: number,
  width: number,
  token: Token,
  left: Token = 'bar-empty',
): readonly Span[] {
  if (width <= 0) return [];
  const eighths = Math.floor(Math.min(1, Math.max(0, fraction)) * width * 8);
  const whole = eighths >> 3;
  const part = whole < width ? EIGHTHS[eighths & 7]! : '';
  const rest = width - whole - (part === '' ? 0 : 1);
  return [
    { text: '█'.repeat(whole) + part, token },
    { text: '░'.repeat(rest), token: left },
  ];
}
