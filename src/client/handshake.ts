// The client's side of a login, as a list of steps: hello -> challenge -> login -> welcome.
import type { Position } from '../chat/vocabulary.ts';
import { TchatError } from '../errors.ts';
import { type LoginBinding, signLogin } from '../identity/keys.ts';
import type { Profile } from '../identity/profile.ts';
import { type Challenge, type Hello, type Login, PROTOCOL } from '../protocol/packet.ts';

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

/** Step 2: the proof that we hold the key, for this connection, server, nonce, device and name. Throws `version`. */
export function answerChallenge(
  profile: Profile,
  { protocol, server, nonce }: Challenge,
  binding: LoginBinding,
): Login {
  if (protocol < PROTOCOL.min || protocol > PROTOCOL.max) {
    throw new TchatError('version', { what: String(protocol) });
  }
  const { key, device, name } = profile;
  const signature = signLogin(key, { protocol, serverId: server.id, nonce, key: key.public, device, name, ...binding });
  return { type: 'login', name, signature };
}

/** Codes of a close after which trying again is of no use: somebody has to do something first. */
const FINAL = new Set([
  ...['name-taken', 'name-invalid', 'login-invalid', 'version', 'kicked', 'banned', 'password'],
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
  const { address, name } = facts;
  const ours = `${PROTOCOL.min}-${PROTOCOL.max}`;
  return new TchatError(code, { address, name, ours, theirs: detail, limit: detail, reason: detail });
}
