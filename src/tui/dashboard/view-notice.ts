// What became of something: its mark, and its sentence.
import type { Canvas } from '../kit/canvas.ts';
import type { Token } from '../kit/tokens.ts';
import { wordsOf } from './log-line.ts';
import type { Notice } from './model.ts';

const TONES: { readonly [T in Notice['tone']]: { readonly mark: string; readonly token: Token } } = {
  ok: { mark: '✓', token: 'ok' },
  error: { mark: '✗', token: 'error' },
  quiet: { mark: '·', token: 'dim' },
};

/** In the canvas's first row. */
export function viewNotice({ tone, code, params }: Notice, canvas: Canvas): void {
  if (canvas.width < 3) return;
  const { mark, token } = TONES[tone];
  canvas.text(0, 0, mark, token);
  canvas.text(2, 0, wordsOf(code, params), token, { width: canvas.width - 2 });
}
