// What operators may look at besides the numbers: who is kept out and silent, what was done, what is set, the rooms.
import { holds, rulesOf } from '../chat/moderation.ts';
import type { AdminQuery } from '../protocol/admin.ts';
import type { AdminAnswers } from './admin-session.ts';
import type { Files } from './files.ts';
import type { Hall } from './hall.ts';
import type { Warden } from './warden.ts';

/** Answers a query; a snapshot is the control room's. */
export function overview(
  hall: Hall,
  warden: Warden,
  files: Files,
  query: AdminQuery,
): AdminAnswers[keyof AdminAnswers] {
  const { state, clock, presence, trail } = hall;
  const { moderation } = state;
  const now = clock.now();
  switch (query.kind) {
    case 'snapshot':
      throw new Error('asked in the wrong place');
    case 'bans': {
      const bans = [...moderation.bans.values()].filter(ban => holds(ban, now));
      const mutes = [...moderation.mutes.values()].filter(mute => holds(mute, now));
      return { bans: bans.map(({ looks: _looks, ...ban }) => ban), mutes };
    }
    case 'files':
      return { files: files.rows() };
    case 'audit':
      return { acts: trail.page(query.before, query.limit) };
    case 'settings': {
      const { door, motd } = moderation;
      const exempt = [...state.entry.exempt];
      return { connections: state.connections, settings: warden.settings, door, motd, exempt };
    }
    case 'rooms':
      return {
        rooms: [...state.rooms.values()].map(({ id, topic, visibility, members }) => {
          const { slow, announceOnly, locked } = rulesOf(moderation, id);
          let here = 0;
          for (const account of members) if (presence.of(account).here) here += 1;
          return { room: id, topic, visibility, members: members.size, here, slow, announceOnly, locked };
        }),
      };
    default:
      return query.kind satisfies never;
  }
}
