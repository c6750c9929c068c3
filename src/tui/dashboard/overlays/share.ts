// How others join this server: its link, and the fingerprint that they can compare.
import { say, type WordKey } from '../../../words/words.ts';
import type { Canvas } from '../../kit/canvas.ts';
import { centred } from '../../kit/layout.ts';
import type { Token } from '../../kit/tokens.ts';
import { wrap } from '../../kit/width.ts';
import type { Model } from '../model.ts';
import { openBox, viewButtons } from './box.ts';

/** Columns of the box: a link with a host of some length stands on one row. */
const WIDTH = 96;

interface Part {
  readonly label: WordKey;
  readonly text: string;
  readonly token: Token;
}

export function viewShare(model: Model, canvas: Canvas): void {
  const { server } = model;
  if (!server) return;
  const outer = Math.min(canvas.width, WIDTH);
  const parts: readonly Part[] = [
    { label: 'dashboard.share.link', text: server.link ?? server.address, token: 'code' },
    ...(server.fingerprint === undefined
      ? [{ label: 'dashboard.share.plain', text: '', token: 'warn' } as const]
      : [{ label: 'dashboard.share.key', text: server.fingerprint, token: 'text' } as const]),
  ];
  const inner = Math.max(1, outer - 6);
  const rows = parts.flatMap(({ label, text, token }) => [
    ...wrap(say(label), inner).map(row => ({ text: row.text, token: text === '' ? token : ('dim' as const) })),
    ...(text === '' ? [] : pieces(text, inner).map(row => ({ text: row, token }))),
    { text: '', token },
  ]);
  const screen = { x: 0, y: 0, width: canvas.width, height: canvas.height };
  const box = openBox(canvas, centred(screen, outer, rows.length + 5));
  box.text(0, 0, say('dashboard.share.title'), 'strong', { width: box.width });
  // On a low screen the empty rows go first: the link and the key are what it is for.
  const tight = rows.filter(row => row.text !== '');
  const shown = [rows, tight].find(each => each.length + 3 <= box.height) ?? tight.filter(row => row.token !== 'dim');
  const first = shown === rows ? 2 : 1;
  for (const [y, row] of shown.slice(0, Math.max(0, box.height - 1 - first)).entries()) {
    box.text(0, first + y, row.text, row.token, { width: box.width });
  }
  viewButtons(box, box.height - 1, [
    ['y', 'dashboard.share.copy', { on: 'yes' }],
    ['i', 'dashboard.share.invite', { on: 'do', letter: 'i' }],
    ['Esc', 'dashboard.close', { on: 'no' }],
  ]);
}

/** A link has no spaces to break at: it is cut where the row ends. */
function pieces(text: string, width: number): readonly string[] {
  return Array.from({ length: Math.ceil(text.length / width) }, (_, n) => text.slice(n * width, (n + 1) * width));
}
