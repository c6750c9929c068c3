// The door: accepts, counts and admits a connection before anything else is spent on it.
import { createServer, type Server, type Socket } from 'node:net';
import { TchatError } from '../errors.ts';
import { CLOSE_LINGER } from '../limits.ts';
import { encodeClose } from '../protocol/frame.ts';
import { type Admission, plainAddress, type Ticket } from './admission.ts';

/** Refused connections that may linger to read why; beyond it they are cut without a word. */
const LINGERING = 64;

export interface Admitted {
  readonly socket: Socket;
  readonly address: string;
  readonly ticket: Ticket;
}

export interface ListenerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly admission: Admission;
  readonly admitted: (connection: Admitted) => void;
  readonly refused: (address: string, code: string) => void;
}

export class Listener {
  readonly #server: Server;
  readonly #options: ListenerOptions;
  #lingering = 0;

  private constructor(options: ListenerOptions) {
    this.#options = options;
    this.#server = createServer({ noDelay: true, allowHalfOpen: false }, socket => this.#accept(socket));
  }

  /** Listens; throws a TchatError `address-in-use`, `address-not-ours` or `cannot-listen`. */
  static async open(options: ListenerOptions): Promise<Listener> {
    const listener = new Listener(options);
    const server = listener.#server;
    await new Promise<void>((resolve, reject) => {
      server.once('error', (error: NodeJS.ErrnoException) => reject(listenError(error, options)));
      server.listen({ host: options.host, port: options.port, backlog: 1024 }, () => resolve());
    });
    // Out of descriptors: those connected keep working, and accepting goes on by itself.
    server.on('error', () => {});
    return listener;
  }

  get host(): string {
    const address = this.#server.address();
    return typeof address === 'object' && address ? address.address : this.#options.host;
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
    const ticket = this.#options.admission.enter(address);
    if (typeof ticket === 'string') {
      this.#refuse(socket, ticket);
      this.#options.refused(address, ticket);
      return;
    }
    socket.once('close', ticket.leave);
    if (socket.destroyed) ticket.leave();
    else this.#options.admitted({ socket, address, ticket });
  }

  #refuse(socket: Socket, code: string): void {
    socket.on('error', () => {});
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
    socket.end(encodeClose({ code, detail: '' }));
  }
}

function listenError(error: NodeJS.ErrnoException, { host, port }: ListenerOptions): TchatError {
  const address = `${host}:${port}`;
  if (error.code === 'EADDRINUSE') return new TchatError('address-in-use', { address }, error);
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND') {
    return new TchatError('address-not-ours', { address }, error);
  }
  return new TchatError('cannot-listen', { address, reason: error.code ?? error.message }, error);
}
