// The client's side of a login, as a list of steps: hello -> challenge -> login -> welcome.
import type { Position } from '../chat/vocabulary.ts';
import { TchatError } from '../errors.ts';
import { readInvite } from '../identity/invite.ts';
import { loginTranscript, signLogin } from '../identity/keys.ts';
import type { Profile } from '../identity/profile.ts';
import { prove } from '../identity/proof.ts';
import { type Challenge, type Hello, type Login, PROTOCOL, type Wanted } from '../protocol/packet.ts';

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

/** Step 2: the proof that we hold the key, for this server, nonce, device and name. Throws `version`. */
export function answerChallenge(profile: Profile, challenge: Challenge, entry: EntryProofs = {}): Login {
  const { protocol, server, nonce } = challenge;
  if (protocol < PROTOCOL.min || protocol > PROTOCOL.max) {
    throw new TchatError('version', { what: String(protocol) });
  }
  const { key, device, name } = profile;
  const facts = { protocol, serverId: server.id, nonce, key: key.public, device, name };
  const proof = challenge.entry ? proofFor(challenge.entry, entry, loginTranscript(facts)) : {};
  return { type: 'login', name, signature: signLogin(key, facts), ...proof };
}

/** What the person was given to come in with. */
export interface EntryProofs {
  /** An invite's token, from a link. */
  readonly invite?: string;
}

/** The proof that a server asks of somebody new. Throws what there is none for: `invite-needed` or `invite-unknown`. */
function proofFor(wanted: Wanted, { invite: token }: EntryProofs, transcript: Buffer): Pick<Login, 'invite' | 'proof'> {
  if (!wanted.invite) return {};
  if (token === undefined) throw new TchatError('invite-needed');
  const invite = readInvite(token);
  if (!invite) throw new TchatError('invite-unknown');
  return { invite: invite.id, proof: prove('invite', invite.key, transcript) };
}

/** Codes of a close after which trying again is of no use: somebody has to do something first. */
const FINAL = new Set([
  ...['name-taken', 'name-invalid', 'key-invalid', 'login-invalid', 'version', 'kicked', 'banned', 'password'],
  ...['invite-needed', 'invite-unknown'],
  // What broke the protocol once would be sent again.
  ...['bad-packet', 'bad-frame'],
]);

export function isFinal(code: string): boolean {
  return FINAL.has(code);
}

/** What a server's close means for the person: its code with the parameters of its sentence. */
export function closeError(code: string, detail: string, facts: { address: string; name: string }): TchatError {
  const { address, name } = facts;
  const ours = `${PROTOCOL.min}-${PROTOCOL.max}`;
  return new TchatError(code, { address, name, ours, theirs: detail, limit: detail, reason: detail });
}
