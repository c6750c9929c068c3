// With what the full-screen client begins: where to, as whom, and what has to be typed before, without the screen.
import { validRoom } from '../chat/text.ts';
import type { EntryProofs } from '../client/handshake.ts';
import { readSettings, type Settings } from '../config.ts';
import { TchatError } from '../errors.ts';
import { folders } from '../folders.ts';
import { type LockedProfile, listProfiles, type Profile } from '../identity/profile.ts';
import { formatAddress, type Link, parseLink } from '../session/address.ts';
import { say } from '../words/words.ts';
import { type ClientArguments, pickPassword, pickProfile, unlocked } from './profile.ts';
import { askSecret } from './secret.ts';

export interface JoinArguments extends ClientArguments {
  readonly room?: string;
}

export interface Begin {
  readonly link: Link | null;
  readonly profile: Profile | null;
  readonly room: string | null;
  readonly known: readonly string[];
  readonly settings: Settings;
  readonly entry: EntryProofs;
}

/** Where the screen had to be left for something to be typed: a passphrase where the profile is locked, else a password. */
export interface Asking {
  readonly link: Link;
  readonly profile: Profile | LockedProfile;
}

/** From the command line. Asks for a passphrase where the profile has one. */
export async function beginning(where: string | null, options: JoinArguments): Promise<Begin> {
  const link = where === null ? null : parseLink(where);
  const room = options.room === undefined ? null : validRoom(options.room);
  if (options.room !== undefined && !room) throw new TchatError('room-invalid', { room: options.room });
  const { config, profiles } = folders();
  const known = listProfiles(profiles);
  const settings = readSettings(config);
  // A name is asked for where none is known; nothing else ever is.
  const named = options.name ?? (settings.profile !== '' || known.length > 0 ? undefined : null);
  const profile = link && named !== null ? await unlocked(pickProfile(named), options) : null;
  const entry = await pickPassword(options, link ? formatAddress(link.address) : '');
  return { link, profile, room, known, settings, entry };
}

/** The same with what was asked for. */
export async function asked(begin: Begin, { link, profile }: Asking, options: JoinArguments): Promise<Begin> {
  if ('locked' in profile) return { ...begin, link, profile: await unlocked(profile, options) };
  const password = await askSecret(say('ask.password', { address: formatAddress(link.address) }));
  return { ...begin, link, profile, entry: { ...begin.entry, password } };
}
