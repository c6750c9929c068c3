// TLS 1.3 below a session: the settings of both sides, and a server's way from an accepted socket to an encrypted one.
// Whose key a certificate holds, and whether it is the right one, is not its business.
import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { TchatError } from '../errors.ts';
import { TLS_HELLO_BYTES } from '../limits.ts';

/** What both sides must agree on (ALPN): Node takes a peer that says nothing, and so it is looked at afterwards too. */
export const ALPN = 'tchat/1';
/** The label of RFC 5705 by which a login is bound to its connection. */
const EXPORTER_LABEL = 'EXPERIMENTAL tchat login';
const EXPORTER_BYTES = 32;
/** Where nothing is encrypted there is nothing to bind to. */
export const NO_EXPORTER = new Uint8Array(0);

/** What a server needs to be one over TLS, as PEM. */
export interface TlsKey {
  readonly key: string;
  readonly certificate: string;
}

/** The hybrid group is safe from those who record now and can compute later; OpenSSL has it from 3.5 on. */
const GROUPS = ['*X25519MLKEM768:*X25519:P-256', 'X25519:P-256'];

/** Session tickets stay unused: a whole handshake costs a server 0.4 ms, and resumption saved a tenth of it. */
function contextOf(options: Parameters<typeof createSecureContext>[0]): SecureContext {
  for (const ecdhCurve of GROUPS) {
    try {
      return createSecureContext({ ...options, ecdhCurve, minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' });
    } catch (error) {
      // Other faults come again with the last one.
      if (ecdhCurve === GROUPS.at(-1)) throw error;
    }
  }
  throw new TchatError('internal', { message: 'no group for TLS' });
}

export function serverContext({ key, certificate }: TlsKey): SecureContext {
  return contextOf({ key, cert: certificate });
}

let ofClients: SecureContext | null = null;

/** The same for all dials of a process. Servers of ours have Ed25519 keys, and nobody else is asked for another kind. */
export function clientContext(): SecureContext {
  ofClients ??= contextOf({ sigalgs: 'ed25519' });
  return ofClients;
}

/** What both ends of one TLS connection, and nobody else, can compute. */
export function exporterOf(socket: TLSSocket): Buffer {
  return socket.exportKeyingMaterial(EXPORTER_BYTES, EXPORTER_LABEL, Buffer.alloc(0));
}

/** What an accepted socket came to: encrypted, or the code with which it is told no in the clear. */
export interface Securing {
  secured(socket: TLSSocket, exporter: Buffer): void;
  /** It does not begin as TLS does, or with too much. The socket is not read any more. */
  strange(code: 'tls-required' | 'not-tchat'): void;
  /** TLS failed: the socket is destroyed. */
  failed(code: 'not-tchat'): void;
}

/** Record type, version, length; message type, length. */
const HELLO_HEAD = 9;
const RECORD_HANDSHAKE = 0x16;
const CLIENT_HELLO = 1;

/** Looks at the first bytes, then lets TLS begin. Whoever sends nothing is left to the caller's clock. */
export function secure(socket: Socket, context: SecureContext, owner: Securing): void {
  let head: Buffer = Buffer.alloc(0);
  const look = (chunk: Buffer) => {
    head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
    const fault = faultOf(head);
    if (fault === null && head.length < HELLO_HEAD) return;
    socket.off('data', look);
    socket.pause();
    if (fault !== null) {
      owner.strange(fault);
      return;
    }
    socket.unshift(head);
    begin(socket, context, owner);
  };
  socket.on('data', look);
}

/** Why these first bytes are no beginning of TLS; null while they may be one. */
function faultOf(head: Buffer): 'tls-required' | 'not-tchat' | null {
  if (head[0] !== RECORD_HANDSHAKE) return 'tls-required';
  if (head.length < HELLO_HEAD) return null;
  // The declared length is allocated before it has come: a real one is known by its size.
  return head[5] === CLIENT_HELLO && head.readUIntBE(6, 3) <= TLS_HELLO_BYTES ? null : 'not-tchat';
}

function begin(raw: Socket, context: SecureContext, owner: Securing): void {
  const socket = new TLSSocket(raw, { isServer: true, secureContext: context, ALPNProtocols: [ALPN] });
  let settled = false;
  const failed = () => {
    if (settled) return;
    settled = true;
    // Node leaves it open after some failures of a handshake.
    socket.destroy();
    raw.destroy();
    owner.failed('not-tchat');
  };
  socket.once('error', failed);
  socket.once('close', failed);
  socket.once('secure', () => {
    if (settled || socket.destroyed) return;
    if (socket.alpnProtocol !== ALPN) {
      failed();
      return;
    }
    settled = true;
    socket.off('error', failed);
    socket.off('close', failed);
    owner.secured(socket, exporterOf(socket));
  });
}

/** The fatal alerts (RFC 8446, section 6) by which a server that has no room says so before TLS has begun. */
export const REFUSING_ALERTS = { 'server-full': 80, 'address-full': 49, 'address-too-fast': 60 } as const;

/** A refusal as the one TLS record that a client of TLS can read at that moment. */
export function encodeAlert(code: keyof typeof REFUSING_ALERTS): Buffer {
  return Buffer.of(0x15, 3, 3, 0, 2, 2, REFUSING_ALERTS[code]);
}
