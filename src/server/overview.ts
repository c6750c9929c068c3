// What operators may look at besides the numbers: who is kept out and silent, what was done, what is set, the rooms.
import { holds, rulesOf } from '../chat/moderation.ts';
import type { Room } from '../chat/state.ts';
import { undoOf } from '../chat/undo.ts';
import type { ConversationId, Millis } from '../chat/vocabulary.ts';
import { KEPT_BYTES, KEPT_DAYS, ROOMS_LISTED } from '../limits.ts';
import type { AdminQuery } from '../protocol/admin.ts';
import type { Act, AdminAnswers, RoomRow } from './admin-session.ts';
import { entryOf, shortened } from './feed.ts';
import type { Files } from './files.ts';
import type { Hall } from './hall.ts';
import { personOf } from './person.ts';
import type { RoomTraffic } from './room-traffic.ts';
import type { TrailAct } from './trail.ts';
import type { Warden } from './warden.ts';

/** What is looked at besides the hall. */
export interface Overseen {
  readonly warden: Warden;
  readonly traffic: RoomTraffic;
  readonly files: Files;
  /** See `Expiry.off`. */
  readonly clockOff: Millis | null;
}

/** Answers a query; a snapshot, and the sessions of a person, are the control room's. */
export function overview(
  hall: Hall,
  { warden, traffic, files, clockOff }: Overseen,
  query: AdminQuery,
): AdminAnswers[keyof AdminAnswers] {
  const { state, clock, trail } = hall;
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
      return files.rows();
    case 'audit':
      return { acts: trail.page(query.before, query.limit).map(act => actOf(act, hall, warden)) };
    case 'settings': {
      const { door, motd } = moderation;
      const exempt = [...state.entry.exempt];
      const retention = state.retention.get('') ?? { days: KEPT_DAYS, bytes: KEPT_BYTES };
      return { connections: state.connections, settings: warden.settings, retention, door, motd, exempt, clockOff };
    }
    case 'rooms': {
      const rooms = [...state.rooms.keys()].map(room => ({ room, rate: traffic.rate(room, clock.elapsed()) }));
      const busiest = rooms.toSorted((one, other) => other.rate - one.rate || (one.room < other.room ? -1 : 1));
      return {
        rooms: busiest.slice(0, ROOMS_LISTED).map(({ room, rate }) => roomOf(hall, room, rate)),
        all: rooms.length,
      };
    }
    case 'person':
      return { person: query.whom === null ? null : personOf(hall, warden, query.whom) };
    default:
      return query.kind satisfies never;
  }
}

function actOf({ event, before, newest }: TrailAct, { state, clock }: Hall, { first }: Warden): Act {
  const undo = newest ? undoOf(event, before, { state, now: clock.now(), first }) : null;
  const entry = shortened(entryOf(event));
  if (event.kind !== 'deleted') return { event, entry, undo };
  const other = state.accounts.get(event.about.account)?.name ?? event.about.account;
  return { event, entry: { ...entry, other }, undo };
}

function roomOf({ state, presence }: Hall, id: ConversationId, messagesPerSecond: number): RoomRow {
  const { topic, visibility, members } = state.rooms.get(id) as Room;
  const { slow, announceOnly, locked, moderators } = rulesOf(state.moderation, id);
  let here = 0;
  for (const account of members) if (presence.of(account).here) here += 1;
  return {
    ...{ room: id, topic, visibility, members: members.size, here, slow, announceOnly, locked },
    ...{ moderators: moderators.map(account => state.accounts.get(account)?.name ?? ''), messagesPerSecond },
  };
}
