// A question with the name that it is about standing out.
import { say, type WordKey, type WordParams } from '../../../words/words.ts';
import type { Span } from '../../kit/canvas.ts';

/** The sentence as spans: what stands in it as `name` is marked. */
export function named(key: WordKey, name: string, params: WordParams = {}): readonly Span[] {
  const [before = '', after = ''] = say(key, { ...params, name: '\n' }).split('\n');
  return [
    { text: before, token: 'strong' },
    { text: name, tokens: ['strong', 'error'] },
    { text: after, token: 'strong' },
  ];
}
