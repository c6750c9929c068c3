// TLS 1.3 below a session: the settings of both sides, and a server's way from an accepted socket to an encrypted one.
// Whose key a certificate holds, and whether it is the right one, is not its business.
import type { Socket } from 'node:net';
import { createSecureContext, type SecureContext, TLSSocket } from 'node:tls';
import { TchatError } from '../errors.ts';
import { type HelloFault, lookAtHello } from './client-hello.ts';

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
  strange(code: HelloFault): void;
  /** TLS failed: the socket is destroyed. */
  failed(code: 'not-tchat'): void;
}

/** Waits for the whole first message, then lets TLS begin. Whoever does not send it is left to the caller's clock. */
export function secure(socket: Socket, context: SecureContext, owner: Securing): void {
  const chunks: Buffer[] = [];
  let [length, needed] = [0, 1];
  const look = (chunk: Buffer) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length < needed) return;
    const bytes = Buffer.concat(chunks);
    const found = lookAtHello(bytes);
    if (typeof found === 'number' && found > 0) {
      needed = found;
      return;
    }
    socket.off('data', look);
    socket.pause();
    if (typeof found === 'string') {
      owner.strange(found);
      return;
    }
    socket.unshift(bytes);
    begin(socket, context, owner);
  };
  socket.on('data', look);
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
