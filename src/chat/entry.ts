// Who may come in and as what, as far as the log tells: invites.
import type { Draft, InviteId, Millis } from './vocabulary.ts';

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
}

export function emptyEntry(): Entry {
  return { invites: new Map() };
}

export function clearEntry(entry: Entry): void {
  entry.invites.clear();
}

export type EntryEvent = Extract<Draft, { kind: 'invite-made' | 'invite-used' | 'invite-revoked' }>;

/** Takes one event into it, in place. Total: one that does not fit changes nothing. */
export function applyEntry({ invites }: Entry, event: EntryEvent): void {
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
    default:
      event satisfies never;
  }
}

export function isUsable(invite: InviteState, now: Millis): boolean {
  return invite.used < invite.uses && now < invite.expires;
}
