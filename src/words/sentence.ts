// One function turns an error into a sentence: what happened, and what to do.
import { cleanLine } from '../chat/text.ts';
import { asTchatError, type ErrorParams } from '../errors.ts';
import { isWordKey, say, type WordParams } from './words.ts';

/** The sentence of a code; what a peer said in its parameters is cleaned. A code without one is named as it is. */
export function sentence(code: string, params: ErrorParams = {}): string {
  const clean: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(params))
    clean[name] = typeof value === 'string' ? cleanLine(value) : value;
  if (!isWordKey(code)) return say('unknown-code', { code: cleanLine(code) });
  // What may be missing is a piece of its own, put in with what is before it.
  if (typeof clean['reason'] === 'string') clean['why'] = pieceOf('piece.reason', 'reason', clean);
  if (typeof clean['room'] === 'string') clean['where'] = pieceOf('piece.room', 'room', clean);
  if (typeof clean['minutes'] === 'number') clean['left'] = spanOf(clean['minutes'] * 60);
  if (typeof clean['seconds'] === 'number') clean['left'] = spanOf(clean['seconds']);
  const special = `${code}.${clean['needs']}`;
  return say(isWordKey(special) ? special : code, clean);
}

function pieceOf(key: 'piece.reason' | 'piece.room', name: string, params: WordParams): string {
  return params[name] === '' ? '' : say(key, params);
}

const UNITS = [
  [86_400, 'span.days'],
  [3_600, 'span.hours'],
  [60, 'span.minutes'],
  [1, 'span.seconds'],
] as const;

/** Seconds as a time that is left, in two units: `1 h 30 min`. */
function spanOf(seconds: number): string {
  let rest = seconds;
  const words: string[] = [];
  for (const [size, key] of UNITS) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 && words.length < 2) words.push(say(key, { count }));
  }
  return words.join(' ');
}

export function sentenceOf(error: unknown): string {
  const { code, params } = asTchatError(error);
  return sentence(code, params);
}
