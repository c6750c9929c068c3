// post: saying something, in a room or to a person. A room that nobody made yet comes into being with its first post.
import { MESSAGE_BYTES } from '../../limits.ts';
import { findAccount } from '../state.ts';
import { cleanText, faultOfMessage, utf8Length, validRoom } from '../text.ts';
import {
  type Body,
  type Decision,
  type Draft,
  type EventDetail,
  type MessageRef,
  type OfferBody,
  reject,
  type Target,
} from '../vocabulary.ts';
import {
  type CommandRow,
  type Deciding,
  draft,
  firstWord,
  type LineContext,
  type LineResult,
  mayFound,
  maySpeak,
  refused,
  USAGE,
  written,
} from './row.ts';
import { mayNotSpeak } from './rules.ts';

export const post: CommandRow<'post'> = {
  needs: 'member',
  lines: [
    {
      name: 'me',
      aliases: [],
      args: 'TEXT',
      help: 'help.me',
      parse: (rest, context) => (rest.trim() === '' ? USAGE : here(rest, true, context)),
    },
    {
      name: 'msg',
      aliases: ['m', 'query'],
      args: '@NAME TEXT',
      help: 'help.msg',
      completes: 'person',
      parse: rest => {
        const [name, text] = firstWord(rest);
        if (name === '' || text === '') return USAGE;
        return say({ to: 'name', name: name.replace(/^@/, '') }, text, false);
      },
    },
    {
      name: 'reply',
      aliases: ['re'],
      args: 'TEXT',
      help: 'help.reply',
      parse: (rest, context) => {
        if (rest.trim() === '') return USAGE;
        return context.message ? here(rest, false, context, context.message) : refused('no-such-message');
      },
    },
  ],
  decide: (command, deciding) => {
    const body = cleanBody(command.body);
    const fault = faultOfBody(body);
    if (fault) return fault;
    const { action, reply } = command;
    const answered = reply && deciding.message(reply);
    if (reply && !answered) return reject('no-such-message');
    const detail = { kind: 'message', body, action, ...(reply ? { reply } : {}) } as const;
    return sayTo(command.target, deciding, { detail, bytes: sizeOf(body), ...(answered ? { answered } : {}) });
  },
};

/** What is to be said: an event for a room or, with who it is for, for private talk. */
interface Said {
  readonly detail: Extract<EventDetail, { kind: 'message' | 'offered' }>;
  /** As they count while it waits for somebody. */
  readonly bytes: number;
  /** The message that it answers. */
  readonly answered?: Draft;
}

/** Says something where it is meant to go. A room that nobody made yet comes into being. */
export function sayTo(target: Target, deciding: Deciding, said: Said): Decision {
  return target.to === 'room' ? sayToRoom(target.room, deciding, said) : sayToPerson(target, deciding, said);
}

function sayToRoom(wanted: string, deciding: Deciding, { detail, answered }: Said): Decision {
  const room = validRoom(wanted);
  if (!room) return reject('room-invalid', { room: wanted });
  if (answered && answered.conversation !== room) return reject('no-such-message');
  // What holds in a closed room is told to nobody outside.
  if (!maySpeak(deciding, room)) return reject('room-closed', { room });
  const silent = mayNotSpeak(deciding, room);
  if (silent) return silent;
  const events: Draft[] = [];
  if (!deciding.state.rooms.has(room)) {
    const refusal = mayFound(deciding);
    if (refusal) return refusal;
    events.push(draft(deciding, room, { kind: 'created' }, false));
  }
  events.push(draft(deciding, room, detail, true));
  return { ok: true, events };
}

function sayToPerson(target: Target, deciding: Deciding, { detail, answered, bytes }: Said): Decision {
  const other = findAccount(deciding.state, target);
  if (!other) return reject('no-such-name', { name: nameOf(target) });
  const silent = mayNotSpeak(deciding, null);
  if (silent) return silent;
  const talk = deciding.talkOf(deciding.actor.account, other.id);
  if (answered && answered.conversation !== talk) return reject('no-such-message');
  if (!deciding.mayWait(other.id, bytes)) return reject('queue-full', { name: other.name });
  const to = { account: other.id, name: other.name };
  return { ok: true, events: [draft(deciding, talk, { ...detail, to }, true)] };
}

/** A line without a slash: said where one is. */
export function here(text: string, action: boolean, context: LineContext, reply?: MessageRef): LineResult {
  if (context.room) return say({ to: 'room', room: context.room }, text, action, reply);
  if (context.person) return say({ to: 'account', account: context.person }, text, action, reply);
  return refused('no-such-room', { room: '#lobby' });
}

function say(target: Target, raw: string, action: boolean, reply?: MessageRef): LineResult {
  const text = cleanText(raw);
  const fault = faultOfMessage(text);
  if (fault) return refused(fault, { limit: MESSAGE_BYTES });
  return written({ kind: 'post', target, body: { kind: 'text', text }, action, ...(reply ? { reply } : {}) });
}

export function cleanBody(body: Body): Body {
  return body.kind === 'text' ? { kind: 'text', text: cleanText(body.text) } : body;
}

/** Why a body cannot be said, or null. */
export function faultOfBody(body: Body): Decision | null {
  const fault = body.kind === 'text' ? faultOfMessage(body.text) : null;
  return fault && reject(fault, { limit: MESSAGE_BYTES });
}

/** Bytes of a body, as they count while it waits for somebody. */
export function sizeOf(body: Body | OfferBody): number {
  if (body.kind === 'sealed') return body.bytes.length;
  return utf8Length(body.kind === 'text' ? body.text : body.file.name);
}

function nameOf(target: Target): string {
  return target.to === 'name' ? target.name : target.to === 'account' ? target.account : target.room;
}
