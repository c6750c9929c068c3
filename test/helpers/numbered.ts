// Messages that begin with a number, so that whoever reads them can tell whether all came, and in which order.
import type { AnyEvent } from '../../src/chat/vocabulary.ts';

/** A text of so many bytes, or a little more. */
export function numbered(number: number, bytes: number): string {
  const text = `${number} `;
  return text + 'x'.repeat(Math.max(1, bytes - text.length));
}

/** The number of a message; null for anything else. */
export function numberOf(event: AnyEvent): number | null {
  if (event.kind !== 'message' || event.body.kind !== 'text') return null;
  const number = Number.parseInt(event.body.text, 10);
  return Number.isNaN(number) ? null : number;
}
