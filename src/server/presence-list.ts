// Who is here: accounts with at least one session of a person's screen. Never logged; of who has gone it is kept when.
import type { AccountId, Millis } from '../chat/vocabulary.ts';
import type { Mark } from '../store/event-log.ts';

interface Entry {
  sessions: number;
  since: Millis;
  away: string | null;
}

export interface At {
  readonly here: boolean;
  /** When that last changed; 0: never seen. */
  readonly since: Millis;
  readonly away: string | null;
}

const NOWHERE: At = { here: false, since: 0, away: null };

export class PresenceList {
  readonly #entries = new Map<AccountId, Entry>();
  #here = 0;

  /** `seen`: when each was last here. */
  constructor(seen: readonly Mark[] = []) {
    for (const { account, value } of seen) this.#entries.set(account, { sessions: 0, since: value, away: null });
  }

  /** How many people are here. */
  get count(): number {
    return this.#here;
  }

  of(account: AccountId): At {
    const entry = this.#entries.get(account);
    return entry ? { here: entry.sessions > 0, since: entry.since, away: entry.away } : NOWHERE;
  }

  /** A session began or ended; tells whether somebody came or went by it. */
  change(account: AccountId, began: boolean, now: Millis): boolean {
    const entry = this.#entries.get(account) ?? { sessions: 0, since: now, away: null };
    this.#entries.set(account, entry);
    entry.sessions += began ? 1 : -1;
    const turned = began ? entry.sessions === 1 : entry.sessions === 0;
    if (!turned) return false;
    entry.since = now;
    entry.away = null;
    this.#here += began ? 1 : -1;
    return true;
  }

  /** Somebody here says that they are away, or back (null); false where that is nothing new. */
  setAway(account: AccountId, away: string | null): boolean {
    const entry = this.#entries.get(account);
    if (!entry || entry.sessions === 0 || entry.away === away) return false;
    entry.away = away;
    return true;
  }
}
