// What a client is made of.
import type { Profile } from '../identity/profile.ts';
import type { Address } from '../session/address.ts';
import type { Clock } from '../session/clock.ts';
import type { ClientStore } from '../store/client-store.ts';
import type { EntryProofs } from './handshake.ts';

export interface ClientOptions extends EntryProofs {
  readonly address: Address;
  readonly profile: Profile;
  /**
   * Looks at the certificate (DER) that the server shows and gives the fingerprint of its key, or throws. Without it
   * nothing is encrypted, and the server must be on this machine.
   */
  readonly accept?: (certificate: Uint8Array) => Uint8Array;
  /** A person's screen (shown as here, gets what its account is a member of) or a script (gets what it watches). */
  readonly presence: boolean;
  /** Program and version, for the server's log. */
  readonly client: string;
  /** Come back after a cut. Without it the first end is the last. */
  readonly reconnect: boolean;
  /** Go on trying also before the first login, unless the server itself says no for good. */
  readonly patient?: boolean;
  /** Where lines on their way and what was heard outlive the process. Whoever opened it closes it, after the client. */
  readonly store?: ClientStore;
  readonly clock: Clock;
  /** Milliseconds for a dial and for a login; the limits' by default. */
  readonly timeout?: number;
  /** From 0 to 1, for the jitter. */
  readonly random?: () => number;
}
