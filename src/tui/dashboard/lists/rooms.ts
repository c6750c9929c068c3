// The rooms: who is in them, how much is said, what holds there; and changed here.
import { upright } from '../../../chat/text.ts';
import { say, type WordKey } from '../../../words/words.ts';
import { formatCount, formatDuration, formatRate } from '../../kit/format.ts';
import type { RoomRow } from '../facts.ts';
import { focused } from '../focus.ts';
import { newLine } from '../line.ts';
import { logFiltered } from '../log.ts';
import type { ListOverlay, Model } from '../model.ts';
import { changeForm } from '../open.ts';
import { type Step, still } from '../send.ts';
import { steer } from '../steer.ts';
import type { ListAction, ListSpec } from './list.ts';

export const ROOMS: ListSpec = {
  title: 'dashboard.rooms',
  none: 'dashboard.rooms.none',
  columns: [
    { id: 'room', least: 14, widest: 36 },
    { id: 'members', least: 9 },
    { id: 'here', least: 6 },
    { id: 'rate', least: 7 },
    { id: 'modes', least: 14, widest: 44 },
    { id: 'moderators', least: 13, widest: 40 },
    { id: 'topic', least: 12, widest: 100, last: true },
  ],
  titles: {
    room: 'dashboard.rooms.room',
    members: 'dashboard.rooms.members',
    here: 'dashboard.rooms.here',
    rate: 'dashboard.column.rate',
    modes: 'dashboard.rooms.modes',
    moderators: 'dashboard.rooms.moderators',
    topic: 'dashboard.rooms.topic',
  },
  ranked: ['room', 'here', 'rate', 'modes', 'members', 'moderators', 'topic'],
  all: ({ known }) => known.rooms?.all ?? 0,
  rows: ({ known }) =>
    known.rooms?.rooms.map(row => ({
      key: row.room,
      text: () => `${row.room} ${modesOf(row)} ${row.moderators.join(' ')} ${row.topic}`,
      cell: (column: string) => [cellOf(row, column)],
    })) ?? null,
  actions: [
    action('l', 'dashboard.rooms.log', (model, _overlay, { room }) => {
      const there = focused({ ...model, overlay: null }, 'log');
      return still({ ...there, log: logFiltered(there.log, room) });
    }),
    action('o', 'dashboard.rooms.announce-only', (model, overlay, { room, announceOnly }) =>
      steer(model, { kind: 'announce-only', room, on: !announceOnly }, overlay),
    ),
    action('s', 'dashboard.rooms.slow', (model, overlay, { room, slow }) =>
      still({ ...model, overlay: changeForm(`slow ${room}`, 'slow', String(slow), overlay, room) }),
    ),
    action('x', 'dashboard.rooms.lock', (model, overlay, { room, locked }) =>
      steer(model, { kind: 'lock', room, on: !locked }, overlay),
    ),
    action('v', 'dashboard.rooms.visibility', (model, overlay, { room, visibility }) =>
      still({ ...model, overlay: changeForm(`visibility ${room}`, 'visibility', visibility, overlay, room) }),
    ),
    action('m', 'dashboard.rooms.moderator', (model, overlay, { room }) =>
      still({ ...model, overlay: changeForm(`moderator ${room}`, 'moderator', '', overlay, room) }),
    ),
    action('u', 'dashboard.rooms.unmoderator', (model, overlay, { room, moderators }) => {
      // The one there is, or the last that came.
      const name = moderators.findLast(each => each !== '');
      if (name === undefined) return null;
      return still({ ...model, overlay: changeForm(`unmoderator ${room}`, 'unmoderator', name, overlay, room) });
    }),
    action('e', 'dashboard.hint.broadcast', (model, _overlay, { room }) => {
      const writing = focused({ ...model, overlay: null }, 'command');
      return still({ ...writing, command: newLine(`broadcast ${room} `, writing.command) });
    }),
  ],
};

function action(
  letter: string,
  words: WordKey,
  run: (model: Model, overlay: ListOverlay, row: RoomRow) => Step | null,
): ListAction {
  return {
    letter,
    words,
    ...(letter === 'l' ? { key: 'Enter' as const } : {}),
    run: (model, overlay, key) => {
      const row = model.known.rooms?.rooms.find(({ room }) => room === key);
      return row ? run(model, overlay, row) : null;
    },
  };
}

function cellOf(row: RoomRow, column: string) {
  switch (column) {
    case 'room':
      return { text: row.room, token: 'text' } as const;
    case 'members':
      return { text: formatCount(row.members), token: 'dim' } as const;
    case 'here':
      return { text: formatCount(row.here), token: row.here > 0 ? 'ok' : 'faint' } as const;
    case 'rate':
      return { text: formatRate(row.messagesPerSecond), token: row.messagesPerSecond > 0 ? 'text' : 'faint' } as const;
    case 'moderators': {
      const names = row.moderators.filter(Boolean).map(upright);
      return { text: names.join(', ') || '–', token: names.length > 0 ? 'text' : 'faint' } as const;
    }
    case 'modes':
      return { text: modesOf(row), token: 'warn' } as const;
    default:
      return { text: row.topic, token: 'dim' } as const;
  }
}

/** What holds in a room besides that one may come in and talk. */
export function modesOf({ visibility, slow, announceOnly, locked }: RoomRow): string {
  return [
    visibility !== 'public' && say(`dashboard.rooms.mode.${visibility}`),
    locked && say('dashboard.rooms.mode.locked'),
    announceOnly && say('dashboard.rooms.mode.announce-only'),
    slow > 0 && say('dashboard.rooms.mode.slow', { time: formatDuration(slow * 1000) }),
  ]
    .filter(Boolean)
    .join(' · ');
}
