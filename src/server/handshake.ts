// How a stranger becomes somebody, as a list of steps: hello -> challenge -> login -> claim -> welcome.
import { randomBytes } from 'node:crypto';
import { decideClaim } from '../chat/claim.ts';
import type { ChatState } from '../chat/state.ts';
import type { Actor, Decision, InviteId, Role } from '../chat/vocabulary.ts';
import { type ErrorParams, TchatError } from '../errors.ts';
import { accountOf, loginTranscript, talkOf, verifyLogin } from '../identity/keys.ts';
import { isSoundKey } from '../identity/public-key.ts';
import { type Challenge, type Hello, type Login, PROTOCOL } from '../protocol/packet.ts';
import type { Connection, Stage } from './connection.ts';

/** Step 1: agree on a version, look at the key, and ask for proof of it. */
export function answerHello(connection: Connection, hello: Hello, asks: Pick<Challenge, 'server' | 'entry'>): void {
  const protocol = Math.min(PROTOCOL.max, hello.protocol.max);
  if (protocol < PROTOCOL.min || protocol < hello.protocol.min) {
    connection.session.close('version', `${PROTOCOL.min}-${PROTOCOL.max}`);
    return;
  }
  if (!isSoundKey(hello.key)) {
    connection.session.close('key-invalid');
    return;
  }
  const nonce = randomBytes(32);
  connection.protocol = protocol;
  connection.stage = { at: 'login', hello, nonce, protocol, binding: connection.binding };
  connection.reply({ type: 'challenge', protocol, ...asks, nonce });
}

/** Who logs in, and what their login signed. */
export interface Proven {
  readonly stranger: Actor;
  readonly transcript: Buffer;
}

/** Step 2: the proof. Throws a TchatError `login-invalid`. */
export function proveLogin(stage: Stage & { at: 'login' }, login: Login, serverId: string): Proven {
  const { hello, nonce, protocol, binding } = stage;
  const facts = { protocol, serverId, nonce, key: hello.key, device: hello.device, name: login.name, ...binding };
  if (!verifyLogin(facts, login.signature)) throw new TchatError('login-invalid');
  const role: Role = 'member';
  return { stranger: { account: accountOf(hello.key), name: login.name, role }, transcript: loginTranscript(facts) };
}

/** Step 3: the name, and the way into the lobby. The caller applies and keeps the events. */
export function claimName(
  state: ChatState,
  actor: Actor,
  { hello, invite, now }: { hello: Hello; invite: InviteId | null; now: number },
): Decision {
  const claim = { name: actor.name, key: hello.key, invite, enters: hello.presence };
  const nothing = {
    ...{ inviteToken: () => '', message: () => null, mayWait: () => true, exempt: [], within: () => [] },
    ...{ maySee: () => true, inSpool: () => false },
  };
  return decideClaim(claim, { state, actor, now, id: '', talkOf, ...nothing });
}

/** A refusal of the handshake as the close note that carries it. */
export function closeDetail(params: ErrorParams): string {
  return String(Object.values(params)[0] ?? '');
}
