// The door: accepts, counts and admits a connection before anything else is spent on it, and puts TLS below it.
import { createServer, type Server, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';
import { TchatError } from '../errors.ts';
import { CLOSE_LINGER, LOGIN_TIMEOUT } from '../limits.ts';
import { encodeClose } from '../protocol/frame.ts';
import { isLoopback } from './address.ts';
import { type Admission, plainAddress, type Ticket } from './admission.ts';
import type { Clock } from './clock.ts';
import { encodeAlert, NO_EXPORTER, secure, serverContext, type TlsKey } from './tls.ts';

const ignore = () => {};

/** Refused connections that may linger to read why; beyond it they are cut without a word. */
const LINGERING = 64;

export interface Admitted {
  readonly socket: Socket;
  readonly address: string;
  readonly ticket: Ticket;
  /** What binds a login to this connection; nothing where it is not encrypted. */
  readonly exporter: Uint8Array;
  /** Milliseconds that are left for the login. */
  readonly patience: number;
}

export interface ListenerOptions {
  /** None: all addresses of this machine, or, where nothing is encrypted, its own loopback. */
  readonly host: string | null;
  /** 0: any free one. */
  readonly port: number;
  /** None: nothing is encrypted, and only this machine is let in. */
  readonly tls: TlsKey | null;
  readonly admission: Admission;
  readonly clock: Clock;
  readonly admitted: (connection: Admitted) => void;
  readonly refused: (address: string, code: string) => void;
}

/** Who a connection is, before TLS. */
interface Known {
  readonly address: string;
  readonly ticket: Ticket;
  /** It was ended to make room, and that is noted already. */
  readonly told: () => boolean;
}

export class Listener {
  readonly #server: Server;
  readonly #options: ListenerOptions;
  readonly #context: SecureContext | null;
  #lingering = 0;

  private constructor(options: ListenerOptions) {
    this.#options = options;
    this.#context = options.tls === null ? null : serverContext(options.tls);
    this.#server = createServer({ noDelay: true, allowHalfOpen: false }, socket => this.#accept(socket));
  }

  /** Listens; throws a TchatError `plain-address`, `address-in-use`, `address-not-ours` or `cannot-listen`. */
  static async open(options: ListenerOptions): Promise<Listener> {
    const { host, port, tls } = options;
    if (tls === null && host !== null && !isLoopback(host)) throw new TchatError('plain-address', { host });
    const listener = new Listener(options);
    const hosts = host !== null ? [host] : tls === null ? ['127.0.0.1'] : ['::', '0.0.0.0'];
    await listener.#listen(hosts, port);
    // Out of descriptors: those connected keep working, and accepting goes on by itself.
    listener.#server.on('error', () => {});
    return listener;
  }

  /** At the first of these addresses that this machine has: one without IPv6 has no `::`. */
  async #listen(hosts: readonly string[], port: number): Promise<void> {
    const server = this.#server;
    for (const host of hosts) {
      const fault = await new Promise<NodeJS.ErrnoException | null>(resolve => {
        const failed = (error: NodeJS.ErrnoException) => resolve(error);
        server.once('error', failed);
        server.listen({ host, port, backlog: 1024 }, () => {
          server.off('error', failed);
          resolve(null);
        });
      });
      if (fault === null) return;
      const foreign = fault.code === 'EAFNOSUPPORT' || fault.code === 'EADDRNOTAVAIL';
      if (!foreign || host === hosts.at(-1)) throw listenError(fault, host, port);
    }
  }

  get host(): string {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.address : (this.#options.host ?? '');
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.port : this.#options.port;
  }

  /** Accepts nobody any more; open connections stay. Idempotent. */
  close(): void {
    this.#server.close(() => {});
  }

  #accept(socket: Socket): void {
    const address = plainAddress(socket.remoteAddress ?? '');
    let crowdedOut = false;
    const ticket = this.#options.admission.enter(address, () => {
      crowdedOut = true;
      socket.destroy();
      this.#options.refused(address, 'server-full');
    });
    if (typeof ticket === 'string') {
      // In the clear either way: TLS is not begun for somebody who may not stay.
      this.#refuse(socket, this.#context ? encodeAlert(ticket) : encodeClose({ code: ticket, detail: '' }));
      this.#options.refused(address, ticket);
      return;
    }
    socket.once('close', ticket.leave);
    if (socket.destroyed) ticket.leave();
    else if (this.#context) this.#secure(socket, this.#context, { address, ticket, told: () => crowdedOut });
    else this.#options.admitted({ socket, address, ticket, exporter: NO_EXPORTER, patience: LOGIN_TIMEOUT });
  }

  #secure(raw: Socket, context: SecureContext, { told, ...known }: Known): void {
    const { clock, admitted, refused } = this.#options;
    const began = clock.elapsed();
    const { address } = known;
    let over = false;
    const late = clock.after(LOGIN_TIMEOUT, () => {
      over = true;
      raw.destroy();
      refused(address, 'login-timeout');
    });
    raw.on('error', ignore);
    raw.once('close', late);
    secure(raw, context, {
      secured: (socket, exporter) => {
        late();
        raw.off('close', late);
        const patience = Math.max(0, LOGIN_TIMEOUT - (clock.elapsed() - began));
        admitted({ socket, exporter, patience, ...known });
      },
      strange: code => {
        late();
        this.#refuse(raw, encodeClose({ code, detail: '' }));
        refused(address, code);
      },
      failed: code => {
        late();
        if (!over && !told()) refused(address, code);
      },
    });
  }

  #refuse(socket: Socket, words: Uint8Array): void {
    socket.on('error', ignore);
    if (this.#lingering >= LINGERING) {
      socket.destroy();
      return;
    }
    this.#lingering += 1;
    const timer = setTimeout(() => socket.destroy(), CLOSE_LINGER);
    socket.once('close', () => {
      clearTimeout(timer);
      this.#lingering -= 1;
    });
    socket.resume();
    socket.end(words);
  }
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number): TchatError {
  const address = `${host}:${port}`;
  if (error.code === 'EADDRINUSE') return new TchatError('address-in-use', { address }, error);
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new TchatError('address-not-ours', { address }, error);
  }
  return new TchatError('cannot-listen', { address, reason: error.code ?? error.message }, error);
}
