// Connecting to a server: one dial, with TLS and a look at the server's key, and the pauses between dials.
import { connect, type Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import { TchatError } from '../errors.ts';
import { RECONNECT_FIRST, RECONNECT_LONGEST } from '../limits.ts';
import { type Address, formatAddress, isLoopback } from './address.ts';
import { ALPN, clientContext, exporterOf, NO_EXPORTER } from './tls.ts';

export interface DialOptions {
  /** Milliseconds for all of it. */
  readonly timeout: number;
  /**
   * Looks at the certificate (DER) that the server shows, before a byte of ours is written, and gives what a login names
   * the server's key by. A throw ends the dial with what was thrown. Without it nothing is encrypted, and the server
   * must be on this machine.
   */
  readonly accept?: (certificate: Buffer) => Uint8Array;
}

export interface Dialed {
  readonly socket: Socket;
  /** What binds a login to this connection; nothing where it is not encrypted. */
  readonly exporter: Uint8Array;
  /** What `accept` gave; nothing where it is not encrypted. */
  readonly serverKey: Uint8Array;
}

/**
 * Throws a TchatError: `unreachable`, `no-such-host`; with TLS `login-timeout`, `not-encrypted`, `not-tchat`, `server-full`,
 * `address-full`, `address-too-fast`, and what `accept` throws; without it `plain-address`.
 */
export async function dial(address: Address, options: DialOptions): Promise<Dialed> {
  const { timeout, accept } = options;
  const deadline = performance.now() + timeout;
  const raw = await reach(address, timeout);
  if (accept) return secured(raw, { address, accept, timeout: Math.max(1, deadline - performance.now()) });
  if (isLoopback(raw.remoteAddress ?? '')) return { socket: raw, exporter: NO_EXPORTER, serverKey: NO_EXPORTER };
  raw.destroy();
  throw new TchatError('plain-address', { host: address.host });
}

function reach(address: Address, timeout: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const { host, port } = address;
    const where = formatAddress(address);
    const socket = connect({ host, port, noDelay: true });
    const timer = setTimeout(() => fail('unreachable', 'timed out'), timeout);
    const fail = (code: string, reason: string, cause?: unknown) => {
      clearTimeout(timer);
      socket.removeAllListeners('connect');
      socket.destroy();
      reject(new TchatError(code, { address: where, reason }, cause));
    };
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const code = error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN' ? 'no-such-host' : 'unreachable';
      fail(code, reasonOf(error), error);
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeAllListeners('error');
      resolve(socket);
    });
  });
}

interface Securing {
  readonly address: Address;
  readonly timeout: number;
  readonly accept: (certificate: Buffer) => Uint8Array;
}

function secured(raw: Socket, { address, timeout, accept }: Securing): Promise<Dialed> {
  return new Promise((resolve, reject) => {
    const facts = { address: formatAddress(address) };
    raw.on('error', () => {});
    // Who the server is follows from its key alone: `accept` says so, and no authority is asked.
    const socket: TLSSocket = connectTls({
      ...{ socket: raw, secureContext: clientContext(), ALPNProtocols: [ALPN], rejectUnauthorized: false },
    });
    const fail = (error: TchatError) => {
      clearTimeout(timer);
      socket.off('secureConnect', secure);
      // What may still come of it is of no interest to anybody.
      socket.on('error', () => {});
      socket.destroy();
      raw.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(new TchatError('login-timeout', facts)), timeout);
    const broken = (error: NodeJS.ErrnoException) => fail(new TchatError(codeOf(error), facts, error));
    const ended = () => fail(new TchatError('not-tchat', facts));
    const secure = () => {
      let serverKey: Uint8Array;
      try {
        const certificate = socket.getPeerX509Certificate()?.raw;
        if (socket.alpnProtocol !== ALPN || !certificate) throw new TchatError('not-tchat', facts);
        serverKey = accept(certificate);
      } catch (error) {
        fail(error instanceof TchatError ? error : new TchatError('not-tchat', facts, error));
        return;
      }
      clearTimeout(timer);
      socket.off('error', broken);
      socket.off('close', ended);
      resolve({ socket, exporter: exporterOf(socket), serverKey });
    };
    socket.once('error', broken);
    socket.once('close', ended);
    socket.once('secureConnect', secure);
  });
}

/** What a failure of TLS means: an alert by which a server says that it has no room, somebody who speaks no TLS, or neither. */
function codeOf({ code = '' }: NodeJS.ErrnoException): string {
  if (/ALERT_INTERNAL_ERROR$/.test(code)) return 'server-full';
  if (/ALERT_ACCESS_DENIED$/.test(code)) return 'address-full';
  if (/ALERT_EXPORT_RESTRICTION$/.test(code)) return 'address-too-fast';
  return /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|RECORD_LAYER|HTTP_REQUEST/.test(code)
    ? 'not-encrypted'
    : 'not-tchat';
}
const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ETIMEDOUT: 'timed out',
  EHOSTUNREACH: 'no route to it',
  ENETUNREACH: 'no route to it',
  ECONNRESET: 'it closed the connection',
};

function reasonOf(error: NodeJS.ErrnoException): string {
  const inner = error instanceof AggregateError ? (error.errors[0] as NodeJS.ErrnoException | undefined) : error;
  return REASONS[inner?.code ?? ''] ?? inner?.code ?? error.message;
}

/** Pauses between dials: doubling, with full jitter, so that a crowd does not come back at one moment. */
export class Backoff {
  readonly #random: () => number;
  #step = 0;

  /** `random`: 0 to 1. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Milliseconds to wait before the next dial. */
  next(): number {
    const ceiling = Math.min(RECONNECT_LONGEST, RECONNECT_FIRST * 2 ** this.#step);
    if (ceiling < RECONNECT_LONGEST) this.#step += 1;
    return Math.round(this.#random() * ceiling);
  }

  /** After a connection that worked. */
  reset(): void {
    this.#step = 0;
  }
}
