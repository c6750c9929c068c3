// The sentence of a warning to operators.
import type { ErrorParams } from '../errors.ts';
import { sentence } from '../words/sentence.ts';
import { isWordKey, say } from '../words/words.ts';

export function warningText(code: string, params: ErrorParams = {}): string {
  const key = `dashboard.warning.${code}`;
  return isWordKey(key) ? say(key, params) : sentence(code, params);
}
