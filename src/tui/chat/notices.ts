// The sentence above the composer: what was just asked and could not be done, or what is wrong with the link.
import { say } from '../../words/words.ts';
import type { Token } from '../kit/tokens.ts';
import { truncate, wrap } from '../kit/width.ts';
import { keyLabel } from './keys.ts';
import { currentChat, type Model } from './model.ts';
import { codeText, wordsOf } from './sentences.ts';
import { messageOf } from './timeline.ts';

interface NoticeText {
  readonly text: string;
  readonly token: Token;
  /** Somebody's words are in it, which may be cut. */
  readonly short?: boolean;
}

export function noticeOf(model: Model): NoticeText | null {
  const { notice, link, setting } = model;
  if (notice !== null) return { text: codeText(notice.code, notice.params), token: notice.bad ? 'error' : 'warn' };
  const chat = currentChat(model);
  if (model.asking !== null) {
    const line = chat === null ? undefined : messageOf(chat.timeline, model.asking);
    return {
      text: say('chat.delete.sure', { words: line === undefined ? '' : wordsOf(line) }),
      token: 'warn',
      short: true,
    };
  }
  const aim = chat?.aim ?? null;
  if (aim !== null) {
    const { name, words } = aim;
    return { text: say(`chat.aim.${aim.is}`, { name, words }), token: 'accent', short: true };
  }
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
  if (notice === null) return [];
  const room = Math.max(1, width - 4);
  return notice.short ? [truncate(notice.text, room)] : wrap(notice.text, room).map(row => row.text);
}
