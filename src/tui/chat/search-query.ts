// What is asked of a search, from what is written; and who can answer it.
import { foldName, validRoom } from '../../chat/text.ts';
import type { AccountId, ConversationId } from '../../chat/vocabulary.ts';
import { SEARCH_LENGTH } from '../../limits.ts';
import type { SearchQuery, SearchSource } from './messages.ts';
import type { Model } from './model.ts';
import type { Search } from './search.ts';

export interface Asked {
  readonly query: SearchQuery | null;
  readonly problem: Search['problem'];
}

/** What is written: words, `in:#room` or `in:name`, `from:name`. Quotes hold a phrase together, and a filter's word too. */
export function queryWritten(model: Model, text: string): Asked {
  let conversation: SearchQuery['conversation'] = null;
  let from: AccountId | null = null;
  const words: string[] = [];
  for (const word of text.match(/"[^"]*"?|[^\s"]+/g) ?? []) {
    const [, filter, value = ''] = /^(in|from):(.*)$/i.exec(word) ?? [];
    if (filter === undefined) words.push(word);
    else if (value === '') return NOTHING;
    else if (filter.toLowerCase() === 'in') {
      const place = placeCalled(model, value);
      if (place === null) return unknown('chat.no-such-chat', value);
      conversation = place;
    } else {
      from = accountCalled(model, value);
      if (from === null) return unknown('no-such-name', value);
    }
  }
  const joined = words.join(' ');
  if ([...joined].length > SEARCH_LENGTH || !/[^\s"]/.test(joined)) return NOTHING;
  return { query: { words: joined, conversation, from }, problem: null };
}

const NOTHING: Asked = { query: null, problem: null };

function unknown(code: string, name: string): Asked {
  return { query: null, problem: { code, params: { name } } };
}

function placeCalled(model: Model, name: string): ConversationId | AccountId | null {
  const room = name.startsWith('@') ? null : validRoom(name);
  if (room !== null && (name.startsWith('#') || model.rooms.has(room))) return room;
  const account = accountCalled(model, name);
  return account === null ? null : (model.chats.get(account)?.conversation ?? account);
}

function accountCalled(model: Model, name: string): AccountId | null {
  const folded = foldName(name.replace(/^@/, ''));
  if (folded === 'me' && model.me !== null) return model.me.account;
  for (const person of model.people.values()) if (foldName(person.name) === folded) return person.account;
  return null;
}

/** Where it is looked: rooms on the server and private talk here, or everything here where no server is. */
export function sourcesOf(model: Model, { conversation }: SearchQuery): readonly SearchSource[] {
  if (model.link.state !== 'online') return ['kept'];
  if (conversation === null) return ['rooms', 'talk'];
  return [conversation.startsWith('#') ? 'rooms' : 'talk'];
}
