// TLS in tests: keys of servers that exist in memory alone, clients that take any key, and bare connections.
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { connect, createServer, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import {
  fingerprintOf,
  makeCertificate,
  type Rotation,
  rawKeyOf,
  readCertificate,
} from '../../src/identity/certificate.ts';
import type { LoginBinding } from '../../src/identity/keys.ts';
import type { ServerKey } from '../../src/identity/server-key.ts';
import { ALPN, clientContext, exporterOf } from '../../src/session/tls.ts';

export interface MadeKey extends ServerKey {
  readonly secret: KeyObject;
  /** The raw public key. */
  readonly raw: Buffer;
}

/** A key and its certificate, which carries these statements. */
export function newServerKey(
  rotations: readonly Rotation[] = [],
  secret = generateKeyPairSync('ed25519').privateKey,
): MadeKey {
  const raw = rawKeyOf(secret);
  return {
    ...{ secret, raw, fingerprint: fingerprintOf(raw) },
    key: secret.export({ type: 'pkcs8', format: 'pem' }).toString(),
    certificate: makeCertificate(secret, rotations),
  };
}

/** For clients that know nobody and take whoever answers. */
export const anyKey = (certificate: Uint8Array): Uint8Array => readCertificate(certificate).fingerprint;

export interface TlsConnection {
  readonly socket: Socket;
  /** Below TLS. */
  readonly raw: Socket;
  readonly binding: LoginBinding;
}

/** A connection over TLS, as far as its end of the handshake. */
export async function connectedTls(
  port: number,
  options: { readonly localAddress?: string } = {},
): Promise<TlsConnection> {
  const raw = connect({ host: '127.0.0.1', port, noDelay: true, ...options });
  raw.on('error', () => {});
  const socket = connectTls({
    ...{ socket: raw, secureContext: clientContext(), ALPNProtocols: [ALPN], rejectUnauthorized: false },
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('ended within the handshake')));
  });
  const serverKey = anyKey(socket.getPeerX509Certificate()?.raw ?? Buffer.alloc(0));
  return { socket, raw, binding: { exporter: exporterOf(socket), serverKey } };
}

/** The bytes with which a client of ours begins. */
export async function clientHello(): Promise<Buffer> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const bytes = new Promise<Buffer>(resolve => {
    server.once('connection', socket => {
      socket.on('error', () => {});
      socket.once('data', chunk => {
        resolve(chunk);
        socket.destroy();
      });
    });
  });
  const client = connectedTls(port).catch(() => {});
  const hello = await bytes;
  await client;
  server.close();
  return hello;
}
