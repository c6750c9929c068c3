// The operators' door: a socket in the data folder that only the owner of the files can open. Each connection is an
// admin session of the console's; any number at once.
import type { Duplex } from 'node:stream';
import { TchatError } from '../errors.ts';
import { ADMIN_LINES, FRAME_CONTROL } from '../limits.ts';
import { type AdminReply, decodeAdminRequest, encodeAdmin } from '../protocol/admin.ts';
import { idToBytes } from '../protocol/ids.ts';
import { listenLocally } from '../session/local-listener.ts';
import { Session, type SessionContext, type SessionOwner } from '../session/session.ts';
import type { AdminNote, AdminSession } from './admin-session.ts';
import { shortened } from './feed.ts';

export interface AdminDoorOptions {
  readonly path: string;
  readonly version: string;
  readonly context: SessionContext;
  readonly open: (hear: (note: AdminNote) => void, numbers: boolean) => AdminSession;
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
  readonly #options: AdminDoorOptions;
  readonly #gone: () => void;
  #admin: AdminSession | null = null;
  #wantsLog = false;

  constructor(socket: Duplex, options: AdminDoorOptions, gone: () => void) {
    this.#options = options;
    this.#gone = gone;
    this.session = new Session(socket, this, options.context);
    this.session.allow(FRAME_CONTROL);
  }

  packet(payload: Buffer): void {
    const request = decodeAdminRequest(payload);
    if (request.type === 'attach') {
      if (this.#admin) throw new TchatError('bad-packet', { what: 'attach' });
      if (request.version !== this.#options.version) {
        this.session.close('version', this.#options.version);
        return;
      }
      this.#wantsLog = request.log;
      this.#admin = this.#options.open(note => this.#hear(note), request.numbers);
      return;
    }
    const admin = this.#admin;
    if (!admin) throw new TchatError('bad-packet', { what: 'out of turn' });
    if (request.type === 'ask') {
      const { ref, ...query } = request;
      this.#send({ type: 'answer', ref, value: admin.ask(query) });
      return;
    }
    const { id, command } = request;
    void admin.command(command).then(result => this.#send({ type: 'done', id: idToBytes(id), result }));
  }

  drained(): void {}

  closed(): void {
    this.#admin?.close();
    this.#gone();
  }

  /** Who reads too slowly misses lines and numbers, and the others nothing. */
  #hear(note: AdminNote): void {
    if (note.is === 'log' && !this.#wantsLog) return;
    if (this.session.full && note.is !== 'closing') return;
    if (note.is !== 'log') {
      this.#send({ type: 'note', note });
      return;
    }
    for (let at = 0; at < note.entries.length && !this.session.full; at += ADMIN_LINES) {
      const entries = note.entries.slice(at, at + ADMIN_LINES).map(shortened);
      this.#send({ type: 'note', note: { is: 'log', entries } });
    }
  }

  #send(reply: AdminReply): void {
    this.session.send(encodeAdmin(reply));
  }
}
