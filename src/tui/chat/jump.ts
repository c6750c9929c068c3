// Jumps: to a hit, a date, the first line that was not read, a line that names one; and back to where one was.
import type { Position } from '../../chat/vocabulary.ts';
import { linesOf } from './lines.ts';
import { anchoredAt, centred, fixed, visible, windowOf } from './log.ts';
import type { JumpTo, Msg } from './messages.ts';
import {
  asLive,
  type Back,
  type Chat,
  type ChatKey,
  chatOf,
  currentChat,
  type Going,
  isRoom,
  liveOf,
  type Model,
  refOf,
  type Step,
  withChat,
} from './model.ts';
import { showing } from './past.ts';
import { has, indexOf, lineAt, lineCount, newest, oldest, type Timeline } from './timeline.ts';
import { only, openChat, then } from './update-chats.ts';
import { isNews, pageChat } from './update-events.ts';
import { told } from './update-send.ts';

/** How a place is shown once it is there. */
type Manner = Pick<Going, 'otherwise' | 'pick' | 'rule'>;

/** Goes to a line of a chat, in its place among the others. */
export function jumpTo(model: Model, key: ChatKey, position: Position): Step {
  const manner: Manner = { otherwise: 'chat.jump.gone', pick: true, rule: false };
  const chat = chatOf(model, key);
  if (has(chat.timeline, position)) return land(model, chat, position, manner);
  // It stands among the newest lines, while something older is on the screen.
  if (has(liveOf(chat), position)) return land(model, asLive(chat), position, manner);
  return ask(model, key, { at: position }, manner);
}

/** Goes to the first line from a time on. */
export function jumpToTime(model: Model, since: number): Step {
  const chat = currentChat(model);
  if (chat === null) return only(model);
  const manner: Manner = { otherwise: 'chat.jump.nothing-since', pick: true, rule: false };
  const live = asLive(chat);
  const first = live.timeline.logged[0];
  if (first === undefined || first.time >= since) return ask(model, chat.key, { since }, manner);
  const line = live.timeline.logged.find(each => each.time >= since);
  return line === undefined ? only(told(model, manner.otherwise)) : land(model, live, line.position, manner);
}

/** Goes to the first line of the chat that one has not read. */
export function jumpToUnread(model: Model): Step {
  const chat = currentChat(model);
  if (chat === null) return only(model);
  if (chat.unread === 0 && chat.rule === null) return only(told(model, 'chat.no-unread-here', {}, false));
  const manner: Manner = { otherwise: 'chat.no-unread-here', pick: false, rule: true };
  const from = chat.rule ?? chat.read + 1;
  const live = asLive(chat);
  const begin = oldest(live.timeline);
  const isHere = live.history === 'whole' || (begin !== null && begin <= from);
  const position = isHere ? firstNews(model, live.timeline, from) : null;
  return position === null ? ask(model, chat.key, { at: from }, manner) : land(model, live, position, manner);
}

function firstNews(model: Model, timeline: Timeline, from: Position): Position | null {
  for (let index = indexOf(timeline, from); index < timeline.logged.length; index++) {
    const line = timeline.logged[index]!;
    if (isNews(line, model.me)) return line.position;
  }
  return null;
}

/** Goes to the line before (-1) or after (1) that names the reader. */
export function jumpToMention(model: Model, step: 1 | -1): Step {
  const { me } = model;
  const chat = currentChat(model);
  if (chat === null || me === null) return only(model);
  if (!isRoom(chat.key)) return only(told(model, 'chat.jump.private', {}, false));
  const otherwise = step < 0 ? 'chat.jump.no-mention' : 'chat.jump.no-mention-after';
  const manner: Manner = { otherwise, pick: true, rule: false };
  const from = lookingAt(model, chat);
  const { timeline } = chat;
  const at = from === null ? timeline.logged.length : indexOf(timeline, from);
  for (let index = at + step; index >= 0 && index < timeline.logged.length; index += step) {
    const line = timeline.logged[index]!;
    if (line.is === 'message' && line.mention) return land(model, chat, line.position, manner);
  }
  const whole = step < 0 ? chat.history === 'whole' : chat.aside === null;
  if (whole) return only(told(model, otherwise, {}, false));
  const reached = step < 0 ? oldest(timeline) : newest(timeline);
  return ask(model, chat.key, { naming: me.name, account: me.account, from: reached, step }, manner);
}

/** From where one looks on: the picked line, else the first in sight; null: from the newest line. */
function lookingAt(model: Model, chat: Chat): Position | null {
  if (model.picked !== null) return model.picked;
  if (chat.anchor === 'end' && chat.aside === null) return null;
  const first = visible(windowOf(model, chat))[0];
  return first === undefined ? null : (lineAt(chat.timeline, first.index)?.position ?? null);
}

function ask(model: Model, key: ChatKey, to: JumpTo, manner: Manner): Step {
  const ref = model.nextRef;
  const going: Going = { ref, key, ...manner };
  const asked: Model = { ...told(model, 'chat.jump.looking', {}, false), nextRef: ref + 1, going };
  return [asked, [{ kind: 'jump', ref, conversation: refOf(chatOf(model, key)), to }]];
}

/** Asks once more for the piece of the past that is on the screen: what was done about it meanwhile was not heard. */
export function askAnew(model: Model, key: ChatKey): Step {
  const { anchor } = chatOf(model, key);
  if (anchor === 'end') return only(model);
  const manner: Manner = { otherwise: 'chat.jump.gone', pick: false, rule: false };
  const [asked, effects] = ask(model, key, { at: anchor.position }, manner);
  return [{ ...asked, notice: model.notice }, effects];
}

/** What was asked for is here. */
export function landed(model: Model, msg: Extract<Msg, { kind: 'landed' }>): Step {
  const { going } = model;
  if (going === null || going.ref !== msg.ref) return only(model);
  const arrived: Model = { ...model, going: null, notice: null };
  if (msg.at === null) return only(told(arrived, going.otherwise, {}, false));
  const [known, chat] = pageChat(arrived, msg.conversation, msg.events);
  const lines = linesOf(msg.events, known.me, liveOf(chat));
  const shown = showing(chat, { ...msg, lines });
  const line = going.rule ? firstNews(known, shown.timeline, msg.at) : placeIn(shown.timeline, msg.at);
  if (line === null) return only(told(arrived, going.otherwise, {}, false));
  return land(known, shown, line, going);
}

/** The line at a position, or the first one behind it. */
function placeIn(timeline: Timeline, position: Position): Position | null {
  return lineAt(timeline, Math.min(indexOf(timeline, position), lineCount(timeline) - 1))?.position ?? null;
}

export function jumpFailed(model: Model, msg: Extract<Msg, { kind: 'jump-failed' }>): Model {
  if (model.going?.ref !== msg.ref) return model;
  return told({ ...model, going: null }, msg.code, msg.params);
}

/** Shows a chat with a line in the middle, or where it begins what is new, below the rule. */
function land(model: Model, chat: Chat, position: Position, { pick, rule }: Manner): Step {
  const back = model.back ?? (pick || rule ? whereOf(model) : null);
  // The panes are those of the chat: they depend on what is being written there.
  const ruled = rule ? { ...chat, rule: position } : chat;
  const there: Model = { ...withChat(model, ruled), current: chat.key, overlay: null, notice: null };
  const window = windowOf(there, ruled);
  const anchor = rule ? anchoredAt(window, position) : centred(window, position);
  const end = ruled.aside !== null && anchor === 'end';
  const placed: Chat = { ...ruled, anchor: end ? fixed(windowOf(there, { ...ruled, anchor })) : anchor };
  const shown = openChat(withChat(model, placed), chat.key);
  return then(shown, opened => only({ ...opened, back, picked: pick ? position : null, notice: null }));
}

function whereOf(model: Model): Back | null {
  const chat = currentChat(model);
  return chat === null ? null : { key: chat.key, anchor: chat.anchor };
}

/** Back to where one was before one jumped. */
export function goBack(model: Model, back: Back): Step {
  const left = currentChat(model);
  const returned = left === null ? model : withChat(model, asLive(left));
  const chat = chatOf(returned, back.key);
  const { anchor } = back;
  if (anchor === 'end' || has(chat.timeline, anchor.position)) {
    return openChat(withChat(returned, { ...chat, anchor }), back.key);
  }
  return ask(
    { ...returned, back: null, picked: null },
    back.key,
    { at: anchor.position },
    {
      ...{ otherwise: 'chat.jump.gone', pick: false, rule: false },
    },
  );
}
