// Events as lines: which are shown, and as what.
import { fold, isChange } from '../../chat/fold.ts';
import type { AnyEvent, Message, Position } from '../../chat/vocabulary.ts';
import { mentionOf } from './markup.ts';
import type { Me } from './model.ts';
import {
  foldOf,
  hold,
  type Later,
  type LoggedLine,
  type MessageLine,
  messageOf,
  nameOf,
  replaceMessage,
  type Timeline,
} from './timeline.ts';

/** The line that an event is shown as in a timeline, with what was done about it before it came; null: it is not shown. */
export function lineOf(event: AnyEvent, me: Me | null, timeline: Timeline | null = null): LoggedLine | null {
  const { position, time } = event;
  switch (event.kind) {
    case 'message':
      return timeline === null ? messageLine(event, me) : withHeld(messageLine(event, me), me, timeline);
    case 'created':
    case 'joined':
    case 'left':
      return foldOf([{ position, what: event.kind, account: event.account, name: event.from, time }]);
    case 'topic':
    case 'broadcast':
    case 'kicked':
    case 'limited':
    case 'renamed':
    case 'invited':
    case 'visibility':
    case 'muted':
    case 'unmuted':
    case 'ruled':
    case 'motd':
    case 'unknown':
      return { is: 'server', position, last: position, time, event, toMe: isToMe(event, me) };
    case 'offered':
      return { is: 'offer', position, last: position, time, event, account: event.account, from: event.from };
    // What becomes of an offer stands in its line.
    case 'received':
    case 'declined':
    case 'withdrawn':
    case 'edited':
    case 'deleted':
    case 'reacted':
    case 'retained':
    case 'banned':
    case 'unbanned':
    case 'door':
    case 'set':
    case 'clock-confirmed':
    case 'claimed':
    case 'released':
    case 'role':
    case 'exempted':
    case 'invite-made':
    case 'invite-used':
    case 'invite-revoked':
      return null;
    default:
      return event satisfies never;
  }
}

function isToMe(event: AnyEvent, me: Me | null): boolean {
  return event.kind === 'invited' && me !== null && event.to.account === me.account;
}

/** The lines of a page, rising by position. What it holds besides is in its messages already. */
export function linesOf(events: readonly AnyEvent[], me: Me | null, timeline: Timeline): LoggedLine[] {
  const rising = [...events].sort((a, b) => a.position - b.position);
  return rising.flatMap(event => lineOf(event, me, timeline) ?? []);
}

function messageLine(event: Message, me: Me | null, changed: Position = 0): MessageLine {
  const { position, time, id, account, from, action, body } = event;
  const text = body.kind === 'text' ? body.text : '';
  const toMe = me !== null && account !== me.account && event.to === undefined;
  return {
    ...{ is: 'message', position, last: position, time, event, id, account, from, text },
    action: action && !event.deleted,
    mention: toMe && names(me.name, text),
    sealed: body.kind === 'sealed',
    changed: Math.max(changed, position, event.edited ?? 0),
  };
}

/** Changes the message that an event is about; one that is not here is changed when it comes. False: no line is another one. */
export function change(timeline: Timeline, event: Later, me: Me | null): boolean {
  const line = messageOf(timeline, event.about);
  if (line === undefined) {
    hold(timeline, event);
    return false;
  }
  const next = folded(line, event, me);
  return next !== line && replaceMessage(timeline, line.position, () => next);
}

function folded(line: MessageLine, event: Later, me: Me | null): MessageLine {
  if (event.position <= line.changed) return line;
  return messageLine(fold(line.event, event, event.position), me, event.position);
}

/**
 * All that came is folded in the order in which it came. What the message was read back with already changes nothing by
 * coming again: of each kind the last one counts, and no later one is missing.
 */
function withHeld(line: MessageLine, me: Me | null, timeline: Timeline): MessageLine {
  if (line.id === null) return line;
  const held = timeline.held.get(nameOf({ account: line.account, id: line.id })) ?? [];
  return held.reduce((each, event) => folded(each, event, me), line);
}

export function isLater(event: AnyEvent): event is Later {
  return isChange(event);
}

let matcher = { name: '', test: mentionOf('') };

/** Whether a text names someone. One name is asked for again and again: its pattern is kept. */
function names(name: string, text: string): boolean {
  if (matcher.name !== name) matcher = { name, test: mentionOf(name) };
  return matcher.test(text);
}
