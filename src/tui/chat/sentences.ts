// Sentences about what happened, from the catalogue: what the log says of an event that is no message.
import { upright } from '../../chat/text.ts';
import type { AnyEvent, ConversationId, RoomRules } from '../../chat/vocabulary.ts';
import type { ErrorParams } from '../../errors.ts';
import { isWordKey, say, type WordKey } from '../../words/words.ts';
import type { Change, MessageLine, PendingLine } from './timeline.ts';
import { dateParts } from './times.ts';

/** A code's sentence; a code of a newer server is shown as it is. */
export function codeText(code: string, params: ErrorParams): string {
  return isWordKey(code) ? say(code, params) : say('chat.unknown-code', { code });
}

/** Why a line was refused, and what one can do. */
export function refusalText(refusal: { readonly code: string; readonly params: ErrorParams }): string {
  return `${codeText(refusal.code, refusal.params)} ${say('chat.refused.next')}`;
}

/** What a line says: a /me begins with the name. */
export function textOf(line: MessageLine | PendingLine): string {
  const text = line.is === 'message' && line.sealed ? say('chat.sealed') : line.text;
  return line.action ? `${line.from} ${upright(text)}` : text;
}

/** What the server says of an event. */
export function serverText(event: AnyEvent): string {
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
      return say('chat.event.invited', { name: event.from, other: event.to.name, room: event.room });
    case 'visibility':
      return say(`chat.event.visibility-${event.visibility}`, { name: event.from });
    case 'muted':
      return say(event.room === null ? 'chat.event.muted' : 'chat.event.muted-room', {
        ...{ name: event.name, by: event.from, reason: event.reason },
      });
    case 'unmuted':
      return say('chat.event.unmuted', { name: event.name, by: event.from });
    case 'ruled':
      return say('chat.event.ruled', { name: event.from, rules: rulesText(event.rules) });
    case 'motd':
      return event.text;
    case 'banned':
    case 'unbanned':
    case 'door':
    case 'set':
    case 'message':
    case 'edited':
    case 'deleted':
    case 'reacted':
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

function listed(names: readonly string[]): string {
  const some = names.slice(0, NAMED).map(upright).join(say('chat.list.separator'));
  return names.length <= NAMED ? some : say('chat.list.more', { names: some, count: names.length - NAMED });
}

/** 'Friday 20 November', with the year when it is not this one. */
export function dayText(time: number, now: number): string {
  const { weekday, day, month, year } = dateParts(time);
  const params = { weekday: word('chat.weekdays', weekday), day, month: word('chat.months', month), year };
  return say(year === dateParts(now).year ? 'chat.day' : 'chat.day-year', params);
}

function word(key: WordKey, index: number): string {
  return say(key).split(' ')[index] ?? '';
}
