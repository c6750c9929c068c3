// Who is here: accounts with at least one session of a person's screen. Never logged.
import type { AccountId, Millis } from '../chat/vocabulary.ts';

interface Entry {
  sessions: number;
  since: Millis;
}

export class PresenceList {
  readonly #entries = new Map<AccountId, Entry>();
  #here = 0;

  /** How many people are here. */
  get count(): number {
    return this.#here;
  }

  of(account: AccountId): { readonly here: boolean; readonly since: Millis } {
    const entry = this.#entries.get(account);
    return entry ? { here: entry.sessions > 0, since: entry.since } : { here: false, since: 0 };
  }

  /** A session began or ended; tells whether somebody came or went by it. */
  change(account: AccountId, began: boolean, now: Millis): boolean {
    const entry = this.#entries.get(account) ?? { sessions: 0, since: now };
    this.#entries.set(account, entry);
    entry.sessions += began ? 1 : -1;
    const turned = began ? entry.sessions === 1 : entry.sessions === 0;
    if (!turned) return false;
    entry.since = now;
    this.#here += began ? 1 : -1;
    return true;
  }
}
