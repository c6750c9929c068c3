// Sentences about what happened, from the catalogue: what the log says of an event that is no message.
import { cleanLine, upright } from '../../chat/text.ts';
import type { ConversationId, PersonSummary, RoomRules } from '../../chat/vocabulary.ts';
import type { ErrorParams } from '../../errors.ts';
import { isWordKey, say, type WordKey } from '../../words/words.ts';
import { formatAge } from '../kit/format.ts';
import type { Change, MessageLine, PendingLine, ServerLine } from './timeline.ts';
import { dateParts, dayOf, timeOfDay } from './times.ts';

/** A code's sentence; a code of a newer server is shown as it is. */
export function codeText(code: string, params: ErrorParams): string {
  return isWordKey(code) ? say(code, params) : say('chat.unknown-code', { code });
}

/** Why a line was refused, and what one can do. */
export function refusalText(refusal: { readonly code: string; readonly params: ErrorParams }): string {
  return `${codeText(refusal.code, refusal.params)} ${say('chat.refused.next')}`;
}

/** What a line says: a /me begins with the name, and whoever was changed later says so at its end. */
export function textOf(line: MessageLine | PendingLine): string {
  if (line.is === 'message' && line.event.deleted) return say('chat.deleted');
  const text = line.is === 'message' && line.sealed ? say('chat.sealed') : line.text;
  const whole = line.action ? `${line.from} ${upright(text)}` : text;
  return isEdited(line) ? `${whole} ${say('chat.edited')}` : whole;
}

export function isEdited(line: MessageLine | PendingLine): boolean {
  return line.is === 'message' && line.event.edited !== undefined && !line.event.deleted;
}

/** Code points of a message by which one knows it again. */
const WORDS_SHOWN = 160;

/** The first words of a message, in one line. */
export function wordsOf(line: MessageLine | PendingLine): string {
  if (line.is === 'message' && line.event.deleted) return say('chat.deleted');
  const text = line.is === 'message' && line.sealed ? say('chat.sealed') : line.text;
  return upright(cleanLine([...text.slice(0, 2 * WORDS_SHOWN)].slice(0, WORDS_SHOWN).join('')));
}

/** What the server says of an event. */
export function serverText({ event, toMe }: ServerLine): string {
  switch (event.kind) {
    case 'broadcast':
      return event.text;
    case 'topic':
      return event.text === ''
        ? say('chat.event.topic-none', { name: event.from })
        : say('chat.event.topic', { name: event.from, topic: event.text });
    case 'kicked':
      return event.reason === ''
        ? say('chat.event.kicked', { name: event.name, by: event.from })
        : say('chat.event.kicked-reason', { name: event.name, by: event.from, reason: event.reason });
    case 'renamed':
      return say('chat.event.renamed', { name: event.from, now: event.name });
    case 'limited':
      return say('chat.event.limited', { name: event.from, connections: event.connections });
    case 'unknown':
      return say('chat.event.unknown', { name: event.from, kind: event.name });
    case 'invited':
      return toMe
        ? say('chat.event.invited-me', { name: event.from, room: event.room })
        : say('chat.event.invited', { name: event.from, other: event.to.name, room: event.room });
    case 'visibility':
      return say(`chat.event.visibility-${event.visibility}`, { name: event.from });
    case 'muted':
      return say(event.room === null ? 'chat.event.muted' : 'chat.event.muted-room', {
        ...{ name: event.name, by: event.from, reason: event.reason },
        ...(event.until === null ? {} : { minutes: Math.ceil((event.until - event.time) / 60_000) }),
      });
    case 'unmuted':
      return say('chat.event.unmuted', { name: event.name, by: event.from });
    case 'ruled':
      return say('chat.event.ruled', { name: event.from, rules: rulesText(event.rules) });
    case 'motd':
      return event.text === '' ? say('chat.event.motd-none', { name: event.from }) : event.text;
    case 'banned':
    case 'unbanned':
    case 'door':
    case 'set':
    case 'message':
    case 'edited':
    case 'deleted':
    case 'reacted':
    case 'offered':
    case 'received':
    case 'declined':
    case 'withdrawn':
    case 'retained':
    case 'clock-confirmed':
    case 'created':
    case 'joined':
    case 'left':
    case 'claimed':
    case 'released':
    case 'role':
    case 'exempted':
    case 'invite-made':
    case 'invite-used':
    case 'invite-revoked':
      return '';
    default:
      return event satisfies never;
  }
}

function rulesText({ slow, announceOnly, locked }: RoomRules): string {
  const parts = [
    ...(slow > 0 ? [say('chat.rules.slow', { seconds: slow })] : []),
    ...(announceOnly ? [say('chat.rules.announce-only')] : []),
    ...(locked ? [say('chat.rules.locked')] : []),
  ];
  return parts.length === 0 ? say('chat.rules.none') : parts.join(', ');
}

/** What a fold of comings and goings says: each person once, by what they did last. */
export function membershipParts(changes: readonly Change[], room: ConversationId | null): readonly string[] {
  const last = new Map<string, Change>();
  for (const change of changes) {
    // Whoever makes a room joins it at once: that is said once.
    const made = last.get(change.account)?.what === 'created' && change.what === 'joined';
    if (!made) last.set(change.account, change);
  }
  const all = [...last.values()];
  return (['created', 'joined', 'left'] as const).flatMap(what => {
    const names = all.filter(change => change.what === what).map(change => change.name);
    if (names.length === 0) return [];
    return [say(WORDS[what], { names: listed(names), room: room ?? '' })];
  });
}

const WORDS = {
  created: 'chat.event.created',
  joined: 'chat.event.joined',
  left: 'chat.event.left',
} as const satisfies Record<Change['what'], WordKey>;

/** Names that are spelt out; the others are counted. */
const NAMED = 4;

export function listed(names: readonly string[]): string {
  const some = names.slice(0, NAMED).map(upright).join(say('chat.list.separator'));
  return names.length <= NAMED ? some : say('chat.list.more', { names: some, count: names.length - NAMED });
}

/** 'Friday 20 November', with the year when it is not this one. */
export function dayText(time: number, now: number): string {
  const { weekday, day, month, year } = dateParts(time);
  const params = { weekday: word('chat.weekdays', weekday), day, month: word('chat.months', month), year };
  return say(year === dateParts(now).year ? 'chat.day' : 'chat.day-year', params);
}

/** '09:41' of today, '20 Nov 09:41' of this year, '20 Nov 2025' of another. */
export function shortDate(time: number, now: number): string {
  if (dayOf(time) === dayOf(now)) return timeOfDay(time);
  const { day, month, year } = dateParts(time);
  const params = { day, month: word('chat.months-short', month), year, time: timeOfDay(time) };
  return say(year === dateParts(now).year ? 'chat.date' : 'chat.date-year', params);
}

/** Of somebody who is not here: when they last were. */
export function seenText({ since }: Pick<PersonSummary, 'since'>, now: number): string {
  return since === 0 ? say('chat.never-seen') : say('chat.seen', { age: formatAge(Math.max(0, now - since)) });
}

function word(key: WordKey, index: number): string {
  return say(key).split(' ')[index] ?? '';
}
