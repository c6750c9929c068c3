// What the client's start screen offers: who to be, and where to go.
import { userInfo } from 'node:os';
import { validName } from '../chat/text.ts';
import type { Settings } from '../config.ts';
import { type Address, formatAddress } from '../session/address.ts';

/** Profiles (the last used first), or a name to begin with, and servers. */
export function startScreen(
  address: Address | null,
  name: string | undefined,
  known: readonly string[],
  { profile, servers }: Settings,
) {
  const preferred = name ?? profile;
  const profiles = known.includes(preferred) ? [preferred, ...known.filter(each => each !== preferred)] : known;
  const asked = address ? [{ address: formatAddress(address), name: '', used: Date.now() }] : [];
  return {
    profiles,
    name: name ?? suggestedName(),
    servers: [...asked, ...servers.filter(each => each.address !== asked[0]?.address)],
  };
}

/** What somebody new may be called: as on this machine, where that can be a name. */
function suggestedName(): string {
  try {
    return validName(userInfo().username) ?? '';
  } catch {
    return '';
  }
}
