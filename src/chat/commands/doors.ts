// invite and visibility: who may come into a room, and who may know of it.
import { findAccount } from '../state.ts';
import { validRoom } from '../text.ts';
import { LOBBY, ROLES, reject, type Target, VISIBILITIES } from '../vocabulary.ts';
import { type CommandRow, draft, firstWord, refused, USAGE, written } from './row.ts';
import { mayNotSpeak, roomForm } from './rules.ts';

export const invite: CommandRow<'invite'> = {
  needs: 'member',
  lines: [
    {
      name: 'invite',
      aliases: [],
      args: '@NAME [#ROOM]',
      help: 'help.invite',
      completes: 'person',
      parse: (rest, context) => {
        const [name, more] = firstWord(rest);
        const [place] = firstWord(more);
        const room = place === '' ? context.room : validRoom(place);
        if (place !== '' && !room) return refused('room-invalid', { room: place });
        if (name === '' || !room) return USAGE;
        return written({ kind: 'invite', room, target: { to: 'name', name: name.replace(/^@/, '') } });
      },
    },
  ],
  decide: (command, deciding) => {
    const { state, actor } = deciding;
    const room = state.rooms.get(command.room);
    if (!room?.members.has(actor.account)) return reject('not-member', { room: command.room });
    const other = findAccount(state, command.target);
    if (!other) return reject('no-such-name', { name: nameOf(command.target) });
    if (room.members.has(other.id)) return reject('already-member', { room: room.id });
    const silent = mayNotSpeak(deciding, null);
    if (silent) return silent;
    if (room.invited.has(other.id)) return reject('already-invited', { name: other.name, room: room.id });
    if (!deciding.mayWait(other.id, room.id.length)) return reject('queue-full', { name: other.name });
    const talk = deciding.talkOf(actor.account, other.id);
    const to = { account: other.id, name: other.name };
    return { ok: true, events: [draft(deciding, talk, { kind: 'invited', room: room.id, to }, true)] };
  },
};

export const visibility: CommandRow<'visibility'> = {
  needs: 'member',
  steers: true,
  lines: [
    {
      ...roomForm('visibility', '[#ROOM] public | invite | hidden', (rest, room) => {
        const [word] = firstWord(rest);
        const found = VISIBILITIES.find(each => each === word.toLowerCase());
        return found ? { kind: 'visibility', room, visibility: found } : null;
      }),
      aliases: ['room'],
    },
  ],
  decide: (command, deciding) => {
    const { state, actor } = deciding;
    const room = state.rooms.get(command.room);
    const operator = ROLES.indexOf(actor.role) >= ROLES.indexOf('operator');
    if (!room || !(room.members.has(actor.account) || operator)) return reject('not-member', { room: command.room });
    if (room.owner !== actor.account && !operator) return reject('not-room-owner');
    // Everybody comes in by the lobby.
    if (room.id === LOBBY) return reject('visibility-invalid', { room: room.id });
    if (room.visibility === command.visibility) return reject('visibility-invalid', { room: room.id });
    const { visibility: wanted } = command;
    return { ok: true, events: [draft(deciding, room.id, { kind: 'visibility', visibility: wanted }, true)] };
  },
};

function nameOf(target: Target): string {
  return target.to === 'name' ? target.name : target.to === 'account' ? target.account : target.room;
}
