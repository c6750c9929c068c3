// Connecting to a server: one dial, and the pauses between dials.
import { connect, type Socket } from 'node:net';
import { TchatError } from '../errors.ts';
import { RECONNECT_FIRST, RECONNECT_LONGEST } from '../limits.ts';
import { type Address, formatAddress } from './address.ts';

/** A connected socket; or a TchatError `unreachable` or `no-such-host`. `timeout` in milliseconds. */
export function dial(address: Address, timeout: number): Promise<Socket> {
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
