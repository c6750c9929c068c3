// Screens on which every text that a peer controls is what a test fills in. Account ids and positions are no text: they
// are checked where they come in.
import type { AnyEvent, EventDetail } from '../../src/chat/vocabulary.ts';
import { type Msg as ChatMsg, createChat } from '../../src/tui/chat/chat.ts';
import type { Transfer } from '../../src/tui/chat/model-files.ts';
import { type Columns, columnsOf, panesOf } from '../../src/tui/chat/panes.ts';
import { createDashboard, type LogEntry, type Msg, type UserRow } from '../../src/tui/dashboard/dashboard.ts';
import type { Person, RoomRow, Settings } from '../../src/tui/dashboard/facts.ts';
import { arrange, logLines } from '../../src/tui/dashboard/layout.ts';
import { listRect } from '../../src/tui/dashboard/lists/shown.ts';
import { insideOf } from '../../src/tui/dashboard/overlays/box.ts';
import { Frame, type Rect } from '../../src/tui/kit/canvas.ts';

process.env['TZ'] = 'UTC';

/** Gives the text for a field. */
export type Fill = (field: string) => string;
export interface Size {
  readonly width: number;
  readonly height: number;
}
export interface Screen {
  readonly name: string;
  readonly fields: readonly string[];
  draw(fill: Fill, size: Size): Drawn;
}
export interface Drawn {
  readonly frame: Frame;
  /** Where rows move with the length of texts, and break between words. */
  readonly moving: readonly Rect[];
}

const NOW = Date.UTC(2026, 10, 20, 9, 50);
const ME = 'account-me';
const PEER = 'account-peer';
/** Lines, more than the highest screen shows. */
const FULL = 70;

const CHAT_FIELDS = [
  ...['server name', 'own name', 'name here', 'name away', 'presence name', 'room name', 'other room', 'topic'],
  ...['author', 'message', 'action', 'page item', 'joined name', 'creator', 'kicked name', 'kick reason', 'broadcast'],
  ...['away text', 'reaction', 'edited text', 'answered', 'reply author', 'invited room', 'inviter'],
  ...['file name', 'other file', 'file from', 'file to', 'file reason', 'file path', 'who has it', 'entry', 'folder'],
  ...['topic event', 'unknown kind', 'limiter', 'refusal code', 'refusal params', 'notice params', 'sent away by'],
] as const;
type ChatField = (typeof CHAT_FIELDS)[number];

/** Everything of the chat that a server, or people through it, can fill in; `fill` is asked once for each field. */
function chatMessages(fill: (field: ChatField) => string): ChatMsg[] {
  const text = Object.fromEntries(CHAT_FIELDS.map(field => [field, fill(field)])) as Record<ChatField, string>;
  // No text below holds it: a line that names its reader looks otherwise, and rightly so.
  text['own name'] += ' me';
  let position = 10;
  const event = (from: string, detail: EventDetail | { kind: 'unknown'; name: string }, conversation = '#lobby') => {
    position += 2;
    const head = { position, time: NOW, conversation, account: PEER, from, id: null };
    return { kind: 'event', event: { ...head, ...detail } as AnyEvent } as const;
  };
  const said = (from: string, words: string, action = false) =>
    event(from, { kind: 'message', body: { kind: 'text', text: words }, action });
  const about = ({ event: each }: ReturnType<typeof said>, id: string, more: object = {}) =>
    ({ kind: 'event', event: { ...each, id, ...more } as AnyEvent }) as const;
  const old: AnyEvent = { ...said(text.author, text['page item']).event, position: 4 };
  return [
    {
      kind: 'link',
      link: {
        ...{
          state: 'online',
          serverId: 'server',
          serverName: text['server name'],
          account: ME,
          name: text['own name'],
        },
        ...{ role: 'owner', encrypted: true },
      },
    },
    {
      kind: 'rooms',
      rooms: [
        { room: '#lobby', topic: text.topic, members: 3, joined: true, visibility: 'public' },
        { room: `#${text['room name']}`, topic: text.topic, members: 2, joined: true, visibility: 'public' },
        { room: `#${text['other room']} other`, topic: text.topic, members: 2, joined: false, visibility: 'public' },
      ],
    },
    {
      kind: 'people',
      people: [
        { account: ME, name: text['own name'], here: true, since: NOW, away: null },
        { account: PEER, name: text['name here'], here: true, since: NOW, away: null },
        { account: 'account-lunch', name: text['name away'], here: true, since: NOW, away: text['away text'] },
        { account: 'account-away', name: text['name away'], here: false, since: NOW, away: null },
      ],
    },
    { kind: 'presence', account: 'account-new', name: text['presence name'], here: true, time: NOW, away: null },
    { kind: 'page', conversation: '#lobby', events: [old], more: false, direction: 'older' },
    said(text.author, text['page item']),
    event(text['joined name'], { kind: 'joined' }),
    event(text.creator, { kind: 'created' }),
    event(text['sent away by'], {
      kind: 'kicked',
      target: PEER,
      name: text['kicked name'],
      reason: text['kick reason'],
    }),
    event(text.author, { kind: 'topic', text: text['topic event'] }),
    event(text.limiter, { kind: 'limited', connections: 5 }),
    event(text.author, { kind: 'unknown', name: text['unknown kind'] }),
    event(text.author, { kind: 'broadcast', text: text.broadcast }, '*'),
    said(text.author, text.action, true),
    about(said(text['reply author'], text.answered), 'answered'),
    about(said(text.author, text.message), 'reply', { reply: { account: PEER, id: 'answered' } }),
    event(text.author, {
      kind: 'reacted',
      about: { account: PEER, id: 'answered' },
      reaction: text.reaction,
      on: true,
    }),
    event(text.author, {
      kind: 'reacted',
      about: { account: PEER, id: 'answered' },
      reaction: `${text.reaction}x`,
      on: true,
    }),
    about(said(text.author, 'before'), 'edited'),
    event(text.author, {
      ...{ kind: 'edited', about: { account: PEER, id: 'edited' } },
      body: { kind: 'text', text: text['edited text'] },
    }),
    event(text.author, { kind: 'visibility', visibility: 'hidden' }, `#${text['room name']}`),
    { kind: 'transfers', transfers: transfersOf(text) },
    // One whose state a transfer tells, and one of which the log alone does.
    about(event(text['file from'], { kind: 'offered', size: 5000, body: fileOf(text['file name']) }), 'running'),
    about(event(text['file from'], { kind: 'offered', size: 5000, body: fileOf(text['other file']) }), 'told'),
    event(text['who has it'], { kind: 'received', about: { account: PEER, id: 'told' } }),
    about(said(text.author, text.message), 'last'),
    {
      kind: 'members',
      room: '#lobby',
      accounts: [
        { account: PEER, name: text['name here'], here: true },
        { account: 'account-gone', name: text['name away'], here: false },
        { account: 'account-lunch', name: text['name away'], here: true },
      ],
    },
    { kind: 'input', event: { type: 'text', text: 'mine' }, target: undefined },
    { kind: 'input', event: { type: 'key', key: 'Enter' }, target: undefined },
    {
      ...{ kind: 'refused', id: null, ref: 1, code: text['refusal code'] },
      params: { room: text['refusal params'], name: text['refusal params'] },
    },
  ];
}

function fileOf(name: string) {
  return { kind: 'file', file: { name, folder: false, files: 1, modified: NOW, executable: false } } as const;
}

/** A file in each state that has words of its own. */
function transfersOf(text: Readonly<Record<ChatField, string>>): readonly Transfer[] {
  const states = [
    'offered',
    'running',
    'paused',
    'waiting',
    'failed',
    'done',
    'declined',
    'withdrawn',
    'kept',
  ] as const;
  return states.flatMap(state =>
    (['receive', 'send'] as const).map(side => ({
      ...{
        key: `${state}-${side}`,
        about: { account: side === 'send' ? ME : 'account-other', id: state },
        side,
        state,
      },
      ...(state === 'running' && side === 'receive' ? { about: { account: PEER, id: 'running' } } : {}),
      ...{ conversation: '~talk', who: side === 'send' ? text['file to'] : text['file from'], size: 5000, done: 2000 },
      ...{ file: fileOf(state === 'paused' ? text['other file'] : text['file name']).file, rate: 1000, route: 'relay' },
      ...{ reason: { code: 'file-unreadable', params: { file: text['file reason'], reason: text['file reason'] } } },
      ...{ received: state === 'done' ? [text['who has it']] : [], path: text['file path'], since: NOW },
    })),
  ) as Transfer[];
}

const key = (name: string): ChatMsg => ({ kind: 'input', event: { type: 'key', key: name }, target: undefined });

const wrote = (text: string): ChatMsg => ({ kind: 'input', event: { type: 'text', text }, target: undefined });

/** What one search was asked with: the first line of one's own and opening the search took the numbers before. */
const FIRST_SEARCH = 3;

/** What comes after the messages: overlays, notices, a link that is lost. */
const CHAT_VARIANTS: Readonly<Record<string, (fill: Fill) => readonly ChatMsg[]>> = {
  'the log': fill => [{ kind: 'notice', code: 'no-such-room', params: { room: fill('notice params') }, bad: true }],
  'who is here': () => [key('F3')],
  'go to': () => [key('Alt-G')],
  'a private talk': fill => [
    {
      kind: 'event',
      event: {
        ...{ position: 900, time: NOW, conversation: '~talk', account: PEER, from: fill('author'), id: null },
        ...{ kind: 'message', action: false, body: { kind: 'text', text: fill('message') } },
        to: { account: ME, name: fill('own name') },
      },
    },
    {
      kind: 'event',
      event: {
        ...{ position: 902, time: NOW, conversation: '~talk', account: PEER, from: fill('inviter'), id: null },
        ...{ kind: 'invited', room: `#${fill('invited room')}`, to: { account: ME, name: fill('own name') } },
      },
    },
    key('Alt-Down'),
    key('Alt-Down'),
    key('Alt-Down'),
  ],
  'a search': fill => [
    key('Alt-S'),
    { kind: 'input', event: { type: 'text', text: 'x' }, target: undefined },
    ...(['rooms', 'talk'] as const).map(
      (source, index): ChatMsg => ({
        ...{ kind: 'found', source, more: false, reached: 0, ref: FIRST_SEARCH },
        hits: ['message', 'page item', 'answered'].map((field, n) => ({
          ...{
            position: 500 + 10 * n + index,
            time: NOW,
            conversation: index === 0 ? `#${fill('room name')}` : '~talk',
          },
          ...{ account: PEER, from: fill('author'), id: `hit-${n}`, kind: 'message', action: false },
          body: { kind: 'text', text: `${fill(field)} x ${fill('action')}` },
          ...(index === 0 ? {} : { to: { account: ME, name: fill('own name') } }),
        })) as AnyEvent[],
      }),
    ),
  ],
  'the list of files': () => [key('Alt-X'), key('Down')],
  'all about a file': () => [key('Alt-X'), key('End'), wrote('i')],
  'the end of a file': () => [key('Alt-X'), key('Down'), wrote('x')],
  'choosing files': fill => [
    key('Ctrl-O'),
    {
      ...{
        kind: 'listing',
        ref: FIRST_SEARCH - 1,
        folder: `/${fill('folder')}`,
        above: '/',
        more: false,
        problem: null,
      },
      entries: [fill('entry'), 'plain', fill('other file')].map((name, n) => ({
        ...{ name, path: `/${n}`, folder: n === 2, size: 5000, modified: NOW },
      })),
    },
    key('Down'),
    wrote(' '),
  ],
  'a folder that cannot be read': fill => [
    key('Ctrl-O'),
    {
      ...{ kind: 'listing', ref: FIRST_SEARCH - 1, folder: `/${fill('folder')}`, above: '/', more: false, entries: [] },
      problem: { code: 'folder-unusable', params: { folder: fill('entry'), reason: fill('file reason') } },
    },
  ],
  'a file that was dropped': fill => [
    { kind: 'input', event: { type: 'paste', text: '/x' }, target: undefined },
    {
      ...{ kind: 'looked-at', ref: FIRST_SEARCH - 1 },
      files: [{ name: fill('entry'), path: '/x', folder: false, size: 5000, modified: NOW }],
    },
  ],
  'news of a file': fill => {
    const text = Object.fromEntries(CHAT_FIELDS.map(field => [field, fill(field)])) as Record<ChatField, string>;
    const before = transfersOf(text);
    const failed = before.map(each => (each.key === 'running-send' ? { ...each, state: 'failed' as const } : each));
    return [
      { kind: 'transfers', transfers: failed },
      key('Esc'),
      { kind: 'transfers', transfers: before },
      { kind: 'transfers', transfers: [...before, { ...before[0]!, key: 'new', about: { account: PEER, id: 'new' } }] },
    ];
  },
  'a reaction': () => [
    key('Alt-M'),
    key('Up'),
    key('Up'),
    { kind: 'input', event: { type: 'text', text: '+' }, target: undefined },
  ],
  'an answer': () => [
    key('Alt-M'),
    key('Up'),
    { kind: 'input', event: { type: 'text', text: 'r' }, target: undefined },
  ],
  'a deletion': () => [
    key('Alt-M'),
    key('Up'),
    { kind: 'input', event: { type: 'text', text: 'd' }, target: undefined },
  ],
  'a link that is lost': fill => [
    {
      kind: 'link',
      link: {
        ...{ state: 'waiting', retryAt: NOW + 5_000, code: 'unreachable' },
        params: { address: fill('notice params'), reason: fill('refusal params') },
      },
    },
  ],
  'a link that is over': fill => [
    { kind: 'link', link: { state: 'over', code: fill('refusal code'), params: { reason: fill('notice params') } } },
  ],
};

function drawChat(variant: string, fill: Fill, { width, height }: Size): Drawn {
  const program = createChat({ width, height, address: 'lab:7420', clock: () => NOW });
  let [model] = program.init;
  const after = CHAT_VARIANTS[variant]!(fill);
  for (const msg of [...chatMessages(fill), ...after]) [model] = program.update(model, msg);
  return {
    frame: painted(width, height, frame => program.view(model, frame.root)),
    moving: [panesOf(model).log, panesOf(model).notice],
  };
}

/** What the last line of a log says, and where: in the text's columns, or in the name's. */
const LINES: Readonly<Record<string, (text: string) => { from: string; detail: object; above?: string }>> = {
  message: text => ({ from: 'mallory', detail: { kind: 'message', body: { kind: 'text', text }, action: false } }),
  action: text => ({ from: 'mallory', detail: { kind: 'message', body: { kind: 'text', text }, action: true } }),
  author: from => ({ from, detail: { kind: 'message', body: { kind: 'text', text: 'x' }, action: false } }),
  broadcast: text => ({ from: 'mallory', detail: { kind: 'broadcast', text } }),
  topic: text => ({ from: 'mallory', detail: { kind: 'topic', text } }),
  'topic by': from => ({ from, detail: { kind: 'topic', text: '' } }),
  reason: reason => ({ from: 'mallory', detail: { kind: 'kicked', target: PEER, name: 'bob', reason } }),
  kicked: name => ({ from: 'mallory', detail: { kind: 'kicked', target: PEER, name, reason: '' } }),
  joined: from => ({ from, detail: { kind: 'joined' } }),
  renamed: name => ({ from: 'mallory', detail: { kind: 'renamed', name } }),
  unknown: name => ({ from: 'mallory', detail: { kind: 'unknown', name } }),
  edited: text => ({ from: 'mallory', detail: { ...said(text), edited: 901 } }),
  reaction: reaction => ({ from: 'mallory', detail: { ...said('x'), reactions: [{ reaction, accounts: [PEER] }] } }),
  offered: name => ({ from: 'mallory', detail: { kind: 'offered', size: 5000, body: fileOf(name) } }),
  offerer: from => ({ from, detail: { kind: 'offered', size: 5000, body: fileOf('x') } }),
  answered: text => ({ from: 'mallory', detail: { ...said('x'), reply: { account: PEER, id: 'above' } }, above: text }),
};
const said = (text: string) => ({ kind: 'message', body: { kind: 'text', text }, action: false });
export const LINE_KINDS = Object.keys(LINES);

export interface LineScreen {
  readonly frame: Frame;
  readonly log: Rect;
  readonly columns: Columns;
}

/** A log full of harmless lines, and below them one line of a kind. */
export function drawLine(kind: string, text: string, { width, height }: Size): LineScreen {
  const program = createChat({ width, height, address: 'lab:7420', clock: () => NOW });
  let [model] = program.init;
  const link = { state: 'online', serverId: 'server', serverName: 'Lab', account: ME, name: 'zoe' } as const;
  const head = { time: NOW, conversation: '#lobby', id: null } as const;
  const above = Array.from({ length: FULL }, (_, n): AnyEvent => {
    const body = { kind: 'text', text: `line ${n}` } as const;
    const said = { kind: 'message', body, action: false } as const;
    return { ...head, ...said, position: 2 + n, account: `account-${n % 2}`, from: `peer${n % 2}` };
  });
  const { from, detail, above: answered = 'x' } = LINES[kind]!(text);
  above[0] = {
    ...above[0]!,
    account: PEER,
    id: 'above',
    kind: 'message',
    action: false,
    body: { kind: 'text', text: answered },
  };
  const last = { ...head, position: 900, account: PEER, from, ...detail } as AnyEvent;
  const messages: ChatMsg[] = [
    { kind: 'link', link: { ...link, role: 'member', encrypted: true } },
    { kind: 'rooms', rooms: [{ room: '#lobby', topic: '', members: 2, joined: true, visibility: 'public' }] },
    { kind: 'page', conversation: '#lobby', events: [...above, last], more: false, direction: 'older' },
  ];
  for (const msg of messages) [model] = program.update(model, msg);
  const frame = painted(width, height, each => program.view(model, each.root));
  const { log } = panesOf(model);
  return { frame, log, columns: columnsOf(log.width) };
}

const DASHBOARD_FIELDS = [
  ...[
    'server name',
    'server address',
    'link',
    'user',
    'second user',
    'user address',
    'room',
    'name',
    'other',
    'address',
  ],
  ...['text', 'code', 'params', 'result code', 'result params'],
  ...['ban reason', 'banned name', 'operator', 'motd', 'topic', 'act', 'client', 'held name', 'setting'],
  ...['moderator', 'file name', 'file from', 'file to'],
] as const;
type DashboardField = (typeof DASHBOARD_FIELDS)[number];

const LOG_KINDS = [
  ...(['message', 'private', 'joined', 'left', 'created', 'topic', 'claimed', 'connected', 'gone', 'refused'] as const),
  ...(['broadcast', 'kicked', 'limited', 'warning', 'operated', 'banned', 'muted', 'deleted', 'ruled'] as const),
  ...(['motd', 'set', 'door', 'retained', 'visibility', 'edited', 'reacted'] as const),
];

function dashboardMessages(fill: (field: DashboardField) => string): Msg[] {
  const person = (account: string, name: string): UserRow => ({
    ...{ account, name, address: fill('user address'), since: NOW - 60_000, lastActive: NOW, rooms: 1, sessions: 2 },
    ...{ messagesPerSecond: 1, bytesInPerSecond: 1, bytesOutPerSecond: 1, queuedBytes: 0, role: 'operator' },
  });
  const entries = LOG_KINDS.map(
    (kind): LogEntry => ({
      ...{ time: NOW, kind, room: fill('room'), name: fill('name'), other: fill('other'), address: fill('address') },
      ...{ text: fill('text'), code: fill('code'), params: { name: fill('params'), why: fill('params') } },
    }),
  );
  return [
    {
      ...{ type: 'snapshot', now: NOW, rooms: 2, limit: 100, connections: 3, unauthenticated: 0 },
      ...{ door: 'open', doorBefore: 'open' },
      server: {
        ...{ name: fill('server name'), address: fill('server address'), link: fill('link') },
        ...{ host: '::', port: 1, startedAt: NOW - 60_000, version: '1', encrypted: true },
      },
      users: [
        person('account-a', fill('user')),
        person('account-b', fill('second user')),
        person('account-c', 'plain'),
      ],
    },
    { type: 'log', entries },
    { type: 'log', entries: entries.map(entry => ({ ...entry, action: true })) },
    { type: 'result', ref: 1, ok: false, code: fill('result code'), params: { name: fill('result params') } },
  ];
}

const typed = (text: string): Msg => ({ type: 'input', event: { type: 'text', text }, target: undefined });
const pressed = (name: string): Msg => ({ type: 'input', event: { type: 'key', key: name }, target: undefined });

/** What the server answers while a list is open. */
function dashboardAnswers(fill: (field: DashboardField) => string): Msg[] {
  const sanction = { until: NOW + 60_000, since: NOW - 60_000, reason: fill('ban reason'), by: fill('operator') };
  const named = { by: 'name', name: fill('banned name') } as const;
  const keyed = { by: 'account', account: 'account-b', name: fill('banned name') } as const;
  const mute = { account: 'account-a', name: fill('banned name'), room: fill('room'), ...sanction };
  const bans = [
    { of: keyed, ...sanction },
    { of: named, ...sanction },
  ];
  const entry = { time: NOW, name: fill('name'), other: fill('other'), text: fill('act'), room: fill('room') };
  const acts = (['banned', 'broadcast', 'motd', 'deleted', 'ruled', 'operated'] as const).map((kind, position) => ({
    ...{ position, undo: null },
    entry: { ...entry, kind, code: fill('code'), params: { name: fill('params') } },
  }));
  const room: RoomRow = {
    ...{ room: fill('room'), topic: fill('topic'), visibility: 'invite', members: 3, here: 1, slow: 5 },
    ...{ announceOnly: true, locked: true, moderators: [fill('moderator'), ''], messagesPerSecond: 1 },
  };
  const session = {
    ...{ address: fill('address'), since: NOW, lastActive: NOW, client: fill('client'), device: '0123456789abcdef' },
    ...{ here: true, bytesInPerSecond: 1, bytesOutPerSecond: 1, queuedBytes: 5 },
  };
  const settings: Settings = {
    ...{ connections: 100, settings: { [fill('setting')]: 3 } as never, retention: { days: 365, bytes: null } },
    ...{ door: 'open', motd: fill('motd'), exempt: [fill('address')], clockOff: 1 },
  };
  const states = ['relayed', 'direct', 'coming', 'taken', 'waiting', 'offered'] as const;
  const files = states.map((state, index) => ({
    ...{
      file: `account-a/${index}`,
      name: fill('file name'),
      from: fill('file from'),
      to: fill('file to'),
      size: 9_000,
    },
    ...{ since: NOW - 60_000, state, done: 3_000, rate: 500, takers: 1, received: 1 },
  }));
  const person: Person = {
    ...{ account: 'account-a', name: fill('user'), held: [fill('held name')], role: 'member', claimed: NOW, seen: NOW },
    ...{ rooms: [fill('room')], banned: bans[0]!, mutes: [mute], sessions: [session] },
    acts: acts.map(act => act.entry),
  };
  return [
    { type: 'answer', answer: { of: 'bans', bans, mutes: [mute] } },
    { type: 'answer', answer: { of: 'audit', before: null, acts } },
    { type: 'answer', answer: { of: 'rooms', rooms: [room], all: 1 } },
    { type: 'answer', answer: { of: 'settings', settings } },
    { type: 'answer', answer: { of: 'transfers', files, all: 7, moving: 5, rate: 3_000 } },
    { type: 'answer', answer: { of: 'person', whom: 'account-a', person } },
    { type: 'answer', answer: { of: 'person', whom: 'account-c', person } },
  ];
}

const DASHBOARD_VARIANTS: Readonly<Record<string, readonly Msg[]>> = {
  'users and log': [],
  'the log, wrapped': [pressed('F4'), typed('w')],
  'details of a user': [pressed('Down'), typed('i')],
  'a kick': [pressed('Down'), typed('k')],
  'a ban': [pressed('Down'), typed('b')],
  'the rooms': [pressed('F3')],
  'a locked room': [pressed('F3'), typed('s')],
  'the bans': [pressed('F6')],
  'the settings': [pressed('F7')],
  'the transfers': [pressed('F5')],
  'a file to be stopped': [pressed('F5'), typed('x')],
  'a moderator': [pressed('F3'), typed('u')],
  'a setting': [pressed('F7'), pressed('Down'), pressed('Enter')],
  'the audit trail': [pressed('F10')],
};

function drawDashboard(variant: string, fill: Fill, { width, height }: Size): Drawn {
  const program = createDashboard({ width, height, offsetAt: () => 0 });
  let [model] = program.init;
  // A command that waits for its result, so that a refusal is shown.
  const asked: Msg[] = [typed('e'), typed('hello'), pressed('Enter'), pressed('Esc')];
  const [first, ...rest] = dashboardMessages(fill);
  const answers = dashboardAnswers(fill);
  // A list is answered once it is open.
  const [opened, ...then] = DASHBOARD_VARIANTS[variant]!;
  const all = [first!, ...asked, ...rest, ...(opened ? [opened] : []), ...answers, ...then];
  for (const msg of all) [model] = program.update(model, msg);
  const frame = painted(width, height, each => program.view(model, each.root));
  const { log } = arrange(model);
  // Where a text takes as many rows as it needs, all below it moves.
  const wrapped = log === null || !model.log.wrapped ? [] : [logLines(log)];
  const details = model.overlay?.is === 'details' ? [detailLines(listRect(model))] : [];
  return { frame, moving: [...wrapped, ...details] };
}

/** What is known of a person: within its box without the heading and the buttons. */
function detailLines(box: Rect): Rect {
  const { x, y, width, height } = insideOf(box, { colours: 'truecolor' });
  return { x, y: y + 1, width, height: height - 2 };
}

function painted(width: number, height: number, view: (frame: Frame) => void): Frame {
  const frame = new Frame(width, height);
  frame.root.fill('base');
  view(frame);
  return frame;
}

export const SCREENS: readonly Screen[] = [
  ...Object.keys(CHAT_VARIANTS).map(name => ({
    name: `chat, ${name}`,
    fields: CHAT_FIELDS,
    draw: (fill: Fill, size: Size) => drawChat(name, fill, size),
  })),
  ...Object.keys(DASHBOARD_VARIANTS).map(name => ({
    name: `dashboard, ${name}`,
    fields: DASHBOARD_FIELDS,
    draw: (fill: Fill, size: Size) => drawDashboard(name, fill, size),
  })),
];
