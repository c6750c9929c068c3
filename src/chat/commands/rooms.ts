// join, leave and topic: being in rooms.
import { ROOMS_PER_ACCOUNT, TOPIC_LENGTH } from '../../limits.ts';
import { rulesOf } from '../moderation.ts';
import { membersAllowed, type Room } from '../state.ts';
import { cleanShort, validRoom } from '../text.ts';
import { type AccountId, type Draft, reject } from '../vocabulary.ts';
import { type CommandRow, draft, firstWord, mayFound, refused, USAGE, written } from './row.ts';
import { mayModerate, mayNotSpeak } from './rules.ts';

export const join: CommandRow<'join'> = {
  needs: 'guest',
  lines: [
    {
      name: 'join',
      aliases: ['j'],
      args: '#ROOM',
      help: 'help.join',
      completes: 'room',
      parse: rest => {
        const [name] = firstWord(rest);
        if (name === '') return USAGE;
        const room = validRoom(name);
        return room ? written({ kind: 'join', room }) : refused('room-invalid', { room: name });
      },
    },
  ],
  decide: (command, deciding) => {
    const { state, actor } = deciding;
    const room = validRoom(command.room);
    if (!room) return reject('room-invalid', { room: command.room });
    const mine = state.memberships.get(actor.account);
    if (mine?.has(room)) return reject('already-member', { room });
    if (mine && mine.size >= ROOMS_PER_ACCOUNT) return reject('too-many-rooms', { limit: ROOMS_PER_ACCOUNT });
    const existing = state.rooms.get(room);
    if (existing && !mayEnter(existing, actor.account)) return reject('room-closed', { room });
    if (existing && rulesOf(state.moderation, room).locked && !mayModerate(deciding, room)) {
      return reject('room-locked', { room });
    }
    if (existing && existing.members.size >= membersAllowed(state)) {
      return reject('room-full', { room, limit: membersAllowed(state) });
    }
    const events: Draft[] = [];
    if (!existing) {
      const refusal = mayFound(deciding);
      if (refusal) return refusal;
      events.push(draft(deciding, room, { kind: 'created' }, false));
    }
    events.push(draft(deciding, room, { kind: 'joined' }, true));
    return { ok: true, events };
  },
};

/** Its owner always finds back. */
function mayEnter({ visibility, invited, owner }: Room, account: AccountId): boolean {
  return visibility === 'public' || invited.has(account) || owner === account;
}

export const leave: CommandRow<'leave'> = {
  needs: 'guest',
  lines: [
    {
      name: 'leave',
      aliases: ['part'],
      args: '[#ROOM]',
      help: 'help.leave',
      completes: 'room',
      parse: (rest, context) => {
        const [name] = firstWord(rest);
        const room = name === '' ? context.room : validRoom(name);
        if (name !== '' && !room) return refused('room-invalid', { room: name });
        return room ? written({ kind: 'leave', room }) : USAGE;
      },
    },
  ],
  decide: (command, deciding) => {
    const { state, actor } = deciding;
    if (!state.memberships.get(actor.account)?.has(command.room)) return reject('not-member', { room: command.room });
    return { ok: true, events: [draft(deciding, command.room, { kind: 'left' }, true)] };
  },
};

export const topic: CommandRow<'topic'> = {
  needs: 'member',
  lines: [
    {
      name: 'topic',
      aliases: ['t'],
      args: 'TEXT',
      help: 'help.topic',
      parse: (rest, context) => {
        const text = cleanShort(rest, TOPIC_LENGTH);
        return context.room && text !== '' ? written({ kind: 'topic', room: context.room, text }) : USAGE;
      },
    },
  ],
  decide: (command, deciding) => {
    const { state, actor } = deciding;
    const room = state.rooms.get(command.room);
    if (!room || (room.visibility === 'hidden' && !room.members.has(actor.account))) {
      return reject('no-such-room', { room: command.room });
    }
    if (!state.memberships.get(actor.account)?.has(command.room)) return reject('not-member', { room: command.room });
    const silent = mayNotSpeak(deciding, command.room);
    if (silent) return silent;
    const text = cleanShort(command.text, TOPIC_LENGTH);
    return { ok: true, events: [draft(deciding, command.room, { kind: 'topic', text }, true)] };
  },
};
