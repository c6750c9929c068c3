// What outlives the program: at the start what was kept is shown, and as things change what is to be kept goes out.
import type { AnyEvent, ConversationId } from '../../chat/vocabulary.ts';
import { SERVER } from '../../chat/vocabulary.ts';
import { apply } from '../kit/editor.ts';
import { withContacts } from './contacts.ts';
import { lineOf, linesOf } from './lines.ts';
import type { Effect, Kept, KeptLine } from './messages.ts';
import { type ChatKey, chatOf, draftOf, isRoom, type Model, type Step, withChat } from './model.ts';
import { addPending, covers, insert, insertPage, oldest } from './timeline.ts';
import { fallback, openChat } from './update-chats.ts';
import { pageChat } from './update-events.ts';
import { unreadOf } from './update-overview.ts';

/** Keeping begins, with what there is from before: the screen as it was, while the server is being dialled. */
export function restored(model: Model, kept: Kept | null): Step {
  if (kept === null) return [{ ...model, keeping: true }, []];
  const { account, name, role, serverId, serverName } = kept;
  let next: Model = {
    ...model,
    ...{ keeping: true, start: null, me: { account, name, role }, serverId, serverName },
    rooms: new Map(kept.rooms.map(room => [room.room, room])),
    // Who is here now, nobody knows.
    people: new Map(kept.people.map(person => [person.account, { ...person, here: false }])),
  };
  for (const { conversation, events } of kept.pages) {
    if (conversation !== SERVER) next = withPage(next, conversation, events, kept.reads);
  }
  for (const { conversation, events } of kept.pages) if (conversation === SERVER) announced(next, events);
  for (const line of kept.queued) next = withQueued(next, line);
  for (const [key, text] of kept.drafts) {
    const chat = chatOf(next, key);
    next = withChat(next, { ...chat, draft: apply(chat.draft, { kind: 'insert', text }) });
  }
  next = withContacts(next);
  const wanted = next.arrival ?? kept.current;
  if (wanted === null || !isListed(next, wanted)) return fallback(next);
  return openChat({ ...next, arrival: null }, wanted);
}

function isListed(model: Model, key: ChatKey): boolean {
  return isRoom(key) ? model.rooms.get(key)?.joined === true : model.people.has(key);
}

function withPage(
  model: Model,
  conversation: ConversationId,
  events: readonly AnyEvent[],
  reads: Kept['reads'],
): Model {
  const [known, chat] = pageChat(model, conversation, events);
  // A talk that no event explains.
  if (chat.key.startsWith('~')) return model;
  const lines = linesOf(events, known.me, chat.timeline);
  insertPage(chat.timeline, lines);
  covers(chat.timeline, events);
  const read = Math.max(chat.read, reads.get(chat.key) ?? 0);
  return withChat(known, { ...chat, ...unreadOf(lines, read, known), read, history: 'more' });
}

/** The server's own words stand among the lines of every chat, but not before the first one, where they would leave a gap. */
function announced(model: Model, events: readonly AnyEvent[]): void {
  for (const chat of model.chats.values()) {
    const first = oldest(chat.timeline);
    if (first === null) continue;
    for (const event of events) {
      const line = lineOf(event, model.me);
      if (line !== null && line.position > first) insert(chat.timeline, line);
    }
  }
}

/** A line on its way, unless its event came before its answer. */
function withQueued(model: Model, { id, time, command, refusal }: KeptLine): Model {
  const { me, nextRef: ref } = model;
  const { target, body, action } = command;
  if (me === null || target.to === 'name' || body.kind !== 'text') return model;
  const chat = chatOf(model, target.to === 'room' ? target.room : target.account);
  if (chat.timeline.logged.some(line => line.is === 'message' && line.id === id)) return model;
  const { account, name: from } = me;
  addPending(chat.timeline, { ref, id, time, account, from, text: body.text, action, command, refusal });
  return withChat({ ...model, nextRef: ref + 1 }, chat);
}

/** What has changed of what is to be kept. */
export function changes(before: Model, after: Model): readonly Effect[] {
  if (!after.keeping || before === after) return NOTHING;
  const effects: Effect[] = [];
  if (before.chats !== after.chats) {
    for (const chat of after.chats.values()) {
      const known = before.chats.get(chat.key);
      if (known === chat) continue;
      const draft = draftOf(chat) === (known === undefined ? '' : draftOf(known)) ? null : draftOf(chat);
      const read = chat.read === (known?.read ?? 0) ? null : chat.read;
      if (draft !== null || read !== null) effects.push({ kind: 'keep', chat: chat.key, draft, read });
      const { conversation } = chat;
      if (read !== null && read > chat.told && conversation !== null)
        effects.push({ kind: 'mark', conversation, position: read });
    }
  }
  if (after.current !== null && before.current !== after.current) effects.push({ kind: 'shown', chat: after.current });
  return effects;
}

const NOTHING: readonly Effect[] = [];
