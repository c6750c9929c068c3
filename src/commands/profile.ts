// Who the user of a client command is: the profile named, else the last used.
import { readSettings, writeSettings } from '../config.ts';
import { TchatError } from '../errors.ts';
import { folders } from '../folders.ts';
import { type LockedProfile, listProfiles, type Profile, takeProfile, unlock } from '../identity/profile.ts';
import { say } from '../words/words.ts';
import { readSecret } from './secret.ts';

export interface ClientArguments {
  readonly name?: string;
  readonly timeout?: number;
  readonly passwordFile?: string;
  readonly passphraseFile?: string;
}

/** Opens or makes the profile. Throws `profile-missing` where no name is given and none is known. */
export function pickProfile(name: string | undefined): Profile | LockedProfile {
  const { config, profiles } = folders();
  const last = readSettings(config).profile;
  const wanted = name ?? (last !== '' ? last : listProfiles(profiles)[0]);
  if (wanted === undefined) throw new TchatError('profile-missing');
  return takeProfile(profiles, wanted);
}

/** The profile with its key: the passphrase comes from the file that was given, or is asked for on the terminal. */
export async function unlocked(
  profile: Profile | LockedProfile,
  { passphraseFile = '-' }: Pick<ClientArguments, 'passphraseFile'>,
): Promise<Profile> {
  if ('key' in profile) return profile;
  return unlock(profile, await readSecret(passphraseFile, say('ask.passphrase', { name: profile.name })));
}

/** What the person comes in with, where the server asks for it. Throws what reading a secret throws. */
export async function pickPassword({ passwordFile }: ClientArguments, address: string): Promise<{ password?: string }> {
  if (passwordFile === undefined) return {};
  return { password: await readSecret(passwordFile, say('ask.password', { address })) };
}

/** After a login: it is the one that is meant when no name is given. */
export async function rememberProfile(profile: Profile): Promise<void> {
  const { config } = folders();
  if (readSettings(config).profile === profile.name) return;
  // Where it cannot be kept, the next command asks for a name: no reason to fail this one.
  await writeSettings(config, { profile: profile.name }).catch(() => {});
}
