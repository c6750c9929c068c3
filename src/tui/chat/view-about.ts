// The rows around a message that tell of others: what it answers, and what people think of it. Each has its mark in the gutter,
// where no text can put one.
import { upright } from '../../chat/text.ts';
import { say } from '../../words/words.ts';
import { authorToken } from '../kit/authors.ts';
import type { Canvas, Span } from '../kit/canvas.ts';
import type { Token } from '../kit/tokens.ts';
import type { Window } from './log.ts';
import type { Model } from './model.ts';
import type { Columns } from './panes.ts';
import { wordsOf } from './sentences.ts';
import { type MessageLine, messageOf, type PendingLine } from './timeline.ts';

/** One faint row above the text: who said what this answers, as far as that is known here. */
export function paintReply(
  canvas: Canvas,
  model: Model,
  { chat, columns }: Window,
  line: MessageLine | PendingLine,
  y: number,
): void {
  const about =
    line.is === 'message' ? line.event.reply : line.command.kind === 'post' ? line.command.reply : undefined;
  if (about === undefined) return;
  const answered = messageOf(chat.timeline, about) ?? (chat.aside && messageOf(chat.aside.timeline, about));
  const name = answered?.from ?? model.people.get(about.account)?.name;
  const author: Token = about.account === model.me?.account ? 'me' : name === undefined ? 'faint' : authorToken(name);
  const words = answered ? wordsOf(answered) : say('chat.reply.unknown');
  const spans: readonly Span[] = name === undefined ? [] : [{ text: name, token: author }, { text: '  ' }];
  paintMark(canvas, columns, '↳', y);
  canvas.spans(columns.text.x, y, [...spans, { text: words, token: 'faint' }], { width: columns.text.width });
}

/** One faint row below the text; one's own reactions stand out. */
export function paintReactions(
  canvas: Canvas,
  model: Model,
  { columns }: Window,
  { event }: MessageLine,
  y: number,
): void {
  const mine = model.me?.account ?? '';
  const spans = (event.reactions ?? []).flatMap(({ reaction, accounts }): Span[] => {
    const token: Token = accounts.includes(mine) ? 'accent' : 'faint';
    return [{ text: `${upright(reaction)} ${accounts.length}`, token }, { text: '  ' }];
  });
  paintMark(canvas, columns, '+', y);
  canvas.spans(columns.text.x, y, spans.slice(0, -1), { width: columns.text.width });
}

function paintMark(canvas: Canvas, { name }: Columns, mark: string, y: number): void {
  canvas.text(name.x, y, mark, 'faint', { width: name.width, align: 'right' });
}
