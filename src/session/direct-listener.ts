// A door for one guest: where another client may come straight in, with TLS and a key made for this. Whoever is not expected
// is cut without a word.
import { createServer, type Server } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { isLoopback } from './address.ts';
import type { Clock } from './clock.ts';
import { secure, serverContext, type TlsKey } from './tls.ts';

export interface DirectListenerOptions {
  readonly tls: TlsKey;
  /** Addresses of this machine at which one is to be reached. */
  readonly hosts: readonly string[];
  /** Milliseconds that it stays open, and that a guest has for TLS. */
  readonly patience: number;
  readonly clock: Clock;
  readonly secured: (socket: TLSSocket, exporter: Buffer) => void;
}

/** Guests at once: whoever is meant comes by each of its addresses. */
const GUESTS = 8;

export class DirectListener {
  readonly #server: Server;
  readonly #stop: () => void;
  #guests = 0;

  private constructor({ tls, patience, clock, secured }: DirectListenerOptions) {
    const context = serverContext(tls);
    this.#server = createServer({ noDelay: true }, socket => {
      socket.on('error', () => {});
      if (this.#guests >= GUESTS) {
        socket.destroy();
        return;
      }
      this.#guests += 1;
      const late = clock.after(patience, () => socket.destroy());
      socket.once('close', () => {
        late();
        this.#guests -= 1;
      });
      secure(socket, context, {
        secured: (encrypted, exporter) => {
          late();
          encrypted.on('error', () => {});
          secured(encrypted, exporter);
        },
        strange: () => socket.destroy(),
        failed: () => {},
      });
    });
    this.#stop = clock.after(patience, () => this.close());
  }

  /** Null where this machine lets nobody listen. */
  static async open(options: DirectListenerOptions): Promise<DirectListener | null> {
    const { hosts } = options;
    const listener = new DirectListener(options);
    const server = listener.#server;
    const host = hosts.every(isLoopback) ? '127.0.0.1' : '0.0.0.0';
    return new Promise(resolve => {
      server.once('error', () => {
        listener.close();
        resolve(null);
      });
      server.listen({ host, port: 0 }, () => resolve(listener));
    });
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : 0;
  }

  /** Lets nobody in any more; who is in stays. Idempotent. */
  close(): void {
    this.#stop();
    this.#server.close(() => {});
  }
}
