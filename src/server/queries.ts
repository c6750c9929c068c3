// Answers to queries: history, search, lists. Within what the account may see; lists go out in frames of their limit.
import type { Reach } from '../chat/access.ts';
import { isRoom, talksOf } from '../chat/conversations.ts';
import {
  type AccountId,
  type ChatEvent,
  type ConversationId,
  type ConversationSummary,
  type OfferSummary,
  type PersonSummary,
  type RoomSummary,
  SERVER,
} from '../chat/vocabulary.ts';
import { TchatError } from '../errors.ts';
import { MISSED_COUNTED, PAGE_BYTES, UNREAD_COUNTED } from '../limits.ts';
import type { Page, PageItems, Query, Scope } from '../protocol/packet.ts';
import type { PageRequest } from '../store/event-log.ts';
import type { Hall } from './hall.ts';
import type { Marks } from './marks.ts';
import { bytesAtMost } from './page-bytes.ts';

/** What queries are answered from. */
export interface QuerySources {
  readonly hall: Hall;
  readonly marks: Marks;
  /** The offers that stand and concern an account. */
  readonly offers: () => readonly OfferSummary[];
}

/** The pages of the answer, at least one; throws a TchatError with the code of the refusal. */
export function answerQuery(
  sources: QuerySources,
  account: AccountId,
  ref: number,
  query: Exclude<Query, { kind: 'grant' }>,
): readonly Page[] {
  const { hall } = sources;
  switch (query.kind) {
    case 'history':
      return [{ type: 'page', ref, final: true, ...history(hall, account, query) }];
    case 'search':
      return [{ type: 'page', ref, final: true, ...search(hall, account, query) }];
    case 'conversations':
      return pages(ref, conversations(sources, account, query.since), items => ({ kind: 'conversations', items }));
    case 'rooms':
      return pages(ref, rooms(hall, account), items => ({ kind: 'rooms', items }));
    case 'people':
      return pages(ref, people(hall, hall.state.accounts.keys()), items => ({ kind: 'people', items }));
    case 'offers':
      return pages(ref, sources.offers(), items => ({ kind: 'offers', items }), OFFERS_PER_PAGE);
    case 'members': {
      const members = membersSeen(hall, account, query.room);
      return pages(ref, people(hall, members), items => ({ kind: 'members', items }));
    }
    default:
      return query satisfies never;
  }
}

function reachOf(hall: Hall, account: AccountId, scope: Scope): readonly Reach[] {
  const all = (names: Iterable<ConversationId>) => [...names].flatMap(name => hall.reach(account, name));
  switch (scope.of) {
    case 'own': {
      const { except = [] } = scope;
      return all(hall.own(account).filter(name => !except.includes(name)));
    }
    case 'private':
      return all(talksOf(hall.state, account));
    case 'all':
      return all([SERVER, ...hall.state.rooms.keys(), ...talksOf(hall.state, account)]);
    case 'conversation': {
      const { conversation } = scope;
      const reach = hall.reach(account, conversation);
      // A talk that nobody began yet is empty; of others' talks nothing is told, not even that.
      if (reach.length === 0 && isRoom(conversation)) throw closedTo(hall, account, conversation);
      return reach;
    }
    default:
      return scope satisfies never;
  }
}

/** A room that may not be seen is none, unless lists name it. */
function closedTo(hall: Hall, account: AccountId, room: ConversationId): TchatError {
  return new TchatError(hall.access.isListed(room, account) ? 'room-closed' : 'no-such-room', { room });
}

function history(hall: Hall, account: AccountId, query: Query & { kind: 'history' }): PageItems {
  const { before, after, since, limit } = query;
  const request: PageRequest = {
    reaches: reachOf(hall, account, query.scope),
    limit,
    ...(after !== null ? { after } : since !== null ? { since } : before !== null ? { before } : {}),
  };
  const { events, more } = hall.log.page(request);
  const forward = after !== null || since !== null;
  const kept = withinPage(events, forward);
  return { kind: 'events', items: kept, more: more || kept.length < events.length };
}

/** Rooms alone: private talk is searched where it can be read. */
function search(hall: Hall, account: AccountId, query: Query & { kind: 'search' }): PageItems {
  const { text, from, before, after, limit, conversation } = query;
  const wanted: Scope = conversation === null ? { of: 'all' } : { of: 'conversation', conversation };
  const reaches = reachOf(hall, account, wanted).filter(reach => isRoom(reach.conversation));
  const range = after !== null ? { after } : before !== null ? { before } : {};
  const { events, more, reached } = hall.log.search({ text, from, reaches, limit, ...range });
  const forward = after !== null;
  const kept = withinPage(events, forward);
  const cut = kept.length < events.length;
  const last = (forward ? kept.at(-1) : kept[0])?.position ?? reached;
  return { kind: 'hits', items: kept, more: more || cut, reached: cut ? last : reached };
}

function conversations({ hall, marks }: QuerySources, account: AccountId, since: number | null): ConversationSummary[] {
  const found: ConversationSummary[] = [];
  for (const conversation of hall.own(account)) {
    if (conversation === SERVER) continue;
    const reach = hall.reach(account, conversation);
    const read = marks.read(account, conversation);
    const pair = hall.state.talks.get(conversation);
    const other = pair && (pair[0] === account ? pair[1] : pair[0]);
    const last = hall.log.last(reach);
    found.push({
      conversation,
      peer: other === undefined ? null : { account: other, name: hall.state.accounts.get(other)?.name ?? '' },
      last,
      read,
      unread: hall.log.count(reach, read, UNREAD_COUNTED, account),
      missed: since === null ? 0 : hall.log.count(reach, since, MISSED_COUNTED),
      // How far the other one has come elsewhere is no matter of this talk.
      delivered: other === undefined ? 0 : Math.min(marks.stored(other), last),
    });
  }
  return found;
}

/** As many as fit into a page: the first where the page goes forward, else the last. */
function withinPage(events: readonly ChatEvent[], forward: boolean): readonly ChatEvent[] {
  let bytes = 0;
  let count = 0;
  while (count < events.length) {
    bytes += bytesAtMost(events[forward ? count : events.length - 1 - count] as ChatEvent);
    if (bytes > PAGE_BYTES && count > 0) break;
    count += 1;
  }
  return forward ? events.slice(0, count) : events.slice(events.length - count);
}

/** Those that the account may know of; of one that it may not look into only the name. */
function rooms({ state, access }: Hall, account: AccountId): RoomSummary[] {
  return [...state.rooms.values()]
    .filter(room => access.isListed(room.id, account))
    .map(room => {
      const inside = access.mayFollow(room.id, account);
      return {
        room: room.id,
        topic: inside ? room.topic : '',
        members: inside ? room.members.size : 0,
        joined: access.isMember(room.id, account),
        visibility: access.visibility(room.id) ?? 'public',
      };
    });
}

function membersSeen({ state, access }: Hall, account: AccountId, room: ConversationId): Iterable<AccountId> {
  const found = state.rooms.get(room);
  if (found && access.visibility(room) !== null && access.mayFollow(room, account)) return found.members;
  throw new TchatError(access.isListed(room, account) ? 'room-closed' : 'no-such-room', { room });
}

function people({ state, presence }: Hall, accounts: Iterable<AccountId>): PersonSummary[] {
  const here: PersonSummary[] = [];
  const away: PersonSummary[] = [];
  for (const id of accounts) {
    const account = state.accounts.get(id);
    if (!account) continue;
    const at = presence.of(id);
    (at.here ? here : away).push({ account: id, name: account.name, ...at });
  }
  return [...here, ...away];
}

/** Items of a page of a list: each is at most some 1,400 bytes. */
const ITEMS_PER_PAGE = 32;
/** Two sealed bodies fit into a frame. */
const OFFERS_PER_PAGE = 2;

function pages<T>(
  ref: number,
  items: readonly T[],
  wrap: (items: readonly T[]) => PageItems,
  most = ITEMS_PER_PAGE,
): readonly Page[] {
  const result: Page[] = [];
  for (let at = 0; at === 0 || at < items.length; at += most) {
    const final = at + most >= items.length;
    result.push({ type: 'page', ref, final, ...wrap(items.slice(at, at + most)) });
  }
  return result;
}
