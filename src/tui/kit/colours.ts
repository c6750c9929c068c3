// Colours as a terminal takes them: which depth it has, the nearest colour at that depth, and SGR parameters.
import type { Colours } from './canvas.ts';

export type Hex = `#${string}`;

/** Terminals that show 16 million colours without saying so in COLORTERM. */
const TRUECOLOUR_TERMS = /direct|kitty|alacritty|foot|wezterm|ghostty|contour|iterm/i;

/** The colours that the environment promises; an empty NO_COLOR counts as unset (no-color.org). */
export function detectColours(env: Readonly<Record<string, string | undefined>>): Colours {
  const term = env['TERM'] ?? '';
  if (env['NO_COLOR'] || term === 'dumb' || /^vt\d/.test(term)) return 'none';
  const screen = env['STY'] !== undefined;
  const multiplexed = screen || env['TMUX'] !== undefined || /^(tmux|screen)/.test(term);
  if (!screen && /^(truecolor|24bit)$/i.test(env['COLORTERM'] ?? '')) return 'truecolor';
  if (multiplexed) return '256';
  if (TRUECOLOUR_TERMS.test(term) || /^(iTerm\.app|WezTerm|ghostty|vscode)$/.test(env['TERM_PROGRAM'] ?? '')) {
    return 'truecolor';
  }
  if (Number(env['VTE_VERSION'] ?? 0) >= 3600 || env['WT_SESSION'] !== undefined) return 'truecolor';
  return /256color|^xterm/.test(term) ? '256' : '16';
}

/** SGR parameters that set a colour as foreground or background. */
export function colourCode(hex: Hex, ground: 'fg' | 'bg', colours: Colours): string {
  const [r, g, b] = channels(hex);
  const lead = ground === 'fg' ? '38' : '48';
  switch (colours) {
    case 'truecolor':
      return `${lead};2;${r};${g};${b}`;
    case '256':
      return `${lead};5;${nearest256(r, g, b)}`;
    case '16': {
      const index = nearest16(r, g, b);
      return String((index < 8 ? 30 + index : 82 + index) + (ground === 'bg' ? 10 : 0));
    }
    case 'none':
      return '';
    default:
      return colours satisfies never;
  }
}

export function channels(hex: Hex): [number, number, number] {
  const value = Number.parseInt(hex.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

const CUBE = [0, 95, 135, 175, 215, 255];

/** The nearest of the colour cube and the grey ramp of xterm's 256 colours. */
function nearest256(r: number, g: number, b: number): number {
  const level = (value: number) => (value < 48 ? 0 : value < 115 ? 1 : Math.floor((value - 35) / 40));
  const [lr, lg, lb] = [level(r), level(g), level(b)];
  const grey = Math.min(23, Math.max(0, Math.round(((r + g + b) / 3 - 8) / 10)));
  const shade = 8 + grey * 10;
  const inCube = distance([r, g, b], [CUBE[lr]!, CUBE[lg]!, CUBE[lb]!]);
  return distance([r, g, b], [shade, shade, shade]) < inCube ? 232 + grey : 16 + 36 * lr + 6 * lg + lb;
}

function distance(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
}

/** Of 16 colours the one of like hue: palettes differ too much between terminals to go by distance. */
function nearest16(r: number, g: number, b: number): number {
  const high = Math.max(r, g, b);
  const low = Math.min(r, g, b);
  const light = (high + low) / 510;
  const grey = high - low < 40 || light < 0.22;
  if (grey) return light < 0.15 ? 0 : light < 0.5 ? 8 : light < 0.92 ? 7 : 15;
  const span = high - low;
  let hue = high === r ? ((g - b) / span) * 60 : high === g ? 120 + ((b - r) / span) * 60 : 240 + ((r - g) / span) * 60;
  if (hue < 0) hue += 360;
  const sector = Math.round(hue / 60) % 6;
  const base = [1, 3, 2, 6, 4, 5][sector]!;
  return light >= 0.5 ? base + 8 : base;
}
