// The members of one server, all in the load's process: connections that read into one shared buffer and count.
import { connect, type OnReadOpts, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { readCertificate } from '../../src/identity/certificate.ts';
import { type LoginBinding, UNBOUND } from '../../src/identity/keys.ts';
import { ALPN, clientContext, exporterOf } from '../../src/session/tls.ts';
import { pause } from '../processes.ts';
import { type Dialect, dialectOf } from './dialects.ts';
import type { Speaks } from './servers.ts';

/** What counts while something is measured. `member`: its number; the bytes are valid only during the call. */
export type Counter = (member: number, bytes: Buffer) => void;

/** Logins under way at once: servers hold only so many strangers. */
const ENTERING = 32;
/** Read by all sockets in turn, each to its end before the next: nothing is allocated for a read. */
const SHARED = Buffer.allocUnsafeSlow(256 * 1024);

export interface CrowdOptions {
  readonly speaks: Speaks;
  readonly port: number;
  readonly tls: boolean;
  readonly prefix?: string;
}

export class Crowd {
  readonly dialect: Dialect;
  readonly #port: number;
  readonly #tls: boolean;
  /** Before each name: two crowds of one server are different people. */
  readonly #prefix: string;
  readonly #sockets: Socket[] = [];
  #author: Socket | null = null;
  #counter: Counter | null = null;
  /** When the last byte came, of any member. */
  heard = 0;
  #broken: Error | null = null;

  constructor({ speaks, port, tls, prefix = '' }: CrowdOptions) {
    this.dialect = dialectOf(speaks);
    this.#port = port;
    this.#tls = tls;
    this.#prefix = prefix;
  }

  get size(): number {
    return this.#sockets.length;
  }

  /**
   * Brings in more members; `joins`: into the room, and unless nobody `posts`, with an author who is none of them;
   * `waits` until all is quiet.
   */
  async enter(members: number, joins: boolean, { waits = true, posts = joins } = {}): Promise<void> {
    if (posts) this.#author = await this.#connect(`${this.#prefix}author`, -1, true);
    const first = this.#sockets.length;
    let next = 0;
    const one = async () => {
      while (next < members) {
        const member = first + next++;
        this.#sockets[member] = await this.#connect(`${this.#prefix}m${member}`, member, joins);
      }
    };
    await Promise.all(Array.from({ length: Math.min(ENTERING, members) }, one));
    if (waits) await this.quiet();
  }

  /** Resolves when nothing has come for a while. */
  async quiet(): Promise<void> {
    do await pause(60);
    while (performance.now() - this.heard < 50);
  }

  /** From now on each read goes there; null: nobody counts. */
  count(counter: Counter | null): void {
    if (this.#broken) throw this.#broken;
    this.#counter = counter;
  }

  post(messages: Buffer): void {
    this.#author?.write(messages);
  }

  /** A sign of life from everybody. */
  alive(): void {
    const { alive } = this.dialect;
    if (alive) for (const socket of this.#sockets) socket.write(alive);
  }

  /** Why a connection is gone; null while all are there. */
  get broken(): Error | null {
    return this.#broken;
  }

  leave(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#author?.destroy();
  }

  #connect(name: string, member: number, joins: boolean): Promise<Socket> {
    return new Promise((resolve, reject) => {
      let entering: ((bytes: Buffer) => void) | null = () => {};
      const read = (count: number) => {
        const bytes = SHARED.subarray(0, count);
        if (entering) entering(bytes);
        else if (member < 0) return true;
        else if (this.#counter) this.#counter(member, bytes);
        else {
          const answer = this.dialect.answer(bytes);
          if (answer) socket.write(answer);
        }
        this.heard = performance.now();
        return true;
      };
      const connected = (binding: LoginBinding) => {
        const hear = (listener: (bytes: Buffer) => void) => {
          entering = listener;
        };
        this.dialect.enter({ socket, binding, hear }, name, joins).then(() => {
          entering = null;
          resolve(socket);
        }, reject);
      };
      const onread = { buffer: SHARED, callback: read };
      const socket = dialServer({ port: this.#port, tls: this.#tls, onread }, connected);
      socket.once('error', reject);
      socket.on('error', error => {
        this.#broken = error;
      });
      socket.on('end', () => {
        this.#broken = new Error(`${name} was sent away`);
      });
    });
  }
}

type Connected = (binding: LoginBinding) => void;

export interface DialOptions {
  readonly port: number;
  readonly tls: boolean;
  /** Who reads what comes, without a buffer for each read; without it the socket is read as any other. */
  readonly onread?: OnReadOpts;
}

/** A connection to a server on this machine; `connected` hears what a login there is bound to. */
export function dialServer({ port, tls, onread }: DialOptions, connected: Connected): Socket {
  const where = { port, host: '127.0.0.1', ...(onread ? { onread } : {}) };
  if (!tls) {
    const plain = connect({ ...where, noDelay: true });
    return plain.once('connect', () => connected(UNBOUND));
  }
  const socket = connectTls({
    ...where,
    ...{ secureContext: clientContext(), ALPNProtocols: [ALPN], rejectUnauthorized: false },
  });
  socket.setNoDelay(true);
  return socket.once('secureConnect', () => {
    const certificate = socket.getPeerX509Certificate()?.raw;
    if (certificate) {
      connected({ exporter: exporterOf(socket), serverKey: readCertificate(certificate).fingerprint });
    }
  });
}
