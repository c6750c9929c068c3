// Somebody between a client and a server, who ends TLS on the client's side and may begin it on the server's.
import { createServer, type Server, type Socket } from 'node:net';
import { createSecureContext, type SecureContextOptions, TLSSocket, type TLSSocketOptions } from 'node:tls';
import { ALPN } from '../../src/session/tls.ts';
import { Inbox } from './inbox.ts';
import { connectedTls } from './tls.ts';

export interface MiddleOptions {
  /** What is shown to the client; the protocols that are agreed to. */
  readonly tls: SecureContextOptions;
  readonly protocols?: readonly string[];
  /** The server's port: what the client says is passed on, and back. */
  readonly relay?: number;
}

export interface Middle {
  readonly port: number;
  /** Everything that a client said over TLS. */
  readonly heard: Buffer[];
  /** Connections that are over. */
  readonly ended: Inbox<null>;
}

const portOf = (server: Server) => {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
};

type Test = { teardown(end: () => void): void };

/** Listens on loopback, and hands over each socket. */
export async function listening(t: Test, accept: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, socket => {
    sockets.add(socket);
    socket.on('error', () => {});
    accept(socket);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  t.teardown(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return portOf(server);
}

export async function inTheMiddle(t: Test, { tls, protocols = [ALPN], relay }: MiddleOptions): Promise<Middle> {
  const heard: Buffer[] = [];
  const ended = new Inbox<null>();
  const options: TLSSocketOptions = {
    isServer: true,
    secureContext: createSecureContext(tls),
    ...(protocols.length > 0 ? { ALPNProtocols: [...protocols] } : {}),
  };
  const port = await listening(t, raw => {
    const socket = new TLSSocket(raw, options);
    const beyond = relay === undefined ? null : connectedTls(relay);
    socket.on('error', () => {});
    raw.once('close', () => ended.add(null));
    socket.on('data', (chunk: Buffer) => {
      heard.push(chunk);
      void beyond?.then(server => server.socket.write(chunk));
    });
    void beyond?.then(server => {
      server.socket.on('data', chunk => socket.write(chunk));
      server.socket.on('error', () => {});
      server.socket.on('close', () => socket.end());
      raw.once('close', () => server.socket.destroy());
    });
  });
  return { port, heard, ended };
}
