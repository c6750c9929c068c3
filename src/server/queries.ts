// Answers to queries: history, rooms, people. Within what the account may see; lists go out in frames of their limit.
import { isRoom, maySee, ownConversations, visibleConversations } from '../chat/audience.ts';
import type { ChatState } from '../chat/state.ts';
import type { AccountId, ChatEvent, ConversationId, PersonSummary, RoomSummary } from '../chat/vocabulary.ts';
import { TchatError } from '../errors.ts';
import { PAGE_BYTES } from '../limits.ts';
import type { Page, PageItems, Query, Scope } from '../protocol/packet.ts';
import type { EventLog, PageRequest } from '../store/event-log.ts';
import type { PresenceList } from './presence-list.ts';

/** What queries are answered from. */
export interface QuerySources {
  readonly state: ChatState;
  readonly log: EventLog;
  readonly presence: PresenceList;
}

/** The pages of the answer, at least one; throws a TchatError with the code of the refusal. */
export function answerQuery(sources: QuerySources, account: AccountId, ref: number, query: Query): readonly Page[] {
  switch (query.kind) {
    case 'history':
      return [{ type: 'page', ref, final: true, ...history(sources, account, query) }];
    case 'rooms':
      return pages(ref, rooms(sources.state, account), items => ({ kind: 'rooms', items }));
    case 'people':
      return pages(ref, people(sources, sources.state.accounts.keys()), items => ({ kind: 'people', items }));
    case 'members': {
      const room = sources.state.rooms.get(query.room);
      if (!room) throw new TchatError('no-such-room', { room: query.room });
      return pages(ref, people(sources, room.members), items => ({ kind: 'members', items }));
    }
    default:
      return query satisfies never;
  }
}

function scopeOf({ state }: QuerySources, account: AccountId, scope: Scope): ReadonlySet<ConversationId> {
  if (scope.of === 'own') return ownConversations(state, account);
  if (scope.of === 'all') return visibleConversations(state, account);
  const { conversation } = scope;
  if (maySee(state, account, conversation)) return new Set([conversation]);
  // A talk that nobody began yet is empty; of others' talks nothing is told, not even that.
  if (!isRoom(conversation)) return new Set();
  throw new TchatError('no-such-room', { room: conversation });
}

function history(sources: QuerySources, account: AccountId, query: Query & { kind: 'history' }): PageItems {
  const { before, after, since, limit } = query;
  const request: PageRequest = {
    conversations: scopeOf(sources, account, query.scope),
    limit,
    ...(after !== null ? { after } : since !== null ? { since } : before !== null ? { before } : {}),
  };
  const { events, more } = sources.log.page(request);
  const forward = after !== null || since !== null;
  const kept = withinPage(events, forward);
  return { kind: 'events', items: kept, more: more || kept.length < events.length };
}

/** As many as fit into a page: the first where the page goes forward, else the last. */
function withinPage(events: readonly ChatEvent[], forward: boolean): readonly ChatEvent[] {
  let bytes = 0;
  let count = 0;
  while (count < events.length) {
    bytes += sizeOf(events[forward ? count : events.length - 1 - count] as ChatEvent);
    if (bytes > PAGE_BYTES && count > 0) break;
    count += 1;
  }
  return forward ? events.slice(0, count) : events.slice(events.length - count);
}

/** Bytes of an event on the wire, estimated from above. */
function sizeOf(event: ChatEvent): number {
  const fixed = 256 + event.conversation.length * 3 + event.from.length * 3;
  switch (event.kind) {
    case 'message':
      return fixed + (event.body.kind === 'text' ? event.body.text.length * 3 : event.body.bytes.length);
    case 'topic':
    case 'broadcast':
      return fixed + event.text.length * 3;
    case 'kicked':
      return fixed + (event.reason.length + event.name.length) * 3;
    default:
      return fixed;
  }
}

function rooms(state: ChatState, account: AccountId): RoomSummary[] {
  return [...state.rooms.values()].map(room => ({
    room: room.id,
    topic: room.topic,
    members: room.members.size,
    joined: room.members.has(account),
  }));
}

function people({ state, presence }: QuerySources, accounts: Iterable<AccountId>): PersonSummary[] {
  const here: PersonSummary[] = [];
  const away: PersonSummary[] = [];
  for (const id of accounts) {
    const account = state.accounts.get(id);
    if (!account) continue;
    const at = presence.of(id);
    const person = { account: id, name: account.name, here: at.here, since: at.since };
    (at.here ? here : away).push(person);
  }
  return [...here, ...away];
}

/** Items of a page of a list: each is at most some 1,400 bytes. */
const ITEMS_PER_PAGE = 32;

function pages<T>(ref: number, items: readonly T[], wrap: (items: readonly T[]) => PageItems): readonly Page[] {
  const result: Page[] = [];
  for (let at = 0; at === 0 || at < items.length; at += ITEMS_PER_PAGE) {
    const final = at + ITEMS_PER_PAGE >= items.length;
    result.push({ type: 'page', ref, final, ...wrap(items.slice(at, at + ITEMS_PER_PAGE)) });
  }
  return result;
}
