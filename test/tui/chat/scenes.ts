// Scenes of the chat screen for its tests: each is reached by messages alone, as the program would reach it.
import type { AnyEvent, EventDetail } from '../../../src/chat/vocabulary.ts';
import { createChat } from '../../../src/tui/chat/chat.ts';
import type { Effect, Link, Msg } from '../../../src/tui/chat/messages.ts';
import type { ChatOptions, Model } from '../../../src/tui/chat/model.ts';
import { view } from '../../../src/tui/chat/view.ts';
import { type Colours, Frame } from '../../../src/tui/kit/canvas.ts';
import type { InputEvent } from '../../../src/tui/kit/input.ts';

process.env['TZ'] = 'UTC';

/** Friday 20 November 2026, 09:50. */
export const NOW = Date.UTC(2026, 10, 20, 9, 50);
const DAY = 24 * 60 * 60_000;

export const PEOPLE = {
  alice: 'acc-alice',
  bob: 'acc-bob',
  carol: 'acc-carol',
  dmitri: 'acc-dmitri',
  eve: 'acc-eve',
  李雷: 'acc-lilei',
} as const;
export type Name = keyof typeof PEOPLE;

export const ONLINE: Extract<Link, { state: 'online' }> = {
  state: 'online',
  serverId: 'server-1',
  serverName: 'Lab chat',
  account: PEOPLE.alice,
  name: 'alice',
  role: 'owner',
  encrypted: true,
};

/** A chat screen driven by messages, which keeps what it asked for. */
export class Driver {
  model: Model;
  effects: Effect[] = [];
  readonly #update;

  constructor(options: Partial<ChatOptions> = {}) {
    const program = createChat({ width: 100, height: 30, address: 'lab:7420', clock: () => NOW, ...options });
    this.model = program.init[0];
    this.#update = program.update;
  }

  /** Gives the effects of these messages. */
  send(...messages: readonly Msg[]): readonly Effect[] {
    const before = this.effects.length;
    for (const message of messages) {
      const [model, effects] = this.#update(this.model, message);
      this.model = model;
      this.effects.push(...effects);
    }
    return this.effects.slice(before);
  }

  key(...keys: readonly string[]): readonly Effect[] {
    return this.send(...keys.map((key): Msg => ({ kind: 'input', event: { type: 'key', key }, target: undefined })));
  }

  type(text: string): readonly Effect[] {
    return this.send({ kind: 'input', event: { type: 'text', text }, target: undefined });
  }

  /** A click or a notch of the wheel at a cell, with what the screen has there. */
  mouse(x: number, y: number, action: 'press' | 'wheel-up' | 'wheel-down' = 'press'): readonly Effect[] {
    const event: InputEvent = {
      ...{ type: 'mouse', action, button: action === 'press' ? 'left' : 'none', x, y },
      ...{ ctrl: false, alt: false, shift: false },
    };
    return this.send({ kind: 'input', event, target: this.draw().targetAt(x, y) });
  }

  /** Types a line and sends it. */
  say(line: string): readonly Effect[] {
    this.type(line);
    return this.key('Enter');
  }

  draw(colours: Colours = 'truecolor'): Frame {
    const frame = new Frame(this.model.width, this.model.height, colours);
    view(this.model, frame.root);
    return frame;
  }

  /** The rows on the screen. */
  rows(): readonly string[] {
    const frame = this.draw();
    return Array.from({ length: frame.height }, (_, y) => frame.rowText(y));
  }

  screen(): string {
    return this.rows().join('\n');
  }
}

let position = 0;

/** An event at the next position. */
export function event(
  conversation: string,
  from: Name,
  time: number,
  detail: EventDetail,
  id: string | null = null,
  at?: number,
): AnyEvent {
  position = at ?? position + 2;
  return { position, time, conversation, account: PEOPLE[from], from, id, ...detail };
}

export function message(conversation: string, from: Name, text: string, time = NOW, at?: number): AnyEvent {
  return event(conversation, from, time, { kind: 'message', body: { kind: 'text', text }, action: false }, null, at);
}

export const TALK = '~alice-and-bob';

/** Something said in the private talk with alice. */
export function whisper(from: Name, text: string, time = NOW): AnyEvent {
  const to = { account: from === 'alice' ? PEOPLE.bob : PEOPLE.alice, name: from === 'alice' ? 'bob' : 'alice' };
  const detail = { kind: 'message', body: { kind: 'text', text }, action: false, to } as const;
  return event(TALK, from, time, detail);
}

/** Logged in, with rooms and people, in #lobby. */
export function entered(options: Partial<ChatOptions> = {}): Driver {
  position = 0;
  const driver = new Driver(options);
  const room = (name: string, members: number, joined: boolean, topic = '') => ({
    ...{ room: name, topic, members, joined },
    visibility: 'public' as const,
  });
  const since = NOW - DAY;
  driver.send(
    { kind: 'link', link: ONLINE },
    { kind: 'trip', ms: 3 },
    {
      kind: 'rooms',
      rooms: [
        room('#release', 2, true),
        room('#dev', 4, true, 'build and release'),
        room('#lobby', 6, true),
        room('#ci-builds', 3, true),
        room('#房间-北京', 3, true),
        room('#random', 2, false),
        room('#海外', 1, false),
      ],
    },
    {
      kind: 'people',
      people: Object.entries(PEOPLE).map(([name, account]) => ({
        account,
        name,
        here: name !== 'eve',
        since,
        away: null,
      })),
    },
  );
  return driver;
}

function at(hour: number, minute: number, days = 0): number {
  return Date.UTC(2026, 10, 20 + days, hour, minute);
}

const members = (names: readonly Name[]) => names.map(name => ({ account: PEOPLE[name], name, here: name !== 'eve' }));

/** A busy room: scripts, emoji, long lines, what is new, what names one, one's own lines on their way and refused. */
export function busy(options: Partial<ChatOptions> = {}): Driver {
  const driver = entered(options);
  driver.key('Alt-G');
  driver.type('dev');
  driver.key('Enter');
  const said = (from: Name, minute: number, text: string) => message('#dev', from, text, at(9, minute));
  driver.send(
    { kind: 'members', room: '#dev', accounts: members(['alice', 'bob', 'carol', 'dmitri']) },
    {
      kind: 'page',
      ...{ conversation: '#dev', more: false, direction: 'older' },
      events: [
        message('#dev', 'carol', 'see you tomorrow', at(18, 2, -1)),
        said('bob', 41, "the nightly is green again 🎉\ntwo flaky tests left, I'll take them, see #ci-builds"),
        said('alice', 42, 'shipping at ten then?'),
        said('carol', 42, 'yes. changelog is in `docs/CHANGES.md`, have a look'),
        event('#dev', '李雷', at(9, 43), { kind: 'joined' }),
        event('#dev', 'eve', at(9, 43), { kind: 'joined' }),
        event('#dev', 'eve', at(9, 43), { kind: 'left' }),
        said('李雷', 44, '早上好!中文、emoji 👩‍👩‍👧 都对齐了, 한국어도, ノート, e\u0301a\u0308o\u0302 too'),
        event('#dev', 'carol', at(9, 45), { kind: 'message', body: { kind: 'text', text: 'waves' }, action: true }),
      ],
    },
  );
  driver.send({ kind: 'input', event: { type: 'focus', focused: false }, target: undefined });
  driver.send(
    {
      kind: 'event',
      event: said(
        'bob',
        47,
        '@alice can you sign the tag when CI is done? The long list of things that are left is in https://ci.lab/builds/4711, most of them want one look and nothing else.',
      ),
    },
    {
      kind: 'event',
      event: event('*', 'alice', at(9, 47), {
        kind: 'broadcast',
        text: 'The server restarts at noon, be back in a minute.',
      }),
    },
    { kind: 'event', event: said('dmitri', 48, 'read it, two typos fixed, pushed') },
    { kind: 'event', event: said('dmitri', 48, '$ git tag -s v1.4.0 -m "one point four"\n$ git push origin v1.4.0') },
    { kind: 'event', event: message('#lobby', 'bob', 'alice: lunch?', at(9, 48)) },
    ...[1, 2, 3].map(
      (n): Msg => ({ kind: 'event', event: message('#ci-builds', 'carol', `build ${n} failed`, at(9, 48)) }),
    ),
    { kind: 'event', event: whisper('bob', 'psst', at(9, 49)) },
  );
  driver.send({ kind: 'input', event: { type: 'focus', focused: true }, target: undefined });
  // The rule goes when one answers: what follows is written while it stands.
  const rule = driver.model.chats.get('#dev')!.rule;
  const [refused] = driver.say('x'.repeat(20));
  driver.say('on it');
  if (refused?.kind === 'send') {
    const params = { room: '#dev', limit: 20 };
    driver.send({ kind: 'refused', ref: refused.ref, id: null, code: 'too-fast', params });
  }
  driver.send({ kind: 'queued', ref: (refused?.kind === 'send' ? refused.ref : 0) + 1, id: 'id-on-it' });
  const chat = driver.model.chats.get('#dev')!;
  driver.model = { ...driver.model, chats: new Map(driver.model.chats).set('#dev', { ...chat, rule }) };
  return driver;
}

/** Private talk with somebody, some of it delivered. */
export function talk(options: Partial<ChatOptions> = {}): Driver {
  const driver = entered(options);
  driver.say('/msg @bob have you got a minute?');
  const sent = driver.effects.at(-1)!;
  if (sent.kind === 'send') driver.send({ kind: 'queued', ref: sent.ref, id: 'id-1' });
  driver.send({ kind: 'page', conversation: TALK, events: [], more: false, direction: 'older' });
  driver.send({ kind: 'acked', id: 'id-1', position: 100, time: at(9, 30) });
  driver.send({ kind: 'delivered', conversation: TALK, position: 100 });
  const bob = { ...whisper('bob', 'sure. 你说吧 🙂', at(9, 31)), position: 102 };
  driver.send({ kind: 'event', event: bob });
  driver.say('the key for the release: who holds it?');
  driver.send({ kind: 'queued', ref: driver.model.nextRef - 1, id: 'id-2' });
  driver.send({ kind: 'acked', id: 'id-2', position: 104, time: at(9, 32) });
  driver.say('(not urgent)');
  return driver;
}

export function help(options: Partial<ChatOptions> = {}): Driver {
  const driver = busy(options);
  driver.key('F1');
  return driver;
}

export function goTo(options: Partial<ChatOptions> = {}): Driver {
  const driver = busy(options);
  driver.key('Alt-G');
  driver.type('b');
  return driver;
}

export function who(options: Partial<ChatOptions> = {}): Driver {
  const driver = busy(options);
  driver.key('F3');
  return driver;
}

/** The connection is lost; what was typed stays. */
export function waiting(options: Partial<ChatOptions> = {}): Driver {
  const driver = busy(options);
  driver.type('done, the tag is signed');
  driver.send(
    {
      kind: 'link',
      link: { state: 'waiting', retryAt: NOW + 4000, code: 'connection-lost', params: { address: 'lab:7420' } },
    },
    { kind: 'tick', now: NOW },
  );
  return driver;
}

export function start(options: Partial<ChatOptions> = {}): Driver {
  const { address, ...rest } = { address: undefined, ...options };
  void address;
  const servers = [
    { address: 'lab.local:7420', name: 'Lab chat' },
    { address: '192.168.7.2:7420', name: '机房' },
  ];
  const program = createChat({ width: 100, height: 30, clock: () => NOW, start: { profiles: [], servers }, ...rest });
  const driver = new Driver(rest);
  driver.model = program.init[0];
  driver.type('alice');
  driver.key('Tab');
  return driver;
}

const ref = (from: Name, id: string) => ({ account: PEOPLE[from], id });

/** Answers, edits, what was taken back, reactions; closed rooms; people who are away; a message that is chosen. */
export function changed(options: Partial<ChatOptions> = {}): Driver {
  const driver = entered(options);
  const said = (from: Name, minute: number, text: string, id: string, detail = {}) =>
    event('#dev', from, at(9, minute), { kind: 'message', body: { kind: 'text', text }, action: false, ...detail }, id);
  driver.key('Alt-G');
  driver.type('dev');
  driver.key('Enter');
  driver.send({ kind: 'members', room: '#dev', accounts: members(['alice', 'bob', 'carol', 'dmitri']) });
  driver.send({
    kind: 'page',
    ...{ conversation: '#dev', more: false, direction: 'older' },
    events: [
      said('bob', 40, 'who signs the tag today?', 'b1'),
      said('carol', 41, 'me, if the nightly is green', 'c1', { reply: ref('bob', 'b1') }),
      said('alice', 42, 'it is 🎉', 'a1', { reply: ref('carol', 'gone-before') }),
      said('dmitri', 43, 'I have the wrong key, ask me not', 'd1'),
      said('李雷', 44, '早上好', 'l1', { reactions: [{ reaction: '👍', accounts: [PEOPLE.alice, PEOPLE.bob] }] }),
    ],
  });
  const about = (from: Name, id: string) => ({ about: ref(from, id) });
  const text = (words: string) => ({ body: { kind: 'text', text: words } }) as const;
  driver.send(
    {
      kind: 'event',
      event: event('#dev', 'alice', at(9, 45), { kind: 'edited', ...about('alice', 'a1'), ...text('it is green 🎉') }),
    },
    { kind: 'event', event: event('#dev', 'dmitri', at(9, 45), { kind: 'deleted', ...about('dmitri', 'd1') }) },
    ...(['bob', 'carol', 'alice'] as const).map(
      (name, index): Msg => ({
        kind: 'event',
        event: event('#dev', name, at(9, 46), {
          ...{ kind: 'reacted', on: true, ...about('alice', 'a1'), reaction: index === 2 ? '🚀' : '❤️' },
        }),
      }),
    ),
    { kind: 'event', event: event('#release', 'bob', at(9, 46), { kind: 'visibility', visibility: 'invite' }) },
    { kind: 'event', event: event('#ci-builds', 'bob', at(9, 46), { kind: 'visibility', visibility: 'hidden' }) },
    { kind: 'presence', account: PEOPLE.carol, name: 'carol', here: true, time: NOW, away: 'lunch' },
    { kind: 'presence', account: PEOPLE.bob, name: 'bob', here: true, time: NOW, away: '' },
  );
  driver.key('Alt-M', 'Up');
  return driver;
}

/** What somebody searched for, found in rooms and in private talk. */
export function search(options: Partial<ChatOptions> = {}): Driver {
  const driver = busy(options);
  driver.key('Alt-S');
  driver.type('green tag');
  const asked = driver.effects.filter(effect => effect.kind === 'search').slice(-2);
  const found: readonly (readonly [string, Name, number, number, string])[] = [
    ['#dev', 'bob', -40, 11, 'the nightly is green, the tag can be set'],
    [
      '#release',
      'carol',
      -2,
      16,
      `${'before it could be said that all is well and '.repeat(4)}green, somebody moved the tag`,
    ],
    [TALK, 'bob', 0, 9, 'GREEN! tag it'],
    ['#dev', '李雷', -380, 8, '上次 tag 之后 CI 都是 green 的'],
  ];
  for (const effect of asked) {
    if (effect.kind !== 'search') continue;
    const hits = found
      .filter(([room]) => (effect.source === 'rooms') === (room !== TALK))
      .map(([room, from, days, hour, text], index): AnyEvent => {
        const to = room === TALK ? { to: { account: PEOPLE.alice, name: 'alice' } } : {};
        const said = { kind: 'message', body: { kind: 'text', text }, action: false, ...to } as const;
        return event(room, from, at(hour, 5, days), said, `hit-${room}-${index}`, 10_000 + days * 10 + index);
      });
    driver.send({ kind: 'found', ref: effect.ref, source: effect.source, hits, more: false, reached: 0 });
  }
  driver.key('Down');
  return driver;
}

/** A piece of the past, while new lines come. */
export function past(options: Partial<ChatOptions> = {}): Driver {
  const driver = busy(options);
  driver.say('/date 2026-03-04');
  const asked = driver.effects.at(-1);
  const line = (n: number) =>
    message('#dev', n % 3 === 0 ? 'carol' : 'dmitri', `about the spring release, ${n}`, at(8, n, -261), -500 + n);
  if (asked?.kind === 'jump') {
    const events = Array.from({ length: 60 }, (_, n) => line(n));
    driver.send({ kind: 'landed', ref: asked.ref, conversation: '#dev', at: -470, events, older: true, newer: true });
  }
  driver.send({ kind: 'event', event: message('#dev', 'bob', 'alice, are you there?', at(9, 51), 5000) });
  return driver;
}

export const SCENES = { busy, talk, changed, search, past, help, 'go-to': goTo, who, waiting, start } as const;
