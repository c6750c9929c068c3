// The rows around the chat: server and link at the top, the chat's title, one sentence above the composer, hints at the bottom.
import { say } from '../../words/words.ts';
import type { Canvas, Span } from '../kit/canvas.ts';
import { truncate, widthOf } from '../kit/width.ts';
import { actionsFor } from './files.ts';
import { HINTS, keyLabel } from './keys.ts';
import { below, visible, windowOf } from './log.ts';
import { type Chat, chatOrder, currentChat, isRoom, type Model, titleOf } from './model.ts';
import { noticeLines, noticeOf } from './notices.ts';
import { pickedOffer } from './pick.ts';
import { dayText } from './sentences.ts';
import { lineAt } from './timeline.ts';
import { membersHere } from './update-link.ts';
import { paintActions, summarySpans } from './view-files.ts';
import { personMark, roomMark } from './view-side.ts';

/** The top bar. On low screens it bears the chat's title, in place of the header; without the side pane all files in one line. */
export function paintBar(
  canvas: Canvas,
  model: Model,
  { titled, files }: { readonly titled: boolean; readonly files: boolean },
): void {
  canvas.fill('bar');
  const { width } = canvas;
  const margin = width < 60 ? 1 : 2;
  const link = linkSpans(model, width);
  let taken = canvas.spans(margin, 0, link, { width: width - 2 * margin, align: 'right' });
  const summary = files ? summarySpans(model) : [];
  if (summary.length > 0) {
    const used = canvas.spans(margin, 0, summary, { width: width - 2 * margin - taken - 2, align: 'right' });
    const x = width - margin - taken - 2 - used;
    canvas.target({ x, y: 0, width: used, height: 1 }, { on: 'action', action: 'files' });
    taken += used + 2;
  }
  const left = width - 2 * margin - taken - 2;
  if (left < 4) return;
  const chat = currentChat(model);
  canvas.spans(margin, 0, titled && chat !== null ? titleSpans(model, chat) : ownSpans(model), { width: left });
  if (titled && chat !== null) canvas.target({ x: 0, y: 0, width: left, height: 1 }, { on: 'action', action: 'go-to' });
}

function ownSpans(model: Model): readonly Span[] {
  const spans: Span[] = [{ text: model.serverName, tokens: ['strong', 'accent'] }];
  if (model.me === null) return spans;
  spans.push({ text: '   ' }, { text: model.me.name, token: 'text' });
  if (model.me.role !== 'member') spans.push({ text: `  ${say(`chat.role.${model.me.role}`)}`, token: 'dim' });
  if (model.away !== null)
    spans.push({ text: `  ◐ ${model.away === '' ? say('chat.away') : model.away}`, token: 'warn' });
  return spans;
}

function titleSpans(model: Model, chat: Chat): readonly Span[] {
  const elsewhere = unreadElsewhere(model);
  const spans: Span[] = [...markedTitle(model, chat)];
  if (elsewhere > 0) spans.push({ text: '  ' }, { text: ` ${elsewhere} `, token: badgeElsewhere(model) });
  return spans;
}

function markedTitle(model: Model, chat: Chat): readonly Span[] {
  const title = titleOf(model, chat.key);
  if (isRoom(chat.key)) {
    return [
      { text: `${roomMark(model, chat.key).text} `, token: 'strong' },
      { text: title.slice(1), token: 'strong' },
    ];
  }
  const { text, token } = personMark(model, chat.key);
  return [
    { text: `${text} `, token },
    { text: title, token: 'strong' },
  ];
}

/** The state of the link, shorter where there is less room. */
function linkSpans(model: Model, width: number): readonly Span[] {
  const { link } = model;
  switch (link.state) {
    case 'online': {
      const parts = [
        ...(width < 60 ? [] : [say('chat.link.connected')]),
        ...(model.trip === null ? [] : [say('chat.link.trip', { ms: Math.round(model.trip) })]),
        ...(link.encrypted && width >= 60 ? [say('chat.link.encrypted')] : []),
      ];
      return [{ text: ['●', parts.join(' · ')].join(' ').trim(), token: 'ok' }];
    }
    case 'connecting': {
      const text =
        width < 60 ? say('chat.link.connecting-short') : say('chat.link.connecting', { address: link.address });
      return [{ text: `◌ ${text}`, token: 'warn' }];
    }
    case 'waiting': {
      const seconds = Math.ceil((link.retryAt - model.now) / 1000);
      if (seconds <= 0) return [{ text: `◌ ${say('chat.link.retrying')}`, token: 'warn' }];
      const text = say(width < 60 ? 'chat.link.waiting-short' : 'chat.link.waiting', { seconds });
      return [{ text: `◌ ${text}`, token: 'warn' }];
    }
    case 'over':
      return [{ text: `✗ ${say('chat.link.over')}`, token: 'error' }];
    case 'idle':
      return [];
    default:
      return link satisfies never;
  }
}

/** The chat's title with its topic and members, and a rule below. */
export function paintHeader(canvas: Canvas, model: Model, alone: boolean): void {
  const { width } = canvas;
  canvas.rule(1, 'rule', { x: 1 });
  const chat = currentChat(model);
  if (chat === null) return;
  const elsewhere = alone ? unreadElsewhere(model) : 0;
  const note = elsewhere === 0 ? 0 : paintElsewhere(canvas, model, elsewhere);
  const title = markedTitle(model, chat);
  const facts = factsOf(model, chat).join(' · ');
  const token = isRoom(chat.key) ? 'dim' : 'private';
  const topic = isRoom(chat.key) ? (model.rooms.get(chat.key)?.topic ?? '') : '';
  const taken = title.reduce((sum, span) => sum + widthOf(span.text), 0) + 5;
  const room = width - 2 - taken - note - widthOf(facts) - 3;
  const shown = topic === '' || room < 8 ? '' : `${truncate(topic, room)} · `;
  canvas.spans(2, 0, [...title, { text: '   ' }, { text: shown + facts, token }], { width: width - 4 - note });
  if (alone) canvas.target({ x: 0, y: 0, width, height: 1 }, { on: 'action', action: 'go-to' });
  else if (isRoom(chat.key)) canvas.target({ x: 0, y: 0, width, height: 1 }, { on: 'action', action: 'who' });
}

function paintElsewhere(canvas: Canvas, model: Model, count: number): number {
  const words = canvas.width >= 60 ? say('chat.unread.elsewhere', { count }) : String(count);
  return canvas.text(2, 0, ` ${words} `, badgeElsewhere(model), { width: canvas.width - 3, align: 'right' }) + 2;
}

function factsOf(model: Model, chat: Chat): readonly string[] {
  if (!isRoom(chat.key)) {
    if (chat.key === model.me?.account) return [say('chat.notes')];
    const person = model.people.get(chat.key);
    if (person?.here !== true) return [say('chat.private'), say('chat.person.away')];
    if (person.away === null) return [say('chat.private'), say('chat.person.here')];
    return [say('chat.private'), person.away === '' ? say('chat.away') : say('chat.away.text', { text: person.away })];
  }
  const count = model.rooms.get(chat.key)?.members ?? 0;
  const here = membersHere(model, chat);
  const members = count === 1 ? say('chat.members.one') : say('chat.members', { count });
  const { visibility = 'public' } = model.rooms.get(chat.key) ?? {};
  const closed = visibility === 'public' ? [] : [say(`chat.visibility.${visibility}`)];
  return [...closed, members, ...(here === null ? [] : [say('chat.members.here', { here })])];
}

function unreadElsewhere(model: Model): number {
  let count = 0;
  for (const key of chatOrder(model)) if (key !== model.current) count += model.chats.get(key)?.unread ?? 0;
  return count;
}

function badgeElsewhere(model: Model): 'badge' | 'badge-mention' {
  for (const chat of model.chats.values()) {
    if (chat.key !== model.current && chat.unread > 0 && (chat.mentions > 0 || !isRoom(chat.key)))
      return 'badge-mention';
  }
  return 'badge';
}

/** The rows above the composer: a sentence, or how much stands below. */
export function paintNotice(canvas: Canvas, model: Model, low: boolean): void {
  const notice = noticeOf(model);
  if (notice !== null) {
    if (low) canvas.fill('base');
    for (const [y, row] of noticeLines(model, canvas.width).entries()) canvas.text(2, y, row, notice.token);
    return;
  }
  const chat = currentChat(model);
  if (chat === null || (chat.anchor === 'end' && chat.aside === null)) return;
  const text = ` ${newerText(model, chat)} `;
  const x = Math.max(0, canvas.width - 2 - widthOf(text));
  canvas.text(x, 0, text, chat.unread > 0 ? 'badge-mention' : 'badge', { width: canvas.width - x });
  canvas.target({ x, y: 0, width: canvas.width - x, height: 1 }, { on: 'action', action: 'bottom' });
}

/** How much stands below; of a piece of the past that is not known, so it says when that was. */
function newerText(model: Model, chat: Chat): string {
  const { unread } = chat;
  if (chat.aside !== null) {
    const key = keyLabel(model.setting.keys, 'bottom');
    const first = visible(windowOf(model, chat))[0];
    const line = first && lineAt(chat.timeline, first.index);
    const day = line === undefined ? '' : dayText(line.time, model.setting.clock());
    return say(unread > 0 ? 'chat.past.unread' : 'chat.past', { day, key, unread });
  }
  return say(unread > 0 ? 'chat.newer.unread' : 'chat.newer', { count: below(windowOf(model, chat)), unread });
}

/** The keys that help most, as many as there is room for. */
export function paintHints(canvas: Canvas, model: Model): void {
  canvas.fill('bar');
  const offer = pickedOffer(model);
  if (offer !== undefined) {
    paintActions(canvas, offer, [...actionsFor(offer), 'details'], { x: 1, y: 0, width: canvas.width - 2 });
    return;
  }
  if (model.picked !== null) {
    const key =
      model.asking !== null ? 'chat.delete.hint' : model.back !== null ? 'chat.pick.hint-back' : 'chat.pick.hint';
    canvas.text(1, 0, say(key), 'dim', { width: canvas.width - 2 });
    return;
  }
  const all = HINTS.map(({ action, rank }) => {
    const key = keyLabel(model.setting.keys, action);
    const text = say(`chat.hint.${action}` as Parameters<typeof say>[0]);
    return { action, rank, key, text, width: widthOf(key) + 1 + widthOf(text) };
  }).filter(hint => hint.key !== '');
  const gap = canvas.width < 60 ? 1 : 2;
  const fitting = new Set<number>();
  let used = 1;
  for (const hint of [...all].sort((a, b) => a.rank - b.rank)) {
    if (used + hint.width + gap > canvas.width + 1) break;
    used += hint.width + gap;
    fitting.add(hint.rank);
  }
  let x = 1;
  for (const hint of all.filter(each => fitting.has(each.rank))) {
    canvas.spans(x, 0, [
      { text: hint.key, token: 'key' },
      { text: ` ${hint.text}`, token: 'dim' },
    ]);
    canvas.target({ x, y: 0, width: hint.width, height: 1 }, { on: 'action', action: hint.action });
    x += hint.width + gap;
  }
}
