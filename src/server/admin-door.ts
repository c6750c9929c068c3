// The operators' door: a socket in the data folder that only the owner of the files can open. Each connection is an
// admin session of the console's; any number at once.
import type { Duplex } from 'node:stream';
import { FRAME_CONTROL } from '../limits.ts';
import { encodeFrame, FRAME } from '../protocol/frame.ts';
import { listenLocally } from '../session/local-listener.ts';
import { Session, type SessionContext, type SessionOwner } from '../session/session.ts';
import { AdminTalk, type AdminTalkOptions } from './admin-talk.ts';

export interface AdminDoorOptions extends AdminTalkOptions {
  readonly path: string;
  readonly context: SessionContext;
}

export class AdminDoor {
  readonly #options: AdminDoorOptions;
  readonly #peers = new Set<AdminPeer>();
  #stop: () => void = () => {};

  private constructor(options: AdminDoorOptions) {
    this.#options = options;
  }

  /** Throws a TchatError `admin-socket`. */
  static async open(options: AdminDoorOptions): Promise<AdminDoor> {
    const door = new AdminDoor(options);
    door.#stop = await listenLocally(options.path, socket => door.#accept(socket));
    return door;
  }

  /** How many are attached. */
  get size(): number {
    return this.#peers.size;
  }

  /** Idempotent. */
  close(): void {
    this.#stop();
    for (const peer of [...this.#peers]) peer.session.close('server-stopping');
  }

  #accept(socket: Duplex): void {
    const peer = new AdminPeer(socket, this.#options, () => this.#peers.delete(peer));
    this.#peers.add(peer);
  }
}

class AdminPeer implements SessionOwner {
  readonly session: Session;
  readonly #talk: AdminTalk;
  readonly #gone: () => void;

  constructor(socket: Duplex, options: AdminDoorOptions, gone: () => void) {
    this.#gone = gone;
    const session = new Session(socket, this, options.context);
    session.allow(FRAME_CONTROL);
    this.session = session;
    const end = {
      get full() {
        return session.full;
      },
      send: (payload: Uint8Array) => session.send(encodeFrame(FRAME.packet, payload)),
      outdated: (version: string) => session.close('version', version),
    };
    this.#talk = new AdminTalk(end, options);
  }

  packet(payload: Buffer): void {
    this.#talk.take(payload);
  }

  drained(): void {
    this.#talk.drained();
  }

  closed(): void {
    this.#talk.close();
    this.#gone();
  }
}
