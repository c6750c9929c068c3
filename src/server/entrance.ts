// Who of the unknown may come in. A key that has a name here is known and passes; anybody else proves what the server asks
// for, once. Nothing here costs the server more than a hash, whatever a stranger sends.
import type { ChatState } from '../chat/state.ts';
import type { AccountId, Actor, InviteId } from '../chat/vocabulary.ts';
import { TchatError } from '../errors.ts';
import { inviteOf, writeInvite } from '../identity/invite.ts';
import { accountOf } from '../identity/keys.ts';
import { isProof } from '../identity/proof.ts';
import type { Login, Wanted } from '../protocol/packet.ts';
import { networkOf } from '../session/admission.ts';
import { Guesses } from './guesses.ts';

export interface Password {
  /** 16 bytes. */
  readonly salt: Uint8Array;
  /** The password, stretched with it: 32 bytes. */
  readonly key: Uint8Array;
}

export interface EntryRules {
  /** Whoever is new and has no invite needs it; null: there is none. */
  readonly password: Password | null;
  /** Whoever is new needs an invite. */
  readonly inviteOnly: boolean;
  /** What invites are made from: 32 bytes that stay on this machine. */
  readonly secret: Uint8Array;
}

/** Anybody may come. */
export const OPEN = { inviteOnly: false, password: null } as const;

/** Who guesses a password, and when: milliseconds of a clock that only rises. */
export interface Guesser {
  readonly address: string;
  readonly now: number;
}

export class Entrance {
  readonly #rules: EntryRules;
  readonly #state: ChatState;
  readonly #guesses = new Guesses();

  constructor(rules: EntryRules, state: ChatState) {
    this.#rules = rules;
    this.#state = state;
  }

  /** What the challenge asks of this key: nothing where it is known, or the server open to all. */
  asks(key: Uint8Array): { readonly entry?: Wanted } {
    const { inviteOnly, password } = this.#wanted;
    if ((!inviteOnly && !password) || this.#isKnown(accountOf(key))) return {};
    return { entry: { invite: inviteOnly, salt: password?.salt ?? null } };
  }

  /** What operators have said of the door goes before how the server was started. */
  get #wanted(): Pick<EntryRules, 'inviteOnly' | 'password'> {
    return this.#state.moderation.door === 'invited' ? { inviteOnly: true, password: null } : this.#rules;
  }

  /** Whoever was given a role may come in before they ever were here. */
  #isKnown(account: AccountId): boolean {
    return this.#state.accounts.has(account) || this.#state.entry.roles.has(account);
  }

  readonly tokenOf = (invite: InviteId): string => writeInvite(inviteOf(this.#rules.secret, invite));

  /**
   * Lets an account pass; gives the invite that somebody new has proved, which the claim then looks at, or null. Throws a
   * TchatError with what was wrong with the proof, or which one is needed.
   */
  pass({ account }: Actor, { invite, proof }: Login, transcript: Uint8Array, from: Guesser): InviteId | null {
    if (this.#isKnown(account)) return null;
    const { door, doorReason } = this.#state.moderation;
    if (door === 'closed') throw new TchatError('door-closed', { what: doorReason });
    if (invite && proof) {
      if (!isProof(proof, 'invite', inviteOf(this.#rules.secret, invite).key, transcript)) {
        throw new TchatError('invite-unknown');
      }
      return invite;
    }
    const { inviteOnly, password } = this.#wanted;
    if (password) this.#askPassword(password, proof, transcript, from);
    else if (inviteOnly) throw new TchatError('invite-needed');
    return null;
  }

  #askPassword(password: Password, proof: Uint8Array | undefined, transcript: Uint8Array, from: Guesser): void {
    if (!proof) throw new TchatError('password-needed');
    const network = networkOf(from.address);
    if (!this.#guesses.mayGuess(network, from.now)) throw new TchatError('too-many-guesses');
    if (isProof(proof, 'password', password.key, transcript)) return;
    this.#guesses.wrong(network, from.now);
    throw new TchatError('password-wrong');
  }
}
