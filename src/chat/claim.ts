// Claiming a name: the first key that asks for it owns it. Not a command: only the handshake asks for it.
import { type Deciding, draft } from './commands/row.ts';
import { isUsable } from './entry.ts';
import { isTaken } from './state.ts';
import { validName } from './text.ts';
import { type Decision, type Draft, type InviteId, LEDGER, LOBBY, reject } from './vocabulary.ts';

export interface Claim {
  readonly name: string;
  /** The raw public key, 32 bytes. */
  readonly key: Uint8Array;
  /** The invite that was proven, or null. */
  readonly invite: InviteId | null;
  /** Whether the account enters the lobby at once; a script's does not. */
  readonly enters: boolean;
}

/** Events of a login: a first claim, and the way into the lobby. Empty where the account is already known and in. */
export function decideClaim(claim: Claim, deciding: Deciding): Decision {
  const { state, actor } = deciding;
  const known = state.accounts.get(actor.account);
  const name = known?.name ?? validName(claim.name);
  if (!name) return reject('name-invalid', { name: claim.name });
  if (!known && isTaken(state, name, actor.account)) return reject('name-taken', { name });
  const events: Draft[] = [];
  if (!known) {
    events.push(draft(deciding, LEDGER, { kind: 'claimed', name, key: claim.key }, false));
    if (claim.invite !== null) {
      const invite = state.entry.invites.get(claim.invite);
      if (!invite || !isUsable(invite, deciding.now)) return reject('invite-unknown', { invite: claim.invite });
      events.push(draft(deciding, LEDGER, { kind: 'invite-used', invite: claim.invite }, false));
    }
  }
  if (!known && state.moderation.door === 'guests' && claim.invite === null && !state.entry.roles.has(actor.account)) {
    const detail = { kind: 'role', target: actor.account, name, role: 'guest' } as const;
    events.push(draft(deciding, LEDGER, detail, false));
  }
  if (claim.enters && !state.memberships.has(actor.account)) {
    if (!state.rooms.has(LOBBY)) events.push(draft(deciding, LOBBY, { kind: 'created' }, false));
    events.push(draft(deciding, LOBBY, { kind: 'joined' }, false));
  }
  return { ok: true, events };
}
