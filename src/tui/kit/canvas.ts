// What a view draws on: a frame of cells, and canvases, clipped windows into it. A cell holds a grapheme and its
// tokens, never a colour or an escape; whatever text comes in is cleaned here once more (see clusters.ts).
import { type Cluster, clusters } from './clusters.ts';
import { push, type StyleId, type Token } from './tokens.ts';
import { isPrintable, truncate, widthOf } from './width.ts';

export type Colours = 'truecolor' | '256' | '16' | 'none';

/** Cells, the first column and row being 0. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Text with its tokens, the last one on top. */
export interface Span {
  readonly text: string;
  readonly token?: Token;
  readonly tokens?: readonly Token[];
}

export interface TextOptions {
  /** Columns; longer text is cut with an ellipsis. Without it text is clipped at the region's edge. */
  readonly width?: number;
  readonly align?: 'left' | 'right' | 'center';
}

export interface RuleOptions {
  readonly x?: number;
  readonly width?: number;
  readonly label?: string;
  readonly labelToken?: Token;
}

interface Target {
  readonly rect: Rect;
  readonly target: unknown;
}

/** One screenful. A wide grapheme lies in its first cell, the second one holds the empty string. */
export class Frame {
  readonly width: number;
  readonly height: number;
  readonly colours: Colours;
  readonly root: Canvas;
  /** Row by row: the grapheme of each cell. */
  readonly glyphs: string[];
  /** Row by row: the tokens of each cell, surfaces and text. */
  readonly styles: Uint16Array;
  /** Row by row: the tokens that were filled, on which text is laid. */
  readonly surfaces: Uint16Array;
  readonly targets: Target[] = [];
  cursor: { readonly x: number; readonly y: number } | null = null;

  constructor(width: number, height: number, colours: Colours = 'truecolor') {
    this.width = Math.max(1, Math.floor(width));
    this.height = Math.max(1, Math.floor(height));
    this.colours = colours;
    const cells = this.width * this.height;
    this.glyphs = new Array<string>(cells).fill(' ');
    this.styles = new Uint16Array(cells);
    this.surfaces = new Uint16Array(cells);
    const all = { x: 0, y: 0, width: this.width, height: this.height };
    this.root = new Canvas(this, all, all);
  }

  /** What the topmost target at a cell was registered with; undefined where nothing is. */
  targetAt(x: number, y: number): unknown {
    for (let i = this.targets.length - 1; i >= 0; i--) {
      const { rect, target } = this.targets[i]!;
      if (x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height) return target;
    }
    return undefined;
  }

  /** The text of one row, for tests and for copying. */
  rowText(y: number): string {
    return this.glyphs.slice(y * this.width, (y + 1) * this.width).join('');
  }

  /** Puts a grapheme into one cell, or two; half a wide one that is overwritten becomes a space. */
  put(at: number, glyph: string, wide: boolean, style: StyleId): void {
    this.#release(at);
    if (wide) this.#release(at + 1);
    this.glyphs[at] = glyph;
    this.styles[at] = style;
    if (!wide) return;
    this.glyphs[at + 1] = '';
    this.styles[at + 1] = style;
  }

  /** Empties cells of one row and lays a surface over theirs. */
  clear(from: number, count: number, token: Token): void {
    this.#release(from);
    this.#release(from + count - 1);
    let below = -1;
    let style: StyleId = 0;
    for (let at = from; at < from + count; at++) {
      const surface = this.surfaces[at]!;
      if (surface !== below) style = push(surface, token);
      below = surface;
      this.glyphs[at] = ' ';
      this.surfaces[at] = style;
      this.styles[at] = style;
    }
  }

  #release(at: number): void {
    if (this.glyphs[at] === '') this.glyphs[at - 1] = ' ';
    if ((at + 1) % this.width !== 0 && this.glyphs[at + 1] === '') this.glyphs[at + 1] = ' ';
  }
}

/** A clipped window into a frame with its own origin: nothing outside it is ever changed. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly #frame: Frame;
  readonly #left: number;
  readonly #top: number;
  /** In the frame's cells: where painting is allowed. */
  readonly #clip: Rect;

  constructor(frame: Frame, area: Rect, clip: Rect) {
    this.#frame = frame;
    this.#left = area.x;
    this.#top = area.y;
    this.#clip = intersect(area, clip);
    this.width = Math.max(0, Math.min(area.x + area.width, clip.x + clip.width) - area.x);
    this.height = Math.max(0, Math.min(area.y + area.height, clip.y + clip.height) - area.y);
  }

  get colours(): Colours {
    return this.#frame.colours;
  }

  /** A window into this one; what reaches beyond this one is cut off. */
  region(rect: Rect): Canvas {
    return new Canvas(this.#frame, this.#absolute(rect), this.#clip);
  }

  /** Lays a surface over the whole region or a part of it, and empties the cells. */
  fill(token: Token, rect: Rect = { x: 0, y: 0, width: this.width, height: this.height }): void {
    const { x, y, width, height } = intersect(this.#absolute(rect), this.#clip);
    for (let row = y; row < y + height && width > 0; row++) {
      this.#frame.clear(row * this.#frame.width + x, width, token);
    }
  }

  /** Paints one row of text; gives the columns used. Positions may lie outside: what does is not painted. */
  text(x: number, y: number, text: string, token?: Token, options: TextOptions = {}): number {
    return this.spans(x, y, [token === undefined ? { text } : { text, token }], options);
  }

  /** Paints several pieces one after the other; gives the columns used. */
  spans(x: number, y: number, spans: readonly Span[], options: TextOptions = {}): number {
    const box = options.width ?? this.width - x;
    const fitted = options.width === undefined ? spans : cutSpans(spans, options.width);
    let used = 0;
    for (const span of fitted) used += widthOf(span.text);
    const spare = Math.max(0, box - used);
    let column = x;
    if (options.align === 'right') column += spare;
    else if (options.align === 'center') column += spare >> 1;
    for (const span of fitted) {
      const tokens = span.tokens ?? (span.token === undefined ? [] : [span.token]);
      column += this.#write(column, y, span.text, tokens);
    }
    return used;
  }

  /** A thin line across the region, with a label in its middle if one is given. */
  rule(y: number, token: Token, options: RuleOptions = {}): void {
    const x = options.x ?? 0;
    const width = options.width ?? this.width - x;
    this.glyphs(x, y, '─', width, token);
    if (options.label === undefined || options.label === '' || width < 5) return;
    const label = ` ${truncate(options.label, width - 4)} `;
    this.text(x, y, label, options.labelToken ?? token, { width, align: 'center' });
  }

  /** The same grapheme `count` times. */
  glyphs(x: number, y: number, glyph: string, count: number, token: Token): void {
    const cluster = clusters(glyph)[0];
    if (cluster === undefined) return;
    const tokens = [token];
    for (let i = 0; i < count; i++) this.#put(x + i * cluster.width, y, cluster, tokens);
  }

  /** Places the real cursor, where an input method opens; outside the region it is not shown. */
  cursor(x: number, y: number): void {
    const at = { x: x + this.#left, y: y + this.#top };
    if (contains(this.#clip, at.x, at.y)) this.#frame.cursor = at;
  }

  /** Makes cells answer the mouse; later targets lie above earlier ones. */
  target(rect: Rect, target: unknown): void {
    const visible = intersect(this.#absolute(rect), this.#clip);
    if (visible.width > 0 && visible.height > 0) this.#frame.targets.push({ rect: visible, target });
  }

  #absolute(rect: Rect): Rect {
    return { x: rect.x + this.#left, y: rect.y + this.#top, width: rect.width, height: rect.height };
  }

  /** Paints a piece from a column on, all of it or what is inside; gives the columns it takes. */
  #write(x: number, y: number, text: string, tokens: readonly Token[]): number {
    if (!isPrintable(text)) {
      let column = x;
      for (const cluster of clusters(text)) {
        this.#put(column, y, cluster, tokens);
        column += cluster.width;
      }
      return column - x;
    }
    const clip = this.#clip;
    const row = y + this.#top;
    if (row < clip.y || row >= clip.y + clip.height) return text.length;
    const left = x + this.#left;
    const end = Math.min(text.length, clip.x + clip.width - left);
    for (let i = Math.max(0, clip.x - left); i < end; i++) {
      const at = row * this.#frame.width + left + i;
      this.#frame.put(at, text[i]!, false, this.#style(at, tokens));
    }
    return text.length;
  }

  #put(x: number, y: number, cluster: Cluster, tokens: readonly Token[]): void {
    const column = x + this.#left;
    const row = y + this.#top;
    const clip = this.#clip;
    if (row < clip.y || row >= clip.y + clip.height) return;
    const first = column >= clip.x && column < clip.x + clip.width;
    const second = cluster.width === 2 && column + 1 >= clip.x && column + 1 < clip.x + clip.width;
    const at = row * this.#frame.width + column;
    if (cluster.width === 2 && first !== second) {
      const half = first ? at : at + 1;
      this.#frame.put(half, ' ', false, this.#style(half, tokens));
    } else if (first) {
      this.#frame.put(at, cluster.text, cluster.width === 2, this.#style(at, tokens));
    }
  }

  #style(at: number, tokens: readonly Token[]): StyleId {
    let style = this.#frame.surfaces[at]!;
    for (const token of tokens) style = push(style, token);
    return style;
  }
}

function intersect(a: Rect, b: Rect): Rect {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.max(0, Math.min(a.x + a.width, b.x + b.width) - x);
  const height = Math.max(0, Math.min(a.y + a.height, b.y + b.height) - y);
  return { x, y, width, height };
}

function contains(rect: Rect, x: number, y: number): boolean {
  return x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height;
}

/** The spans cut to `width` columns, the ellipsis in the style of the span that was cut. */
function cutSpans(spans: readonly Span[], width: number): readonly Span[] {
  let total = 0;
  for (const span of spans) total += widthOf(span.text);
  if (total <= width) return spans;
  const fitted: Span[] = [];
  let left = width;
  for (const [index, span] of spans.entries()) {
    const wants = widthOf(span.text);
    const rest = spans.slice(index + 1).some(later => later.text !== '');
    if (wants < left || (wants === left && !rest)) {
      fitted.push(span);
      left -= wants;
      continue;
    }
    const text = wants > left ? truncate(span.text, left) : truncate(`${span.text} `, left);
    fitted.push({ ...span, text });
    break;
  }
  return fitted;
}
