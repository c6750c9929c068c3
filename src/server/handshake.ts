// How a stranger becomes somebody, as a list of steps: hello -> challenge -> login -> claim -> welcome.
import { randomBytes } from 'node:crypto';
import { decideClaim } from '../chat/claim.ts';
import type { ChatState } from '../chat/state.ts';
import type { Actor, Decision, Role } from '../chat/vocabulary.ts';
import { type ErrorParams, TchatError } from '../errors.ts';
import { accountOf, talkOf, verifyLogin } from '../identity/keys.ts';
import { skeletonOf } from '../identity/skeleton.ts';
import { type Hello, type Login, PROTOCOL, type ServerNote } from '../protocol/packet.ts';
import type { Connection, Stage } from './connection.ts';

/** Step 1: agree on a version, and ask for proof of the key. */
export function answerHello(connection: Connection, hello: Hello, server: ServerNote): void {
  const protocol = Math.min(PROTOCOL.max, hello.protocol.max);
  if (protocol < PROTOCOL.min || protocol < hello.protocol.min) {
    connection.session.close('version', `${PROTOCOL.min}-${PROTOCOL.max}`);
    return;
  }
  const nonce = randomBytes(32);
  connection.protocol = protocol;
  connection.stage = { at: 'login', hello, nonce, protocol, binding: connection.binding };
  connection.reply({ type: 'challenge', protocol, server, nonce });
}

/** Step 2: the proof. Gives who it is; throws a TchatError `login-invalid`. */
export function proveLogin(stage: Stage & { at: 'login' }, login: Login, serverId: string): Actor {
  const { hello, nonce, protocol, binding } = stage;
  const facts = { protocol, serverId, nonce, key: hello.key, device: hello.device, name: login.name, ...binding };
  if (!verifyLogin(facts, login.signature)) throw new TchatError('login-invalid');
  const role: Role = 'member';
  return { account: accountOf(hello.key), name: login.name, role };
}

/** Step 3: the name, and the way into the lobby. The caller applies and keeps the events. */
export function claimName(state: ChatState, actor: Actor, hello: Hello, now: number): Decision {
  const claim = { name: actor.name, skeleton: skeletonOf(actor.name), key: hello.key, enters: hello.presence };
  return decideClaim(claim, {
    ...{ state, actor, now, id: '', talkOf },
    message: () => null,
    mayWait: () => true,
    ...{ roleOf: () => 'member', skeletonOf, exempt: [] },
  });
}

/** A refusal of the handshake as the close note that carries it. */
export function closeDetail(params: ErrorParams): string {
  return String(Object.values(params)[0] ?? '');
}
