// Turns frames into bytes: what differs from the last frame, in one string, with the fewest changes of colour.
//
// Terminals disagree on how wide some clusters are. Such a cluster gets its cells blanked first, is written after an
// absolute move, and is followed by another: one drawn too narrow leaves blanks, one drawn too wide is cut, because
// everything that it could have run over is painted again after it. Automatic wrapping is off (terminal.ts).
import type { Colours, Frame } from './canvas.ts';
import { certain, reach } from './clusters.ts';
import { type Look, resolve, sgr, type Theme } from './theme.ts';

/** How a terminal counts columns: by graphemes, by code points, or nobody has asked it yet. */
export type WidthProfile = 'unknown' | 'graphemes' | 'wcwidth';

const SYNC_BEGIN = '\x1b[?2026h';
const SYNC_END = '\x1b[?2026l';
const HIDE_CURSOR = '\x1b[?25l';
const SHOW_CURSOR = '\x1b[?25h';
const CLEAR = '\x1b[0m\x1b[2J';

/** Skin tones and joiners with what follows: terminals that count code points draw the parts side by side. */
const JOINED = /(?<=^\p{Extended_Pictographic}\ufe0f?)[\u200d\u{1f3fb}-\u{1f3ff}].*$/su;

/** Row (from 0) where the width probe is drawn: in row 0 the answer would read like a function key. */
export const PROBE_ROW = 2;
/** Draws a family emoji at the row's start and asks where the cursor went; the frame painted next covers it. */
export const WIDTH_PROBE = `\x1b[${PROBE_ROW + 1};1H\u{1f469}\u200d\u{1f469}\u200d\u{1f467}\x1b[6n`;

/** What the answer to WIDTH_PROBE says (row and column as reported, from 1), or null if it answers something else. */
export function profileOf(values: readonly number[]): WidthProfile | null {
  const [row, column] = values;
  if (row !== PROBE_ROW + 1 || column === undefined) return null;
  return column === 3 ? 'graphemes' : 'wcwidth';
}

export class Painter {
  readonly #colours: Colours;
  #lookOf: (style: number) => Look;
  #profile: WidthProfile = 'unknown';
  #last: Frame | null = null;
  #out: string[] = [];
  #look: Look | null = null;
  readonly #changes = new Map<Look | null, Map<Look, string>>();
  /** Where the terminal's cursor is for certain, as a cell's index; -1 when it is not known. */
  #at = -1;

  constructor(theme: Theme, colours: Colours) {
    this.#colours = colours;
    this.#lookOf = resolve(theme, colours);
  }

  get profile(): WidthProfile {
    return this.#profile;
  }

  /** The next paint uses other colours, and paints everything. */
  setTheme(theme: Theme): void {
    this.#lookOf = resolve(theme, this.#colours);
    this.#changes.clear();
    this.reset();
  }

  /** The next paint draws clusters as this terminal can, and paints everything. */
  setProfile(profile: WidthProfile): void {
    if (profile === this.#profile) return;
    this.#profile = profile;
    this.reset();
  }

  /** Forgets what is on the screen: the next paint paints everything. */
  reset(): void {
    this.#last = null;
  }

  /** The bytes that bring the terminal from the last frame to this one; '' when they look alike. Keeps the frame. */
  paint(frame: Frame): string {
    const last = this.#last;
    const comparable = last !== null && last.width === frame.width && last.height === frame.height;
    this.#last = frame;
    this.#out = [];
    this.#look = null;
    this.#at = -1;
    for (let y = 0; y < frame.height; y++) this.#row(frame, comparable ? last : null, y);
    const cells = this.#out.join('');
    const { cursor } = frame;
    const stays = comparable && cells === '' && last.cursor?.x === cursor?.x && last.cursor?.y === cursor?.y;
    if (stays) return '';
    const place = cursor === null ? '' : `\x1b[${cursor.y + 1};${cursor.x + 1}H${SHOW_CURSOR}`;
    return `${SYNC_BEGIN}${HIDE_CURSOR}${comparable ? '' : CLEAR}${cells}${place}${SYNC_END}`;
  }

  #row(frame: Frame, last: Frame | null, y: number): void {
    const begin = y * frame.width;
    const end = begin + frame.width;
    let doubtful = begin;
    for (let at = begin; at < end; ) {
      const glyph = frame.glyphs[at]!;
      const cells = at + 1 < end && frame.glyphs[at + 1] === '' ? 2 : 1;
      const changed = last === null || differs(frame, last, at) || (cells === 2 && differs(frame, last, at + 1));
      if (changed || at < doubtful) {
        const touched = this.#cell(frame, at, glyph, cells);
        // One more: half of a wide character may be left over.
        if (touched > 0) doubtful = Math.max(doubtful, Math.min(end, at + touched + 1));
      }
      at += cells;
    }
  }

  /** Writes one cluster; gives the columns that it may have touched when that is not certain, or 0. */
  #cell(frame: Frame, at: number, glyph: string, cells: number): number {
    const { width } = frame;
    const look = this.#lookOf(frame.styles[at]!);
    if (certain(glyph)) {
      this.#move(at, width);
      this.#write(look, glyph);
      this.#at = (at + cells) % width === 0 ? -1 : at + cells;
      return 0;
    }
    const drawn = this.#drawn(glyph);
    this.#at = -1;
    this.#move(at, width);
    this.#write(look, ' '.repeat(cells));
    this.#at = -1;
    this.#move(at, width);
    this.#write(look, drawn);
    this.#at = -1;
    const touched = reach(drawn);
    if (touched > cells && at % width < width - cells) {
      // A part of it may lie across our edge: cut it in this look, or the half left here takes the neighbour's.
      this.#move(at + cells, width);
      this.#write(look, ' ');
      this.#at = -1;
    }
    return touched;
  }

  #drawn(glyph: string): string {
    return this.#profile === 'wcwidth' ? glyph.replace(JOINED, '') : glyph;
  }

  #move(at: number, width: number): void {
    if (this.#at === at) return;
    this.#out.push(`\x1b[${Math.floor(at / width) + 1};${(at % width) + 1}H`);
    this.#at = at;
  }

  /** The bytes for another look, found once for each pair of looks. */
  #change(look: Look): string {
    let known = this.#changes.get(this.#look);
    if (known === undefined) {
      known = new Map();
      this.#changes.set(this.#look, known);
    }
    let bytes = known.get(look);
    if (bytes === undefined) {
      bytes = sgr(this.#look, look);
      known.set(look, bytes);
    }
    return bytes;
  }

  #write(look: Look, text: string): void {
    if (look !== this.#look) this.#out.push(this.#change(look));
    this.#out.push(text);
    this.#look = look;
  }
}

function differs(frame: Frame, last: Frame, at: number): boolean {
  return frame.glyphs[at] !== last.glyphs[at] || frame.styles[at] !== last.styles[at];
}
