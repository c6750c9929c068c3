// A server in the middle of its day, for the dashboard's tests: people, log, totals, and scenes made of them.
import type { Command } from '../../../src/chat/vocabulary.ts';
import { createDashboard } from '../../../src/tui/dashboard/dashboard.ts';
import type { LogEntry } from '../../../src/tui/dashboard/entry.ts';
import type { RoomRow, TransferRow } from '../../../src/tui/dashboard/facts.ts';
import type { Effect, Model, Msg, Stats, UserRow } from '../../../src/tui/dashboard/model.ts';
import type { InputEvent } from '../../../src/tui/kit/input.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** 2026-11-20 09:49:14 UTC */
export const NOW = Date.UTC(2026, 10, 20, 9, 49, 14);

const clock = (text: string) => Date.parse(`2026-11-20T${text}Z`);

function person(name: string, address: string, since: number, row: Partial<UserRow> = {}): UserRow {
  return {
    account: `account-of-${name}`,
    name,
    address,
    since,
    lastActive: NOW - 30 * MINUTE,
    rooms: 2,
    sessions: 1,
    messagesPerSecond: 0,
    bytesInPerSecond: 0,
    bytesOutPerSecond: 0,
    queuedBytes: 0,
    role: 'member',
    ...row,
  };
}

export const PEOPLE: readonly UserRow[] = [
  person('alice', '192.168.1.20', clock('09:02:00'), {
    lastActive: NOW - 3 * SECOND,
    messagesPerSecond: 1.2,
    bytesInPerSecond: 310,
    bytesOutPerSecond: 6_200,
    role: 'owner',
    sessions: 2,
    rooms: 5,
  }),
  person('bob', '192.168.1.31', clock('09:10:00'), { lastActive: NOW - 8 * SECOND, messagesPerSecond: 0.4 }),
  person('carol', '192.168.1.44', clock('09:11:00'), {
    lastActive: NOW - 41 * SECOND,
    messagesPerSecond: 0.1,
    role: 'operator',
  }),
  person('李雷', '10.0.4.7', clock('09:44:00'), { lastActive: NOW - 2 * MINUTE, messagesPerSecond: 0.02, rooms: 1 }),
  person('dmitri', '2001:db8:85a3::8a2e:370:7334', clock('08:15:00'), { lastActive: NOW - 12 * MINUTE }),
  person('ci-bot', 'local script', NOW - 3 * DAY, { lastActive: NOW - 1 * SECOND, messagesPerSecond: 12, rooms: 1 }),
  person('frida', '192.168.1.52', clock('09:40:00'), {
    lastActive: NOW - 5 * SECOND,
    messagesPerSecond: 0.2,
    bytesOutPerSecond: 1_400_000,
    queuedBytes: 2_200_000,
  }),
  person('guest~7', '192.168.1.77', clock('09:49:00'), { lastActive: NOW - 1 * SECOND, messagesPerSecond: 19 }),
];

/** Those above and enough others to fill any screen. */
export const CROWD: readonly UserRow[] = [
  ...PEOPLE,
  ...Array.from({ length: 134 }, (_, index) =>
    person(`guest-${String(index + 10)}`, `10.0.${index % 7}.${index + 2}`, clock('09:20:00') - index * MINUTE, {
      lastActive: NOW - (3 + index) * MINUTE,
    }),
  ),
];

export const LOG: readonly LogEntry[] = [
  { time: clock('09:48:55'), kind: 'connected', name: 'guest~7', address: '192.168.1.77' },
  { time: clock('09:48:56'), kind: 'claimed', name: 'guest~7' },
  { time: clock('09:48:57'), kind: 'joined', name: 'guest~7', room: '#lobby' },
  { time: clock('09:48:58'), kind: 'created', name: 'carol', room: '#ci' },
  { time: clock('09:49:01'), kind: 'message', room: '#dev', name: 'alice', text: 'on it' },
  { time: clock('09:49:02'), kind: 'message', room: '#lobby', name: 'guest~7', text: 'BUY BUY BUY BUY BUY' },
  { time: clock('09:49:02'), kind: 'warning', code: 'slowed', name: 'guest~7', params: { rate: 19 } },
  { time: clock('09:49:03'), kind: 'message', room: '#ci', name: 'ci-bot', text: 'build 4127 passed in 3 m 12 s' },
  { time: clock('09:49:05'), kind: 'private', name: 'bob', other: 'alice' },
  { time: clock('09:49:07'), kind: 'warning', code: 'behind', name: 'frida', params: { bytes: '2.1 MB' } },
  { time: clock('09:49:08'), kind: 'message', room: '#dev', name: 'bob', text: 'thanks! deploying' },
  { time: clock('09:49:09'), kind: 'message', room: '#dev', name: 'carol', text: 'waves', action: true },
  {
    time: clock('09:49:09'),
    kind: 'topic',
    room: '#dev',
    name: 'carol',
    text: 'release on Friday, freeze on Thursday noon',
  },
  { time: clock('09:49:10'), kind: 'broadcast', name: 'console', text: 'Maintenance at noon, five minutes' },
  { time: clock('09:49:11'), kind: 'message', room: '#lobby', name: 'guest~7', text: 'BUY BUY\nBUY BUY BUY' },
  { time: clock('09:49:11'), kind: 'refused', address: '10.0.4.9', code: 'name-taken', params: { name: 'alice' } },
  { time: clock('09:49:12'), kind: 'message', room: '#房间-北京', name: '李雷', text: '下午三点开会 👩‍💻' },
  { time: clock('09:49:13'), kind: 'kicked', name: 'guest~9', other: 'console', text: 'flooding' },
  { time: clock('09:49:13'), kind: 'limited', name: 'console', params: { connections: 500 } },
  { time: clock('09:49:14'), kind: 'left', name: 'eve', room: '#dev' },
  { time: clock('09:49:14'), kind: 'gone', name: 'eve', code: 'connection-lost' },
];

/** A message that may be taken away. */
export const WRITTEN: LogEntry = {
  ...{ time: NOW, kind: 'message', room: '#lobby', name: 'guest~7', text: 'BUY BUY BUY' },
  ref: { account: 'account-of-guest~7', id: '00000000-0000-7000-8000-000000000001' },
};

export const STATS: Stats = {
  now: NOW,
  users: 142,
  connections: 151,
  unauthenticated: 2,
  limit: 500,
  rooms: 12,
  messagesPerSecond: 38,
  deliveriesPerSecond: 3_840,
  bytesInPerSecond: 210_000,
  bytesOutPerSecond: 6_200_000,
  memory: 96 * 1024 * 1024,
  loopDelayP99: 1.2,
  diskUsed: 320 * 1024 * 1024,
  diskFree: 41 * 1024 * 1024 * 1024,
  door: 'open',
  doorBefore: 'open',
};

export const LINK = 'tchat://lab.local:7420/#pKTsfuCUcMNZ0pQIO4kn9NKV5qLM-4qmNp3t7TPnrVI';

export const SNAPSHOT: Msg = {
  type: 'snapshot',
  now: NOW,
  server: {
    name: 'Lab chat',
    address: '[::]:7420',
    host: '::',
    port: 7420,
    startedAt: NOW - 3 * DAY - 4 * HOUR,
    version: '0.1.0',
    encrypted: true,
    link: LINK,
    fingerprint: 'pKTsfuCUcMNZ0pQIO4kn9NKV5qLM-4qmNp3t7TPnrVI',
  },
  users: CROWD,
  rooms: 12,
  limit: 500,
  connections: 151,
  unauthenticated: 2,
  door: 'open',
  doorBefore: 'open',
};

/** Two minutes and more of totals that go up and down, the last ones being STATS. */
export const MINUTES: readonly Msg[] = Array.from({ length: 300 }, (_, index): Msg => {
  const wave = Math.sin(index / 17) + Math.sin(index / 5) / 2;
  const last = index === 299;
  return {
    type: 'stats',
    stats: last
      ? STATS
      : {
          ...STATS,
          now: NOW - (299 - index) * SECOND,
          users: Math.round(90 + index / 6),
          messagesPerSecond: index === 120 ? 410 : Math.max(0, Math.round(40 + 30 * wave)),
          bytesOutPerSecond: Math.max(0, 4_000_000 + 3_000_000 * wave),
          memory: (80 + index / 20) * 1024 * 1024,
          diskUsed: (300 + index / 15) * 1024 * 1024,
          loopDelayP99: index % 90 === 0 ? 7 : 1.1 + (index % 7) / 10,
        },
  };
});

export const BUSY: readonly Msg[] = [...MINUTES, SNAPSHOT, { type: 'log', entries: LOG }];

export const key = (name: string): Msg => ({
  type: 'input',
  event: { type: 'key', key: name } as InputEvent,
  target: undefined,
});
export const typed = (text: string): Msg => ({ type: 'input', event: { type: 'text', text }, target: undefined });

export interface Played {
  readonly model: Model;
  readonly effects: readonly Effect[];
}

/** A dashboard after some messages: as large as it gets without asking for the files on their way each second. */
export function play(messages: readonly Msg[], size: { width: number; height: number } = { width: 120, height: 33 }) {
  const dashboard = createDashboard({ ...size, offsetAt: () => 0 });
  let [model] = dashboard.init;
  const effects: Effect[] = [];
  for (const msg of messages) {
    const [next, more] = dashboard.update(model, msg);
    model = next;
    effects.push(...more);
  }
  return { model, effects, dashboard };
}

const sanction = (minutes: number | null, reason: string, by = 'console') => ({
  ...{ until: minutes === null ? null : NOW + minutes * MINUTE, since: NOW - 20 * MINUTE, reason, by },
});

export const BANS: Msg = {
  type: 'answer',
  answer: {
    of: 'bans',
    bans: [
      { of: { by: 'account', account: 'account-of-spam', name: 'spammer-9' }, ...sanction(42, 'flooding #lobby') },
      { of: { by: 'name', name: 'admin' }, ...sanction(null, '') },
      { of: { by: 'network', network: '203.0.113.0/24' }, ...sanction(3 * 24 * 60, 'a flood from there', 'carol') },
    ],
    mutes: [
      { account: 'account-of-guest~7', name: 'guest~7', room: '#lobby', ...sanction(10, 'BUY BUY BUY', 'carol') },
      { account: 'account-of-bob', name: 'bob', room: null, ...sanction(2, 'shouting') },
    ],
  },
};

export const AUDIT: Msg = {
  type: 'answer',
  answer: {
    of: 'audit',
    before: null,
    acts: [
      act(1, { kind: 'motd', name: 'alice', text: 'Be kind.' }, { kind: 'motd', text: '' }),
      act(2, { kind: 'limited', name: 'alice', params: { connections: 500 } }, { kind: 'limit', connections: 1_000 }),
      act(3, { kind: 'kicked', name: 'guest~9', other: 'carol', text: 'flooding' }),
      act(
        4,
        { kind: 'muted', name: 'guest~7', other: 'carol', room: '#lobby', text: 'BUY', params: { lasts: 10 * MINUTE } },
        { kind: 'unmute', target: { to: 'account', account: 'account-of-guest~7' }, room: '#lobby' },
      ),
      act(5, { kind: 'deleted', name: 'carol', other: 'guest~7', room: '#lobby' }),
      act(
        6,
        { kind: 'banned', name: 'spammer-9', other: 'console', text: 'flooding #lobby', params: { lasts: HOUR } },
        { kind: 'unban', who: { by: 'account', target: { to: 'account', account: 'account-of-spam' } } },
      ),
    ],
  },
};

function act(position: number, entry: Omit<LogEntry, 'time'>, undo: Command | null = null) {
  return { position, entry: { time: NOW - (40 - position * 6) * MINUTE, ...entry }, undo };
}

const room = (name: string, changes: Partial<RoomRow> = {}): RoomRow => ({
  ...{ room: name, topic: '', visibility: 'public', members: 3, here: 1, slow: 0, announceOnly: false, locked: false },
  ...{ moderators: [], messagesPerSecond: 0 },
  ...changes,
});

export const ROOMS: Msg = {
  type: 'answer',
  answer: {
    of: 'rooms',
    rooms: [
      room('#lobby', { members: 142, here: 130, slow: 10, messagesPerSecond: 21.4 }),
      room('#dev', {
        members: 12,
        here: 7,
        topic: 'release on Friday, freeze on Thursday noon',
        messagesPerSecond: 2.3,
        moderators: ['carol', 'bob'],
      }),
      room('#announcements', { members: 140, here: 128, announceOnly: true, topic: 'read only' }),
      room('#房间-北京', { members: 5, here: 2, visibility: 'invite', topic: '下午三点开会' }),
      room('#war-room', { visibility: 'hidden', locked: true, here: 0 }),
    ],
    all: 12,
  },
};

export const SETTINGS: Msg = {
  type: 'answer',
  answer: {
    of: 'settings',
    settings: {
      connections: 500,
      settings: {
        ...{ 'connections-per-address': 16, 'unauthenticated-per-address': 8, 'new-per-minute': 32 },
        ...{ 'members-per-room': 500, 'commands-per-second': 5, 'commands-at-once': 20 },
        ...{ 'file-mib': 2_048, 'offers-per-account': 8, 'files-at-once': 4 },
        ...{ 'spool-mib': 20_480, 'spool-mib-per-account': 1_024, 'spool-days': 7 },
      },
      retention: { days: 365, bytes: 2 * 1024 ** 3 },
      ...{ door: 'open', motd: 'Be kind.', exempt: ['10.1.0.0/16'], clockOff: null },
    },
  },
};

const GB = 1024 ** 3;
const file = (name: string, row: Partial<TransferRow>): TransferRow => ({
  ...{ file: `${'a'.repeat(22)}/00000000-0000-7000-8000-${String(name.length).padStart(12, '0')}`, name, size: GB },
  ...{ from: 'alice', to: 'bob', since: NOW - 4 * MINUTE, state: 'offered', done: 0, rate: 0, takers: 0, received: 0 },
  ...row,
});

export const TRANSFERS: Msg = {
  type: 'answer',
  answer: {
    of: 'transfers',
    files: [
      file('notes.pdf', { state: 'relayed', done: 0.62 * GB, rate: 11 * 1024 ** 2 }),
      file('build.tar.gz', { from: '李雷', to: 'alice', state: 'direct', done: 0.2 * GB }),
      file('数据-2026.csv', { from: 'dmitri', to: 'ci-bot', state: 'coming', done: 0.05 * GB, rate: 48 * 1024 ** 2 }),
      file('slides.key', { from: 'carol', to: '#dev', state: 'taken', done: 0.9 * GB, rate: 2_000_000, takers: 2 }),
      file('talk.mp4', { from: 'carol', to: '#dev', state: 'waiting', done: GB, received: 2, since: NOW - 2 * DAY }),
      file('', { from: 'frida', to: 'eve', size: 1_200_000, since: NOW - 40 * SECOND }),
    ],
    ...{ all: 9, moving: 4, rate: 61 * 1024 ** 2 },
  },
};

export const PERSON: Msg = {
  type: 'answer',
  answer: {
    of: 'person',
    whom: 'account-of-guest~7',
    person: {
      ...{ account: 'account-of-guest~7', name: 'guest~7', held: ['guest~6'], role: 'member', claimed: NOW - 2 * DAY },
      ...{ seen: NOW - MINUTE, rooms: ['#dev', '#lobby', '#房间-北京'], banned: null },
      mutes: [{ account: 'account-of-guest~7', name: 'guest~7', room: '#lobby', ...sanction(10, 'BUY', 'carol') }],
      sessions: [
        {
          ...{ address: '192.168.1.77', since: clock('09:49:00'), lastActive: NOW - SECOND, client: 'tchat 0.1.0' },
          ...{ device: 'c0ffee00c0ffee00', here: true, bytesInPerSecond: 4_100, bytesOutPerSecond: 61_000 },
          queuedBytes: 0,
        },
        {
          ...{ address: '192.168.1.78', since: clock('09:30:00'), lastActive: NOW - MINUTE, client: 'tchat 0.1.0' },
          ...{ device: 'deadbeefdeadbeef', here: false, bytesInPerSecond: 0, bytesOutPerSecond: 900 },
          queuedBytes: 70_000,
        },
      ],
      acts: [
        { time: NOW - 16 * MINUTE, kind: 'muted', name: 'guest~7', other: 'carol', room: '#lobby', text: 'BUY' },
        { time: NOW - 3 * DAY, kind: 'kicked', name: 'guest~7', other: 'alice', text: 'flooding' },
      ],
    },
  },
};

/** As long as nobody has confirmed a clock that has jumped by a day and more. */
export const DOUBTED: Msg =
  SETTINGS.type === 'answer' && SETTINGS.answer.of === 'settings'
    ? { ...SETTINGS, answer: { ...SETTINGS.answer, settings: { ...SETTINGS.answer.settings, clockOff: 26 * HOUR } } }
    : SETTINGS;

/** A dashboard that was told all of it. */
const TOLD: readonly Msg[] = [...BUSY, BANS, AUDIT, ROOMS, SETTINGS, PERSON, TRANSFERS];
const CLOSED: Msg = { type: 'stats', stats: { ...STATS, door: 'closed' } };

/** What may be seen: the messages of each scene. */
export const SCENES = {
  start: [],
  busy: [...BUSY, TRANSFERS, ...Array.from({ length: 3 }, () => key('Down'))],
  kick: [...BUSY, key('Down'), key('Down'), typed('k'), typed('flooding')],
  command: [...BUSY, typed('e'), typed('Maintenance at noon, five minutes')],
  paused: [...BUSY, key('F4'), typed(' '), { type: 'log', entries: LOG.slice(0, 5) }],
  searching: [...BUSY, typed('f'), typed('buy'), key('Enter')],
  filtering: [...BUSY, key('F4'), typed('/'), typed('#dev')],
  wrapped: [...BUSY, key('F4'), typed('w')],
  help: [...BUSY, key('F1')],
  details: [...BUSY, key('Down'), typed('i')],
  share: [...BUSY, typed('j')],
  limit: [...BUSY, typed('l')],
  quit: [...BUSY, key('Ctrl-Q')],
  refused: [...BUSY, typed(':'), typed('kick'), key('Enter')],
  rooms: [...TOLD, key('F3'), ROOMS, key('Down')],
  visibility: [...TOLD, key('F3'), ROOMS, key('Down'), typed('v')],
  moderator: [...TOLD, key('F3'), ROOMS, key('Down'), typed('m'), typed('bob')],
  transfers: [...TOLD, key('F5'), TRANSFERS, key('Down')],
  'stop-file': [...TOLD, key('F5'), TRANSFERS, typed('x')],
  clock: [...TOLD, key('F7'), DOUBTED, typed('/'), typed('clock'), key('Enter')],
  slow: [...TOLD, key('F3'), ROOMS, key('Down'), typed('s')],
  bans: [...TOLD, key('F6'), BANS, key('Down')],
  audit: [...TOLD, key('F10'), AUDIT],
  'audit-filter': [...TOLD, key('F10'), AUDIT, typed('/'), typed('guest')],
  settings: [...TOLD, key('F7'), SETTINGS, key('Down'), key('Down')],
  change: [...TOLD, key('F7'), SETTINGS, key('Enter')],
  person: [...TOLD, key('Down'), key('Down'), typed('i')],
  ban: [...TOLD, key('Down'), key('Down'), typed('b'), typed('flooding')],
  mute: [...TOLD, key('Down'), key('Down'), typed('m'), key('Tab')],
  door: [...TOLD, key('F8')],
  closed: [...TOLD, CLOSED],
  picked: [...TOLD, key('F4'), ...Array.from({ length: 5 }, () => key('Up'))],
  delete: [...TOLD, { type: 'log', entries: [WRITTEN] } as Msg, key('F4'), key('Up'), typed('d')],
  empty: [{ ...SNAPSHOT, users: [], connections: 0 } as Msg],
} as const satisfies Record<string, readonly Msg[]>;
