// The raised box that every overlay stands in, and the buttons in it.
import { say, type WordKey } from '../../../words/words.ts';
import type { Canvas, Rect, Span } from '../../kit/canvas.ts';
import { centred, inset } from '../../kit/layout.ts';
import { widthOf } from '../../kit/width.ts';
import type { Areas } from '../layout.ts';
import type { Place } from '../model.ts';

/** Columns of a screen on which a box takes the whole width. */
const NARROW = 72;
/** Rows of the users' pane from which a question about a user stands in it, and not above everything. */
const PANE_ROOM = 14;

/** Over the lower part of the users' pane, if there is room, so that the log stays in sight; else in the middle. */
export function boxRect(canvas: Canvas, areas: Areas, width: number, height: number): Rect {
  const { users, log } = areas;
  const whole = { x: 0, y: 0, width: canvas.width, height: canvas.height };
  if (!users || !log || users.width >= canvas.width || users.height < PANE_ROOM) {
    return centred(whole, canvas.width < NARROW ? canvas.width : width, height);
  }
  // As wide as the pane: beside a narrower box the ends of rows would stick out.
  const rows = Math.min(height, users.height);
  return { ...users, y: users.y + users.height - rows, height: rows };
}

/** Raises a box, with a frame where there are no surfaces, and gives what is inside of it. */
export function openBox(canvas: Canvas, rect: Rect): Canvas {
  const box = canvas.region(rect);
  box.fill('raised');
  if (canvas.colours === 'none') frame(box);
  return canvas.region(insideOf(rect, canvas));
}

/** What is inside of a box, on the same canvas. */
export function insideOf(rect: Rect, { colours }: Pick<Canvas, 'colours'>): Rect {
  const x = rect.width >= 30 ? 3 : 1;
  const y = rect.height >= 6 || colours === 'none' ? 1 : 0;
  return inset(rect, x, y);
}

function frame(box: Canvas): void {
  const { width, height } = box;
  box.rule(0, 'rule');
  box.rule(height - 1, 'rule');
  for (let y = 1; y < height - 1; y++) {
    box.text(0, y, '│', 'rule');
    box.text(width - 1, y, '│', 'rule');
  }
  for (const [x, y, glyph] of [
    [0, 0, '┌'],
    [width - 1, 0, '┐'],
    [0, height - 1, '└'],
    [width - 1, height - 1, '┘'],
  ] as const) {
    box.text(x, y, glyph, 'rule');
  }
}

/** A key, what it does, and what a click on it is. */
export type Button = readonly [string, WordKey, Place];

/** Columns between two buttons. */
const APART = 3;

/** Columns of buttons beside each other. */
export function widthOfButtons(
  buttons: readonly (readonly [key: string, words: WordKey, ...rest: unknown[]])[],
): number {
  return buttons.reduce((sum, [key, words]) => sum + widthOf(key) + 1 + widthOf(say(words)) + APART, -APART);
}

/**
 * Keys with what they answer, which may be clicked as well: as many as fit, the last one always. Of `rows` rows the last is
 * `y`; where one is enough it is that.
 */
export function viewButtons(canvas: Canvas, last: number, buttons: readonly Button[], rows = 1): void {
  const final = buttons.at(-1);
  let x = 0;
  let y = widthOfButtons(buttons) <= canvas.width ? last : last - rows + 1;
  for (const button of buttons) {
    const [key, words, place] = button;
    const fits = () => {
      const kept = y < last || button === final || !final ? 0 : APART + widthOfButtons([final]);
      return x + widthOfButtons([[key, words]]) + kept <= canvas.width;
    };
    if (!fits() && y < last) {
      x = 0;
      y += 1;
    }
    if (button !== final && !fits()) continue;
    const spans: Span[] = [
      { text: key, tokens: ['strong', 'key'] },
      { text: ` ${say(words)}`, token: 'dim' },
    ];
    const width = canvas.spans(x, y, spans);
    canvas.target({ x, y, width, height: 1 }, place);
    x += width + APART;
  }
}
