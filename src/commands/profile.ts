// Who the user of a client command is: the profile named, else the last used.
import { readSettings, writeSettings } from '../config.ts';
import { TchatError } from '../errors.ts';
import { folders } from '../folders.ts';
import { listProfiles, openProfile, type Profile } from '../identity/profile.ts';

export interface ClientArguments {
  readonly name?: string;
  readonly timeout?: number;
}

/** Opens or makes the profile, and remembers it as the last used. Throws `profile-missing` where none is known. */
export async function pickProfile(name: string | undefined): Promise<Profile> {
  const { config, profiles } = folders();
  const last = readSettings(config).profile;
  const known = listProfiles(profiles);
  const wanted = name ?? (last !== '' ? last : known[0]);
  if (wanted === undefined) throw new TchatError('profile-missing');
  const profile = openProfile(profiles, wanted);
  if (profile.name !== last) await writeSettings(config, { profile: profile.name });
  return profile;
}
