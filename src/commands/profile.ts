// Who the user of a client command is: the profile named, else the last used.
import { readSettings, writeSettings } from '../config.ts';
import { TchatError } from '../errors.ts';
import { folders } from '../folders.ts';
import { listProfiles, openProfile, type Profile } from '../identity/profile.ts';

export interface ClientArguments {
  readonly name?: string;
  readonly timeout?: number;
}

/** Opens or makes the profile. Throws `profile-missing` where no name is given and none is known. */
export function pickProfile(name: string | undefined): Profile {
  const { config, profiles } = folders();
  const last = readSettings(config).profile;
  const wanted = name ?? (last !== '' ? last : listProfiles(profiles)[0]);
  if (wanted === undefined) throw new TchatError('profile-missing');
  return openProfile(profiles, wanted);
}

/** After a login: it is the one that is meant when no name is given. */
export async function rememberProfile(profile: Profile): Promise<void> {
  const { config } = folders();
  if (readSettings(config).profile === profile.name) return;
  // Where it cannot be kept, the next command asks for a name: no reason to fail this one.
  await writeSettings(config, { profile: profile.name }).catch(() => {});
}
