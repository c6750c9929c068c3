// Who of the unknown may come in. A key that has a name here is known and passes; anybody else proves what the server asks
// for, once. Nothing here costs the server more than a hash, whatever a stranger sends.
import type { ChatState } from '../chat/state.ts';
import type { Actor, InviteId } from '../chat/vocabulary.ts';
import { TchatError } from '../errors.ts';
import { inviteOf, writeInvite } from '../identity/invite.ts';
import { accountOf } from '../identity/keys.ts';
import { isProof } from '../identity/proof.ts';
import type { Login, Wanted } from '../protocol/packet.ts';

export interface EntryRules {
  /** Whoever is new needs an invite. */
  readonly inviteOnly: boolean;
  /** What invites are made from: 32 bytes that stay on this machine. */
  readonly secret: Uint8Array;
}

export class Entrance {
  readonly #rules: EntryRules;
  readonly #state: ChatState;

  constructor(rules: EntryRules, state: ChatState) {
    this.#rules = rules;
    this.#state = state;
  }

  /** What the challenge asks of this key: nothing where it is known, or the server open to all. */
  asks(key: Uint8Array): { readonly entry?: Wanted } {
    const { inviteOnly } = this.#rules;
    return inviteOnly && !this.#state.accounts.has(accountOf(key)) ? { entry: { invite: true } } : {};
  }

  readonly tokenOf = (invite: InviteId): string => writeInvite(inviteOf(this.#rules.secret, invite));

  /**
   * Lets an account pass; gives the invite that somebody new has proved, which the claim then looks at, or null. Throws a
   * TchatError `invite-needed` or `invite-unknown`.
   */
  pass({ account }: Actor, { invite, proof }: Login, transcript: Uint8Array): InviteId | null {
    if (this.#state.accounts.has(account)) return null;
    if (invite && proof) {
      if (!isProof(proof, 'invite', inviteOf(this.#rules.secret, invite).key, transcript)) {
        throw new TchatError('invite-unknown');
      }
      return invite;
    }
    if (this.#rules.inviteOnly) throw new TchatError('invite-needed');
    return null;
  }
}
