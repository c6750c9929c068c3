// post: saying something, in a room or to a person. A room that nobody made yet comes into being with its first post.
import { MESSAGE_BYTES } from '../../limits.ts';
import { findAccount } from '../state.ts';
import { cleanText, faultOfMessage, validRoom } from '../text.ts';
import { type Body, type Decision, type Draft, reject, type Target } from '../vocabulary.ts';
import {
  type CommandRow,
  draft,
  firstWord,
  type LineContext,
  type LineResult,
  mayFound,
  refused,
  USAGE,
  written,
} from './row.ts';

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
  ],
  decide: (command, deciding) => {
    const body = cleanBody(command.body);
    const fault = body.kind === 'text' ? faultOfMessage(body.text) : null;
    if (fault) return reject(fault, { limit: MESSAGE_BYTES });
    return command.target.to === 'room'
      ? postToRoom(command.target.room)
      : postToPerson(findAccount(deciding.state, command.target));

    function postToRoom(wanted: string): Decision {
      const room = validRoom(wanted);
      if (!room) return reject('room-invalid', { room: wanted });
      const events: Draft[] = [];
      if (!deciding.state.rooms.has(room)) {
        const refusal = mayFound(deciding);
        if (refusal) return refusal;
        events.push(draft(deciding, room, { kind: 'created' }, false));
      }
      events.push(draft(deciding, room, { kind: 'message', body, action: command.action }, true));
      return { ok: true, events };
    }

    function postToPerson(other: ReturnType<typeof findAccount>) {
      if (!other) return reject('no-such-name', { name: nameOf(command.target) });
      const talk = deciding.talkOf(deciding.actor.account, other.id);
      const to = { account: other.id, name: other.name };
      return {
        ok: true,
        events: [draft(deciding, talk, { kind: 'message', body, action: command.action, to }, true)],
      } as const;
    }
  },
};

/** A line without a slash: said where one is. */
export function here(text: string, action: boolean, context: LineContext): LineResult {
  if (context.room) return say({ to: 'room', room: context.room }, text, action);
  if (context.person) return say({ to: 'account', account: context.person }, text, action);
  return refused('no-such-room', { room: '#lobby' });
}

function say(target: Target, raw: string, action: boolean): LineResult {
  const text = cleanText(raw);
  const fault = faultOfMessage(text);
  if (fault) return refused(fault, { limit: MESSAGE_BYTES });
  return written({ kind: 'post', target, body: { kind: 'text', text }, action });
}

function cleanBody(body: Body): Body {
  return body.kind === 'text' ? { kind: 'text', text: cleanText(body.text) } : body;
}

function nameOf(target: Target): string {
  return target.to === 'name' ? target.name : target.to === 'account' ? target.account : target.room;
}
