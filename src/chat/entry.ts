// Who may come in and as what, as far as the log tells: invites, roles, networks.
import type { AccountId, Draft, InviteId, Millis, Role } from './vocabulary.ts';

export interface InviteState {
  readonly id: InviteId;
  readonly expires: Millis;
  readonly uses: number;
  readonly note: string;
  /** The name of who made it, at that time. */
  readonly by: string;
  used: number;
}

export interface Entry {
  /** Those that were not revoked. */
  readonly invites: Map<InviteId, InviteState>;
  /** Who is more than a member. */
  readonly roles: Map<AccountId, Role>;
  /** Networks for which the limits of an address do not hold, in the form of validNetwork. */
  readonly exempt: Set<string>;
}

export function emptyEntry(): Entry {
  return { invites: new Map(), roles: new Map(), exempt: new Set() };
}

export function clearEntry(entry: Entry): void {
  for (const each of [entry.invites, entry.roles, entry.exempt]) each.clear();
}

export type EntryEvent = Extract<
  Draft,
  { kind: 'invite-made' | 'invite-used' | 'invite-revoked' | 'role' | 'exempted' }
>;

/** Takes one event into it, in place. Total: one that does not fit changes nothing. */
export function applyEntry({ invites, roles, exempt }: Entry, event: EntryEvent): void {
  switch (event.kind) {
    case 'invite-made': {
      const { invite: id, expires, uses, note, from: by } = event;
      invites.set(id, { id, expires, uses, note, by, used: 0 });
      return;
    }
    case 'invite-used': {
      const invite = invites.get(event.invite);
      if (invite) invite.used += 1;
      return;
    }
    case 'invite-revoked':
      invites.delete(event.invite);
      return;
    case 'role':
      if (event.role === 'member') roles.delete(event.target);
      else roles.set(event.target, event.role);
      return;
    case 'exempted':
      if (event.on) exempt.add(event.network);
      else exempt.delete(event.network);
      return;
    default:
      event satisfies never;
  }
}

export function isUsable(invite: InviteState, now: Millis): boolean {
  return invite.used < invite.uses && now < invite.expires;
}
