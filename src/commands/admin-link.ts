// An admin session with a server of this machine, over the socket in its data folder.
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { type Actor, CONSOLE, type Command } from '../chat/vocabulary.ts';
import { TchatError } from '../errors.ts';
import { ADMIN_FRAME } from '../limits.ts';
import { type AdminQuery, type AdminRequest, decodeAdminReply, encodeAdmin } from '../protocol/admin.ts';
import { encodePacket } from '../protocol/codec.ts';
import type { CloseNote } from '../protocol/frame.ts';
import { idFromBytes, makeId } from '../protocol/ids.ts';
import type { AdminAnswers, AdminNote, CommandResult } from '../server/admin-session.ts';
import { systemClock } from '../session/clock.ts';
import { Heartbeat } from '../session/heartbeat.ts';
import { Session, type SessionOwner } from '../session/session.ts';
import { version } from '../version.ts';

export interface LinkOptions {
  /** The socket. */
  readonly path: string;
  readonly log: boolean;
  readonly numbers: boolean;
  readonly hear?: (note: AdminNote) => void;
  /** The server ended it, or is gone. */
  readonly lost?: (error: TchatError) => void;
}

export class AdminLink implements SessionOwner {
  /** Who acts: whoever may open the socket is the console. */
  readonly actor: Actor = { account: CONSOLE, name: '', role: 'owner' };
  readonly #session: Session;
  readonly #options: LinkOptions;
  readonly #answers = new Map<number, { readonly resolve: (value: unknown) => void; readonly reject: Reject }>();
  readonly #results = new Map<string, (result: CommandResult) => void>();
  #ref = 0;

  private constructor(socket: Socket, options: LinkOptions) {
    this.#options = options;
    this.#session = new Session(socket, this, { clock: systemClock, heartbeat: new Heartbeat(systemClock) });
    this.#session.allow(ADMIN_FRAME);
    this.#say({ type: 'attach', version: version(), log: options.log, numbers: options.numbers });
  }

  /** Throws a TchatError `no-server-here` where none runs with this data. */
  static async open(options: LinkOptions): Promise<AdminLink> {
    const socket = await new Promise<Socket>((resolve, reject) => {
      const socket = connect(options.path);
      socket.once('connect', () => resolve(socket.removeAllListeners('error')));
      socket.once('error', (error: NodeJS.ErrnoException) => {
        const code = error.code === 'EACCES' || error.code === 'EPERM' ? 'not-your-server' : 'no-server-here';
        reject(new TchatError(code, { file: options.path }, error));
      });
    });
    return new AdminLink(socket, options);
  }

  ask<K extends keyof AdminAnswers>(query: Partial<AdminQuery> & { readonly kind: K }): Promise<AdminAnswers[K]> {
    this.#ref += 1;
    const ref = this.#ref;
    const answered = new Promise<unknown>((resolve, reject) => this.#answers.set(ref, { resolve, reject }));
    this.#say({ type: 'ask', ref, before: null, limit: 100, whom: null, ...query });
    return answered as Promise<AdminAnswers[K]>;
  }

  /** As AdminSession.command. */
  command(command: Command): Promise<CommandResult> {
    const id = makeId(Date.now(), randomBytes(10));
    const done = new Promise<CommandResult>(resolve => this.#results.set(id, resolve));
    if (this.#session.open) this.#session.send(encodePacket({ type: 'command', id, command }));
    else this.#end(GONE);
    return done;
  }

  close(): void {
    this.#session.close('closed');
  }

  packet(payload: Buffer): void {
    const reply = decodeAdminReply(payload);
    switch (reply.type) {
      case 'note':
        this.#options.hear?.(reply.note as AdminNote);
        return;
      case 'answer':
        this.#answers.get(reply.ref)?.resolve(reply.value);
        this.#answers.delete(reply.ref);
        return;
      case 'done': {
        const id = idFromBytes(reply.id);
        this.#results.get(id)?.(reply.result as CommandResult);
        this.#results.delete(id);
        return;
      }
      default:
        reply satisfies never;
    }
  }

  drained(): void {}

  closed(note: CloseNote, by: 'us' | 'peer' | 'network'): void {
    const { detail } = note;
    const error =
      note.code === 'version'
        ? new TchatError('another-version', { ours: version(), theirs: detail })
        : by === 'us' && note.code === 'closed'
          ? GONE
          : new TchatError(note.code === 'server-stopping' ? 'server-gone' : note.code, { what: detail });
    this.#end(error);
    if (by !== 'us' || note.code !== 'closed') this.#options.lost?.(error);
  }

  #end(error: TchatError): void {
    for (const { reject } of this.#answers.values()) reject(error);
    for (const resolve of this.#results.values()) resolve({ ok: false, code: error.code, params: error.params });
    this.#answers.clear();
    this.#results.clear();
  }

  #say(request: Exclude<AdminRequest, { type: 'command' }>): void {
    this.#session.send(encodeAdmin(request));
  }
}

type Reject = (error: TchatError) => void;
const GONE = new TchatError('server-gone');
