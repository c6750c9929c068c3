// The order of the side pane: what one is in and who is here first, by name, so that nothing moves because somebody writes.
import { LOBBY } from '../../chat/vocabulary.ts';
import type { Contacts, Model } from './model.ts';

const collator = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });

/** Sorts rooms and people anew; called when one of them changes. */
export function withContacts(model: Model): Model {
  return { ...model, contacts: contactsOf(model) };
}

function contactsOf(model: Model): Contacts {
  const rooms = [...model.rooms.values()].sort(
    (a, b) => Number(b.room === LOBBY) - Number(a.room === LOBBY) || collator.compare(a.room, b.room),
  );
  const me = model.me?.account;
  const people = [...model.people.values()]
    // One's own row is there once there are notes.
    .filter(person => person.account !== me || model.chats.has(person.account))
    .sort((a, b) => Number(b.here) - Number(a.here) || collator.compare(a.name, b.name));
  return {
    rooms: rooms.filter(room => room.joined).map(room => room.room),
    others: rooms.filter(room => !room.joined).map(room => room.room),
    people: people.map(person => person.account),
  };
}
