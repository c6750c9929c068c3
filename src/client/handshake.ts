// The client's side of a login, as a list of steps: hello -> challenge -> login -> welcome.
import type { Position } from '../chat/vocabulary.ts';
import { asTchatError, TchatError } from '../errors.ts';
import { type Invite, readInvite } from '../identity/invite.ts';
import { type LoginBinding, loginTranscript, signLogin } from '../identity/keys.ts';
import { stretch } from '../identity/password.ts';
import type { Profile } from '../identity/profile.ts';
import { prove } from '../identity/proof.ts';
import { encodePacket } from '../protocol/codec.ts';
import { type Challenge, type Hello, type Login, PROTOCOL, type Wanted } from '../protocol/packet.ts';
import type { Session } from '../session/session.ts';

/** Step 1: which versions we speak, and with which key we will log in. */
export function hello(profile: Profile, facts: { client: string; presence: boolean; cursor: Position | null }): Hello {
  return {
    type: 'hello',
    protocol: PROTOCOL,
    capabilities: [],
    client: facts.client,
    key: profile.key.public,
    device: profile.device,
    presence: facts.presence,
    cursor: facts.cursor,
  };
}

const NO_KEYS: Keys = { invite: null, password: null };

/** Step 2: the proof that we hold the key, for this connection, server, nonce, device and name. Throws `version`. */
export function answerChallenge(
  profile: Profile,
  { protocol, server, nonce }: Challenge,
  binding: LoginBinding,
  keys: Keys = NO_KEYS,
): Login {
  if (protocol < PROTOCOL.min || protocol > PROTOCOL.max) {
    throw new TchatError('version', { what: String(protocol) });
  }
  const { key, device, name } = profile;
  const facts = { protocol, serverId: server.id, nonce, key: key.public, device, name, ...binding };
  return { type: 'login', name, signature: signLogin(key, facts), ...proofOf(keys, loginTranscript(facts)) };
}

/** Whom a login is for, what ties it to its connection, and what there is to come in with. */
export interface LoginFacts extends EntryProofs {
  readonly profile: Profile;
  readonly binding: LoginBinding;
}

/** Answers a challenge on its session, or closes it with why not. At once, unless a password has to be stretched. */
export async function login(
  session: Pick<Session, 'send' | 'close'>,
  challenge: Challenge,
  { profile, binding, ...proofs }: LoginFacts,
): Promise<void> {
  try {
    const keys = challenge.entry ? await keysFor(challenge.entry, proofs) : NO_KEYS;
    session.send(encodePacket(answerChallenge(profile, challenge, binding, keys)));
  } catch (error) {
    session.close(asTchatError(error).code);
  }
}

/** What the person was given to come in with. */
export interface EntryProofs {
  /** An invite's token, from a link. */
  readonly invite?: string;
  /** The server's password. */
  readonly password?: string;
}

/** What a server takes from somebody new, with the password already stretched by its salt. */
export interface Keys {
  readonly invite: Invite | null;
  readonly password: Uint8Array | null;
}

/**
 * The keys that a challenge asks for, which takes some time where it is a password. Throws what there is none for:
 * `invite-needed`, `invite-unknown` or `password-needed`.
 */
async function keysFor({ invite, salt }: Wanted, proofs: EntryProofs): Promise<Keys> {
  if (invite && proofs.invite !== undefined) {
    const read = readInvite(proofs.invite);
    if (!read) throw new TchatError('invite-unknown');
    return { invite: read, password: null };
  }
  if (!salt) throw new TchatError('invite-needed');
  if (proofs.password === undefined) throw new TchatError('password-needed');
  return { invite: null, password: await stretch(proofs.password, salt) };
}

function proofOf({ invite, password }: Keys, transcript: Buffer): Pick<Login, 'invite' | 'proof'> {
  if (invite) return { invite: invite.id, proof: prove('invite', invite.key, transcript) };
  return password ? { proof: prove('password', password, transcript) } : {};
}

/** Whether somebody who types the password, for the first time or again, may come in. */
export function wantsPassword(code: string | undefined): boolean {
  return code === 'password-needed' || code === 'password-wrong';
}

/** Codes of a close after which trying again is of no use: somebody has to do something first. */
const FINAL = new Set([
  ...['name-taken', 'name-invalid', 'key-invalid', 'login-invalid', 'version', 'kicked', 'banned'],
  ...['name-released', 'door-closed'],
  ...['invite-needed', 'invite-unknown', 'password-needed', 'password-wrong', 'too-many-guesses'],
  ...[
    'tls-required',
    'server-key-changed',
    'link-key-differs',
    'known-servers-broken',
    'known-servers-unwritable',
    'plain-address',
  ],
  // What broke the protocol once would be sent again.
  ...['bad-packet', 'bad-frame'],
]);

export function isFinal(code: string): boolean {
  return FINAL.has(code);
}

/** What a server's close means for the person: its code with the parameters of its sentence. */
export function closeError(code: string, detail: string, facts: { address: string; name: string }): TchatError {
  if (code === 'banned') return banError(detail);
  const { address, name } = facts;
  const ours = `${PROTOCOL.min}-${PROTOCOL.max}`;
  return new TchatError(code, { address, name, ours, theirs: detail, limit: detail, reason: detail });
}

/** `MINUTES REASON`, 0 minutes for good. */
function banError(detail: string): TchatError {
  const [, minutes = '0', reason = ''] = /^(\d{1,9})\s*([\s\S]*)$/.exec(detail) ?? [];
  return Number(minutes) === 0
    ? new TchatError('banned', { reason })
    : new TchatError('banned-for', { reason, minutes: Number(minutes) });
}
