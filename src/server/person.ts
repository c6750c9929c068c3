// All that operators may know of one account: who it is, where it sits now, and what was done about it.
import { holds } from '../chat/moderation.ts';
import { roleOf } from '../chat/state.ts';
import { foldName } from '../chat/text.ts';
import { PERSON_ACTS } from '../limits.ts';
import type { PersonFacts } from './admin-session.ts';
import { entryOf, shortened } from './feed.ts';
import type { Hall } from './hall.ts';
import type { Warden } from './warden.ts';

/** By key, or `@name`; without their sessions. Null: nobody of that was ever here, and nothing was done about it. */
export function personOf({ state, clock, presence, trail }: Hall, warden: Warden, whom: string): PersonFacts | null {
  const account = whom.startsWith('@') ? state.names.get(foldName(whom.slice(1))) : whom;
  if (account === undefined) return null;
  const known = state.accounts.get(account);
  const now = clock.now();
  const names = known ? [known.name, ...known.held] : [];
  const folded = names.map(foldName);
  const acts = trail.about(account, folded, PERSON_ACTS);
  const mutes = [...state.moderation.mutes.values()].filter(mute => mute.account === account && holds(mute, now));
  const ban = warden.ofAccount({ account, name: known?.name ?? '' });
  if (!known && acts.length === 0 && !ban) return null;
  const { since } = presence.of(account);
  return {
    account,
    name: known?.name ?? '',
    held: known?.held ?? [],
    role: roleOf(state, account),
    claimed: known?.claimed ?? null,
    seen: since === 0 ? null : since,
    rooms: [...(state.memberships.get(account) ?? [])].toSorted(),
    banned: ban ? { of: ban.of, until: ban.until, reason: ban.reason, since: ban.since, by: ban.by } : null,
    mutes,
    sessions: [],
    acts: acts.map(act => shortened(entryOf(act))),
  };
}
