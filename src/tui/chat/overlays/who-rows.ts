// Who is in a room, or on the server: those who are here first.
import type { AccountId, ConversationId, Millis } from '../../../chat/vocabulary.ts';
import { chatOf, type Model } from '../model.ts';

export interface WhoRow {
  readonly account: AccountId;
  readonly name: string;
  readonly here: boolean;
  readonly since: Millis | null;
  readonly away: string | null;
}

export function whoRows(model: Model, room: ConversationId | null): readonly WhoRow[] {
  const members = room === null ? [...model.people.values()] : (chatOf(model, room).members ?? []);
  return members
    .map(({ account, name }) => {
      const person = model.people.get(account);
      const here = person?.here ?? account === model.me?.account;
      return { account, name: person?.name ?? name, here, since: person?.since ?? null, away: person?.away ?? null };
    })
    .sort((a, b) => Number(b.here) - Number(a.here) || a.name.localeCompare(b.name));
}
