// The sentence above the composer: what was just asked and could not be done, or what is wrong with the link.
import { say } from '../../words/words.ts';
import type { Token } from '../kit/tokens.ts';
import { wrap } from '../kit/width.ts';
import { keyLabel } from './keys.ts';
import type { Model } from './model.ts';
import { codeText } from './sentences.ts';

interface NoticeText {
  readonly text: string;
  readonly token: Token;
}

export function noticeOf(model: Model): NoticeText | null {
  const { notice, link, setting } = model;
  if (notice !== null) return { text: codeText(notice.code, notice.params), token: notice.bad ? 'error' : 'warn' };
  if (link.state === 'over') {
    const reason = codeText(link.code, link.params);
    return { text: say('chat.over', { reason, key: keyLabel(setting.keys, 'quit') }), token: 'error' };
  }
  // On a low screen the top bar has to do: the log needs its rows.
  if (link.state === 'waiting' && model.height >= 16) return { text: codeText(link.code, link.params), token: 'warn' };
  return null;
}

/** The sentence in rows, for a pane of a width. */
export function noticeLines(model: Model, width: number): readonly string[] {
  const notice = noticeOf(model);
  return notice === null ? [] : wrap(notice.text, Math.max(1, width - 4)).map(row => row.text);
}
