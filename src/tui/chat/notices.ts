// The sentence above the composer: what was just asked and could not be done, or what is wrong with the link.
import { say } from '../../words/words.ts';
import { formatBytes } from '../kit/format.ts';
import type { Token } from '../kit/tokens.ts';
import { truncate, wrap } from '../kit/width.ts';
import { keyLabel } from './keys.ts';
import { currentChat, type Model, titleOf } from './model.ts';
import type { Dropped } from './model-files.ts';
import { codeText, wordsOf } from './sentences.ts';
import { messageOf } from './timeline.ts';

interface NoticeText {
  readonly text: string;
  readonly token: Token;
  /** Somebody's words are in it, which may be cut. */
  readonly short?: boolean;
}

export function noticeOf(model: Model): NoticeText | null {
  const { notice, link, setting, dropped } = model;
  if (dropped !== null) return { text: dropText(model, dropped), token: 'accent' };
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

function dropText(model: Model, { chat, files }: Dropped): string {
  if (files === null) return say('chat.file.looking');
  const size = formatBytes(files.reduce((sum, file) => sum + file.size, 0));
  const params = { name: titleOf(model, chat), count: files.length, size };
  const [first] = files;
  if (files.length > 1 || first === undefined) return say('chat.file.drop-several', params);
  return say('chat.file.drop', { ...params, file: truncate(first.name, 40) });
}

/** The sentence in rows, for a pane of a width. */
export function noticeLines(model: Model, width: number): readonly string[] {
  const notice = noticeOf(model);
  if (notice === null) return [];
  const room = Math.max(1, width - 4);
  return notice.short ? [truncate(notice.text, room)] : wrap(notice.text, room).map(row => row.text);
}
