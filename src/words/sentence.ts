// One function turns an error into a sentence: what happened, and what to do.
import { cleanLine } from '../chat/text.ts';
import { asTchatError, type ErrorParams } from '../errors.ts';
import { isWordKey, say } from './words.ts';

/** The sentence of a code; what a peer said in its parameters is cleaned. A code without one is named as it is. */
export function sentence(code: string, params: ErrorParams = {}): string {
  const clean: Record<string, string | number> = {};
  for (const [name, value] of Object.entries(params))
    clean[name] = typeof value === 'string' ? cleanLine(value) : value;
  return isWordKey(code) ? say(code, clean) : say('unknown-code', { code: cleanLine(code) });
}

export function sentenceOf(error: unknown): string {
  const { code, params } = asTchatError(error);
  return sentence(code, params);
}
