// Every query of an account, and what a plain model says its answer is.
import {
  type AccountId,
  type AnyEvent,
  type ChatEvent,
  type ConversationId,
  type Position,
  SERVER,
} from '../../src/chat/vocabulary.ts';
import { talkOf } from '../../src/identity/keys.ts';
import type { Page, Query, Scope } from '../../src/protocol/packet.ts';
import type { Answer, Peer } from './peer.ts';
import { pick } from './tier.ts';
import type { VisibleModel } from './visible-model.ts';
import { accountNamed, type Program, ROOMS, WORDS } from './visible-program.ts';

/** Tells how an answer differs from what it has to be. */
export type Complain = (what: string, found: unknown, wanted: unknown) => void;

interface Asking {
  readonly program: Program;
  readonly model: VisibleModel;
  readonly peer: Peer;
  readonly next: () => number;
  readonly complain: Complain;
}

type Edge = { readonly before: Position | null; readonly after: Position | null };

export async function askEverything(asking: Asking): Promise<void> {
  await histories(asking);
  await searches(asking);
  await lists(asking);
}

/** All events that an account may be shown now, as it may be shown them. */
function readable({ model, peer }: Asking): readonly ChatEvent[] {
  return model.events.filter(each => model.reads(peer.account, each)).map(each => model.view(peer.account, each));
}

async function histories(asking: Asking): Promise<void> {
  const { program, model, peer, next, complain } = asking;
  const all = readable(asking);
  const own = new Set([SERVER, ...model.talksOf(peer.account)]);
  for (const room of model.rooms) if (model.isMember(room, peer.account)) own.add(room);
  const except = ROOMS.filter(() => next() < 0.5);
  const scopes: (readonly [Scope, (conversation: ConversationId) => boolean])[] = [
    [{ of: 'own' }, name => own.has(name)],
    [{ of: 'own', except }, name => own.has(name) && !except.includes(name)],
    [{ of: 'private' }, name => name.startsWith('~')],
    [{ of: 'all' }, () => true],
  ];
  for (const name of [SERVER, ...ROOMS, '#nowhere', ...talks(program)]) {
    scopes.push([{ of: 'conversation', conversation: name }, each => each === name]);
  }
  for (const [scope, fits] of scopes) {
    const wanted = all.filter(each => fits(each.conversation));
    const what = `history of ${JSON.stringify(scope)}`;
    const room = scope.of === 'conversation' && scope.conversation.startsWith('#') ? scope.conversation : null;
    const refusal = room && !model.looksInto(peer.account, room) ? refusalOf(asking, room) : null;
    const some = 1 + Math.floor(next() * 30);
    const at = Math.floor(next() * (model.head + 3));
    const time = (pick(model.events, next).time ?? 0) + Math.floor(next() * 3) - 1;
    const since = model.events.find(each => each.time >= time)?.position ?? model.head + 1;
    const asked: readonly (readonly [Partial<Query & { kind: 'history' }>, readonly ChatEvent[], boolean])[] = [
      [{}, wanted, false],
      [{ before: at }, wanted.filter(each => each.position < at), false],
      [{ after: at }, wanted.filter(each => each.position > at), true],
      [{ since: time }, wanted.filter(each => each.position >= since), true],
    ];
    for (const [range, found, forward] of asked) {
      const answer = await peer.ask({
        ...{ kind: 'history', scope, before: null, after: null, since: null, limit: some, ...range },
      });
      if (refusal) {
        complainUnless(complain, what, answer.code, refusal);
        continue;
      }
      const events = forward ? found.slice(0, some) : found.slice(Math.max(0, found.length - some));
      complainUnless(complain, `${what} ${JSON.stringify(range)} ${some}`, eventsOf(answer), {
        ...{ events, more: found.length > some },
      });
    }
  }
}

async function searches(asking: Asking): Promise<void> {
  const { program, model, peer, next, complain } = asking;
  const places = [null, ...ROOMS, '#nowhere', ...talks(program).slice(0, 3)];
  for (const conversation of places) {
    const text = pick(WORDS, next).slice(0, 2 + Math.floor(next() * 4));
    const from = next() < 0.3 ? accountNamed(program, pick(program.people, next).name) : null;
    const limit = 1 + Math.floor(next() * 6);
    const query = { kind: 'search', text, conversation, from, limit } as const;
    const what = `search ${JSON.stringify(query)}`;
    const room = conversation?.startsWith('#') ? conversation : null;
    if (room && !model.looksInto(peer.account, room)) {
      const { code } = await peer.ask({ ...query, before: null, after: null });
      complainUnless(complain, what, code, refusalOf(asking, room));
      continue;
    }
    const [hits, certain] = hitsOf(asking, query);
    for (const forward of [false, true]) {
      const found: ChatEvent[] = [];
      let edge: Edge = forward ? { before: null, after: 0 } : { before: null, after: null };
      for (let more = true; more; ) {
        const { pages } = await peer.ask({ ...query, ...edge });
        const [page] = pages ?? [];
        if (page?.kind !== 'hits') return complain(what, page, 'hits');
        found.push(...(page.items as ChatEvent[]));
        // How far was looked tells where hits are, and the end; never where something stands that is none.
        const last = (forward ? page.items.at(-1) : page.items[0])?.position;
        const end = forward ? model.head : 0;
        complainUnless(complain, `${what} reached`, page.reached, page.more ? last : end);
        if (page.items.length > limit) complain(what, page.items.length, limit);
        more = page.more;
        edge = forward ? { before: null, after: page.reached } : { before: page.reached, after: null };
      }
      const got = found.toSorted((a, b) => a.position - b.position);
      complainUnless(
        complain,
        `${what} ${forward ? 'forward' : 'back'}`,
        got,
        hits.filter(each => certain.has(each.position) || got.some(one => one.position === each.position)),
      );
    }
  }
}

/** What may be found, and of it what has to be: the index knows the words of now alone. */
function hitsOf(asking: Asking, query: { text: string; conversation: string | null; from: AccountId | null }) {
  const { model, peer } = asking;
  const { text, conversation, from } = query;
  const holds = (event: ChatEvent) =>
    event.kind === 'message' &&
    event.body.kind === 'text' &&
    event.body.text.split(' ').some(word => word.startsWith(text));
  const hits = readable(asking).filter(
    each =>
      each.conversation.startsWith('#') &&
      (conversation === null || each.conversation === conversation) &&
      (from === null || each.account === from) &&
      holds(each),
  );
  const certain = new Set<Position>();
  for (const event of model.events) {
    if (event.kind !== 'message' || !model.reads(peer.account, event)) continue;
    if (holds(model.now(event))) certain.add(event.position);
  }
  return [hits, certain] as const;
}

async function lists(asking: Asking): Promise<void> {
  const { model, peer, complain, next } = asking;
  const inside = (room: ConversationId) =>
    model.isOpen(room) || model.isMember(room, peer.account) ? model.room(room) : null;
  const rooms = await listed(asking, { kind: 'rooms' }, 'rooms');
  const wanted = model.rooms
    .filter(room => model.isListed(room, peer.account))
    .map(room => ({
      room,
      topic: inside(room)?.topic ?? '',
      members: inside(room)?.members.size ?? 0,
      joined: model.isMember(room, peer.account),
      visibility: model.room(room)?.visibility,
    }));
  complainUnless(complain, 'rooms', rooms, wanted);
  const people = await listed(asking, { kind: 'people' }, 'people');
  complainUnless(complain, 'people', accountsOf(people), [...model.accounts].toSorted());
  for (const room of [...ROOMS, '#nowhere']) {
    const { code, pages } = await peer.ask({ kind: 'members', room });
    const seen = inside(room);
    if (!seen) complainUnless(complain, `members of ${room}`, code, refusalOf(asking, room));
    else complainUnless(complain, `members of ${room}`, accountsOf(items(pages)), [...seen.members].toSorted());
  }
  const since = next() < 0.5 ? null : Math.floor(next() * model.head);
  const conversations = await listed(asking, { kind: 'conversations', since }, 'conversations');
  complainUnless(complain, `conversations since ${since}`, byName(conversations), byName(summaries(asking, since)));
}

function summaries(asking: Asking, since: Position | null): readonly unknown[] {
  const { program, model, peer } = asking;
  const { account } = peer;
  const own = [...model.rooms.filter(room => model.isMember(room, account)), ...model.talksOf(account)];
  return own.map(conversation => {
    const events = model.events.filter(each => each.conversation === conversation && model.reads(account, each));
    const pair = model.pairOf(conversation);
    const other = pair && (pair[0] === account ? pair[1] : pair[0]);
    const read = program.read(account, conversation);
    const last = events.at(-1)?.position ?? 0;
    return {
      conversation,
      peer: other && {
        account: other,
        name: program.people.find(each => accountNamed(program, each.name) === other)?.name,
      },
      last,
      read,
      unread: events.filter(each => each.kind === 'message' && each.account !== account && each.position > read).length,
      missed: since === null ? 0 : events.filter(each => each.position > since).length,
      delivered: other ? Math.min(program.stored(other), last) : 0,
    };
  });
}

/** What is answered about a room that one may not look into: as if it were not there, unless lists name it. */
function refusalOf({ model, peer }: Asking, room: ConversationId): string {
  return model.isListed(room, peer.account) ? 'room-closed' : 'no-such-room';
}

/** Talks of any two, also of those that never were. */
function talks(program: Program): readonly ConversationId[] {
  const accounts = ['ann', 'bob', 'cat', 'eve'].map(name => accountNamed(program, name));
  return accounts.flatMap((one, n) => accounts.slice(n).map(other => talkOf(one, other)));
}

function eventsOf({ pages, code }: Answer): unknown {
  const [page] = pages ?? [];
  return page?.kind === 'events' ? { events: page.items as readonly AnyEvent[], more: page.more } : code;
}

async function listed({ peer, complain }: Asking, query: Query, kind: Page['kind']): Promise<readonly unknown[]> {
  const { pages, code } = await peer.ask(query);
  if (!pages || pages.some(page => page.kind !== kind)) complain(kind, code, 'pages');
  return items(pages);
}

const items = (pages: readonly Page[] | null) => (pages ?? []).flatMap(page => [...page.items] as unknown[]);
const accountsOf = (list: readonly unknown[]) => list.map(each => (each as { account: AccountId }).account).toSorted();
const byName = (list: readonly unknown[]) =>
  (list as readonly { conversation: string }[]).toSorted((a, b) => (a.conversation < b.conversation ? -1 : 1));

export function complainUnless(complain: Complain, what: string, found: unknown, wanted: unknown): void {
  if (plain(found) !== plain(wanted)) complain(what, found, wanted);
}

/** The same text for the same value, in whatever order its fields stand. */
export function plain(value: unknown): string {
  return JSON.stringify(value ?? null, (_, each) =>
    each && typeof each === 'object' && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
