// Events as plain lines and as JSON, for scripts and people who read a pipe. The plain-text printer: peers' text is
// cleaned here again before it can reach a terminal.
import { cleanLine, cleanText, upright } from '../chat/text.ts';
import type { AnyEvent, Body } from '../chat/vocabulary.ts';

/** What tail prints of an event as JSON. `time` is ISO 8601; `text` is null where an event has none or it is sealed. */
export function eventJson(event: AnyEvent): Record<string, unknown> {
  const { conversation, position, id, time, from, account, kind } = event;
  const head = { conversation, position, id, time: new Date(time).toISOString(), from, account };
  const named = kind === 'unknown' ? event.name : kind;
  return { ...head, kind: named, text: textOf(event), ...extrasOf(event) };
}

function textOf(event: AnyEvent): string | null {
  switch (event.kind) {
    case 'message':
    case 'edited':
      return event.body.kind === 'text' ? event.body.text : null;
    case 'reacted':
      return event.reaction;
    case 'visibility':
      return event.visibility;
    case 'topic':
    case 'broadcast':
    case 'motd':
      return event.text;
    case 'offered':
      return event.body.kind === 'file' ? event.body.file.name : null;
    case 'kicked':
    case 'banned':
    case 'muted':
    case 'door':
      return event.reason;
    default:
      return null;
  }
}

function extrasOf(event: AnyEvent): Record<string, unknown> {
  if (event.kind === 'kicked') return { target: event.name };
  const to = 'to' in event && event.to ? { to: event.to.name } : {};
  switch (event.kind) {
    case 'message': {
      const { action, reply, edited, deleted, reactions } = event;
      const became = { ...(edited === undefined ? {} : { edited }), ...(deleted ? { deleted } : {}) };
      return {
        ...(action ? { action } : {}),
        ...to,
        ...(reply ? { reply } : {}),
        ...became,
        ...(reactions ? { reactions } : {}),
      };
    }
    case 'edited':
    case 'deleted':
    case 'received':
    case 'declined':
      return { about: event.about, ...to };
    case 'withdrawn':
      return { about: event.about, why: event.why, ...to };
    case 'offered':
      return { size: event.size, ...(event.body.kind === 'file' ? { file: event.body.file } : {}), ...to };
    case 'reacted':
      return { about: event.about, on: event.on, ...to };
    case 'invited':
      return { room: event.room, ...to };
    case 'renamed':
      return { name: event.name };
    case 'retained':
      return { room: event.room, ...event.keep };
    case 'banned':
      return { of: event.of, until: timeOf(event.until) };
    case 'unbanned':
      return { of: event.of };
    case 'muted':
      return { target: event.name, room: event.room, until: timeOf(event.until) };
    case 'unmuted':
      return { target: event.name, room: event.room };
    case 'ruled':
      return { rules: event.rules };
    case 'door':
      return { door: event.door };
    case 'set':
      return { name: event.name, value: event.value };
    case 'broadcast':
      return to;
    default:
      return {};
  }
}

function timeOf(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}

/** One line for a person: time, where, who, what. Further lines of a text are indented below. */
export function eventLine(event: AnyEvent): string {
  const time = new Date(event.time);
  const clock = [time.getHours(), time.getMinutes(), time.getSeconds()]
    .map(part => String(part).padStart(2, '0'))
    .join(':');
  const from = part(event.from);
  const to = 'to' in event && event.to ? `${from} → ${part(event.to.name)}` : null;
  const where = to ?? (event.conversation === '*' ? '' : part(event.conversation));
  const what = sayingOf(event, from, to !== null).replaceAll('\n', '\n    ');
  return [clock, where, what].filter(part => part !== '').join(' ');
}

/** A name or a line of a peer's between our own words. */
function part(text: string): string {
  return upright(cleanLine(text));
}

/** A peer's text of several lines, none of which joins what stands before it. */
function body(text: string): string {
  return cleanText(text).split('\n').map(upright).join('\n');
}

function bodyText(said: Body): string {
  return said.kind === 'text' ? body(said.text) : '[sealed]';
}

function sayingOf(event: AnyEvent, from: string, isPrivate: boolean): string {
  switch (event.kind) {
    case 'message': {
      const text = event.deleted
        ? '[deleted]'
        : `${bodyText(event.body)}${event.edited === undefined ? '' : ' (edited)'}`;
      if (event.action) return `* ${from} ${text}`;
      const answers = event.reply ? '↳ ' : '';
      return isPrivate ? `: ${answers}${text}` : `${from}: ${answers}${text}`;
    }
    case 'broadcast':
      return `*** ${from}: ${body(event.text)}`;
    case 'topic':
      return `--- ${from} set the topic: ${part(event.text)}`;
    case 'kicked':
      return `--- ${part(event.name)} was kicked by ${from}${because(event.reason)}`;
    case 'muted':
      return `--- ${from} muted ${part(event.name)}${because(event.reason)}`;
    case 'unmuted':
      return `--- ${from} lets ${part(event.name)} speak again`;
    case 'ruled':
      return `--- ${from} set the rules of the room`;
    case 'motd':
      return `--- ${from} set the message of the day: ${body(event.text)}`;
    case 'edited':
      return `--- ${from} edited a message: ${bodyText(event.body)}`;
    case 'deleted':
      return `--- ${from} deleted a message`;
    case 'reacted':
      return `--- ${from} ${event.on ? 'reacted to' : 'took a reaction to'} a message${event.on ? '' : ' back'}: ${part(event.reaction)}`;
    case 'invited':
      return `--- ${from} invited ${part(event.to.name)} to ${part(event.room)}`;
    case 'renamed':
      return `--- ${from} is called ${part(event.name)} now`;
    case 'visibility':
      return `--- ${from} made the room ${event.visibility === 'invite' ? 'open by invitation' : event.visibility}`;
    case 'offered':
      return `--- ${from} offers ${event.body.kind === 'file' ? part(event.body.file.name) : '[sealed]'} (${event.size} bytes)`;
    case 'received':
      return `--- ${from} has the file`;
    case 'declined':
      return `--- ${from} declined the file`;
    case 'withdrawn':
      return `--- the file was ${event.why === 'withdrawn' ? `withdrawn by ${from}` : event.why}`;
    case 'unknown':
      return `--- ${from}: ${part(event.name)}`;
    default:
      return `--- ${from} ${event.kind}`;
  }
}

function because(reason: string): string {
  return reason === '' ? '' : `: ${part(reason)}`;
}
