// A person's screen after an absence, against the real server: where it stands first, then the newest of each room, then what is
// its own; each event once, each conversation in its order, whenever it is ended in between.
import test, { type ExecutionContext } from 'ava';
import { isPrivate } from '../../src/chat/conversations.ts';
import type { AnyEvent, ConversationId, Draft, Position } from '../../src/chat/vocabulary.ts';
import { Client, type ClientMessage } from '../../src/client/client.ts';
import { accountOf, talkOf } from '../../src/identity/keys.ts';
import type { Profile } from '../../src/identity/profile.ts';
import { MISSED_COUNTED } from '../../src/limits.ts';
import { systemClock } from '../../src/session/clock.ts';
import type { ClientStore } from '../../src/store/client-store.ts';
import { MemoryClientStore } from '../../src/store/memory-client-store.ts';
import { MemoryLog } from '../../src/store/memory-log.ts';
import { newId, newProfile, openClient, openServer, postTo, postToName, textsOf } from '../helpers/clients.ts';

/** Rooms with much, little and nothing said in them, and a private talk. */
const SAID: Readonly<Record<string, number>> = { '#lobby': 3_000, '#busy': MISSED_COUNTED, '#quiet': 250, '~': 700 };

/** Tells of every step. */
class Noting extends MemoryClientStore {
  kept: () => void = () => {};

  override keep(events: readonly AnyEvent[], cursor: Position): void {
    super.keep(events, cursor);
    this.kept();
  }
}

/** Short messages that a page has at least: its bytes are bounded too. */
const PAGE = 100;

interface Away {
  readonly alice: Profile;
  readonly bob: Profile;
  readonly talk: ConversationId;
  readonly log: MemoryLog;
  readonly store: Noting;
}

/** Alice was there, and is gone; bob has said so much meanwhile, by turns. */
async function absence(t: ExecutionContext, said: Readonly<Record<string, number>>): Promise<Away> {
  const log = new MemoryLog(1_000_000);
  const store = new Noting();
  const [alice, bob] = [newProfile('alice'), newProfile('bob')];
  const server = await openServer(t, { log });
  const { port } = server.facts;
  const first = await openClient(t, alice, { port, store });
  const other = await openClient(t, bob, { port });
  for (const room of ['#busy', '#quiet', '#silent']) {
    await other.join(room);
    await first.join(room);
    await other.says(room, `before ${room}`);
  }
  await other.does(postToName('alice', 'before'));
  await first.text('before');
  first.client.close();
  other.client.close();
  await server.close();
  const talk = talkOf(accountOf(alice.key.public), accountOf(bob.key.public));
  const head = { time: Date.now(), account: accountOf(bob.key.public), from: 'bob' };
  const to = { to: { account: accountOf(alice.key.public), name: 'alice' } };
  const all = Object.entries(said).flatMap(([where, count]) =>
    Array.from({ length: count }, (_, n) => {
      const body = { kind: 'text', text: `${where} ${n}` } as const;
      const place = where === '~' ? { conversation: talk, ...to } : { conversation: where };
      const draft: Draft = { ...head, ...place, id: newId(), kind: 'message', body, action: false };
      return { at: n / count, draft };
    }),
  );
  await log.append(all.sort((one, other) => one.at - other.at).map(({ draft }) => draft));
  return { alice, bob, talk, log, store };
}

/** A client whose process ends in the middle of a word: with the n-th message that it hears, or when it is told to. */
class Sitting {
  readonly messages: ClientMessage[] = [];
  readonly client: Client;
  readonly #waiting = new Set<() => void>();

  constructor(t: ExecutionContext, profile: Profile, options: { port: number; store: Noting; most?: number }) {
    const { port, store, most = Number.POSITIVE_INFINITY } = options;
    const address = { host: '127.0.0.1', port };
    const rest = { presence: true, client: 'test', reconnect: false, clock: systemClock };
    this.client = new Client({ address, profile, store, ...rest }, message => {
      if (message.is === 'presence' || message.is === 'trip') return;
      if (this.messages.push(message) === most) this.client.close();
      this.#look();
    });
    store.kept = () => this.#look();
    t.teardown(() => this.client.close());
    this.client.start();
  }

  #look(): void {
    for (const look of [...this.#waiting]) look();
  }

  /** What was heard of a conversation, in the order in which it was. */
  heard(conversation: ConversationId): AnyEvent[] {
    return this.messages.flatMap(message => {
      if (message.is === 'event') return message.event.conversation === conversation ? [message.event] : [];
      return message.is === 'newest' && message.conversation === conversation ? message.events : [];
    });
  }

  until(holds: () => boolean): Promise<void> {
    return new Promise(resolve => {
      const look = () => {
        if (!holds()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  get rooms(): readonly ConversationId[] {
    return this.messages.flatMap(message => (message.is === 'newest' ? [message.conversation] : []));
  }
}

const kept = (store: ClientStore, conversation: ConversationId) =>
  textsOf(store.page(conversation, null, 100_000).events);
const numbered = (where: string, from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => `${where} ${from + n}`);
const rising = (events: readonly AnyEvent[]) =>
  events.every((event, n) => n === 0 || event.position > (events[n - 1] as AnyEvent).position);

// Red when the rest is pulled before the newest pages, or when rooms with much missed are pulled from where one was.
test('after 100,000 missed messages: where one stands, the newest of each room, then private talk and quiet rooms whole', async t => {
  const { alice, talk, log, store } = await absence(t, { ...SAID, '#lobby': 98_750 });
  const { port } = (await openServer(t, { log })).facts;
  const sitting = new Sitting(t, alice, { port, store });
  await sitting.until(() => store.cursor === log.head);
  const { messages } = sitting;
  t.deepEqual(
    messages.slice(0, 5).map(message => message.is),
    ['connecting', 'online', 'overview', 'newest', 'newest'],
  );
  t.deepEqual([...sitting.rooms].sort(), ['#busy', '#lobby']);
  t.true(messages.slice(5).every(message => message.is === 'event'));
  t.is(messages.length - 5, 250 + 700);
  const lobby = textsOf(sitting.heard('#lobby'));
  t.true(lobby.length >= PAGE, `${lobby.length}`);
  t.deepEqual(lobby, numbered('#lobby', 98_750 - lobby.length, 98_750));
  t.deepEqual(textsOf(sitting.heard('#quiet')), numbered('#quiet', 0, 250));
  t.deepEqual(textsOf(sitting.heard(talk)), numbered('~', 0, 700));
  const overview = messages.find(message => message.is === 'overview');
  const counts = overview?.conversations.map(({ conversation, unread, missed }) => [conversation, unread, missed]);
  t.deepEqual(new Map(counts?.map(([name, ...rest]) => [name as string, rest])).get('#lobby'), [999, MISSED_COUNTED]);
  t.deepEqual(kept(store, '#lobby'), lobby, 'without what is before the gap');
  t.deepEqual(kept(store, '#quiet'), ['before #quiet', ...numbered('#quiet', 0, 250)]);
  t.deepEqual(kept(store, '#silent'), ['before #silent']);
  t.deepEqual(kept(store, talk), ['before', ...numbered('~', 0, 700)]);
});

// Red when the cursor passes what is not kept, or when what was kept ahead of it is heard again.
test('ended at any moment of it, and begun again and again, nothing is lost or heard twice', async t => {
  const { alice, talk, log, store } = await absence(t, SAID);
  const { port } = (await openServer(t, { log })).facts;
  const heard = new Map<ConversationId, AnyEvent[]>();
  const newest = new Map<ConversationId, Position>();
  for (let most = 2; ; most = most < 8 ? most + 1 : Math.ceil(most * 1.5)) {
    const sitting = new Sitting(t, alice, { port, store, most });
    await sitting.until(() => sitting.messages.length >= most || store.cursor === log.head);
    sitting.client.close();
    for (const message of sitting.messages) {
      if (message.is === 'newest') {
        t.true((message.events.at(-1)?.position ?? 0) >= (newest.get(message.conversation) ?? 0));
        newest.set(message.conversation, message.events.at(-1)?.position ?? 0);
        heard.set(message.conversation, [...message.events]);
      }
      if (message.is !== 'event') continue;
      const { conversation } = message.event;
      heard.set(conversation, [...(heard.get(conversation) ?? []), message.event]);
    }
    for (const [conversation, events] of heard) t.true(rising(events), `${conversation} after ${most}`);
    if (store.cursor === log.head) break;
  }
  t.deepEqual(textsOf(heard.get('#quiet') ?? []), numbered('#quiet', 0, 250));
  t.deepEqual(textsOf(heard.get(talk) ?? []), numbered('~', 0, 700));
  const lobby = textsOf(heard.get('#lobby') ?? []);
  t.true(lobby.length >= PAGE, `${lobby.length}`);
  t.deepEqual(lobby, numbered('#lobby', 3_000 - lobby.length, 3_000));
  t.deepEqual(kept(store, '#lobby'), lobby);
  t.deepEqual(kept(store, '#quiet'), ['before #quiet', ...numbered('#quiet', 0, 250)]);
  t.deepEqual(kept(store, talk), ['before', ...numbered('~', 0, 700)]);
});

// Red when what comes live is heard before its conversation's past, or left out because the cursor has passed it.
test('whoever goes on talking meanwhile is heard once, in order, and without a gap behind the newest page', async t => {
  const { alice, bob, talk, log, store } = await absence(t, SAID);
  const { port } = (await openServer(t, { log })).facts;
  const talking = await openClient(t, bob, { port, presence: false });
  let said = 0;
  const say = () => {
    for (const room of ['#lobby', '#quiet', '#silent']) talking.client.send(postTo(room, `live ${said}`));
    talking.client.send(postToName('alice', `live ${said}`));
    said += 1;
  };
  const sitting = new Sitting(t, alice, { port, store });
  // With each thing that is heard of the past something new is said, until it is over.
  let seen = 0;
  await sitting.until(() => {
    for (; seen < sitting.messages.length && said < 150; seen++) say();
    return said === 150;
  });
  await talking.until('answers', () => talking.client.unanswered === 0);
  await sitting.until(() => store.cursor === log.head);
  const live = numbered('live', 0, 150);
  t.deepEqual(textsOf(sitting.heard('#quiet')), [...numbered('#quiet', 0, 250), ...live]);
  t.deepEqual(textsOf(sitting.heard(talk)), [...numbered('~', 0, 700), ...live]);
  t.deepEqual(textsOf(sitting.heard('#silent')), live);
  const lobby = textsOf(sitting.heard('#lobby'));
  t.deepEqual(lobby, [...numbered('#lobby', 0, 3_000), ...live].slice(-lobby.length));
  t.true(lobby.length >= PAGE + 150);
  for (const room of ['#lobby', '#quiet', '#silent', talk]) {
    t.true(rising(sitting.heard(room)), room);
    t.deepEqual(kept(store, room).slice(-150), live, room);
  }
});

// Red when a new device begins with what is new also in private.
test('a new device has its private talk whole, and of rooms what is new', async t => {
  const { alice, bob, talk, log } = await absence(t, SAID);
  const { port } = (await openServer(t, { log })).facts;
  const store = new Noting();
  const sitting = new Sitting(t, alice, { port, store });
  await sitting.until(() => store.cursor === log.head);
  t.is(sitting.messages[2]?.is, 'overview');
  t.deepEqual(textsOf(sitting.heard(talk)), ['before', ...numbered('~', 0, 700)]);
  t.true(sitting.messages.slice(3).every(each => each.is === 'event' && isPrivate(each.event.conversation)));
  const talking = await openClient(t, bob, { port });
  await talking.says('#lobby', 'live');
  await sitting.until(() => sitting.heard('#lobby').length > 0);
  t.deepEqual(kept(store, '#lobby'), ['live']);
  t.deepEqual(kept(store, talk), ['before', ...numbered('~', 0, 700)]);
});

test('a new device that is ended while it takes its private talk goes on with it', async t => {
  const { alice, talk, log } = await absence(t, { '~': 700 });
  const { port } = (await openServer(t, { log })).facts;
  const store = new Noting();
  const heard: AnyEvent[] = [];
  for (const most of [3, 4, 100, 500, 2_000]) {
    const sitting = new Sitting(t, alice, { port, store, most });
    await sitting.until(() => sitting.messages.length >= most || store.cursor === log.head);
    sitting.client.close();
    heard.push(...sitting.heard(talk));
  }
  t.deepEqual(textsOf(heard), ['before', ...numbered('~', 0, 700)]);
  t.deepEqual(kept(store, talk), ['before', ...numbered('~', 0, 700)]);
});
