// What a screen begins with, of what is kept here: what was not read and some lines before it, as it stands now.
import test from 'ava';
import type { AnyEvent } from '../../src/chat/vocabulary.ts';
import { keptOf } from '../../src/commands/kept.ts';
import { LINES_HELD } from '../../src/limits.ts';
import { MemoryClientStore } from '../../src/store/memory-client-store.ts';

function event(position: number, conversation: string, changes: object = {}): AnyEvent {
  const to = conversation.startsWith('~') ? { to: { account: 'alice', name: 'alice' } } : {};
  return {
    ...{ position, time: position, conversation, account: 'bob', from: 'bob', id: `id-${position}`, kind: 'message' },
    ...{ body: { kind: 'text', text: `said ${position}` }, action: false },
    ...to,
    ...changes,
  } as unknown as AnyEvent;
}

function storeOf(events: readonly AnyEvent[]): MemoryClientStore {
  const store = new MemoryClientStore();
  store.enter('one', 1_000_000);
  store.remember({ serverName: 'One', name: 'alice', role: 'member' });
  store.keep(events, events.at(-1)?.position ?? 0);
  return store;
}

const many = (from: number, count: number, conversation: string) =>
  Array.from({ length: count }, (_, n) => event(from + n, conversation));
const reaction = (position: number, about: number, conversation: string) =>
  event(position, conversation, {
    ...{ kind: 'reacted', about: { account: 'bob', id: `id-${about}` }, reaction: '+1', on: position % 2 === 0 },
  });
const pageOf = (store: MemoryClientStore, conversation: string) =>
  keptOf(store, 'alice')?.pages.find(page => page.conversation === conversation)?.events ?? [];

test('of a long private talk what was not read is there, and some lines before it', t => {
  const store = storeOf(many(1, 20_000, '~talk'));
  store.setRead('bob', 19_990);
  t.is(pageOf(store, '~talk').length, 50);
  store.setRead('bob', 19_999);
  t.is(pageOf(store, '~talk').at(-1)?.position, 20_000);
  const unread = storeOf(many(1, 3_000, '~talk'));
  unread.setRead('bob', 2_500);
  const events = pageOf(unread, '~talk');
  t.true(events.length >= 500 && events.length < 1_000, `${events.length}`);
  t.true((events[0]?.position ?? 0) <= 2_501);
});

// Red when a talk that was never read is loaded whole.
test('no more of a conversation is there than a screen holds', t => {
  const events = pageOf(storeOf(many(1, 3 * LINES_HELD, '~talk')), '~talk');
  t.is(events.length, LINES_HELD);
  t.is(events.at(-1)?.position, 3 * LINES_HELD);
});

// Red when what was done to messages counts as lines, or is done a second time.
test('messages are as they stand now, and what was done to them takes no line’s place', t => {
  const reactions = Array.from({ length: 400 }, (_, n) => reaction(100 + n, 60, '#lobby'));
  const edit = event(600, '#lobby', {
    ...{ kind: 'edited', about: { account: 'bob', id: 'id-59' }, body: { kind: 'text', text: 'better' } },
  });
  const gone = event(601, '#lobby', { kind: 'deleted', about: { account: 'bob', id: 'id-58' } });
  const store = storeOf([...many(1, 60, '#lobby'), ...reactions, edit, gone]);
  store.setRead('#lobby', 700);
  const events = pageOf(store, '#lobby');
  t.true(events.length >= 50, `${events.length}`);
  t.true(events.every(each => each.kind === 'message'));
  const at = (position: number) => events.find(each => each.position === position);
  t.like(at(59), { body: { kind: 'text', text: 'better' }, edited: 600 });
  t.like(at(58), { deleted: true, body: { kind: 'text', text: '' } });
  t.is((at(60) as { reactions?: unknown }).reactions, undefined);
});
