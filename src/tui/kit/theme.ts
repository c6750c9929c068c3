// Themes: what each token looks like. Loading checks every name and colour; resolving turns stacks of tokens into looks.
import { readFileSync } from 'node:fs';
import { TchatError } from '../../errors.ts';
import type { Colours } from './canvas.ts';
import { colourCode, type Hex } from './colours.ts';
import { type StyleId, TOKENS, type Token, tokensOf } from './tokens.ts';

export interface Attributes {
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
  readonly inverse?: boolean;
}

/** Without bg what lies below shines through, without fg its text colour stays. `mono`: used where colours are missing. */
export interface TokenStyle extends Attributes {
  readonly fg?: Hex;
  readonly bg?: Hex;
  readonly mono?: Attributes;
}

export interface Theme {
  readonly name: string;
  readonly tokens: Readonly<Record<Token, TokenStyle>>;
}

/** A cell's look as SGR parameters; '' is the terminal's own colour. `attributes` lists codes, e.g. [1, 4]. */
export interface Look {
  readonly fg: string;
  readonly bg: string;
  readonly attributes: readonly number[];
}

const ATTRIBUTES = ['bold', 'dim', 'italic', 'underline', 'inverse'] as const;
const ATTRIBUTE_CODES = { bold: 1, dim: 2, italic: 3, underline: 4, inverse: 7 } as const;
const HEX = /^#[0-9a-f]{6}$/i;
/** Beside src/ and dist/ alike. */
const FOLDER = new URL('../../../themes/', import.meta.url);

/**
 * A theme by its name (themes/NAME.json) or from an object of the same shape.
 * Throws TchatError `theme-unknown` {name} or `theme-invalid` {name, reason}.
 */
export function loadTheme(source: string | object): Theme {
  if (typeof source !== 'string') return checkTheme(source);
  if (!/^[a-z0-9-]+$/.test(source)) throw new TchatError('theme-unknown', { name: source });
  let text: string;
  try {
    text = readFileSync(new URL(`${source}.json`, FOLDER), 'utf8');
  } catch (error) {
    throw new TchatError('theme-unknown', { name: source }, error);
  }
  try {
    return checkTheme(JSON.parse(text));
  } catch (error) {
    if (error instanceof TchatError) throw error;
    throw new TchatError('theme-invalid', { name: source, reason: 'not JSON' }, error);
  }
}

function checkTheme(value: unknown): Theme {
  const { name, tokens } = (value ?? {}) as { name?: unknown; tokens?: unknown };
  const label = typeof name === 'string' ? name : '';
  const refuse = (reason: string): never => {
    throw new TchatError('theme-invalid', { name: label, reason });
  };
  if (label === '') refuse('no name');
  if (typeof tokens !== 'object' || tokens === null) refuse('no tokens');
  const found = tokens as Record<string, unknown>;
  for (const token of TOKENS) if (!Object.hasOwn(found, token)) refuse(`no ${token}`);
  for (const [token, style] of Object.entries(found)) {
    if (!(TOKENS as readonly string[]).includes(token)) refuse(`unknown token ${token}`);
    const fault = styleFault(style);
    if (fault !== null) refuse(`${token}: ${fault}`);
  }
  return { name: label, tokens: found as Record<Token, TokenStyle> };
}

function styleFault(style: unknown): string | null {
  if (typeof style !== 'object' || style === null) return 'not an object';
  for (const [key, value] of Object.entries(style)) {
    if (key === 'fg' || key === 'bg') {
      if (typeof value !== 'string' || !HEX.test(value)) return `${key} is not #rrggbb`;
    } else if (key === 'mono') {
      if (typeof value !== 'object' || value === null) return 'mono is not an object';
      for (const [name, on] of Object.entries(value)) if (!isAttribute(name, on)) return `mono: ${name}`;
    } else if (!isAttribute(key, value)) return key;
  }
  return null;
}

function isAttribute(name: string, value: unknown): boolean {
  return (ATTRIBUTES as readonly string[]).includes(name) && typeof value === 'boolean';
}

/** The looks of a theme at a colour depth; the answers are kept, one for each stack of tokens that was met. */
export function resolve(theme: Theme, colours: Colours): (style: StyleId) => Look {
  const looks: Look[] = [];
  return style => {
    const known = looks[style];
    if (known !== undefined) return known;
    const look = lookOf(theme, colours, tokensOf(style));
    looks[style] = look;
    return look;
  };
}

function lookOf(theme: Theme, colours: Colours, tokens: readonly Token[]): Look {
  let fg = '';
  let bg = '';
  const on = new Set<number>();
  for (const token of tokens) {
    const style = theme.tokens[token];
    if (style.fg !== undefined) fg = colourCode(style.fg, 'fg', colours);
    if (style.bg !== undefined) bg = colourCode(style.bg, 'bg', colours);
    const attributes = colours === 'none' ? style.mono : style;
    for (const name of ATTRIBUTES) if (attributes?.[name] === true) on.add(ATTRIBUTE_CODES[name]);
  }
  // Sixteen colours may make text and ground the same; then it takes the farther end of the greys.
  if (colours === '16' && fg !== '' && Number(fg) + 10 === Number(bg)) fg = fg === '90' || fg === '30' ? '37' : '30';
  return { fg, bg, attributes: [...on].sort((a, b) => a - b) };
}

/** The bytes that turn one look into another; null stands for the unknown. */
export function sgr(from: Look | null, to: Look): string {
  if (from === to) return '';
  const codes: string[] = [];
  const dropped = from === null || from.attributes.some(code => !to.attributes.includes(code));
  if (dropped) codes.push('0');
  const fg = dropped ? '' : from.fg;
  const bg = dropped ? '' : from.bg;
  for (const code of to.attributes) if (dropped || !from.attributes.includes(code)) codes.push(String(code));
  if (to.fg !== fg) codes.push(to.fg === '' ? '39' : to.fg);
  if (to.bg !== bg) codes.push(to.bg === '' ? '49' : to.bg);
  return codes.length === 0 ? '' : `\x1b[${codes.join(';')}m`;
}
