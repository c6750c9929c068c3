// tchat key: a profile's key, its account, and its way to another machine.
import { readSettings } from '../config.ts';
import { EXIT, type ExitCode, TchatError } from '../errors.ts';
import { folders } from '../folders.ts';
import { readKeyFile, writeKeyFile } from '../identity/key-file.ts';
import { accountOf, writeKey } from '../identity/keys.ts';
import { addProfile, findProfile, type LockedProfile, listProfiles, lock, type Profile } from '../identity/profile.ts';
import { seal } from '../identity/sealed-key.ts';
import { say } from '../words/words.ts';
import { printLine } from './print.ts';
import { unlocked } from './profile.ts';
import { askSecret, readSecret } from './secret.ts';

export interface KeyArguments {
  readonly name?: string;
  readonly passphraseFile?: string;
  readonly newPassphraseFile?: string;
  readonly plain?: boolean;
  readonly remove?: boolean;
}

function found(name: string | undefined): Profile | LockedProfile {
  const { config, profiles } = folders();
  const wanted = name ?? (readSettings(config).profile || listProfiles(profiles)[0]);
  const profile = wanted === undefined ? null : findProfile(profiles, wanted);
  if (!profile)
    throw wanted === undefined
      ? new TchatError('profile-missing')
      : new TchatError('no-such-profile', { name: wanted });
  return profile;
}

/** Prints each profile's name and account; of one under a passphrase the account is not known without it. */
export function list(): ExitCode {
  const { profiles } = folders();
  for (const name of listProfiles(profiles)) {
    const profile = findProfile(profiles, name);
    if (!profile) continue;
    const account = 'key' in profile ? accountOf(profile.key.public) : say('key.locked');
    printLine(`${name}  ${account}`);
  }
  return EXIT.done;
}

export async function exportKey(file: string, options: KeyArguments): Promise<ExitCode> {
  const profile = found(options.name);
  const { name } = profile;
  if ('locked' in profile) writeKeyFile(file, { name, key: profile.locked });
  else if (options.plain) writeKeyFile(file, { name, key: profile.key });
  else {
    const passphrase = await newPassphrase(options.newPassphraseFile, say('ask.file-passphrase'));
    writeKeyFile(file, { name, key: await seal(writeKey(profile.key), passphrase) });
  }
  printLine(say(options.plain && !('locked' in profile) ? 'key.exported-plain' : 'key.exported', { name, file }));
  return EXIT.done;
}

export function importKey(file: string, options: KeyArguments): ExitCode {
  const { name, key } = readKeyFile(file);
  const wanted = options.name ?? name;
  addProfile(folders().profiles, wanted, key);
  printLine(say('key.imported', { name: wanted }));
  return EXIT.done;
}

export async function passphrase(options: KeyArguments): Promise<ExitCode> {
  const profile = await unlocked(found(options.name), options);
  const { name } = profile;
  const given = options.remove
    ? null
    : await newPassphrase(options.newPassphraseFile, say('ask.new-passphrase', { name }));
  await lock(folders().profiles, profile, given);
  printLine(say(given === null ? 'key.unlocked' : 'key.locked-now', { name }));
  return EXIT.done;
}

/** From a file, or typed twice. */
async function newPassphrase(file: string | undefined, question: string): Promise<string> {
  if (file !== undefined && file !== '-') return readSecret(file, question);
  const first = await askSecret(question);
  if ((await askSecret(say('ask.again'))) !== first) throw new TchatError('passphrase-differs');
  return first;
}
